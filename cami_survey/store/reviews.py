"""Reviews: the small index that the list and the lists of queries read, kept up from statements."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.engine import Connection

from cami_survey.base.records import Statement
from cami_survey.base.reviews import TOPICS, Review, ReviewState, fold
from cami_survey.store.sealing import Sealing
from cami_survey.store.sending import packages_beginning
from cami_survey.store.statements import records_of, statement_of
from cami_survey.store.tables import RECORD, REVIEW, STATEMENT

BATCH = 500
VALUE = "value"
"""The answer as it was, in what is said about it; sealed if it was."""
STANDING = (
    "SELECT r.review, count(*) FROM record AS r WHERE r.deleted = 0 AND (r.review <> '' OR r.\"open\" = 0) GROUP BY 1"
)


def refresh(connection: Connection, rows: Iterable[Mapping[str, Any]]) -> None:
    """Bring the index up to date after these rows of statements came in."""
    names = sorted({row["subject"] for row in rows if row["topic"] in TOPICS})
    for start in range(0, len(names), BATCH):
        found = _reviews(connection, names[start : start + BATCH], {}, b"")
        values = [
            {"record": one.record, "state": one.state, "open": len(one.open), "answered": len(one.answered)}
            | {"waiting": len(one.open) + len(one.answered), "heads": " ".join(sorted(one.seen))}
            for one in found.values()
        ]
        statement = insert(REVIEW)
        changed = {column.name: statement.excluded[column.name] for column in REVIEW.c if column.name != "record"}
        connection.execute(statement.on_conflict_do_update(index_elements=["record"], set_=changed), values)
        list_states(connection, list(found))


def list_states(connection: Connection, records: Sequence[str]) -> None:
    """Carry the states of these over to the list, where they are in it: a review may come before its interview."""
    if connection.execute(sa.select(REVIEW.c.record).limit(1)).first() is None:
        return
    state = sa.select(REVIEW.c.state).where(REVIEW.c.record == RECORD.c.record).scalar_subquery()
    for start in range(0, len(records), BATCH):
        some = RECORD.c.record.in_(records[start : start + BATCH])
        connection.execute(sa.update(RECORD).where(some, state.is_not(None)).values(review=state))


def _reviews(
    connection: Connection,
    records: Collection[str],
    names: Mapping[bytes, str],
    own: bytes,
    read: Callable[[str], str] = str,
) -> dict[str, Review]:
    query = sa.select(STATEMENT).where(STATEMENT.c.topic.in_(TOPICS), STATEMENT.c.subject.in_(list(records)))
    told: dict[str, list[Statement]] = {record: [] for record in records}
    rows: Iterable[Any] = connection.execute(query.order_by(STATEMENT.c.hlc, STATEMENT.c.id)).mappings()
    for row in rows:
        said = statement_of(row, names, own)
        if VALUE in said.body:
            said = replace(said, body={**said.body, VALUE: read(said.body[VALUE])})
        told[row["subject"]].append(said)
    return {record: fold(record, statements) for record, statements in told.items()}


class Reviews(Sealing):
    """The part of a survey file that knows how far the review is."""

    def _heard(self, connection: Connection, row: Mapping[str, Any]) -> None:
        refresh(connection, [row])

    def reviews(self, records: Collection[str]) -> dict[str, Review]:
        """The review of each of these records, as `base.reviews` folds it."""
        found: dict[str, Review] = {}
        wanted = list(records)
        with self._db.read() as connection:
            names = self._names(connection)
            for start in range(0, len(wanted), BATCH):
                some = wanted[start : start + BATCH]
                found |= _reviews(connection, some, names, self._dev, partial(self._unseal, connection))
        return found

    def review(self, record: str) -> Review:
        """The review of one record."""
        return self.reviews([record])[record]

    def review_states(self) -> dict[str, ReviewState]:
        """The state of every record of which somebody said one."""
        query = sa.select(REVIEW.c.record, REVIEW.c.state).where(REVIEW.c.state != "received")
        with self._db.read() as connection:
            return {str(record): state for record, state in connection.execute(query)}

    def queried(self) -> list[str]:
        """Records that are here and have queries which are not closed, newest change first."""
        sql = (
            "SELECT r.record FROM review AS v INDEXED BY ix_review_waiting"
            " CROSS JOIN record AS r ON r.record = v.record"
            " WHERE v.waiting > 0 AND r.deleted = 0 ORDER BY r.pos DESC"
        )
        with self._db.read() as connection:
            return [str(record) for (record,) in connection.exec_driver_sql(sql)]

    def last_statement(self) -> int:
        """The number of the newest statement."""
        with self._db.read() as connection:
            return connection.execute(sa.select(sa.func.max(STATEMENT.c.seq))).scalar() or 0

    def records_told_after(self, seq: int, packages: Iterable[str] = ()) -> list[str]:
        """The records here that a statement after number `seq` is about, but with a package of these beginnings."""
        query = sa.select(STATEMENT.c.topic, STATEMENT.c.subject).where(STATEMENT.c.seq > seq)
        with self._db.read() as connection:
            brought = packages_beginning(connection, packages)
            elsewhere = STATEMENT.c.package.is_(None) | STATEMENT.c.package.not_in(brought)
            told = {name for row in connection.execute(query.where(elsewhere)) for name in records_of(*row)}
            here = sa.select(RECORD.c.record).where(RECORD.c.record.in_(told), RECORD.c.heads != "")
            return sorted(connection.execute(here).scalars())

    def review_counts(self) -> dict[ReviewState, int]:
        """How many records, not deleted, are in each state; drafts count only once somebody has said something."""
        with self._db.read() as connection:
            counted = {str(state or "received"): int(n) for state, n in connection.exec_driver_sql(STANDING)}
        return {state: counted.get(state, 0) for state in ("received", "issues", "approved", "rejected")}
