"""Transport: how packages get from one laptop to others. A folder that all of them see is one; a server can be another.

Whatever carries packages, they are never living survey files: a transport takes finished packages and gives whole ones.
"""

from __future__ import annotations

import hashlib
import re
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

from cami_survey.base.errors import UserError
from cami_survey.base.texts import _
from cami_survey.exchange.package import SUFFIX
from cami_survey.exchange.publish import CHUNK, publish

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path
    from typing import IO

Why = Literal["unfinished", "copy", "half", "other", "unreadable"]

_NAME = re.compile(rf"([0-9a-f]{{16}}){re.escape(SUFFIX)}")
_COPY = re.compile(rf"[0-9a-f]{{16}}.+{re.escape(SUFFIX)}", re.IGNORECASE)
_UNFINISHED = (".part", ".partial", ".tmp", ".crdownload", ".filepart", ".download")


@dataclass(frozen=True, slots=True)
class Passed:
    """Something a transport holds that is not taken now: "half" may be whole the next time."""

    name: str
    why: Why


@dataclass(frozen=True, slots=True)
class Listing:
    """What is there: names of whole packages, and what was passed over."""

    names: tuple[str, ...]
    passed: tuple[Passed, ...]


class Transport(Protocol):
    """What carries packages. All three may raise UserError or OSError and be called again."""

    def listing(self, known: Iterable[str]) -> Listing:
        """Whole packages but those whose names are `known`, and what lies beside them."""
        ...

    def fetch(self, name: str, folder: Path) -> Path:
        """A copy of a package in `folder`, whole, under its name."""
        ...

    def send(self, package: Path) -> str:
        """Put a finished package there, whole or not at all; its name. Sending it twice is sending it once."""
        ...


class Folder:
    """A folder on a network drive, in a synced cloud folder, or on a stick."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def listing(self, known: Iterable[str]) -> Listing:
        """Whole packages: those named after their hash whose bytes make that hash."""
        if not self.path.is_dir():
            raise _away(self.path)
        skipped = set(known)
        names, passed = [], []
        for path in sorted(self.path.iterdir()):
            if path.name in skipped:
                continue
            why = _why_not(path)
            if why is None:
                names.append(path.name)
            else:
                passed.append(Passed(path.name, why))
        return Listing(tuple(names), tuple(passed))

    def fetch(self, name: str, folder: Path) -> Path:
        """A copy that still has the hash it is named after; UserError where it was changed meanwhile."""
        target = folder / name
        shutil.copyfile(self.path / name, target)
        if _hash_of(target)[:16] != name[:16]:
            target.unlink()
            raise UserError(
                "transport.half",
                _("{name} is not whole yet.").format(name=name),
                advice=_("It is tried again the next time."),
                where=str(self.path),
            )
        return target

    def send(self, package: Path) -> str:
        """Written under another name, read back, then renamed."""
        if not self.path.is_dir():
            raise _away(self.path)
        done = publish(self.path, SUFFIX, lambda file: _copied(package, file))
        return done.path.name


def folder_is_right(path: Path, survey: Path) -> None:
    """UserError where a folder cannot be shared: the survey file itself lives in it."""
    if path.resolve() in survey.resolve().parents:
        raise UserError(
            "transport.own-folder",
            _("The survey file itself lies in {folder}; it must not lie in a folder that others write to.").format(
                folder=path
            ),
            advice=_("Choose a folder of its own for the packages."),
            where=str(path),
        )


def _away(path: Path) -> UserError:
    return UserError(
        "transport.away",
        _("The shared folder {folder} is not there.").format(folder=path),
        advice=_("Connect the drive or the stick, then try again."),
        where=str(path),
    )


def _why_not(path: Path) -> Why | None:
    """Why a file is not a whole package; None for one that is."""
    lower = path.name.casefold()
    if lower.endswith(_UNFINISHED) or lower.startswith((".", "~")):
        return "unfinished"
    if path.is_symlink() or not path.is_file():
        return "other"
    named = _NAME.fullmatch(path.name)
    if named is None:
        return "copy" if _COPY.fullmatch(path.name) else "other"
    try:
        return None if _hash_of(path)[:16] == named[1] else "half"
    except OSError:
        return "unreadable"


def _hash_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _copied(package: Path, file: IO[bytes]) -> None:
    with package.open("rb") as source:
        shutil.copyfileobj(source, file, CHUNK)
