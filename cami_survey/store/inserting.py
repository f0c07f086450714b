"""Many rows in few statements: one statement for many lets go of the interpreter once and not for every row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy.engine import Connection

# SQLite takes at most 32,766 values in one statement.
MOST_VALUES = 8192
SMALL = 65_536


def insert(
    connection: Connection,
    table: str,
    names: Sequence[str],
    rows: Sequence[tuple[Any, ...]],
    key: str = "id",
    same: Mapping[str, Any] | None = None,
) -> int:
    """Add rows and pass over those whose `key` is there, which hides no other fault; returns how many were added.

    `same` are columns that have one value in all rows.
    """
    same = same or {}
    most = MOST_VALUES // len(names)
    added = 0
    for start in range(0, len(rows), most):
        some = rows[start : start + most]
        statement = _union(table, tuple(names), tuple(same), key, len(some))
        added += connection.exec_driver_sql(statement, (*same.values(), *_bound(some))).rowcount
    return added


def _bound(rows: Sequence[tuple[Any, ...]]) -> list[Any]:
    """The values of all rows; small blobs as the one type that the driver takes without asking how to keep it."""
    return [bytearray(value) if type(value) is bytes and len(value) < SMALL else value for row in rows for value in row]


@lru_cache(maxsize=512)
def _union(table: str, names: tuple[str, ...], same: tuple[str, ...], key: str, rows: int) -> str:
    """The statement that adds rows and passes over those that are here; unlike OR IGNORE it hides no other fault."""
    first = [f"?{number}" for number, _name in enumerate(same, 1)]
    row = f"({', '.join([*first, *'?' * len(names)])})"
    columns = ", ".join(f'"{name}"' for name in (*same, *names))
    values = ", ".join([row] * rows)
    return f"INSERT INTO {table} ({columns}) VALUES {values} ON CONFLICT ({key}) DO NOTHING"
