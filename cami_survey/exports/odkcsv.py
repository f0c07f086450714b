"""CSV files in a zip as ODK's tools write and read them: KEY, PARENT_KEY and SET-OF, group names before names.

A KEY is the instance's ID, followed for a repeat by the stable keys of its instances in brackets; it names the row
over exports and merges. Texts are bare: these files are for programs, not for double clicks.
"""

from __future__ import annotations

import csv
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from io import TextIOWrapper
from pathlib import Path

from cami_survey.analysis.model import Column, Row, Table, Value
from cami_survey.base.notices import Notice
from cami_survey.exports.book import Book, Progress, Steps, silent
from cami_survey.exports.csvzip import FileNames
from cami_survey.exports.limits import said
from cami_survey.exports.plain import text_of, whole
from cami_survey.exports.target import replacing

POINT = ("Latitude", "Longitude", "Altitude", "Accuracy")
INSTANCE_ID = "/meta/instanceID"
# What ODK calls the record's own columns, in front and behind.
FRONT = {"@changed": "SubmissionDate"}
BEHIND = {
    "@facilitator": "SubmitterName",
    "@device": "DeviceID",
    "@state": "ReviewState",
    "@form_version": "FormVersion",
}


def write(target: Path, book: Book, *, progress: Progress = silent) -> list[Notice]:
    """Write `book`, whose choices have to be codes, to `target`. UserError when it cannot be written."""
    steps = Steps(progress, book.rows())
    names = FileNames()
    with replacing(target) as partial, zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED) as archive:
        for form in dict.fromkeys(table.form for table in book.tables):
            tables = [table for table in book.tables if table.form == form]
            keys: dict[str, str] = {}
            for table in tables:
                inner = [other for other in tables if other.repeats[:-1] == table.repeats and other is not table]
                plan = _Plan(table, inner, keys)
                _file(archive, names.take(table.name), plan.header, map(plan.row, steps.over(table.rows)))
        for extra in (book.conflicts, book.codebook):
            header = [column.name for column in extra.columns]
            _file(archive, names.take(extra.name), header, ([text_of(value) for value in row] for row in extra.rows))
        notices = said(Counter())
        about = ([text_of(value) for value in row] for row in book.about(notices))
        _file(archive, names.take("provenance"), ["name", "value"], about)
    return notices


def _file(archive: zipfile.ZipFile, name: str, header: Sequence[str], rows: Iterator[list[str]]) -> None:
    with archive.open(name, "w", force_zip64=True) as raw, TextIOWrapper(raw, "utf-8", newline="") as text:
        out = csv.writer(text, lineterminator="\n")
        out.writerow([whole(title) for title in header])
        out.writerows([whole(value) for value in row] for row in rows)


class _Plan:
    """How one table becomes a file. `keys`: record -> its KEY, filled by the form's own table for those of repeats."""

    def __init__(self, table: Table, inner: Sequence[Table], keys: dict[str, str]) -> None:
        self._keys = keys
        self._nested = [table.repeats[at].rsplit("/", 1)[-1] for at in range(len(table.repeats))]
        self._inner = [other.repeats[-1].rsplit("/", 1)[-1] for other in inner]
        self._start = len(table.repeats[-1]) if table.repeats else -1
        paths = [column.path for column in table.columns]
        self._instance = next((at for at, path in enumerate(paths) if path.endswith(INSTANCE_ID)), None)
        self._asked = [(at, column) for at, column in enumerate(table.columns) if column.path[:1] == "/"]
        own = not table.repeats
        self._front = [(paths.index(path), title) for path, title in FRONT.items() if own and path in paths]
        self._behind = [(paths.index(path), title) for path, title in BEHIND.items() if own and path in paths]
        self.header = [
            *(title for _at, title in self._front),
            *(title for _at, column in self._asked for title in self._titles(column)),
            *([] if own else ["PARENT_KEY"]),
            "KEY",
            *(title for _at, title in self._behind),
            *(f"SET-OF-{name}" for name in self._inner),
        ]

    def _titles(self, column: Column) -> list[str]:
        start = self._start if self._start > 0 else column.path.index("/", 1)
        name = column.path[start + 1 :].replace("/", "-")
        tail = column.name.partition("/")[2] if column.type == "" else ""
        name = f"{name}/{tail}" if tail else name
        return [f"{name}-{part}" for part in POINT] if column.type == "geopoint" else [name]

    def row(self, row: Row) -> list[str]:
        """The texts of a row."""
        key, parent = self._key(row)
        return [
            *(text_of(row[at]) for at, _title in self._front),
            *(text for at, column in self._asked for text in _texts(row[at], column)),
            *([parent] if self._nested else []),
            key,
            *(text_of(row[at]) for at, _title in self._behind),
            *(f"{key}/{name}" for name in self._inner),
        ]

    def _key(self, row: Row) -> tuple[str, str]:
        record = str(row[0])
        if not self._nested:
            named = row[self._instance] if self._instance is not None else None
            self._keys[record] = str(named or f"uuid:{record}")
            return self._keys[record], ""
        parent = key = self._keys.get(record, f"uuid:{record}")
        for at, name in enumerate(self._nested, 1):
            parent, key = key, f"{key}/{name}[{text_of(row[at])}]"
        return key, parent


def _texts(value: Value, column: Column) -> list[str]:
    """The cells of an answer: a point has four."""
    text = text_of(value)
    return [*text.split(), "", "", "", ""][: len(POINT)] if column.type == "geopoint" else [text]
