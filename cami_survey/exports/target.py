"""Writing a file so that the old one stays until the new one is whole."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from cami_survey.base import system_errors
from cami_survey.base.errors import UserError
from cami_survey.base.texts import _

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


@contextmanager
def replacing(target: Path) -> Iterator[Path]:
    """Yields the name of a partial file beside `target`; when the block ends well it becomes `target` in one step.

    Whatever goes wrong, the partial file is removed and an older `target` is as it was. UserError with a sentence for
    a folder that is missing or protected, a file that is held by another program and a full disk.
    """
    partial = target.with_name(target.name + ".part")
    try:
        check(target)
        yield partial
        with partial.open("rb+") as file:
            os.fsync(file.fileno())
        partial.replace(target)
    except OSError as error:
        raise explained(error, target) from error
    finally:
        with suppress(OSError):
            partial.unlink(missing_ok=True)


def check(target: Path) -> None:
    """UserError where no file can be at `target`: no folder around it, a folder itself, a name too long."""
    try:
        _check(target)
    except OSError as error:
        raise explained(error, target) from error


def _check(target: Path) -> None:
    if not target.parent.is_dir():
        raise UserError(
            "export.no-folder",
            _("The folder {folder} does not exist.").format(folder=target.parent),
            advice=_("Make the folder first or choose another one."),
            where=str(target),
        )
    if target.is_dir():
        raise UserError(
            "export.is-folder",
            _("{path} is a folder, not a file.").format(path=target),
            advice=_("Choose a file name."),
            where=str(target),
        )


def explained(error: OSError, target: Path) -> UserError:
    """What this error of the file system means for somebody who exports."""
    if error.errno in _FULL:
        return UserError(
            "export.disk-full",
            _("There is not enough free space to write {name}.").format(name=target.name),
            advice=_("Nothing was changed. Free some space or choose another disk, then export again."),
            where=str(target),
        )
    if isinstance(error, PermissionError):
        return UserError(
            "export.locked",
            _("{name} cannot be written: another program has it open, or the folder is protected.").format(
                name=target.name
            ),
            advice=_("Nothing was changed. Close the file, for example in Excel, or choose another name."),
            where=str(target),
        )
    return UserError(
        "export.failed",
        _("{name} could not be written: {reason}.").format(name=target.name, reason=system_errors.in_words(error)),
        advice=_("Nothing was changed. Try another folder."),
        where=str(target),
    )
