"""Reasons, the history of an answer, the event log: who did what, when, and why."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cami_survey.analysis.tables import tabulate
from cami_survey.engine.api import Problems
from cami_survey.operations import audit, forms, histories, interviews, scripts
from cami_survey.operations.running import Interview, Saved
from cami_survey.store.api import SurveyFile

FORM = """
| survey |
| | type | name | label | bind::cami:soft | parameters |
| | audit | audit | | | track-changes=true identify-user=true track-changes-reasons=on-form-edit |
| | integer | sheep | Sheep | . <= 500 | |
| | begin group | g | Camp | | |
| | text | camp | Camp | | |
| | end group | | | | |
| | begin repeat | dog | Dog | | |
| | integer | age | Age | . < 20 | |
| | end repeat | | | | |
| settings |
| | form_id | title | namespaces |
| | herd | Herd | cami="urn:cami-survey:xforms" |
"""
MORNING = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)


class Watch:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = MORNING

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def survey(tmp_path: Path, watch: Watch) -> Iterator[SurveyFile]:
    path = tmp_path / "herd.md"
    path.write_text(FORM, "utf-8")
    with SurveyFile.create(
        tmp_path / "w.cami", title="W", facilitator="Aizada", device_name="KG-07", clock=watch
    ) as made:
        forms.add(made, [path])
        yield made


def finish(interview: Interview, reason: str = "") -> str:
    saved = interview.finalise(reason=reason).value
    assert isinstance(saved, Saved), saved
    return saved.record


def test_a_reason_is_kept_with_the_interview_and_lets_it_pass(survey: SurveyFile) -> None:
    interview = interviews.start(survey, "herd")
    interview.set("/data/sheep", 900)
    assert isinstance(interview.finalise().value, Problems)
    interview.excuse("/data/sheep", "counted twice with the owner")
    again = interviews.resume(survey, interview.record)
    assert again.reasons == {"/data/sheep": "counted twice with the owner"}
    record = finish(again)
    (answer,) = [one for one in interviews.show(survey, record).value.answers if one.name == "sheep"]
    assert answer.reason == "counted twice with the owner"


def test_another_answer_needs_another_reason(survey: SurveyFile) -> None:
    interview = interviews.start(survey, "herd")
    interview.set("/data/sheep", 900)
    interview.excuse("/data/sheep", "so it is")
    interview.set("/data/sheep", 901)
    assert interview.reasons == {}
    assert "@reason:/data/sheep" not in survey.drafts()[0].values
    interview.set("/data/sheep", 900)
    assert interview.session.node("/data/sheep").violation == "soft"


def test_reasons_are_exported_beside_their_answers(survey: SurveyFile) -> None:
    interview = interviews.start(survey, "herd")
    interview.set("/data/sheep", 900)
    interview.excuse("/data/sheep", "counted")
    interview.set("/data/dog[1]/age", 25)
    interview.excuse(interview.session.node("/data/dog[1]/age").field, "the oldest of the valley")
    finish(interview)
    from cami_survey.analysis.columns import Options
    from cami_survey.analysis.forms import definition_of
    from cami_survey.analysis.gather import Origin

    definition = definition_of(forms.form_of(survey, "herd"))
    with tabulate([definition], survey.views("herd"), lambda _view: Origin(), Options()) as made:
        main, dogs = made.tables
        told = dict(zip([column.name for column in main.columns], next(iter(main.rows)), strict=True))
        dog = dict(zip([column.name for column in dogs.columns], next(iter(dogs.rows)), strict=True))
    assert (told["sheep"], told["sheep_reason"]) == (900, "counted")
    assert (dog["age"], dog["age_reason"]) == (25, "the oldest of the valley")
    assert not made.tally.unknown


def test_a_script_gives_reasons(survey: SurveyFile) -> None:
    steps = [{"set": "/data/sheep", "value": 900}, {"reason": "/data/sheep", "text": "counted"}]
    assert scripts.fill(survey, "herd", steps).value.ok


def test_a_finished_interview_is_changed_for_a_reason(survey: SurveyFile, watch: Watch) -> None:
    interview = interviews.start(survey, "herd")
    interview.set("/data/g/camp", "Alay")
    record = finish(interview)
    again = interviews.open_record(survey, record)
    assert not again.needs_reason
    again.set("/data/g/camp", "At-Bashy")
    assert again.needs_reason
    watch.pass_by(3600)
    finish(again, "the map was read wrong")
    assert [step.reason for step in survey.history(record)] == ["", "the map was read wrong"]
    latest, first = histories.history_of(survey, record, "/data/g/camp").value
    assert (latest.before, latest.after, latest.who, latest.reason) == (
        "Alay",
        "At-Bashy",
        "Aizada",
        "the map was read wrong",
    )
    assert (first.before, first.after) == ("", "Alay")
    assert latest.written - first.written == timedelta(hours=1)
    assert histories.history_of(survey, record, "/data/sheep").value == ()


# The event log


def log_of(survey: SurveyFile, record: str) -> list[dict[str, str]]:
    view = survey.view(record)
    content = survey.attachment(view.answers.files[audit.FILE_NAME]).decode("utf-8")
    return list(csv.DictReader(content.splitlines()))


def walked(survey: SurveyFile, watch: Watch) -> Interview:
    interview = interviews.start(survey, "herd", clock=watch)
    trail = interview.trail
    assert trail is not None
    trail.event(audit.START)
    trail.come("/data/sheep", "")
    watch.pass_by(4)
    interview.set("/data/sheep", 12)
    trail.go("12")
    trail.open_page("/data/g")
    trail.come("/data/g/camp", "")
    watch.pass_by(2.5)
    trail.go("")
    trail.close_page()
    return interview


def test_the_log_has_what_the_form_asks_for(survey: SurveyFile, watch: Watch) -> None:
    record = finish(walked(survey, watch))
    lines = log_of(survey, record)
    assert list(lines[0]) == ["event", "node", "start", "end", "old-value", "new-value", "user", "change-reason"]
    assert [line["event"] for line in lines] == [
        "form start", "question", "question", "group questions", "form save", "form finalize", "form exit"
    ]  # fmt: skip
    sheep, camp = lines[1], lines[2]
    assert int(sheep["start"]) == int(MORNING.timestamp() * 1000)
    assert int(sheep["end"]) - int(sheep["start"]) == 4000
    assert (sheep["node"], sheep["old-value"], sheep["new-value"], sheep["user"]) == ("/data/sheep", "", "12", "Aizada")
    assert (int(camp["end"]) - int(camp["start"]), camp["new-value"]) == (2500, "")
    assert lines[0]["end"] == ""
    assert b"<audit>audit.csv</audit>" in interviews.submission_xml(survey, record)


def test_the_log_survives_a_crash_and_goes_on_after_it(survey: SurveyFile, watch: Watch) -> None:
    interview = walked(survey, watch)
    again = interviews.resume(survey, interview.record, clock=watch)
    assert again.trail is not None
    again.trail.event(audit.RESUME)
    again.leave()
    later = interviews.resume(survey, interview.record, clock=watch)
    later.set("/data/g/camp", "Alay")
    record = finish(later)
    events = [line["event"] for line in log_of(survey, record)]
    assert events[:5] == ["form start", "question", "question", "group questions", "form resume"]
    assert events.count("form exit") == 2
    assert events[-2:] == ["form finalize", "form exit"]


def test_why_a_finished_one_was_changed_is_in_the_log(survey: SurveyFile, watch: Watch) -> None:
    record = finish(walked(survey, watch))
    again = interviews.open_record(survey, record, clock=watch)
    again.set("/data/sheep", 13)
    finish(again, 'a "typing" slip, seen later')
    (line,) = [line for line in log_of(survey, record) if line["event"] == "change reason"]
    assert line["change-reason"] == 'a "typing" slip, seen later'


def test_a_form_without_audit_is_not_logged(tmp_path: Path, survey: SurveyFile) -> None:
    path = tmp_path / "plain.md"
    path.write_text("| survey |\n| | type | name | label |\n| | text | a | A |\n", "utf-8")
    forms.add(survey, [path])
    interview = interviews.start(survey, "plain")
    assert interview.trail is None
    assert interviews.preview(forms.form_of(survey, "herd")).trail is None
