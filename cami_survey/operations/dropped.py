"""Files that were dropped on Exchange: what each is, by its content, and so where it leads."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from cami_survey.base.errors import UserError
from cami_survey.base.texts import _

if TYPE_CHECKING:
    from cami_survey.exports.returned import Returned
    from cami_survey.store.api import SurveyFile

Kind = Literal["package", "corrected", "table", "media"]
TEXTS = frozenset({".csv", ".tsv", ".txt"})
WORKBOOKS = frozenset({"[Content_Types].xml", "content.xml"})
OLE = b"\xd0\xcf\x11\xe0"
# Of so many rows of a workbook one must be of an interview here, or its answers are not for this survey to correct.
LOOKED_AT = 200


@dataclass(frozen=True, slots=True)
class Dropped:
    """One of these: packages, survey files and folders to merge; a corrected workbook; a table, its files with it."""

    packages: tuple[Path, ...] = ()
    corrected: Path | None = None
    table: Path | None = None
    media: Path | None = None


def recognise(survey: SurveyFile, paths: Sequence[Path]) -> Dropped:
    """What was dropped. UserError where it is of several kinds, or files of a table without the table.

    What is none of these counts as a package: the merge says what is wrong with it.
    """
    kinds = {path: _kind(survey, path) for path in paths}
    tables = [path for path, kind in kinds.items() if kind == "table"]
    if len(paths) == 1 and kinds[paths[0]] != "media":
        return _one(paths[0], kinds[paths[0]])
    if set(kinds.values()) == {"package"}:
        return Dropped(packages=tuple(paths))
    others = [path for path in paths if path not in tables]
    if len(tables) == 1 and len(others) == 1 and (kinds[others[0]] == "media" or others[0].is_dir()):
        return Dropped(table=tables[0], media=others[0])
    if set(kinds.values()) == {"media"}:
        raise UserError(
            "dropped.no-table",
            _("{name} holds attached files without the table that they belong to.").format(name=paths[0].name),
            advice=_("Drop the table and these files together."),
            where=paths[0].name,
        )
    raise UserError(
        "dropped.several-kinds",
        _("The files are of several kinds, and each goes another way."),
        advice=_("Drop packages together; a corrected workbook or a table each for itself, a table with its files."),
    )


def _one(path: Path, kind: Kind) -> Dropped:
    if kind == "corrected":
        return Dropped(corrected=path)
    return Dropped(table=path) if kind == "table" else Dropped(packages=(path,))


def _kind(survey: SurveyFile, path: Path) -> Kind:
    from cami_survey.exchange.sources import kind_by_content

    if path.is_dir() or kind_by_content(path) != "other":
        return "package"
    try:
        with path.open("rb") as file:
            start = file.read(4096)
    except OSError:
        return "package"
    if start.startswith(OLE):
        return _sheets(survey, path)
    if start.startswith(b"PK"):
        return _zipped(survey, path)
    return "table" if path.suffix.casefold() in TEXTS else "package"


def _zipped(survey: SurveyFile, path: Path) -> Kind:
    from cami_survey.exports.spreadsheets import BROKEN_ZIP

    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except BROKEN_ZIP:
        # The import of tables says of a broken workbook what can be done.
        return "table" if path.suffix.casefold().startswith((".xls", ".ods")) else "package"
    if WORKBOOKS & set(names):
        return _sheets(survey, path)
    if any(name.casefold().endswith(".csv") and "/" not in name for name in names):
        return "table"
    return "media" if any("/attachments/" in f"/{name}" for name in names) else "package"


def _sheets(survey: SurveyFile, path: Path) -> Kind:
    from cami_survey.exports.returned import read

    try:
        found = read(path)
    except UserError:
        return "table"
    return "corrected" if _is_of(survey, found) else "table"


def _is_of(survey: SurveyFile, found: Returned) -> bool:
    """Whether a workbook has interviews of this survey."""
    from cami_survey.exports.backcells import text_of
    from cami_survey.exports.returned import RECORD

    for sheet in found.sheets:
        at = sheet.column(RECORD)
        if at is None:
            continue
        for line in islice(sheet.lines[1:], LOOKED_AT):
            try:
                survey.view(text_of(line[at]))
            except UserError:
                continue
            return True
    return False
