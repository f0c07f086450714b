"""The survey file: create it, open it, close it. Everything it can do is in the parts it is made of."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self
from uuid import uuid4

from sqlalchemy.engine import Connection

from cami_survey.base.clock import Clock, from_millis, millis_of, system_clock
from cami_survey.store import damage, folders, listing, lock, opening, schema, slots
from cami_survey.store.backups import Backups
from cami_survey.store.connection import Connections
from cami_survey.store.core import get_local, set_local
from cami_survey.store.damage import spoken
from cami_survey.store.keyed import Keyed
from cami_survey.store.merging import Merging
from cami_survey.store.reviews import Reviews
from cami_survey.store.sending import Sending
from cami_survey.store.taking_back import TakingBack
from cami_survey.store.withdrawals import Withdrawals


@dataclass(frozen=True, slots=True)
class Entrance:
    """Where a survey file is and what opens it, to be told through a pipe and kept nowhere."""

    path: str
    key: tuple[bytes, bytes] | None = field(repr=False)


class SurveyFile(TakingBack, Withdrawals, Reviews, Sending, Merging, Backups, Keyed):
    """One open survey file. Safe to call from any thread: reads have connections of their own, writes take turns."""

    _lock: lock.InstanceLock | None = None

    @classmethod
    def create(
        cls,
        path: Path | str,
        *,
        title: str,
        key: opening.Key = None,
        device_name: str = "",
        facilitator: str = "",
        clock: Clock = system_clock,
    ) -> Self:
        """Make a new survey file and open it. A file of that name is never overwritten."""
        path = Path(path)
        damage.check_place(path)
        if path.is_file():
            raise damage.exists(path)
        folders.check(path)
        part = path.with_name(path.name + ".part")
        pair, key_slots = opening.new_key(key)
        with spoken(path, keyed=pair is not None):
            part.unlink(missing_ok=True)
            connections = Connections(part, pair, mode="rwc")
        try:
            with connections.write() as connection:
                schema.upgrade(connection)
                connection.exec_driver_sql(f"PRAGMA application_id = {schema.APPLICATION_ID}")
                set_local(connection, "title", title)
                set_local(connection, "survey", str(uuid4()))
        except BaseException:
            connections.close()
            damage.sweep(part)
            raise
        connections.close()
        if key_slots is not None:
            slots.append(part, key_slots)
        if path.exists():
            raise damage.exists(path)
        part.rename(path)
        return cls._opened(path, pair, clock, device_name, facilitator, made=True)

    @classmethod
    def open(
        cls, path: Path | str, *, key: opening.Key = None, clock: Clock = system_clock, read_only: bool = False
    ) -> Self:
        """Open a survey file. It is left untouched, byte for byte, if that is refused.

        Where the folder cannot be written, or with `read_only`, the file is only read and takes no lock.
        """
        path = Path(path)
        pair = opening.known_key(path, key)
        if not read_only:
            folders.check(path)
        return cls._opened(path, pair, clock, read_only=read_only)

    @property
    def entrance(self) -> Entrance:
        """The way in for another process of this program, which reads beside this one."""
        return Entrance(str(self.path), self._db.key)

    @classmethod
    def beside(cls, entrance: Entrance) -> Self:
        """The file that another process of this program has open, to be read only."""
        return cls._opened(Path(entrance.path), entrance.key, system_clock, read_only=True)

    @classmethod
    def _opened(
        cls,
        path: Path,
        pair: tuple[bytes, bytes] | None,
        clock: Clock,
        device_name: str = "",
        facilitator: str = "",
        *,
        read_only: bool = False,
        made: bool = False,
    ) -> Self:
        held = None if read_only else opening.take_lock(path)
        try:
            connections = opening.reading(path, pair) if held is None else opening.writing(path, pair, made=made)
            survey = cls(connections, clock)
            survey._lock = held
            survey._begin(device_name, facilitator)
        except BaseException:
            if held is not None:
                if pair is not None:
                    with suppress(OSError):
                        slots.rest(path)
                held.release()
            raise
        return survey

    def _begin(self, device_name: str, facilitator: str) -> None:
        try:
            if self.read_only:
                with self._db.read() as connection:
                    self._borrow_identity(connection)
                    self._recall(connection)
            else:
                with self._db.write() as connection:
                    former = connection.exec_driver_sql(
                        "SELECT name, facilitator FROM device JOIN identity USING (dev)"
                        " ORDER BY identity.rowid DESC LIMIT 1"
                    ).one_or_none()
                    self._take_identity(connection, *(former or (device_name, facilitator)))
                    self._recall(connection)
                    listing.catch_up(connection, self._clock())
        except BaseException:
            self._db.close()
            raise

    def _recall(self, connection: Connection) -> None:
        self._title = get_local(connection, "title")
        self._id = get_local(connection, "survey")
        self._recall_backup(connection)

    @property
    def title(self) -> str:
        """What people call this survey."""
        return self._title

    @property
    def id(self) -> str:
        """A random name of this file and its copies."""
        return self._id

    @property
    def last_change(self) -> datetime | None:
        """When something was written or taken in here last, as clocks said then; None in a new file."""
        with self._db.read() as connection:
            stamp = get_local(connection, "stamp")
        return from_millis(millis_of(stamp)) if stamp else None

    @property
    def last_backup(self) -> datetime | None:
        """When this file was backed up last."""
        return self._last_backup

    def rename(self, title: str) -> None:
        """Call the survey something else; the file keeps its name."""
        with self._db.write() as connection:
            set_local(connection, "title", title)
            self._log(connection, "rename", title=title)
        self._title = title

    def close(self) -> None:
        """Close the file and let others open it."""
        self._db.close()
        if self._lock is not None:
            if self.encrypted:
                # On a full disk the slots stay beside the file, where the next opening finds them.
                with suppress(OSError):
                    slots.rest(self.path)
            self._lock.release()
            self._lock = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
