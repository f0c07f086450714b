"""Figures as charts of Excel, over numbers that stand beside them."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from typing import Any

from openpyxl import chart as excel
from openpyxl.chart.data_source import StrRef
from openpyxl.chart.label import DataLabelList
from openpyxl.chart.series import SeriesLabel
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from cami_survey.analysis.results import BarChart, DotChart, Figure, GridChart, Mark
from cami_survey.exports.cells import cut, visible

MUTED = "FF5B666B"
SMALL = Font(name="Calibri", size=9, color=MUTED)
WRAP = Alignment(wrap_text=True, vertical="top")
LONGEST = 32_767
HEIGHT, WIDTH = 9.0, 17.0
LINE_HEIGHT = 15
COLOURS = ("D55E00", "0072B2", "0B6E69", "9A5B00", "56487A", "868D91")


def put(sheet: Any, row: int, column: int, value: Any, font: Font, *, wrap: bool = False) -> Any:
    """Write a value; text stays text, whatever it begins with."""
    cell = sheet.cell(row, column)
    if isinstance(value, str):
        cell.value = cut(visible(value), LONGEST)
        cell.data_type = "s"
        cell.quotePrefix = value.startswith(("=", "+", "-", "@"))
    else:
        cell.value = value
    cell.font = font
    if wrap:
        cell.alignment = WRAP
        _give_room(sheet, row, column, str(value))
    return cell


def _give_room(sheet: Any, row: int, column: int, text: str) -> None:
    """Make the row as high as its text needs: Excel does it when it opens a file, other programs do not."""
    room = max(1.0, (sheet.column_dimensions[get_column_letter(column)].width or 10) * 0.95)
    lines = sum(max(1, ceil(len(part) / room)) for part in text.split("\n"))
    sheet.row_dimensions[row].height = max(sheet.row_dimensions[row].height or 0, LINE_HEIGHT * lines)


def native(sheet: Any, figure: Figure, row: int, column: int) -> Any:
    """The figure as a chart of Excel over numbers beside it; None where there is nothing to draw."""
    match figure.chart:
        case GridChart() as chart:
            return _scatter(sheet, chart, row, column) if chart.points else None
        case DotChart() as chart:
            lines = [(line.label, [_mark(line.marks, at) for at in range(len(chart.series))]) for line in chart.lines]
            return _bars(sheet, chart.series, lines, row, column, limits=chart.limits) if lines else None
        case BarChart() as chart:
            values = list(zip(chart.lines, map(list, chart.values), strict=True))
            stacked = len(chart.series) > 1
            return (
                _bars(sheet, chart.series, values, row, column, stacked=stacked, percent=chart.kind == "percent")
                if values
                else None
            )
    return None


def _mark(marks: Sequence[Mark], series: int) -> float | None:
    return next((mark.value for mark in marks if mark.series == series), None)


def _scatter(sheet: Any, chart: GridChart, row: int, column: int) -> Any:
    """One series per point, so that its name stands beside it."""
    made: Any = excel.ScatterChart()
    made.style, made.height, made.width, made.legend = 2, HEIGHT, WIDTH, None
    made.x_axis.title, made.y_axis.title = chart.x_title, chart.y_title
    for axis in (made.x_axis, made.y_axis):
        axis.scaling.min, axis.scaling.max, axis.majorUnit, axis.delete = *chart.limits, 1, False
    for at, head in enumerate(("", chart.x_title, chart.y_title)):
        put(sheet, row, column + at, head, SMALL)
    for at, point in enumerate(chart.points, row + 1):
        for step, value in enumerate((point.label, point.x, point.y)):
            put(sheet, at, column + step, value, SMALL)
        x, y = (excel.Reference(sheet, min_col=column + step, min_row=at) for step in (1, 2))
        series: Any = excel.Series(y, x, title_from_data=False)
        series.tx = _title_from(sheet, at, column)
        series.marker.symbol, series.marker.size = "circle", 7
        series.marker.graphicalProperties = GraphicalProperties(solidFill="0B6E69")
        series.graphicalProperties.line.noFill = True
        series.dLbls = DataLabelList(
            showSerName=True, showVal=False, showCatName=False, showLegendKey=False, dLblPos="r"
        )
        made.series.append(series)
    return made


def _title_from(sheet: Any, row: int, column: int) -> Any:
    quoted = sheet.title.replace("'", "''")
    return SeriesLabel(strRef=StrRef(f"'{quoted}'!${get_column_letter(column)}${row}"))


def _bars(
    sheet: Any,
    series: Sequence[str],
    lines: Sequence[tuple[str, Sequence[float | None]]],
    row: int,
    column: int,
    *,
    stacked: bool = False,
    percent: bool = False,
    limits: tuple[float, float] | None = None,
) -> Any:
    made: Any = excel.BarChart()
    made.type, made.style, made.height, made.width, made.gapWidth = "bar", 2, HEIGHT, WIDTH, 50
    if stacked:
        made.grouping, made.overlap = "percentStacked" if percent else "stacked", 100
    for at, name in enumerate(series, 1):
        put(sheet, row, column + at, name, SMALL)
    for at, (label, values) in enumerate(lines, row + 1):
        put(sheet, at, column, label, SMALL)
        for step, value in enumerate(values, 1):
            put(sheet, at, column + step, value, SMALL)
    last = row + len(lines)
    data = excel.Reference(sheet, min_col=column + 1, max_col=column + len(series), min_row=row, max_row=last)
    made.add_data(data, titles_from_data=True)
    made.set_categories(excel.Reference(sheet, min_col=column, min_row=row + 1, max_row=last))
    made.x_axis.scaling.orientation, made.x_axis.delete, made.y_axis.delete = "maxMin", False, False
    made.y_axis.number_format = "0%" if percent else "General"
    if limits:
        made.y_axis.scaling.min, made.y_axis.scaling.max = limits
    if len(series) == 1:
        made.legend = None
    else:
        made.legend.position = "b"
    for at, one in enumerate(made.series):
        one.graphicalProperties.solidFill = COLOURS[at % len(COLOURS)]
    return made
