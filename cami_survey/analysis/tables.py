"""Interviews to result tables: one table for a form, one for each of its repeats, joined by record and repeat keys.

The tables of a repeat begin with `_record` and one key column per enclosing repeat, outermost first, which are the same
in the repeat's parents: a join needs no running numbers, and a merge or a new export does not change them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from types import TracebackType

from cami_survey.analysis.codebook import codebook
from cami_survey.analysis.columns import Options, table_of
from cami_survey.analysis.conflicts import Disputes
from cami_survey.analysis.definitions import Definition
from cami_survey.analysis.gather import Gathering, Origin, OriginOf
from cami_survey.analysis.layout import Layout, Sheet, merged_questions
from cami_survey.analysis.model import Column, Kind, Row, Table, Value
from cami_survey.analysis.rows import Rest
from cami_survey.analysis.tally import Tally
from cami_survey.base.records import RecordView

__all__ = [
    "Column",
    "Gathered",
    "Kind",
    "Options",
    "Origin",
    "Row",
    "Table",
    "Tabulation",
    "Tally",
    "Value",
    "gather",
    "joined",
    "tabulate",
]


@dataclass(slots=True)
class Tabulation:
    """The tables of one form. `close` (or leaving the `with` block) frees the rows."""

    tables: list[Table]
    codebook: Table
    conflicts: Table
    tally: Tally
    _layout: Layout
    _disputes: Disputes

    def close(self) -> None:
        """Free the rows; the tables cannot be read afterwards."""
        self._layout.close()
        self._disputes.close()

    def __enter__(self) -> Tabulation:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


@dataclass(slots=True)
class Gathered:
    """The interviews of one form as rows, before it is settled which columns they have."""

    layout: Layout
    tally: Tally
    disputes: Disputes

    def close(self) -> None:
        """Free the rows."""
        self.layout.close()
        self.disputes.close()

    def tables(self, options: Options, rests: Sequence[Rest | None] = ()) -> list[Table]:
        """One table for each sheet; `rests` have the rows of each that are not here."""
        sheets = zip_longest(self.layout.sheets, rests)
        form_id = self.layout.form_id
        return [
            table_of(sheet, table_name(self.layout, sheet), options, self.tally, form_id, rest)
            for sheet, rest in sheets
        ]

    def tabulation(
        self, definitions: Sequence[Definition], options: Options, rests: Sequence[Rest | None] = ()
    ) -> Tabulation:
        """Everything as tables, without repeats of which no column is wanted."""
        options = options.of(definitions[0])
        sheets = [
            (sheet, table)
            for sheet, table in zip(self.layout.sheets, self.tables(options, rests), strict=True)
            if not sheet.path or not options.only or _says_something(table)
        ]
        book = codebook(self.layout, definitions, sheets, options)
        return Tabulation(
            [table for _sheet, table in sheets], book, self.disputes.table(), self.tally, self.layout, self.disputes
        )


def gather(
    definitions: Sequence[Definition], views: Iterable[RecordView], origin: OriginOf, options: Options
) -> Gathered:
    """Read `views`, all of one form, once and put every answer into its row.

    `definitions` are the versions of the form, newest first, at least one. Rows are kept outside memory, so the number
    of interviews does not matter. OSError when the temporary folder is full.
    """
    layout = Layout(definitions)
    gathering = Gathering(layout, origin)
    gathered = Gathered(layout, gathering.tally, Disputes(layout, merged_questions(definitions), options))
    try:
        for view in views:
            gathering.add(view)
            gathered.disputes.add(view, origin)
    except BaseException:
        gathered.close()
        raise
    return gathered


def tabulate(
    definitions: Sequence[Definition], views: Iterable[RecordView], origin: OriginOf, options: Options
) -> Tabulation:
    """The tables of `views`, which are read as `gather` does."""
    return gather(definitions, views, origin, options).tabulation(definitions, options)


def _says_something(table: Table) -> bool:
    """Whether it has a column besides those that name a row."""
    return any(not column.path.startswith("@") for column in table.columns)


def joined(name: str, title: str, parts: Sequence[Table]) -> Table:
    """Tables of one kind as one, with the columns of all in the order they turn up. No parts make an empty table."""
    columns = tuple(dict.fromkeys(column for part in parts for column in part.columns))
    return Table(name, title, columns, _Chained(parts, columns), parts[0].keys if parts else 0)


class _Chained:
    """The rows of several tables, each cell under its column."""

    def __init__(self, parts: Sequence[Table], columns: Sequence[Column]) -> None:
        self._parts = parts
        self._columns = columns

    def __len__(self) -> int:
        return sum(len(part.rows) for part in self._parts)

    def __iter__(self) -> Iterator[Row]:
        for part in self._parts:
            places = [part.columns.index(column) if column in part.columns else None for column in self._columns]
            for row in part.rows:
                yield [None if place is None else row[place] for place in places]


def table_name(layout: Layout, sheet: Sheet) -> str:
    """`form_id` for the interviews, `form_id-repeat` for a repeat; a repeat's name used twice has its path."""
    if not sheet.path:
        return layout.form_id
    name = sheet.path.rsplit("/", 1)[-1]
    alike = [path for path in layout.repeats if path.rsplit("/", 1)[-1].casefold() == name.casefold()]
    return f"{layout.form_id}-{name if len(alike) == 1 else sheet.path.lstrip('/').partition('/')[2].replace('/', '-')}"
