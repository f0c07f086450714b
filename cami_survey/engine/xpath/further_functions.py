"""Functions of JavaRosa, Enketo, KoboToolbox and SurveyCTO beyond the ODK XForms specification.

Source of the last: https://docs.surveycto.com/02-designing-forms/01-core-concepts/09.expressions.html.
"""

from __future__ import annotations

import hashlib
import math
import platform
from collections.abc import Callable
from itertools import combinations, pairwise
from typing import TYPE_CHECKING

from cami_survey.engine.xpath.code import Code
from cami_survey.engine.xpath.context import Context, device_text
from cami_survey.engine.xpath.date_functions import as_date, language_code
from cami_survey.engine.xpath.dates import to_moment
from cami_survey.engine.xpath.form_functions import EARTH_RADIUS, Point, metres, points_of
from cami_survey.engine.xpath.odk_functions import is_blank, texts_of
from cami_survey.engine.xpath.registry import FUNCTIONS, function, special
from cami_survey.engine.xpath.repeat_functions import rank
from cami_survey.engine.xpath.syntax import Expr
from cami_survey.engine.xpath.values import NAN, Value, number_to_text, text_to_number

if TYPE_CHECKING:
    from cami_survey.engine.xpath.compiler import Compiler


def _also_called(name: str, known: str) -> None:
    row = FUNCTIONS[known]
    special(name, row.fewest, row.most)(row.build)


_also_called("double", "number")
_also_called("is-selected", "selected")


@special("depend", 1, None)
def _depend(compiler: Compiler, arguments: tuple[Expr, ...]) -> Code:
    """The first argument; the others only say what it waits for."""
    return compiler.code(arguments[0])


# -- texts -------------------------------------------------------------------------------------------------------------


def _on_text(name: str, change: Callable[[str], str]) -> None:
    @function(name, "text", "string")
    def _run(_context: Context, text: str) -> str:
        return change(text)


_on_text("lower", str.lower)
_on_text("upper", str.upper)
_on_text("trim", str.strip)


@function("linebreak", "", "string")
def _linebreak(_context: Context) -> str:
    return "\n"


@function("format-number", "number", "string")
def _format_number(context: Context, number: float) -> str:
    from babel.numbers import format_decimal

    locale = language_code(context.environment.language)
    return "" if number != number else str(format_decimal(number, locale=locale))


@function("hash", "value value*", "string")
def _hash(context: Context, *values: Value) -> str:
    return hashlib.sha256("\x1f".join(texts_of(context, values)).encode()).hexdigest()


@function("empty", "value", "boolean")
def _empty(_context: Context, value: Value) -> bool:
    return is_blank(value)


# -- lists in a text ---------------------------------------------------------------------------------------------------


def _items(separator: str, text: str) -> list[str]:
    if not text:
        return []
    return text.split(separator) if separator else [text]


@function("count-items", "text text", "number")
def _count_items(_context: Context, separator: str, text: str) -> float:
    return float(len(_items(separator, text)))


@function("item-at", "text text number", "string")
def _item_at(_context: Context, separator: str, text: str, place: float) -> str:
    items = _items(separator, text)
    return items[int(place)] if place == place and 0 <= place < len(items) else ""


@function("item-index", "text text text", "number")
def _item_index(_context: Context, separator: str, text: str, wanted: str) -> float:
    items = _items(separator, text)
    return float(items.index(wanted)) if wanted in items else -1.0


@function("item-present", "text text text", "boolean")
def _item_present(_context: Context, separator: str, text: str, wanted: str) -> bool:
    return wanted in _items(separator, text)


@function("de-duplicate", "text text", "string")
def _de_duplicate(_context: Context, separator: str, text: str) -> str:
    return separator.join(dict.fromkeys(_items(separator, text)))


@function("rank-value", "number text", "number")
def _rank_value(context: Context, number: float, text: str) -> float:
    zone = context.environment.zone
    return rank(number, [text_to_number(word, zone) for word in text.split()])


# -- the device and the interview --------------------------------------------------------------------------------------


@function("duration", "", "number")
def _duration(context: Context) -> float:
    """Whole seconds since the interview was opened."""
    started = context.environment.started
    return 0.0 if started is None else float(max(0, int((context.environment.now() - started).total_seconds())))


@function("version", "", "string")
def _version(context: Context) -> str:
    return context.environment.version


@function("username", "", "string")
def _username(context: Context) -> str:
    return context.environment.device.get("username", "")


def _enumerator(name: str) -> None:
    """Who asks is who uses the program, unless its device tells more: nobody keeps SurveyCTO's list of enumerators."""

    @function(name, "", "string")
    def _run(context: Context) -> str:
        device = context.environment.device
        return device.get(name.replace("-", ""), "") or device.get("username", "")


_enumerator("enumerator-name")
_enumerator("enumerator-id")


@function("property", "text", "string")
def _property(context: Context, name: str) -> str:
    """What the device says of itself and its user, as a preload asks for it: `deviceid`, `email`."""
    return device_text(context.environment.device, name)


@function("device-info", "", "string")
def _device_info(context: Context) -> str:
    return context.environment.device.get("deviceinfo") or f"{platform.system()} {platform.release()}".strip()


def _unknown_here(name: str, signature: str) -> None:
    """What only a telephone or a plug-in could tell is empty."""

    @function(name, signature, "string")
    def _run(_context: Context, *_arguments: Value) -> str:
        return ""


_unknown_here("phone-call-log", "")
_unknown_here("phone-call-duration", "")
_unknown_here("plug-in-metadata", "value")


@function("collect-is-phone-app", "", "boolean")
def _collect_is_phone_app(_context: Context) -> bool:
    return False


SMALLEST_COSINE = 1e-6  # at the poles, where every longitude is the same place

# -- dates and places --------------------------------------------------------------------------------------------------


@function("difference-in-months", "value value", "number")
def _difference_in_months(context: Context, start: Value, end: Value) -> float:
    """Full months from one date to the other; NaN where one is missing."""
    zone = context.environment.zone
    days = as_date(context, start), as_date(context, end)
    if any(day != day for day in days):
        return NAN
    first, last = (to_moment(day, zone) for day in days)
    if first is None or last is None:
        return NAN
    return float((last.year - first.year) * 12 + last.month - first.month - (last.day < first.day))


@function("distance-between", "value value", "number")
def _distance_between(context: Context, start: Value, end: Value) -> float:
    first, last = points_of(context, (start,)), points_of(context, (end,))
    return metres(first[0], last[0]) if len(first) == len(last) == 1 else NAN


@function("geo-scatter", "value number", "string")
def _geo_scatter(context: Context, place: Value, reach: float) -> str:
    """A place at random, no farther away than so many metres, which are its accuracy; its height is not told."""
    points = points_of(context, (place,))
    if len(points) != 1 or not 0 <= reach < EARTH_RADIUS:
        return ""
    latitude, longitude = points[0]
    chance = context.environment.random
    way, direction = math.degrees(reach * math.sqrt(chance.random()) / EARTH_RADIUS), chance.random() * math.tau
    north = max(-90.0, min(90.0, latitude + way * math.cos(direction)))
    east = longitude + way * math.sin(direction) / max(math.cos(math.radians(latitude)), SMALLEST_COSINE)
    return f"{north:.7f} {(east + 180) % 360 - 180:.7f} 0 {number_to_text(reach)}"


@function("short-geopoint", "text", "string")
def _short_geopoint(_context: Context, text: str) -> str:
    """Longitude and latitude, as SurveyCTO gives them."""
    words = text.split()
    return f"{words[1]} {words[0]}" if len(words) >= 2 else ""


@function("intersects", "value", "boolean")
def _intersects(context: Context, trace: Value) -> bool:
    """Whether a trace or shape crosses itself; that it comes back to its first point is no crossing."""
    points = points_of(context, (trace,))
    sides = [side for side in pairwise(points) if side[0] != side[1]]
    closed = len(sides) > 2 and sides[0][0] == sides[-1][1]
    for (place, side), (later, other) in combinations(enumerate(sides), 2):
        neighbours = later == place + 1 or (closed and place == 0 and later == len(sides) - 1)
        if _cross(*side, *other) and not (neighbours and not _folds_back(side, other)):
            return True
    return False


def _turn(start: Point, middle: Point, end: Point) -> float:
    return (middle[1] - start[1]) * (end[0] - start[0]) - (middle[0] - start[0]) * (end[1] - start[1])


def _between(start: Point, middle: Point, end: Point) -> bool:
    return all(min(start[axis], end[axis]) <= middle[axis] <= max(start[axis], end[axis]) for axis in (0, 1))


def _cross(start: Point, end: Point, other_start: Point, other_end: Point) -> bool:
    turns = (
        _turn(start, end, other_start),
        _turn(start, end, other_end),
        _turn(other_start, other_end, start),
        _turn(other_start, other_end, end),
    )
    if turns[0] * turns[1] < 0 and turns[2] * turns[3] < 0:
        return True
    touching = (
        (start, other_start, end),
        (start, other_end, end),
        (other_start, start, other_end),
        (other_start, end, other_end),
    )
    return any(turn == 0 and _between(*three) for turn, three in zip(turns, touching, strict=True))


def _folds_back(side: tuple[Point, Point], other: tuple[Point, Point]) -> bool:
    """Whether two sides that meet in a corner lie on each other."""
    shared = side[1] if side[1] in other else side[0]
    far, further = (next(end for end in pair if end != shared) for pair in (side, other))
    return _turn(far, shared, further) == 0 and not _between(far, shared, further)
