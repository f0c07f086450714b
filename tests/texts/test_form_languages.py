"""Lists and headings take the words of a form in the program's language where the form has it."""

from __future__ import annotations

from pathlib import Path

import pytest

from cami_survey.base import texts
from cami_survey.operations import forms, interviews, surveys
from cami_survey.ui.interview.reading import of_program
from cami_survey.ui.pages.interviews_outline import read

HERDER = Path(__file__).parents[2] / "forms" / "herder_interview.xlsx"
LANGUAGES = ("English (en)", "Russian (ru)", "Dari (fa-AF)")


@pytest.mark.parametrize(
    ("language", "wanted"), [("en", "English (en)"), ("ru", "Russian (ru)"), ("fa-AF", "Dari (fa-AF)"), ("ky", None)]
)
def test_the_language_of_a_form_is_found_by_its_code(language: str, wanted: str | None) -> None:
    texts.set_language(language)
    assert of_program(LANGUAGES) == wanted
    assert of_program(()) is None


@pytest.mark.parametrize(
    ("language", "wanted"), [("ru", "Сведения о беседе"), ("fa", "درباره گفتگو"), ("en", "Interview details")]
)
def test_an_outline_is_in_the_language_of_the_program(tmp_path: Path, language: str, wanted: str) -> None:
    survey = surveys.create(tmp_path / "a.cami", title="A").value
    form_id = forms.add(survey, [HERDER]).value[0].form_id
    interview = interviews.start(survey, form_id)
    interview.set("/data/ident/int_code", "KG-H0001")
    record = interview.record
    interview.leave()
    texts.set_language(language)
    assert read(survey, record)[0].name == wanted
    survey.close()
