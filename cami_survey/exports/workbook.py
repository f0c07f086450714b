"""Result tables as an Excel workbook (.xlsx)."""

from __future__ import annotations

import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from io import BytesIO
from itertools import zip_longest
from pathlib import Path
from typing import IO, cast

from cami_survey.analysis.model import Row, Table
from cami_survey.analysis.rows import Asks, Batch, Batches, Reader, ReadRows, Rest, Running
from cami_survey.base.notices import Notice
from cami_survey.base.texts import _
from cami_survey.exports.book import Book, Progress, headings, silent
from cami_survey.exports.limits import said
from cami_survey.exports.longtexts import LongTexts
from cami_survey.exports.sheetcells import Excerpt, SharedTexts, SheetCells, shared_texts
from cami_survey.exports.sheetframes import SHARED_TEXTS, SheetPlan, frame_of, package_of, with_shared_texts
from cami_survey.exports.sheethalves import Written, rest_of_sheet
from cami_survey.exports.sheetnames import SheetNames
from cami_survey.exports.target import replacing
from cami_survey.exports.widths import widths
from cami_survey.exports.zipparts import COMPRESSION, Deflated, Pieced, pieced

MOST_ROWS = 1_048_576
MOST_COLUMNS = 16_384
REPORT_EVERY = 200


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
        partial.open("w+b") as file,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=COMPRESSION) as archive,
    ):
        writer = _Writer(archive, file, book, progress, most_rows, most_columns)
        try:
            return writer.fill()
        finally:
            writer.close()


class _Writer:
    """One workbook in the making: sheet after sheet goes into the archive, what holds them together comes last."""

    def __init__(
        self,
        archive: zipfile.ZipFile,
        file: IO[bytes],
        book: Book,
        progress: Progress,
        most_rows: int,
        most_columns: int,
    ) -> None:
        self._archive = archive
        self._file = file
        self._book = book
        self._progress = progress
        self._most_rows = most_rows
        self._most_columns = most_columns
        self._names = SheetNames()
        self._plans: list[SheetPlan] = []
        self._is_halved = any(_rest_of(table) for table in book.tables)
        self._shared = SharedTexts(0, 2 if self._is_halved else 1)
        self._shared_there: list[str] = []
        self._met: Counter[str] = Counter()
        self._done = 0
        self._total = sum(
            len(table.rows) * len(list(_parts(len(table.columns), table.keys, most_columns))) for table in book.tables
        )
        self._long = LongTexts()

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
        if pages == len(parts) == 1 and (rest := _rest_of(table)):
            self._halved(table, cast(ReadRows, table.rows), rest)
            return
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

    def _halved(self, table: Table, rows: ReadRows, rest: Rest) -> None:
        """One sheet, the later rows of which another process writes meanwhile."""
        titles = headings(table.columns, self._book.headers)
        plan = SheetPlan(self._names.take(table.name, ""), titles, widths(table, titles), len(rows), table.keys + 1)
        self._plans.append(plan)
        frame = frame_of(plan, self._book.title, self._book.right_to_left)
        here = len(rows) - len(rest)
        running = rest.run(rest_of_sheet, titles, frame.styles, 2 + here)
        cells = SheetCells(
            max(2, len(titles)), frame.styles, self._shared, self._met, self._long.taker(table, titles), rows.readers
        )
        with pieced(self._archive, self._file, f"xl/worksheets/sheet{len(self._plans)}.xml") as member:
            part = Deflated(COMPRESSION)
            member.write(part.add(frame.before))
            for number, piece in cells.pieces(rows.here(), 2):
                member.write(part.add(piece))
                self._count(number * len(rows) // here)
            member.write(part.end())
            member.count(part.size, part.crc)
            self._join(member, running)
            part = Deflated(COMPRESSION)
            member.write(part.add(frame.after) + part.end(last=True))
            member.count(part.size, part.crc)

    def _join(self, member: Pieced, running: Running) -> None:
        """Put in what the other process wrote."""
        for answer in running:
            if isinstance(answer, Asks):
                running.reply(self._long.count)
            elif isinstance(answer, Written):
                member.count(answer.size, answer.crc)
                self._learn(answer)
            elif isinstance(answer, list):
                self._long.rows.extend(answer)
            else:
                member.write(answer)

    def _learn(self, written: Written) -> None:
        for kind, number in written.met.items():
            self._met[kind] += number
        self._shared_there += written.shared
        self._long.count = max(self._long.count, written.long)

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
            part.write("".join(shared_texts(self._all_shared())).encode())

    def _all_shared(self) -> list[str]:
        """The shared texts of both processes in the order of their numbers; where one has fewer, nothing stands."""
        if not self._is_halved:
            return self._shared.texts
        pairs = zip_longest(self._shared.texts, self._shared_there, fillvalue="")
        return [text for pair in pairs for text in pair]


def _rest_of(table: Table) -> Rest | None:
    return table.rows.rest if isinstance(table.rows, ReadRows) else None


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
