"""What the driver reports, said in the user's language."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy.exc import DBAPIError
from sqlcipher3 import dbapi2

from cami_survey.base import system_errors
from cami_survey.base.errors import UserError
from cami_survey.base.texts import _

# The driver's backup raises without the name of the error.
UNNAMED = {
    "database or disk is full": "SQLITE_FULL",
    "database disk image is malformed": "SQLITE_CORRUPT",
    "file is not a database": "SQLITE_NOTADB",
    "database is locked": "SQLITE_BUSY",
    "disk I/O error": "SQLITE_IOERR",
}

DISK_FULL = "disk-full"

# Opening a survey makes a log and its index beside it.
LEAST_ROOM = 200_000
NO_ROOM = (errno.ENOSPC, errno.EDQUOT)
NOT_WRITABLE = (errno.EACCES, errno.EPERM, errno.EROFS)


def _of(path: Path, code: str, sentence: str, advice: str) -> UserError:
    """A refusal of a file, whose name stands in the sentence as {file}."""
    return UserError(code, sentence.format(file=path.name), advice=advice, where=str(path))


@contextmanager
def spoken(path: Path, *, keyed: bool) -> Iterator[None]:
    """Turn failures of disk and file into UserError; errors of our own SQL pass through."""
    try:
        yield
    except DBAPIError as error:
        raise _said(error.orig, path, keyed) or error from None
    except dbapi2.Error as error:
        raise _said(error, path, keyed) or error from None
    except OSError as error:
        if error.errno in NO_ROOM:
            raise disk_full(path) from None
        if error.errno in NOT_WRITABLE:
            raise not_writable(path.parent) from None
        if error.errno == errno.ENAMETOOLONG:
            raise impossible(path, error) from None
        raise


def _said(error: BaseException | None, path: Path, keyed: bool) -> UserError | None:
    name = getattr(error, "sqlite_errorname", None) or UNNAMED.get(str(error), "")
    if name == "SQLITE_FULL":
        return disk_full(path)
    if name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")):
        return damaged(path, keyed=keyed)
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return locked(path)
    if name.startswith("SQLITE_READONLY"):
        return read_only(path)
    if name.startswith(("SQLITE_IOERR", "SQLITE_CANTOPEN")):
        return _unreachable(path)
    return None


def _unreachable(path: Path) -> UserError:
    """Why the disk says no: SQLite itself does not tell a full or a protected disk from a broken one."""
    folder = path.parent
    if folder.is_dir() and shutil.disk_usage(folder).free < LEAST_ROOM:
        return disk_full(path)
    if folder.is_dir() and not path.exists() and not os.access(folder, os.W_OK):
        return not_writable(folder)
    return _of(
        path,
        "file.unreachable",
        _("The disk did not let “{file}” be read or written."),
        _("Check that the disk is connected and try again."),
    )


def check_place(path: Path) -> None:
    """UserError where no file can be made: a folder has that name, none is around it, the name is too long."""
    try:
        is_folder = path.is_dir()
    except OSError as error:
        raise impossible(path, error) from error
    if is_folder:
        raise UserError(
            "file.is-folder",
            _("{path} is a folder, not a file.").format(path=path),
            advice=_("Choose a file name."),
            where=str(path),
        )
    if not path.parent.is_dir():
        folder = path.parent
        raise UserError(
            "folder.missing",
            _("There is no folder {path}.").format(path=folder),
            advice=_("Make the folder first or choose another one."),
            where=str(folder),
        )


def impossible(path: Path, error: OSError) -> UserError:
    return UserError(
        "file.impossible",
        _("{path} cannot be a file: {reason}.").format(path=path, reason=system_errors.in_words(error)),
        advice=_("Choose another name."),
        where=str(path),
    )


def sweep(*leftovers: Path) -> None:
    """Remove what is left of an unfinished file, as far as the disk lets us."""
    for path in leftovers:
        with suppress(OSError):
            path.unlink(missing_ok=True)


def disk_full(path: Path) -> UserError:
    return _of(
        path,
        DISK_FULL,
        _("The disk is full, so “{file}” could not be written."),
        _("Free some space and save again; nothing that was saved before is lost."),
    )


def not_writable(folder: Path) -> UserError:
    return UserError(
        "folder.not-writable",
        _("Files cannot be written to {folder}.").format(folder=folder),
        advice=_("Choose another folder."),
        where=str(folder),
    )


def damaged(path: Path, *, keyed: bool) -> UserError:
    """A keyed file cannot tell damage from a wrong key, and neither do we."""
    if keyed:
        sentence = _("“{file}” could not be read: the key is wrong or the file is damaged.")
        advice = _("Check the key; if it is right, restore a backup.")
    else:
        sentence = _("“{file}” is damaged or cut short.")
        advice = _("Restore a backup; the damaged file was left as it is.")
    code = "file.key-or-damage" if keyed else "file.damaged"
    return _of(path, code, sentence, advice)


def wrong_password(path: Path) -> UserError:
    """The passphrase opens no slot; one that was damaged looks the same."""
    return _of(
        path,
        "file.key-or-damage",
        _("“{file}” does not open with that password."),
        _("Capital letters and the language of the keyboard count. If the password is right, restore a backup."),
    )


def other_code(path: Path) -> UserError:
    """A recovery code without a typing mistake that opens no slot."""
    return _of(
        path,
        "file.key-or-damage",
        _("“{file}” does not open with that recovery code: the code is of another survey, or was taken away."),
        _("Compare the name of the survey on the sheet with the code."),
    )


def not_a_survey(path: Path) -> UserError:
    return _of(
        path, "file.not-a-survey", _("“{file}” is not a survey file."), _("Choose a file whose name ends in .cami.")
    )


def missing(path: Path) -> UserError:
    return _of(path, "file.missing", _("There is no file “{file}”."), _("Check the name and the folder."))


def newer(path: Path) -> UserError:
    return _of(
        path,
        "file.newer",
        _("“{file}” was made by a newer version of CAMI Survey."),
        _("Update the program on this computer; the file was left as it is."),
    )


def older(path: Path) -> UserError:
    return _of(
        path,
        "file.older",
        _("“{file}” was made by an older version of CAMI Survey and has to be brought up to date first."),
        _("Copy it to a folder you may write to and open it there once."),
    )


def key_needed(path: Path) -> UserError:
    return _of(path, "file.key-needed", _("“{file}” is protected by a key."), _("Give the key it was made with."))


def locked(path: Path) -> UserError:
    return _of(path, "file.locked", _("“{file}” is open in another window or program."), _("Close it there first."))


def read_only(path: Path) -> UserError:
    return _of(
        path,
        "file.read-only",
        _("“{file}” can only be read here."),
        _("Copy it to a folder you may write to and open the copy."),
    )


def exists(path: Path) -> UserError:
    return _of(path, "file.exists", _("There is already a file “{file}” in this folder."), _("Choose another name."))
