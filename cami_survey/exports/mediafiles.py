"""Files that belong to a table of others: in its zip, or in the zip or folder that KoboToolbox gives beside it.

ODK Central puts all into one folder `media`; KoboToolbox sorts them as `USER/attachments/FORM/SUBMISSION/FILE`, under
the names that its storage allows (kobotoolbox/kpi, `logger/models/attachment.py` and `libs/utils/viewer_tools.py`).
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Container
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from cami_survey.exports.spreadsheets import BROKEN_ZIP, damaged, too_large

FLAT, SORTED = "media", "attachments"


@dataclass(frozen=True, slots=True)
class MediaFiles:
    """`members`: name of a file -> where it lies in `source`, each with the folder of its submission ("" for none)."""

    source: Path
    members: dict[str, list[tuple[str, str]]]

    @property
    def count(self) -> int:
        """How many files there are."""
        return sum(map(len, self.members.values()))

    def find(self, name: str, own: Container[str], others: Container[str]) -> str:
        """Where the file of a submission lies, "" if nowhere; never one in the folder of another submission."""
        found = self.members.get(name) or self.members.get(_stored(name)) or []
        mine = [member for folder, member in found if folder in own or not folder]
        if not mine and len(found) == 1 and found[0][0] not in others:
            return found[0][1]
        return mine[0] if mine else ""

    def read(self, member: str, most: int) -> bytes:
        """UserError where it is larger than `most` bytes or cannot be read."""
        try:
            if self.source.is_dir():
                file = self.source / member
                return file.read_bytes() if file.stat().st_size <= most else _refuse(self.source)
            with zipfile.ZipFile(self.source) as archive:
                return archive.read(member) if archive.getinfo(member).file_size <= most else _refuse(self.source)
        except BROKEN_ZIP as error:
            raise damaged(self.source) from error


def media_in(source: Path) -> MediaFiles:
    """The attached files in a zip or folder; UserError where it cannot be read."""
    try:
        if source.is_dir():
            names = [path.relative_to(source).as_posix() for path in source.rglob("*") if path.is_file()]
        else:
            with zipfile.ZipFile(source) as archive:
                names = [name for name in archive.namelist() if not name.endswith("/")]
    except BROKEN_ZIP as error:
        raise damaged(source) from error
    members: dict[str, list[tuple[str, str]]] = {}
    for name in names:
        parts = PurePosixPath(name.replace("\\", "/")).parts
        if FLAT in parts[:-1]:
            members.setdefault(parts[-1], []).append(("", name))
        elif SORTED in parts[:-2] or source.is_dir():
            members.setdefault(parts[-1], []).append((parts[-2] if len(parts) > 1 else "", name))
    return MediaFiles(source, members)


def _refuse(source: Path) -> bytes:
    raise too_large(source)


def _stored(name: str) -> str:
    """The name under which KoboToolbox keeps a file: blanks as underscores, without signs a disk may not take."""
    return re.sub(r"[^-\w.]", "", name.strip().replace(" ", "_"))
