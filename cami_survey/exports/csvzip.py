"""Result tables as CSV files in a zip: UTF-8 with a byte order mark, commas, CRLF, one file per table.

Text that a spreadsheet could take for a formula (it begins with = + - @, a tab or a line break) has an apostrophe in
front, and so has text that begins with an apostrophe; taking one leading apostrophe off every cell gives the text
back. Numbers, dates and times are bare; times keep their offset.
"""

from __future__ import annotations

import re
import zipfile
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import IO

from cami_survey.analysis.model import Row, Table
from cami_survey.analysis.rows import Batches, ReadRows, Rest
from cami_survey.base.notices import Notice
from cami_survey.exports.book import Book, Progress, headings, silent
from cami_survey.exports.csvcells import CsvCells, Written, rest_of_lines
from cami_survey.exports.limits import said
from cami_survey.exports.target import replacing
from cami_survey.exports.zipparts import COMPRESSION, Deflated, pieced

BOM = b"\xef\xbb\xbf"
PROVENANCE = "provenance.csv"
REPORT_EVERY = 500
_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f\ud800-\udfff]')


def write(target: Path, book: Book, *, progress: Progress = silent) -> list[Notice]:
    """Write `book` to `target` and say what had to be changed. UserError when it cannot; an older file then stays."""
    with (
        replacing(target) as partial,
        partial.open("w+b") as file,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=COMPRESSION) as archive,
    ):
        writer = _Writer(archive, file, book, progress)
        for table in book.tables:
            writer.table(table)
        if len(book.conflicts.rows):
            writer.table(book.conflicts)
        writer.table(book.codebook)
        notices = said(writer.met)
        writer.about(book.about(notices))
        progress(book.rows(), book.rows())
    return notices


class _Writer:
    """The files of one archive, one after the other."""

    def __init__(self, archive: zipfile.ZipFile, file: IO[bytes], book: Book, progress: Progress) -> None:
        self.met: Counter[str] = Counter()
        self._archive = archive
        self._file = file
        self._book = book
        self._progress = progress
        self._total = book.rows()
        self._done = 0
        self._names = FileNames(PROVENANCE)

    def table(self, table: Table) -> None:
        """One CSV file with its header row."""
        readers = table.rows.readers if isinstance(table.rows, ReadRows) else []
        cells = CsvCells(len(table.columns), self.met, readers)
        header = BOM + cells.line(list(headings(table.columns, self._book.headers)))
        name = self._names.take(table.name)
        if isinstance(table.rows, ReadRows) and table.rows.rest:
            self._halved(name, header, cells, table.rows, table.rows.rest)
            return
        with self._archive.open(name, "w", force_zip64=True) as out:
            out.write(header)
            for number, piece in cells.pieces(Batches(table.rows).take(len(table.rows))):
                out.write(piece)
                self._count(number)

    def _halved(self, name: str, header: bytes, cells: CsvCells, rows: ReadRows, rest: Rest) -> None:
        """One CSV file, the later lines of which another process writes meanwhile."""
        running, here = rest.run(rest_of_lines), max(1, len(rows) - len(rest))
        with pieced(self._archive, self._file, name) as member:
            part = Deflated(COMPRESSION)
            member.write(part.add(header))
            for number, piece in cells.pieces(rows.here()):
                member.write(part.add(piece))
                self._count(number * len(rows) // here)
            member.write(part.end())
            member.count(part.size, part.crc)
            for said in running:
                if isinstance(said, Written):
                    member.count(said.size, said.crc)
                    self.met.update(said.met)
                else:
                    member.write(said)
            member.write(Deflated(COMPRESSION).end(last=True))

    def about(self, rows: Iterable[Row]) -> None:
        """The provenance."""
        cells = CsvCells(0, self.met)
        self._archive.writestr(PROVENANCE, BOM + b"".join(map(cells.line, rows)))

    def _count(self, rows: int) -> None:
        before, self._done = self._done, self._done + rows
        if before // REPORT_EVERY < self._done // REPORT_EVERY:
            self._progress(min(self._done, self._total), self._total)


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
