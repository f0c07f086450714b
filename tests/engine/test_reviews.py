"""A form says who has read its languages, in a sheet that other tools pass over."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook

from cami_survey.engine.api import Form, Review, load_form, reviews_of

SURVEY = [
    ("type", "name", "label::English (en)", "label::Kyrgyz (ky)", "label::Persian (fa)"),
    ("text", "place", "Where?", "Кайда?", "کجا؟"),
]
SETTINGS = [("form_id", "default_language"), ("camp", "English (en)")]


def form_with(folder: Path, languages: list[tuple[object, ...]] | None) -> Form:
    book = Workbook()
    book.remove(book["Sheet"])
    sheets = {"survey": SURVEY, "settings": SETTINGS}
    for name, rows in (sheets if languages is None else {**sheets, "languages": languages}).items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(folder / "camp.xlsx")
    return load_form(folder / "camp.xlsx")


def test_a_language_is_a_draft_until_a_reviewer_is_named(tmp_path: Path) -> None:
    sheet = [
        ("language", "reviewed by", "reviewed on"),
        ("Kyrgyz (ky)", "A. Asanova", date(2026, 12, 1)),
        ("Persian (fa)",),
    ]
    form = form_with(tmp_path, sheet)
    assert form.reviews == {"Kyrgyz (ky)": Review("A. Asanova", "2026-12-01"), "Persian (fa)": Review()}
    assert form.drafts == ("Persian (fa)",)
    assert form.warnings == ()


def test_a_language_that_the_sheet_forgot_is_a_draft(tmp_path: Path) -> None:
    assert form_with(tmp_path, [("language", "reviewed by")]).drafts == ("Kyrgyz (ky)", "Persian (fa)")


@pytest.mark.parametrize("sheet", [None, [("word", "word", "meaning"), ("a", "b", "c")], []])
def test_a_form_that_says_nothing_has_no_drafts(tmp_path: Path, sheet: list[tuple[object, ...]] | None) -> None:
    form = form_with(tmp_path, sheet)
    assert (form.reviews, form.drafts, form.warnings) == ({}, (), ())


def test_the_xform_carries_it_and_nothing_else_changes(tmp_path: Path) -> None:
    told = form_with(tmp_path, [("language", "reviewed by"), ("Kyrgyz (ky)", "A. Asanova")])
    again = load_form(told.xml)
    assert again.reviews == told.reviews == reviews_of(told.xml)
    assert again.languages == told.languages == form_with(tmp_path, None).languages
    session = again.open(language="Kyrgyz (ky)")
    assert session.node("/data/place").label == "Кайда?"
    assert b"reviewer" not in session.to_xml()
