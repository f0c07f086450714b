"""Titles of our questionnaires and names of languages, in the program's language."""

from __future__ import annotations

from contextlib import closing

import pytest
from openpyxl import load_workbook

from cami_survey.base import texts
from cami_survey.base.form_words import form_title, spoken_language
from cami_survey.base.places import shipped
from cami_survey.engine.api import load_form

QUESTIONNAIRES = sorted(path for path in shipped("forms").glob("*.xlsx"))
LANGUAGES = ("fa", "kk", "ky", "mn", "ru", "tg", "uz")


@pytest.mark.parametrize("language", LANGUAGES)
def test_our_questionnaires_are_called_by_a_title_of_the_language(language: str) -> None:
    titles = [load_form(path).title for path in QUESTIONNAIRES]
    with texts.speaking(language):
        said = [form_title(title) for title in titles]
    assert len(set(said)) == len(titles) == 5
    assert not set(said) & set(titles)


def test_the_title_of_another_form_stays() -> None:
    with texts.speaking("ru"):
        assert (form_title("Household survey"), spoken_language("Klingon")) == ("Household survey", "Klingon")


def test_every_language_the_herder_interview_offers_has_its_name() -> None:
    with closing(load_workbook(shipped("forms") / "herder_interview.xlsx", read_only=True)) as book:
        rows = list(book["choices"].iter_rows(values_only=True))
    english, russian = (rows[0].index(f"label::{name}") for name in ("English (en)", "Russian (ru)"))
    offered = {row[english]: row[russian] for row in rows if row[0] == "lang" and row[english] != "Other"}
    with texts.speaking("ru"):
        assert {label: spoken_language(str(label)) for label in offered} == offered
