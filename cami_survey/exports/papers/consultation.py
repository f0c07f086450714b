"""A paper as an Excel workbook: cover, key messages, a sheet per analysis with its charts, and tidy data for pivots."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from io import BytesIO
from math import ceil
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.drawing.image import Image
from openpyxl.formatting import rule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.table import Table as ExcelTable
from openpyxl.worksheet.table import TableStyleInfo

from cami_survey.analysis.cells import least_shown, reason, spoken
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
from cami_survey.base import collecting
from cami_survey.base.heeding import begun, heed
from cami_survey.base.texts import _
from cami_survey.exports.cells import visible
from cami_survey.exports.papers.excelcharts import MUTED, SMALL, WRAP, key, native, put
from cami_survey.exports.papers.excelpages import Pages
from cami_survey.exports.papers.excelsaving import save
from cami_survey.exports.papers.paper import Paper, svg_of
from cami_survey.exports.papers.pictures import pictures
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
FORMATS = {"count": "#,##0", "percent": "0%", "level": "0"}
NUMBERS = Alignment(horizontal="right", vertical="top", wrap_text=True, indent=1)
ROWS_OF_CHART = 19
ROWS_OF_A_PAGE = 30
# So many are printed at least: a chart is as wide.
FEWEST_COLUMNS = 7
LONG_TEXT = 44
# What the names of the columns with the ends of intervals end with.
FROM, TO = "_from", "_to"
# How much wider bold letters are.
BOLD = 1.2


def write(target: Path, paper: Paper) -> None:
    """Write the paper as .xlsx. UserError when the file cannot be written; an older file is then as it was."""
    writer = _Writer(paper)
    with collecting.paused():
        writer.fill()
        with replacing(target) as partial:
            save(writer.book, partial)


class _Writer:
    def __init__(self, paper: Paper) -> None:
        self.paper = paper
        self.book = Workbook()
        self.book.properties.creator = "CAMI Survey"
        self._names = SheetNames()

    def fill(self) -> None:
        """Write every sheet."""
        analyses = list(self.paper.analyses())
        cover: Any = self.book.active
        cover.title = self._names.take(_("Cover"))
        self._page(cover)
        messages = [self._sheet(_("Key messages"))] if self.paper.messages else []
        sheets = [self._sheet(analysis.title) for analysis in analyses]
        ethics, data = self._sheet(_("How people were asked")), self._sheet(_("Data"))
        told = [(sheet, one.title, one.question) for sheet, one in zip(sheets, analyses, strict=True)]
        first = [(sheet, sheet.title, "") for sheet in messages]
        printed = _("Every figure in a row of its own, for pivot tables. Only its first rows are printed.")
        self._cover(cover, [*first, *told, (ethics, ethics.title, ""), (data, data.title, printed)])
        for sheet in messages:
            self._messages(sheet)
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

    def _cover(self, sheet: Any, contents: Sequence[tuple[Any, str, str]]) -> None:
        sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 34, 90
        put(sheet, 1, 1, self.paper.title, TITLE)
        put(sheet, 2, 1, self.paper.subtitle, SMALL)
        row = 4
        for head, said in self.paper.scope:
            put(sheet, row, 1, head, STRONG, wrap=True)
            put(sheet, row, 2, said, PLAIN, wrap=True)
            row += 1
        row = _heading(sheet, row + 1, _("Before you read"))
        for caveat in self.paper.caveats:
            put(sheet, row, 1, "•", PLAIN).alignment = Alignment(horizontal="right", vertical="top")
            put(sheet, row, 2, caveat, PLAIN, wrap=True)
            row += 1
        row = _heading(sheet, row + 1, _("Contents"))
        for there, title, question in contents:
            cell = put(sheet, row, 1, title, LINK, wrap=True)
            quoted = there.title.replace("'", "''")
            cell.hyperlink = Hyperlink(ref=cell.coordinate, location=f"'{quoted}'!A1")
            cell.font = LINK
            put(sheet, row, 2, question, PLAIN, wrap=True)
            row += 1

    def _messages(self, sheet: Any) -> None:
        sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 4, 120
        put(sheet, 1, 1, _("Key messages"), HEADING)
        for row, message in enumerate(self.paper.messages, 3):
            warn = message.level == "warn"
            put(sheet, row, 1, "⚠" if warn else "•", WARN if warn else PLAIN).alignment = WRAP
            put(sheet, row, 2, message.text, WARN if warn else PLAIN, wrap=True)

    def _lines(self, sheet: Any, title: str, lines: Sequence[str]) -> None:
        sheet.column_dimensions["A"].width = 124
        put(sheet, 1, 1, title, HEADING)
        for row, line in enumerate(lines, 3):
            put(sheet, row, 1, line, PLAIN, wrap=True)

    def _analysis(self, sheet: Any, analysis: Analysis) -> None:
        tables = tuple(map(_with_ends, analysis.tables))
        columns = max([FEWEST_COLUMNS, *(len(table.columns) for table in tables)])
        for table in tables:
            _widen(sheet, table)
        pages = Pages(sheet, columns)
        put(sheet, 1, 1, analysis.title, HEADING)
        row = pages.say(2, analysis.question, SMALL) + 1
        if analysis.empty:
            pages.say(row, analysis.empty, PLAIN)
            return
        for message in analysis.messages:
            row = pages.say(row, message.text, WARN if message.level == "warn" else PLAIN)
        heads: list[int] = []
        for table in tables:
            first, row = row + 1, _table(sheet, table, row + 1)
            heads.append(first + 1)
            if len(heads) > 1:
                pages.keep(first, row - 1 if len(table.rows) <= ROWS_OF_A_PAGE else first + 3)
        row = pages.say(row + 1, analysis.method, SMALL)
        sheet.print_title_rows = _repeated(tables, heads)
        self._figures(sheet, analysis, row + 1, pages, columns)

    def _figures(self, sheet: Any, analysis: Analysis, row: int, pages: Pages, columns: int) -> None:
        """Charts below the tables; the numbers they draw stand beside the page, to the right of it, not printed."""
        drawn = [figure for figure in analysis.figures if not isinstance(figure.chart, MatrixChart)]
        for figure in drawn:
            first = row
            title = f"{figure.title}. {figure.subtitle}" if figure.subtitle else figure.title
            row = pages.say(row, title, STRONG)
            if isinstance(figure.chart, NetworkChart):
                row = self._picture(sheet, figure, analysis, row, pages)
            elif (chart := native(sheet, figure, first, columns + 2)) is not None:
                sheet.add_chart(chart, f"A{row}")
                row += ROWS_OF_CHART
                if names := key(figure.chart):
                    row = pages.say(row, names, SMALL)
            pages.keep(first, row - 1)
            row += 1
        sheet.print_area = f"A1:{get_column_letter(columns)}{row}"

    def _picture(self, sheet: Any, figure: Figure, analysis: Analysis, row: int, pages: Pages) -> int:
        drawn = svg_of(figure, analysis, self.paper.look)
        (png,) = begun(lambda: pictures([drawn]))()
        image = Image(BytesIO(png))
        image.width, image.height = round(image.width / 2), round(image.height / 2)
        sheet.add_image(image, f"A{row}")
        return pages.say(row + round(image.height / 20) + 1, figure.alt, SMALL)


def _heading(sheet: Any, row: int, text: str) -> int:
    put(sheet, row, 1, text, HEADING)
    return row + 1


def _footer(text: str) -> str:
    return visible(text).replace("&", "&&")[:100]


def _with_ends(table: ResultTable) -> ResultTable:
    """The table with the ends of intervals in columns of their own, so that each cell is a number."""
    columns: list[Column] = []
    rows: list[list[Cell]] = [[] for _row in table.rows]
    for at, column in enumerate(table.columns):
        ended = any(row[at].interval is not None for row in table.rows)
        names = (f"{column.name}{FROM}", _("from")), (f"{column.name}{TO}", _("to"))
        columns += [column, *(replace(column, name=name, title=title) for name, title in names if ended)]
        for made, row in zip(rows, table.rows, strict=True):
            interval = row[at].interval
            ends = (interval.low, interval.high) if interval is not None else ("", "")
            made += [row[at], *(Cell(end if isinstance(end, str) else float(end)) for end in ends if ended)]
    return replace(table, columns=tuple(columns), rows=tuple(map(tuple, rows)))


def _widen(sheet: Any, table: ResultTable) -> None:
    """Make the columns as wide as the words of a table need."""
    for at, column in enumerate(table.columns, 1):
        wide = 34 if at == 1 else 24 if column.kind == "text" else 8 if column.name.endswith((FROM, TO)) else 14
        longest = max((len(spoken(row[at - 1], column)) for row in table.rows), default=0)
        if column.kind == "text" and longest > LONG_TEXT:
            wide = LONG_TEXT
        wide = max(wide, *(ceil(BOLD * len(word)) + 2 for word in column.title.split()))
        letter = get_column_letter(at)
        before = sheet.column_dimensions[letter].width if letter in sheet.column_dimensions else 0
        sheet.column_dimensions[letter].width = max(before, wide)


def _table(sheet: Any, table: ResultTable, row: int) -> int:
    """A table with its title; returns the row behind it."""
    put(sheet, row, 1, table.title, STRONG)
    head = row + 1
    for at, column in enumerate(table.columns, 1):
        cell = put(sheet, head, at, column.title, STRONG, wrap=True)
        cell.fill, cell.border, cell.alignment = HEAD_FILL, HEAD_LINE, _placed(column)
    for at, cells in enumerate(table.rows, head + 1):
        heed()
        for number, (cell, column) in enumerate(zip(cells, table.columns, strict=True), 1):
            _figure(sheet, at, number, cell, column)
    last = head + len(table.rows)
    _formats(sheet, table, head + 1, last)
    return last + 1


def _placed(column: Column) -> Alignment:
    """Numbers to the end of their column, a little apart from the words that may begin there."""
    return WRAP if column.kind == "text" else NUMBERS


def _repeated(tables: Sequence[ResultTable], heads: Sequence[int]) -> str | None:
    """The row of the head for every page: of the only table, or of a long one that none of another kind follows."""
    titles = [[column.title for column in table.columns] for table in tables]
    long = next((at for at, table in enumerate(tables) if len(table.rows) > ROWS_OF_A_PAGE or len(tables) == 1), None)
    if long is None or any(title != titles[long] for title in titles[long:]):
        return None
    return f"{heads[long]}:{heads[long]}"


def _figure(sheet: Any, row: int, number: int, cell: Cell, column: Column) -> None:
    made = put(sheet, row, number, *_shown(cell), wrap=True)
    made.alignment = _placed(column)
    if cell.hidden:
        made.fill = HATCH
    elif cell.tone in TONES and cell.weight is None:
        made.fill = TONES[cell.tone]
    if isinstance(made.value, int | float):
        made.number_format = _format(made.value, column)
    made.border = LINE


def _format(value: float, column: Column) -> str:
    if column.kind in FORMATS:
        return FORMATS[column.kind]
    if isinstance(value, int):
        return FORMATS["count"]
    decimals = "0." + "0" * column.decimals if column.decimals else "0"
    return f'"{spoken(Cell(value), column)}"' if 0 < value < least_shown(column) else decimals


def _shown(cell: Cell) -> tuple[Any, Font]:
    if cell.hidden:
        return _("hidden"), ABSENT
    if isinstance(cell.said, TooFew):
        return reason(cell.said), ABSENT
    if cell.said is None:
        return "–", ABSENT
    return None if cell.said == "" else cell.said, PLAIN


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
    area = " ".join(f"{get_column_letter(at)}{first}:{get_column_letter(at)}{last}" for at in shaded)
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
        heed()
        row += 1
        for at, value in enumerate(values, 1):
            put(sheet, row, at, value, PLAIN).number_format = "0.###" if isinstance(value, float) else "General"
    sheet.freeze_panes = "A2"
    sheet.print_area = f"A1:{get_column_letter(len(heads))}{min(row, ROWS_OF_A_PAGE)}"
    if row > 1:
        made: Any = ExcelTable(displayName="CamiData", ref=f"A1:{get_column_letter(len(heads))}{row}")
        made.tableStyleInfo = TableStyleInfo(name="TableStyleLight9", showRowStripes=True)
        # Left to itself openpyxl takes all rows together to find the first.
        made._initialise_columns()
        for column, head in zip(made.tableColumns, heads, strict=True):
            column.name = head
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
