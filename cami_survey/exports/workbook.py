"""Result tables as an Excel workbook (.xlsx)."""

from __future__ import annotations

import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from io import BytesIO
from pathlib import Path

from cami_survey.analysis.model import Row, Table
from cami_survey.analysis.rows import Batch, Batches, RawRows, Reader, ReadRows
from cami_survey.base.notices import Notice
from cami_survey.base.texts import _
from cami_survey.exports.book import Book, Progress, headings, silent
from cami_survey.exports.cells import cut
from cami_survey.exports.limits import said
from cami_survey.exports.sheetcells import Excerpt, SharedTexts, SheetCells
from cami_survey.exports.sheetframes import SHARED_TEXTS, SheetPlan, frame_of, package_of, with_shared_texts
from cami_survey.exports.sheetnames import SheetNames
from cami_survey.exports.target import replacing
from cami_survey.exports.widths import widths

MOST_ROWS = 1_048_576
MOST_COLUMNS = 16_384
PIECE = 32_000
REPORT_EVERY = 200
# The lowest level is three times as fast as the default and its files are a tenth larger.
COMPRESSION = 1


def write(
    target: Path,
    book: Book,
    *,
    progress: Progress = silent,
    most_rows: int = MOST_ROWS,
    most_columns: int = MOST_COLUMNS,
) -> list[Notice]:
    """Write `book` to `target` and say what Excel's limits changed.

    The tables come first, then conflicts if there are any, the codebook, texts that were too long if there are any,
    and the provenance. UserError when the file cannot be written; an older file is then as it was.
    """
    with (
        replacing(target) as partial,
        zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED, compresslevel=COMPRESSION) as archive,
    ):
        writer = _Writer(archive, book, progress, most_rows, most_columns)
        try:
            return writer.fill()
        finally:
            writer.close()


class _Writer:
    """One workbook in the making: sheet after sheet goes into the archive, what holds them together comes last."""

    def __init__(
        self, archive: zipfile.ZipFile, book: Book, progress: Progress, most_rows: int, most_columns: int
    ) -> None:
        self._archive = archive
        self._book = book
        self._progress = progress
        self._most_rows = most_rows
        self._most_columns = most_columns
        self._names = SheetNames()
        self._plans: list[SheetPlan] = []
        self._shared = SharedTexts()
        self._met: Counter[str] = Counter()
        self._done = 0
        self._total = sum(
            len(table.rows) * len(list(_parts(len(table.columns), table.keys, most_columns))) for table in book.tables
        )
        self._long = _LongTexts()

    def fill(self) -> list[Notice]:
        """Write every part; returns what was met."""
        for table in self._book.tables:
            self._table(table)
        if len(self._book.conflicts.rows):
            self._table(self._book.conflicts)
        self._table(self._book.codebook)
        if self._long.count:
            self._long_texts()
        notices = said(self._met)
        self._about(notices)
        self._package()
        self._progress(self._total, self._total)
        return notices

    def close(self) -> None:
        """Free what waited for its sheet."""
        self._long.rows.close()

    def _table(self, table: Table) -> None:
        parts = list(_parts(len(table.columns), table.keys, self._most_columns))
        room = self._most_rows - 1
        pages = max(1, -(-len(table.rows) // room))
        for part, positions in enumerate(parts, 1):
            batches = Batches(table.rows)
            for page in range(1, pages + 1):
                suffix = (f" +{part}" if part > 1 else "") + (f" ({page})" if page > 1 else "")
                number = min(room, len(table.rows) - (page - 1) * room)
                self._page(table, positions, self._names.take(table.name, suffix), batches.take(number), number)
        self._met["tall"] += (pages > 1) * len(parts)
        self._met["wide"] += len(parts) > 1

    def _page(
        self, table: Table, positions: list[int] | None, name: str, batches: Iterable[Batch], number: int
    ) -> None:
        """One sheet with as many rows as it holds."""
        columns = table.columns if positions is None else [table.columns[position] for position in positions]
        titles = headings(columns, self._book.headers)
        plan = SheetPlan(name, titles, widths(table, titles, positions), number, table.keys + 1)
        readers = table.rows.readers if isinstance(table.rows, ReadRows) else []
        if positions is not None:
            batches = (Batch(batch.rows, [batch.columns[at] for at in positions]) for batch in batches)
            readers = [readers[at] for at in positions] if readers else []
        self._sheet(plan, batches, self._long.taker(table, titles), readers)

    def _sheet(
        self,
        plan: SheetPlan,
        batches: Iterable[Batch],
        excerpt: Excerpt,
        readers: Sequence[Reader | None] = (),
        strong: Sequence[str] = (),
    ) -> None:
        self._plans.append(plan)
        frame = frame_of(plan, self._book.title, self._book.right_to_left)
        cells = SheetCells(max(2, len(plan.titles)), frame.styles, self._shared, self._met, excerpt, readers)
        cells.keep(0, strong)
        with self._archive.open(f"xl/worksheets/sheet{len(self._plans)}.xml", "w", force_zip64=True) as part:
            part.write(frame.before)
            for number, piece in cells.pieces(batches, 2):
                part.write(piece)
                self._count(number)
            part.write(frame.after)

    def _count(self, rows: int) -> None:
        before, self._done = self._done, self._done + rows
        if before // REPORT_EVERY < self._done // REPORT_EVERY:
            self._progress(min(self._done, self._total), self._total)

    def _long_texts(self) -> None:
        titles = [_("Number"), _("Table"), _("Record and keys"), _("Column"), _("Part"), _("Text")]
        rows = self._long.rows
        plan = SheetPlan(self._names.take(_("Long texts")), titles, [9, 24, 24, 20, 7, 90], len(rows), 2)
        numbers: Iterable[Row] = ([int(row[0] or 0), *row[1:4], int(row[4] or 0), row[5]] for row in rows)
        self._sheet(plan, Batches(numbers).take(len(rows)), _no_longer)

    def _about(self, notices: Sequence[Notice]) -> None:
        rows = list(self._book.about(notices))
        plan = SheetPlan(self._names.take(_("About")), [self._book.title, ""], [34, 90], len(rows), plain=True)
        strong = [str(row[0]) for row in rows if row and row[0]]
        self._sheet(plan, Batches(rows).take(len(rows)), _no_longer, strong=strong)

    def _package(self) -> None:
        """The parts that hold the sheets together."""
        with zipfile.ZipFile(BytesIO(package_of(self._plans, self._book.title, self._book.right_to_left))) as frame:
            there = set(self._archive.namelist())
            for name in frame.namelist():
                if name not in there and name != SHARED_TEXTS:
                    self._archive.writestr(name, with_shared_texts(name, frame.read(name)))
        with self._archive.open(SHARED_TEXTS, "w") as part:
            part.write("".join(self._shared.xml()).encode())


class _LongTexts:
    """The texts that no cell holds, in pieces, until all tables are written."""

    def __init__(self) -> None:
        self.rows = RawRows()
        self.count = 0

    def taker(self, table: Table, titles: list[str]) -> Excerpt:
        """The function that keeps a text of this table and returns its number."""

        def take(row: Row, position: int, text: str) -> int:
            self.count += 1
            key = " / ".join(str(value) for value in row[: table.keys])
            title = titles[position] if position < len(titles) else ""
            for part, piece in enumerate(_pieces(text), 1):
                self.rows.append([str(self.count), table.name, key, title, str(part), piece])
            return self.count

        return take


def _pieces(text: str) -> Iterator[str]:
    while text:
        piece = cut(text, PIECE)
        yield piece
        text = text[len(piece) :]


def _no_longer(_row: Row, _position: int, _text: str) -> int:
    raise AssertionError("a piece of a long text is never too long")


def _parts(columns: int, keys: int, most: int) -> Iterator[list[int] | None]:
    """The columns of each sheet: all of them, or the keys and as many others as fit."""
    if columns <= most:
        yield None
        return
    room = most - keys
    for start in range(keys, columns, room):
        yield [*range(keys), *range(start, min(start + room, columns))]
