"""What analysis hands to exports: tables of columns and rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Literal, Protocol

Kind = Literal["text", "integer", "decimal", "date", "datetime", "time", "boolean", "choice"]
Value = str | int | float | Decimal | bool | date | datetime | time | None
Row = list[Value]


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `name` is distinct in its table without regard to case; `label` is in the asked language.

    A value that does not fit `kind` (a word in a number's place) stays text. `path` is the question, `type` its type in
    the form, `codes` what its values mean as pairs of code and label, `missing` the codes that stand for no answer.
    """

    name: str
    label: str = ""
    kind: Kind = "text"
    group: str = ""
    path: str = ""
    type: str = ""
    codes: tuple[tuple[str, str], ...] = ()
    missing: tuple[str, ...] = ()


class RowSource(Protocol):
    """Rows that can be counted and read any number of times without being in memory at once."""

    def __len__(self) -> int: ...

    def __iter__(self) -> Iterator[Row]: ...


@dataclass(frozen=True, slots=True)
class Table:
    """A result table. `keys` is how many leading columns name the row and are repeated wherever a table is split.

    `form` is the form it is of, `repeats` the paths of the repeats around a row, outermost first.
    """

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: RowSource
    keys: int = 1
    form: str = ""
    repeats: tuple[str, ...] = ()
