"""The CSV files hold the same tables, safe to open in a spreadsheet and whole when read by a program."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path

import pytest

from cami_survey.analysis.tables import Column, Table, Value
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


FIELDS: list[Value] = [
    None,
    "",
    "a,b",
    'q"x',
    "=1",
    "'x",
    "x\n",
    "x\r",
    "\u00a0y",
    " lead",
    ";",
    "Ж",
    True,
    -3,
    1e20,
    date(2026, 1, 2),
]


def test_lines_are_those_that_any_csv_program_writes(tmp_path: Path) -> None:
    """More rows than are made at a time, one column and several; what is remembered is counted each time."""
    for width in (1, 3):
        rows = [[FIELDS[(at + column) % len(FIELDS)] for column in range(width)] for at in range(130)]
        target = tmp_path / f"{width}.csv.zip"
        lines = Table("t", "T", tuple(Column(f"q{column}") for column in range(width)), rows)
        notices = write(target, book(lines))
        out = io.StringIO(newline="")
        csv.writer(out).writerows([[f"q{column}" for column in range(width)], *([plain(v) for v in r] for r in rows)])
        with zipfile.ZipFile(target) as archive:
            assert archive.read("t.csv").decode("utf-8-sig") == out.getvalue()
        quoted = sum(str(value)[:1] in ("=", "'") for row in rows for value in row)
        assert [notice.text.split()[0] for notice in notices] == [str(quoted)]


def plain(value: Value) -> Value:
    """A value as it is to stand in a field."""
    if isinstance(value, str):
        return f"'{value}" if value[:1] in ("=", "'") else value
    return "yes" if value is True else value.isoformat() if isinstance(value, date) else value
