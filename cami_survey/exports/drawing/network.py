"""A network, laid out by springs from a fixed start, so that the same ties give the same picture."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from math import cos, hypot, pi, sin

from cami_survey.analysis.results import NetworkChart
from cami_survey.base.texts import _
from cami_survey.exports.drawing.canvas import Canvas

Box = tuple[float, float, float, float]
MOST_WORK = 200_000
ROUNDS = 120
GRAVITY = 1.2
LEAST_RADIUS, MOST_RADIUS = 4.0, 14.0


def draw(canvas: Canvas, chart: NetworkChart, height: float) -> float:
    """Draw the network; returns the height it took. Groups are told by colour and, below, by name."""
    look, text = canvas.look, canvas.look.text
    groups = list(dict.fromkeys(node.group for node in chart.nodes if node.group))
    below = text * (5 if groups else 3)
    frame = (MOST_RADIUS * 2, MOST_RADIUS * 1.5, canvas.width - MOST_RADIUS * 4, height - MOST_RADIUS * 3 - below)
    names = tuple(node.name for node in chart.nodes)
    places = layout(names, tuple((tie.source, tie.target) for tie in chart.ties))
    spots = {name: (frame[0] + x * frame[2], frame[1] + y * frame[3]) for name, (x, y) in places.items()}
    for tie in chart.ties:
        if tie.source in spots and tie.target in spots:
            (x1, y1), (x2, y2) = spots[tie.source], spots[tie.target]
            dashes = "" if tie.confirmed else "4 3"
            canvas.line(x1, y1, x2, y2, colour=look.muted, width=1.6 if tie.confirmed else 1, dashes=dashes)
    taken: list[Box] = []
    for node in sorted(chart.nodes, key=lambda node: -node.size):
        x, y = spots[node.name]
        radius = LEAST_RADIUS + (MOST_RADIUS - LEAST_RADIUS) * node.size
        colour = look.series[groups.index(node.group) % len(look.series)] if node.group else look.accent
        canvas.circle(x, y, radius, fill=colour, line=look.ground)
        canvas.spot(x - radius, y - radius, radius * 2, radius * 2, node.label, ())
        _name(canvas, taken, node.label, x, y + radius)
    return _legend(canvas, groups, height - text * 2.2) if groups else height - text * 2


@lru_cache(maxsize=16)
def layout(names: tuple[str, ...], ties: tuple[tuple[str, str], ...]) -> Mapping[str, tuple[float, float]]:
    """Places from 0 to 1 on both axes (Fruchterman and Reingold 1991, from a circle in the order of the names)."""
    count = len(names)
    if count < 2:
        return dict.fromkeys(names, (0.5, 0.5))
    points = [[0.5 + 0.4 * cos(2 * pi * at / count), 0.5 + 0.4 * sin(2 * pi * at / count)] for at in range(count)]
    index = {name: at for at, name in enumerate(names)}
    pairs = [(index[source], index[target]) for source, target in ties if source in index and target in index]
    ideal = 0.9 / count**0.5
    rounds = max(10, min(ROUNDS, MOST_WORK // count**2))
    for step in range(rounds):
        _move(points, _forces(points, pairs, ideal), 0.12 * (1 - step / rounds))
    return dict(zip(names, _spread(points), strict=True))


def _forces(points: list[list[float]], pairs: list[tuple[int, int]], ideal: float) -> list[list[float]]:
    force = [[0.0, 0.0] for _point in points]
    square = ideal * ideal
    for first, (x, y) in enumerate(points):
        for second in range(first):
            across, down = x - points[second][0], y - points[second][1]
            push = square / max(1e-6, across * across + down * down)
            force[first][0] += across * push
            force[first][1] += down * push
            force[second][0] -= across * push
            force[second][1] -= down * push
    for first, second in pairs:
        across, down = points[first][0] - points[second][0], points[first][1] - points[second][1]
        pull = hypot(across, down) / ideal
        force[first][0] -= across * pull
        force[first][1] -= down * pull
        force[second][0] += across * pull
        force[second][1] += down * pull
    for at, (x, y) in enumerate(points):
        force[at][0] -= (x - 0.5) * GRAVITY
        force[at][1] -= (y - 0.5) * GRAVITY
    return force


def _move(points: list[list[float]], force: list[list[float]], most: float) -> None:
    for point, (across, down) in zip(points, force, strict=True):
        length = hypot(across, down)
        if length:
            point[0] += across / length * min(length, most)
            point[1] += down / length * min(length, most)


def _spread(points: list[list[float]]) -> list[tuple[float, float]]:
    ends = [(min(point[axis] for point in points), max(point[axis] for point in points)) for axis in (0, 1)]
    wide = [max(1e-6, high - low) for low, high in ends]
    return [((x - ends[0][0]) / wide[0], (y - ends[1][0]) / wide[1]) for x, y in points]


def _fitted(canvas: Canvas, label: str, room: float, size: float) -> str:
    """The name as far as there is room; the number of one of several alike stays, whatever is cut before it."""
    words, _blank, last = label.rpartition(" ")
    if not words or not last.isdigit():
        return canvas.fitted(label, room, size=size)
    return f"{canvas.fitted(words, room - canvas.measure(f' {last}', size=size), size=size)} {last}"


def _name(canvas: Canvas, taken: list[Box], label: str, x: float, below: float) -> None:
    """The name under its node, or over it, where it covers no other name; the largest nodes come first."""
    text, size = canvas.look.text, 0.85
    told = _fitted(canvas, label, canvas.width * 0.28, size)
    wide = canvas.measure(told, size=size)
    middle = min(max(x, wide / 2 + 2), canvas.width - wide / 2 - 2)
    for baseline in (below + text * 0.9, below + text * 1.9):
        box = (middle - wide / 2, baseline - text * 0.8, middle + wide / 2, baseline + text * 0.2)
        if not any(
            box[0] < other[2] and other[0] < box[2] and box[1] < other[3] and other[1] < box[3] for other in taken
        ):
            canvas.rect(box[0], box[1], wide, box[3] - box[1], fill=canvas.look.ground, veil=0.7)
            canvas.words(middle, baseline, told, anchor="middle", size=size)
            taken.append(box)
            return


def _legend(canvas: Canvas, groups: list[str], y: float) -> float:
    text = canvas.look.text
    x = text * 0.5
    for number, group in enumerate(groups):
        wide = canvas.measure(group, size=0.9) + text * 2.6
        if x > text and x + wide > canvas.width:
            x, y = text * 0.5, y + text * 1.6
        canvas.circle(
            x + text * 0.4, y - text * 0.35, text * 0.4, fill=canvas.look.series[number % len(canvas.look.series)]
        )
        canvas.words(x + text * 1.2, y, group, size=0.9, colour=canvas.look.muted)
        x += wide
    y += text * 1.6
    canvas.words(text * 0.5, y, _("Dashed: named by one side only."), size=0.9, colour=canvas.look.muted)
    return y + text * 0.6
