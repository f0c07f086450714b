"""Files that load here and trouble other programs: a wrong ending, masses of empty cells, broken styles."""

from __future__ import annotations

import io
import re
import zipfile

from cami_survey.base.texts import _
from cami_survey.engine.errors import FormError, FormProblem
from cami_survey.engine.mending.copies import repaired_copy
from cami_survey.engine.sources import FormSource
from cami_survey.engine.workbook import STYLES, Workbook
from cami_survey.engine.xml import parse_xml

ENDINGS = {b"PK": (".xlsx", ".xlsm"), b"\xd0\xcf": (".xls",)}
EMPTY_CELL = re.compile(rb"<(?:\w+:)?c(?:\s[^>]*)?/>")
MANY_EMPTY = 50_000
LARGE_SHEET = 1_000_000


def file_notices(source: FormSource) -> list[FormProblem]:
    """What is odd about the file itself, each with its repair."""
    found = _ending(source)
    if source.content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(source.content)) as archive:
            found += _empty_cells(archive)
            found += _styles(archive)
    return found


def _ending(source: FormSource) -> list[FormProblem]:
    endings = ENDINGS.get(source.content[:2], ())
    if not source.ending or not endings or source.ending in endings:
        return []
    text = _("The file ends in {ending} but is an {right} workbook inside; other programs may not open it.")
    repair = _("The copy is an .xlsx workbook and called so.")
    return [FormProblem(text.format(ending=source.ending, right=endings[0]), "form.ending", repair=repair)]


def _empty_cells(archive: zipfile.ZipFile) -> list[FormProblem]:
    for member in archive.infolist():
        if _is_sheet(member.filename) and member.file_size > LARGE_SHEET:
            count = len(EMPTY_CELL.findall(archive.read(member)))
            if count > MANY_EMPTY:
                text = _("The file has {n} empty cells with a format; other programs take long to open it.")
                repair = _("The copy leaves them out.")
                return [FormProblem(text.format(n=count), "form.empty-cells", repair=repair)]
    return []


def _is_sheet(name: str) -> bool:
    return name.startswith("xl/worksheets/") and name.endswith(".xml")


def _styles(archive: zipfile.ZipFile) -> list[FormProblem]:
    if STYLES not in archive.namelist():
        return []
    try:
        parse_xml(archive.read(STYLES))
    except FormError:
        reason = _("The styles of the workbook are broken; other programs may not open it.")
        return [FormProblem(reason, "form.broken-styles", repair=_("The copy is a workbook without them."))]
    return []


def tidied(source: FormSource, workbook: Workbook, notices: list[FormProblem]) -> bytes | None:
    """An .xlsx without the oddities; None where there are none."""
    codes = {notice.code for notice in notices if notice.repair}
    if not codes:
        return None
    if "form.broken-styles" in codes or source.content[:2] != b"PK":
        return repaired_copy(source.content, workbook, anew=True)
    return _without_empty_cells(source.content) if "form.empty-cells" in codes else source.content


def _without_empty_cells(content: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as archive, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target:
        for member in archive.infolist():
            text = archive.read(member)
            target.writestr(member.filename, EMPTY_CELL.sub(b"", text) if _is_sheet(member.filename) else text)
    return made.getvalue()
