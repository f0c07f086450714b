"""Connections to one survey file: a single writer behind a lock, and a pool of readers."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.pool import QueuePool, StaticPool
from sqlalchemy.util import LRUCache
from sqlcipher3 import dbapi2

from cami_survey.store import damage, keys
from cami_survey.store.folding import Folding

# Of a value that is no text or number the driver asks how to keep it, in a way that costs more than keeping it.
dbapi2.register_adapter(bytes, bytes)
dbapi2.register_adapter(bool, int)

BUSY_MS = 5000
PRAGMAS = (
    "PRAGMA foreign_keys = ON",
    f"PRAGMA busy_timeout = {BUSY_MS}",
    "PRAGMA trusted_schema = OFF",
    "PRAGMA cell_size_check = ON",
    "PRAGMA mmap_size = 0",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA recursive_triggers = ON",
)
WRITING = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA fullfsync = 1",
    "PRAGMA checkpoint_fullfsync = 1",
    "PRAGMA journal_size_limit = 33554432",
    # A large merge does not read the same index pages again and again.
    "PRAGMA cache_size = -32768",
)
# Reading all interviews looks each up in two indexes, whose pages are decrypted anew where they are forgotten; in KiB.
READING_ALL = 16_384
# Between the packages of one merge nothing waits for the disk, and the log is folded into the file beside the merge;
# what was merged is flushed before it is said to be done. A log that is begun anew keeps its place on the disk until
# the merge is over.
CAREFUL = ("PRAGMA synchronous = FULL", "PRAGMA wal_autocheckpoint = 1000", "PRAGMA journal_size_limit = 33554432")
HURRIED = ("PRAGMA synchronous = NORMAL", "PRAGMA wal_autocheckpoint = 0", "PRAGMA journal_size_limit = -1")
# In pages: so many are folded at once, so that a page which many packages change is written to the file once for all
# of them; and a log of so many is begun anew.
WORTH_FOLDING = 16 * 1024 * 1024 // keys.PAGE
LONG_LOG = 128 * 1024 * 1024 // keys.PAGE


def connect(path: Path, key: tuple[bytes, bytes] | None, *, mode: str = "rw", lenient: bool = False) -> Any:
    """A driver's connection with the key first and the settings that make it safe. `mode`: rw, rwc, ro or immutable.

    `key` is raw key and salt; `lenient` opens a file that is cut short.
    No transactions of the driver's own: it leaves killed migrations half applied.
    """
    query = "mode=ro&immutable=1" if mode == "immutable" else f"mode={mode}"
    raw = dbapi2.connect(f"{path.absolute().as_uri()}?{query}", uri=True, isolation_level=None, check_same_thread=False)
    try:
        if key is not None:
            raw.execute("PRAGMA cipher_log_level = NONE")
            raw.execute(keys.pragma(*key))
            raw.execute(f"PRAGMA cipher_page_size = {keys.PAGE}")
        if mode == "rwc":
            raw.execute(f"PRAGMA page_size = {keys.PAGE}")
        if lenient:
            raw.execute("PRAGMA writable_schema = ON")
        for statement in PRAGMAS:
            raw.execute(statement)
        raw.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        for statement in WRITING if mode in ("rw", "rwc") else ("PRAGMA query_only = ON",):
            raw.execute(statement)
    except BaseException:
        raw.close()
        raise
    return raw


class Compiled:
    """SQL of statements, compiled once for all files: SQLAlchemy's own cache begins anew with every file opened."""

    def __init__(self, size: int = 500) -> None:
        self._known: LRUCache[Hashable, Any] = LRUCache(size)

    def get(self, key: tuple[Hashable, ...]) -> Any:
        """What is known under a key of SQLAlchemy, whose first part is the dialect: that of every file is the same."""
        return self._known.get(key[1:])

    def __setitem__(self, key: tuple[Hashable, ...], compiled: Any) -> None:
        self._known[key[1:]] = compiled


COMPILED = Compiled()


class Connections:
    """The connections of one open survey file."""

    def __init__(self, path: Path, key: tuple[bytes, bytes] | None, *, mode: str = "rw") -> None:
        self.path = path
        self.key = key
        self.mode = mode
        self._lock = threading.RLock()
        self._readers = self._engine("ro" if mode in ("rw", "rwc") else mode, "BEGIN", QueuePool)
        self._writer = self._engine(mode, "BEGIN IMMEDIATE", StaticPool) if mode in ("rw", "rwc") else None
        self._writing = self._writer.connect() if self._writer else None
        log = path.with_name(path.name + "-wal")
        self._folding = Folding(lambda: connect(self.path, self.key), log)
        self._hurried = False

    def _engine(self, mode: str, begin: str, pool: type[QueuePool] | type[StaticPool]) -> Engine:
        engine = sa.create_engine(
            "sqlite://",
            hide_parameters=True,
            module=dbapi2,
            creator=lambda: connect(self.path, self.key, mode=mode),
            poolclass=pool,
            execution_options={"compiled_cache": COMPILED},
        )

        @sa.event.listens_for(engine, "begin")
        def _begin(connection: Connection) -> None:
            connection.exec_driver_sql(begin)

        return engine

    def spoken(self) -> Any:
        """A context that turns the driver's reports into sentences."""
        return damage.spoken(self.path, keyed=self.key is not None)

    @contextmanager
    def read(self, *, everything: bool = False) -> Iterator[Connection]:
        """One consistent picture of the file, for as long as the context lasts; more of it is kept in memory meanwhile
        where `everything` is read."""
        with self.spoken(), self._readers.connect() as connection:
            if not everything:
                yield connection
                return
            usual = connection.exec_driver_sql("PRAGMA cache_size").scalar_one()
            connection.exec_driver_sql(f"PRAGMA cache_size = -{READING_ALL}")
            try:
                yield connection
            finally:
                connection.exec_driver_sql(f"PRAGMA cache_size = {usual}")

    @contextmanager
    def write(self, *, durable: bool = True) -> Iterator[Connection]:
        """One transaction: durable when the context ends, undone if it raises.

        With `durable` false it is whole or absent after a power cut, but may be absent until a later transaction that
        is durable, and the log is for the caller to `fold`.
        """
        if self._writing is None:
            raise damage.read_only(self.path)
        with self._lock, self.spoken():
            self._hurry(not durable)
            with self._writing.begin():
                yield self._writing

    def fold(self, *, wait: bool = False) -> None:
        """Begin to fold the log into the file, beside whatever else is done; or `wait` until all of it is."""
        if wait:
            self._folding.wait()
        self._folding.start()
        if wait:
            self._folding.wait()

    def fold_some(self, idle: Callable[[], None]) -> None:
        """Begin to flush the log, or to fold it once that is worth it; wait for all of a log that has grown long.

        What is written next begins that one anew. `idle` is called while this waits; it may raise to wait no longer.
        """
        length, folded = self._log_pages()
        if length >= LONG_LOG:
            self._folding.wait(idle)
            self._folding.start()
            self._folding.wait(idle)
        elif length - folded >= WORTH_FOLDING:
            self._folding.start()
        elif length > folded:
            # Little is left then for whoever waits until all is on the disk, as after Cancel.
            self._folding.flush()

    def _log_pages(self) -> tuple[int, int]:
        """How many pages the log has, and how many of them are folded."""
        assert self._writing is not None
        raw: Any = self._writing.connection.driver_connection
        _busy, length, folded = raw.execute("PRAGMA wal_checkpoint(NOOP)").fetchone()
        return length, folded

    def _hurry(self, hurried: bool) -> None:
        """Wait for the disk after each transaction from now on, or not."""
        if hurried != self._hurried:
            self._set(HURRIED if hurried else CAREFUL)
            self._hurried = hurried

    def _set(self, statements: Sequence[str]) -> None:
        """Run statements outside of any transaction."""
        assert self._writing is not None
        for statement in statements:
            self._writing.connection.cursor().execute(statement)

    def rewrite(self) -> None:
        """Write the whole file anew, so that nothing deleted is left in free pages or in the log."""
        if self._writing is None:
            raise damage.read_only(self.path)
        with self._lock, self.spoken():
            self._folding.wait()
            self._hurry(False)
            raw: Any = self._writing.connection.driver_connection
            raw.execute("VACUUM")
            raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def close(self) -> None:
        """Close everything; the last writer folds the write-ahead log into the file."""
        with self._lock:
            self._folding.close()
            self._readers.dispose()
            if self._writing is not None and self._writer is not None:
                self._writing.close()
                self._writer.dispose()
