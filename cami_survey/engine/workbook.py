"""The sheets of an XLSForm as text, read fast and within limits."""

from __future__ import annotations

import io
import lzma
import re
import struct
import zipfile
import zlib
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, NoReturn

from cami_survey.base.texts import _
from cami_survey.engine.errors import FormError, FormProblem, refuse

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook

SHEETS = ("survey", "choices", "settings", "external_choices", "entities", "osm")
LARGEST_UNPACKED = 300_000_000
LARGEST_RATIO = 250
SMALL_MEMBER = 5_000_000
MOST_ROWS = 200_000
MOST_CELLS = 20_000_000
MOST_COLUMNS = 2_000
# What zipfile raises over broken bytes, besides its own error.
DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    NotImplementedError,
    RuntimeError,
    EOFError,
    OSError,
    ValueError,
)
Row = dict[str, str]


@dataclass(slots=True)
class Workbook:
    """Rows by sheet (header -> text; empty rows kept, so that `index + 2` is the row in the sheet) and headers."""

    rows: dict[str, list[Row]] = field(default_factory=dict)
    headers: dict[str, list[str]] = field(default_factory=dict)
    names: list[str] = field(default_factory=list)

    def cells(self, sheet: str) -> list[tuple[int, str, str]]:
        """Row number, header and text of each filled cell."""
        return [
            (number, header, text)
            for number, row in enumerate(self.rows.get(sheet, ()), 2)
            for header, text in row.items()
        ]


def check_zip(content: bytes) -> None:
    """FormError if an .xlsx would unpack to far more than a form needs."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
    except DAMAGE as error:
        raise refuse(_("The file is damaged: it cannot be unpacked."), "form.damaged") from error
    total = sum(member.file_size for member in members)
    swollen = any(
        member.file_size > SMALL_MEMBER and member.file_size > LARGEST_RATIO * max(member.compress_size, 1)
        for member in members
    )
    if total > LARGEST_UNPACKED or swollen or len(members) > 2_000:
        raise refuse(_("The file unpacks to more than a form can hold, so it was not opened."), "form.too-large")
    if not any(member.filename.startswith("xl/workbook") for member in members):
        raise refuse(_("The file is no Excel workbook."), "form.damaged")
    for member in members:
        if member.filename.startswith("xl/worksheets/") and member.filename.endswith(".xml"):
            _check_reach(content, member.filename)


FILLED_CELL = re.compile(rb"""<(?:\w+:)?c\s[^>]*?\br=["']([A-Z]{1,3})(\d{1,7})["'][^>]*(?<!/)>\s*<(?!/)""")


def _check_reach(content: bytes, name: str) -> None:
    """FormError if the cells of a sheet lie so far apart that a full table between them would not fit in memory."""
    lowest, widest = 1, 1
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            found = set(FILLED_CELL.findall(archive.read(name)))
    except DAMAGE as error:
        raise refuse(_("The file is damaged: it cannot be unpacked."), "form.damaged") from error
    for letters, digits in found:
        lowest = max(lowest, int(digits))
        widest = max(widest, _column_number(letters))
    if lowest * widest > MOST_CELLS:
        _too_many(name.rpartition("/")[2], lowest, widest)


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def read_workbook(content: bytes) -> Workbook:
    """The sheets of an .xlsx or .xls file, told apart by content; FormError if it cannot be read."""
    from python_calamine import CalamineError, CalamineWorkbook

    if content[:2] == b"PK":
        check_zip(content)
    try:
        names, tables = _tables(CalamineWorkbook.from_filelike(io.BytesIO(content)))
    except (CalamineError, ValueError, OSError, OverflowError) as error:
        raise refuse(_("The workbook cannot be read: {reason}.").format(reason=error), "form.damaged") from error
    except BaseException as panic:
        # The reader is written in Rust: where it gives up on broken bytes, Python sees no ordinary exception.
        if type(panic).__module__ != "pyo3_runtime":
            raise
        raise refuse(_("The workbook is damaged."), "form.damaged") from panic
    workbook = Workbook(names=list(names))
    for name, table in tables.items():
        key = name.strip().lower() if name.strip().lower() in SHEETS else "survey"
        _add_sheet(workbook, key, name, table)
    return workbook


def _tables(source: CalamineWorkbook) -> tuple[list[str], dict[str, list[list[object]]]]:
    """The names of all sheets, and the cells of those a form is made of."""
    names = source.sheet_names
    wanted = [name for name in names if name.strip().lower() in SHEETS] or names[:1]
    sheets = {name: source.get_sheet_by_name(name) for name in wanted}
    for name, sheet in sheets.items():
        _check_size(name, sheet.total_height, sheet.total_width)
    return names, {
        name: [list(cells) for cells in sheet.to_python(skip_empty_area=False)] for name, sheet in sheets.items()
    }


def _check_size(name: str, height: int, width: int) -> None:
    if height > MOST_ROWS or height * width > MOST_CELLS:
        _too_many(name, height, width)


def _too_many(name: str, height: int, width: int) -> NoReturn:
    text = _("Sheet “{sheet}” has {rows} rows and {columns} columns, which is too many.")
    raise refuse(text.format(sheet=name, rows=height, columns=width), "form.too-large")


def _add_sheet(workbook: Workbook, key: str, name: str, table: list[list[object]]) -> None:
    first = table[0] if table else []
    headers = [" ".join(to_text(cell).split(" ")) for cell in first[:MOST_COLUMNS]]
    headers = [" ".join(part for part in header.split(" ") if part) for header in headers]
    doubled = sorted({header for header in headers if header and headers.count(header) > 1})
    if doubled:
        raise FormError(
            FormProblem(_("The column appears twice."), "form.duplicate-column", name, 1, header) for header in doubled
        )
    rows = [_row(headers, cells) for cells in table[1:]]
    while rows and not rows[-1]:
        rows.pop()
    workbook.rows[key] = rows
    workbook.headers[key] = [header for header in headers if header]


def _row(headers: list[str], cells: list[object]) -> Row:
    texts = ((header, to_text(cell)) for header, cell in zip(headers, cells, strict=False) if header)
    return {header: text for header, text in texts if text}


def to_text(value: object) -> str:
    """A cell as a form reads it: whole numbers without a point, truth values in capitals, ISO dates."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, (datetime, date, time, timedelta, int, float)):
        return str(value)
    return "" if value is None else str(value).strip().replace("\xa0", " ")
