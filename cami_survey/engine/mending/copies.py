"""The repaired copy: the same workbook with some cells written anew."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator, Mapping

from lxml import etree

from cami_survey.engine.workbook import Workbook, read_all_sheets
from cami_survey.engine.xml import parse_xml

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
REL = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
Edits = Mapping[tuple[int, int], str]


def repaired_copy(content: bytes, workbook: Workbook, *, anew: bool = False) -> bytes:
    """An .xlsx of the original with the edits of `workbook`.

    Formats, other sheets and everything else of an .xlsx stay as they are; where that cannot be done safely (an .xls,
    a table in text, formulas or tables among the changed cells) or is not wanted, the texts of all sheets go into a
    new workbook.
    """
    if content[:2] == b"PK" and not anew:
        try:
            return _patched(content, workbook)
        except _NotPatchable:
            pass
    return _written(content, workbook)


class _NotPatchable(Exception):  # noqa: N818 - no error: the other way is taken
    """Changing these cells in place could leave a workbook that Excel calls damaged."""


def _patched(content: bytes, workbook: Workbook) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        paths = _sheet_paths(archive)
        changed = {}
        for key, edits in workbook.edits.items():
            path = paths.get(workbook.titles[key], "")
            if path not in archive.namelist():
                raise _NotPatchable
            changed[path] = _patch_sheet(archive.read(path), edits)
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
            for member in archive.infolist():
                made.writestr(member.filename, changed.get(member.filename) or archive.read(member))
    return target.getvalue()


def _sheet_paths(archive: zipfile.ZipFile) -> dict[str, str]:
    """Sheet name -> member of the archive."""
    names = archive.namelist()
    if "xl/workbook.xml" not in names or "xl/_rels/workbook.xml.rels" not in names:
        raise _NotPatchable
    relations = {
        relation.get("Id"): relation.get("Target") or ""
        for relation in parse_xml(archive.read("xl/_rels/workbook.xml.rels"))
    }
    book = parse_xml(archive.read("xl/workbook.xml"))
    return {
        sheet.get("name") or "": posixpath.normpath(posixpath.join("/xl", relations.get(sheet.get(REL), ""))).lstrip(
            "/"
        )
        for sheet in book.iter(f"{{{MAIN}}}sheet")
    }


def _patch_sheet(xml: bytes, edits: Edits) -> bytes:
    root = parse_xml(xml)
    data = root.find(f"{{{MAIN}}}sheetData")
    tables = root.find(f"{{{MAIN}}}tableParts")
    if data is None or (tables is not None and any(row == 1 for row, _column in edits)):
        raise _NotPatchable
    dimension = root.find(f"{{{MAIN}}}dimension")
    if dimension is not None:
        root.remove(dimension)
    rows = {_number(row): row for row in data}
    for (number, column), text in sorted(edits.items()):
        if number not in rows:
            rows[number] = _new_row(data, number)
        _set_cell(rows[number], number, column, text)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True))


def _number(row: etree._Element) -> int:
    written = row.get("r") or ""
    if not written.isdigit():
        raise _NotPatchable
    return int(written)


def _new_row(data: etree._Element, number: int) -> etree._Element:
    row = etree.Element(f"{{{MAIN}}}row", r=str(number))
    place = sum(_number(other) < number for other in data)
    data.insert(place, row)
    return row


def _set_cell(row: etree._Element, number: int, column: int, text: str) -> None:
    cell = _cell(row, number, column)
    if cell.find(f"{{{MAIN}}}f") is not None:
        raise _NotPatchable
    for child in list(cell):
        cell.remove(child)
    cell.attrib.pop("t", "")
    if text:
        cell.set("t", "inlineStr")
        holder = etree.SubElement(etree.SubElement(cell, f"{{{MAIN}}}is"), f"{{{MAIN}}}t")
        holder.text = text
        holder.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")


def _cell(row: etree._Element, number: int, column: int) -> etree._Element:
    place = 0
    for cell in row:
        here = _column(cell.get("r") or "")
        if here == column:
            return cell
        place += here < column
    made = etree.Element(f"{{{MAIN}}}c", r=f"{letters(column)}{number}")
    row.insert(place, made)
    return made


def _column(reference: str) -> int:
    found = re.fullmatch(r"([A-Z]{1,3})\d+", reference)
    if found is None:
        raise _NotPatchable
    number = 0
    for letter in found.group(1):
        number = number * 26 + ord(letter) - 64
    return number - 1


def letters(column: int) -> str:
    """A column's letters; 0 is A."""
    made = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        made = chr(65 + rest) + made
    return made


def _written(content: bytes, workbook: Workbook) -> bytes:
    """A new workbook with the texts of all sheets."""
    from openpyxl import Workbook as NewWorkbook

    book = NewWorkbook(write_only=True)
    for title, table in _tables(content, workbook):
        sheet = book.create_sheet(title[:31])
        for cells in table:
            sheet.append([_clean(text) or None for text in cells])
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def _clean(text: str) -> str:
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    return ILLEGAL_CHARACTERS_RE.sub("", text)


def _tables(content: bytes, workbook: Workbook) -> Iterator[tuple[str, list[list[str]]]]:
    """Titles and cells of all sheets after the repair, those a form does not read as they were."""
    keys = {title: key for key, title in workbook.titles.items()}
    written = read_all_sheets(content)
    for title, table in written:
        yield (title, _edited(table, workbook.edits.get(keys[title], {})) if title in keys else table)
    have = {title for title, _table in written}
    for key, rows in workbook.rows.items():
        if workbook.titles[key] not in have:
            headers = workbook.headers[key]
            yield workbook.titles[key], [headers, *([row.get(header, "") for header in headers] for row in rows)]


def _edited(table: list[list[str]], edits: Edits) -> list[list[str]]:
    table = [list(cells) for cells in table]
    for (number, column), text in edits.items():
        table.extend([] for _row in range(number - len(table)))
        cells = table[number - 1]
        cells.extend("" for _cell in range(column + 1 - len(cells)))
        cells[column] = text
    return table
