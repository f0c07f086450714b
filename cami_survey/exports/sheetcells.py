"""From rows to the XML of a sheet: real types where Excel holds them exactly, text that stays text.

Written as strings, since building every cell as an object costs many times what compressing it costs.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from itertools import islice, zip_longest
from math import isfinite
from xml.sax.saxutils import escape

from openpyxl.cell.cell import ERROR_CODES
from openpyxl.utils import get_column_letter

from cami_survey.analysis.model import Row, Value
from cami_survey.analysis.rows import remembered
from cami_survey.base.texts import _
from cami_survey.exports.cells import cut, is_formula_like, units, visible

LONGEST_TEXT = 32_767
LARGEST_INTEGER = 10**15
FIRST_YEAR = 1900
KEPT_TEXTS = 50_000
LONGEST_KEPT = 200
ROWS_AT_ONCE = 100
_ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_DAY_ZERO = date(1899, 12, 30).toordinal()
# Excel counts a 29 February 1900 that never was.
_FIRST_RIGHT_DAY = 61
_DAY = 86_400
Excerpt = Callable[[Row, int, str], int]


class SharedTexts:
    """The texts of a workbook that cells name by number: those of choices, not every answer."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def number(self, text: str) -> int | None:
        """The number of a text; None where it has to stand in its cell, since there are too many."""
        found = self._numbers.get(text)
        if found is None and len(self._numbers) < KEPT_TEXTS and len(text) <= LONGEST_KEPT:
            found = self._numbers[text] = len(self._numbers)
        return found

    def xml(self) -> Iterator[str]:
        """The part `sharedStrings.xml`."""
        yield '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        yield (
            '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
            f' uniqueCount="{len(self._numbers)}">'
        )
        for text in self._numbers:
            yield f"<si>{_text_element(text)}</si>"
        yield "</sst>"


class _Column(dict[Value, str]):
    """Value -> the XML of its cell, kept of the first `most` different values."""

    def __init__(self, make: Callable[[Value, _Column], str | None], most: int) -> None:
        super().__init__({None: "", "": ""})
        self._make = make
        self._most = most

    def __missing__(self, value: Value) -> str | None:
        return self._make(value, self)

    @property
    def has_room(self) -> bool:
        """Whether one more value is kept."""
        return len(self) < self._most


class SheetCells:
    """Makes the rows of one sheet. `met` counts what had to be changed; `excerpt` keeps a text that is too long.

    `styles`: `date`, `datetime`, `time`, `quoted` and `strong` -> number in the workbook. `excerpt(row, position,
    text)` returns the number under which the whole text is found.
    """

    def __init__(
        self, columns: int, styles: Mapping[str, str], shared: SharedTexts, met: Counter[str], excerpt: Excerpt
    ) -> None:
        self._letters = [f'<c r="{get_column_letter(position)}' for position in range(1, columns + 1)]
        self._kept = [_Column(self._make, remembered(columns)) for _position in range(columns)]
        self._styles = styles
        self._shared = shared
        self._met = met
        self._excerpt = excerpt
        self._words = {True: _("yes"), False: _("no")}

    def pieces(self, rows: Iterable[Row], first: int) -> Iterator[tuple[int, bytes]]:
        """How many rows, and their XML, some at a time; `first` is the number of the first row."""
        rows = iter(rows)
        while several := list(islice(rows, ROWS_AT_ONCE)):
            yield len(several), "".join(self._rows(several, first)).encode()
            first += len(several)

    def _rows(self, rows: list[Row], first: int) -> Iterator[str]:
        """A column after the other, since most of the work per cell is then not done in Python."""
        columns = [
            list(map(kept.__getitem__, column)) for kept, column in zip(self._kept, zip_longest(*rows), strict=False)
        ]
        letters = self._letters
        for number, (row, cells) in enumerate(zip(rows, zip(*columns, strict=True), strict=True), first):
            place = f'{number}"'
            if None in cells:
                cells = tuple(self._long(row, at) if made is None else made for at, made in enumerate(cells))
            made = "".join([letter + place + cell for letter, cell in zip(letters, cells, strict=False) if cell])
            yield f'<row r="{number}">{made}</row>'

    def _make(self, value: Value, kept: _Column) -> str | None:
        """What follows the name of a cell; None for a text that no cell holds."""
        kind = value.__class__
        if isinstance(value, str):
            return self._of_text(value, kept)
        if kind is int:
            assert isinstance(value, int)
            made, keep = self._integer(value), abs(value) < LARGEST_INTEGER
        elif isinstance(value, float):
            made, keep = self._decimal(value), True
        else:
            made, keep = self._of_other(value), kind is date
        if keep and kept.has_room:
            kept[value] = made
        return made

    def _of_text(self, text: str, kept: _Column) -> str | None:
        plain = text[0] not in "=+-@# " and text[-1] != " " and text.isprintable() and "_x" not in text
        if plain and len(text) < 16_000 and "<" not in text and "&" not in text and ">" not in text:
            number = self._shared.number(text) if kept.has_room else None
            if number is None:
                return f' t="inlineStr"><is><t>{text}</t></is></c>'
            made = kept[text] = f' t="s"><v>{number}</v></c>'
            return made
        shown = visible(text)
        if units(shown) > LONGEST_TEXT:
            return None
        if shown is not text:
            self._met["controls"] += 1
        return self._text(_escaped(shown))

    def _long(self, row: Row, position: int) -> str:
        """The beginning of a text that no cell holds."""
        text = str(row[position])
        shown = visible(text)
        self._met["controls"] += shown is not text
        self._met["long"] += 1
        mark = " … [{}]".format(
            _("cut here; whole text: Long texts, no. {number}").format(number=self._excerpt(row, position, shown))
        )
        return self._text(_escaped(cut(shown, LONGEST_TEXT - units(mark)) + mark))

    def _text(self, text: str, style: str = "") -> str:
        """Text that Excel does not take for a formula or an error, now or when the cell is edited."""
        if not style and (is_formula_like(text) or text in ERROR_CODES):
            style = "quoted"
        styled = f' s="{self._styles[style]}"' if style else ""
        return f'{styled} t="inlineStr"><is>{_text_element(text)}</is></c>'

    def _decimal(self, value: float) -> str:
        return f"><v>{value!r}</v></c>" if isfinite(value) else self._text(str(value))

    def _integer(self, value: int) -> str:
        if -LARGEST_INTEGER < value < LARGEST_INTEGER:
            return f"><v>{value}</v></c>"
        return self._inexact(str(value))

    def _of_other(self, value: Value) -> str:
        if isinstance(value, bool):
            return self._text(self._words[value])
        if isinstance(value, Decimal):
            return self._inexact(str(value))
        assert isinstance(value, (date, time))
        return self._moment(value)

    def _inexact(self, text: str) -> str:
        self._met["digits"] += 1
        return self._text(text)

    def _moment(self, value: date | time) -> str:
        if isinstance(value, time):
            return self._numbered("time", _seconds(value) / _DAY)
        if value.year < FIRST_YEAR:
            self._met["early"] += 1
            return self._text((value.replace(tzinfo=None) if isinstance(value, datetime) else value).isoformat())
        days = value.toordinal() - _DAY_ZERO
        days -= days < _FIRST_RIGHT_DAY
        if isinstance(value, datetime):
            return self._numbered("datetime", days + _seconds(value) / _DAY)
        return self._numbered("date", days)

    def _numbered(self, style: str, number: float) -> str:
        return f' s="{self._styles[style]}"><v>{number!r}</v></c>'

    def strong(self, text: str) -> str:
        """A bold cell, from behind its name."""
        return self._text(visible(text), "strong")

    def keep(self, position: int, values: Sequence[str]) -> None:
        """Write these texts of a column bold."""
        self._kept[position].update({value: self.strong(value) for value in values})


def _seconds(moment: datetime | time) -> float:
    """Since midnight by the clock of the laptop: Excel has no offsets."""
    return moment.hour * 3600 + moment.minute * 60 + moment.second + moment.microsecond / 1_000_000


def _text_element(text: str) -> str:
    space = ' xml:space="preserve"' if text != text.strip() or "\n" in text else ""
    return f"<t{space}>{escape(text, {chr(13): '&#13;'})}</t>"


def _escaped(text: str) -> str:
    """`_x0041_` in a workbook means the character A; the escape of its first underscore keeps the letters."""
    return _ESCAPE.sub("_x005F_", text) if "_x" in text else text
