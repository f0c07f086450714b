"""What a new version of a table would change, row by row and cell by cell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from cami_survey.reference.schemas import Schema

Key = tuple[str, ...]
Row = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell that differs: the row's key, the column, the text before and after."""

    key: Key
    column: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Changes:
    """Rows by key. `same` counts the rows that stay as they are."""

    added: tuple[Key, ...] = ()
    removed: tuple[Key, ...] = ()
    cells: tuple[Cell, ...] = ()
    same: int = 0

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.cells)


def key_of(row: Row, schema: Schema) -> Key:
    """What names a row."""
    return tuple(row.get(column, "") for column in schema.key)


def changes(before: Iterable[Row], after: Sequence[Row], schema: Schema) -> Changes:
    """What turns `before` into `after`; the order of rows is no change."""
    old = {key_of(row, schema): row for row in before}
    new = {key_of(row, schema): row for row in after}
    cells = [
        Cell(key, column, old[key].get(column, ""), row.get(column, ""))
        for key, row in new.items()
        if key in old
        for column in schema.columns
        if old[key].get(column, "") != row.get(column, "")
    ]
    changed = {cell.key for cell in cells}
    return Changes(
        added=tuple(key for key in new if key not in old),
        removed=tuple(key for key in old if key not in new),
        cells=tuple(cells),
        same=sum(key in old and key not in changed for key in new),
    )
