"""Answered places as KML 2.2: a folder per table, a placemark per geometry, the answers as extended data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

from lxml import etree

from cami_survey.analysis.model import Row, Table
from cami_survey.base.notices import Notice
from cami_survey.exports.book import Book, Progress, Steps, headings, silent
from cami_survey.exports.cells import visible
from cami_survey.exports.geometry import Geometry, geometry_columns, places
from cami_survey.exports.limits import said
from cami_survey.exports.plain import text_of
from cami_survey.exports.target import replacing

NAMESPACE = "http://www.opengis.net/kml/2.2"
CODE = "_code"


def write(target: Path, book: Book, *, progress: Progress = silent) -> list[Notice]:
    """Write `book` to `target` and say what is no place on the Earth. UserError when it cannot be written."""
    met: Counter[str] = Counter()
    steps = Steps(progress, book.rows())
    with (
        replacing(target) as partial,
        partial.open("wb") as file,
        etree.xmlfile(file, encoding="utf-8") as out,
    ):
        out.write_declaration()
        with out.element("kml", nsmap={None: NAMESPACE}), out.element("Document"):
            _put(out, "name", book.title)
            for table in book.tables:
                with out.element("Folder"):
                    _put(out, "name", table.name)
                    _placemarks(out, book, table, met, steps)
            notices = said(met)
            _list(out, "provenance", [[text_of(value) for value in row] for row in book.about(notices)])
            for extra in (book.codebook, book.conflicts):
                rows = ([text_of(value) for value in row] for row in extra.rows)
                _list(out, extra.name, [[column.name for column in extra.columns], *rows])
    return notices


def _placemarks(out: etree._IncrementalFileWriter, book: Book, table: Table, met: Counter[str], steps: Steps) -> None:
    titles = headings(table.columns, book.headers)
    names = [column.name for column in table.columns]
    if not geometry_columns(table):
        met["unplaced"] += len(table.rows)
        return
    for row in steps.over(table.rows):
        found = 0
        for column, geometry in places(table, row):
            met["misplaced"] += geometry is None
            if geometry is not None:
                found += 1
                with out.element("Placemark"):
                    code = row[names.index(CODE)] if CODE in names else None
                    _put(out, "name", text_of(code if code is not None else row[0]))
                    _put(out, "description", column.label or column.name)
                    _data(out, _said(titles, row))
                    out.write(_geometry(geometry))
        met["unplaced"] += not found


def _said(titles: list[str], row: Row) -> Iterator[tuple[str, str]]:
    return ((title, text_of(value)) for title, value in zip(titles, row, strict=True) if value is not None)


def _data(out: etree._IncrementalFileWriter, pairs: Iterator[tuple[str, str]]) -> None:
    with out.element("ExtendedData"):
        for name, text in pairs:
            with out.element("Data", name=visible(name)):
                _put(out, "value", text)


def _list(out: etree._IncrementalFileWriter, name: str, rows: list[list[str]]) -> None:
    """A table without places, as a folder with lines of text."""
    if not rows:
        return
    with out.element("Folder"):
        _put(out, "name", name)
        _put(out, "visibility", "0")
        _put(out, "description", "\n".join("\t".join(row) for row in rows))


def _put(out: etree._IncrementalFileWriter, name: str, text: str) -> None:
    with out.element(name):
        out.write(visible(text))


def _geometry(geometry: Geometry) -> etree._Element:
    points = " ".join(",".join(repr(number) for number in point) for point in geometry.points)
    # Readers that know no namespaces want no prefix.
    element: etree._Element = etree.Element(f"{{{NAMESPACE}}}{geometry.shape}", nsmap=cast(Any, {None: NAMESPACE}))
    inside = element
    if geometry.shape == "Polygon":
        for step in ("outerBoundaryIs", "LinearRing"):
            inside = etree.SubElement(inside, f"{{{NAMESPACE}}}{step}")
    etree.SubElement(inside, f"{{{NAMESPACE}}}coordinates").text = points
    return element
