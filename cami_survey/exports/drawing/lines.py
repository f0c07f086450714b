"""Charts made of lines below each other: dots with their intervals, and bars."""

from __future__ import annotations

from collections.abc import Sequence

from cami_survey.analysis.results import BarChart, DotChart, DotLine
from cami_survey.base.numbers import number, percent, whole
from cami_survey.base.texts import _
from cami_survey.exports.drawing.canvas import Canvas
from cami_survey.exports.drawing.look import Look, ink_on, mixed

PITCH = 2.2
LABELS = 0.36
UNDERLINE = 2.0


def dots(canvas: Canvas, chart: DotChart) -> float:
    """Draw a dot chart; returns the height it took."""
    text = canvas.look.text
    left, right = _labels(canvas, [line.label for line in chart.lines]), canvas.width - text * 7.5
    y = text * 1.3
    if _series(canvas, chart.series, left, y) > right:
        y += text * 1.6
    if chart.end_title:
        canvas.words(right + text * 1.2, y, chart.end_title, size=0.92, weight=600, colour=canvas.look.muted)
    for line in chart.lines:
        y += text * PITCH
        _dot_line(canvas, chart, line, (left, right), y)
    return _scale(canvas, chart, (left, right), y + text * PITCH)


def _dot_line(canvas: Canvas, chart: DotChart, line: DotLine, span: tuple[float, float], y: float) -> None:
    look, text = canvas.look, canvas.look.text
    _label(canvas, line.label, span[0] - text, y)
    canvas.line(*(span[0], y, span[1], y), colour=look.line)
    for mark in line.marks:
        colour = look.series[mark.series % len(look.series)]
        lifted = y + (mark.series - (len(chart.series) - 1) / 2) * text * 0.35
        if mark.interval:
            low, high = (_at(chart, span, end) for end in (mark.interval.low, mark.interval.high))
            canvas.line(low, lifted, high, lifted, colour=colour, width=2)
        _mark(canvas, mark.series, _at(chart, span, mark.value), lifted)
    canvas.words(span[1] + text * 1.2, y + text * 0.35, line.end, weight=600)
    canvas.words(
        canvas.width - text * 0.3,
        y + text * 0.35,
        _("n {n}").format(n=whole(line.n)),
        anchor="end",
        size=0.85,
        colour=look.muted,
    )
    canvas.spot(0, y - text, canvas.width, text * PITCH, f"{line.label}, n = {line.n}", line.records)


def _mark(canvas: Canvas, series: int, x: float, y: float) -> None:
    """A series is told by its shape as well as by its colour."""
    colour = canvas.look.series[series % len(canvas.look.series)]
    if series % 2:
        canvas.circle(x, y, canvas.look.text * 0.36, fill=colour)
    else:
        canvas.diamond(x, y, canvas.look.text * 0.45, fill=colour)


def _series(canvas: Canvas, series: Sequence[str], left: float, y: float) -> float:
    """The names of the series beside their marks; returns where they end."""
    x = left
    for place, name in enumerate(series):
        _mark(canvas, place, x + canvas.look.text * 0.5, y - canvas.look.text * 0.35)
        canvas.words(x + canvas.look.text * 1.2, y, name, size=0.92, weight=600, colour=canvas.look.muted)
        x += canvas.measure(name, size=0.92, weight=600) + canvas.look.text * 2.6
    return x - canvas.look.text * 1.4


def _scale(canvas: Canvas, chart: DotChart, span: tuple[float, float], y: float) -> float:
    low, high = chart.limits
    look = canvas.look
    whole = high - low <= 10 and low == round(low) and high == round(high)
    numbers = range(round(low), round(high) + 1) if whole else (low, high)
    for step in numbers:
        end = chart.ends[0] if step == low else chart.ends[1] if step == high else ""
        # Some ends have their number in their words, as a share or a grade.
        told = end if end[:1].isdigit() else f"{number(step, 0 if whole else 1)} {end}".strip()
        canvas.words(_at(chart, span, step), y, told, anchor="middle", size=0.85, colour=look.muted)
    return y + look.text * 0.6


def _at(chart: DotChart, span: tuple[float, float], value: float) -> float:
    low, high = chart.limits
    part = (min(max(value, low), high) - low) / (high - low) if high > low else 0.0
    return span[0] + part * (span[1] - span[0])


def bars(canvas: Canvas, chart: BarChart) -> float:
    """Draw bars, stacked where there are several series; returns the height it took."""
    look, text = canvas.look, canvas.look.text
    left, right = _labels(canvas, chart.lines), canvas.width - text * 5.0
    y = text * 0.4
    if len(chart.series) > 1:
        y = _legend(canvas, chart) + text * 0.6
    most = max((sum(values) for values in chart.values), default=0) or 1
    if chart.kind == "percent":
        most = max(1.0, most)
    for label, values, n in zip(chart.lines, chart.values, chart.ns, strict=True):
        _label(canvas, label, left - text, y + text)
        x = left
        for series, value in enumerate(values):
            wide = value / most * (right - left)
            _part(canvas, chart, series, (x, y + text * 0.3, wide, text * 1.4))
            told = _told(value, chart)
            if value and canvas.measure(told, size=0.85) + text * 0.6 < wide:
                ink = ink_on(_ground(look, chart, series))
                canvas.words(x + wide / 2, y + text * 1.3, told, anchor="middle", size=0.85, colour=ink)
            elif len(values) == 1:
                canvas.words(x + wide + text * 0.4, y + text * 1.3, told, size=0.85)
            x += wide
        canvas.words(
            canvas.width - text * 0.3,
            y + text * 1.3,
            _("n {n}").format(n=whole(n)),
            anchor="end",
            size=0.85,
            colour=look.muted,
        )
        canvas.spot(0, y, canvas.width, text * PITCH, f"{label}, n = {n}", ())
        y += text * PITCH
    return y + text * 0.4


def _legend(canvas: Canvas, chart: BarChart) -> float:
    """The names of the series, on as many lines as they need; returns where it ends."""
    text = canvas.look.text
    x, y = text * 0.3, text * 1.3
    for series, name in enumerate(chart.series):
        wide = canvas.measure(name, size=0.92) + text * 2.4
        if x > text and x + wide > canvas.width:
            x, y = text * 0.3, y + text * 1.6
        _part(canvas, chart, series, (x, y - text * 0.8, text * 0.9, text * 0.9))
        canvas.words(x + text * 1.3, y, name, size=0.92, colour=canvas.look.muted)
        x += wide
    return y


def _part(canvas: Canvas, chart: BarChart, series: int, box: tuple[float, float, float, float]) -> None:
    """A part of a bar. The good end of a scale is underlined: without colours both ends of it are dark."""
    left, top, width, height = box
    canvas.rect(left, top, width, height, fill=_ground(canvas.look, chart, series))
    if width and _is_good_end(chart, series):
        canvas.rect(left, top + height - UNDERLINE, width, UNDERLINE, fill=canvas.look.ink)


def _is_good_end(chart: BarChart, series: int) -> bool:
    if chart.tones:
        return series < len(chart.tones) and chart.tones[series] == "good"
    return chart.kind == "percent" and len(chart.series) > 2 and 2 * series > len(chart.series) - 1


def _ground(look: Look, chart: BarChart, series: int) -> str:
    """A tone where the chart says one; shares of a scale run from one end of the colours to the other."""
    toned = look.tone(chart.tones[series]) if series < len(chart.tones) else None
    if toned:
        return toned
    if chart.kind == "percent" and len(chart.series) > 2:
        part = series / (len(chart.series) - 1) * 2 - 1
        return mixed(look.quiet, look.series[part > 0], 0.15 + 0.85 * abs(part))
    return look.accent if len(chart.series) == 1 else look.series[series % len(look.series)]


def _told(value: float, chart: BarChart) -> str:
    if chart.kind == "percent":
        return percent(value)
    if chart.kind == "count":
        return number(value, 0)
    # Figures between 0 and 1 differ behind the first decimal.
    return number(value, 2 if max(map(max, chart.values)) <= 1 else 1)


def _label(canvas: Canvas, label: str, right: float, middle: float) -> None:
    """The words of a line, smaller and on two lines where they are long."""
    text, room = canvas.look.text, right - canvas.look.text * 0.3
    if canvas.measure(label) <= room:
        canvas.words(right, middle + text * 0.35, label, anchor="end")
        return
    parts = canvas.wrapped(label, room, 2, size=0.85)
    for place, part in enumerate(parts):
        canvas.words(right, middle + text * (0.3 + (place - (len(parts) - 1) / 2)), part, anchor="end", size=0.85)


def _labels(canvas: Canvas, labels: Sequence[str]) -> float:
    """Where the lines begin: right of the longest label, which has a third of the width at most."""
    widest = max((canvas.measure(label) for label in labels), default=0.0)
    return min(widest + canvas.look.text * 1.6, canvas.width * LABELS) + canvas.look.text * 0.4
