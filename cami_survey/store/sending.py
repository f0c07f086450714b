"""Facts on their way out: what a package is made of."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from cami_survey.base.records import Fact
from cami_survey.store.canonical import decode
from cami_survey.store.core import Core
from cami_survey.store.forms import form_contents
from cami_survey.store.statements import statement_facts
from cami_survey.store.tables import ATTACHMENT, DEVICE_CARD, FORM, REVISION, REVISION_FILE, WITHDRAWAL

BATCH = 500
Ranges = dict[str, list[tuple[int, int]]]

RANGES = (
    "SELECT dev, min(dev_seq), max(dev_seq) FROM (SELECT dev, dev_seq, dev_seq - dense_rank() OVER"
    " (PARTITION BY dev ORDER BY dev_seq) AS run FROM revision) GROUP BY dev, run ORDER BY dev, 2"
)


def sequence_ranges(connection: Connection) -> Ranges:
    """Per device the unbroken runs of its sequence numbers that are here."""
    found: Ranges = {}
    for dev, first, last in connection.exec_driver_sql(RANGES):
        found.setdefault(dev.hex(), []).append((first, last))
    return found


class Sending(Core):
    """The part of a survey file that hands out facts."""

    def facts(self, records: Collection[str] | None = None, after: int = 0) -> Iterator[Fact]:
        """Device cards, forms with their contents, revisions with `seq` above `after`, their files, withdrawals,
        statements with theirs.

        `records` limits revisions, forms to those that the revisions are of, and statements about records.
        """
        with self._db.read() as connection:
            yield from _plain(connection, "device", DEVICE_CARD)
            yield from _forms(connection, records, after)
            yield from _revisions(connection, records, after)
            yield from _files(connection, records, after)
            yield from _plain(connection, "withdrawal", WITHDRAWAL)
            # Last, because a statement may be about anything that comes before it.
            yield from statement_facts(connection, records)

    def sequence_ranges(self) -> Ranges:
        """Per device id the unbroken runs (first, last) of its sequence numbers that are here."""
        with self._db.read() as connection:
            return sequence_ranges(connection)


def _plain(connection: Connection, kind: Any, table: sa.Table) -> Iterator[Fact]:
    for row in connection.execute(sa.select(table.c.id, table.c.head).order_by(table.c.id)):
        yield Fact(kind, row.id.hex(), row.head)


def _pages(connection: Connection, records: Collection[str] | None, after: int) -> Iterator[list[Any]]:
    """The chosen revisions, a page at a time."""
    query = sa.select(REVISION).order_by(REVISION.c.seq).limit(BATCH)
    if records is None:
        while rows := list(connection.execute(query.where(REVISION.c.seq > after))):
            yield rows
            after = rows[-1].seq
        return
    wanted = sorted(records)
    for start in range(0, len(wanted), BATCH):
        some = REVISION.c.record.in_(wanted[start : start + BATCH])
        yield list(connection.execute(sa.select(REVISION).where(some, REVISION.c.seq > after).order_by(REVISION.c.seq)))


def _revisions(connection: Connection, records: Collection[str] | None, after: int) -> Iterator[Fact]:
    for rows in _pages(connection, records, after):
        for row in rows:
            yield Fact("revision", row.id.hex(), row.head, row.body, row.salt)


def _forms(connection: Connection, records: Collection[str] | None, after: int) -> Iterator[Fact]:
    used = None
    if records is not None:
        used = {(row.form, row.form_version) for rows in _pages(connection, records, after) for row in rows}
    sent: set[bytes] = set()
    for row in connection.execute(sa.select(FORM).order_by(FORM.c.id)).all():
        if used is not None and (row.form_id, row.version) not in used:
            continue
        yield Fact("form", row.id.hex(), row.head)
        contents = [content for content in form_contents(decode(row.head)) if content not in sent]
        sent.update(contents)
        yield from _attachments(connection, dict.fromkeys(contents))


def _files(connection: Connection, records: Collection[str] | None, after: int) -> Iterator[Fact]:
    found: set[bytes] = set()
    for rows in _pages(connection, records, after):
        ids = [row.id for row in rows]
        named = sa.select(REVISION_FILE.c.attachment).where(REVISION_FILE.c.revision.in_(ids))
        found.update(connection.execute(named).scalars())
    yield from _attachments(connection, sorted(found))


def _attachments(connection: Connection, ids: Collection[bytes]) -> Iterator[Fact]:
    query = sa.select(ATTACHMENT.c.content).where(ATTACHMENT.c.id == sa.bindparam("wanted"))
    for wanted in ids:
        content = connection.execute(query, {"wanted": wanted}).scalar()
        if content is not None:
            yield Fact("attachment", wanted.hex(), content)
