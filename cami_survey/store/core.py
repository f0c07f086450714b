"""What every part of an open survey file leans on."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from sqlalchemy.engine import Connection

from cami_survey.base.clock import Clock, Stamp, to_millis
from cami_survey.base.records import DeviceInfo
from cami_survey.store import damage
from cami_survey.store.canonical import encode
from cami_survey.store.connection import Connections

NOTE = "note "
AUDIT_TAG = b"cami-survey/audit/1\0"


class Core:
    """Connections, clock and identity of one open file."""

    def __init__(self, connections: Connections, clock: Clock) -> None:
        self._db = connections
        self._clock = clock
        self._device: DeviceInfo
        self._dev = b""

    @property
    def path(self) -> Path:
        """The survey file."""
        return self._db.path

    @property
    def encrypted(self) -> bool:
        """Whether the file is under a key."""
        return self._db.key is not None

    @property
    def read_only(self) -> bool:
        """Whether nothing can be written here."""
        return self._db.mode not in ("rw", "rwc")

    def ensure_writable(self) -> None:
        """UserError where nothing can be written."""
        if self.read_only:
            raise damage.read_only(self.path)

    def recalled(self, about: str) -> str:
        """What this copy was told to remember; empty if nothing."""
        with self._db.read() as connection:
            return get_local(connection, NOTE + about)

    def remember(self, about: str, text: str, *, durable: bool = True) -> None:
        """Remember a small thing in this copy of the file; it does not travel. `durable` as with `accept`."""
        with self._db.write(durable=durable) as connection:
            set_local(connection, NOTE + about, text)

    def last_seq(self) -> int:
        """The arrival number of the newest revision, for a later `facts(after=...)`."""
        with self._db.read() as connection:
            return int(connection.exec_driver_sql("SELECT coalesce(max(seq), 0) FROM revision").scalar_one())

    def _millis(self) -> int:
        return to_millis(self._clock())

    def _tick(self, connection: Connection) -> str:
        """The next stamp of this file's clock, remembered in the transaction."""
        stamp = Stamp.parse(get_local(connection, "stamp", Stamp(0).text())).next(self._clock()).text()
        set_local(connection, "stamp", stamp)
        return stamp

    def _log(self, connection: Connection, what: str, **detail: Any) -> None:
        """Add a sealed entry to the audit chain."""
        last = connection.exec_driver_sql("SELECT hash FROM audit ORDER BY n DESC LIMIT 1").scalar()
        entry = encode({"at": self._millis(), "dev": self._dev.hex(), "what": what, "detail": detail})
        row = (entry, seal(last or b"", entry))
        connection.exec_driver_sql("INSERT INTO audit (entry, hash) VALUES (?, ?)", row)


def seal(previous: bytes, entry: bytes) -> bytes:
    """The hash that binds an audit entry to the one before."""
    return hashlib.sha256(AUDIT_TAG + previous + entry).digest()


def get_local(connection: Connection, key: str, default: str = "") -> str:
    """A small fact about this copy of the file."""
    found = connection.exec_driver_sql('SELECT value FROM local WHERE "key" = ?', (key,)).scalar()
    return default if found is None else str(found)


def set_local(connection: Connection, key: str, value: str) -> None:
    """Remember a small fact about this copy of the file."""
    connection.exec_driver_sql(
        'INSERT INTO local ("key", value) VALUES (?, ?) ON CONFLICT("key") DO UPDATE SET value = excluded.value',
        (key, value),
    )
