"""Interviews go on in another version of their form, and no answer is lost on the way."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from cami_survey.base.errors import UserError
from cami_survey.operations import forms, interviews, reviews, versions
from cami_survey.operations.running import Saved
from cami_survey.store.api import SurveyFile

FIRST = """| survey | | | |
| | type | name | label |
| | text | code | Code |
| | begin_group | camp | Camp |
| | integer | yaks | Yaks |
| | end_group | | |
| | select_one yn | dogs | Dogs |
| | image | photo | Photo |
| | begin_repeat | sight | Sighting |
| | text | place | Where? |
| | end_repeat | | |
| choices | | | |
| | list_name | name | label |
| | yn | yes | Yes |
| | yn | no | No |
| | yn | some | Some |
| settings | | |
| | form_id | version |
| | visit | 1 |
"""
SECOND = (
    FIRST.replace("| | begin_group | camp | Camp |\n", "")
    .replace("| | end_group | | |\n", "")
    .replace("| | yn | some | Some |\n", "")
    .replace("| | image | photo | Photo |\n", "| | text | weather | Weather |\n")
    .replace("| | visit | 1 |", "| | visit | 2 |")
)


def write(folder: Path, text: str, name: str = "visit.md") -> Path:
    target = folder / name
    target.write_text(text, encoding="utf-8")
    return target


@pytest.fixture
def survey(tmp_path: Path) -> Iterator[SurveyFile]:
    with SurveyFile.create(tmp_path / "winter.cami", title="Winter") as made:
        forms.add(made, [write(tmp_path, FIRST)])
        yield made


def begun(survey: SurveyFile) -> interviews.Interview:
    """An interview in the first version, with a remark on a question that moves and a photo."""
    interview = interviews.start(survey, "visit")
    for name, value in {"code": "V-1", "camp/yaks": 12, "dogs": "some", "sight[1]/place": "Alay"}.items():
        interview.set(f"/data/{name}", value)
    interview.attach("/data/photo", b"picture", "yak.jpg")
    interview.comment("/data/camp/yaks", "counted twice")
    return interview


@pytest.fixture(params=["unsaved", "draft", "final"])
def record(request: pytest.FixtureRequest, survey: SurveyFile, tmp_path: Path) -> str:
    """An interview in the first version, in a survey that has the second now."""
    interview = begun(survey)
    if request.param == "draft":
        interview.leave()
    elif request.param == "final":
        assert isinstance(interview.finalise().value, Saved)
    forms.add(survey, [write(tmp_path, SECOND)])
    return interview.record


def test_a_preview_tells_and_changes_nothing(survey: SurveyFile, record: str) -> None:
    heads, drafts = [row.changed for row in survey.rows()], survey.drafts()
    told = versions.preview(survey, record).value
    assert (told.before, told.after, told.code, told.revision) == ("1", "2", "V-1", "")
    assert told.migration.sentences[0] == "2 answers are kept aside."
    assert [item.name for item in told.migration.moved] == ["yaks"]
    assert told.migration.new == ("/data/weather",)
    assert ([row.changed for row in survey.rows()], survey.drafts()) == (heads, drafts)


def test_an_interview_goes_on_in_the_new_version_with_everything(survey: SurveyFile, record: str) -> None:
    outcome = versions.carry(survey, record)
    assert "V-1 is now in version 2. 2 answers are kept aside." in outcome.notices[0].text
    view = survey.view(record)
    assert (view.form_version, view.state, survey.drafts()) == ("2", "draft", [])
    assert view.answers.fields["/data/yaks"] == "12"
    assert view.answers.fields["@aside:/data/dogs"] == "some"
    assert view.answers.fields["@aside:/data/photo"] == "yak.jpg"
    assert survey.attachment(view.answers.files["yak.jpg"]) == b"picture"
    assert survey.history(record)[0].reason or survey.history(record)[-1].reason
    again = interviews.resume(survey, record)
    assert again.comments == {"/data/yaks": "counted twice"}
    assert again.session.node("/data/sight[1]/place").text_value == "Alay"
    assert not again.changed


def test_what_is_kept_aside_stays_with_every_save_and_is_shown(survey: SurveyFile, record: str) -> None:
    versions.carry(survey, record)
    interview = interviews.resume(survey, record)
    interview.set("/data/weather", "snow")
    again = interviews.resume(survey, record)
    assert again.aside == {"/data/dogs": "some", "/data/photo": "yak.jpg"}
    assert isinstance(again.finalise().value, Saved)
    shown = interviews.show(survey, record).value
    assert shown.aside == {"/data/dogs": "some", "/data/photo": "yak.jpg"}
    assert b"some" not in interviews.submission_xml(survey, record)
    assert [row.record for row in survey.rows(search="yak.jpg")] == [record]


def test_what_is_kept_aside_comes_back_where_there_is_a_place_again(survey: SurveyFile, record: str) -> None:
    versions.carry(survey, record)
    back = versions.carry(survey, record, version="1").value
    assert back.migration.aside == {}
    fields = survey.view(record).answers.fields
    assert (fields["/data/dogs"], fields["/data/photo"], fields["/data/camp/yaks"]) == ("some", "yak.jpg", "12")
    assert not any(name.startswith("@aside:") for name in fields)


def test_a_final_interview_is_corrected_under_a_new_instance_id(survey: SurveyFile, tmp_path: Path) -> None:
    interview = begun(survey)
    interview.finalise()
    before = interview.session.instance_id
    forms.add(survey, [write(tmp_path, SECOND)])
    versions.carry(survey, interview.record)
    computed = survey.view(interview.record).answers.computed
    assert computed["/data/meta/deprecatedID"] == before
    assert computed["/data/meta/instanceID"] != before


def test_an_interview_in_that_version_is_left_alone(survey: SurveyFile) -> None:
    interview = begun(survey)
    with pytest.raises(UserError) as caught:
        versions.carry(survey, interview.record)
    assert caught.value.code == "interview.same-version"
    assert len(survey.drafts()) == 1


def test_a_version_that_is_not_there_is_named(survey: SurveyFile) -> None:
    with pytest.raises(UserError):
        versions.preview(survey, begun(survey).record, version="9")


def test_a_query_follows_its_answer_into_another_version(survey: SurveyFile, tmp_path: Path) -> None:
    """The question stands in no group any more: the query is at it, its reply knows what it was, and it is closed."""
    record = begun(survey).leave().value.record
    reviews.comment(survey, record, "yaks", "Really twelve?")
    forms.add(survey, [write(tmp_path, SECOND, "second.md")])
    versions.carry(survey, record)
    (task,) = reviews.tasks(survey)
    assert (task.label, task.now, task.changed, task.gone) == ("Yaks", "12", False, False)
    interview = interviews.resume(survey, record)
    assert interview.queries == {"/data/yaks": "Really twelve?"}
    interview.set("/data/yaks", 13)
    assert interview.queries == {}
    interview.leave()
    (query,) = survey.review(record).queries
    assert query.state == "answered"
    assert query.said[-1].value == "13"
    assert reviews.placed(interview.form, survey.review(record)).queries[0].field == "/data/yaks"


def test_a_query_in_a_repeat_follows_its_instance(survey: SurveyFile, tmp_path: Path) -> None:
    record = begun(survey).leave().value.record
    place = next(name for name in survey.view(record).answers.fields if name.endswith("/place"))
    reviews.comment(survey, record, place, "Which Alay?")
    around = SECOND.replace("| | begin_repeat | sight", "| | begin_group | seen | Seen |\n| | begin_repeat | sight")
    around = around.replace("| | end_repeat | | |\n", "| | end_repeat | | |\n| | end_group | | |\n")
    forms.add(survey, [write(tmp_path, around, "around.md")])
    versions.carry(survey, record)
    (found,) = interviews.resume(survey, record).queries
    assert found == place.replace("/data/sight[", "/data/seen/sight[")


def test_a_query_on_a_question_that_is_gone_says_so(survey: SurveyFile, tmp_path: Path) -> None:
    record = begun(survey).leave().value.record
    reviews.comment(survey, record, "photo", "Whose herd is this?")
    forms.add(survey, [write(tmp_path, SECOND, "second.md")])
    versions.carry(survey, record)
    (task,) = reviews.tasks(survey)
    assert task.gone
    assert task.label == "photo (not asked in version 2 any more)"
    assert interviews.resume(survey, record).queries == {}
    assert reviews.close(survey, task.query).value.state == "closed"
