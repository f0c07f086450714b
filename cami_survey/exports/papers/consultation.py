"""A paper as an Excel workbook: cover, key messages, a sheet per analysis with its charts, and tidy data for pivots."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.drawing.image import Image
from openpyxl.formatting import rule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.table import Table as ExcelTable
from openpyxl.worksheet.table import TableStyleInfo

from cami_survey.analysis.cells import reason
from cami_survey.analysis.methods.findings import TooFew
from cami_survey.analysis.results import (
    Analysis,
    Cell,
    Column,
    Figure,
    MatrixChart,
    NetworkChart,
    ResultTable,
)
from cami_survey.base.texts import _
from cami_survey.exports.cells import visible
from cami_survey.exports.papers.excelcharts import MUTED, SMALL, native, put
from cami_survey.exports.papers.paper import Paper, svg_of
from cami_survey.exports.papers.typeset import pictures
from cami_survey.exports.sheetnames import SheetNames
from cami_survey.exports.target import replacing

ACCENT, INK = "FF0B6E69", "FF1C2326"
TITLE = Font(name="Calibri", size=20, bold=True, color=ACCENT)
HEADING = Font(name="Calibri", size=14, bold=True, color=ACCENT)
STRONG = Font(name="Calibri", size=11, bold=True, color=INK)
PLAIN = Font(name="Calibri", size=11, color=INK)
WARN = Font(name="Calibri", size=11, color="FF9A5B00")
ABSENT = Font(name="Calibri", size=10, italic=True, color=MUTED)
LINK = Font(name="Calibri", size=11, color=ACCENT, underline="single")
HEAD_FILL = PatternFill("solid", fgColor="FFDDEFED")
HATCH = PatternFill("lightUp", fgColor="FFB0B4B6")
TONES = {
    "good": PatternFill("solid", fgColor="FFCFE6D0"),
    "notable": PatternFill("solid", fgColor="FFF6DDB0"),
    "bad": PatternFill("solid", fgColor="FFEDA48B"),
    "quiet": PatternFill("solid", fgColor="FFF1F0EC"),
}
LINE = Border(bottom=Side("thin", color="FFDAD8D0"))
HEAD_LINE = Border(bottom=Side("medium", color=ACCENT))
WRAP = Alignment(wrap_text=True, vertical="top")
FORMATS = {"count": "#,##0", "percent": "0%", "level": "0"}
ROWS_OF_CHART = 19
ROWS_OF_A_PAGE = 30


def write(target: Path, paper: Paper) -> None:
    """Write the paper as .xlsx. UserError when the file cannot be written; an older file is then as it was."""
    writer = _Writer(paper)
    writer.fill()
    with replacing(target) as partial:
        writer.book.save(partial)


class _Writer:
    def __init__(self, paper: Paper) -> None:
        self.paper = paper
        self.book = Workbook()
        self._names = SheetNames()

    def fill(self) -> None:
        """Write every sheet."""
        analyses = list(self.paper.analyses())
        cover: Any = self.book.active
        cover.title = self._names.take(_("Cover"))
        self._page(cover)
        messages = self._sheet(_("Key messages"))
        sheets = [self._sheet(analysis.title) for analysis in analyses]
        ethics, data = self._sheet(_("How people were asked")), self._sheet(_("Data"))
        questions = [(sheet, analysis.question) for sheet, analysis in zip(sheets, analyses, strict=True)]
        self._cover(cover, [(messages, ""), *questions, (ethics, ""), (data, "")])
        self._messages(messages)
        for sheet, analysis in zip(sheets, analyses, strict=True):
            self._analysis(sheet, analysis)
        self._lines(ethics, _("How people were asked"), self.paper.ethics)
        _data(data, analyses)

    def _sheet(self, title: str) -> Any:
        sheet: Any = self.book.create_sheet(self._names.take(title))
        self._page(sheet)
        return sheet

    def _page(self, sheet: Any) -> None:
        """A page as it is printed: A4 across, as wide as the paper, with title, sheet and page at the foot."""
        sheet.sheet_view.showGridLines = False
        sheet.sheet_view.rightToLeft = self.paper.right_to_left
        sheet.page_setup.orientation = "landscape"
        sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
        sheet.page_setup.fitToHeight = 0
        sheet.sheet_properties.pageSetUpPr.fitToPage = True
        sheet.print_options.horizontalCentered = False
        sheet.oddFooter.left.text = _footer(self.paper.title)
        sheet.oddFooter.center.text = _footer(self.paper.level)
        sheet.oddFooter.right.text = "&P / &N"
        for part in (sheet.oddFooter.left, sheet.oddFooter.center, sheet.oddFooter.right):
            part.size = 8

    def _cover(self, sheet: Any, contents: Sequence[tuple[Any, str]]) -> None:
        sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 34, 90
        put(sheet, 1, 1, self.paper.title, TITLE)
        put(sheet, 2, 1, self.paper.subtitle, SMALL)
        row = 4
        for head, said in self.paper.scope:
            put(sheet, row, 1, head, STRONG)
            put(sheet, row, 2, said, PLAIN, wrap=True)
            row += 1
        row = _heading(sheet, row + 1, _("Before you read"))
        for caveat in self.paper.caveats:
            put(sheet, row, 1, "•", PLAIN).alignment = Alignment(horizontal="right", vertical="top")
            put(sheet, row, 2, caveat, PLAIN, wrap=True)
            row += 1
        row = _heading(sheet, row + 1, _("Contents"))
        for there, question in contents:
            cell = put(sheet, row, 1, there.title, LINK)
            quoted = there.title.replace("'", "''")
            cell.hyperlink = Hyperlink(ref=cell.coordinate, location=f"'{quoted}'!A1")
            put(sheet, row, 2, question, PLAIN, wrap=True)
            row += 1

    def _messages(self, sheet: Any) -> None:
        sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 4, 120
        put(sheet, 1, 1, _("Key messages"), HEADING)
        for row, message in enumerate(self.paper.messages, 3):
            warn = message.level == "warn"
            put(sheet, row, 1, "⚠" if warn else "•", WARN if warn else PLAIN)
            put(sheet, row, 2, message.text, WARN if warn else PLAIN, wrap=True)

    def _lines(self, sheet: Any, title: str, lines: Sequence[str]) -> None:
        sheet.column_dimensions["A"].width = 124
        put(sheet, 1, 1, title, HEADING)
        for row, line in enumerate(lines, 3):
            put(sheet, row, 1, line, PLAIN, wrap=True)

    def _analysis(self, sheet: Any, analysis: Analysis) -> None:
        put(sheet, 1, 1, analysis.title, HEADING)
        put(sheet, 2, 1, analysis.question, SMALL)
        row = 4
        if analysis.empty:
            put(sheet, row, 1, analysis.empty, PLAIN)
            return
        for message in analysis.messages:
            put(sheet, row, 1, message.text, WARN if message.level == "warn" else PLAIN)
            row += 1
        for table in analysis.tables:
            row = _table(sheet, table, row + 1)
        put(sheet, row + 1, 1, analysis.method, SMALL)
        self._figures(sheet, analysis, row + 3)

    def _figures(self, sheet: Any, analysis: Analysis, row: int) -> None:
        """Charts below the tables; the numbers they draw stand beside the page, to the right of it, not printed."""
        from_column = max([len(table.columns) for table in analysis.tables] or [1]) + 3
        drawn = [figure for figure in analysis.figures if not isinstance(figure.chart, MatrixChart)]
        for at, figure in enumerate(drawn):
            if at % 2 == 0:
                sheet.row_breaks.append(Break(id=row - 1))
            put(sheet, row, 1, f"{figure.title}. {figure.subtitle}" if figure.subtitle else figure.title, STRONG)
            if isinstance(figure.chart, NetworkChart):
                row = self._picture(sheet, figure, analysis, row + 1)
                continue
            chart = native(sheet, figure, row, from_column)
            if chart is not None:
                sheet.add_chart(chart, f"A{row + 1}")
                row += ROWS_OF_CHART + 2
        last = get_column_letter(max(from_column - 2, 8))
        sheet.print_area = f"A1:{last}{max(row, sheet.max_row)}"

    def _picture(self, sheet: Any, figure: Figure, analysis: Analysis, row: int) -> int:
        (png,) = pictures([svg_of(figure, analysis, self.paper.look)])
        image = Image(BytesIO(png))
        image.width, image.height = round(image.width / 2), round(image.height / 2)
        sheet.add_image(image, f"A{row}")
        put(sheet, row + round(image.height / 20) + 1, 1, figure.alt, SMALL)
        return row + round(image.height / 20) + 3


def _heading(sheet: Any, row: int, text: str) -> int:
    put(sheet, row, 1, text, HEADING)
    return row + 1


def _footer(text: str) -> str:
    return visible(text).replace("&", "&&")[:100]


def _table(sheet: Any, table: ResultTable, row: int) -> int:
    """A table with its title; returns the row behind it."""
    put(sheet, row, 1, table.title, STRONG)
    head = row + 1
    for at, column in enumerate(table.columns, 1):
        wide = 34 if at == 1 else 22 if column.kind == "text" else 13
        letter = get_column_letter(at)
        sheet.column_dimensions[letter].width = max(sheet.column_dimensions[letter].width or 0, wide)
        cell = put(sheet, head, at, column.title, STRONG, wrap=True)
        cell.fill, cell.border = HEAD_FILL, HEAD_LINE
        cell.alignment = Alignment(
            wrap_text=True, vertical="top", horizontal=None if column.kind == "text" else "right"
        )
    for at, cells in enumerate(table.rows, head + 1):
        for number, (cell, column) in enumerate(zip(cells, table.columns, strict=True), 1):
            _figure(sheet, at, number, cell, column)
    last = head + len(table.rows)
    _formats(sheet, table, head + 1, last)
    if sheet.print_title_rows is None and len(table.rows) > ROWS_OF_A_PAGE:
        sheet.print_title_rows = f"{head}:{head}"
    return last + 1


def _figure(sheet: Any, row: int, number: int, cell: Cell, column: Column) -> None:
    right = column.kind != "text"
    made = put(sheet, row, number, *_shown(cell), wrap=not right)
    if cell.hidden:
        made.fill = HATCH
    elif cell.tone in TONES and cell.weight is None:
        made.fill = TONES[cell.tone]
    if isinstance(made.value, int | float):
        made.number_format = FORMATS.get(column.kind, "0." + "0" * column.decimals if column.decimals else "0")
    made.border = LINE
    if right:
        made.alignment = Alignment(horizontal="right", vertical="top")


def _shown(cell: Cell) -> tuple[Any, Font]:
    if cell.hidden:
        return _("hidden"), ABSENT
    if isinstance(cell.said, TooFew):
        return reason(cell.said), ABSENT
    return ("–", ABSENT) if cell.said is None else (cell.said, PLAIN)


def _formats(sheet: Any, table: ResultTable, first: int, last: int) -> None:
    """Conditional formats: a ramp over the shaded cells of a matrix, grey where there is no number."""
    shaded = [
        at for at, _column in enumerate(table.columns, 1) if any(row[at - 1].weight is not None for row in table.rows)
    ]
    if not shaded or last < first:
        return
    # The stubs of openpyxl leave these two without types.
    scale: Any = rule.ColorScaleRule
    formula: Any = rule.FormulaRule
    area = f"{get_column_letter(shaded[0])}{first}:{get_column_letter(shaded[-1])}{last}"
    ramp = scale(start_type="min", start_color="FFFDF0E4", end_type="max", end_color="FFE06C14")
    sheet.conditional_formatting.add(area, ramp)
    corner = f"{get_column_letter(shaded[0])}{first}"
    absent = formula(formula=[f"ISTEXT({corner})"], font=Font(italic=True, color=MUTED))
    sheet.conditional_formatting.add(area, absent)


def _data(sheet: Any, analyses: Sequence[Analysis]) -> None:
    """Every figure in a row of its own: what a pivot table wants."""
    heads = (
        _("Analysis"),
        _("Table"),
        _("Row"),
        _("Column"),
        _("Value"),
        _("Said"),
        _("n"),
        _("Interval from"),
        _("Interval to"),
    )
    for at, (head, wide) in enumerate(zip(heads, (28, 30, 34, 26, 12, 26, 8, 10, 10), strict=True), 1):
        put(sheet, 1, at, head, STRONG)
        sheet.column_dimensions[get_column_letter(at)].width = wide
    row = 1
    for values in _tidy(analyses):
        row += 1
        for at, value in enumerate(values, 1):
            put(sheet, row, at, value, PLAIN).number_format = "0.###" if isinstance(value, float) else "General"
    sheet.freeze_panes = "A2"
    sheet.print_title_rows = "1:1"
    if row > 1:
        made = ExcelTable(displayName="CamiData", ref=f"A1:{get_column_letter(len(heads))}{row}")
        made.tableStyleInfo = TableStyleInfo(name="TableStyleLight9", showRowStripes=True)
        sheet.add_table(made)


def _tidy(analyses: Sequence[Analysis]) -> Iterator[list[Any]]:
    for analysis in analyses:
        for table in analysis.tables:
            for cells in table.rows:
                name = cells[0].said if isinstance(cells[0].said, str) else ""
                for cell, column in zip(cells[1:], table.columns[1:], strict=True):
                    yield [analysis.title, table.title, name, column.title, *_values(cell)]


def _values(cell: Cell) -> list[Any]:
    figure = cell.said if isinstance(cell.said, int | float) else None
    said = cell.said if isinstance(cell.said, str) else None
    if cell.hidden:
        said = _("hidden")
    elif isinstance(cell.said, TooFew):
        said = reason(cell.said)
    low, high = (cell.interval.low, cell.interval.high) if cell.interval and not cell.hidden else (None, None)
    return [figure, said, cell.n, low, high]
