"""Places, lines and areas as forms write them: `lat lon alt accuracy`, points of a line apart by semicolons."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import isfinite
from typing import Literal

from cami_survey.analysis.model import Column, Row, Table

Shape = Literal["Point", "LineString", "Polygon"]
SHAPES: dict[str, Shape] = {"geopoint": "Point", "geotrace": "LineString", "geoshape": "Polygon"}
FEWEST: dict[Shape, int] = {"Point": 1, "LineString": 2, "Polygon": 4}
Point = tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Geometry:
    """Points as longitude, latitude and, where every one has it, altitude. A polygon is one closed ring."""

    shape: Shape
    points: tuple[Point, ...]

    @property
    def has_height(self) -> bool:
        """Whether the points have an altitude."""
        return len(self.points[0]) == 3


def geometry_of(text: str, shape: Shape) -> Geometry | None:
    """The geometry that `text` says; None for anything that is none or does not lie on the Earth."""
    try:
        points = [_point(part) for part in text.split(";") if part.strip()]
    except ValueError:
        return None
    if any(len(point) < 3 for point in points):
        points = [point[:2] for point in points]
    if shape == "Polygon" and points and points[0] != points[-1]:
        points.append(points[0])
    if len(points) < FEWEST[shape] or (shape == "Point" and len(points) > 1):
        return None
    return Geometry(shape, tuple(points))


def _point(text: str) -> Point:
    numbers = [float(word) for word in text.split()]
    if not 2 <= len(numbers) <= 4 or not all(map(isfinite, numbers)):
        raise ValueError(text)
    latitude, longitude = numbers[:2]
    if abs(latitude) > 90 or abs(longitude) > 180:
        raise ValueError(text)
    return (longitude, latitude, *numbers[2:3])


def geometry_columns(table: Table) -> list[tuple[int, Column, Shape]]:
    """The columns of a table that hold geometries, with their positions."""
    return [(at, column, SHAPES[column.type]) for at, column in enumerate(table.columns) if column.type in SHAPES]


def places(table: Table, row: Row) -> Iterator[tuple[Column, Geometry | None]]:
    """The geometries answered in a row; None for a text that is none."""
    for at, column, shape in geometry_columns(table):
        if row[at] is not None:
            yield column, geometry_of(str(row[at]), shape)
