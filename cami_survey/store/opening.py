"""The ways into a survey file: look first, change nothing until it is known to be one of ours."""

from __future__ import annotations

import re
import secrets
from pathlib import Path

from sqlalchemy import Table
from sqlalchemy.engine import Connection

from cami_survey.base.errors import UserError
from cami_survey.store import damage, keys, lock, recovery, schema, slots
from cami_survey.store.backups import safe_copy
from cami_survey.store.connection import Connections
from cami_survey.store.damage import spoken
from cami_survey.store.tables import Row

Key = bytes | str | None

# What schema steps make: triggers that refuse a change, and one index of words.
GUARD = re.compile(
    r"CREATE TRIGGER \w+ BEFORE (UPDATE|DELETE) ON \w+ [^;]*BEGIN SELECT RAISE\(ABORT, '[^';]*'\); END", re.S
)
VIRTUAL = re.compile(r"\s*CREATE\s+VIRTUAL", re.I)
FIRST_TABLES = frozenset({"revision", "parent", "form", "attachment", "device", "identity", "local", "record", "draft"})


def new_key(key: Key, recipients: tuple[str, ...] = ()) -> tuple[tuple[bytes, bytes] | None, slots.Slots | None]:
    """Raw key and salt for a new file, with its slots where the key is a passphrase; nothing without a key.

    A passphrase opens a random key, a raw key is the key itself. `recipients` can recover it.
    """
    if key is None:
        return None, None
    salt, raw = secrets.token_bytes(keys.SALT), keys.plain_key(key)
    if raw is None:
        raw = secrets.token_bytes(32)
        return (raw, salt), slots.of_key(raw, salt, keys.text_of(key), recipients)
    made = slots.Slots(salt)
    for recipient in recipients:
        made = made.with_recovery(recipient, raw)
    return (raw, salt), made if recipients else None


def unlocked(path: Path, key: bytes | str) -> tuple[bytes, bytes]:
    """Raw key and salt of a keyed file from what a person gave: raw key, passphrase, recovery code or shares of one.

    UserError for what does not open it, where the file knows.
    """
    salt, raw = keys.file_salt(path), keys.plain_key(key)
    found = None if raw is not None else slots.read(path)
    if raw is None and found is not None:
        raw = _slotted(path, found, keys.text_of(key))
    return raw if raw is not None else keys.raw_key(key, salt), salt


def _slotted(path: Path, found: slots.Slots, typed: str) -> bytes | None:
    """The raw key by one of the slots; None where no passphrase ever opened the file."""
    try:
        secret = recovery.secret_in(typed)
    except UserError:
        raw = found.by_passphrase(typed)
        if raw is None:
            raise
        return raw
    raw = found.by_recovery(secret) if secret else found.by_passphrase(typed)
    if raw is None and found.passphrase is not None:
        raise (damage.other_code(path) if secret else damage.wrong_password(path)) from None
    return raw


def known_key(path: Path, key: Key, *, whole: bool = True) -> tuple[bytes, bytes] | None:
    """Look at the file without touching it: is it a survey, and does the key fit what it is?

    UserError where pages are missing at its end, unless it need not be `whole`.
    """
    if not path.is_file():
        raise damage.missing(path)
    with path.open("rb") as file:
        begin = file.read(100)
    if begin.startswith(keys.SQLITE_MAGIC):
        if len(begin) < 100 or int.from_bytes(begin[68:72]) != schema.APPLICATION_ID:
            raise damage.not_a_survey(path) if len(begin) == 100 else damage.damaged(path, keyed=False)
        if whole:
            _check_length(path, keyed=False)
        return None
    if not keys.is_encrypted(path):
        raise damage.not_a_survey(path)
    if key is None:
        raise damage.key_needed(path)
    if whole:
        _check_length(path, keyed=True)
    return unlocked(path, key)


def _check_length(path: Path, *, keyed: bool) -> None:
    """A file is whole pages. SQLite itself looks for missing pages only, and not while a log may hold them."""
    if look_mode(path) == "immutable" and (path.stat().st_size - slots.length(path)) % keys.PAGE:
        raise damage.damaged(path, keyed=keyed)


def take_lock(path: Path) -> lock.InstanceLock | None:
    """The instance lock, or None where nothing can be written; UserError if somebody has it."""
    try:
        with path.open("r+b"):
            held = lock.InstanceLock.take(path)
    except OSError as error:
        if error.errno in damage.NOT_WRITABLE:
            return None
        if error.errno in damage.NO_ROOM:
            raise damage.disk_full(path) from error
        raise
    if held is None:
        raise damage.locked(path)
    return held


def reading(path: Path, pair: tuple[bytes, bytes] | None) -> Connections:
    """Connections that leave no trace: the file as it lies there, unless its write-ahead log holds more."""
    connections = Connections(path, pair, mode="ro" if lock.held(path) else look_mode(path))
    with connections.read() as connection:
        if _version(connection, path) < schema.SCHEMA:
            raise damage.older(path)
    return connections


def writing(path: Path, pair: tuple[bytes, bytes] | None, *, made: bool = False) -> Connections:
    """Connections to write, after a look that changes nothing, and the steps of the schema that are missing.

    With `made` the file was made a moment ago, and nothing is to be looked for.
    """
    version = schema.SCHEMA if made else version_of(path, pair)
    with spoken(path, keyed=pair is not None):
        if version < schema.SCHEMA:
            safe_copy(path, pair)
        if pair is not None:
            slots.wake(path)
        connections = Connections(path, pair)
    if version < schema.SCHEMA:
        with connections.write() as connection:
            schema.upgrade(connection)
    return connections


def version_of(path: Path, pair: tuple[bytes, bytes] | None) -> int:
    """The schema of a survey file that nobody has open; UserError if it is none, damaged, or newer than the program."""
    with spoken(path, keyed=pair is not None):
        looking = Connections(path, pair, mode=look_mode(path))
        try:
            with looking.read() as connection:
                return _version(connection, path)
        finally:
            looking.close()


def look_mode(path: Path) -> str:
    """How to read a file that nobody has open: without any trace, unless its write-ahead log holds more."""
    log = path.with_name(path.name + "-wal")
    return "ro" if log.exists() and log.stat().st_size > 0 else "immutable"


def _version(connection: Connection, path: Path) -> int:
    if connection.exec_driver_sql("PRAGMA application_id").scalar() != schema.APPLICATION_ID:
        raise damage.not_a_survey(path)
    version = int(connection.exec_driver_sql("PRAGMA user_version").scalar_one())
    if version > schema.SCHEMA:
        raise damage.newer(path)
    if not _is_ours(connection, version):
        raise damage.not_a_survey(path)
    return version


def _is_ours(connection: Connection, version: int) -> bool:
    """Whether tables, triggers and columns are of the kinds that we make: a foreign file may be made to do harm."""
    rows = connection.exec_driver_sql("SELECT type, name, coalesce(sql, '') FROM sqlite_schema").all()
    for kind, name, sql in rows:
        if kind == "view" or (kind == "trigger" and not GUARD.fullmatch(sql)):
            return False
        if kind == "table" and VIRTUAL.match(sql) and name != "search":
            return False
    if version < 1:
        return True
    there = _columns(connection)
    now = version == schema.SCHEMA
    ours = [table for table in Row.metadata.sorted_tables if table.name in there]
    return there.keys() >= FIRST_TABLES and all(_is_plain(table, there[table.name], by_name=now) for table in ours)


def _columns(connection: Connection) -> dict[str, dict[str, int]]:
    """Every table but the index of words, its columns, and how each of them is hidden: 0 is not at all."""
    found: dict[str, dict[str, int]] = {}
    query = (
        "SELECT known.name, part.name, part.hidden FROM sqlite_schema AS known, pragma_table_xinfo(known.name) AS part"
        " WHERE known.type = 'table' AND known.name <> 'search'"
    )
    for table, name, hidden in connection.exec_driver_sql(query):
        found.setdefault(table, {})[name] = hidden
    return found


def _is_plain(table: Table, found: dict[str, int], *, by_name: bool) -> bool:
    """Whether a table has nothing but plain columns, and all those of today if it is of today; more may follow."""
    return not any(found.values()) and (not by_name or found.keys() >= {column.name for column in table.c})
