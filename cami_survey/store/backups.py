"""Backups: whole, verified copies of a survey file, made while it is open, and the way back."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

from sqlalchemy.engine import Connection

from cami_survey.base.clock import elapsed, from_millis, to_millis
from cami_survey.base.errors import UserError
from cami_survey.base.records import Verification
from cami_survey.base.texts import _
from cami_survey.store import damage, lock, slots
from cami_survey.store.connection import Connections, connect
from cami_survey.store.core import Core, get_local, set_local
from cami_survey.store.disk import sync
from cami_survey.store.verifying import Verifier, verify
from cami_survey.store.withdrawals import carry_over, withdrawal_heads

STAMP = "%Y%m%d-%H%M%S"
NAME = re.compile(r".+-(\d{8}-\d{6})(?:-\d+)?\.cami")
HOURLY, DAILY, WEEKLY = timedelta(days=1), timedelta(days=30), timedelta(days=365)
# Time without any backup makes those before it older by so much at most: the clock may have jumped.
LONGEST_GAP = timedelta(days=31)
KeyPair = tuple[bytes, bytes] | None
Tick = Callable[[], None] | None
PIECE = 1000


@dataclass(frozen=True, slots=True)
class Drill:
    """What a restored backup holds: `then` revisions it ought to, of `here` that the survey has now."""

    found: Verification
    here: int
    then: int

    @property
    def is_whole(self) -> bool:
        """Whether everything is sound and nothing that was there when it was made is missing."""
        return self.found.ok and self.found.counts["revisions"] >= self.then


def folder_of(survey: Path) -> Path:
    """Where the automatic backups of a survey lie."""
    return survey.with_name(survey.stem + "-backups")


class Backups(Core):
    """The part of a survey file that checks and copies itself."""

    _last_backup: datetime | None = None

    def verify(self) -> Verification:
        """Check every page, seal and hash of the file. It may take seconds for a large one."""
        return Verifier(self._db).run()

    def backup(self, target: Path | str | None = None, *, tick: Tick = None) -> Path:
        """Write a verified copy and return where it is; without a target into the folder beside the file, thinned out.

        In a folder the copy is named with date and time. What lies at the target is replaced only by a whole copy.
        `tick` is called again and again; it may raise to stop, and then no copy is made.
        """
        now, seq = self._clock(), self.last_seq()
        folder = folder_of(self.path)
        if target is None:
            with damage.spoken(folder, keyed=False):
                folder.mkdir(exist_ok=True)
            path = _free_name(folder, self.path, now)
        else:
            path = Path(target)
            path = _free_name(path, self.path, now) if path.is_dir() else path
            damage.check_place(path)
        if path.absolute() == self.path.absolute():
            raise damage.exists(path)
        copy(self.path, path, self._db.key, mode="ro" if not self.read_only else self._db.mode, tick=tick)
        if target is None:
            thin(folder, now)
        if not self.read_only:
            with self._db.write() as connection:
                set_local(connection, "backup", str(to_millis(now)))
                set_local(connection, "backup-seq", str(seq))
        self._last_backup = now
        return path

    def backup_due(self, every: timedelta) -> bool:
        """Whether there are revisions that no backup holds, and the last backup is at least `every` old."""
        with self._db.read() as connection:
            backed = get_local(connection, "backup-seq")
        if self.read_only or self.last_seq() <= int(backed or 0):
            return False
        return self._last_backup is None or elapsed(self._last_backup, self._clock()) >= every

    def backups(self) -> list[Path]:
        """The automatic backups of this file, newest first; those made while the clock was far ahead come last."""
        now = self._clock()
        dated = sorted(_dated(folder_of(self.path)), reverse=True)
        dated.sort(key=lambda one: elapsed(one[0], now) == timedelta.max)
        return [path for _moment, path in dated]

    @property
    def first_backup(self) -> datetime | None:
        """When the oldest automatic backup that is left was made."""
        return next((moment for moment, _path in _dated(folder_of(self.path))), None)

    def forget_in_backups(self, heads: Mapping[str, bytes]) -> tuple[int, list[Path]]:
        """Withdraw records in the automatic backups too; returns how many changed, and those that could not be."""
        done, left = 0, []
        for path in self.backups():
            try:
                done += forget_in(path, self._db.key, heads)
            except UserError:
                left.append(path)
        return done, left

    def drill(self, backup: Path, folder: Path, key: bytes | str | None = None) -> Drill:
        """Restore a backup into `folder`, open it and check everything in it, and remember that this was done.

        Without `key` the key of this open file is taken, else what a person would type. The backup is only read.
        """
        from cami_survey.store.opening import known_key, look_mode

        pair = known_key(backup, key) if key is not None else self._db.key
        restored = folder / self.path.name
        try:
            copy(backup, restored, pair, mode=look_mode(backup), fresh=True)
            found, last = verify(restored, pair, "immutable"), _last_seq(restored, pair)
        finally:
            damage.sweep(restored)
        with self._db.read() as connection:
            count = "SELECT count(*), coalesce(sum(seq <= ?), 0) FROM revision"
            here, then = connection.exec_driver_sql(count, (last,)).one()
        if not self.read_only:
            with self._db.write() as connection:
                set_local(connection, "drill", str(to_millis(self._clock())))
        return Drill(found, here=int(here), then=int(then))

    @property
    def last_drill(self) -> datetime | None:
        """When a restoring was tried last."""
        with self._db.read() as connection:
            millis = get_local(connection, "drill")
        return from_millis(int(millis)) if millis else None

    def _recall_backup(self, connection: Connection) -> None:
        millis = get_local(connection, "backup")
        self._last_backup = from_millis(int(millis)) if millis else None


def safe_copy(path: Path, key: KeyPair, now: datetime | None = None) -> Path:
    """A backup of a file that is not open, before something is done to it."""
    folder = folder_of(path)
    folder.mkdir(exist_ok=True)
    target = _free_name(folder, path, now or datetime.now(UTC))
    copy(path, target, key, mode="ro")
    return target


def copy(source: Path, target: Path, key: KeyPair, *, mode: str, fresh: bool = False, tick: Tick = None) -> None:
    """Copy a survey file through SQLite into a temporary name, verify, rename. `fresh`: the copy is a new device.

    `tick` is called again and again; it may raise to stop.
    """
    part = target.with_name(f"{target.name}.{uuid4().hex[:8]}.part")
    try:
        with damage.spoken(target, keyed=key is not None):
            _copy_pages(source, part, key, mode, fresh=fresh, tick=tick)
            found = verify(part, key, "immutable", tick)
            if not found.ok:
                raise unsound(source, found)
            _publish(source, part, key, target)
    finally:
        sweep_part(part)


def _copy_pages(source: Path, part: Path, key: KeyPair, mode: str, *, fresh: bool, tick: Tick = None) -> None:
    origin = connect(source, key, mode=mode)
    try:
        copied = connect(part, key, mode="rwc")
        try:
            copied.execute("PRAGMA journal_mode = DELETE")
            # All at once where nobody waits: in pieces it begins anew whenever somebody writes meanwhile.
            if tick is None:
                origin.backup(copied)
            else:
                stop = tick
                origin.backup(copied, pages=PIECE, progress=lambda *_pages: stop())
            if fresh:
                # Kept, at no place, so that packages on their way to the lost device can still be opened.
                copied.execute("UPDATE identity SET place = 'restored ' || hex(dev)")
            copied.execute("PRAGMA journal_mode = WAL")
        finally:
            copied.close()
    finally:
        origin.close()


def restore(backup: Path | str, target: Path | str, key: bytes | str | None = None) -> Path:
    """Put a backup in the place of `target`, which is kept beside it under another name. Returns `target`.

    The restored file is a new device: what the lost one wrote after the backup must not be mixed up with what follows.
    """
    from cami_survey.store.opening import known_key, look_mode, version_of

    source, path = Path(backup), Path(target)
    pair = known_key(source, key)
    version_of(source, pair)
    damage.check_place(path)
    with damage.spoken(path, keyed=False):
        held = lock.InstanceLock.take(path)
    if held is None:
        raise damage.locked(path)
    try:
        part = path.with_name(f"{path.name}.restored")
        copy(source, part, pair, mode=look_mode(source), fresh=True)
        heads = _withdrawn_in(path, key)
        if heads:
            forget_in(part, pair, heads)
        _set_aside(path)
        part.replace(path)
        sync(path.parent)
    finally:
        held.release()
    return path


def _withdrawn_in(path: Path, key: bytes | str | None) -> dict[str, bytes]:
    """What was withdrawn in the file that is to be replaced, as far as it can be read."""
    from cami_survey.store.opening import known_key, look_mode

    try:
        connections = Connections(path, known_key(path, key), mode=look_mode(path))
    except UserError:
        return {}
    try:
        with connections.read() as connection:
            return withdrawal_heads(connection)
    except UserError:
        return {}
    finally:
        connections.close()


def forget_in(path: Path, key: KeyPair, heads: Mapping[str, bytes]) -> bool:
    """Withdraw records in a copy that nobody has open, by way of a new copy; False if there was nothing to forget."""
    part = path.with_name(f"{path.name}.{uuid4().hex[:8]}.part")
    try:
        with damage.spoken(path, keyed=key is not None):
            _copy_pages(path, part, key, "immutable", fresh=False)
            connections = Connections(part, key)
            try:
                with connections.write() as connection:
                    known = carry_over(connection, heads)
                if known:
                    connections.rewrite()
            finally:
                connections.close()
            if not known:
                return False
            found = verify(part, key, "immutable")
            if not found.ok:
                raise unsound(path, found)
            _publish(path, part, key, path)
            return True
    finally:
        sweep_part(part)


def _publish(source: Path, part: Path, key: KeyPair, target: Path) -> None:
    """A verified copy, with the key slots of its source, takes its place."""
    key_slots = slots.read(source) if key is not None else None
    if key_slots is not None:
        slots.append(part, key_slots)
    sync(part)
    part.replace(target)
    sync(target.parent)


def sweep_part(part: Path) -> None:
    """Remove an unfinished copy with all that lies beside it."""
    damage.sweep(*(part.with_name(part.name + leftover) for leftover in ("", "-wal", "-shm", "-journal")))


def _set_aside(path: Path) -> None:
    """Keep a file that is to be replaced under another name, with its log and its key slots."""
    if not path.exists():
        return
    name = f"{path.stem}-before-restore-{datetime.now(UTC).strftime(STAMP)}-{uuid4().hex[:4]}{path.suffix}"
    # Linked first, so that there is a survey at its place at every moment.
    with suppress(OSError):
        os.link(path, path.with_name(name))
    for part in ("-wal", "-shm", slots.BESIDE, ""):
        old, aside = path.with_name(path.name + part), path.with_name(name + part)
        if old.exists() and not aside.exists():
            old.rename(aside)


def _last_seq(path: Path, key: KeyPair) -> int:
    raw = connect(path, key, mode="immutable")
    try:
        return int(raw.execute("SELECT coalesce(max(seq), 0) FROM revision").fetchone()[0])
    finally:
        raw.close()


def _free_name(folder: Path, survey: Path, now: datetime) -> Path:
    name = f"{survey.stem}-{now.astimezone(UTC).strftime(STAMP)}"
    path, number = folder / f"{name}.cami", 1
    while path.exists():
        number += 1
        path = folder / f"{name}-{number}.cami"
    return path


def thin(folder: Path, now: datetime) -> None:
    """Keep one backup an hour for a day, one a day for a month, one a week for a year; and the newest always.

    No clock that jumps, ahead or back, takes the backups of before away.
    """
    dated = _dated(folder)
    keep = {path for _moment, path in kept(dated, now)}
    for _moment, path in dated:
        if path not in keep:
            path.unlink()


def kept(dated: Iterable[tuple[datetime, Path]], now: datetime) -> list[tuple[datetime, Path]]:
    """Which of the backups to keep: the newest of each hour, day or week by age."""
    dated = sorted(dated)
    chosen: dict[tuple[str, str], tuple[datetime, Path]] = {}
    for (moment, path), age in zip(dated, _ages([moment for moment, _path in dated], now), strict=True):
        if age <= HOURLY:
            span = ("hour", moment.strftime("%Y%m%d%H"))
        elif age <= DAILY:
            span = ("day", moment.strftime("%Y%m%d"))
        elif age <= WEEKLY:
            span = ("week", moment.strftime("%G%V"))
        else:
            span = ("old", "")
        chosen[span] = (moment, path)
    newest = max(dated, default=None)
    return [found for span, found in chosen.items() if span[0] != "old" or found == newest]


def _ages(moments: Sequence[datetime], now: datetime) -> list[timedelta]:
    """How old backups are, oldest first, with no gap longer than `LONGEST_GAP`; those after `now` have no age."""
    ages, age, later = [], timedelta(), now
    for moment in reversed(moments):
        if moment < later:
            age += min(later - moment, LONGEST_GAP)
            later = moment
        ages.append(age)
    return ages[::-1]


def _dated(folder: Path) -> list[tuple[datetime, Path]]:
    found = []
    for path in folder.glob("*.cami") if folder.is_dir() else ():
        if match := NAME.fullmatch(path.name):
            found.append((datetime.strptime(match[1], STAMP).replace(tzinfo=UTC), path))
    return sorted(found)


def unsound(source: Path, found: Verification) -> UserError:
    return UserError(
        "file.unsound",
        _("“{file}” is damaged, so no copy of it was made: {problem}").format(
            file=source.name, problem=found.problems[0]
        ),
        advice=_("Restore an earlier backup."),
        where=str(source),
    )
