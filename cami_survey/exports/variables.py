"""From columns to variables of statistics programs: legal names, one kind for all values, labels, missing values."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Literal

from anyascii import anyascii

from cami_survey.analysis.model import Column, Table, Value
from cami_survey.exports.cells import visible
from cami_survey.exports.plain import text_of

Kind = Literal["number", "text", "date", "datetime", "time"]
LARGEST = 2**53
_NOT_A_LETTER = re.compile(r"[^A-Za-z0-9_]")


@dataclass(frozen=True, slots=True)
class Dialect:
    """What a statistics program takes: names up to `longest`, none of `reserved`, texts up to `bytes` in UTF-8.

    `first` is the first year it knows. `numbered`: values with labels have to be numbers, and lists of labels have
    names of their own, no longer than those of variables. `labels`: the longest label of a
    variable and of a value, in bytes.
    """

    longest: int
    reserved: frozenset[str]
    bytes: int
    first: int
    numbered: bool
    labels: tuple[int, int]


@dataclass(slots=True)
class Variable:
    """One variable with all its values. `labels`: value -> label; `missing`: values that stand for no answer."""

    name: str
    label: str
    kind: Kind
    values: list[Value]
    labels: dict[Any, str] = field(default_factory=dict)
    missing: list[Any] = field(default_factory=list)


def variables(table: Table, titles: Sequence[str], dialect: Dialect, met: Counter[str]) -> list[Variable]:
    """The columns of a table as variables; `met` counts what had to be changed."""
    values: list[list[Value]] = [[] for _column in table.columns]
    for row in table.rows:
        for found, value in zip(values, row, strict=True):
            found.append(value)
    names = _names(table.columns, dialect)
    met["variables"] += sum(name != column.name for name, column in zip(names, table.columns, strict=True))
    return [
        _variable(name, title, column, found, dialect, met)
        for name, title, column, found in zip(names, titles, table.columns, values, strict=True)
    ]


def _names(columns: Sequence[Column], dialect: Dialect) -> list[str]:
    """Legal, distinct names. Letters of other scripts are written in Latin ones."""
    taken: set[str] = set()
    names = []
    for column in columns:
        # A list of labels is called as its variable with its number behind, by pyreadstat.
        room = dialect.longest - (len(str(len(columns))) if dialect.numbered and _is_labelled(column) else 0)
        stem = _NOT_A_LETTER.sub("_", anyascii(column.name)).strip("_") or "v"
        if not stem[0].isalpha() or stem.casefold() in dialect.reserved:
            stem = f"v_{stem}"
        free, number = stem[:room], 2
        while free.casefold() in taken:
            tail = f"_{number}"
            free, number = stem[: room - len(tail)] + tail, number + 1
        taken.add(free.casefold())
        names.append(free)
    return names


def _variable(
    name: str, title: str, column: Column, values: list[Value], dialect: Dialect, met: Counter[str]
) -> Variable:
    label = title if title != column.name else column.label or column.name
    label = _cut(label if label == column.name else f"{column.name}: {label}", dialect.labels[0])
    variable = Variable(name, label, _kind(values, dialect, column), values)
    if variable.kind == "text":
        met["undated"] += any(isinstance(value, (date, time)) for value in values)
        variable.values = [_text(value, dialect, met) for value in values]
    elif variable.kind == "number":
        variable.values = [None if value is None else float(value) for value in values]  # type: ignore[arg-type]
    elif variable.kind in ("datetime", "time"):
        variable.values = [
            value.replace(tzinfo=None) if isinstance(value, (datetime, time)) else None for value in values
        ]
    _label(variable, column, dialect)
    return variable


def _kind(values: list[Value], dialect: Dialect, column: Column) -> Kind:
    kinds = {value.__class__ for value in values if value is not None}
    if not kinds:
        return "number" if column.kind in ("integer", "decimal", "boolean") else "text"
    if kinds <= {int, float, bool}:
        large = any(isinstance(value, (int, float)) and abs(value) > LARGEST for value in values)
        return "text" if large else "number"
    if kinds == {time}:
        return "time"
    if kinds in ({date}, {datetime}):
        early = any(isinstance(value, date) and value.year < dialect.first for value in values)
        return "text" if early else ("date" if kinds == {date} else "datetime")
    return "text"


def _text(value: Value, dialect: Dialect, met: Counter[str]) -> str:
    text = visible(text_of(value) if not isinstance(value, Decimal) else str(value))
    if text.isascii() and len(text) <= dialect.bytes:
        return text
    short = _cut(text, dialect.bytes)
    met["shortened"] += short != text
    return short


def _cut(text: str, limit: int) -> str:
    """The longest beginning with at most `limit` bytes."""
    return visible(text).encode()[:limit].decode(errors="ignore")


def _is_labelled(column: Column) -> bool:
    return bool(column.codes) and column.type not in ("select_multiple", "rank")


def _label(variable: Variable, column: Column, dialect: Dialect) -> None:
    if not _is_labelled(column):
        return
    labels = {code: _cut(label or code, dialect.labels[1]) for code, label in column.codes}
    if variable.kind == "number":
        numbers = {float(code): label for code, label in labels.items()}
        variable.labels = dict(numbers)
        variable.missing = [float(code) for code in column.missing]
    elif variable.kind == "text" and dialect.numbered:
        _number(variable, labels, column.missing)
    else:
        variable.labels = dict(labels)
        variable.missing = list(column.missing)


def _number(variable: Variable, labels: dict[str, str], missing: Sequence[str]) -> None:
    """Codes become numbers in the order of the form, codes it does not know behind them."""
    codes = dict.fromkeys([*labels, *(str(value) for value in variable.values if value)])
    numbers = {code: float(at) for at, code in enumerate(codes, 1)}
    variable.kind = "number"
    variable.labels = {number: labels.get(code, code) for code, number in numbers.items()}
    variable.missing = [numbers[code] for code in missing if code in numbers]
    variable.values = [numbers.get(str(value)) if value else None for value in variable.values]
