"""How a sheet falls on printed pages: where one ends, and sentences as wide as the table below them."""

from __future__ import annotations

from typing import Any

from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.pagebreak import Break

from cami_survey.exports.papers.excelcharts import LINE_HEIGHT, put, room_for

# What is left of A4 across inside Excel's own margins: points of height, and letters of Calibri 11 side by side.
PAGE_HEIGHT, PAGE_LETTERS = 470.0, 132.0
DEFAULT_WIDTH = 8.43


class Pages:
    """Counts down a sheet as it is filled and ends a page before what would be torn. `columns` are printed."""

    def __init__(self, sheet: Any, columns: int) -> None:
        self._sheet, self._columns = sheet, columns
        self._first = 1

    @property
    def _height(self) -> float:
        """Points on a page: sheets wider than the paper are made smaller, so more goes on a page."""
        return PAGE_HEIGHT * max(1.0, self.letters / PAGE_LETTERS)

    @property
    def letters(self) -> float:
        """How many letters the printed columns hold side by side."""
        widths = self._sheet.column_dimensions
        return sum(widths[get_column_letter(at)].width or DEFAULT_WIDTH for at in range(1, self._columns + 1))

    def say(self, row: int, text: str, font: Font) -> int:
        """A sentence over all printed columns, in as many lines as it needs; returns the row behind it."""
        put(self._sheet, row, 1, text, font, wrap=True)
        self._sheet.row_dimensions[row].height = LINE_HEIGHT * room_for(text, self.letters * 11 / font.size)
        if self._columns > 1:
            self._sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=self._columns)
        return row + 1

    def keep(self, first: int, last: int) -> None:
        """Begin a page with `first` if rows up to `last` do not fit on the one before, but on one of their own."""
        before = self._tall(self._first, first - 1) % self._height
        if before and before + self._tall(first, last) > self._height:
            self._sheet.row_breaks.append(Break(id=first - 1))
            self._first = first

    def _tall(self, first: int, last: int) -> float:
        return sum(self._sheet.row_dimensions[row].height or LINE_HEIGHT for row in range(first, last + 1))
