"""The workbook holds what was answered, in Excel's own types, and says what Excel could not hold."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import zipfile
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from openpyxl.cell.cell import ERROR_CODES
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet
from python_calamine import CalamineWorkbook

from cami_survey.analysis.rows import RawRows, ReadRows
from cami_survey.analysis.tables import Column, Table, Value
from cami_survey.analysis.values import integer
from cami_survey.base.errors import UserError
from cami_survey.exports.cells import column_letters, visible
from cami_survey.exports.sheetcells import ERRORS
from cami_survey.exports.workbook import MOST_COLUMNS, write

from .books import book, table


def read(path: Path, sheet: str) -> list[list[Any]]:
    """The cells of a sheet."""
    return [list(row) for row in load_workbook(path)[sheet].iter_rows(values_only=True)]


def sheet_xml(path: Path, number: int = 1) -> str:
    """The XML of a sheet as it lies in the file."""
    with zipfile.ZipFile(path) as archive:
        return archive.read(f"xl/worksheets/sheet{number}.xml").decode()


def written(tmp_path: Path, *values: Value, **more: Any) -> Path:
    """A workbook with one table of one column."""
    target = tmp_path / "out.xlsx"
    write(target, book(table("t", ["q"], *[[value] for value in values])), **more)
    return target


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("Ak-Bulak", "Ak-Bulak"),
        ("0012", "0012"),
        ("Снежный барс", "Снежный барс"),
        ("یوز آسیایی", "یوز آسیایی"),
        ("हिम तेंदुआ", "हिम तेंदुआ"),
        ("🐆 two\nlines\tand a tab ", "🐆 two\nlines\tand a tab "),
        (" spaces ", " spaces "),
        ("TRUE", "TRUE"),
        ("#N/A", "#N/A"),
        (7, 7),
        (-7, -7),
        (2.5, 2.5),
        (-0.125, -0.125),
        (1 / 3, 1 / 3),
        (True, "yes"),
        (False, "no"),
        (date(2026, 2, 28), datetime(2026, 2, 28)),
        (date(1900, 1, 1), datetime(1900, 1, 1)),
        (datetime(2026, 2, 28, 8, 30, tzinfo=UTC), datetime(2026, 2, 28, 8, 30)),
        (time(8, 5), time(8, 5)),
        (None, None),
        ("", None),
    ],
)
def test_a_value_comes_back_as_it_was(tmp_path: Path, value: Value, cell: object) -> None:
    found = read(written(tmp_path, value), "t")[1][1]
    assert (found, type(found)) == (cell, type(cell))


@pytest.mark.parametrize(
    "text", ["=1+1", "+996 555 12", "-5 to -10", "@home", "\tindented", "\rreturn", "-", "=", "\nline"]
)
def test_text_that_looks_like_a_formula_stays_text(tmp_path: Path, text: str) -> None:
    path = written(tmp_path, text, "plain")
    assert read(path, "t")[1][1] == text
    cell = load_workbook(path)["t"]["B2"]
    assert cell.data_type == "s"
    assert cell.quotePrefix
    assert not load_workbook(path)["t"]["B3"].quotePrefix
    with zipfile.ZipFile(path) as archive:
        sheets = [archive.read(name) for name in archive.namelist() if name.startswith("xl/worksheets/")]
    assert all(b"<f" not in xml for xml in sheets)


# A workbook holds many texts: fewer of them with more in each say as much, and writing one costs more than its cells.
@settings(max_examples=max(20, settings().max_examples // 5))
@given(st.lists(st.text(min_size=1, max_size=60), min_size=20, max_size=60))
def test_any_text_comes_back(tmp_path_factory: pytest.TempPathFactory, texts: list[str]) -> None:
    target = tmp_path_factory.mktemp("any") / "out.xlsx"
    write(target, book(table("t", ["q"], *[[text] for text in texts])))
    found = [row[1] for row in read(target, "t")[1:]]
    assert [text.replace("_x005F_", "_") for text in found] == [visible(text) for text in texts]
    with zipfile.ZipFile(target) as archive:
        assert b"<f" not in archive.read("xl/worksheets/sheet1.xml")
    again = CalamineWorkbook.from_path(target).get_sheet_by_name("t").to_python()
    assert len(again) == len(texts) + 1


def test_headings_that_look_like_formulas_stay_text(tmp_path: Path) -> None:
    target = tmp_path / "out.xlsx"
    columns = (Column("_record"), Column("q", '=HYPERLINK("http://x")'), Column("r", "Same"), Column("s", "Same"))
    write(target, book(Table("t", "t", columns, [["r1", "a", "b", "c"]]), headers="labels"))
    assert "<f" not in sheet_xml(target)
    assert read(target, "t")[0] == ["_record", '=HYPERLINK("http://x")', "Same [r]", "Same [s]"]


def test_control_characters_are_shown_and_said(tmp_path: Path) -> None:
    target = tmp_path / "out.xlsx"
    notices = write(target, book(table("t", ["q"], ["a\x00b\x1bc\ud800d\uffff"], ["fine"])))
    assert read(target, "t")[1][1] == "a␀b␛c�d�"
    assert [notice.code for notice in notices] == ["export.controls"]
    assert notices[0].text.startswith("1 text holds control characters")


def test_letters_that_workbooks_use_as_an_escape_are_escaped(tmp_path: Path) -> None:
    assert "_x005F_x0041_" in sheet_xml(written(tmp_path, "_x0041_"))
    assert read(written(tmp_path, "_x_ and a_xyz_"), "t")[1][1] == "_x_ and a_xyz_"


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (999_999_999_999_999, 999_999_999_999_999),
        (2**53 + 1, "9007199254740993"),
        (-(10**17), "-100000000000000000"),
        (Decimal("3.14159265358979323846"), "3.14159265358979323846"),
    ],
)
def test_numbers_keep_every_digit(tmp_path: Path, value: Value, cell: object) -> None:
    assert read(written(tmp_path, value), "t")[1][1] == cell


def test_dates_before_excel_are_text(tmp_path: Path) -> None:
    target = tmp_path / "out.xlsx"
    notices = write(target, book(table("t", ["q"], [date(1867, 3, 30)])))
    assert read(target, "t")[1][1] == "1867-03-30"
    assert [notice.code for notice in notices] == ["export.early"]


def test_a_text_longer_than_a_cell_is_cut_with_a_mark_and_whole_elsewhere(tmp_path: Path) -> None:
    whole = "=" + "снег🐆" * 20_000
    fits = "x" * 32_767
    target = tmp_path / "out.xlsx"
    notices = write(target, book(table("t", ["q"], [whole], [fits], ["short"])))
    assert [notice.code for notice in notices] == ["export.long"]
    cut = read(target, "t")[1][1]
    assert len(cut.encode("utf-16-le")) <= 2 * 32_767
    assert cut.endswith(" … [cut here; whole text: Long texts, no. 1]")
    assert whole.startswith(cut.split(" … [")[0])
    assert read(target, "t")[2][1] == fits
    pieces = read(target, "Long texts")[1:]
    assert "".join(piece[-1] for piece in pieces) == whole
    assert {tuple(piece[:4]) for piece in pieces} == {(1, "t", "r1", "q")}
    assert [piece[4] for piece in pieces] == list(range(1, len(pieces) + 1))


def test_more_rows_than_a_sheet_holds_go_on_on_another_sheet(tmp_path: Path) -> None:
    target = tmp_path / "out.xlsx"
    rows = [[number] for number in range(7)]
    notices = write(target, book(table("t", [("n", "integer")], *rows)), most_rows=4)
    names = [name for name in load_workbook(target).sheetnames if name.startswith("t")]
    assert names == ["t", "t (2)", "t (3)"]
    assert all(read(target, name)[0] == ["_record", "n"] for name in names)
    assert [row[1] for name in names for row in read(target, name)[1:]] == list(range(7))
    assert [notice.code for notice in notices] == ["export.tall"]


def test_rows_that_just_fit_stay_on_one_sheet(tmp_path: Path) -> None:
    target = tmp_path / "out.xlsx"
    assert write(target, book(table("t", ["n"], [1], [2], [3])), most_rows=4) == []
    assert "t (2)" not in load_workbook(target).sheetnames


def test_more_columns_than_a_sheet_holds_repeat_the_keys_on_another_sheet(tmp_path: Path) -> None:
    target = tmp_path / "out.xlsx"
    notices = write(target, book(table("t", ["a", "b", "c"], [1, 2, 3])), most_columns=3)
    assert read(target, "t") == [["_record", "a", "b"], ["r1", 1, 2]]
    assert read(target, "t +2") == [["_record", "c"], ["r1", 3]]
    assert [notice.code for notice in notices] == ["export.wide"]


def test_sheets_have_legal_distinct_names_and_the_data_first(tmp_path: Path) -> None:
    long = "a_form_with_a_very_long_identifier"
    tables = [
        table(name, ["q"]) for name in (long, f"{long}-barrier_row", "x/y:z?", "History", long.upper(), "🐆" * 20)
    ]
    target = tmp_path / "out.xlsx"
    write(target, book(*tables, conflicts=table("conflicts", ["field"], ["/data/a"])))
    names = load_workbook(target).sheetnames
    assert names[:5] == [long[:31], f"{long[:19]}-barrier_row", "x_y_z_", "History~2", f"{long.upper()[:29]}~2"]
    assert names[6:] == ["conflicts", "codebook", "About"]
    assert all(len(name.encode("utf-16-le")) <= 62 for name in names)


def test_header_is_frozen_and_filtered_and_columns_are_wide_enough(tmp_path: Path) -> None:
    target = tmp_path / "out.xlsx"
    write(target, book(table("t", ["q", "long_column_name"], ["x" * 40, "y"], ["x" * 400, "y"])))
    sheet = load_workbook(target)["t"]
    assert isinstance(sheet, Worksheet)
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("C2", "A1:C3")
    assert sheet.column_dimensions["B"].width == 50
    assert sheet.column_dimensions["C"].width == len("long_column_name") + 3
    assert sheet["A1"].font.bold
    assert sheet.print_title_rows == "$1:$1"


def test_a_column_of_moments_is_as_wide_as_they_are_shown(tmp_path: Path) -> None:
    target = tmp_path / "out.xlsx"
    moment = datetime(2026, 11, 22, 12, 0, 1, tzinfo=UTC)
    write(target, book(table("t", [("m", "datetime")], [moment])))
    assert load_workbook(target)["t"].column_dimensions["B"].width == len("2026-11-22 12:00:01") + 1


def test_a_table_of_a_thousand_columns(tmp_path: Path) -> None:
    target = tmp_path / "out.xlsx"
    write(target, book(table("t", [f"q{number}" for number in range(1000)], list(range(1000)))))
    assert read(target, "t")[1] == ["r1", *range(1000)]


def test_right_to_left_sheets(tmp_path: Path) -> None:
    target = tmp_path / "out.xlsx"
    write(target, book(table("t", ["q"]), right_to_left=True))
    assert load_workbook(target)["t"].sheet_view.rightToLeft


def test_progress_ends_at_the_number_of_rows(tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    write(tmp_path / "o.xlsx", book(table("t", ["q"], *[["x"]] * 600)), progress=lambda *step: seen.append(step))
    assert seen == [(200, 600), (400, 600), (600, 600), (600, 600)]


class Broken:
    """Rows that break off."""

    def __len__(self) -> int:
        return 3

    def __iter__(self) -> Any:
        yield ["r1"]
        raise RuntimeError("the cable fell out")


def test_whatever_goes_wrong_the_old_file_stays(tmp_path: Path) -> None:
    target = tmp_path / "out.xlsx"
    target.write_bytes(b"the old one")
    with pytest.raises(RuntimeError, match="cable"):
        write(target, book(Table("t", "t", (Column("_record"),), Broken())))
    assert {path.name: path.read_bytes() for path in tmp_path.glob("out*")} == {"out.xlsx": b"the old one"}


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "export.disk-full"),
        (PermissionError(errno.EACCES, "Permission denied"), "export.locked"),
        (OSError(errno.EIO, "Input/output error"), "export.failed"),
    ],
)
def test_a_refusal_of_the_disk_is_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: OSError, code: str
) -> None:
    target = tmp_path / "out.xlsx"
    target.write_bytes(b"the old one")

    def refuse(_self: Path, _target: Path) -> None:
        raise error

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(UserError) as refused:
        write(target, book(table("t", ["q"])))
    assert refused.value.code == code
    assert "out.xlsx" in refused.value.sentence
    assert {path.name for path in tmp_path.glob("out*")} == {"out.xlsx"}
    assert target.read_bytes() == b"the old one"


def test_a_missing_folder_and_a_folder_as_target_are_refused(tmp_path: Path) -> None:
    for target, code in ((tmp_path / "none" / "o.xlsx", "export.no-folder"), (tmp_path, "export.is-folder")):
        with pytest.raises(UserError) as refused:
            write(target, book())
        assert refused.value.code == code


FULL = """
import resource, sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from exports.books import book, table
from cami_survey.base.errors import UserError
from cami_survey.exports import csvzip, workbook
target, limit = Path(sys.argv[2]), int(sys.argv[3])
data = book(table("t", ["q"], *[[f"{number} {number * 7919 % 10007}"] for number in range(5000)]))
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
try:
    (workbook if target.suffix == ".xlsx" else csvzip).write(target, data)
except UserError as error:
    print(error.code)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="file size limits are of POSIX")
@pytest.mark.parametrize("name", ["out.xlsx", "out.csv.zip"])
@pytest.mark.parametrize("limit", [100, 9_000, 30_000])
def test_a_full_disk_leaves_the_old_file_and_no_leftovers(tmp_path: Path, name: str, limit: int) -> None:
    target, scratch = tmp_path / name, tmp_path / "scratch"
    scratch.mkdir()
    target.write_bytes(b"the old one")
    done = subprocess.run(
        [sys.executable, "-c", FULL, str(Path(__file__).parents[1]), str(target), str(limit)],
        env={**os.environ, "TMPDIR": str(scratch)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "export.disk-full\n"
    assert done.stderr == ""
    assert target.read_bytes() == b"the old one"
    assert list(scratch.iterdir()) == []
    assert {path.name for path in tmp_path.iterdir()} == {name, "scratch"}


def test_texts_that_wait_outside_memory_are_read_cell_by_cell(tmp_path: Path) -> None:
    """Many batches over two sheets; rows that end early, texts no cell holds and numbers that are none among them."""
    raw = RawRows()
    for number in range(180):
        raw.append([f"r{number}", str(number), "x" * 40_000 if number == 130 else "" if number % 2 else "=1"])
    raw.append(["short"])
    columns = (Column("_record"), Column("n", kind="integer"), Column("told"))
    rows = ReadRows(raw, 3, [(0, None), (1, integer), (2, None)])
    target = tmp_path / "out.xlsx"
    notices = write(target, book(Table("t", "t", columns, rows)), most_rows=101)
    raw.close()
    first, second = read(target, "t"), read(target, "t (2)")
    assert [len(first), len(second)] == [101, 82]
    cells = first[1:] + second[1:]
    assert [row[:2] for row in cells] == [*([f"r{number}", number] for number in range(180)), ["short", None]]
    assert [row[2] for number, row in enumerate(cells[:180]) if number != 130] == [
        None if number % 2 else "=1" for number in range(180) if number != 130
    ]
    assert cells[130][2].startswith("xxx")
    assert cells[130][2].endswith("Long texts, no. 1]")
    assert sum(len(row[5]) for row in read(target, "Long texts")[1:]) == 40_000
    assert {notice.code for notice in notices} == {"export.long", "export.tall"}


def test_columns_and_errors_are_called_as_openpyxl_calls_them() -> None:
    positions = range(1, MOST_COLUMNS + 1)
    assert list(map(column_letters, positions)) == list(map(get_column_letter, positions))
    assert set(ERROR_CODES) == ERRORS
