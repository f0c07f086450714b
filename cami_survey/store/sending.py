"""Facts on their way out: what a package is made of."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from cami_survey.base.records import Fact
from cami_survey.store.canonical import decode
from cami_survey.store.core import Core
from cami_survey.store.forms import form_contents
from cami_survey.store.statements import statement_facts
from cami_survey.store.tables import ATTACHMENT, DEVICE_CARD, FORM, PACKAGE_LOG, REVISION, REVISION_FILE, WITHDRAWAL

BATCH = 500
Ranges = dict[str, list[tuple[int, int]]]

RUNS = (
    "SELECT min(dev_seq), max(dev_seq) FROM (SELECT dev_seq, dev_seq - dense_rank() OVER (ORDER BY dev_seq) AS run"
    " FROM revision WHERE dev = ?) GROUP BY run ORDER BY 1"
)
SPAN = "SELECT min(dev_seq), max(dev_seq), count(DISTINCT dev_seq) FROM revision WHERE dev = ?"
WROTE = "SELECT DISTINCT record FROM revision WHERE dev = ? AND dev_seq BETWEEN ? AND ? ORDER BY dev_seq"
WRITERS = (
    "WITH RECURSIVE writer(dev) AS (SELECT min(dev) FROM revision UNION ALL"
    " SELECT (SELECT min(dev) FROM revision WHERE dev > writer.dev) FROM writer WHERE writer.dev IS NOT NULL)"
    " SELECT dev FROM writer WHERE dev IS NOT NULL"
)


def sequence_ranges(connection: Connection, devices: Iterable[str] | None = None) -> Ranges:
    """Per device, or per one of `devices`, the unbroken runs of its sequence numbers that are here."""
    if devices is None:
        devices = [dev.hex() for (dev,) in connection.exec_driver_sql(WRITERS).all()]
    found = {name: _runs(connection, bytes.fromhex(name)) for name in sorted(devices)}
    return {name: runs for name, runs in found.items() if runs}


def _runs(connection: Connection, dev: bytes) -> list[tuple[int, int]]:
    first, last, numbers = connection.exec_driver_sql(SPAN, (dev,)).one()
    if numbers and last - first + 1 == numbers:
        return [(first, last)]
    return [(first, last) for first, last in connection.exec_driver_sql(RUNS, (dev,))]


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

    def sequence_ranges(self, devices: Iterable[str] | None = None) -> Ranges:
        """Per device id, or per one of `devices`, the unbroken runs (first, last) of its numbers that are here."""
        with self._db.read() as connection:
            return sequence_ranges(connection, devices)

    def records_in(self, ranges: Mapping[str, Iterable[tuple[int, int]]]) -> list[str]:
        """The records that these runs of device sequence numbers wrote, as they came."""
        found: dict[str, None] = {}
        with self._db.read() as connection:
            for device, runs in ranges.items():
                for first, last in runs:
                    rows = connection.exec_driver_sql(WROTE, (bytes.fromhex(device), first, last))
                    found.update((str(record), None) for (record,) in rows)
        return list(found)

    def records_after(self, seq: int, packages: Iterable[str] = ()) -> list[str]:
        """The records with a revision that arrived after number `seq`, but with a package of these beginnings."""
        query = sa.select(REVISION.c.record).distinct().where(REVISION.c.seq > seq)
        with self._db.read() as connection:
            brought = packages_beginning(connection, packages)
            elsewhere = REVISION.c.package.is_(None) | REVISION.c.package.not_in(brought)
            return [str(record) for record in connection.execute(query.where(elsewhere)).scalars()]


def packages_beginning(connection: Connection, packages: Iterable[str]) -> list[int]:
    """The numbers of the merged packages whose hash begins as one of these names."""
    short = sa.func.substr(PACKAGE_LOG.c.package, 1, 16)
    query = sa.select(PACKAGE_LOG.c.n).where(short.in_([name[:16] for name in packages]))
    return list(connection.execute(query).scalars())


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
