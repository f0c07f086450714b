"""Rows of the list for records that came whole in a merge, made for many packages at once.

Their places in the indexes of the list lie far apart: made beside each package, the same pages would be written again
and again. Until they are made the file itself says from which revision on the list is behind.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.engine import Connection

from cami_survey.base.clock import to_millis
from cami_survey.store import cache, reviews
from cami_survey.store.checking import LISTED_RECORD, Listed
from cami_survey.store.core import get_local, set_local
from cami_survey.store.inserting import insert

BEHIND = "unlisted"
COLUMNS = ("n", "pos", "changed", "record", "form", "form_version", "state", "open", "deleted", "dev", "heads", "head")
SAME = {"conflicts": 0, "stale": 1, "code": "", "summary": b""}
WITHOUT_ROW = (
    "SELECT DISTINCT record FROM revision WHERE seq > ? AND record NOT IN (SELECT record FROM record WHERE heads <> '')"
    " ORDER BY record"
)


def put(connection: Connection, listed: Mapping[str, Listed], now: datetime) -> None:
    """Rows for records that have none; those that have one, an open draft or a later revision, are seen anew."""
    first, wall = cache.next_n(connection), to_millis(now)
    gone = set(connection.exec_driver_sql("SELECT record FROM withdrawal").scalars())
    ordered = sorted([one for one in listed.values() if one[LISTED_RECORD] not in gone])
    rows = [_row(n, wall, one) for n, one in enumerate(ordered, first)]
    if insert(connection, "record", COLUMNS, rows, "record", SAME) < len(rows):
        made = set(connection.exec_driver_sql("SELECT record FROM record WHERE n >= ?", (first,)).scalars())
        for one in ordered:
            if one[LISTED_RECORD] not in made:
                cache.refresh(connection, one[LISTED_RECORD], now)
    reviews.list_states(connection, [one[LISTED_RECORD] for one in ordered])


def _row(n: int, wall: int, listed: Listed) -> tuple[Any, ...]:
    """The list's row, in the order of `COLUMNS`."""
    hlc, record, form, form_version, state, deleted, dev, name = listed
    changed = cache.shown_millis(hlc, wall)
    about = (record, form, form_version, state, int(state == "draft"), int(deleted), dev)
    return (n, cache.position(changed, n), changed, *about, name.hex(), name)


def fall_behind(connection: Connection, seq: int) -> None:
    """Say that records of revisions after number `seq` may lack their row."""
    set_local(connection, BEHIND, str(seq))


def is_caught_up(connection: Connection) -> None:
    """Say that every record has its row."""
    connection.exec_driver_sql('DELETE FROM local WHERE "key" = ?', (BEHIND,))


def catch_up(connection: Connection, now: datetime) -> None:
    """Make the rows that a merge was to make which did not come to its end."""
    if seq := get_local(connection, BEHIND):
        for record in connection.exec_driver_sql(WITHOUT_ROW, (int(seq),)).scalars().all():
            cache.refresh(connection, record, now)
        is_caught_up(connection)
