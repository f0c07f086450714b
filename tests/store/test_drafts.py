"""The draft journal."""

from __future__ import annotations

import pytest

from cami_survey.base.errors import UserError
from cami_survey.base.records import Answers, Summary
from cami_survey.store.api import SurveyFile
from tests.store.interviews import FORM, VERSION, interview


def start(survey: SurveyFile, record: str = "", **values: str) -> str:
    return survey.start_draft(
        form_id=FORM,
        form_version=VERSION,
        record=record or survey.new_record(),
        values={f"/data/{name}": text for name, text in values.items()},
        place="/data/first",
    )


def test_the_journal_folds_to_the_values_as_they_stand(survey: SurveyFile) -> None:
    draft = start(survey, herd="40", dogs="2")
    survey.journal(draft, {"/data/herd": "41", "/data/sight[k1]": "1"})
    survey.journal(draft, {"/data/dogs": None, "/data/name": "Азамат"}, place="/data/name")
    found = survey.draft(draft)
    assert found.values == {"/data/herd": "41", "/data/sight[k1]": "1", "/data/name": "Азамат"}
    assert found.place == "/data/name"
    assert found.changed > found.started


def test_files_given_on_the_way_are_there_after_a_crash(survey: SurveyFile) -> None:
    draft = start(survey)
    sha = survey.attach(b"\xff\xd8\xff photograph", "camp.jpg")
    survey.journal(draft, {"/data/photo": "camp.jpg"}, files={"camp.jpg": sha})
    assert survey.draft(draft).files == {"camp.jpg": sha}
    assert survey.attachment(sha) == b"\xff\xd8\xff photograph"


def test_an_open_draft_without_a_revision_is_in_the_list(survey: SurveyFile) -> None:
    draft = start(survey)
    (row,) = survey.rows("drafts")
    assert (row.draft, row.state, row.form_id) == (draft, "draft", FORM)
    assert survey.counts() == {"all": 1, "drafts": 1, "final": 0, "conflicts": 0, "deleted": 0}
    assert list(survey.views(FORM)) == []


def test_a_final_interview_that_is_open_again_is_among_the_drafts(survey: SurveyFile) -> None:
    record = interview(survey, herd="40")
    draft = start(survey, record)
    assert [row.draft for row in survey.rows("drafts")] == [draft]
    assert survey.rows("final") == []
    survey.drop_draft(draft)
    assert survey.rows("drafts") == []
    assert [row.record for row in survey.rows("final")] == [record]


def test_an_interview_that_was_only_looked_at_goes_back_to_its_place_in_the_list(survey: SurveyFile) -> None:
    older, newer = interview(survey, herd="40"), interview(survey, herd="50")
    before = survey.rows()
    assert [row.record for row in before] == [newer, older]
    draft = start(survey, older)
    assert [row.record for row in survey.rows()] == [older, newer]
    survey.drop_draft(draft)
    assert survey.rows() == before


def test_dropping_the_only_draft_takes_the_row_away(survey: SurveyFile) -> None:
    draft = start(survey)
    survey.drop_draft(draft)
    survey.drop_draft(draft)
    assert survey.rows() == []
    assert survey.drafts() == []


def test_saving_drops_the_draft_in_the_same_commit(survey: SurveyFile) -> None:
    record = survey.new_record()
    draft = start(survey, record, herd="40")
    survey.save(
        record=record,
        form_id=FORM,
        form_version=VERSION,
        answers=Answers({"/data/herd": "40"}),
        state="final",
        parents=(),
        summary=Summary(code="H0001"),
        draft=draft,
    )
    assert survey.drafts() == []
    assert [row.draft for row in survey.rows()] == [None]


def test_typing_into_a_draft_that_is_gone_is_refused(survey: SurveyFile) -> None:
    draft = start(survey)
    survey.drop_draft(draft)
    with pytest.raises(UserError) as refusal:
        survey.journal(draft, {"/data/herd": "41"})
    assert refusal.value.code == "draft.unknown"


def test_a_draft_started_while_another_is_open_is_shown_and_then_the_other_again(survey: SurveyFile) -> None:
    record = interview(survey, herd="40")
    first = start(survey, record)
    second = start(survey, record)
    assert [row.draft for row in survey.rows()] == [second]
    survey.drop_draft(second)
    assert [row.draft for row in survey.rows()] == [first]


def test_half_of_a_surrogate_pair_does_not_stop_the_journal(survey: SurveyFile) -> None:
    draft = start(survey)
    survey.journal(draft, {"/data/note": "a\ud83d b"})
    assert survey.draft(draft).values == {"/data/note": "a\ufffd b"}
