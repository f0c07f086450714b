"""The interview list: order, filters, pages, headings, search in every script."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from cami_survey.base.records import Summary
from cami_survey.store.api import SurveyFile
from tests.store.interviews import FORM, Wall, content, edit, interview, new_survey


def codes(survey: SurveyFile, *args: str, **kwargs: int) -> list[str]:
    return [row.summary.code for row in survey.rows(*args, **kwargs)]  # type: ignore[arg-type]  # a filter's name


def test_the_newest_change_comes_first(survey: SurveyFile) -> None:
    first = interview(survey, code="H0001", herd="1")
    interview(survey, code="H0002", herd="2")
    assert codes(survey) == ["H0002", "H0001"]
    edit(survey, first, herd="3")
    assert codes(survey) == ["H0001", "H0002"]


def test_pages_join_without_gap_or_overlap(survey: SurveyFile) -> None:
    for number in range(25):
        interview(survey, code=f"H{number:04}", herd="1")
    pages = [code for offset in range(0, 30, 7) for code in codes(survey, offset=offset, limit=7)]
    assert pages == [f"H{number:04}" for number in reversed(range(25))]


def test_rows_name_the_form_and_the_device(survey: SurveyFile) -> None:
    survey.add_form(content())
    interview(survey, herd="1")
    (row,) = survey.rows(form_id=FORM)
    assert (row.form_title, row.device_name, row.this_device) == ("Herder interview", "survey", True)
    assert row.device == survey.device.id
    assert survey.rows(form_id="other") == []


def test_days_have_headings_in_the_clock_s_time_zone(tmp_path: Path) -> None:
    clock = Wall("2026-11-20T23:59:50")
    with SurveyFile.create(tmp_path / "a.cami", title="", clock=clock) as survey:
        interview(survey, state="draft", herd="1")
        clock.now = clock.now.replace(day=21, hour=10)
        interview(survey, herd="2")
        interview(survey, herd="3")
        assert survey.day_counts() == [(date(2026, 11, 21), 2), (date(2026, 11, 20), 1)]
        assert survey.day_counts("drafts") == [(date(2026, 11, 20), 1)]
        assert survey.day_counts(search="3") == [(date(2026, 11, 21), 1)]


SCRIPTS = {
    "снежный барс": ["снеж", "БАРС сн"],
    "Ёлка в горах": ["елк", "ёлка", "ГОР"],
    "Élan vital": ["elan", "éLAN"],
    "پلنگ برفی": ["پلنگ", "برفي", "پل"],
    "كشمير": ["کشمیر", "كشم"],
    "हिम तेंदुआ": ["हिम", "तेंदु"],
    "雪豹在山上": ["雪豹", "山", "豹在"],
    "གངས་གཟིག": ["གངས", "གཟིག"],
    "Цоохор ирвэс": ["ирв", "цоо"],
    "หิมะเสือดาว": ["เสือ"],
    "Oʻzbekiston qoʻyi": ["qo", "oʻzbek"],
    "H-0042/b": ["h", "0042", "H-0042"],
}


@pytest.mark.parametrize("text", SCRIPTS)
def test_words_are_found_from_their_beginning_in_any_script(survey: SurveyFile, text: str) -> None:
    for number, other in enumerate(SCRIPTS):
        record = interview(survey, code=f"X{number}", herd="1")
        survey.set_summary(record, Summary(code=f"X{number}", search=other))
    wanted = f"X{list(SCRIPTS).index(text)}"
    for typed in SCRIPTS[text]:
        assert wanted in codes(survey, "all", typed), typed
        assert len(codes(survey, "all", typed)) <= 2, typed


@pytest.mark.parametrize(
    "typed", ['"', "'", "* OR *", "a AND", "NEAR(", "body:x", "-", "(", "\\", "%", "\0", "^a", '"a" b"', "🐆"]
)
def test_whatever_is_typed_is_text_and_never_an_error(survey: SurveyFile, typed: str) -> None:
    interview(survey, herd="leopard")
    assert survey.rows(search=typed) == []
    assert survey.counts(search=typed)["all"] == 0


def test_characters_of_unspaced_scripts_have_to_be_neighbours(survey: SurveyFile) -> None:
    record = interview(survey, code="X1", herd="1")
    survey.set_summary(record, Summary(code="X1", search="雪山有豹"))
    assert codes(survey, "all", "雪山") == ["X1"]
    assert codes(survey, "all", "雪豹") == []


def test_search_keeps_to_filter_and_form_and_to_the_order_of_change(survey: SurveyFile) -> None:
    first = interview(survey, code="A", state="draft", note="barsik")
    interview(survey, code="B", note="barsik")
    assert codes(survey, "all", "bars") == ["B", "A"]
    assert codes(survey, "drafts", "bars") == ["A"]
    assert codes(survey, "all", "bars", "other") == []
    assert codes(survey, "all", "bars", FORM) == ["B", "A"]
    edit(survey, first, note="barsik")
    assert codes(survey, "all", "bars") == ["A", "B"]
    assert survey.counts("bars") == {"all": 2, "drafts": 0, "final": 2, "conflicts": 0, "deleted": 0}
    survey.set_deleted(first, True)
    assert codes(survey, "deleted", "bars") == ["A"]
    assert codes(survey, "all", "bars") == ["B"]


def test_a_clock_far_ahead_does_not_stay_on_top_of_the_list(tmp_path: Path) -> None:
    with new_survey(tmp_path, "future", start="2099-01-01T00:00:00") as future, new_survey(tmp_path, "now") as now:
        interview(future, code="F", herd="1")
        now.accept(future.facts(), package="p", source="s")
        interview(now, code="N", herd="2")
        assert [row.summary.code for row in now.rows()] == ["N", ""]
        assert now.rows()[0].changed.year == 2026
