"""Workbooks and CSV files of others, read with the types of their cells."""

from __future__ import annotations

import csv
import io
import lzma
import re
import zipfile
import zlib
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from cami_survey.base import system_errors
from cami_survey.base.errors import UserError
from cami_survey.base.texts import _

Cell = str | int | float | bool | date | datetime | time | timedelta | None
Lines = list[list[Cell]]

LARGEST_FILE = 300_000_000
LARGEST_UNPACKED = 2_000_000_000
MOST_CELLS = 60_000_000
_REFERENCE = re.compile(rb"""\br=["']([A-Z]{1,3})(\d{1,7})["']""")
# The folder of attached files in a zip of ODK Central.
MEDIA = "/media/"
# What a broken zip makes zipfile raise: a directory or head that is none, bytes that do not unpack or end too early, an
# offset before the file, a way of packing that Python lacks (a RuntimeError, as is a password), a name that is no text.
BROKEN_ZIP = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, ValueError, RuntimeError, KeyError, OSError)
_CHUNK = 1 << 20
_OVERLAP = 32


def read_sheets(source: Path) -> dict[str, Lines]:
    """The cells of every sheet by its name, all rows of one length; a CSV file is one sheet called after the file.

    Of a zip each CSV file in it is a sheet.

    UserError for what is neither, is damaged, is locked with a password or would not fit in memory.
    """
    content = _bytes(source)
    if content[:2] == b"PK":
        if names := _csv_files(content, source):
            return _zipped(content, names, source)
        _check(content, source)
        return _workbook(content, source)
    if content[:4] == b"\xd0\xcf\x11\xe0":
        return _workbook(content, source)
    return {source.stem: _csv(content, source)}


def _bytes(source: Path) -> bytes:
    try:
        if source.stat().st_size > LARGEST_FILE:
            raise too_large(source)
        return source.read_bytes()
    except FileNotFoundError:
        text = _("There is no file {name}.").format(name=source)
        raise UserError("file.not-found", text, where=str(source)) from None
    except OSError as error:
        text = _("{name} cannot be read: {reason}.").format(name=source.name, reason=system_errors.in_words(error))
        raise UserError("file.unreadable", text, where=str(source)) from error


def too_large(source: Path) -> UserError:
    """What is said of a file that would not fit in memory."""
    text = _("{name} is larger than a table that can be read here.").format(name=source.name)
    return UserError("table.too-large", text, advice=_("Split it into several files."), where=source.name)


def damaged(source: Path) -> UserError:
    """What is said of a zip or workbook that cannot be read."""
    text = _("{name} is damaged, or no workbook: its cells cannot be read.").format(name=source.name)
    advice = _("Open it in a spreadsheet program, save it as .xlsx without a password and try again.")
    return UserError("table.damaged", text, advice=advice, where=source.name)


def _csv_files(content: bytes, source: Path) -> list[str]:
    """The CSV files of a zip; none if it is a workbook or anything else."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = [member for member in archive.infolist() if _is_table(member.filename)]
            if sum(member.file_size for member in members) > LARGEST_FILE:
                raise too_large(source)
            return [member.filename for member in members]
    except BROKEN_ZIP as error:
        raise damaged(source) from error


def _is_table(name: str) -> bool:
    return name.casefold().endswith(".csv") and not name.startswith("__MACOSX/") and MEDIA not in f"/{name}"


def holds_csv(source: Path) -> bool:
    """Whether the tables of a file, which was read before, are CSV files in a zip."""
    content = _bytes(source)
    return content[:2] == b"PK" and bool(_csv_files(content, source))


def _zipped(content: bytes, names: list[str], source: Path) -> dict[str, Lines]:
    sheets: dict[str, Lines] = {}
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for name in names:
                file = source.with_name(name.rpartition("/")[2])
                sheets[file.stem] = _csv(archive.read(name), file)
    except BROKEN_ZIP as error:
        raise damaged(source) from error
    return sheets


def _check(content: bytes, source: Path) -> None:
    """UserError for a workbook that unpacks to too much, or whose cells lie so far apart that memory would not do."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
            if sum(member.file_size for member in members) > LARGEST_UNPACKED:
                raise too_large(source)
            for member in members:
                if "worksheets/" in member.filename and member.filename.endswith(".xml"):
                    _check_reach(archive, member, source)
    except BROKEN_ZIP as error:
        raise damaged(source) from error


def _check_reach(archive: zipfile.ZipFile, member: zipfile.ZipInfo, source: Path) -> None:
    lowest, widest, kept = 1, 1, b""
    with archive.open(member) as file:
        while chunk := file.read(_CHUNK):
            for letters, digits in _REFERENCE.findall(kept + chunk):
                lowest = max(lowest, int(digits))
                widest = max(widest, _number_of(letters))
            kept = chunk[-_OVERLAP:]
    if lowest * widest > MOST_CELLS:
        raise too_large(source)


def _number_of(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def column_letters(position: int) -> str:
    """The name of the column at this position, counted from 0: A, B, … AA."""
    letters, rest = "", position + 1
    while rest:
        rest, letter = divmod(rest - 1, 26)
        letters = chr(65 + letter) + letters
    return letters


def _workbook(content: bytes, source: Path) -> dict[str, Lines]:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book: Any = CalamineWorkbook.from_filelike(io.BytesIO(content))
        return {
            name: [[None if cell == "" else cell for cell in row] for row in sheet.to_python(skip_empty_area=False)]
            for name in book.sheet_names
            for sheet in [book.get_sheet_by_name(name)]
        }
    except CalamineError as error:
        raise damaged(source) from error
    except BaseException as panic:
        # The reader is written in Rust: where it gives up on broken bytes, Python sees no ordinary exception.
        if type(panic).__module__ != "pyo3_runtime":
            raise
        raise damaged(source) from panic


def _csv(content: bytes, source: Path) -> Lines:
    try:
        text = content.decode("utf-8-sig")
        if "\0" in text:
            raise damaged(source)
        head = text.split("\n", 1)[0]
        delimiter = max(",;\t", key=head.count)
        lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise UserError(
            "table.no-csv",
            _("{name} is neither a workbook nor a CSV file in UTF-8.").format(name=source.name),
            advice=_("Save it as .xlsx, or as CSV in UTF-8."),
            where=source.name,
        ) from error
    width = max(map(len, lines), default=0)
    return [[cell or None for cell in (*line, *[""] * (width - len(line)))] for line in lines]
