"""Result tables as CSV files in a zip: UTF-8 with a byte order mark, commas, CRLF, one file per table.

Text that a spreadsheet could take for a formula (it begins with = + - @, a tab or a line break) has an apostrophe in
front, and so has text that begins with an apostrophe; taking one leading apostrophe off every cell gives the text
back. Numbers, dates and times are bare; times keep their offset.
"""

from __future__ import annotations

import csv
import re
import zipfile
from collections import Counter
from collections.abc import Iterable
from datetime import date, time
from io import TextIOWrapper
from pathlib import Path

from cami_survey.analysis.model import Row, Table, Value
from cami_survey.base.notices import Notice
from cami_survey.base.texts import _
from cami_survey.exports.book import Book, Progress, headings, silent
from cami_survey.exports.cells import is_formula_like, visible
from cami_survey.exports.limits import said
from cami_survey.exports.target import replacing

PROVENANCE = "provenance.csv"
REPORT_EVERY = 500
_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f\ud800-\udfff]')


def write(target: Path, book: Book, *, progress: Progress = silent) -> list[Notice]:
    """Write `book` to `target` and say what had to be changed. UserError when it cannot; an older file then stays."""
    with replacing(target) as partial, zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED) as archive:
        writer = _Writer(archive, book, progress)
        for table in book.tables:
            writer.table(table)
        if len(book.conflicts.rows):
            writer.table(book.conflicts)
        writer.table(book.codebook)
        notices = said(writer.met)
        writer.lines(PROVENANCE, book.about(notices))
        progress(book.rows(), book.rows())
    return notices


class _Writer:
    """The files of one archive, one after the other."""

    def __init__(self, archive: zipfile.ZipFile, book: Book, progress: Progress) -> None:
        self.met: Counter[str] = Counter()
        self._archive = archive
        self._book = book
        self._progress = progress
        self._total = book.rows()
        self._done = 0
        self._names = FileNames(PROVENANCE)
        self._words = {True: _("yes"), False: _("no")}

    def table(self, table: Table) -> None:
        """One CSV file with its header row."""
        header: Row = list(headings(table.columns, self._book.headers))
        self.lines(self._names.take(table.name), _after(header, table.rows))

    def lines(self, name: str, rows: Iterable[Row]) -> None:
        """One CSV file."""
        with (
            self._archive.open(name, "w", force_zip64=True) as raw,
            TextIOWrapper(raw, "utf-8-sig", newline="") as text,
        ):
            out = csv.writer(text)
            for row in rows:
                out.writerow([self._field(value) for value in row])
                self._done += 1
                if self._done % REPORT_EVERY == 0:
                    self._progress(min(self._done, self._total), self._total)

    def _field(self, value: Value) -> str | int | float | None:
        if isinstance(value, str):
            return self._text(value)
        if isinstance(value, bool):
            return self._words[value]
        if isinstance(value, (date, time)):
            return value.isoformat()
        return value if value is None or isinstance(value, (int, float)) else str(value)

    def _text(self, text: str) -> str:
        shown = visible(text)
        if shown is not text:
            self.met["controls"] += 1
        if is_formula_like(shown) or shown.startswith("'"):
            self.met["quoted"] += 1
            return "'" + shown
        return shown


class FileNames:
    """Hands out names of CSV files: legal on every system, distinct without regard to case."""

    def __init__(self, *taken: str) -> None:
        self._taken = set(taken)

    def take(self, table: str) -> str:
        """The file name nearest to a table's name that is still free."""
        stem = _FORBIDDEN.sub("_", table)
        name, number = f"{stem}.csv", 2
        while name.casefold() in self._taken:
            name, number = f"{stem}~{number}.csv", number + 1
        self._taken.add(name.casefold())
        return name


def _after(header: Row, rows: Iterable[Row]) -> Iterable[Row]:
    yield header
    yield from rows
