"""The tables as they stand for one survey: what is shipped, what was brought since, and what is doubted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from cami_survey.reference import tables
from cami_survey.reference.changes import Key, Row, key_of
from cami_survey.reference.programme import standing_of
from cami_survey.reference.schemas import SCHEMAS, Schema, schema_of


@dataclass(frozen=True, slots=True)
class Table:
    """One version of a table. `source` says where it comes from; `shipped` with the program, or brought by somebody."""

    name: str
    version: str
    source: str
    rows: tuple[Row, ...]
    shipped: bool = True
    brought_by: str = ""
    at: datetime | None = None

    @property
    def schema(self) -> Schema:
        """What the table holds."""
        found = schema_of(self.name)
        assert found is not None
        return found

    def row(self, key: Key) -> Row | None:
        """The row of that key."""
        return next((row for row in self.rows if key_of(row, self.schema) == key), None)


@dataclass(frozen=True, slots=True)
class Dispute:
    """Somebody holds that a cell should say something else, and why. `shown` is what it said then.

    `settled` when the cell says by now what was proposed.
    """

    table: str
    key: Key
    column: str
    shown: str
    proposed: str
    reason: str
    source: str
    by: str
    at: datetime
    settled: bool = False


class Shelf:
    """Tables by name; one that was brought stands before the shipped one of its name."""

    def __init__(self, brought: Iterable[Table] = (), disputes: Iterable[Dispute] = ()) -> None:
        self._brought = {table.name: table for table in brought}
        self._disputes = tuple(disputes)

    def with_table(self, table: Table) -> Shelf:
        """The same shelf with another version of one table."""
        return Shelf([*self._brought.values(), table], self._disputes)

    def names(self) -> list[str]:
        """Every table, shipped ones first in their order."""
        return [*SCHEMAS, *sorted(name for name in self._brought if name not in SCHEMAS)]

    def table(self, name: str) -> Table:
        """A table as it stands; KeyError for an unknown one."""
        return self._brought[name] if name in self._brought else self.shipped(name)

    def shipped(self, name: str) -> Table:
        """A table as the program brought it; KeyError for an unknown one."""
        if name not in SCHEMAS:
            raise KeyError(name)
        return Table(name, tables.version(), tables.source(name), tuple(tables.rows(name)))

    def rows(self, name: str) -> tuple[Row, ...]:
        """The rows of a table as it stands; none for an unknown one."""
        try:
            return self.table(name).rows
        except KeyError:
            return ()

    def disputes(self, name: str = "") -> list[Dispute]:
        """What is held against cells of one table, or of all, oldest first."""
        return [dispute for dispute in self._disputes if name in ("", dispute.table)]

    def disputed(self, name: str) -> Mapping[tuple[Key, str], list[Dispute]]:
        """The open disputes of a table by key and column."""
        found: dict[tuple[Key, str], list[Dispute]] = {}
        for dispute in self.disputes(name):
            if not dispute.settled:
                found.setdefault((dispute.key, dispute.column), []).append(dispute)
        return found


def is_official(row: Row, schema: Schema) -> bool:
    """Whether what a row says may be shown as the official text: never where it is missing, guessed or our own."""
    mark = row.get(schema.confidence, "") if schema.confidence else ""
    if schema.statuses:
        return standing_of(mark) == "sourced" and not row.get("activity_no", "").endswith("*")
    return not mark.startswith("U")
