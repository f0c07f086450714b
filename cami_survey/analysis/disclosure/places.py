"""Places made coarse, so that a camp cannot be found from them: the same in every export, never drawn anew.

Two ways: the middle of a grid cell, or a shift whose length depends on how far the nearest town is (where few people
live, more room is needed to hide a camp) and whose direction comes from a key.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import asin, cos, pi, radians, sin, sqrt

from cami_survey.analysis.disclosure.pseudonyms import keyed

KILOMETRES_PER_DEGREE = 111.195
LEAST = 0.3
RINGS = ((5.0, 5.0), (25.0, 10.0))
FARTHEST = 25.0

Place = tuple[float, float]


def in_grid(place: Place, kilometres: float) -> Place:
    """The middle of the grid cell (latitude, longitude in degrees, three decimals) with sides of about `kilometres`.

    Rows of cells begin at the South Pole; each row has a whole number of cells around the Earth.
    """
    row_height = 180 / max(1, round(180 * KILOMETRES_PER_DEGREE / kilometres))
    row = min((place[0] + 90) // row_height, 180 // row_height)
    latitude = min(90.0, row * row_height - 90 + row_height / 2)
    around = max(1, round(360 * KILOMETRES_PER_DEGREE * max(0.0, cos(radians(latitude))) / kilometres))
    width = 360 / around
    longitude = (((place[1] + 180) % 360) // width) * width - 180 + width / 2
    return round(latitude, 3), round(longitude, 3)


def shifted(place: Place, record: str, key: bytes, towns: Sequence[Place]) -> Place:
    """The place moved by 0.3 to 1 of a reach that fits the country around it: 5, 10 or 25 km.

    The reach depends on the distance to the nearest of `towns` only, direction and length on `key` and `record` only.
    """
    reach = _reach(min((distance(place, town) for town in towns), default=FARTHEST + 1))
    drawn = keyed(key, "shift", record)
    angle = 2 * pi * int.from_bytes(drawn[:8], "big") / 2**64
    part = int.from_bytes(drawn[8:16], "big") / 2**64
    length = reach * sqrt(LEAST**2 + part * (1 - LEAST**2))
    latitude = place[0] + length * cos(angle) / KILOMETRES_PER_DEGREE
    latitude = max(-90.0, min(90.0, latitude))
    breadth = max(0.01, cos(radians(place[0])))
    longitude = (place[1] + length * sin(angle) / (KILOMETRES_PER_DEGREE * breadth) + 180) % 360 - 180
    return round(latitude, 3), round(longitude, 3)


def distance(first: Place, second: Place) -> float:
    """Kilometres along the great circle (haversine, sphere of 6,371 km)."""
    up, across = radians(second[0] - first[0]), radians(second[1] - first[1])
    half = sin(up / 2) ** 2 + cos(radians(first[0])) * cos(radians(second[0])) * sin(across / 2) ** 2
    return 2 * 6371.0 * asin(min(1.0, sqrt(half)))


def _reach(away: float) -> float:
    return next((reach for limit, reach in RINGS if away <= limit), FARTHEST)
