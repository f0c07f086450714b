"""What the workbook says is what other programs read: LibreOffice, calamine and openpyxl, cell by cell."""

from __future__ import annotations

import csv
import io
import shutil
import subprocess
import zipfile
from datetime import date, datetime, time
from pathlib import Path

import pytest
from openpyxl import load_workbook
from python_calamine import CalamineWorkbook

from cami_survey.analysis.tables import Row
from cami_survey.exports.workbook import write

from .books import book, table

OFFICE = shutil.which("soffice") or shutil.which("libreoffice")
TEXTS = [
    "0012",
    "=1+1",
    "+996",
    "-5",
    "@home",
    "#N/A",
    "Снежный барс",
    "a & b < c > d",
    ' "x" ',
    "_x0041_",
    "1e5",
    "🐆",
]
ROWS: list[Row] = [
    [text, number, number / 8, date(2026, 1 + number, 2), datetime(2026, 2, 28, 8, 30, number), time(8, number)]
    for number, text in enumerate(TEXTS[:11])
]
COLUMNS = ["text", "whole", "decimal", "day", "moment", "hour"]


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """A workbook with these rows, each twice, so that texts are shared."""
    write(tmp_path / "out.xlsx", book(table("t", COLUMNS, *ROWS, *ROWS)))
    return tmp_path / "out.xlsx"


def test_openpyxl_and_calamine_read_every_cell(target: Path) -> None:
    sheet = load_workbook(target)["t"]
    plain = [list(row[1:]) for row in sheet.iter_rows(min_row=2, values_only=True)]
    other = [row[1:] for row in CalamineWorkbook.from_path(target).get_sheet_by_name("t").to_python()[1:]]
    for row, read, again in zip([*ROWS, *ROWS], plain, other, strict=True):
        text, number, part, day, moment, hour = row
        assert [str(read[0]).replace("_x005F_", "_"), *read[1:3]] == [text, number, part]
        assert read[3:] == [datetime.combine(day, time()), moment, hour]  # type: ignore[arg-type]
        assert [str(again[0]).replace("_x005F_", "_"), *again[1:]] == [text, number, part, day, moment, hour]


def test_cells_and_rows_are_in_order_and_texts_that_repeat_are_shared(target: Path) -> None:
    with zipfile.ZipFile(target) as archive:
        assert archive.testzip() is None
        shared = archive.read("xl/sharedStrings.xml").decode()
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    assert shared.count("Снежный барс") == 1
    assert "Снежный барс" not in sheet
    assert sheet.index('r="A2"') < sheet.index('r="B2"') < sheet.index('r="A3"')


@pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not installed")
def test_libreoffice_reads_every_cell(target: Path, tmp_path: Path) -> None:
    assert OFFICE is not None
    profile = (tmp_path / "profile").as_uri()
    subprocess.run(
        [
            *(OFFICE, f"-env:UserInstallation={profile}", "--headless", "--convert-to"),
            "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true",
            *("--outdir", str(tmp_path), str(target)),
        ],
        check=True,
        capture_output=True,
        timeout=120,
    )
    found = list(csv.reader(io.StringIO((tmp_path / "out.csv").read_text(encoding="utf-8"), newline="")))
    assert [row[1] for row in found[1:]] == [row[0] for row in [*ROWS, *ROWS]]
    assert found[1][2:] == ["0", "0", "2026-01-02", "2026-02-28 08:30:00", "08:00:00"]
    assert found[4][2:] == ["3", "0.375", "2026-04-02", "2026-02-28 08:30:03", "08:03:00"]
