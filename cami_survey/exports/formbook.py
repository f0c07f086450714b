"""The workbook of a form, laid out for people who edit it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from cami_survey.exports.target import replacing

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

HEAD, MADE = "FF0B6E66", datetime(2026, 1, 1)
WIDTHS = {"type": 26, "name": 16, "list_name": 14, "language": 22, "required": 9, "appearance": 16}
WIDE, TEXT, LOGIC = ("label", "hint", "guidance_hint", "constraint_message", "required_message"), 52, 30


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet: its columns in order, and rows that hold a text for some of them."""

    name: str
    columns: list[str]
    rows: list[dict[str, str]]

    def lines(self) -> list[list[str]]:
        """The header and the rows as they stand in the sheet."""
        return [self.columns, *([row.get(column, "") for column in self.columns] for row in self.rows)]


def write(path: Path, sheets: list[Sheet]) -> None:
    """Write the sheets as an .xlsx; every cell is text, so that no code becomes a number or a date."""
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

    for number, line in enumerate(sheet.lines(), 1):
        for position, text in enumerate(line, 1):
            cell = target.cell(number, position)
            if text:
                cell.value = text
                cell.data_type = "s"
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    for cell in target[1]:
        cell.font, cell.fill = Font(bold=True, color="FFFFFFFF"), PatternFill("solid", fgColor=HEAD)
    for position, column in enumerate(sheet.columns, 1):
        kind = column.partition("::")[0]
        width = TEXT if kind in WIDE else WIDTHS.get(kind, LOGIC)
        target.column_dimensions[get_column_letter(position)].width = width
    target.freeze_panes = "C2" if sheet.name in ("survey", "choices") else "A2"
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
