"""The workbook of a form, laid out for people who edit it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cami_survey.exports.target import replacing

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

HEAD, MADE = "FF0B6E66", datetime(2026, 1, 1)
WIDTHS = {
    "key": 30,
    "context": 34,
    "length": 9,
    "how to": 100,
    "type": 26,
    "name": 16,
    "list_name": 14,
    "language": 22,
    "required": 9,
    "appearance": 16,
}
WIDE, TEXT, LOGIC = (
    ("label", "hint", "guidance_hint", "constraint_message", "required_message", "source", "target"),
    52,
    30,
)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet: its columns in order, and rows that hold a text for some of them."""

    name: str
    columns: list[str]
    rows: Sequence[Mapping[str, str | int]]

    def lines(self) -> list[list[str]]:
        """The header and the rows as they stand in the sheet."""
        return [self.columns, *([str(row.get(column, "")) for column in self.columns] for row in self.rows)]


def write(path: Path, sheets: list[Sheet]) -> None:
    """Write the sheets as an .xlsx; a text stays text, so that no code becomes a number, a date or a formula."""
    from openpyxl import Workbook

    book = Workbook()
    book.properties.created = book.properties.modified = MADE
    book.properties.creator = "CAMI Survey"
    for position, sheet in enumerate(sheets):
        _fill(book.create_sheet(sheet.name, position), sheet)
    del book["Sheet"]
    with replacing(path) as partial:
        book.save(partial)


def _fill(target: Worksheet, sheet: Sheet) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    head = {column: column for column in sheet.columns}
    first: Any = target.cell(1, 1)
    first.alignment = Alignment(wrap_text=True, vertical="top")
    # To look the same alignment up for every cell takes longer than to write the cells.
    plain = copy(first._style)
    for number, row in enumerate((head, *sheet.rows), 1):
        for position, column in enumerate(sheet.columns, 1):
            cell: Any = target.cell(number, position)
            if value := row.get(column, ""):
                cell.value = value
            if isinstance(value, str) and value:
                cell.data_type = "s"
            cell._style = copy(plain)
    for cell in target[1]:
        cell.font, cell.fill = Font(bold=True, color="FFFFFFFF"), PatternFill("solid", fgColor=HEAD)
    for position, column in enumerate(sheet.columns, 1):
        kind = column.partition(":")[0]
        width = TEXT if kind in WIDE else WIDTHS.get(kind, LOGIC)
        target.column_dimensions[get_column_letter(position)].width = width
    target.freeze_panes = "C2" if sheet.name in ("survey", "choices", "texts") else "A2"
    if sheet.rows:
        target.auto_filter.ref = target.dimensions


def is_same(path: Path, sheets: list[Sheet]) -> bool:
    """Whether the file at `path` holds these sheets already, cell by cell."""
    from openpyxl import load_workbook

    if not path.exists():
        return False
    book = load_workbook(path, read_only=True)
    try:
        return book.sheetnames == [sheet.name for sheet in sheets] and all(
            [[str(cell or "") for cell in line] for line in book[sheet.name].iter_rows(values_only=True)]
            == sheet.lines()
            for sheet in sheets
        )
    finally:
        book.close()
