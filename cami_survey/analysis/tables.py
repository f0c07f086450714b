"""Interviews to result tables: one table for a form, one for each of its repeats, joined by record and repeat keys.

The tables of a repeat begin with `_record` and one key column per enclosing repeat, outermost first, which are the same
in the repeat's parents: a join needs no running numbers, and a merge or a new export does not change them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from types import TracebackType

from cami_survey.analysis.codebook import codebook
from cami_survey.analysis.columns import Options, table_of
from cami_survey.analysis.conflicts import Disputes
from cami_survey.analysis.definitions import Definition
from cami_survey.analysis.gather import Gathering, Origin, OriginOf
from cami_survey.analysis.layout import Layout, Sheet, merged_questions
from cami_survey.analysis.model import Column, Kind, Row, Table, Value
from cami_survey.analysis.tally import Tally
from cami_survey.base.records import RecordView

__all__ = [
    "Column",
    "Kind",
    "Options",
    "Origin",
    "Row",
    "Table",
    "Tabulation",
    "Tally",
    "Value",
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


def tabulate(
    definitions: Sequence[Definition], views: Iterable[RecordView], origin: OriginOf, options: Options
) -> Tabulation:
    """Read `views`, all of one form, once and put every answer into its table.

    `definitions` are the versions of the form, newest first, at least one. Rows are kept outside memory, so the number
    of interviews does not matter. OSError when the temporary folder is full.
    """
    layout = Layout(definitions)
    gathering = Gathering(layout, origin)
    disputes = Disputes(layout, merged_questions(definitions), options)
    try:
        for view in views:
            gathering.add(view)
            disputes.add(view, origin)
    except BaseException:
        layout.close()
        disputes.close()
        raise
    options = replace(options, language=definitions[0].language(options.language))
    tally, form_id = gathering.tally, definitions[0].form_id
    tables = [table_of(sheet, table_name(layout, sheet), options, tally, form_id) for sheet in layout.sheets]
    book = codebook(layout, definitions, tables, options)
    return Tabulation(tables, book, disputes.table(), gathering.tally, layout, disputes)


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
