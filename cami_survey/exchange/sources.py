"""What there is to merge: packages and survey files, named one by one or lying anywhere under a folder."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from cami_survey.exchange import keys
from cami_survey.exchange.package import SUFFIX
from cami_survey.exchange.refusals import unreadable
from cami_survey.exchange.seal import LENGTH, TAG

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Kind = Literal["package", "survey", "other"]
SURVEY_SUFFIX = ".cami"
_SQLITE = b"SQLite format 3\0"


@dataclass(frozen=True, slots=True)
class Found:
    """Files to merge, in the order they were named and then by name; `ignored` lay beside them in folders."""

    files: tuple[tuple[Path, Kind], ...]
    ignored: tuple[Path, ...]


def find(sources: Iterable[Path], *, own: Path) -> Found:
    """Look into `sources`; links are not followed and the survey's `own` file is passed over.

    UserError if a source does not exist. A file named by itself that is neither a package nor a survey file is of
    kind "other"; in a folder it is ignored.
    """
    files: dict[Path, tuple[Path, Kind]] = {}
    ignored = []
    for path, named in _each(sources):
        kind = kind_by_name(path) if not named else kind_by_content(path)
        resolved = path.resolve()
        if resolved == own.resolve() or (kind == "other" and not named):
            ignored.append(path)
        else:
            files.setdefault(resolved, (path, kind))
    return Found(tuple(files.values()), tuple(ignored))


def _each(sources: Iterable[Path]) -> Iterator[tuple[Path, bool]]:
    for source in sources:
        if source.is_dir():
            for folder, below, names in os.walk(source):
                below.sort()
                yield from ((Path(folder, name), False) for name in sorted(names))
        elif source.is_file():
            yield source, True
        else:
            raise unreadable(str(source), FileNotFoundError())


def kind_by_name(path: Path) -> Kind:
    """By the ending alone; links and hidden files are not read."""
    if path.is_symlink() or path.name.startswith("."):
        return "other"
    endings: dict[str, Kind] = {SUFFIX: "package", SURVEY_SUFFIX: "survey"}
    return endings.get(path.suffix.casefold(), "other")


def kind_by_content(path: Path) -> Kind:
    """By the ending, or else by how the file begins and ends, so that a renamed package is known too."""
    by_name = kind_by_name(path)
    if by_name != "other":
        return by_name
    try:
        with path.open("rb") as file:
            start = file.read(len(keys.MAGIC))
            file.seek(max(path.stat().st_size - LENGTH, 0))
            end = file.read(LENGTH)
    except OSError:
        return "other"
    if start == keys.MAGIC or end.startswith(TAG):
        return "package"
    return "survey" if start.startswith(_SQLITE) else "other"
