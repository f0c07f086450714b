"""Places on the earth as ODK keeps them, "latitude longitude altitude accuracy" (WGS 84, m), and measures of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from math import asin, cos, pi, radians, sin, sqrt
from typing import NamedTuple

from cami_survey.base.texts import _

EARTH = 6_371_008.8
SHAPES = frozenset({"geotrace", "geoshape"})


class Place(NamedTuple):
    """Degrees, positive to north and east; altitude and accuracy in m, 0 where they are not known."""

    latitude: float
    longitude: float
    altitude: float = 0.0
    accuracy: float = 0.0

    @property
    def lexical(self) -> str:
        """As ODK writes it."""
        return " ".join(_decimal(number) for number in self)


def _decimal(number: float) -> str:
    """Seven places at most, one at least: a millionth of a degree is a decimetre."""
    text = f"{number:.7f}".rstrip("0")
    text += "0" if text.endswith(".") else ""
    return "0.0" if text == "-0.0" else text


def lexical(places: Iterable[Place]) -> str:
    """Several places as ODK writes a trace."""
    return "; ".join(place.lexical for place in places)


def stored(text: str) -> list[Place]:
    """The places in a stored answer; what is no place is left out."""
    found = []
    for part in text.split(";"):
        try:
            numbers = [float(word) for word in part.split()]
        except ValueError:
            continue
        if 2 <= len(numbers) <= 4 and abs(numbers[0]) <= 90 and abs(numbers[1]) <= 180:
            found.append(Place(*numbers))
    return found


def opened(places: Sequence[Place]) -> list[Place]:
    """The corners of an area, the first of them once."""
    closed = len(places) > 1 and places[0] == places[-1]
    return list(places[:-1] if closed else places)


def unfinished(kind: str, text: str) -> str:
    """Why the line or area in a stored answer is none yet, in words; empty where it is one, and for any other kind."""
    if not text or kind not in SHAPES:
        return ""
    places = stored(text)
    if kind == "geotrace":
        return _("A line needs two points at least.") if len(places) < 2 else ""
    corners = opened(places)
    if len(corners) < 3:
        return _("An area needs three points at least.")
    if crosses_itself(corners):
        return _("The edge of the area crosses itself: move a point, or take one away.")
    return ""


# Measures


def distance(one: Place, other: Place) -> float:
    """Metres between two places along the sphere (haversine)."""
    low, high = radians(one.latitude), radians(other.latitude)
    turn = radians(other.longitude - one.longitude)
    share = sin((high - low) / 2) ** 2 + cos(low) * cos(high) * sin(turn / 2) ** 2
    return 2 * EARTH * asin(min(1.0, sqrt(share)))


def length(places: Sequence[Place]) -> float:
    """Metres along a line."""
    return sum(distance(one, other) for one, other in pairwise(places))


def area(places: Sequence[Place]) -> float:
    """Square metres within a closed line on the sphere, whichever way it runs (Chamberlain and Duquette 2007)."""
    total = 0.0
    for one, other in zip(places, [*places[1:], *places[:1]], strict=True):
        turn = (radians(other.longitude - one.longitude) + pi) % (2 * pi) - pi
        total += turn * (2 + sin(radians(one.latitude)) + sin(radians(other.latitude)))
    return abs(total) * EARTH * EARTH / 2


def crosses_itself(places: Sequence[Place]) -> bool:
    """Whether the closed line through these places (the first not repeated) crosses itself."""
    corners = [(place.longitude, place.latitude) for place in places]
    sides = [(corners[at], corners[(at + 1) % len(corners)]) for at in range(len(corners))]
    for at, side in enumerate(sides):
        for further in range(at + 2, len(sides)):
            if (further + 1) % len(sides) != at and _cross(*side, *sides[further]):
                return True
    return False


_Corner = tuple[float, float]


def _cross(a: _Corner, b: _Corner, c: _Corner, d: _Corner) -> bool:
    return _side(a, b, c) * _side(a, b, d) < 0 and _side(c, d, a) * _side(c, d, b) < 0


def _side(a: _Corner, b: _Corner, c: _Corner) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
