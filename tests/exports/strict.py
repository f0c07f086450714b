"""What Excel and Word are strict about in the files they open, and other programs forgive (ECMA-376, parts 1 and 2)."""

from __future__ import annotations

import re
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath

from lxml import etree

# The elements of a part in the order that its schema asks for.
WORKSHEET = [
    "sheetPr",
    "dimension",
    "sheetViews",
    "sheetFormatPr",
    "cols",
    "sheetData",
    "sheetCalcPr",
    "sheetProtection",
    "protectedRanges",
    "scenarios",
    "autoFilter",
    "sortState",
    "dataConsolidate",
    "customSheetViews",
    "mergeCells",
    "phoneticPr",
    "conditionalFormatting",
    "dataValidations",
    "hyperlinks",
    "printOptions",
    "pageMargins",
    "pageSetup",
    "headerFooter",
    "rowBreaks",
    "colBreaks",
    "customProperties",
    "cellWatches",
    "ignoredErrors",
    "smartTags",
    "drawing",
    "legacyDrawing",
    "legacyDrawingHF",
    "picture",
    "oleObjects",
    "controls",
    "webPublishItems",
    "tableParts",
    "extLst",
]
WORKBOOK = [
    "fileVersion",
    "fileSharing",
    "workbookPr",
    "workbookProtection",
    "bookViews",
    "sheets",
    "functionGroups",
    "externalReferences",
    "definedNames",
    "calcPr",
    "oleSize",
    "customWorkbookViews",
    "pivotCaches",
]
STYLES = [
    "numFmts",
    "fonts",
    "fills",
    "borders",
    "cellStyleXfs",
    "cellXfs",
    "cellStyles",
    "dxfs",
    "tableStyles",
    "colors",
    "extLst",
]
ORDERS: Mapping[str, Sequence[str]] = {"worksheet": WORKSHEET, "workbook": WORKBOOK, "styleSheet": STYLES}
PARAGRAPH = [
    "pStyle",
    "keepNext",
    "keepLines",
    "pageBreakBefore",
    "framePr",
    "widowControl",
    "numPr",
    "suppressLineNumbers",
    "pBdr",
    "shd",
    "tabs",
    "suppressAutoHyphens",
    "kinsoku",
    "wordWrap",
    "overflowPunct",
    "topLinePunct",
    "autoSpaceDE",
    "autoSpaceDN",
    "bidi",
    "adjustRightInd",
    "snapToGrid",
    "spacing",
    "ind",
    "contextualSpacing",
    "mirrorIndents",
    "suppressOverlap",
    "jc",
    "textDirection",
    "textAlignment",
    "textboxTightWrap",
    "outlineLvl",
    "divId",
    "cnfStyle",
    "rPr",
    "sectPr",
    "pPrChange",
]
RUN = [
    "rStyle",
    "rFonts",
    "b",
    "bCs",
    "i",
    "iCs",
    "caps",
    "smallCaps",
    "strike",
    "dstrike",
    "outline",
    "shadow",
    "emboss",
    "imprint",
    "noProof",
    "snapToGrid",
    "vanish",
    "webHidden",
    "color",
    "spacing",
    "w",
    "kern",
    "position",
    "sz",
    "szCs",
    "highlight",
    "u",
    "effect",
    "bdr",
    "shd",
    "fitText",
    "vertAlign",
    "rtl",
    "cs",
    "em",
    "lang",
    "eastAsianLayout",
    "specVanish",
    "oMath",
]
TABLE = [
    "tblStyle",
    "tblpPr",
    "tblOverlap",
    "bidiVisual",
    "tblStyleRowBandSize",
    "tblStyleColBandSize",
    "tblW",
    "jc",
    "tblCellSpacing",
    "tblInd",
    "tblBorders",
    "shd",
    "tblLayout",
    "tblCellMar",
    "tblLook",
    "tblCaption",
    "tblDescription",
]
WORD_ORDERS: Mapping[str, Sequence[str]] = {"pPr": PARAGRAPH, "rPr": RUN, "tblPr": TABLE}
MOST_LETTERS, MOST_DIGITS = 32_767, 15
_BAD_SHEET_NAME = re.compile(r"[\[\]:*?/\\]|^'|'$")
_DEFINED_NAME = re.compile(r"[A-Za-z_\\][\w.\\]*")
_REFERENCE = re.compile(r"([A-Z]+)(\d+)")


def complaints(path: Path) -> list[str]:
    """Everything that Excel or Word would repair or refuse, each with its part."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    trees = {name: etree.fromstring(content) for name, content in parts.items() if name.endswith((".xml", ".rels"))}
    found = [*_packed(parts, trees)]
    for name, root in trees.items():
        found += [f"{name}: {said}" for said in (*_ordered(root), *_texts(root), *_sheet(root), *_word(root))]
    return [*found, *_book(trees)]


def local(element: etree._Element) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def every(root: etree._Element, name: str) -> Iterator[etree._Element]:
    return (element for element in root.iter() if local(element) == name)


def _packed(parts: Mapping[str, bytes], trees: Mapping[str, etree._Element]) -> Iterator[str]:
    """Every part has a type, every relation leads to a part, and no part is there twice."""
    types = trees["[Content_Types].xml"]
    defaults = {element.get("Extension", "").casefold() for element in every(types, "Default")}
    overrides = {element.get("PartName", "").lstrip("/") for element in every(types, "Override")}
    for name in parts:
        if (
            name != "[Content_Types].xml"
            and name not in overrides
            and name.rpartition(".")[2].casefold() not in defaults
        ):
            yield f"{name} has no content type"
    yield from (f"{name} has a type and is not there" for name in overrides - set(parts))
    for name, root in trees.items():
        if not name.endswith(".rels"):
            continue
        base = PurePosixPath(name).parent.parent
        for relation in every(root, "Relationship"):
            target = relation.get("Target", "")
            if relation.get("TargetMode") == "External":
                continue
            there = target.lstrip("/") if target.startswith("/") else _joined(base, target)
            if there not in parts:
                yield f"{name}: {target} leads nowhere"


def _joined(base: PurePosixPath, target: str) -> str:
    steps: list[str] = []
    for step in (base / target).parts:
        steps = steps[:-1] if step == ".." else [*steps, step]
    return "/".join(steps)


def _ordered(root: etree._Element) -> Iterator[str]:
    orders = [(root, ORDERS.get(local(root)))]
    orders += [
        (one, order)
        for name, order in WORD_ORDERS.items()
        if "wordprocessingml" in root.tag
        for one in every(root, name)
    ]
    for element, order in orders:
        if order is None:
            continue
        names = [local(child) for child in element if local(child) and _own(element, child)]
        yield from (f"<{local(element)}> has no <{name}>" for name in names if name not in order)
        places = [order.index(name) for name in names if name in order]
        if places != sorted(places):
            yield f"<{local(element)}> has its parts in another order: {names}"


def _own(element: etree._Element, child: etree._Element) -> bool:
    return etree.QName(element).namespace == etree.QName(child).namespace


def _texts(root: etree._Element) -> Iterator[str]:
    for element in (*every(root, "t"), *every(root, "instrText")):
        text = element.text or ""
        if len(text) > MOST_LETTERS and "spreadsheetml" in root.tag:
            yield f"a text of {len(text)} letters"
        if text != text.strip() and element.get("{http://www.w3.org/XML/1998/namespace}space") != "preserve":
            yield f"blanks around {text[:30]!r} are lost"


def _sheet(root: etree._Element) -> Iterator[str]:
    if local(root) != "worksheet":
        return
    rows = [int(row.get("r", "0")) for row in every(root, "row")]
    if rows != sorted(set(rows)):
        yield "rows are twice or out of order"
    for cell in every(root, "c"):
        value = next((child.text or "" for child in cell if local(child) == "v"), None)
        if value is None or cell.get("t", "n") != "n":
            continue
        mantissa = value.lower().partition("e")[0]
        if len(re.sub(r"\D", "", mantissa).strip("0")) > MOST_DIGITS + 2:
            yield f"{cell.get('r')}: {value} has more digits than Excel keeps"
        if value.lower().strip("-") in ("nan", "inf"):
            yield f"{cell.get('r')}: {value} is no number"
    merged = [_area(element.get("ref", "")) for element in every(root, "mergeCell")]
    for at, one in enumerate(merged):
        if any(one[0] <= o[2] and o[0] <= one[2] and one[1] <= o[3] and o[1] <= one[3] for o in merged[:at]):
            yield "merged cells lie on each other"


def _area(reference: str) -> tuple[int, int, int, int]:
    first, _colon, last = reference.replace("$", "").partition(":")
    return (*_cell(first), *_cell(last or first))


def _cell(reference: str) -> tuple[int, int]:
    found = _REFERENCE.fullmatch(reference)
    assert found, reference
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - 64
    return column, int(found[2])


def _word(root: etree._Element) -> Iterator[str]:
    numbers = Counter(element.get("id") for element in every(root, "docPr"))
    yield from (f"two drawings have the number {number}" for number, count in numbers.items() if count > 1)
    for row in every(root, "tr"):
        table = next(element for element in row.iterancestors() if local(element) == "tbl")
        columns = len(list(every(next(every(table, "tblGrid")), "gridCol")))
        cells = sum(local(child) == "tc" for child in row)
        if cells != columns:
            yield f"a row of {cells} cells in a table of {columns} columns"
    for cell in every(root, "tc"):
        if local(cell[-1]) != "p":
            yield "a cell of a table does not end in a paragraph"


def _book(trees: Mapping[str, etree._Element]) -> Iterator[str]:
    book = trees.get("xl/workbook.xml")
    if book is None:
        return
    names = [element.get("name", "") for element in every(book, "sheet")]
    yield from (f"{name!r} cannot be the name of a sheet" for name in names if not _is_sheet_name(name))
    if len({name.casefold() for name in names}) < len(names):
        yield "two sheets have one name"
    for element in every(book, "definedName"):
        name = element.get("name", "")
        if not _DEFINED_NAME.fullmatch(name.removeprefix("_xlnm.")):
            yield f"{name!r} cannot be a defined name"
    tables = [root for name, root in trees.items() if name.startswith("xl/tables/")]
    for attribute in ("id", "displayName"):
        values = [table.get(attribute, "").casefold() for table in tables]
        if len(set(values)) < len(values):
            yield f"two tables have one {attribute}"
    for table in tables:
        columns = [element.get("name", "").casefold() for element in every(table, "tableColumn")]
        left, _top, right, _bottom = _area(table.get("ref", ""))
        if len(set(columns)) < len(columns) or len(columns) != right - left + 1:
            yield f"table {table.get('displayName')}: columns are twice or of another number"
    styles = trees.get("xl/styles.xml")
    if styles is not None:
        formats, differing = (sum(len(part) for part in every(styles, name)) for name in ("cellXfs", "dxfs"))
        for name, root in trees.items():
            if name.startswith("xl/worksheets/") and local(root) == "worksheet":
                used = {int(cell.get("s", "0")) for cell in every(root, "c")}
                rules = {int(one.get("dxfId", "0")) for one in every(root, "cfRule") if one.get("dxfId")}
                if max(used, default=0) >= formats or max(rules, default=-1) >= differing:
                    yield f"{name}: a style that is not there"


def _is_sheet_name(name: str) -> bool:
    return 0 < len(name) <= 31 and not _BAD_SHEET_NAME.search(name) and name.casefold() != "history"
