"""All there is, in one zip: the workbook, the tables as CSV, the attached files and the forms."""

from __future__ import annotations

import tempfile
import zipfile
from pathlib import Path

from cami_survey.base.notices import Notice
from cami_survey.exports import csvzip, workbook
from cami_survey.exports.book import Book, Progress, silent
from cami_survey.exports.target import replacing

WORKBOOK, TABLES = "answers.xlsx", "tables"


def write(target: Path, book: Book, *, progress: Progress = silent) -> list[Notice]:
    """Write `book` with its files to `target`. UserError when it cannot be written."""
    with (
        tempfile.TemporaryDirectory(prefix="cami-survey-") as folder,
        replacing(target) as partial,
        zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        sheets, tables = Path(folder) / WORKBOOK, Path(folder) / "tables.zip"
        notices = workbook.write(sheets, book, progress=progress)
        archive.write(sheets, WORKBOOK, zipfile.ZIP_STORED)
        notices += [notice for notice in csvzip.write(tables, book) if notice not in notices]
        with zipfile.ZipFile(tables) as made:
            for name in made.namelist():
                archive.writestr(f"{TABLES}/{name}", made.read(name))
        for name, content in book.files():
            archive.writestr(name, content)
    return notices
