"""Merging: the union of facts. Order, grouping and repetition of packages never matter."""

from __future__ import annotations

import gc
import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from cami_survey.base.clock import EARLIEST, FAR_AHEAD, Clock, Stamp, to_millis
from cami_survey.base.errors import UserError
from cami_survey.base.records import DeviceInfo, Fact, MergeCounts, Tally
from cami_survey.base.texts import _
from cami_survey.store import cache, damage, listing, reviews
from cami_survey.store.arriving import Checked, checked
from cami_survey.store.canonical import decode, encode, nfc
from cami_survey.store.checking import (
    LISTED_ID,
    ROW_BODY,
    ROW_DEV,
    ROW_HLC,
    ROW_RECORD,
    Batch,
    Listed,
    Row,
    in_batches,
    refused,
)
from cami_survey.store.connection import Connections
from cami_survey.store.core import Core, get_local, set_local
from cami_survey.store.devices import put_card, trust
from cami_survey.store.forms import form_contents
from cami_survey.store.inserting import insert
from cami_survey.store.sending import sequence_ranges
from cami_survey.store.statements import file_of, records_of, row_of
from cami_survey.store.tables import (
    ATTACHMENT,
    DEVICE,
    DEVICE_CARD,
    FORM,
    PACKAGE_LOG,
    RECORD,
    STATEMENT,
    WITHDRAWAL,
)
from cami_survey.store.taking_back import counts_of
from cami_survey.store.view import fold
from cami_survey.store.withdrawals import drop_orphans, redact

# So many records of one merge may wait for their row in the list.
MOST_UNLISTED = 2_500
STATEMENT_COLUMNS = ("id", "topic", "subject", "hlc", "dev", "head", "package")
COLUMNS = ("id", "record", "head", "body", "salt", "dev", "dev_seq", "hlc", "form", "form_version")
Progress = Callable[[int], None]
Rehearse = Callable[[Iterable[Fact | Batch], DeviceInfo | None], MergeCounts]

LAST_COUNTS = "SELECT counts FROM package_log WHERE package = ? ORDER BY n DESC LIMIT 1"
FORKS = "SELECT dev_seq FROM revision WHERE dev = ? GROUP BY dev_seq HAVING count(*) > 1"


class _RehearsedError(Exception):
    """Ends a transaction that is to leave nothing behind."""


class Merging(Core):
    """The part of a survey file that takes facts in.

    `prepare` checks facts as `accept` does; another process may do it, for it needs no survey.
    """

    prepare = staticmethod(in_batches)

    def __init__(self, connections: Connections, clock: Clock) -> None:
        super().__init__(connections, clock)
        self._unlisted: dict[str, Listed] = {}

    def accept(
        self,
        facts: Iterable[Fact | Batch],
        *,
        package: str,
        source: str,
        progress: Progress | None = None,
        run: str = "",
        sender: str = "",
        durable: bool = True,
        tally: Tally | None = None,
    ) -> MergeCounts:
        """Take facts in, with a log row, all or none. Each is checked against its id; what is here is passed over.

        `progress` is called with the number of facts done; it cancels by raising, and then nothing is merged.
        Facts that another process has checked come in batches of `prepare`.
        Packages of one merge share a `run`; the log keeps the `sender`, a device id. Without `durable` it may be undone
        by a power cut, and the list may lack what is new, until `flush`. A `tally` counts over all of them.
        """
        progress = progress or _no_progress
        if not durable:
            self._db.fold_some(lambda: progress(0))
        with _seldom_collected(), self._db.write(durable=durable) as connection:
            merge = _Merge(connection, self._clock(), self._dev)
            counts = merge.run(facts, progress)
            if durable:
                listing.put(connection, merge.tips, self._clock())
            elif merge.tips and not self._unlisted:
                listing.fall_behind(connection, merge.last)
            about = {"run": run, "sender": sender, "withdrawn": sorted(merge.told_withdrawn)}
            told = encode(asdict(counts) | about | {"first": merge.count_in(tally if tally is not None else Tally())})
            log = (package, nfc(source), self._millis(), told)
            connection.exec_driver_sql("INSERT INTO package_log (package, source, at, counts) VALUES (?, ?, ?, ?)", log)
            self._log(connection, "merge", package=package, source=nfc(source), revisions=counts.revisions)
        for record in self._unlisted.keys() & (merge.changed | merge.withdrawn):
            del self._unlisted[record]
        if not durable:
            self._unlisted |= merge.tips
            if len(self._unlisted) >= MOST_UNLISTED:
                self._list(durable=False)
        if merge.forgotten:
            self._db.rewrite()
        return counts

    def flush(self) -> None:
        """What was accepted without waiting for the disk is on it, and in the list, when this returns.

        On a full disk the list waits until there is room, at the latest until the file is opened again.
        """
        # Where the log could not be written it is flushed by folding it, which begins with that.
        self._db.fold(wait=not self._list(durable=True))

    def _list(self, *, durable: bool) -> bool:
        """Put records into the list that wait for it; False on a full disk, where they go on waiting."""
        try:
            with self._db.write(durable=durable) as connection:
                listing.put(connection, self._unlisted, self._clock())
                listing.is_caught_up(connection)
                # Whatever else there is to write: a transaction that changes nothing flushes nothing.
                set_local(connection, "flushed", str(self._millis()))
        except UserError as error:
            if error.code != damage.DISK_FULL:
                raise
            return False
        self._unlisted.clear()
        return True

    def merged(self, package: str) -> MergeCounts | None:
        """What a package counted when it was merged last, if it ever was."""
        with self._db.read() as connection:
            counts = connection.exec_driver_sql(LAST_COUNTS, (package,)).scalar()
        return None if counts is None else counts_of(counts)

    def merged_from(self, package: str) -> str:
        """The device id of who sent a package that was merged; empty if it was not, or nobody noted it."""
        with self._db.read() as connection:
            told = connection.exec_driver_sql(LAST_COUNTS, (package,)).scalar()
        return "" if told is None else str(decode(told).get("sender", ""))

    def withdrawals_told(self) -> dict[str, set[str]]:
        """Device id -> the records whose withdrawal stood in a package of it: there they are forgotten too."""
        found: dict[str, set[str]] = {}
        with self._db.read() as connection:
            for counts in connection.execute(sa.select(PACKAGE_LOG.c.counts)).scalars():
                told = decode(counts)
                if told.get("sender") and told.get("withdrawn"):
                    found.setdefault(told["sender"], set()).update(told["withdrawn"])
        return found

    @contextmanager
    def rehearsal(self, tally: Tally | None = None) -> Iterator[Rehearse]:
        """Hands out what counts like `accept`, package after package as if each before was merged; nothing is kept.

        It takes facts, and whom to trust as if enrolled before them, or None. A package that is refused leaves the
        ones before it standing. Other writers wait until the rehearsal is over.
        """
        told = tally if tally is not None else Tally()
        with suppress(_RehearsedError), self._db.write() as connection:

            def rehearse(facts: Iterable[Fact | Batch], trusting: DeviceInfo | None) -> MergeCounts:
                with _seldom_collected(), connection.begin_nested():
                    if trusting is not None:
                        trust(connection, trusting)
                    merge = _Merge(connection, self._clock(), self._dev)
                    counts = merge.run(facts, _no_progress)
                merge.count_in(told)
                return counts

            yield rehearse
            raise _RehearsedError

    def preview(self, facts: Iterable[Fact | Batch]) -> MergeCounts:
        """What `accept` would count. Nothing is kept."""
        with self.rehearsal() as rehearse:
            return rehearse(facts, None)


@contextmanager
def _seldom_collected() -> Iterator[None]:
    """Facts make no cycles, but so many objects that looking for cycles takes a sixth of a merge."""
    before = gc.get_threshold()
    gc.set_threshold(200_000, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _no_progress(done: int) -> None:
    del done


class _Merge:
    """One merge inside one transaction."""

    def __init__(self, connection: Connection, now: Any, dev: bytes) -> None:
        self.connection = connection
        self.now = now
        self.dev = dev
        self.last = int(connection.exec_driver_sql("SELECT coalesce(max(seq), 0) FROM revision").scalar_one())
        self.package = int(connection.exec_driver_sql("SELECT coalesce(max(n), 0) + 1 FROM package_log").scalar_one())
        self.withdrawn = set(connection.exec_driver_sql("SELECT record FROM withdrawal").scalars())
        self.seen: set[str] = set()
        self.known: set[str] = set()
        self.changed: set[str] = set()
        self.tips: dict[str, Listed] = {}
        self.bodiless: set[str] = set()
        self.contents: set[bytes] = set()
        self.devices: set[bytes] = set()
        self.ahead: set[bytes] = set()
        self.behind: set[bytes] = set()
        self.stamp = ""
        self.earliest = Stamp(to_millis(EARLIEST)).text()
        self.latest = Stamp(to_millis(now + FAR_AHEAD)).text()
        self.added = {"revision": 0, "form": 0, "statement": 0, "withdrawal": 0}
        self.attached: set[bytes] = set()
        self.forgotten = 0
        self.told_withdrawn: set[str] = set()

    def run(self, facts: Iterable[Fact | Batch], progress: Progress) -> MergeCounts:
        takers = {
            "form": self._forms,
            "attachment": self._attachments,
            "device": self._cards,
            "withdrawal": self._withdrawals,
            "statement": self._statements,
        }
        done = 0
        for batch in in_batches(facts):
            if batch.rows:
                self._revisions(batch)
            for kind, take in takers.items() if batch.others else ():
                if some := [checked(fact) for fact in batch.others if fact.kind == kind]:
                    take(some)
            done += batch.size
            progress(done)
        self._check_whole()
        if self.seen & self.withdrawn:
            self.forgotten += drop_orphans(self.connection, self.attached - self.contents)
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
            ahead=tuple(sorted(dev.hex() for dev in self.ahead)),
            behind=tuple(sorted(dev.hex() for dev in self.behind)),
            said=self.added["statement"],
            withdrawn=self.added["withdrawal"],
        )

    def count_in(self, tally: Tally) -> tuple[int, int]:
        """Add the interviews of this package to those of the others; returns what it is the first to bring, change."""
        return tally.add(self.seen - self.changed, self.changed - self.withdrawn, self.known)

    def _new(self, table: sa.Table, arrived: Iterable[Checked]) -> list[Checked]:
        """Those that are not here yet, each once, sorted by id."""
        by_id = {one.id: one for one in arrived}
        return [by_id[name] for name in sorted(by_id.keys() - self._there(table, by_id))]

    def _there(self, table: sa.Table, ids: Collection[bytes]) -> set[bytes]:
        """Those of these facts that are here."""
        query = f"SELECT id FROM {table.name} WHERE id IN ({', '.join('?' * len(ids))})"
        return set(self.connection.exec_driver_sql(query, tuple(ids)).scalars()) if ids else set()

    def _revisions(self, batch: Batch) -> None:
        self.devices.update([row[ROW_DEV] for row in batch.rows])
        records = {row[ROW_RECORD] for row in batch.rows}
        self.seen |= records
        self.known |= self._that_are_here(records - self.changed)
        withdrawn = self.withdrawn & records
        gone = {row[0] for row in batch.rows if row[ROW_RECORD] in withdrawn} if withdrawn else set()
        new = self._add_revisions(batch.rows, gone)
        parents = [(one.row[0], parent) for one in batch.steps if one.row[0] in new for parent in one.parents]
        insert(self.connection, "parent", ("child", "parent"), parents, "child, parent")
        files = [named for named in batch.files if named[0] in new and named[0] not in gone]
        insert(self.connection, "revision_file", ("revision", "attachment"), files, "revision, attachment")
        self._stand_alone({record: listed for record, listed in batch.alone.items() if listed[LISTED_ID] in new})
        for one in batch.steps:
            if one.row[0] in new:
                self._stand(one.row[ROW_RECORD], one.parents, one.listed)
                if one.row[ROW_BODY] is None:
                    self.bodiless.add(one.row[ROW_RECORD])
        self.stamp = max([self.stamp, *[row[ROW_HLC] for row in batch.rows if row[ROW_HLC] <= self.latest]])
        self.ahead.update([row[ROW_DEV] for row in batch.rows if row[ROW_HLC] > self.latest and row[0] in new])
        self.behind.update([row[ROW_DEV] for row in batch.rows if row[ROW_HLC] < self.earliest and row[0] in new])
        self.added["revision"] += len(new)

    def _that_are_here(self, records: Collection[str]) -> set[str]:
        """The records among these that have a revision here."""
        query = f"SELECT DISTINCT record FROM revision WHERE record IN ({', '.join('?' * len(records))})"
        return set(self.connection.exec_driver_sql(query, tuple(records)).scalars()) if records else set()

    def _add_revisions(self, rows: list[Row], gone: Collection[bytes]) -> set[bytes]:
        """Add revisions, those in `gone` without their body; returns the ids of those that were not here yet."""
        if gone:
            rows = [(*row[:ROW_BODY], None, None, *row[ROW_DEV:]) if row[0] in gone else row for row in rows]
        last = self.connection.exec_driver_sql("SELECT max(seq) FROM revision").scalar() or 0
        about = {"package": self.package, "arrived": to_millis(self.now)}
        if insert(self.connection, "revision", COLUMNS, rows, same=about) == len(rows):
            return {row[0] for row in rows}
        return set(self.connection.exec_driver_sql("SELECT id FROM revision WHERE seq > ?", (last,)).scalars())

    def _stand_alone(self, new: Mapping[str, Listed]) -> None:
        """Note what new revisions without parents mean for the list, each of a record of its own."""
        if all(map(new.keys().isdisjoint, (self.known, self.changed, self.withdrawn))):
            self.changed |= new.keys()
            self.tips |= new
        else:
            for record, listed in new.items():
                self._stand(record, (), listed)

    def _stand(self, record: str, parents: tuple[bytes, ...], listed: Listed | None) -> None:
        """Note what a new revision means for the list: the last of a line of revisions is its record's view."""
        began = not parents and record not in self.known and record not in self.changed
        self.changed.add(record)
        if record in self.withdrawn:
            return
        before = self.tips.pop(record, None)
        if listed is not None and (began or (before is not None and parents == (before[LISTED_ID],))):
            self.tips[record] = listed

    def _forms(self, arrived: list[Checked]) -> None:
        for one in arrived:
            self.contents.update(form_contents(one.meaning))
        new = self._new(FORM, arrived)
        names = [(one.meaning["form_id"], one.meaning["version"]) for one in new]
        rows = [(one.id, *name, one.fact.head) for one, name in zip(new, names, strict=True)]
        now = to_millis(self.now)
        columns = ("id", "form_id", "version", "head", "added", "package")
        insert(self.connection, "form", columns, [(*row, now, self.package) for row in rows])
        cache.forget_summaries(self.connection, names)
        self.added["form"] += len(new)

    def _attachments(self, arrived: list[Checked]) -> None:
        new = self._new(ATTACHMENT, arrived)
        rows = [(one.id, one.fact.head, "", self.package) for one in new]
        insert(self.connection, "attachment", ("id", "content", "name", "package"), rows)
        self.attached.update(one.id for one in new)

    def _cards(self, arrived: list[Checked]) -> None:
        for one in arrived:
            put_card(self.connection, one.meaning, trusted=False)
        rows = [(one.id, one.meaning.dev, one.fact.head, self.package) for one in self._new(DEVICE_CARD, arrived)]
        insert(self.connection, "device_card", ("id", "dev", "head", "package"), rows)

    def _withdrawals(self, arrived: list[Checked]) -> None:
        for one in arrived:
            key = bytes.fromhex(one.meaning.public_key)
            trusted = sa.select(DEVICE.c.trusted).where(DEVICE.c.public_key == key)
            if not self.connection.execute(trusted).scalar():
                raise UserError(
                    "facts.untrusted-withdrawal",
                    _("A withdrawal of consent comes from a device that this survey does not trust."),
                    advice=_("Enrol the device and merge again."),
                    where=hashlib.sha256(key).hexdigest(),
                )
        self.told_withdrawn.update(one.meaning.record for one in arrived)
        for one in self._new(WITHDRAWAL, arrived):
            record = one.meaning.record
            redact(self.connection, record)
            self.forgotten += 1
            self.added["withdrawal"] += record not in self.withdrawn
            self.withdrawn.add(record)
            self.tips.pop(record, None)
            columns = ("id", "record", "head", "package")
            insert(self.connection, "withdrawal", columns, [(one.id, record, one.fact.head, self.package)])

    def _statements(self, arrived: list[Checked]) -> None:
        self.contents.update(file for one in arrived if (file := file_of(one.fact.head)) is not None)
        rows = [row_of(one.fact.head, self.package) for one in self._new(STATEMENT, arrived)]
        rows = [row for row in rows if self.withdrawn.isdisjoint(records_of(row["topic"], row["subject"]))]
        self.added["statement"] += len(rows)
        insert(
            self.connection,
            "statement",
            STATEMENT_COLUMNS,
            [tuple(row[name] for name in STATEMENT_COLUMNS) for row in rows],
        )
        reviews.refresh(self.connection, rows)

    def _check_whole(self) -> None:
        """A form without its contents or a revision without its body has no place here."""
        if missing := self.contents - self._there(ATTACHMENT, self.contents):
            raise refused("form", min(missing).hex(), "its contents are not there")
        if missing_bodies := self.bodiless - self.withdrawn:
            raise refused("revision", min(missing_bodies), "its body is not there")

    def _refresh(self) -> tuple[int, int]:
        """Bring the list up to date; returns incomplete revisions and new conflicts among the records touched."""
        touched = sorted(self.changed - self.tips.keys() - self.withdrawn)
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
        return incomplete, conflicts

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
        for device, runs in sequence_ranges(self.connection, [dev.hex() for dev in self.devices]).items():
            ends = [0, *(last for _first, last in runs)]
            starts = [first for first, _last in runs]
            gaps += [(device, end + 1, start - 1) for end, start in zip(ends, starts, strict=False) if start > end + 1]
        return tuple(gaps)

    def _forks(self) -> tuple[tuple[str, int], ...]:
        return tuple(
            (device.hex(), dev_seq)
            for device in sorted(self.devices)
            for (dev_seq,) in self.connection.exec_driver_sql(FORKS, (device,))
        )
