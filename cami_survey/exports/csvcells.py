"""From rows to the lines of a CSV file, a column after the other, since most of the work is then not done in Python."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from itertools import zip_longest
from tempfile import TemporaryFile
from typing import Any, cast

from cami_survey.analysis.model import Row, Table, Value
from cami_survey.analysis.rows import Batch, Reader, ReadRows, remembered
from cami_survey.base.texts import _
from cami_survey.exports.cells import is_formula_like, may_be_written, visible, written
from cami_survey.exports.zipparts import COMPRESSION, Deflated

END = "\r\n"
_QUOTED = re.compile('[,"\r\n]')
_CHUNK = 1 << 18


class CsvCells:
    """Makes the lines of one table. `met` counts what had to be changed; `readers` make the values of columns that are
    told as texts."""

    def __init__(self, columns: int, met: Counter[str], readers: Sequence[Reader | None] = ()) -> None:
        most = remembered(columns)
        self._met = met
        self._words = {True: _("yes"), False: _("no")}
        self._kept = [_Column(self, most, read) for _at, read in zip_longest(range(columns), readers)]

    def pieces(self, batches: Iterable[Batch]) -> Iterator[tuple[int, bytes]]:
        """How many rows, and their lines, some at a time."""
        for batch in batches:
            made = [kept.fields(column) for kept, column in zip(self._kept, batch.columns, strict=True)]
            yield batch.rows, "".join(map(_line, zip(*made, strict=True))).encode()

    def line(self, row: Row) -> bytes:
        """The line of a row of any length."""
        return _line([self.field(value)[0] for value in row]).encode()

    def field(self, value: Value) -> tuple[str, bool]:
        """A field, and whether it is the same each time: what is counted is made anew."""
        if isinstance(value, str):
            return self._text(value)
        if isinstance(value, bool):
            return _quoted(self._words[value]), True
        if isinstance(value, date | time):
            return value.isoformat(), True
        return "" if value is None else str(value), True

    def _text(self, text: str) -> tuple[str, bool]:
        shown = visible(text)
        is_safe = not is_formula_like(shown) and not shown.startswith("'")
        self._met["controls"] += shown is not text
        self._met["quoted"] += not is_safe
        return _quoted(shown if is_safe else f"'{shown}"), is_safe and shown is text


class _Column(dict[Value, str]):
    """What a column has -> its field, kept of the first `most` different ones."""

    def __init__(self, cells: CsvCells, most: int, read: Reader | None) -> None:
        super().__init__({None: "", "": ""})
        self._cells = cells
        self._most = most
        self._read = read
        self._may_be_written = may_be_written(read)

    def fields(self, column: Sequence[Value]) -> Iterable[str]:
        """The fields of some rows. Numbers, days and moments are remembered only where their texts are not fields."""
        fields = written(cast(Sequence[str | None], column), self._read) if self._may_be_written else None
        return map(self.__getitem__, column) if fields is None else [field or "" for field in fields]

    def __missing__(self, told: Value) -> str:
        made, keep = self._cells.field(told if self._read is None else self._read(cast(str, told)))
        if keep and len(self) < self._most:
            self[told] = made
        return made


def _line(fields: Sequence[str]) -> str:
    # A line without anything would be no row.
    return ('""' if len(fields) == 1 and not fields[0] else ",".join(fields)) + END


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if _QUOTED.search(text) else text


@dataclass(frozen=True, slots=True)
class Written:
    """What came of the rows: size and checksum of their lines, and what was met."""

    size: int
    crc: int
    met: Mapping[str, int]


def rest_of_lines(table: Table, _memory: dict[str, Any], _ask: object) -> Iterator[bytes | Written]:
    """The lines of a table's rows, compressed, then what came of them; for the process that has them (note 384)."""
    met, part, rows = Counter[str](), Deflated(COMPRESSION), cast(ReadRows, table.rows)
    cells = CsvCells(len(table.columns), met, rows.readers)
    with TemporaryFile(prefix="cami-survey-") as waiting:
        for _number, piece in cells.pieces(rows.batches()):
            waiting.write(part.add(piece))
        waiting.write(part.end())
        waiting.seek(0)
        yield from iter(lambda: waiting.read(_CHUNK), b"")
    yield Written(part.size, part.crc, met)
