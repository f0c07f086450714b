"""Interviews and rows of repeats as GeoJSON (RFC 7946): a feature per geometry, with the answers of its row.

Rows without a geometry are features too, with the geometry null, so that nobody is lost from a map unnoticed.
Codebook and provenance are members of the collection, which readers of maps pass over.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import orjson

from cami_survey.analysis.model import Row, Table
from cami_survey.base.notices import Notice
from cami_survey.exports.book import Book, Progress, Steps, headings, silent
from cami_survey.exports.geometry import Geometry, places
from cami_survey.exports.limits import said
from cami_survey.exports.plain import json_value
from cami_survey.exports.target import replacing


def write(target: Path, book: Book, *, progress: Progress = silent) -> list[Notice]:
    """Write `book` to `target` and say what is no place on the Earth. UserError when it cannot be written."""
    met: Counter[str] = Counter()
    steps = Steps(progress, book.rows())
    with replacing(target) as partial, partial.open("wb") as out:
        out.write(b'{"type":"FeatureCollection","features":[')
        between = b"\n"
        for feature in _features(book, met, steps):
            out.write(between + orjson.dumps(feature))
            between = b",\n"
        notices = said(met)
        out.write(b'\n],"name":' + orjson.dumps(json_value(book.title)))
        about = [[json_value(value) for value in row] for row in book.about(notices)]
        out.write(b',"provenance":' + orjson.dumps(about))
        for table in (book.codebook, book.conflicts):
            out.write(b",\n" + orjson.dumps(table.name) + b":" + orjson.dumps(_records(table)) + b"")
        out.write(b"}\n")
    return notices


def _features(book: Book, met: Counter[str], steps: Steps) -> Iterator[dict[str, Any]]:
    for table in book.tables:
        titles = headings(table.columns, book.headers)
        for row in steps.over(table.rows):
            properties = {"_table": table.name} | _answers(titles, row)
            found = 0
            for column, geometry in places(table, row):
                met["misplaced"] += geometry is None
                if geometry is not None:
                    found += 1
                    yield _feature(geometry, {**properties, "_geometry": column.name})
            if not found:
                yield _feature(None, properties)


def _answers(titles: list[str], row: Row) -> dict[str, Any]:
    return {title: json_value(value) for title, value in zip(titles, row, strict=True)}


def _feature(geometry: Geometry | None, properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "Feature", "geometry": geometry and _geometry(geometry), "properties": properties}


def _geometry(geometry: Geometry) -> dict[str, Any]:
    points: Any = [list(point) for point in geometry.points]
    if geometry.shape == "Point":
        points = points[0]
    elif geometry.shape == "Polygon":
        points = [_outward(points)]
    return {"type": geometry.shape, "coordinates": points}


def _outward(ring: list[list[float]]) -> list[list[float]]:
    """The ring counterclockwise, as the RFC wants it."""
    turned = sum((b[0] - a[0]) * (b[1] + a[1]) for a, b in pairwise(ring))
    return ring[::-1] if turned > 0 else ring


def _records(table: Table) -> list[dict[str, Any]]:
    names = [column.name for column in table.columns]
    return [_answers(names, row) for row in table.rows]
