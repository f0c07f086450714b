"""Papers hold what the analyses say, in each format, and open without repair."""

from __future__ import annotations

import shutil
import subprocess
import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from docx.oxml.ns import qn
from lxml import etree
from openpyxl import load_workbook
from python_calamine import CalamineWorkbook

from cami_survey.analysis.cells import spoken
from cami_survey.analysis.methods.findings import Interval, TooFew
from cami_survey.analysis.results import (
    Analysis,
    BarChart,
    Cell,
    Column,
    DotChart,
    DotLine,
    Figure,
    GridChart,
    Mark,
    MatrixChart,
    Message,
    NetworkChart,
    Node,
    Point,
    ResultTable,
    Tie,
)
from cami_survey.base import texts
from cami_survey.exports.drawing.canvas import advance
from cami_survey.exports.papers import consultation, document, excelcharts, typeset
from cami_survey.exports.papers.columns import PAGE, fit
from cami_survey.exports.papers.paper import Chapter, Paper, printed

TABLE = ResultTable(
    "gaps",
    "Gaps by species",
    (
        Column("name", "Species"),
        Column("gap", "Gap", "number"),
        Column("share", "Share", "percent"),
        Column("n", "n", "count"),
        Column("advice", "Advice"),
    ),
    (
        (
            Cell("Argali"),
            Cell(2.75, 9, Interval(2.0, 3.5), weight=0.7),
            Cell(0.25, 40, Interval(0.142, 0.402)),
            Cell(40, 40),
            Cell("=SUM(1)"),
        ),
        (Cell("Saiga"), Cell(TooFew("too few", 2, 5), 2), Cell(None, hidden=True), Cell(0, 0), Cell("−")),
    ),
)
MATRIX = ResultTable(
    "m", "Matrix", (Column("s", "Species"), *(Column(f"c{at}", f"Threat {at}", "number") for at in range(12))), ()
)
GRID = GridChart("Interest", "Influence", (1, 5), (3.5, 3.5), ("a", "b", "c", "d"), (Point("Rangers", 4, 4.5, 12),))
DOTS = DotChart(("now", "wanted"), (1, 5), ("low", "high"), (DotLine("Law", (Mark(0, 2.0), Mark(1, 4.5)), 9),))
BARS = BarChart(("Wolf", "Winter"), ("Sheep",), ((3,), (12,)), (20, 21))
LINKS = NetworkChart((Node("a", "Border guard", 1), Node("b", "Herders", 0)), (Tie("a", "b", True),))
FIGURES = (
    Figure("grid", "Who decides", "n = 12", GRID, "Rangers decide"),
    Figure("dots", "What matters", "", DOTS, "Law lags"),
    Figure("bars", "Losses", "", BARS, "Winter takes most"),
    Figure("net", "Links", "", LINKS, "Two are linked"),
    Figure("matrix", "Where", "", MatrixChart("gaps", "0", "4"), "Argali has the widest gap"),
)
ANALYSIS = Analysis(
    "gaps",
    "Gaps",
    "Where are the gaps?",
    40,
    (TABLE, MATRIX),
    FIGURES,
    (Message("Argali comes first.", n=40), Message("Few answers on saiga.", "warn")),
    "Need less cover.",
)
PAPER = Paper(
    "Ala-Too & friends",
    "For the meeting",
    (("Interviews", "40"), ("Countries", "Kyrgyzstan")),
    ("Nobody was drawn at random.",),
    (Message("Argali comes first."), Message("Few answers on saiga.", "warn")),
    (Chapter("Coverage", (ANALYSIS, Analysis("none", "Losses", "What is lost?", 0, empty="Nobody was asked."))),),
    ("People agreed.",),
    "For the team",
    "en",
    False,
    datetime(2026, 11, 28, tzinfo=UTC),
)
RTL = replace(PAPER, language="fa", right_to_left=True)
OFFICE = shutil.which("soffice")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("papers")
    consultation.write(folder / "paper.xlsx", PAPER)
    document.write(folder / "paper.docx", PAPER)
    typeset.write(folder / "paper.pdf", PAPER)
    return folder


def test_the_workbook_has_a_sheet_for_everything(made: Path) -> None:
    book = load_workbook(made / "paper.xlsx")
    assert book.sheetnames == ["Cover", "Key messages", "Gaps", "Losses", "How people were asked", "Data"]
    cover = [[cell.value for cell in row] for row in book["Cover"].iter_rows()]
    assert cover[0][0] == "Ala-Too & friends"
    assert ["Interviews", "40"] in cover
    assert ["Gaps", "Where are the gaps?"] in cover
    links = [cell.hyperlink.location for row in book["Cover"].iter_rows() for cell in row if cell.hyperlink]
    assert "'Gaps'!A1" in links


def test_figures_are_numbers_in_the_workbook_and_formulas_stay_text(made: Path) -> None:
    rows = [tuple(cell.value for cell in row[:9]) for row in load_workbook(made / "paper.xlsx")["Gaps"].iter_rows()]
    assert ("Argali", 2.75, 2, 3.5, 0.25, 0.142, 0.402, 40, "=SUM(1)") in rows
    assert ("Saiga", "too few to say (2 answers)", None, None, "hidden", None, None, 0, "−") in rows
    cells = [
        cell
        for row in load_workbook(made / "paper.xlsx")["Gaps"].iter_rows()
        for cell in row
        if cell.value == "=SUM(1)"
    ]
    assert {cell.data_type for cell in cells} == {"s"}


def test_charts_are_those_of_excel_and_matrices_are_shaded_by_rule(made: Path) -> None:
    sheet: Any = load_workbook(made / "paper.xlsx")["Gaps"]
    assert [type(chart).__name__ for chart in sheet._charts] == ["ScatterChart", "BarChart", "BarChart"]
    assert len(sheet._images) == 1
    assert any(rule.type == "colorScale" for area in sheet.conditional_formatting for rule in area.rules)


def test_ends_of_intervals_have_narrow_columns_and_no_shades(tmp_path: Path) -> None:
    alone = replace(PAPER, chapters=(Chapter("Coverage", (replace(ANALYSIS, tables=(TABLE,), figures=()),)),))
    consultation.write(tmp_path / "paper.xlsx", alone)
    sheet: Any = load_workbook(tmp_path / "paper.xlsx")["Gaps"]
    head = next(row for row in sheet.iter_rows() if row[0].value == "Species")
    assert [cell.value for cell in head[:9]] == ["Species", "Gap", "from", "to", "Share", "from", "to", "n", "Advice"]
    assert [sheet.column_dimensions[letter].width for letter in "BCDEFG"] == [14, 8, 8, 14, 8, 8]
    assert {str(area.sqref)[0] for area in sheet.conditional_formatting} == {"B"}
    below = sheet.row_dimensions[head[0].row + 1]
    assert below.height == 15, "decimals that nobody sees make no second line"
    assert sheet.print_title_rows == f"${head[0].row}:${head[0].row}", "the head of the only table is on every page"


def test_tidy_data_has_a_row_per_figure(made: Path) -> None:
    sheet: Any = load_workbook(made / "paper.xlsx")["Data"]
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[1] == ("Gaps", "Gaps by species", "Argali", "Gap", 2.75, None, 9, 2, 3.5)
    assert rows[6] == ("Gaps", "Gaps by species", "Saiga", "Share", None, "hidden", None, None, None)
    assert list(sheet.tables) == ["CamiData"]


def test_every_sheet_prints_on_a4_and_says_who_may_read_it(made: Path) -> None:
    for sheet in load_workbook(made / "paper.xlsx").worksheets:
        setup: Any = sheet
        assert (setup.page_setup.orientation, setup.page_setup.fitToHeight) == ("landscape", 0)
        assert setup.sheet_properties.pageSetUpPr.fitToPage
        assert setup.oddFooter.center.text == "For the team"


def test_another_reader_sees_the_same_values(made: Path) -> None:
    rows = CalamineWorkbook.from_path(made / "paper.xlsx").get_sheet_by_name("Gaps").to_python()
    assert ["Argali", 2.75, 2.0, 3.5, 0.25, 0.142, 0.402, 40.0, "=SUM(1)"] in [row[:9] for row in rows]


def test_the_document_has_styles_captions_and_alternative_texts(made: Path) -> None:
    opened = Document(str(made / "paper.docx"))
    told = [(paragraph.style.name, paragraph.text) for paragraph in opened.paragraphs if paragraph.style]
    assert ("Title", "Ala-Too & friends") in told
    assert ("Heading 1", "Coverage") in told
    assert ("Heading 2", "Gaps") in told
    assert ("Caption", "Figure 1. Who decides. n = 12") in told
    assert ("Caption", "Table 1. Gaps by species") in told
    assert ("List Bullet", "⚠ Few answers on saiga.") in told
    shapes = [shape._inline.docPr.get("descr") for shape in opened.inline_shapes]
    assert shapes == [figure.alt for figure in FIGURES]


def test_tables_of_the_document_say_intervals_and_what_is_missing(made: Path) -> None:
    table = Document(str(made / "paper.docx")).tables[1]
    rows = [[cell.text for cell in row.cells] for row in table.rows]
    assert rows == [
        ["Species", "Gap", "Share", "n", "Advice"],
        ["Argali", "2.8 (2.0–3.5)", "25 % (14–40)", "40", "=SUM(1)"],
        ["Saiga", "too few to say (2 answers)", "hidden", "0", "−"],
    ]


def test_the_document_is_in_order_of_its_schema(made: Path) -> None:
    """Word repairs a table whose properties stand in another order than the standard's."""
    with zipfile.ZipFile(made / "paper.docx") as archive:
        body = etree.fromstring(archive.read("word/document.xml"))
    order = ["tblStyle", "bidiVisual", "tblW", "tblLayout", "tblLook", "tblCaption"]
    for properties in body.iter(qn("w:tblPr")):
        found = [order.index(etree.QName(child).localname) for child in properties]
        assert found == sorted(found)


def test_a_right_to_left_paper_runs_from_the_right(tmp_path: Path) -> None:
    consultation.write(tmp_path / "paper.xlsx", RTL)
    assert all(sheet.sheet_view.rightToLeft for sheet in load_workbook(tmp_path / "paper.xlsx").worksheets)
    document.write(tmp_path / "paper.docx", RTL)
    with zipfile.ZipFile(tmp_path / "paper.docx") as archive:
        body = etree.fromstring(archive.read("word/document.xml"))
    assert len(list(body.iter(qn("w:bidiVisual")))) == 2
    paragraphs = [found for found in body.iter(qn("w:p")) if found.find(f".//{qn('w:t')}") is not None]
    assert all(found.find(f"{qn('w:pPr')}/{qn('w:bidi')}") is not None for found in paragraphs)
    assert "dir: rtl" in typeset.source(RTL)


def test_the_pdf_is_tagged_and_names_itself(made: Path) -> None:
    content = (made / "paper.pdf").read_bytes()
    assert content.startswith(b"%PDF-1.")
    assert b"/StructTreeRoot" in content
    assert b"/Lang" in content


def test_words_stay_words_whatever_is_in_them(tmp_path: Path) -> None:
    nasty = '#panic("x") \\ $a$ *b* "q" <script> [x] \x00'
    analysis = replace(ANALYSIS, title=nasty, messages=(Message(nasty),), method=nasty)
    paper = replace(PAPER, title=nasty, chapters=(Chapter(nasty, (analysis,)),))
    typeset.write(tmp_path / "paper.pdf", paper)
    document.write(tmp_path / "paper.docx", paper)
    consultation.write(tmp_path / "paper.xlsx", paper)
    assert Document(str(tmp_path / "paper.docx")).paragraphs[0].text.startswith('#panic("x") \\ $a$')


def test_what_does_not_fit_on_a_page_is_left_to_the_workbook() -> None:
    assert printed(MATRIX) == (None, "The table “Matrix” is too wide for a page; it is in the workbook.")
    long = replace(TABLE, rows=TABLE.rows * 30)
    shown, said = printed(long)
    assert shown is not None
    assert (len(shown.rows), said) == (40, "20 more rows are in the workbook.")


def test_figures_are_spoken_in_the_language_of_the_reader() -> None:
    texts.set_language("ru")
    try:
        assert spoken(TABLE.rows[0][1], TABLE.columns[1]) == "2,8 (2,0–3,5)"
    finally:
        texts.set_language("en")


@pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not installed")
@pytest.mark.parametrize("name", ["paper.xlsx", "paper.docx"])
def test_an_office_program_opens_it_and_prints_pages(made: Path, tmp_path: Path, name: str) -> None:
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [str(OFFICE), profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), str(made / name)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    pages = (tmp_path / "paper.pdf").read_bytes()
    assert pages.startswith(b"%PDF")
    assert pages.count(b"/Type/Page") + pages.count(b"/Type /Page") >= 4


def test_points_whose_names_would_lie_on_each_other_have_numbers_and_a_key() -> None:
    near = replace(GRID, points=tuple(Point(name, 4, 4.5, 12) for name in ("Rangers", "Herders")))
    assert excelcharts.key(GRID) == ""
    assert excelcharts.key(near) == "1 Rangers; 2 Herders"


def test_a_sheet_is_printed_without_the_numbers_of_its_charts_and_whole_sentences(made: Path) -> None:
    sheet: Any = load_workbook(made / "paper.xlsx")["Gaps"]
    assert sheet.print_area.startswith("'Gaps'!$A$1:$M$")
    merged = {str(area) for area in sheet.merged_cells.ranges}
    assert "A4:M4" in merged, "a message is as wide as the table below it"
    tops = [chart.anchor._from.row for chart in sheet._charts]
    breaks = [one.id for one in sheet.row_breaks.brk]
    assert breaks
    assert not [(top, one) for top in tops for one in breaks if top < one < top + 19], "no chart is torn"


def test_what_is_too_small_to_be_shown_is_not_called_nothing() -> None:
    column = Column("p", "p", "number", 3)
    assert [spoken(Cell(value), column) for value in (0.0001, 0.0, 0.02, 7)] == ["< 0.001", "0.000", "0.020", "7"]


def test_a_narrow_column_has_room_for_its_longest_word() -> None:
    columns = (Column("name", "Organisation"), *(Column(f"c{at}", "Respondents", "count") for at in range(4)))
    long = ResultTable("t", "T", (*columns, Column("how", "How")), ((Cell("x"), *[Cell(1)] * 4, Cell("word " * 40)),))
    found = fit(long)
    assert min(found.widths[1:5]) > 10 * advance("Respondents", 600)
    assert found.widths[5] == max(found.widths)


def test_letters_are_as_small_as_the_words_of_a_wide_table_need() -> None:
    assert fit(TABLE).scale == 1
    columns = tuple(Column(f"c{at}", "Respondents") for at in range(8))
    wide = ResultTable("t", "T", columns, (tuple(Cell("word") for _column in columns),))
    found = fit(wide)
    assert 0.8 <= found.scale < 1
    assert sum(found.widths) <= 10 * PAGE / found.scale + len(columns)
    assert min(found.widths) > 10 * advance("Respondents", 600)
    assert len(set(found.widths)) == 1


def test_a_column_of_sentences_takes_the_room_that_short_words_leave() -> None:
    """Sentences of 170 letters beside five other columns stay within a few lines."""
    columns = tuple(
        Column(f"c{at}", head) for at, head in enumerate(("Organisation", "Kind", "Advice", "How", "Themes"))
    )
    row = (Cell("Naryn Mountain Reserve"), Cell("Protected area administration"), Cell("keep satisfied"))
    sentence = Cell("Invite for knowledge and send the draft before. " * 4)
    found = fit(ResultTable("t", "T", columns, ((*row, sentence, Cell("1.2 Overgrazing; 3 Exchange of knowledge")),)))
    assert 10 * advance(str(sentence.said), 400) / found.widths[3] < 6


def test_a_paper_without_messages_has_no_heading_for_them(tmp_path: Path) -> None:
    silent = replace(PAPER, messages=())
    assert "Key messages" in typeset.source(PAPER)
    assert "Key messages" not in typeset.source(silent)
    document.write(tmp_path / "paper.docx", silent)
    assert "Key messages" not in [one.text for one in Document(str(tmp_path / "paper.docx")).paragraphs]
    consultation.write(tmp_path / "paper.xlsx", silent)
    book = load_workbook(tmp_path / "paper.xlsx")
    assert "Key messages" not in [*book.sheetnames, *[cell.value for cell in book["Cover"]["A"]]]


def test_the_data_for_pivots_are_not_printed_whole_and_the_cover_says_so(tmp_path: Path) -> None:
    rows = replace(TABLE, rows=TABLE.rows * 30)
    long = replace(PAPER, chapters=(Chapter("Coverage", (replace(ANALYSIS, tables=(rows,), figures=()),)),))
    consultation.write(tmp_path / "paper.xlsx", long)
    book: Any = load_workbook(tmp_path / "paper.xlsx")
    assert book["Data"].max_row > 200
    assert book["Data"].print_area == "'Data'!$A$1:$I$30"
    assert any("Only its first rows are printed" in str(cell.value) for cell in book["Cover"]["B"])


def test_numbers_of_pages_and_figures_have_the_digits_of_the_language() -> None:
    texts.set_language("fa")
    try:
        assert 'numbering: "۱"' in typeset.source(RTL)
    finally:
        texts.set_language("en")
