"""Interviews that may be the same: by code, by name across scripts, near in place and time."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path
from weakref import ref

import pytest

from cami_survey.base.records import Summary
from cami_survey.operations import forms, interviews
from cami_survey.operations.duplicates import Register, register_of
from cami_survey.operations.running import Saved
from cami_survey.store.api import SurveyFile

FORM = """
| survey |
| | type | name | label |
| | text | code | Code |
| | text | resp_name | Name |
| | text | adm2 | District |
| | date | int_date | Day |
| settings |
| | form_id | title |
| | camp | Camp |
"""


@pytest.fixture
def survey(tmp_path: Path) -> Iterator[SurveyFile]:
    path = tmp_path / "camp.md"
    path.write_text(FORM, "utf-8")
    with SurveyFile.create(tmp_path / "w.cami", title="W") as made:
        forms.add(made, [path])
        yield made


def held(survey: SurveyFile, code: str, name: str, place: str, day: str) -> str:
    interview = interviews.start(survey, "camp")
    for field, text in {"code": code, "resp_name": name, "adm2": place, "int_date": day}.items():
        interview.set(f"/data/{field}", text)
    saved = interview.finalise().value
    assert isinstance(saved, Saved)
    return saved.record


def alike(survey: SurveyFile, new: Summary, record: str = "") -> list[tuple[str, str]]:
    register = Register("camp")
    while not register.catch_up(survey, 2):
        pass
    return [(one.summary.code, one.why) for one in register.alike(record, new)]


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("Aizada Zhumabekova", "At-Bashy"),
        ("Жумабекова Айзада", "Ат-Башы"),
        ("AYZADA JUMABEKOVA", "at bashy"),
        ("آیزادا جمعه‌بیکووا", "آت باشی"),
    ],
)
def test_a_name_is_known_in_other_scripts(survey: SurveyFile, name: str, place: str) -> None:
    held(survey, "KG-1", "Айзада Жумабекова", "Ат-Башы", "2026-03-01")
    held(survey, "KG-2", "Бектур Осмонов", "Ат-Башы", "2026-03-01")
    assert alike(survey, Summary("KG-9", place, name=name, day="2026-03-03")) == [("KG-1", "person")]


def test_a_latin_name_finds_one_written_without_vowels(survey: SurveyFile) -> None:
    held(survey, "IR-1", "محمد رضایی", "مشهد", "2026-03-01")
    assert alike(survey, Summary("IR-9", "Mashhad", name="Mohammad Rezaei", day="2026-03-01")) == [("IR-1", "person")]


@pytest.mark.parametrize(
    ("place", "day"), [("Ат-Башы", "2026-06-01"), ("Хорог", "2026-03-01"), ("", ""), ("", "nonsense")]
)
def test_elsewhere_or_long_ago_or_not_known_is_another(survey: SurveyFile, place: str, day: str) -> None:
    held(survey, "KG-1", "Айзада Жумабекова", "Ат-Башы", "2026-03-01")
    assert alike(survey, Summary("KG-9", place, name="Айзада Жумабекова", day=day)) == []


def test_the_same_code_is_always_told_and_comes_first(survey: SurveyFile) -> None:
    held(survey, "KG-1", "Айзада Жумабекова", "Ат-Башы", "2026-03-01")
    held(survey, "KG-2", "Бектур Осмонов", "Ош", "2026-03-01")
    assert alike(survey, Summary("kg 2", "Ат-Башы", name="Айзада Жумабекова", day="2026-03-01")) == [
        ("KG-2", "code"),
        ("KG-1", "person"),
    ]


def test_an_interview_is_not_its_own_double_and_a_deleted_one_is_none(survey: SurveyFile) -> None:
    record = held(survey, "KG-1", "Айзада Жумабекова", "Ат-Башы", "2026-03-01")
    new = Summary("KG-1", "Ат-Башы", name="Айзада Жумабекова", day="2026-03-01")
    register = Register("camp")
    assert register.catch_up(survey)
    assert register.alike(record, new) == []
    assert len(register.alike("other", new)) == 1
    interviews.delete(survey, [record])
    assert register.catch_up(survey)
    assert register.alike("other", new) == []


def test_what_comes_in_later_is_read_on(survey: SurveyFile) -> None:
    register = Register("camp")
    assert register.catch_up(survey)
    held(survey, "KG-1", "", "", "")
    assert register.catch_up(survey)
    assert [one.why for one in register.alike("other", Summary("KG-1"))] == ["code"]


def test_a_survey_is_read_once_for_all_interviews_and_let_go_with_it(survey: SurveyFile, tmp_path: Path) -> None:
    assert register_of(survey, "camp") is register_of(survey, "camp")
    with SurveyFile.create(tmp_path / "other.cami", title="Other") as other:
        assert register_of(other, "camp") is not register_of(survey, "camp")
    gone = ref(other)
    del other
    gc.collect()
    assert gone() is None
