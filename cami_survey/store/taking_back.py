"""Taking back whole merges: nothing that was written is unwritten, so what was before is written once more."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from cami_survey.base.clock import from_millis
from cami_survey.base.errors import UserError
from cami_survey.base.records import DELETED, MergeCounts
from cami_survey.base.texts import _
from cami_survey.store import cache
from cami_survey.store.canonical import decode
from cami_survey.store.saving import Saving
from cami_survey.store.tables import PACKAGE_LOG, REVISION, STATEMENT, WITHDRAWAL
from cami_survey.store.view import Folded, fold


@dataclass(frozen=True, slots=True)
class Merged:
    """One package that was merged: those with one `run` were merged together. `package` is its SHA-256.

    `new` and `newer` are interviews that it was the first of its run to bring or change.
    """

    package: str
    source: str
    at: datetime
    run: str
    counts: MergeCounts
    taken_back: bool = False
    new: int = 0
    newer: int = 0


@dataclass(frozen=True, slots=True)
class TakenBack:
    """Records after a merge was taken back: in the bin, as they were before, and left since they changed later."""

    binned: tuple[str, ...] = ()
    restored: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Brought:
    """What packages brought beside answers: statements as (id, topic, subject), and the interviews they withdrew."""

    statements: tuple[tuple[str, str, str], ...] = ()
    withdrawn: tuple[str, ...] = ()


def counts_of(data: bytes) -> MergeCounts:
    """What the log says a package counted."""
    found = decode(data)
    listed = {name: tuple(map(tuple, found[name])) for name in ("gaps", "forks")}
    listed |= {name: tuple(found.get(name, ())) for name in ("ahead", "behind")}
    return MergeCounts(**{item.name: found[item.name] for item in fields(MergeCounts) if item.name in found} | listed)


class TakingBack(Saving):
    """The part of a survey file that knows its merges and takes them back."""

    def merges(self) -> list[Merged]:
        """Every package that was merged, newest first."""
        query = sa.select(PACKAGE_LOG).order_by(PACKAGE_LOG.c.n.desc())
        with self._db.read() as connection:
            rows = connection.execute(query).all()
            undone = self._undone(connection)
        return [_merged(row, undone) for row in rows]

    def take_back(self, packages: Collection[str], reason: str) -> TakenBack:
        """Bring every record these packages changed to how it stood before, by a new revision; all or none.

        Records that came with them go to the bin. Those that were changed here or by other packages since are left.
        """
        with self._db.write() as connection:
            query = sa.select(PACKAGE_LOG.c.n).where(PACKAGE_LOG.c.package.in_(list(packages)))
            numbers = set(connection.execute(query).scalars())
            if not numbers:
                raise UserError("merge.unknown", _("No such package was merged here."))
            done: dict[str, list[str]] = {"binned": [], "restored": [], "kept": [], "same": []}
            for record in self._brought(connection, numbers):
                done[self._put_back(connection, record, numbers, reason)].append(record)
            del done["same"]
            self._log(connection, "take-back", packages=sorted(packages), **{k: len(v) for k, v in done.items()})
            return TakenBack(**{name: tuple(records) for name, records in done.items()})

    def brought(self, packages: Collection[str]) -> Brought:
        """What these packages brought first of all that is said here beside answers."""
        numbers = sa.select(PACKAGE_LOG.c.n).where(PACKAGE_LOG.c.package.in_(list(packages))).scalar_subquery()
        said = sa.select(STATEMENT.c.id, STATEMENT.c.topic, STATEMENT.c.subject)
        gone = sa.select(WITHDRAWAL.c.record).where(WITHDRAWAL.c.package.in_(numbers)).order_by(WITHDRAWAL.c.record)
        with self._db.read() as connection:
            rows = connection.execute(said.where(STATEMENT.c.package.in_(numbers)).order_by(STATEMENT.c.seq)).all()
            statements = tuple((row.id.hex(), row.topic, row.subject) for row in rows)
            return Brought(statements, tuple(connection.execute(gone).scalars()))

    def _brought(self, connection: Connection, numbers: Collection[int]) -> list[str]:
        gone = sa.select(WITHDRAWAL.c.record)
        query = sa.select(REVISION.c.record).distinct().where(REVISION.c.package.in_(list(numbers)))
        return [str(record) for record in connection.execute(query.where(REVISION.c.record.not_in(gone))).scalars()]

    def _put_back(self, connection: Connection, record: str, numbers: Collection[int], reason: str) -> str:
        rows = connection.execute(sa.select(REVISION).where(REVISION.c.record == record)).all()
        last = max(row.seq for row in rows if row.package in numbers)
        if any(row.package not in numbers and row.seq > last for row in rows):
            return "kept"
        brought = {row.id.hex() for row in rows if row.package in numbers}
        revisions = cache.load(connection, record)
        now = fold(revisions)
        before = fold(revision for revision in revisions if revision.id not in brought)
        if now is None or _same(before, now):
            return "same"
        if before is None:
            return self._bin(connection, record, now, reason)
        left = {conflict.field for conflict in now.conflicts} & {conflict.field for conflict in before.conflicts}
        computed = None if before.stale else before.computed
        self._remint(connection, record, now, before.fields, before.files, left, reason, None, computed)
        return "restored"

    def _bin(self, connection: Connection, record: str, now: Folded, reason: str) -> str:
        if now.fields.get(DELETED) == "1":
            return "same"
        left = {conflict.field for conflict in now.conflicts} - {DELETED}
        self._remint(connection, record, now, now.fields | {DELETED: "1"}, now.files, left, reason, None)
        return "binned"

    def _undone(self, connection: Connection) -> set[str]:
        return {
            package for (text,) in connection.exec_driver_sql(UNDONE) for package in decode(text)["detail"]["packages"]
        }


UNDONE = 'SELECT entry FROM audit WHERE instr(entry, CAST(\'"what":"take-back"\' AS BLOB)) > 0'


def _same(before: Folded | None, now: Folded) -> bool:
    if before is None:
        return False
    return before.fields == now.fields and before.files == now.files and len(before.conflicts) == len(now.conflicts)


def _merged(row: Any, undone: Collection[str]) -> Merged:
    told, counts = decode(row.counts), counts_of(row.counts)
    new, newer = told.get("first", (counts.new, counts.newer))
    at, undone_too = from_millis(row.at), row.package in undone
    return Merged(row.package, row.source, at, str(told.get("run", "")), counts, undone_too, new, newer)


def last_run(merges: Sequence[Merged]) -> list[Merged]:
    """The packages that were merged together last and not taken back."""
    standing = [one for one in merges if not one.taken_back]
    return [one for one in standing if one is standing[0] or one.run == standing[0].run != ""]
