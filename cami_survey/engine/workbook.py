"""The sheets of an XLSForm as text, read fast and within limits."""

from __future__ import annotations

import io
import lzma
import re
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, NoReturn

from cami_survey.base.texts import _
from cami_survey.engine.errors import refuse

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook

SHEETS = ("survey", "choices", "settings", "external_choices", "entities", "osm")
BESIDE = ("languages",)
LARGEST_UNPACKED = 300_000_000
LARGEST_RATIO = 250
SMALL_MEMBER = 5_000_000
PIECE = 1 << 16
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
STYLES = "xl/styles.xml"
NO_STYLES = b'<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"/>'
AGAIN = "\x1f"
"""Follows the header of a column that stands in its sheet a second time."""


@dataclass(slots=True)
class Workbook:
    """Rows by sheet (header -> text; empty rows kept, so that `index + 2` is the row in the sheet) and headers.

    `columns` are the places of the headers, counted from 0, `titles` the sheets' names as written. What is changed with
    `put`, `rename`, `append` and `add_column` is also in `edits`: (row, column) -> text, by sheet.
    """

    rows: dict[str, list[Row]] = field(default_factory=dict)
    headers: dict[str, list[str]] = field(default_factory=dict)
    names: list[str] = field(default_factory=list)
    columns: dict[str, dict[str, int]] = field(default_factory=dict)
    titles: dict[str, str] = field(default_factory=dict)
    edits: dict[str, dict[tuple[int, int], str]] = field(default_factory=dict)

    def copy(self) -> Workbook:
        """One that can be changed without this one noticing."""
        return deepcopy(self)

    @property
    def doubled(self) -> bool:
        """Whether a column stands twice in a sheet of the form; sheets beside them are others' business."""
        return any(AGAIN in header for sheet in SHEETS for header in self.headers.get(sheet, ()))

    def put(self, sheet: str, row: int, header: str, text: str) -> None:
        """Write a cell; an empty text clears it."""
        cells = self.rows[sheet][row - 2]
        if text:
            cells[header] = text
        else:
            cells.pop(header, None)
        self._note(sheet, row, header, text)

    def rename(self, sheet: str, header: str, name: str) -> None:
        """Give a column another header; an empty name takes the column and what is in it away."""
        for number, row in enumerate(self.rows[sheet], 2):
            if header in row and not name:
                self.put(sheet, number, header, "")
            elif header in row:
                self.rows[sheet][number - 2] = {name if key == header else key: text for key, text in row.items()}
        self._note(sheet, 1, header, name)
        self.headers[sheet] = [name if key == header else key for key in self.headers[sheet] if name or key != header]
        place = self.columns[sheet].pop(header)
        if name:
            self.columns[sheet][name] = place

    def add_column(self, sheet: str, header: str) -> None:
        """A new column after the last one."""
        if sheet not in self.rows:
            self.rows[sheet], self.headers[sheet], self.columns[sheet] = [], [], {}
            self.titles[sheet] = sheet
            self.names.append(sheet)
        self.columns[sheet][header] = max(self.columns[sheet].values(), default=-1) + 1
        self.headers[sheet].append(header)
        self._note(sheet, 1, header, header)

    def append(self, sheet: str, row: Row) -> int:
        """A new row after the last one; its number."""
        self.rows[sheet].append({})
        number = len(self.rows[sheet]) + 1
        for header, text in row.items():
            self.put(sheet, number, header, text)
        return number

    def _note(self, sheet: str, row: int, header: str, text: str) -> None:
        self.edits.setdefault(sheet, {})[row, self.columns[sheet][header]] = text

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
    check_packing(members, LARGEST_UNPACKED)
    if not any(member.filename.startswith("xl/workbook") for member in members):
        raise refuse(_("The file is no Excel workbook."), "form.damaged")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for member in members:
                if member.filename.startswith("xl/worksheets/") and member.filename.endswith(".xml"):
                    _check_reach(member.filename, unpacked(archive, member))
                elif member.filename.startswith("xl/"):
                    _through(archive, member)
    except DAMAGE as error:
        raise refuse(_("The file is damaged: it cannot be unpacked."), "form.damaged") from error


def check_packing(members: list[zipfile.ZipInfo], most: int) -> None:
    """FormError if a zip would unpack to more than `most` bytes, or far more than it was packed to."""
    total = sum(member.file_size for member in members)
    swollen = any(
        member.file_size > SMALL_MEMBER and member.file_size > LARGEST_RATIO * max(member.compress_size, 1)
        for member in members
    )
    if total > most or swollen or len(members) > 2_000:
        raise refuse(_("The file unpacks to more than a form can hold, so it was not opened."), "form.too-large")


def unpacked(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    """A file of a zip, read piece by piece: one that unpacks to more than the zip says ends there as damaged."""
    with archive.open(member) as part:
        return b"".join(iter(lambda: part.read(PIECE), b""))


def _through(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
    with archive.open(member) as part:
        while part.read(PIECE):
            pass


FILLED_CELL = re.compile(rb"""<(?:\w+:)?c\s[^>]*?\br=["']([A-Z]{1,3})(\d{1,7})["'][^>]*(?<!/)>\s*<(?!/)""")


def _check_reach(name: str, xml: bytes) -> None:
    """FormError if the cells of a sheet lie so far apart that a full table between them would not fit in memory."""
    found = FILLED_CELL.findall(xml)
    lowest = max({int(digits) for _letters, digits in found}, default=1)
    widest = max(map(_column_number, {letters for letters, _digits in found}), default=1)
    if lowest * widest > MOST_CELLS:
        _too_many(name.rpartition("/")[2], lowest, widest)


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def read_workbook(content: bytes, beside: tuple[str, ...] = BESIDE) -> Workbook:
    """The sheets of an .xlsx or .xls file, told apart by content; FormError if it cannot be read.

    A workbook without a sheet of a form has its first one as the survey. `beside` are further sheets to read.
    """
    if content[:2] == b"PK":
        check_zip(content)
    with _reading():
        names, tables = _tables(_source(content), beside)
    workbook = Workbook(names=list(names))
    for name, table in tables.items():
        known = name.strip().lower()
        _add_sheet(workbook, known if known in (*SHEETS, *beside) else "survey", name, table)
    return workbook


def read_all_sheets(content: bytes) -> list[tuple[str, list[list[str]]]]:
    """The names and texts of every sheet of a workbook; none of another file. FormError if it cannot be read."""
    if content[:2] not in (b"PK", b"\xd0\xcf"):
        return []
    if content[:2] == b"PK":
        check_zip(content)
    with _reading():
        names, tables = _tables(_source(content), every=True)
    return [(name, [[to_text(cell) for cell in cells] for cells in tables[name]]) for name in names if name in tables]


def _source(content: bytes) -> CalamineWorkbook:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        return CalamineWorkbook.from_filelike(io.BytesIO(content))
    except CalamineError:
        if content[:2] != b"PK":
            raise
        return CalamineWorkbook.from_filelike(io.BytesIO(_without_styles(content)))


def _without_styles(content: bytes) -> bytes:
    """The workbook with empty styles: texts need none, and broken ones stop the reader."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as archive, zipfile.ZipFile(made, "w") as target:
        for member in archive.infolist():
            target.writestr(member.filename, NO_STYLES if member.filename == STYLES else archive.read(member))
    return made.getvalue()


@contextmanager
def _reading() -> Iterator[None]:
    """Whatever the reader of workbooks stumbles over is a damaged file."""
    from python_calamine import CalamineError

    try:
        yield
    except (CalamineError, zipfile.BadZipFile, zlib.error, ValueError, OSError, OverflowError) as error:
        raise refuse(_("The file is damaged, or no workbook: its cells cannot be read."), "form.damaged") from error
    except BaseException as panic:
        # The reader is written in Rust: where it gives up on broken bytes, Python sees no ordinary exception.
        if type(panic).__module__ != "pyo3_runtime":
            raise
        raise refuse(_("The workbook is damaged."), "form.damaged") from panic


def _tables(
    source: CalamineWorkbook, beside: tuple[str, ...] = (), *, every: bool = False
) -> tuple[list[str], dict[str, list[list[object]]]]:
    """The names of all sheets, and the cells of those a form is made of and of those beside it, or of every sheet."""
    names = source.sheet_names
    wanted = names if every else [name for name in names if name.strip().lower() in SHEETS] or names[:1]
    wanted += [name for name in names if name.strip().lower() in beside and name not in wanted]
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
    headers = _told_apart(headers)
    rows = [_row(headers, cells) for cells in table[1:]]
    while rows and not rows[-1]:
        rows.pop()
    workbook.rows[key] = rows
    workbook.headers[key] = [header for header in headers if header]
    workbook.columns[key] = {header: place for place, header in enumerate(headers) if header}
    workbook.titles[key] = name


def _told_apart(headers: list[str]) -> list[str]:
    """Headers with a mark at each that was there before."""
    seen: Counter[str] = Counter()
    made = []
    for header in headers:
        made.append(header + AGAIN * seen[header] if header else "")
        seen[header] += 1
    return made


def _row(headers: list[str], cells: list[object]) -> Row:
    texts = ((header, to_text(cell)) for header, cell in zip(headers, cells, strict=False) if header)
    return {header: text for header, text in texts if text}


def to_text(value: object) -> str:
    """A cell as a form reads it: whole numbers without a point, truth values in capitals, ISO dates."""
    if isinstance(value, str):
        return value.strip().replace("\xa0", " ")
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, (datetime, date, time, timedelta, int, float)):
        return str(value)
    return "" if value is None else str(value).strip().replace("\xa0", " ")
