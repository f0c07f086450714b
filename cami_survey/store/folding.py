"""Folding the write-ahead log into the survey file beside whoever writes, who is not held up by the disk for it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2

from cami_survey.store import disk

PATIENCE = 0.05


class Folding:
    """Folds the `log` of one file on a thread of its own, by a connection that `connect` makes."""

    def __init__(self, connect: Callable[[], Any], log: Path) -> None:
        self._connect = connect
        self._log = log
        self._connection: Any = None
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Fold what is in the log now, unless something is being done."""
        self._begin(self._fold)

    def flush(self) -> None:
        """Have the disk hold what is in the log now, unless something is being done."""
        self._begin(self._flush)

    def _begin(self, work: Callable[[], None]) -> None:
        if self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(target=work, daemon=True)
            self._thread.start()

    def wait(self, idle: Callable[[], None] | None = None) -> None:
        """Until nothing is being folded. `idle` is called meanwhile; it may raise to wait no longer."""
        while self._thread is not None and self._thread.is_alive():
            self._thread.join(PATIENCE if idle is not None else None)
            if idle is not None:
                idle()

    def close(self) -> None:
        """End it."""
        self.wait()
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _flush(self) -> None:
        with suppress(OSError):
            disk.sync(self._log)

    def _fold(self) -> None:
        # A full disk or a bad one: everything is in the log still, and whoever writes next is told.
        with suppress(dbapi2.Error):
            if self._connection is None:
                self._connection = self._connect()
            self._connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
