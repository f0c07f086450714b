"""What is wrong with a table that somebody brings, each with its row and column."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from cami_survey.base.errors import nearest
from cami_survey.base.texts import _
from cami_survey.reference.changes import Row, key_of
from cami_survey.reference.programme import standing_of
from cami_survey.reference.schemas import Schema

Known = Callable[[str], Sequence[Row]]
LONGEST = 4000


@dataclass(frozen=True, slots=True)
class Problem:
    """A sentence about one cell. `row` is the row of the sheet, the header being 1; 0 speaks of the whole table."""

    row: int
    column: str
    sentence: str


def problems(rows: Sequence[Row], schema: Schema, known: Known) -> Iterator[Problem]:
    """Everything that keeps `rows` from being the table; `known` gives the rows of the other tables."""
    if not rows:
        yield Problem(0, "", _("The table has no rows."))
    seen = Counter(key_of(row, schema) for row in rows)
    targets = {column: {row[name] for row in known(table)} for column, (table, name) in schema.refers.items()}
    parents = set(seen)
    for number, row in enumerate(rows, 2):
        yield from _of_cells(number, row, schema)
        yield from _of_references(number, row, targets)
        yield from _of_parent(number, row, schema, parents)
        key = key_of(row, schema)
        if seen[key] > 1:
            seen[key] = 0
            yield Problem(number, schema.key[0], _("“{key}” stands here more than once.").format(key=" · ".join(key)))


def missing_columns(columns: Sequence[str], schema: Schema) -> list[str]:
    """The columns of the table that are not among `columns`."""
    return [column for column in schema.columns if column not in columns]


def _of_cells(number: int, row: Row, schema: Schema) -> Iterator[Problem]:
    for column in schema.columns:
        text = row.get(column, "")
        allowed = schema.allowed.get(column)
        if not text and (column in schema.needed or column == schema.key[0]):
            yield Problem(number, column, _("This cell must not be empty."))
        elif text and allowed is not None and text not in allowed:
            words = ", ".join(sorted(allowed))
            yield Problem(number, column, _("“{text}” is not one of: {words}.").format(text=text, words=words))
        elif text and schema.statuses and column == schema.confidence and standing_of(text) is None:
            words = ", ".join(schema.statuses)
            yield Problem(number, column, _("“{text}” is not one of: {words}.").format(text=text, words=words))
        elif len(text) > LONGEST:
            yield Problem(number, column, _("The text is longer than {count} characters.").format(count=LONGEST))


def _of_references(number: int, row: Row, targets: dict[str, set[str]]) -> Iterator[Problem]:
    for column, codes in targets.items():
        text = row.get(column, "")
        if text and text not in codes:
            near = nearest(text, codes)
            unknown = _("Nothing is called “{code}”.").format(code=text)
            hint = _("Did you mean “{name}”?").format(name=near) if near else ""
            yield Problem(number, column, f"{unknown} {hint}".strip())


def _of_parent(number: int, row: Row, schema: Schema, keys: set[tuple[str, ...]]) -> Iterator[Problem]:
    parent = row.get(schema.parent, "") if schema.parent else ""
    if parent and (*key_of(row, schema)[:-1], parent) not in keys:
        yield Problem(number, schema.parent, _("The table has no row “{code}”.").format(code=parent))
