"""ODK's functions that look at the form: instances, repeats, choices, texts, geometry."""

from __future__ import annotations

import hashlib
import math
from itertools import pairwise
from typing import TYPE_CHECKING

from cami_survey.base.texts import _
from cami_survey.engine.errors import XPathError
from cami_survey.engine.tree import NO_NODES, Node, ancestors, string_value
from cami_survey.engine.xpath.code import Code, ToNodes, as_number, as_text
from cami_survey.engine.xpath.context import Context
from cami_survey.engine.xpath.registry import checks, function, special
from cami_survey.engine.xpath.syntax import Expr, NameTest, Path
from cami_survey.engine.xpath.values import NAN, NUMBER, Value, to_text

if TYPE_CHECKING:
    from cami_survey.engine.xpath.compiler import Compiler


@special("current", 0, 0, core=True)
def _current(_compiler: Compiler, _arguments: tuple[Expr, ...]) -> Code:
    return Code("nodes", lambda _node, context: [context.current])


@function("instance", "text", "nodes")
def _instance(context: Context, name: str) -> list[Node]:
    document = context.environment.instance(name)
    if document is None:
        raise XPathError(_("The form has no instance “{name}”.").format(name=name))
    return [document]


@function("jr:itext", "text", "nodes")
def _itext(context: Context, key: str) -> list[Node]:
    return [context.environment.text(key)]


@special("jr:choice-name", 2, 2)
def _choice_name(compiler: Compiler, arguments: tuple[Expr, ...]) -> Code:
    value_of, path_of = (as_text(compiler.code(argument)) for argument in arguments)

    def run(node: Node, context: Context) -> str:
        return context.environment.choice_label(value_of(node, context), path_of(node, context), node)

    return Code("string", run)


@function("pulldata", "text text text text", "string")
def _pulldata(context: Context, instance: str, column: str, key_column: str, key: str) -> str:
    return context.environment.pull(instance, column, key_column, key)


@checks("indexed-repeat")
def _in_pairs(arguments: tuple[Expr, ...]) -> None:
    if len(arguments) % 2 == 0:
        raise XPathError(_("indexed-repeat() takes a node, then pairs of repeat and index."))


@special("indexed-repeat", 3, None)
def _indexed_repeat(compiler: Compiler, arguments: tuple[Expr, ...]) -> Code:
    _in_pairs(arguments)
    target = compiler.nodes(arguments[0])
    written = _outermost_first(list(zip(arguments[1::2], arguments[2::2], strict=True)))
    pairs = [(compiler.nodes(repeat), as_number(compiler.code(index))) for repeat, index in written]
    rest = _names_below(written[-1][0], arguments[0])

    def last_name_of_one(node: Node, context: Context) -> list[Node]:
        repeat, index_of = pairs[0]
        instances, index = repeat(node, context), index_of(node, context)
        if index == index and 1 <= index < len(instances) + 1:
            return instances[int(index) - 1].children_named(rest[0])
        return NO_NODES

    if len(pairs) == len(rest) == 1:
        return Code("nodes", last_name_of_one)

    def run(node: Node, context: Context) -> list[Node]:
        chosen: Node | None = None
        for repeat, index_of in pairs:
            chosen = _instance_at(repeat(node, context), index_of(node, context), chosen)
            if chosen is None:
                return NO_NODES
        return NO_NODES if chosen is None else _below(chosen, rest, target, node, context)

    return Code("nodes", run)


def _outermost_first(pairs: list[tuple[Expr, Expr]]) -> list[tuple[Expr, Expr]]:
    """Pairs of repeat and index in the order of nesting, where absolute paths tell it."""

    def depth(pair: tuple[Expr, Expr]) -> int:
        return len(pair[0].steps) if isinstance(pair[0], Path) else 0

    absolute = all(isinstance(repeat, Path) and repeat.absolute for repeat, _index in pairs)
    return sorted(pairs, key=depth) if absolute else pairs


def _instance_at(instances: list[Node], index: float, inside: Node | None) -> Node | None:
    if inside is not None:
        instances = [instance for instance in instances if inside in ancestors(instance)]
    return instances[int(index) - 1] if index == index and 1 <= index < len(instances) + 1 else None


def _below(chosen: Node, rest: tuple[str, ...], target: ToNodes, node: Node, context: Context) -> list[Node]:
    if not rest:
        return [found for found in target(node, context) if chosen in ancestors(found)]
    found = [chosen]
    for name in rest:
        found = [child for parent in found for child in parent.children_named(name)]
    return found


def _names_below(repeat: Expr, target: Expr) -> tuple[str, ...]:
    """The names that lead from the repeat to the target where both are written alike; empty otherwise."""
    if not (isinstance(repeat, Path) and isinstance(target, Path)) or repeat.absolute != target.absolute:
        return ()
    shared = len(repeat.steps)
    if repeat.start is not None or target.start is not None or target.steps[:shared] != repeat.steps:
        return ()
    rest = target.steps[shared:]
    names = tuple(step.test.local for step in rest if isinstance(step.test, NameTest) and step.axis == "child")
    return names if len(names) == len(rest) and not any(step.predicates for step in rest) else ()


LARGEST = 2_147_483_647


@special("randomize", 1, 2)
def _randomize(compiler: Compiler, arguments: tuple[Expr, ...]) -> Code:
    nodes_of = compiler.nodes(arguments[0])
    if len(arguments) == 1:
        return Code("nodes", lambda node, context: _shuffled_freely(nodes_of(node, context), context))
    seed_of = compiler.code(arguments[1]).run
    return Code(
        "nodes",
        lambda node, context: shuffled(nodes_of(node, context), seed_number(seed_of(node, context), context)),
    )


def _shuffled_freely(nodes: list[Node], context: Context) -> list[Node]:
    shuffled_nodes = list(nodes)
    context.environment.random.shuffle(shuffled_nodes)
    return shuffled_nodes


def seed_number(value: Value, context: Context) -> float:
    """The seed that a value stands for; text that is no number counts by its SHA-256."""
    if isinstance(value, float):
        return value
    text = to_text(value, context.environment.zone)
    if NUMBER.match(text):
        return float(text)
    if not text:
        return NAN
    return float(int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big", signed=True))


def _java_long(seed: float) -> int:
    if seed != seed:
        return 0
    return math.trunc(max(min(seed, 2.0**63), -(2.0**63)))


def shuffled(nodes: list[Node], seed: float) -> list[Node]:
    """The ODK order for a seed: inside-out Fisher-Yates with the Park-Miller generator."""
    state = int(math.fmod(_java_long(seed), LARGEST))
    if state <= 0:
        state += LARGEST - 1
    result: list[Node] = []
    for node in nodes:
        state = state * 16807 % LARGEST
        place = int((state - 1) / (LARGEST - 1) * (len(result) + 1))
        result.append(node)
        result[-1], result[place] = result[place], node
    return result


EARTH_RADIUS = 6_378_100.0
Point = tuple[float, float]


def points_of(context: Context, values: tuple[Value, ...]) -> list[Point]:
    """The points of all values; XPathError if one cannot be read."""
    texts: list[str] = []
    for value in values:
        if isinstance(value, list):
            texts.extend(map(string_value, value))
        else:
            texts.append(to_text(value, context.environment.zone))
    return [point for text in texts for point in parse_points(text)]


def parse_points(text: str) -> list[Point]:
    """Latitude and longitude of each point of a geopoint, geotrace or geoshape; XPathError if one cannot be read."""
    points: list[Point] = []
    for part in text.split(";"):
        words = part.split()
        if not words:
            continue
        try:
            point = (float(words[0]), float(words[1]))
        except (ValueError, IndexError):
            raise XPathError(_("“{text}” is not a point.").format(text=part.strip())) from None
        if abs(point[0]) > 90 or abs(point[1]) > 180:
            raise XPathError(_("“{text}” is not a point on earth.").format(text=part.strip()))
        points.append(point)
    return points


def metres(start: Point, end: Point) -> float:
    """The way between two points over a globe, by the haversine formula."""
    north, east = math.radians(end[0] - start[0]), math.radians(end[1] - start[1])
    haversine = (
        math.sin(north / 2) ** 2
        + math.cos(math.radians(start[0])) * math.cos(math.radians(end[0])) * math.sin(east / 2) ** 2
    )
    return 2 * EARTH_RADIUS * math.asin(min(1.0, math.sqrt(haversine)))


@function("distance", "value value*", "number")
def _distance(context: Context, *values: Value) -> float:
    if len(values) > 1 and any(len(points_of(context, (value,))) > 1 for value in values):
        raise XPathError(_("distance() of several values needs single points."))
    points = points_of(context, values)
    total = sum(metres(start, end) for start, end in pairwise(points))
    return math.floor(total * 100 + 0.5) / 100


@function("enclosed-area", "value", "number")
@function("area", "value", "number")
def _area(context: Context, value: Value) -> float:
    points = points_of(context, (value,))
    if len(points) < 3:
        return 0.0
    total = sum(
        math.radians(end[1] - start[1]) * (2 + math.sin(math.radians(start[0])) + math.sin(math.radians(end[0])))
        for start, end in zip(points, points[1:] + points[:1], strict=True)
    )
    return math.floor(abs(total * EARTH_RADIUS * EARTH_RADIUS / 2) * 100 + 0.5) / 100


@function("geofence", "value value", "boolean")
def _geofence(context: Context, place: Value, fence: Value) -> bool:
    points, corners = points_of(context, (place,)), points_of(context, (fence,))
    if len(points) != 1 or len(corners) < 4 or corners[0] != corners[-1]:
        return False
    return _inside(points[0], corners)


def _inside(point: Point, corners: list[Point]) -> bool:
    latitude, longitude = point
    inside = False
    for (south, west), (north, east) in pairwise(corners):
        if (west > longitude) != (east > longitude):
            crossing = (north - south) * (longitude - west) / (east - west) + south
            if latitude < crossing:
                inside = not inside
    return inside
