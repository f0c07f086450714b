"""Quarantine: files of which nothing was merged, kept beside the survey with the reason."""

from __future__ import annotations

import hashlib
import re
import shutil
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cami_survey.base.errors import UserError
    from cami_survey.store.api import SurveyFile

SUFFIX = ".refused"
REASON = ".txt"
LARGEST = 256 * 1024 * 1024
# What is not about the file itself: the stick was pulled out, the disk is full, it was not looked at.
NOT_KEPT = ("file.", "disk", "merge.not-tried", "survey.encrypted", "package.not-for-this-file")
_ODD = re.compile(r"[^\w.()-]+")


@dataclass(frozen=True, slots=True)
class Kept:
    """A file in quarantine: its name when it came, why it was refused, and where it lies now."""

    path: Path
    name: str
    reason: str


def folder_of(survey: SurveyFile) -> Path:
    """Where refused files of a survey are kept."""
    return survey.path.with_name(survey.path.stem + "-refused")


def keep(survey: SurveyFile, path: Path, error: UserError) -> Path | None:
    """Keep a copy of a refused file with its reason; None where that makes no sense or does not work."""
    if error.code.startswith(NOT_KEPT):
        return None
    with suppress(OSError):
        if path.stat().st_size > LARGEST:
            return None
        return _kept(folder_of(survey), path, error)
    return None


def _kept(folder: Path, path: Path, error: UserError) -> Path:
    folder.mkdir(exist_ok=True)
    name = _digest(path)
    shown = _ODD.sub("_", path.name)[-80:]
    target = folder / f"{name}-{shown}{SUFFIX}"
    if not target.exists():
        part = target.with_name(target.name + ".part")
        try:
            shutil.copyfile(path, part)
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)
    target.with_name(target.name + REASON).write_text(f"{error.code}\n{error}\n", "utf-8")
    return target


def release(survey: SurveyFile, path: Path) -> None:
    """Drop the kept copy of a file that was merged after all, such as once its laptop was known."""
    folder = folder_of(survey)
    if not folder.is_dir():
        return
    with suppress(OSError):
        for one in folder.glob(f"{_digest(path)}-*"):
            one.unlink(missing_ok=True)
        folder.rmdir()


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:16]


def kept(survey: SurveyFile) -> list[Kept]:
    """The files in quarantine, newest first."""
    folder = folder_of(survey)
    found = sorted(folder.glob(f"*{SUFFIX}"), key=lambda path: (-path.stat().st_mtime, path.name))
    return [Kept(path, path.name.partition("-")[2].removesuffix(SUFFIX), _reason(path)) for path in found]


def _reason(path: Path) -> str:
    try:
        return path.with_name(path.name + REASON).read_text("utf-8").partition("\n")[2].strip()
    except (OSError, UnicodeDecodeError):
        return ""


def forget(survey: SurveyFile) -> int:
    """Remove all files in quarantine; returns how many."""
    found = kept(survey)
    for one in found:
        one.path.unlink(missing_ok=True)
        one.path.with_name(one.path.name + REASON).unlink(missing_ok=True)
    with suppress(OSError):
        folder_of(survey).rmdir()
    return len(found)
