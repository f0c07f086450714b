"""What surrounds the rows of a sheet: columns, panes, filter, styles. openpyxl writes it; the rows come between."""

from __future__ import annotations

import errno
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from lxml.etree import LxmlError
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter

from cami_survey.exports.cells import cut, visible

HEADING = 255
FORMATS = {"date": "yyyy-mm-dd", "datetime": "yyyy-mm-dd hh:mm:ss", "time": "hh:mm:ss"}
SAMPLES = (*FORMATS, "quoted", "strong")
SHARED_TEXTS = "xl/sharedStrings.xml"
_TEXTS_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"
# What openpyxl leaves out of these parts, as its workbook has no shared texts.
_NAMED: dict[str, tuple[bytes, bytes]] = {
    "[Content_Types].xml": (
        b"</Types>",
        f'<Override PartName="/{SHARED_TEXTS}" ContentType="{_TEXTS_TYPE}"/>'.encode(),
    ),
    "xl/_rels/workbook.xml.rels": (
        b"</Relationships>",
        f'<Relationship Id="rIdTexts" Type="{_RELATION}" Target="/{SHARED_TEXTS}"/>'.encode(),
    ),
}
_HEADER_FONT = Font(name="Calibri", size=11, bold=True, color="FF1C2326")
_HEADER_FILL = PatternFill("solid", fgColor="FFDDEFED")
_HEADER_PLACE = Alignment(vertical="top")
_HEADER_LINE = Border(bottom=Side("thin", color="FF0B6E69"))
_SAMPLE_ROW = re.compile(rb'<row r="2".*?</row>')
_STYLE = re.compile(rb' s="([0-9]+)"')


@dataclass(frozen=True, slots=True)
class SheetPlan:
    """One sheet: its header row and how many rows stand below it. A plain one has neither panes nor a filter."""

    name: str
    titles: Sequence[str]
    widths: Sequence[int]
    rows: int
    frozen: int = 0
    plain: bool = False


@dataclass(frozen=True, slots=True)
class Frame:
    """The XML before and after the rows of a sheet, and the number of each style in the workbook."""

    before: bytes
    after: bytes
    styles: dict[str, str]


def frame_of(plan: SheetPlan, title: str, right_to_left: bool) -> Frame:
    """What surrounds the rows of this sheet."""
    with zipfile.ZipFile(BytesIO(package_of([plan], title, right_to_left))) as package:
        return _framed(package.read("xl/worksheets/sheet1.xml"))


def _framed(xml: bytes) -> Frame:
    sample = _SAMPLE_ROW.search(xml)
    if sample is None:
        # openpyxl swallows what the disk says of its temporary file; what it then puts into the package is not whole.
        raise OSError(errno.ENOSPC, "the sheet is not whole")
    numbers = [number.decode() for number in _STYLE.findall(sample.group())]
    styles = dict(zip(SAMPLES, numbers, strict=True))
    return Frame(xml[: sample.start()], xml[sample.end() :], styles)


def package_of(plans: Sequence[SheetPlan], title: str, right_to_left: bool) -> bytes:
    """A workbook of these sheets, each with its header and one row of samples in every style instead of its rows.

    Styles are met in the same order in every such workbook, so their numbers are the same.
    """
    workbook = Workbook(write_only=True)
    workbook.properties.title = visible(title)
    workbook.properties.creator = "CAMI Survey"
    for plan in plans:
        _add_sheet(workbook, plan, right_to_left)
    whole = BytesIO()
    try:
        workbook.save(whole)
    except LxmlError as error:
        # libxml2 writes the sheets itself and reports a full disk in its own way.
        raise OSError(errno.ENOSPC, str(error)) from error
    return whole.getvalue()


def _add_sheet(workbook: Workbook, plan: SheetPlan, right_to_left: bool) -> None:
    sheet: Any = workbook.create_sheet(plan.name)
    sheet.sheet_view.rightToLeft = right_to_left
    for position, width in enumerate(plan.widths, 1):
        sheet.column_dimensions[get_column_letter(position)].width = width
    if not plan.plain:
        across = max(1, len(plan.titles))
        sheet.freeze_panes = f"{get_column_letter(min(plan.frozen, across) + 1)}2"
        sheet.print_title_rows = "1:1"
        sheet.auto_filter.ref = f"A1:{get_column_letter(across)}{plan.rows + 1}"
    sheet.append([_heading(sheet, title) for title in plan.titles])
    sheet.append([_sample(sheet, kind) for kind in SAMPLES])


def _heading(sheet: Any, title: str) -> Any:
    cell = WriteOnlyCell(sheet, cut(visible(title), HEADING))
    cell.data_type = "s"
    cell.font, cell.fill, cell.border, cell.alignment = _HEADER_FONT, _HEADER_FILL, _HEADER_LINE, _HEADER_PLACE
    return cell


def _sample(sheet: Any, kind: str) -> Any:
    cell = WriteOnlyCell(sheet, 0)
    if kind in FORMATS:
        cell.number_format = FORMATS[kind]
    elif kind == "quoted":
        cell.quotePrefix = True
    else:
        cell.font = _HEADER_FONT
    return cell


def with_shared_texts(name: str, part: bytes) -> bytes:
    """A part of the package, naming the part with the shared texts if it has to and does not."""
    end, entry = _NAMED.get(name, (b"", b""))
    return part if not entry or SHARED_TEXTS.encode() in part else part.replace(end, entry + end)
