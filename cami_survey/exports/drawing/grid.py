"""A grid of two scales cut into quadrants, with its points named where there is room."""

from __future__ import annotations

from collections.abc import Iterator

from cami_survey.analysis.results import GridChart, Point
from cami_survey.base.numbers import whole
from cami_survey.exports.drawing.canvas import Anchor, Canvas
from cami_survey.exports.drawing.look import mixed

Box = tuple[float, float, float, float]
RADIUS = 4.0


def draw(canvas: Canvas, chart: GridChart, height: float) -> float:
    """Draw the chart; returns the height it took."""
    text = canvas.look.text
    frame = (text * 3.2, text * 0.6, canvas.width - text * 4.0, height - text * 4.0)
    _ground(canvas, chart, frame)
    _scales(canvas, chart, frame)
    _points(canvas, chart, frame)
    return height


def _ground(canvas: Canvas, chart: GridChart, frame: Box) -> None:
    left, top, width, tall = frame
    look = canvas.look
    cut_x, cut_y = _across(chart, frame, chart.cut[0]), _down(chart, frame, chart.cut[1])
    canvas.rect(cut_x, top, left + width - cut_x, cut_y - top, fill=look.soft)
    canvas.rect(left, top, width, tall, line=look.line)
    canvas.line(cut_x, top, cut_x, top + tall, colour=look.line)
    canvas.line(left, cut_y, left + width, cut_y, colour=look.line)
    pad, low = look.text * 0.5, top + tall - look.text * 0.5
    above = top + look.text * 1.3
    names = chart.quadrants
    half = width / 2 - pad * 2
    canvas.words(left + pad, above, names[0], size=0.92, weight=600, colour=look.muted, room=half)
    canvas.words(
        left + width - pad, above, names[1], anchor="end", size=0.92, weight=600, colour=look.accent, room=half
    )
    canvas.words(left + pad, low, names[2], size=0.92, weight=600, colour=look.muted, room=half)
    canvas.words(left + width - pad, low, names[3], anchor="end", size=0.92, weight=600, colour=look.muted, room=half)


def _scales(canvas: Canvas, chart: GridChart, frame: Box) -> None:
    left, top, width, tall = frame
    look = canvas.look
    for number in range(round(chart.limits[0]), round(chart.limits[1]) + 1):
        x, y = _across(chart, frame, number), _down(chart, frame, number)
        canvas.words(x, top + tall + look.text * 1.3, whole(number), anchor="middle", size=0.92, colour=look.muted)
        canvas.words(
            left - look.text * 0.5, y + look.text * 0.35, whole(number), anchor="end", size=0.92, colour=look.muted
        )
    middle = left + width / 2
    canvas.words(middle, top + tall + look.text * 2.7, chart.x_title, anchor="middle", colour=look.muted, room=width)
    canvas.words(look.text, top + tall / 2, chart.y_title, anchor="middle", colour=look.muted, room=tall, turned=-90)


def _points(canvas: Canvas, chart: GridChart, frame: Box) -> None:
    look = canvas.look
    taken: list[Box] = []
    places = [(_across(chart, frame, point.x), _down(chart, frame, point.y), point) for point in chart.points]
    taken.extend((x - RADIUS, y - RADIUS, x + RADIUS, y + RADIUS) for x, y, _point in places)
    corner = look.text * 1.8
    left, top, width, tall = frame
    taken.extend([(left, top, left + width, top + corner), (left, top + tall - corner, left + width, top + tall)])
    pale = mixed(look.ground, look.accent, 0.45)
    for x, y, point in places:
        if point.across:
            low, high = (_across(chart, frame, end) for end in (point.across.low, point.across.high))
            canvas.line(low, y, high, y, colour=pale, width=1.5)
        if point.up:
            low, high = (_down(chart, frame, end) for end in (point.up.low, point.up.high))
            canvas.line(x, low, x, high, colour=pale, width=1.5)
    for x, y, point in places:
        canvas.circle(x, y, RADIUS, fill=look.accent, line=look.ground)
        canvas.spot(x - 8, y - 8, 16, 16, f"{point.label}, n = {whole(point.n)}", point.records)
    for x, y, point in sorted(places, key=lambda place: -place[2].n):
        _name(canvas, frame, taken, (x, y, point))


def _name(canvas: Canvas, frame: Box, taken: list[Box], place: tuple[float, float, Point]) -> None:
    """Write the name where nothing else stands; where there is no such place it is left to the table."""
    x, y, point = place
    size = 0.9
    name = canvas.fitted(point.label, frame[2] * 0.36, size=size)
    wide = canvas.measure(name, size=size)
    count = f" {whole(point.n)}"
    both = wide + canvas.measure(count, size=0.8)
    for anchor, from_x, baseline in _tries(x, y, canvas.look.text):
        left = from_x if anchor == "start" else from_x - both
        box = (left, baseline - canvas.look.text * 0.8, left + both, baseline + canvas.look.text * 0.25)
        if _inside(box, frame) and not any(_meet(box, other) for other in taken):
            canvas.rect(box[0], box[1], both, box[3] - box[1], fill=canvas.look.ground, veil=0.7)
            canvas.words(left, baseline, name, size=size)
            canvas.words(left + wide, baseline, count, size=0.8, colour=canvas.look.muted)
            taken.append(box)
            return


def _tries(x: float, y: float, text: float) -> Iterator[tuple[Anchor, float, float]]:
    for away in (-0.35, 1.05, -1.3, 2.0, -2.3):
        baseline = y + text * away
        yield "start", x + RADIUS * 2, baseline
        yield "end", x - RADIUS * 2, baseline


def _inside(box: Box, frame: Box) -> bool:
    return box[0] >= frame[0] and box[2] <= frame[0] + frame[2] and box[1] >= frame[1] and box[3] <= frame[1] + frame[3]


def _meet(first: Box, second: Box) -> bool:
    return first[0] < second[2] and second[0] < first[2] and first[1] < second[3] and second[1] < first[3]


def _across(chart: GridChart, frame: Box, value: float) -> float:
    return frame[0] + _part(chart, value) * frame[2]


def _down(chart: GridChart, frame: Box, value: float) -> float:
    return frame[1] + (1 - _part(chart, value)) * frame[3]


def _part(chart: GridChart, value: float) -> float:
    """Where a value lies on the scale, with a little room at both ends."""
    low, high = chart.limits[0] - 0.25, chart.limits[1] + 0.25
    return (min(max(value, low), high) - low) / (high - low)
