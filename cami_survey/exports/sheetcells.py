"""From rows to the XML of a sheet: real types where Excel holds them exactly, text that stays text.

Written as strings, since building every cell as an object costs many times what compressing it costs.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from itertools import zip_longest
from math import isfinite
from typing import cast
from xml.sax.saxutils import escape

from cami_survey.analysis.model import Row, Value
from cami_survey.analysis.rows import Batch, Reader, remembered
from cami_survey.base.texts import _
from cami_survey.exports.cells import are_numbers, column_letters, cut, is_formula_like, units, visible, written

LONGEST_TEXT = 32_767
LARGEST_INTEGER = 10**15
FIRST_YEAR = 1900
KEPT_TEXTS = 50_000
LONGEST_KEPT = 200
# No text in a workbook holds it: control characters are shown as pictures.
NUMBER = "\0"
_ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_DAY_ZERO = date(1899, 12, 30).toordinal()
# Excel counts a 29 February 1900 that never was.
_FIRST_RIGHT_DAY = 61
_DAY = 86_400
# What Excel takes for an error where it is typed in.
ERRORS = frozenset({"#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A"})
Excerpt = Callable[[Row, int, str], int]
_Made = tuple[str | None, bool]


class SharedTexts:
    """The texts of a workbook that cells name by number: those of choices, not every answer.

    Numbers begin with `first` and go on by `step`, so that two processes give them and never the same.
    """

    def __init__(self, first: int = 0, step: int = 1) -> None:
        self._numbers: dict[str, int] = {}
        self._first = first
        self._step = step

    @property
    def texts(self) -> list[str]:
        """The texts in the order of their numbers."""
        return list(self._numbers)

    def number(self, text: str) -> int | None:
        """The number of a text; None where it has to stand in its cell, since there are too many."""
        found = self._numbers.get(text)
        if found is None and len(self._numbers) * self._step < KEPT_TEXTS and len(text) <= LONGEST_KEPT:
            found = self._numbers[text] = self._first + len(self._numbers) * self._step
        return found


def shared_texts(texts: Sequence[str]) -> Iterator[str]:
    """The part `sharedStrings.xml`."""
    yield '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    yield f'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" uniqueCount="{len(texts)}">'
    for text in texts:
        yield f"<si>{_text_element(text)}</si>"
    yield "</sst>"


class _Column(dict[Value, str]):
    """What a column has -> the XML of its cell, kept of the first `most` different ones; `NUMBER` is the row's number.

    `read` makes the value of what stands there; without it that is the value.
    """

    def __init__(self, letters: str, make: Callable[[Value, _Column], _Made], most: int, read: Reader | None) -> None:
        super().__init__({None: "", "": ""})
        self._start = f'<c r="{letters}{NUMBER}"'
        self._make = make
        self._most = most
        self._read = read
        self._are_numbers = are_numbers(read)

    def cells(self, column: Sequence[Value]) -> list[str | None]:
        """The XML of some rows. Numbers are remembered only where their texts are not what stands in a cell."""
        numbers = written(cast(Sequence[str | None], column), self._read) if self._are_numbers else None
        if numbers is None:
            return list(map(self.__getitem__, column))
        start = f"{self._start}><v>"
        return [f"{start}{number}</v></c>" if number else "" for number in numbers]

    def __missing__(self, told: Value) -> str | None:
        value = told if self._read is None else self._read(cast(str, told))
        if value.__class__ is float and isfinite(value):
            made, keep = f"{self._start}><v>{value!r}</v></c>", True
        elif value is None or value == "":
            made, keep = "", True
        else:
            rest, keep = self._make(value, self)
            if rest is None:
                return None
            made = self._start + rest
        if keep and len(self) < self._most:
            self[told] = made
        return made

    def value(self, told: Value) -> Value:
        """What `told` means."""
        return told if self._read is None or told is None else self._read(cast(str, told))

    def whole(self, rest: str) -> str:
        """The cell with `rest` behind its name."""
        return self._start + rest

    @property
    def has_room(self) -> bool:
        """Whether one more value is kept."""
        return len(self) < self._most


class SheetCells:
    """Makes the rows of one sheet. `met` counts what had to be changed; `excerpt` keeps a text that is too long.

    `styles`: `date`, `datetime`, `time`, `quoted` and `strong` -> number in the workbook. `excerpt(row, position,
    text)` returns the number under which the whole text is found. `readers` make the values of columns that are told
    as texts.
    """

    def __init__(
        self,
        columns: int,
        styles: Mapping[str, str],
        shared: SharedTexts,
        met: Counter[str],
        excerpt: Excerpt,
        readers: Sequence[Reader | None] = (),
    ) -> None:
        most = remembered(columns)
        self._kept = [
            _Column(column_letters(position), self._make, most, read)
            for position, read in zip_longest(range(1, columns + 1), readers)
        ]
        self._styles = styles
        self._shared = shared
        self._met = met
        self._excerpt = excerpt
        self._words = {True: _("yes"), False: _("no")}
        self._has_long = False

    def pieces(self, batches: Iterable[Batch], first: int) -> Iterator[tuple[int, bytes]]:
        """How many rows, and their XML, some at a time; `first` is the number of the first row."""
        for batch in batches:
            yield batch.rows, "".join(self._rows(batch, first)).encode()
            first += batch.rows

    def _rows(self, batch: Batch, first: int) -> list[str]:
        """A column after the other, since most of the work per cell is then not done in Python."""
        self._has_long = False
        made = [kept.cells(column) for kept, column in zip(self._kept, batch.columns, strict=False)]
        rows: list[tuple[str, ...]] = list(zip(*made, strict=True)) or [()] * batch.rows
        if self._has_long:
            rows = [self._with_long(batch, at, row) for at, row in enumerate(rows)]
        return [
            f'<row r="{number}">{"".join(row).replace(NUMBER, str(number))}</row>'
            for number, row in enumerate(rows, first)
        ]

    def _with_long(self, batch: Batch, at: int, cells: Sequence[str | None]) -> tuple[str, ...]:
        """The cells of a row, with the beginnings of texts that no cell holds."""
        if None not in cells:
            return cast(tuple[str, ...], tuple(cells))
        row = [kept.value(column[at]) for kept, column in zip(self._kept, batch.columns, strict=False)]
        return tuple(
            kept.whole(self._long(row, position)) if made is None else made
            for position, (kept, made) in enumerate(zip(self._kept, cells, strict=False))
        )

    def _make(self, value: Value, kept: _Column) -> _Made:
        """What follows the name of a cell, None for a text that no cell holds; and whether it is worth keeping."""
        if isinstance(value, str):
            return self._of_text(value, kept)
        kind = value.__class__
        if kind is int:
            assert isinstance(value, int)
            return self._integer(value), abs(value) < LARGEST_INTEGER
        if kind is datetime:
            assert isinstance(value, datetime)
            return self._moment(value), False
        # What is counted is made each time.
        return self._of_other(value), kind is bool or (isinstance(value, date) and value.year >= FIRST_YEAR)

    def _of_text(self, text: str, kept: _Column) -> _Made:
        plain = text[0] not in "=+-@# " and text[-1] != " " and text.isprintable() and "_x" not in text
        if plain and len(text) < 16_000 and "<" not in text and "&" not in text and ">" not in text:
            number = self._shared.number(text) if kept.has_room else None
            if number is None:
                return f' t="inlineStr"><is><t>{text}</t></is></c>', False
            return f' t="s"><v>{number}</v></c>', True
        shown = visible(text)
        if units(shown) > LONGEST_TEXT:
            self._has_long = True
            return None, False
        if shown is not text:
            self._met["controls"] += 1
        return self._text(_escaped(shown)), False

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
        if not style and (is_formula_like(text) or text in ERRORS):
            style = "quoted"
        styled = f' s="{self._styles[style]}"' if style else ""
        return f'{styled} t="inlineStr"><is>{_text_element(text)}</is></c>'

    def _integer(self, value: int) -> str:
        if -LARGEST_INTEGER < value < LARGEST_INTEGER:
            return f"><v>{value}</v></c>"
        return self._inexact(str(value))

    def _of_other(self, value: Value) -> str:
        if isinstance(value, bool):
            return self._text(self._words[value])
        if isinstance(value, float):
            return self._text(str(value))
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
        kept = self._kept[position]
        kept.update({value: kept.whole(self.strong(value)) for value in values})


def _seconds(moment: datetime | time) -> float:
    """Since midnight by the clock of the laptop: Excel has no offsets."""
    return moment.hour * 3600 + moment.minute * 60 + moment.second + moment.microsecond / 1_000_000


def _text_element(text: str) -> str:
    space = ' xml:space="preserve"' if text != text.strip() or "\n" in text else ""
    return f"<t{space}>{escape(text, {chr(13): '&#13;'})}</t>"


def _escaped(text: str) -> str:
    """`_x0041_` in a workbook means the character A; the escape of its first underscore keeps the letters."""
    return _ESCAPE.sub("_x005F_", text) if "_x" in text else text
