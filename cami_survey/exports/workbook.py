"""Result tables as an Excel workbook (.xlsx)."""

from __future__ import annotations

import errno
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from lxml.etree import LxmlError
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import WorkbookAlreadySaved

from cami_survey.analysis.model import Row, Table
from cami_survey.base.notices import Notice
from cami_survey.base.texts import _
from cami_survey.exports.book import Book, Progress, headings, silent
from cami_survey.exports.cells import cut, visible
from cami_survey.exports.excelcells import Cells, Excerpt
from cami_survey.exports.limits import said
from cami_survey.exports.sheetnames import SheetNames
from cami_survey.exports.target import replacing
from cami_survey.exports.widths import widths

MOST_ROWS = 1_048_576
MOST_COLUMNS = 16_384
PIECE = 32_000
HEADING = 255
REPORT_EVERY = 200
_HEADER_FONT = Font(name="Calibri", size=11, bold=True, color="FF1C2326")
_HEADER_FILL = PatternFill("solid", fgColor="FFDDEFED")
_HEADER_PLACE = Alignment(vertical="top")
_HEADER_LINE = Border(bottom=Side("thin", color="FF0B6E69"))


def write(
    target: Path,
    book: Book,
    *,
    progress: Progress = silent,
    most_rows: int = MOST_ROWS,
    most_columns: int = MOST_COLUMNS,
) -> list[Notice]:
    """Write `book` to `target` and say what Excel's limits changed.

    The tables come first, then conflicts and texts that were too long if there are any, the codebook and the
    provenance. UserError when the file cannot be written; an older file is then as it was.
    """
    with replacing(target) as partial:
        writer = _Writer(book, progress, most_rows, most_columns)
        try:
            notices = writer.fill()
            writer.workbook.save(partial)
        except LxmlError as error:
            # libxml2 writes the sheets itself and reports a full disk in its own way.
            raise OSError(errno.ENOSPC, str(error)) from error
        finally:
            writer.discard()
    return notices


class _Writer:
    """One workbook in the making."""

    def __init__(self, book: Book, progress: Progress, most_rows: int, most_columns: int) -> None:
        self.workbook = Workbook(write_only=True)
        self.workbook.properties.title = visible(book.title)
        self.workbook.properties.creator = "CAMI Survey"
        self._book = book
        self._progress = progress
        self._most_rows = most_rows
        self._most_columns = most_columns
        self.names = SheetNames()
        self._met: Counter[str] = Counter()
        self._done = 0
        self._total = sum(
            len(table.rows) * len(list(_parts(len(table.columns), table.keys, most_columns))) for table in book.tables
        )
        self._long = _LongTexts(self)

    def fill(self) -> list[Notice]:
        """Write every sheet; returns what was met."""
        for table in self._book.tables:
            self._table(table)
        if len(self._book.conflicts.rows):
            self._table(self._book.conflicts)
        self._long.move_to_end()
        self._table(self._book.codebook)
        notices = said(self._met)
        self._about(notices)
        self._progress(self._total, self._total)
        return notices

    def discard(self) -> None:
        """Remove the temporary files of sheets that did not get into a saved workbook: they hold answers."""
        sheets: list[Any] = self.workbook.worksheets
        for sheet in sheets:
            with suppress(OSError, LxmlError, WorkbookAlreadySaved):
                sheet.close()
            writer = sheet._writer
            if writer is not None and Path(writer.out).exists():
                writer.cleanup()

    def _table(self, table: Table) -> None:
        parts = list(_parts(len(table.columns), table.keys, self._most_columns))
        for part, positions in enumerate(parts, 1):
            rows = iter(table.rows)
            row = next(rows, None)
            page = 1
            while page == 1 or row is not None:
                name = self.names.take(
                    table.name, (f" +{part}" if part > 1 else "") + (f" ({page})" if page > 1 else "")
                )
                row = self._page(table, positions, name, row, rows)
                page += 1
            self._met["tall"] += page > 2
        self._met["wide"] += len(parts) > 1

    def _page(
        self, table: Table, positions: list[int] | None, name: str, row: Row | None, rows: Iterator[Row]
    ) -> Row | None:
        """One sheet with as many rows as it holds; returns the first row that found no place."""
        columns = table.columns if positions is None else [table.columns[position] for position in positions]
        titles = headings(columns, self._book.headers)
        sheet = self.sheet(name, titles, table.keys + 1, widths(table, titles, positions))
        cells = Cells(sheet, self._met, self._long.taker(table, titles))
        written = 1
        while row is not None and written < self._most_rows:
            sheet.append(cells.row(row if positions is None else [row[position] for position in positions]))
            written += 1
            self._count()
            row = next(rows, None)
        sheet.auto_filter.ref = f"A1:{get_column_letter(max(1, len(titles)))}{written}"
        return row

    def _count(self) -> None:
        self._done += 1
        if self._done % REPORT_EVERY == 0:
            self._progress(min(self._done, self._total), self._total)

    def sheet(self, name: str, titles: list[str], frozen: int, wide: list[int]) -> Any:
        """A new sheet with its header row written, frozen and styled."""
        sheet = self.workbook.create_sheet(name)
        sheet.sheet_view.rightToLeft = self._book.right_to_left
        sheet.freeze_panes = f"{get_column_letter(min(frozen, max(1, len(titles))) + 1)}2"
        sheet.print_title_rows = "1:1"
        for position, width in enumerate(wide, 1):
            sheet.column_dimensions[get_column_letter(position)].width = width
        sheet.append([self._heading(sheet, title) for title in titles])
        return sheet

    def _heading(self, sheet: Any, title: str) -> Any:
        cell = WriteOnlyCell(sheet, cut(visible(title), HEADING))
        cell.data_type = "s"
        cell.font, cell.fill, cell.border, cell.alignment = _HEADER_FONT, _HEADER_FILL, _HEADER_LINE, _HEADER_PLACE
        return cell

    def _about(self, notices: Sequence[Notice]) -> None:
        sheet = self.workbook.create_sheet(self.names.take(_("About")))
        sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 34, 90
        cells = Cells(sheet, Counter(), self._long.taker(self._book.codebook, []))
        sheet.append([self._heading(sheet, self._book.title), self._heading(sheet, "")])
        for row in self._book.about(notices):
            made = cells.row(row)
            if made:
                made[0] = self._bold(sheet, str(row[0] or ""))
            sheet.append(made)

    def _bold(self, sheet: Any, text: str) -> Any:
        cell = WriteOnlyCell(sheet, visible(text))
        cell.data_type = "s"
        cell.font = _HEADER_FONT
        return cell


class _LongTexts:
    """The sheet for texts that no cell holds; made with the first of them."""

    def __init__(self, writer: _Writer) -> None:
        self._writer = writer
        self._sheet: Any = None
        self._count = 0

    def taker(self, table: Table, titles: list[str]) -> Excerpt:
        """The function that keeps a text of this table and returns its number."""

        def take(row: Row, position: int, text: str) -> int:
            self._count += 1
            key = " / ".join(str(value) for value in row[: table.keys])
            title = titles[position] if position < len(titles) else ""
            self._append(table.name, key, title, text)
            return self._count

        return take

    def _append(self, table: str, key: str, title: str, text: str) -> None:
        if self._sheet is None:
            titles = [_("Number"), _("Table"), _("Record and keys"), _("Column"), _("Part"), _("Text")]
            self._sheet = self._writer.sheet(
                self._writer.names.take(_("Long texts")), titles, 1, [9, 24, 24, 20, 7, 90]
            )
        cells = Cells(self._sheet, Counter(), _no_longer)
        part = 0
        while text:
            part += 1
            piece = cut(text, PIECE)
            self._sheet.append(cells.row([self._count, table, key, title, part, piece]))
            text = text[len(piece) :]

    def move_to_end(self) -> None:
        """Put the sheet, if there is one, behind those written so far."""
        if self._sheet is not None:
            book = self._writer.workbook
            book.move_sheet(self._sheet.title, len(book.worksheets) - 1 - book.index(self._sheet))


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
