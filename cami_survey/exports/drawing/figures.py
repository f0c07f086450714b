"""From a figure of an analysis to a drawing."""

from __future__ import annotations

from collections.abc import Sequence

from cami_survey.analysis.results import BarChart, DotChart, Figure, GridChart, MatrixChart, NetworkChart, ResultTable
from cami_survey.exports.drawing import grid, lines, matrix, network
from cami_survey.exports.drawing.canvas import Canvas, Drawing
from cami_survey.exports.drawing.look import PAPER, Look

HEIGHT = 0.62


def draw(figure: Figure, tables: Sequence[ResultTable], width: float = 640, look: Look = PAPER) -> Drawing:
    """Draw a figure `width` pixels wide, without its title. `tables` are those of its analysis.

    Grids and networks have a fixed shape; lines and matrices are as high as they have lines.
    """
    canvas = Canvas(width, look)
    return canvas.drawing(_put(figure, tables, canvas))


def height(figure: Figure, tables: Sequence[ResultTable], width: float, look: Look = PAPER) -> float:
    """How high the drawing of that width is, in less time than it takes to draw it."""
    return _put(figure, tables, Canvas(width, look, bare=True))


def _put(figure: Figure, tables: Sequence[ResultTable], canvas: Canvas) -> float:
    """Draw the figure on the canvas; returns its height."""
    match figure.chart:
        case GridChart() as chart:
            return grid.draw(canvas, chart, max(canvas.width * HEIGHT, canvas.look.text * 20))
        case DotChart() as chart:
            return lines.dots(canvas, chart)
        case BarChart() as chart:
            return lines.bars(canvas, chart)
        case NetworkChart() as chart:
            return network.draw(canvas, chart, max(canvas.width * HEIGHT, canvas.look.text * 24))
        case MatrixChart() as chart:
            return matrix.draw(canvas, chart, next(table for table in tables if table.name == chart.table))
