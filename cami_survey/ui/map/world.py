"""The base map in the projection of map tiles (Web Mercator): the world is a square from 0 to 1, north at the top."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from math import asinh, atan, degrees, pi, radians, sinh, tan
from typing import Any

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainterPath

from cami_survey.base import texts
from cami_survey.reference import places

# Beyond this latitude the projection has no end.
LIMIT = 85.0511
CYRILLIC = frozenset({"ru", "ky", "kk", "mn", "tg", "be", "uk"})


def to_world(latitude: float, longitude: float) -> QPointF:
    """Degrees to the square."""
    latitude = min(max(latitude, -LIMIT), LIMIT)
    return QPointF((longitude + 180) / 360, (1 - asinh(tan(radians(latitude))) / pi) / 2)


def from_world(at: QPointF) -> tuple[float, float]:
    """The latitude and longitude of a place in the square."""
    return degrees(atan(sinh(pi * (1 - 2 * at.y())))), at.x() * 360 - 180


@dataclass(frozen=True, slots=True)
class Shape:
    """An outline with the box around it. `kind`: range_state, context, disputed, lake or river."""

    kind: str
    path: QPainterPath
    box: QRectF


@dataclass(frozen=True, slots=True)
class Name:
    """Words at a place. `rank` orders them: the lower, the sooner they are shown."""

    words: str
    at: QPointF
    rank: int
    country: bool = False


@cache
def land() -> tuple[Shape, ...]:
    """Countries and areas."""
    return tuple(_shape(feature, feature["properties"]["role"]) for feature in _features("countries"))


@cache
def water() -> tuple[Shape, ...]:
    """Rivers and lakes, lakes last."""
    found = [_shape(feature, feature["properties"]["layer"]) for feature in _features("water")]
    return tuple(sorted(found, key=lambda shape: shape.kind, reverse=True))


def names() -> tuple[Name, ...]:
    """Range states, then towns from the largest to the smallest, in the script of the program's language."""
    return _names(texts.language() in CYRILLIC)


@cache
def _names(cyrillic: bool) -> tuple[Name, ...]:
    towns = sorted(_features("towns"), key=lambda feature: -feature["properties"]["pop"])
    about = [feature["properties"] for feature in _features("countries")]
    # What other areas are called is not for this program to say.
    made = [
        Name(one["name_short"], to_world(one["label_y"], one["label_x"]), -1, country=True)
        for one in about
        if one["role"] == "range_state"
    ]
    key = "name_ru" if cyrillic else "name"
    for rank, feature in enumerate(towns):
        longitude, latitude = feature["geometry"]["coordinates"]
        words = feature["properties"].get(key) or feature["properties"]["name"]
        made.append(Name(words, to_world(latitude, longitude), rank))
    return tuple(made)


def _features(layer: places.Layer) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(places.basemap(layer).read_text("utf-8"))["features"]
    return found


def _shape(feature: dict[str, Any], kind: str) -> Shape:
    path = QPainterPath()
    geometry = feature["geometry"]
    lines = geometry["coordinates"]
    closed = geometry["type"].endswith("Polygon")
    if geometry["type"] == "MultiPolygon":
        lines = [line for part in lines for line in part]
    elif geometry["type"] == "LineString":
        lines = [lines]
    for line in lines:
        first, *rest = (to_world(latitude, longitude) for longitude, latitude, *_more in line)
        path.moveTo(first)
        for at in rest:
            path.lineTo(at)
        if closed:
            path.closeSubpath()
    return Shape(kind, path, path.boundingRect())
