"""Written workbooks and documents have nothing that Excel or Word would repair."""

from __future__ import annotations

import re
import shutil
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from cami_survey.base.places import shipped
from cami_survey.exports import everything, workbook
from cami_survey.exports.papers import consultation, document
from cami_survey.operations.translations import send
from tests.exports.books import book, table
from tests.exports.papers.test_papers import PAPER, RTL
from tests.exports.strict import complaints

HOSTILE = ("=1+1", "+7", "-5", "@x", " blanks ", "\x00\x0b\x1f", "_x000B_", "x" * 40_000, date(1899, 1, 1))
HOSTILE_NUMBERS = (12345678901234567890, 0.1 + 0.2, 1e300, -0.0)


def raw(target: Path) -> None:
    hostile = table("a/b:c*[of]?'s " * 3, ["q", "Q ", "=q"], *[[one, one, one] for one in HOSTILE])
    numbers = table("A/B:C*[of]?'s " * 3, ["n"], *[[one] for one in HOSTILE_NUMBERS])
    workbook.write(target, book(hostile, numbers, right_to_left=True))


GAPS, WORDS = "xl/worksheets/sheet3.xml", "word/document.xml"
WRITERS: dict[str, Callable[[Path], object]] = {
    "raw.xlsx": raw,
    "paper.xlsx": lambda target: consultation.write(target, PAPER),
    "rtl.xlsx": lambda target: consultation.write(target, RTL),
    "paper.docx": lambda target: document.write(target, PAPER),
    "rtl.docx": lambda target: document.write(target, RTL),
    "translator.xlsx": lambda target: send(shipped("forms") / "herder_interview.xlsx", "Turkmen (tk)", target),
    "form.xlsx": lambda target: shutil.copy(shipped("forms") / "herder_interview.xlsx", target),
}


@pytest.mark.parametrize("name", WRITERS)
def test_nothing_is_left_to_repair(tmp_path: Path, name: str) -> None:
    WRITERS[name](tmp_path / name)
    assert complaints(tmp_path / name) == []


def test_the_workbook_inside_everything_is_as_strict(tmp_path: Path) -> None:
    everything.write(tmp_path / "all.zip", book(table("t", ["q"], ["x"])))
    with zipfile.ZipFile(tmp_path / "all.zip") as archive:
        (inside,) = (name for name in archive.namelist() if name.endswith(".xlsx"))
        archive.extract(inside, tmp_path)
    assert complaints(tmp_path / inside) == []


@pytest.mark.parametrize(
    ("name", "part", "old", "new", "said"),
    [
        ("paper.xlsx", GAPS, rb"(<pageMargins.*?/>)(<pageSetup.*?/>)", rb"\2\1", "another order"),
        ("paper.xlsx", GAPS, rb'<mergeCell ref="', rb'<mergeCell ref="A1:Z9"/>\g<0>', "lie on"),
        ("paper.xlsx", GAPS, rb'dxfId="0"', rb'dxfId="99"', "a style that is not there"),
        ("paper.xlsx", "xl/workbook.xml", rb'name="Gaps"', rb'name="Gaps: [all]"', "cannot be the name"),
        ("paper.xlsx", "xl/tables/table1.xml", rb'(id="2" name=)"\w+"', rb'\1"Analysis"', "twice"),
        ("paper.xlsx", "[Content_Types].xml", rb"/xl/charts/chart1.xml", rb"/xl/charts/chart9.xml", "not there"),
        ("raw.xlsx", "xl/worksheets/sheet1.xml", rb' xml:space="preserve"', b"", "are lost"),
        ("paper.docx", WORDS, rb"(<w:spacing[^>]*/>)(<w:jc [^>]*/>)", rb"\2\1", "another order"),
        ("paper.docx", WORDS, rb"<w:tc>.*?</w:tc>", b"", "cells in a table"),
        ("paper.docx", WORDS, rb'<wp:docPr id="\d+"', b'<wp:docPr id="1"', "two drawings"),
    ],
)
def test_what_excel_or_word_would_repair_is_found(
    tmp_path: Path, name: str, part: str, old: bytes, new: bytes, said: str
) -> None:
    WRITERS[name](tmp_path / name)
    broken = tmp_path / f"broken-{name}"
    with zipfile.ZipFile(tmp_path / name) as archive, zipfile.ZipFile(broken, "w") as made:
        for member in archive.namelist():
            content = archive.read(member)
            if member == part:
                changed = re.sub(old, new, content, flags=re.S, count=0 if b"docPr" in old else 1)
                assert changed != content
                content = changed
            made.writestr(member, content)
    assert any(said in complaint for complaint in complaints(broken))
