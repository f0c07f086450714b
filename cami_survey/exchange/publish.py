"""Put a finished file into a folder, whole or not at all, and make sure that it really lies there."""

from __future__ import annotations

import errno
import hashlib
import os
import re
import secrets
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING

from cami_survey.base import system_errors
from cami_survey.base.errors import UserError
from cami_survey.base.texts import _

if TYPE_CHECKING:
    from collections.abc import Callable

CHUNK = 1024 * 1024
STALE_AFTER = 3600.0
_PARTIAL = re.compile(r"[0-9a-f]{16}\.[a-z]+\.part")
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


@dataclass(frozen=True, slots=True)
class Published:
    """A file as it lies in its folder."""

    path: Path
    size: int
    sha256: str


def publish(folder: Path, suffix: str, write: Callable[[IO[bytes]], None]) -> Published:
    """Let `write` fill a new file in `folder`; its name is the start of its hash with `suffix` (".camipack").

    UserError when the disk is full, the folder cannot be written, or the file reads back differently; then nothing
    is left behind.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        sweep(folder)
        return _publish(folder, suffix, write)
    except OSError as error:
        raise _refusal(error, folder) from error


def _publish(folder: Path, suffix: str, write: Callable[[IO[bytes]], None]) -> Published:
    partial = folder / f"{secrets.token_hex(8)}{suffix}.part"
    try:
        with partial.open("xb") as file:
            _lock(file)
            write(file)
            file.flush()
            os.fsync(file.fileno())
        sha256, size = _read(partial)
        target = folder / f"{sha256[:16]}{suffix}"
        partial.replace(target)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
    _sync_folder(folder)
    if _read(target) != (sha256, size):
        target.unlink(missing_ok=True)
        raise OSError(errno.EIO, "read back differently")
    return Published(target, size, sha256)


def _read(path: Path) -> tuple[str, int]:
    hasher, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        if hasattr(os, "posix_fadvise"):
            # What is read back has to come from the disk, not from memory.
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        while piece := file.read(CHUNK):
            hasher.update(piece)
            size += len(piece)
    return hasher.hexdigest(), size


def sweep(folder: Path) -> list[Path]:
    """Remove unfinished files that nobody is writing any more; returns them."""
    swept = []
    for path in folder.iterdir():
        if _PARTIAL.fullmatch(path.name) and _is_stale(path):
            with suppress(OSError):
                path.unlink()
                swept.append(path)
    return swept


if sys.platform == "win32":

    def _lock(file: IO[bytes]) -> None:
        """An open file cannot be removed on Windows, which is lock enough."""

    def _is_stale(path: Path) -> bool:
        return path.is_file()

else:
    import fcntl

    def _lock(file: IO[bytes]) -> None:
        with suppress(OSError):
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _is_stale(path: Path) -> bool:
        try:
            with path.open("rb") as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError:
            # A network folder without locks: go by age.
            return path.exists() and time.time() - path.stat().st_mtime > STALE_AFTER
        return True


def _sync_folder(folder: Path) -> None:
    if sys.platform == "win32":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in {errno.EINVAL, errno.ENOTSUP}:
            raise
    finally:
        os.close(handle)


def _refusal(error: OSError, folder: Path) -> UserError:
    where = str(folder)
    if error.errno in _FULL:
        return UserError(
            "disk.full",
            _("There is no room left in {folder}; nothing was written.").format(folder=where),
            advice=_("Free some space or choose another folder, then try again."),
            where=where,
        )
    if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.EEXIST}:
        return UserError(
            "folder.not-writable",
            _("Files cannot be written to {folder}.").format(folder=where),
            advice=_("Choose another folder."),
            where=where,
        )
    return UserError(
        "package.not-delivered",
        _("The file did not arrive in {folder}: {reason}.").format(folder=where, reason=system_errors.in_words(error)),
        advice=_("Check the stick or the connection, then try again."),
        where=where,
    )
