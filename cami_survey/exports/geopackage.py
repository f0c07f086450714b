"""Result tables as an OGC GeoPackage 1.3: every table whole, and a layer for each question that takes a place.

A GeoPackage is an SQLite file of its own, which has nothing to do with the survey file.
"""

from __future__ import annotations

import sqlite3
import struct
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from cami_survey.analysis.model import Kind, Row, Table
from cami_survey.analysis.names import distinct
from cami_survey.base.clock import system_clock
from cami_survey.base.notices import Notice
from cami_survey.exports.book import Book, Progress, Steps, headings, silent
from cami_survey.exports.geometry import Geometry, Shape, geometry_columns, geometry_of
from cami_survey.exports.limits import said
from cami_survey.exports.plain import json_value
from cami_survey.exports.target import replacing

APPLICATION, VERSION, EARTH = 0x47504B47, 10300, 4326
TYPES: dict[Kind, str] = {"integer": "INTEGER", "decimal": "REAL", "boolean": "BOOLEAN", "date": "DATE"}
WKB: dict[Shape, int] = {"Point": 1, "LineString": 2, "Polygon": 3}
WGS84 = (
    'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563]],PRIMEM["Greenwich",0],'
    'UNIT["degree",0.0174532925199433],AXIS["Latitude",NORTH],AXIS["Longitude",EAST],AUTHORITY["EPSG","4326"]]'
)
TABLES = """
CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT NOT NULL, srs_id INTEGER PRIMARY KEY, organization TEXT NOT NULL,
  organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT);
CREATE TABLE gpkg_contents (table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE,
  description TEXT DEFAULT '', last_change DATETIME NOT NULL, min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE,
  srs_id INTEGER, CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id));
CREATE TABLE gpkg_geometry_columns (table_name TEXT NOT NULL, column_name TEXT NOT NULL,
  geometry_type_name TEXT NOT NULL, srs_id INTEGER NOT NULL, z TINYINT NOT NULL, m TINYINT NOT NULL,
  CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name), CONSTRAINT uk_gc_table_name UNIQUE (table_name),
  CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name),
  CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id));
"""


def write(target: Path, book: Book, *, progress: Progress = silent) -> list[Notice]:
    """Write `book` to `target` and say what is no place on the Earth. UserError when it cannot be written."""
    with replacing(target) as partial:
        partial.unlink(missing_ok=True)
        try:
            with closing(sqlite3.connect(partial, isolation_level=None)) as file:
                return _Writer(file, book, Steps(progress, book.rows())).fill()
        except sqlite3.OperationalError as error:
            raise OSError(_errno(error), str(error)) from error


def _errno(error: sqlite3.OperationalError) -> int:
    import errno

    return errno.ENOSPC if error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR) else errno.EIO


class _Writer:
    """One file in the making."""

    def __init__(self, file: sqlite3.Connection, book: Book, steps: Steps) -> None:
        self._file = file
        self._book = book
        self._steps = steps
        self._met: Counter[str] = Counter()
        self._taken: set[str] = set()
        # Nobody reads the file before it has its name, so it needs no journal.
        for pragma in (f"application_id={APPLICATION}", f"user_version={VERSION}", "journal_mode=OFF"):
            file.execute(f"PRAGMA {pragma}")

    def fill(self) -> list[Notice]:
        """Write every table; returns what was met."""
        self._file.executescript(TABLES)
        self._file.execute("BEGIN")
        for name, number, organisation, definition in (
            ("Undefined Cartesian", -1, "NONE", "undefined"),
            ("Undefined geographic", 0, "NONE", "undefined"),
            ("WGS 84", EARTH, "EPSG", WGS84),
        ):
            row = (name, number, organisation, number, definition, None)
            self._file.execute("INSERT INTO gpkg_spatial_ref_sys VALUES (?,?,?,?,?,?)", row)
        for table in self._book.tables:
            titles = headings(table.columns, self._book.headers)
            types = [TYPES.get(column.kind, "TEXT") for column in table.columns]
            self._attributes(table.name, titles, types, self._steps.over(table.rows), table.title)
            for at, column, shape in geometry_columns(table):
                self._layer(f"{table.name}-{column.name}", table, titles, types, at, shape)
        for extra in (self._book.conflicts, self._book.codebook):
            names = [column.name for column in extra.columns]
            self._attributes(extra.name, names, ["TEXT"] * len(names), extra.rows, extra.title)
        notices = said(self._met)
        about = ([*row, None, None][:2] for row in self._book.about(notices))
        self._attributes("provenance", ["name", "value"], ["TEXT", "TEXT"], about, "")
        self._file.execute("COMMIT")
        return notices

    def _attributes(
        self, wanted: str, titles: Sequence[str], types: Sequence[str], rows: Iterable[Row], title: str
    ) -> None:
        """A table without places."""
        name = self._free(wanted)
        self._create(name, titles, types, "")
        self._contents(name, "attributes", title, (None,) * 4, None)
        self._insert(name, len(titles), ([json_value(value) for value in row] for row in rows))

    def _layer(
        self, wanted: str, table: Table, titles: Sequence[str], types: Sequence[str], at: int, shape: Shape
    ) -> None:
        """The rows that have an answer to one question, on the map."""
        name, box = self._free(wanted), _Box()
        self._create(name, titles, types, f"geom {shape.upper()},")
        self._contents(name, "features", table.columns[at].label, (None,) * 4, EARTH)
        place = (name, "geom", shape.upper(), EARTH, 2, 0)
        self._file.execute("INSERT INTO gpkg_geometry_columns VALUES (?,?,?,?,?,?)", place)

        def found() -> Iterator[list[Any]]:
            for row in table.rows:
                geometry = geometry_of(str(row[at]), shape) if row[at] is not None else None
                self._met["misplaced"] += geometry is None and row[at] is not None
                if geometry is not None:
                    box.add(geometry)
                    yield [blob(geometry), *(json_value(value) for value in row)]

        self._insert(name, len(titles) + 1, found())
        bounds = "UPDATE gpkg_contents SET min_x=?, min_y=?, max_x=?, max_y=? WHERE table_name=?"
        self._file.execute(bounds, (*box.bounds(), name))

    def _create(self, name: str, titles: Sequence[str], types: Sequence[str], more: str) -> None:
        columns = distinct([("fid", "fid"), *((title, f"{title} ") for title in titles)])[1:]
        columns = [f"{column}_" if column.casefold() in ("fid", "geom") else column for column in columns]
        named = ", ".join(f"{_quoted(column)} {kind}" for column, kind in zip(columns, types, strict=True))
        self._file.execute(
            f"CREATE TABLE {_quoted(name)} (fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, {more} {named})"
        )

    def _insert(self, name: str, width: int, rows: Iterable[Sequence[Any]]) -> None:
        marks = ",".join("?" * width)
        self._file.executemany(f"INSERT INTO {_quoted(name)} VALUES (NULL,{marks})", rows)

    def _contents(self, name: str, kind: str, title: str, box: tuple[None, ...], reference: int | None) -> None:
        changed = system_clock().strftime("%Y-%m-%dT%H:%M:%S.000Z")
        row = (name, kind, name, title, changed, *box, reference)
        self._file.execute("INSERT INTO gpkg_contents VALUES (?,?,?,?,?,?,?,?,?,?)", row)

    def _free(self, wanted: str) -> str:
        stem = json_value(wanted.replace("\x00", "_"))
        name, number = str(stem), 2
        while name.casefold() in self._taken or name.casefold().startswith(("gpkg_", "sqlite_", "rtree_")):
            name, number = f"{stem}~{number}" if number > 2 else f"t_{stem}", number + 1
        self._taken.add(name.casefold())
        return name


class _Box:
    """The rectangle around geometries."""

    def __init__(self) -> None:
        self._points: list[tuple[float, float]] = []

    def add(self, geometry: Geometry) -> None:
        """Make it reach around this one too."""
        xs, ys = [[point[at] for point in (*geometry.points, *self._points)] for at in (0, 1)]
        self._points = [(min(xs), min(ys)), (max(xs), max(ys))]

    def bounds(self) -> tuple[float | None, ...]:
        """West, south, east, north; nothing around nothing."""
        return (*self._points[0], *self._points[1]) if self._points else (None,) * 4


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def blob(geometry: Geometry) -> bytes:
    """The geometry as GeoPackage keeps it: its own header without an envelope, then ISO well-known binary."""
    head = struct.pack("<2sBBi", b"GP", 0, 1, EARTH)
    body = struct.pack("<BI", 1, WKB[geometry.shape] + (1000 if geometry.has_height else 0))
    if geometry.shape == "Polygon":
        body += struct.pack("<I", 1)
    if geometry.shape != "Point":
        body += struct.pack("<I", len(geometry.points))
    return head + body + b"".join(struct.pack(f"<{len(point)}d", *point) for point in geometry.points)
