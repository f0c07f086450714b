"""Many rows in few statements: one statement for many lets go of the interpreter once and not for every row."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import chain
from typing import Any

from sqlalchemy.engine import Connection

# SQLite takes at most 32,766 values in one statement.
MOST_VALUES = 4096


def insert(
    connection: Connection, table: str, names: Sequence[str], rows: list[tuple[Any, ...]], key: str = "id"
) -> int:
    """Add rows and pass over those whose `key` is there, which hides no other fault; returns how many were added."""
    most = MOST_VALUES // len(names)
    added = 0
    for start in range(0, len(rows), most):
        some = rows[start : start + most]
        statement = _union(table, tuple(names), key, len(some))
        added += connection.exec_driver_sql(statement, tuple(chain.from_iterable(some))).rowcount
    return added


@lru_cache(maxsize=512)
def _union(table: str, names: tuple[str, ...], key: str, rows: int) -> str:
    """The statement that adds rows and passes over those that are here; unlike OR IGNORE it hides no other fault."""
    row = f"({', '.join('?' * len(names))})"
    columns = ", ".join(f'"{name}"' for name in names)
    values = ", ".join([row] * rows)
    return f"INSERT INTO {table} ({columns}) VALUES {values} ON CONFLICT ({key}) DO NOTHING"
