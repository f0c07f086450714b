"""Merging: the union of facts. Order, grouping and repetition of packages never matter."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, fields
from operator import itemgetter
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import sqlite
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.engine import Connection

from cami_survey.base.clock import FAR_AHEAD, Stamp, to_millis
from cami_survey.base.errors import UserError
from cami_survey.base.records import Fact, MergeCounts
from cami_survey.base.texts import _
from cami_survey.store import cache, reviews
from cami_survey.store.canonical import MalformedError, decode, digest, encode, nfc
from cami_survey.store.core import Core, get_local, set_local
from cami_survey.store.devices import card_id, put_card, read_card
from cami_survey.store.forms import form_contents, form_fact_id, read_form
from cami_survey.store.revisions import Head, NewerFormatError, read_body, read_head
from cami_survey.store.sending import sequence_ranges
from cami_survey.store.statements import file_of, read_statement, row_of, statement_id
from cami_survey.store.tables import (
    ATTACHMENT,
    DEVICE,
    DEVICE_CARD,
    FORM,
    PACKAGE_LOG,
    PARENT,
    RECORD,
    REVISION,
    REVISION_FILE,
    STATEMENT,
    WITHDRAWAL,
)
from cami_survey.store.view import fold
from cami_survey.store.withdrawals import read_withdrawal, redact, withdrawal_id

BATCH = 2000
BATCH_BYTES = 32_000_000
Progress = Callable[[int], None]

FORKS = "SELECT dev, dev_seq FROM revision GROUP BY dev, dev_seq HAVING count(*) > 1"


class _RehearsedError(Exception):
    """Ends a transaction that is to leave nothing behind."""


class Merging(Core):
    """The part of a survey file that takes facts in."""

    def accept(
        self, facts: Iterable[Fact], *, package: str, source: str, progress: Progress | None = None
    ) -> MergeCounts:
        """Take facts in, with a log row, all or none. Each is checked against its id; what is here is passed over.

        `progress` is called with the number of facts done; it cancels by raising, and then nothing is merged.
        """
        with self._db.write() as connection:
            counts = _Merge(connection, self._clock(), self._dev).run(facts, progress or _no_progress)
            log = {"package": package, "source": nfc(source), "at": self._millis(), "counts": encode(asdict(counts))}
            connection.execute(sa.insert(PACKAGE_LOG), log)
            self._log(connection, "merge", package=package, source=nfc(source), revisions=counts.revisions)
            return counts

    def merged(self, package: str) -> MergeCounts | None:
        """What a package counted when it was merged last, if it ever was."""
        query = sa.select(PACKAGE_LOG.c.counts).where(PACKAGE_LOG.c.package == package)
        with self._db.read() as connection:
            counts = connection.execute(query.order_by(PACKAGE_LOG.c.n.desc()).limit(1)).scalar()
        if counts is None:
            return None
        found = decode(counts)
        listed = {name: tuple(map(tuple, found[name])) for name in ("gaps", "forks")}
        return MergeCounts(**{item.name: found[item.name] for item in fields(MergeCounts)} | listed)

    @contextmanager
    def rehearsal(self) -> Iterator[Callable[[Iterable[Fact]], MergeCounts]]:
        """Hands out what counts like `accept`, package after package as if each before was merged; nothing is kept.

        A package that is refused leaves the ones before it standing. Other writers wait until the rehearsal is over.
        """
        with suppress(_RehearsedError), self._db.write() as connection:

            def rehearse(facts: Iterable[Fact]) -> MergeCounts:
                with connection.begin_nested():
                    return _Merge(connection, self._clock(), self._dev).run(facts, _no_progress)

            yield rehearse
            raise _RehearsedError

    def preview(self, facts: Iterable[Fact]) -> MergeCounts:
        """What `accept` would count. Nothing is kept."""
        with self.rehearsal() as rehearse:
            return rehearse(facts)


def _no_progress(done: int) -> None:
    del done


class _Merge:
    """One merge inside one transaction."""

    def __init__(self, connection: Connection, now: Any, dev: bytes) -> None:
        self.connection = connection
        self.now = now
        self.dev = dev
        self.package = int(connection.exec_driver_sql("SELECT coalesce(max(n), 0) + 1 FROM package_log").scalar_one())
        self.withdrawn = set(connection.execute(sa.select(WITHDRAWAL.c.record)).scalars())
        self.seen: set[str] = set()
        self.known: set[str] = set()
        self.changed: set[str] = set()
        self.single: dict[str, cache.Standing] = {}
        self.bodiless: set[str] = set()
        self.contents: set[bytes] = set()
        self.devices: set[str] = set()
        self.stamp = ""
        self.latest = Stamp(to_millis(now + FAR_AHEAD)).text()
        self.added = {"revision": 0, "form": 0, "attachment": 0}
        self.attached: set[bytes] = set()

    def run(self, facts: Iterable[Fact], progress: Progress) -> MergeCounts:
        takers = {
            "revision": self._revisions,
            "form": self._forms,
            "attachment": self._attachments,
            "device": self._cards,
            "withdrawal": self._withdrawals,
            "statement": self._statements,
        }
        done = 0
        for batch in _batches(facts):
            for kind, take in takers.items():
                some = [fact for fact in batch if fact.kind == kind]
                if some:
                    take(some)
            done += len(batch)
            progress(done)
        self._check_whole()
        incomplete, conflicts = self._refresh()
        self._follow_clock()
        changed = self.changed - self.withdrawn
        return MergeCounts(
            new=len(changed - self.known),
            newer=len(changed & self.known),
            same=len(self.seen - self.changed),
            conflicts=conflicts,
            forms=self.added["form"],
            attachments=len(self.attached - self.contents),
            gaps=self._gaps(),
            revisions=self.added["revision"],
            incomplete=incomplete,
            forks=self._forks(),
        )

    def _new(self, table: sa.Table, rows: dict[bytes, dict[str, Any]]) -> list[dict[str, Any]]:
        """The rows that are not here yet, sorted by id."""
        there = set(self.connection.execute(sa.select(table.c.id).where(table.c.id.in_(list(rows)))).scalars())
        return [rows[key] for key in sorted(rows) if key not in there]

    def _insert(self, table: sa.Table, rows: list[dict[str, Any]], conflict: Sequence[str] = ("id",)) -> None:
        """Many rows in one go, all with the same columns; what the table does not have is passed over."""
        if rows:
            columns = [column.name for column in table.c if column.name in rows[0]]
            self.connection.exec_driver_sql(_union(table, columns, conflict), list(map(itemgetter(*columns), rows)))

    def _revisions(self, facts: list[Fact]) -> None:
        rows: dict[bytes, dict[str, Any]] = {}
        parsed: dict[bytes, Head] = {}
        arrived = to_millis(self.now)
        for fact in facts:
            head, row = _checked_revision(fact)
            row["package"], row["arrived"] = self.package, arrived
            rows[row["id"]] = row
            parsed[row["id"]] = head
            self.devices.add(head.dev)
            self.seen.add(head.record)
        new = self._new(REVISION, rows)
        records = {row["record"] for row in new}
        query = sa.select(REVISION.c.record).distinct().where(REVISION.c.record.in_(records - self.changed))
        self.known.update(self.connection.execute(query).scalars())
        parents, files = [], []
        for row in new:
            head = parsed[row["id"]]
            self._stand(row, head)
            parents += [{"child": row["id"], "parent": bytes.fromhex(parent)} for parent in head.parents]
            files += [{"revision": row["id"], "attachment": sha} for sha in row["files"]]
        self._insert(REVISION, new)
        self._insert(PARENT, parents, ("child", "parent"))
        self._insert(REVISION_FILE, files, ("revision", "attachment"))
        self.added["revision"] += len(new)

    def _stand(self, row: dict[str, Any], head: Head) -> None:
        """Note what a new revision means for the list; a record's only revision is its view."""
        record, said = head.record, row["said"]
        if record in self.withdrawn:
            row |= {"body": None, "salt": None, "said": None, "files": ()}
            self.changed.add(record)
            return
        if said is None:
            self.bodiless.add(record)
        if record in self.known or record in self.changed or head.parents or said is None or said.open:
            self.single.pop(record, None)
        else:
            self.single[record] = cache.Standing(
                record=record,
                form=head.form,
                form_version=head.form_version,
                state=said.state,
                deleted=said.deleted,
                conflicts=0,
                stamp=head.hlc,
                dev=row["dev"],
                heads=(row["id"].hex(),),
                head=row["id"],
            )
        self.changed.add(record)
        if head.hlc <= self.latest:
            self.stamp = max(self.stamp, head.hlc)

    def _forms(self, facts: list[Fact]) -> None:
        rows: dict[bytes, dict[str, Any]] = {}
        for fact in facts:
            form = _checked(fact, form_fact_id, read_form)
            self.contents.update(form_contents(form))
            name = bytes.fromhex(fact.id)
            row = {"id": name, "form_id": form["form_id"], "version": form["version"]}
            rows[name] = row | {"head": fact.head, "added": to_millis(self.now), "package": self.package}
        new = self._new(FORM, rows)
        self._insert(FORM, new)
        cache.forget_summaries(self.connection, [(row["form_id"], row["version"]) for row in new])
        self.added["form"] += len(new)

    def _attachments(self, facts: list[Fact]) -> None:
        rows: dict[bytes, dict[str, Any]] = {}
        for fact in facts:
            _checked(fact, lambda head: hashlib.sha256(head).digest(), bytes)
            name = bytes.fromhex(fact.id)
            rows[name] = {"id": name, "content": fact.head, "name": "", "package": self.package}
        new = self._new(ATTACHMENT, rows)
        self._insert(ATTACHMENT, new)
        self.attached.update(row["id"] for row in new)

    def _cards(self, facts: list[Fact]) -> None:
        rows: dict[bytes, dict[str, Any]] = {}
        for fact in facts:
            card = _checked(fact, card_id, read_card)
            name = bytes.fromhex(fact.id)
            rows[name] = {"id": name, "dev": card.dev, "head": fact.head, "package": self.package}
            put_card(self.connection, card, trusted=False)
        self._insert(DEVICE_CARD, self._new(DEVICE_CARD, rows))

    def _withdrawals(self, facts: list[Fact]) -> None:
        rows: dict[bytes, dict[str, Any]] = {}
        for fact in facts:
            withdrawal = _checked(fact, withdrawal_id, read_withdrawal)
            key = bytes.fromhex(withdrawal.public_key)
            trusted = sa.select(DEVICE.c.trusted).where(DEVICE.c.public_key == key)
            if not self.connection.execute(trusted).scalar():
                raise UserError(
                    "facts.untrusted-withdrawal",
                    _("A withdrawal of consent comes from a device that this survey does not trust."),
                    advice=_("Enrol the device and merge again."),
                    where=hashlib.sha256(key).hexdigest(),
                )
            name = bytes.fromhex(fact.id)
            row: dict[str, Any] = {"id": name, "record": withdrawal.record, "head": fact.head}
            rows[name] = row | {"package": self.package}
        for row in self._new(WITHDRAWAL, rows):
            redact(self.connection, row["record"])
            self.withdrawn.add(row["record"])
            self.single.pop(row["record"], None)
            self._insert(WITHDRAWAL, [row])

    def _statements(self, facts: list[Fact]) -> None:
        rows: dict[bytes, dict[str, Any]] = {}
        for fact in facts:
            _checked(fact, statement_id, read_statement)
            row = row_of(fact.head, self.package)
            rows[row["id"]] = row
            file = file_of(fact.head)
            if file is not None:
                self.contents.add(file)
        self._insert(STATEMENT, self._new(STATEMENT, rows))
        reviews.refresh(self.connection, rows.values())

    def _check_whole(self) -> None:
        """A form without its contents or a revision without its body has no place here."""
        wanted = list(self.contents)
        there = self.connection.execute(sa.select(ATTACHMENT.c.id).where(ATTACHMENT.c.id.in_(wanted))).scalars()
        if missing := self.contents - set(there):
            raise refused("form", min(missing).hex(), "its contents are not there")
        if missing_bodies := self.bodiless - self.withdrawn:
            raise refused("revision", min(missing_bodies), "its body is not there")

    def _refresh(self) -> tuple[int, int]:
        """Bring the list up to date; returns incomplete revisions and new conflicts among the records touched."""
        touched = sorted(self.changed - self.single.keys() - self.withdrawn)
        incomplete = conflicts = 0
        query = sa.select(RECORD.c.conflicts).where(RECORD.c.record == sa.bindparam("wanted"))
        for record in touched:
            before = self.connection.execute(query, {"wanted": record}).scalar() or 0
            revisions = cache.load(self.connection, record)
            folded = fold(revisions)
            if folded is None:
                incomplete += len(revisions)
                continue
            cache.put(self.connection, cache.Standing.of(record, folded), self.now)
            incomplete += len(folded.incomplete)
            conflicts += max(0, len(folded.conflicts) - before)
        self._insert_single()
        return incomplete, conflicts

    def _insert_single(self) -> None:
        """Rows for records that came with one revision, many at a time; those with an open draft one by one."""
        names = list(self.single)
        for start in range(0, len(names), BATCH):
            query = sa.select(RECORD.c.record).where(RECORD.c.record.in_(names[start : start + BATCH]))
            for record in list(self.connection.execute(query).scalars()):
                cache.put(self.connection, self.single.pop(record), self.now)
        n, rows = cache.next_n(self.connection), []
        for at, standing in enumerate(sorted(self.single.values(), key=lambda s: (s.stamp, s.record)), n):
            values = standing.row(self.now)
            more = {"n": at, "pos": cache.position(values["changed"], at), "draft": None, "stale": True, "code": ""}
            rows.append(values | more | {"open": values["state"] == "draft", "summary": b""})
        if rows:
            self._insert(RECORD, rows, ("record",))

    def _follow_clock(self) -> None:
        """Later work here sorts after what came in, unless that came from a clock far ahead."""
        if self.stamp > get_local(self.connection, "stamp"):
            set_local(self.connection, "stamp", self.stamp)
        self.connection.exec_driver_sql(
            "UPDATE identity SET dev_seq = max(dev_seq,"
            " (SELECT coalesce(max(dev_seq), 0) FROM revision WHERE revision.dev = identity.dev)) WHERE dev = ?",
            (self.dev,),
        )

    def _gaps(self) -> tuple[tuple[str, int, int], ...]:
        gaps = []
        for device, runs in sequence_ranges(self.connection).items():
            if device in self.devices:
                ends = [0, *(last for _first, last in runs)]
                starts = [first for first, _last in runs]
                gaps += [
                    (device, end + 1, start - 1) for end, start in zip(ends, starts, strict=False) if start > end + 1
                ]
        return tuple(gaps)

    def _forks(self) -> tuple[tuple[str, int], ...]:
        found = self.connection.exec_driver_sql(FORKS)
        return tuple((dev.hex(), dev_seq) for dev, dev_seq in found if dev.hex() in self.devices)


def _batches(facts: Iterable[Fact]) -> Iterator[list[Fact]]:
    """The facts in pieces of limited number and size."""
    batch: list[Fact] = []
    size = 0
    for fact in facts:
        batch.append(fact)
        size += len(fact.head) + len(fact.body or b"")
        if len(batch) >= BATCH or size >= BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _union(table: sa.Table, columns: Sequence[str], conflict: Sequence[str]) -> str:
    """The statement that adds rows and passes over those that are here; unlike OR IGNORE it hides no other fault."""
    statement = insert(table).on_conflict_do_nothing(index_elements=list(conflict))
    return str(statement.compile(dialect=sqlite.dialect(), column_keys=list(columns)))


def refused(kind: str, name: str, reason: str) -> UserError:
    """The refusal of a fact, and with it of all that came along."""
    return UserError(
        "facts.damaged",
        _(
            "A part of what is being merged is damaged or forged ({kind} {name}: {reason}), so nothing was merged."
        ).format(kind=kind, name=name[:12], reason=reason),
        advice=_("Ask for it again."),
        where=name,
    )


def _checked(fact: Fact, name: Callable[[bytes], bytes], read: Callable[[bytes], Any]) -> Any:
    """What the fact says, if its bytes make its id and can be read."""
    if name(fact.head).hex() != fact.id:
        raise refused(fact.kind, fact.id, "it does not match its fingerprint")
    return _read(fact, fact.head, read)


def _read(fact: Fact, data: bytes, read: Callable[[bytes], Any]) -> Any:
    try:
        return read(data)
    except NewerFormatError:
        raise UserError(
            "facts.newer",
            _("This was made by a newer version of CAMI Survey, so nothing was merged."),
            advice=_("Update the program on this computer and merge again."),
            where=fact.id,
        ) from None
    except MalformedError as error:
        raise refused(fact.kind, fact.id, str(error)) from None


def _checked_revision(fact: Fact) -> tuple[Head, dict[str, Any]]:
    """The head, and the row for the table with the parsed body as `said` and the files it names as `files`."""
    head: Head = _checked(fact, lambda data: digest("revision", data), read_head)
    body = None
    if fact.body is not None:
        salt = fact.salt or b""
        if digest("body", salt, fact.body).hex() != head.body or len(salt) > 64:
            raise refused("revision", fact.id, "its body does not match its fingerprint")
        body = _read(fact, fact.body, read_body)
    return head, {
        "id": bytes.fromhex(fact.id),
        "record": head.record,
        "head": fact.head,
        "body": fact.body,
        "salt": fact.salt if body else None,
        "dev": bytes.fromhex(head.dev),
        "dev_seq": head.dev_seq,
        "hlc": head.hlc,
        "form": head.form,
        "form_version": head.form_version,
        "said": body,
        "files": {bytes.fromhex(sha) for sha in body.files.values()} if body else (),
    }
