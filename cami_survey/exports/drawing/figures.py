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
    match figure.chart:
        case GridChart() as chart:
            height = grid.draw(canvas, chart, max(width * HEIGHT, look.text * 20))
        case DotChart() as chart:
            height = lines.dots(canvas, chart)
        case BarChart() as chart:
            height = lines.bars(canvas, chart)
        case NetworkChart() as chart:
            height = network.draw(canvas, chart, max(width * HEIGHT, look.text * 24))
        case MatrixChart() as chart:
            height = matrix.draw(canvas, chart, next(table for table in tables if table.name == chart.table))
    return canvas.drawing(height)
