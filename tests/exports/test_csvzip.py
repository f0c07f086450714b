"""The CSV files hold the same tables, safe to open in a spreadsheet and whole when read by a program."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path

import pytest

from cami_survey.analysis.tables import Value
from cami_survey.exports.csvzip import write

from .books import book, table


def read(path: Path, name: str) -> list[list[str]]:
    """The fields of a CSV file in the archive."""
    with zipfile.ZipFile(path) as archive:
        data = archive.read(name)
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize(
    ("value", "field"),
    [
        ("Снежный барс; یوز; हिम", "Снежный барс; یوز; हिम"),
        ('two\nlines, "quoted"', 'two\nlines, "quoted"'),
        ("=1+1", "'=1+1"),
        ("+7", "'+7"),
        ("-a", "'-a"),
        ("@x", "'@x"),
        ("\tx", "'\tx"),
        ("\rx", "'\rx"),
        ("'x", "''x"),
        (-5, "-5"),
        (2**60, str(2**60)),
        (-0.25, "-0.25"),
        (Decimal("3.14159265358979323846"), "3.14159265358979323846"),
        (True, "yes"),
        (date(1867, 3, 30), "1867-03-30"),
        (datetime(2026, 2, 28, 8, 30, tzinfo=UTC), "2026-02-28T08:30:00+00:00"),
        (time(8, 5), "08:05:00"),
        (None, ""),
        ("a\x00b", "a␀b"),
        ("x" * 40_000, "x" * 40_000),
    ],
)
def test_a_field_holds_the_value_and_is_never_a_formula(tmp_path: Path, value: Value, field: str) -> None:
    target = tmp_path / "out.csv.zip"
    write(target, book(table("t", ["q"], [value])))
    assert read(target, "t.csv") == [["_record", "q"], ["r1", field]]


def test_each_table_is_a_file_beside_codebook_and_provenance(tmp_path: Path) -> None:
    target = tmp_path / "out.csv.zip"
    tables = [table("t", ["q"], ["=x"]), table("T", ["q"]), table("../t?", ["q"]), table("provenance", ["q"])]
    notices = write(target, book(*tables, conflicts=table("conflicts", ["field"], ["/data/a"])))
    with zipfile.ZipFile(target) as archive:
        names = archive.namelist()
    assert names == [
        "t.csv",
        "T~2.csv",
        ".._t_.csv",
        "provenance~2.csv",
        "conflicts.csv",
        "codebook.csv",
        "provenance.csv",
    ]
    assert [notice.code for notice in notices] == ["export.quoted"]
    assert read(target, "provenance.csv")[1][1] == "1 text begins like a formula and has an apostrophe in front."
