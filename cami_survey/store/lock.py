"""One program at a time per survey file: a lock of the operating system, which dies with its process."""

from __future__ import annotations

import os
import sys
from pathlib import Path


class InstanceLock:
    """Holds `<name>.lock` beside the survey until `release()`."""

    def __init__(self, path: Path, handle: int) -> None:
        self._path = path
        self._handle = handle

    @classmethod
    def take(cls, survey: Path) -> InstanceLock | None:
        """The lock, or None if somebody holds it. PermissionError or OSError where the folder cannot be written."""
        path = survey.with_name(survey.name + ".lock")
        while True:
            handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
            if not _lock(handle):
                os.close(handle)
                return None
            # The former holder may have removed the name between our opening and our locking.
            if path.exists() and os.path.samestat(os.fstat(handle), path.stat()):
                return cls(path, handle)
            os.close(handle)

    def release(self) -> None:
        """Let the next one in, and leave no file behind."""
        if sys.platform == "win32":
            os.close(self._handle)
            try:
                self._path.unlink()
            except OSError:
                return
        else:
            self._path.unlink(missing_ok=True)
            os.close(self._handle)


def held(survey: Path) -> bool:
    """Whether another program has the survey open."""
    if not survey.with_name(survey.name + ".lock").exists():
        return False
    try:
        lock = InstanceLock.take(survey)
    except OSError:
        return False
    if lock is None:
        return True
    lock.release()
    return False


if sys.platform == "win32":
    import msvcrt

    def _lock(handle: int) -> bool:
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
else:
    import fcntl

    def _lock(handle: int) -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
