"""From values to cells of a workbook: real types where Excel holds them exactly, text that stays text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ERROR_CODES, Cell

from cami_survey.analysis.model import Row, Value
from cami_survey.base.texts import _
from cami_survey.exports.cells import cut, is_formula_like, units, visible

LONGEST_TEXT = 32_767
LARGEST_INTEGER = 10**15
FIRST_YEAR = 1900
FORMATS: dict[type, str] = {date: "yyyy-mm-dd", datetime: "yyyy-mm-dd hh:mm:ss", time: "hh:mm:ss"}
_ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
Excerpt = Callable[[Row, int, str], int]


class Cells:
    """Makes the cells of one sheet. `met` counts what had to be changed; `excerpt` keeps a text that is too long.

    `excerpt(row, position, text)` returns the number under which the whole text is found.
    """

    def __init__(self, sheet: Any, met: Counter[str], excerpt: Excerpt) -> None:
        self._sheet = sheet
        self._met = met
        self._excerpt = excerpt
        self._dated: dict[tuple[int, type], Cell] = {}
        self._yes, self._no = _("yes"), _("no")

    def row(self, values: Row) -> list[Any]:
        """The cells of a row, each a plain value wherever that is safe."""
        cells: list[Any] = []
        for position, value in enumerate(values):
            if isinstance(value, str):
                plain = value and value[0] not in "=+-@#" and value.isprintable() and "_x" not in value
                cells.append(value if plain and len(value) < 16_000 else self._text(values, position, value))
            elif value is None or isinstance(value, float):
                cells.append(value)
            else:
                cells.append(self._other(position, value))
        return cells

    def _text(self, row: Row, position: int, text: str) -> Any:
        if not text:
            return None
        shown = visible(text)
        if shown is not text:
            self._met["controls"] += 1
        if units(shown) > LONGEST_TEXT:
            self._met["long"] += 1
            mark = " … [{}]".format(
                _("cut here; whole text: Long texts, no. {number}").format(number=self._excerpt(row, position, shown))
            )
            shown = cut(shown, LONGEST_TEXT - units(mark)) + mark
        return self.literal(_escaped(shown))

    def literal(self, text: str) -> Any:
        """Text that Excel does not take for a formula or an error, now or when the cell is edited."""
        if not is_formula_like(text) and text not in ERROR_CODES:
            return text
        cell = WriteOnlyCell(self._sheet, text)
        cell.data_type = "s"
        cell.quotePrefix = True
        return cell

    def _other(self, position: int, value: Value) -> Any:
        if isinstance(value, bool):
            return self._yes if value else self._no
        if isinstance(value, int):
            return value if -LARGEST_INTEGER < value < LARGEST_INTEGER else self._inexact(str(value))
        if isinstance(value, Decimal):
            return self._inexact(str(value))
        assert isinstance(value, (date, time))
        return self._moment(position, value)

    def _inexact(self, text: str) -> Any:
        self._met["digits"] += 1
        return self.literal(text)

    def _moment(self, position: int, value: date | time) -> Any:
        if isinstance(value, (datetime, time)):
            value = value.replace(tzinfo=None)
        if isinstance(value, date) and value.year < FIRST_YEAR:
            self._met["early"] += 1
            return value.isoformat()
        key = (position, value.__class__)
        cell = self._dated.get(key)
        if cell is None:
            cell = self._dated[key] = WriteOnlyCell(self._sheet)
            cell.number_format = FORMATS[value.__class__]
        cell.value = value
        return cell


def _escaped(text: str) -> str:
    """`_x0041_` in a workbook means the character A; the escape of its first underscore keeps the letters."""
    return _ESCAPE.sub("_x005F_", text) if "_x" in text else text
