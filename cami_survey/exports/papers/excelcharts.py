"""Figures as charts of Excel, over numbers that stand beside them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from math import ceil
from typing import Any

from openpyxl import chart as excel
from openpyxl.chart.axis import ChartLines
from openpyxl.chart.data_source import StrRef
from openpyxl.chart.label import DataLabelList
from openpyxl.chart.series import SeriesLabel
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.drawing.line import LineProperties
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from cami_survey.analysis.results import BarChart, DotChart, Figure, GridChart, Mark, Tone
from cami_survey.base.numbers import whole
from cami_survey.exports.cells import cut, visible

MUTED = "FF5B666B"
SMALL = Font(name="Calibri", size=9, color=MUTED)
WRAP = Alignment(wrap_text=True, vertical="top")
LONGEST = 32_767
HEIGHT, WIDTH = 9.0, 17.0
LINE_HEIGHT = 15
# Names of points nearer than this, as parts of the scale across and up, lie on each other.
TOO_NEAR = (0.3, 0.08)
# Counts up to here have a line each: a half interview is none.
FEW_STEPS = 10
TONES: dict[Tone, str] = {"good": "8FC391", "notable": "E5B65C", "bad": "D9785B", "quiet": "C9C6BE"}
ACCENT = "0B6E69"
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
        # A number stands in one line, however many decimals it has.
        _give_room(sheet, row, column, value if isinstance(value, str) else "")
    return cell


def _give_room(sheet: Any, row: int, column: int, text: str) -> None:
    """Make the row as high as its text needs: Excel does it when it opens a file, other programs do not."""
    lines = room_for(text, sheet.column_dimensions[get_column_letter(column)].width or 10)
    sheet.row_dimensions[row].height = max(sheet.row_dimensions[row].height or 0, LINE_HEIGHT * lines)


def room_for(text: str, letters: float) -> int:
    """How many lines a text needs where so many letters stand side by side."""
    return sum(max(1, ceil(len(part) / max(1.0, letters * 0.95))) for part in text.split("\n"))


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
            return _bars(sheet, chart.series, values, row, column, chart) if values else None
    return None


def _mark(marks: Sequence[Mark], series: int) -> float | None:
    return next((mark.value for mark in marks if mark.series == series), None)


def key(chart: object) -> str:
    """What the numbers in a crowded chart of points stand for; nothing where the points have their names."""
    if not isinstance(chart, GridChart) or not _crowded(chart):
        return ""
    return "; ".join(f"{whole(at)} {point.label}" for at, point in enumerate(chart.points, 1))


def _crowded(chart: GridChart) -> bool:
    """Whether two names would lie on each other: Excel sets them all to the right of their points."""
    wide = chart.limits[1] - chart.limits[0]
    return any(
        abs(one.x - other.x) < wide * TOO_NEAR[0] and abs(one.y - other.y) < wide * TOO_NEAR[1]
        for one, other in combinations(chart.points, 2)
    )


def _named(chart: GridChart) -> list[tuple[str, float, float]]:
    """The points with their names, or in a crowded chart with their numbers; one place is one point."""
    if not _crowded(chart):
        return [(point.label, point.x, point.y) for point in chart.points]
    places: dict[tuple[float, float], list[str]] = {}
    for at, point in enumerate(chart.points, 1):
        places.setdefault((point.x, point.y), []).append(whole(at))
    return [(", ".join(numbers), *place) for place, numbers in places.items()]


def _scatter(sheet: Any, chart: GridChart, row: int, column: int) -> Any:
    """One series per point, so that its name stands beside it."""
    made: Any = excel.ScatterChart()
    made.style, made.height, made.width, made.legend = 2, HEIGHT, WIDTH, None
    made.x_axis.title, made.y_axis.title = chart.x_title, chart.y_title
    for axis in (made.x_axis, made.y_axis):
        axis.scaling.min, axis.scaling.max, axis.majorUnit, axis.delete = *chart.limits, 1, False
        axis.majorGridlines = _faint()
    for at, head in enumerate(("", chart.x_title, chart.y_title)):
        put(sheet, row, column + at, head, SMALL)
    for at, place in enumerate(_named(chart), row + 1):
        for step, value in enumerate(place):
            put(sheet, at, column + step, value, SMALL)
        x, y = (excel.Reference(sheet, min_col=column + step, min_row=at) for step in (1, 2))
        series: Any = excel.Series(y, x, title_from_data=False)
        series.tx = _title_from(sheet, at, column)
        series.marker.symbol, series.marker.size = "circle", 7
        series.marker.graphicalProperties = GraphicalProperties(solidFill=ACCENT)
        series.graphicalProperties.line.noFill = True
        series.dLbls = DataLabelList(
            showSerName=True, showVal=False, showCatName=False, showLegendKey=False, dLblPos="r"
        )
        made.series.append(series)
    return made


def _faint() -> ChartLines:
    return ChartLines(spPr=GraphicalProperties(ln=LineProperties(solidFill="DAD8D0", w=6350)))


def _title_from(sheet: Any, row: int, column: int) -> Any:
    quoted = sheet.title.replace("'", "''")
    return SeriesLabel(strRef=StrRef(f"'{quoted}'!${get_column_letter(column)}${row}"))


def _bars(
    sheet: Any,
    series: Sequence[str],
    lines: Sequence[tuple[str, Sequence[float | None]]],
    row: int,
    column: int,
    chart: BarChart | None = None,
    *,
    limits: tuple[float, float] | None = None,
) -> Any:
    made: Any = excel.BarChart()
    made.type, made.style, made.height, made.width, made.gapWidth = "bar", 2, HEIGHT, WIDTH, 50
    percent = chart is not None and chart.kind == "percent"
    if chart is not None and len(series) > 1:
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
    made.y_axis.number_format, made.y_axis.majorGridlines = "0%" if percent else "General", _faint()
    if limits:
        made.y_axis.scaling.min, made.y_axis.scaling.max = limits
    elif chart is not None and chart.kind == "count" and max(map(sum, chart.values)) <= FEW_STEPS:
        made.y_axis.majorUnit = 1
    if len(series) == 1:
        made.legend = None
    else:
        made.legend.position = "b"
    tones = chart.tones if chart is not None else ()
    for at, one in enumerate(made.series):
        one.graphicalProperties.solidFill = _colour(at, len(series), tones)
    return made


def _colour(at: int, series: int, tones: Sequence[Tone]) -> str:
    if at < len(tones) and tones[at] in TONES:
        return TONES[tones[at]]
    return ACCENT if series == 1 else COLOURS[at % len(COLOURS)]
