"""Interviews: journalled while they run, one revision when they end, back where they were after a crash."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from cami_survey.base.errors import UserError
from cami_survey.engine.api import Problems
from cami_survey.operations import forms, interviews, scripts, surveys
from cami_survey.operations.running import Saved
from cami_survey.store.api import SurveyFile
from tests.cli.commands import write_form


@pytest.fixture
def survey(tmp_path: Path) -> Iterator[SurveyFile]:
    with SurveyFile.create(tmp_path / "winter.cami", title="Winter", facilitator="Aizada") as made:
        forms.add(made, [write_form(tmp_path)])
        yield made


def finished(survey: SurveyFile, **values: object) -> str:
    """A final interview; returns its record."""
    interview = interviews.start(survey, "camp")
    for name, value in {"code": "KG-101", "herd": "yes", "sheep": 40, "sight[1]/place": "Alay", **values}.items():
        interview.set(f"/data/{name}", value)
    saved = interview.finalise().value
    assert isinstance(saved, Saved), saved
    return saved.record


def test_every_answer_is_in_the_journal_at_once(survey: SurveyFile) -> None:
    interview = interviews.start(survey, "camp")
    interview.set("/data/code", "KG-101")
    interview.set("/data/herd", "yes")
    interview.add_repeat("/data/sight")
    interview.set("/data/sight[2]/place", "Алай")
    interview.place = "/data/sight[2]/place"
    (draft,) = survey.drafts()
    assert dict(draft.values) == interview.session.values()
    assert draft.place == "/data/sight[2]/place"
    assert "Алай" in draft.values.values()


def test_unsaved_work_comes_back_where_it_was(survey: SurveyFile) -> None:
    interview = interviews.start(survey, "camp", language="Russian (ru)")
    interview.set("/data/code", "KG-101")
    interview.set("/data/sight[1]/place", "Алай")
    interview.comment("/data/code", "read from the card")
    interview.place = "second page"
    before = interview.session.values()
    again = interviews.resume(survey, interview.record)
    assert again.session.values() == before
    assert again.place == "second page"
    assert again.comments == {"/data/code": "read from the card"}
    assert again.draft == interview.draft
    assert again.changed
    again.leave()
    assert survey.drafts() == []
    (row,) = survey.rows()
    assert (row.state, row.summary.code) == ("draft", "KG-101")


@pytest.mark.parametrize("ended", ["final", "draft"])
def test_after_a_crash_the_list_shows_what_was_typed_last(survey: SurveyFile, ended: str) -> None:
    record = finished(survey, code="KG-101")
    if ended == "draft":
        begun = interviews.open_record(survey, record)
        begun.set("/data/sheep", 41)
        begun.leave("counted again")
    saved = survey.summary(record)
    typed = interviews.open_record(survey, record)
    typed.set("/data/code", "KG-999")
    path = survey.path
    survey.close()
    with surveys.open_survey(path).value as again:
        (row,) = again.rows(search="KG-999")
        assert (row.record, row.summary.code) == (record, "KG-999")
        interviews.resume(again, record).discard()
        assert (again.summary(record).code, again.summary(record).answered) == (saved.code, saved.answered)
        assert again.rows(search="KG-999") == []


def test_leaving_without_an_answer_leaves_nothing(survey: SurveyFile) -> None:
    interview = interviews.start(survey, "camp")
    saved = interview.leave().value
    assert saved.revision == ""
    assert survey.rows() == []
    assert survey.drafts() == []


def test_leaving_mints_one_draft_revision_and_continuing_mints_the_next(survey: SurveyFile) -> None:
    interview = interviews.start(survey, "camp")
    interview.set("/data/code", "KG-101")
    first = interview.leave().value
    again = interviews.resume(survey, first.record)
    assert not again.changed
    assert again.leave().value.revision == ""
    again = interviews.resume(survey, first.record)
    again.set("/data/herd", "no")
    second = again.leave().value
    assert [step.id for step in survey.history(first.record)] in (
        [second.revision, first.revision],
        [first.revision, second.revision],
    )
    assert survey.view(first.record).heads == (second.revision,)


def test_a_draft_that_was_left_is_continued_at_the_same_place(survey: SurveyFile) -> None:
    interview = interviews.start(survey, "camp")
    interview.set("/data/code", "KG-101")
    interview.place = "/data/herd"
    record = interview.leave().value.record
    again = interviews.resume(survey, record)
    assert again.place == "/data/herd"
    again.place = "/data/sheep"
    assert again.leave().value.revision == ""
    assert interviews.resume(survey, record).place == "/data/sheep"


def test_a_final_interview_is_corrected_from_its_beginning(survey: SurveyFile) -> None:
    record = finished(survey)
    again = interviews.open_record(survey, record)
    again.set("/data/sheep", 41)
    again.place = "/data/sheep"
    assert isinstance(again.finalise().value, Saved)
    assert interviews.open_record(survey, record).place == ""


def test_finalising_lists_every_problem_and_keeps_the_journal(survey: SurveyFile) -> None:
    interview = interviews.start(survey, "camp")
    interview.set("/data/code", "101")
    result = interview.finalise().value
    assert isinstance(result, Problems)
    assert [problem.ref for problem in result.problems] == ["/data/code", "/data/herd", "/data/sight[1]/place"]
    assert len(survey.drafts()) == 1


def test_a_final_interview_holds_relevant_answers_alone(survey: SurveyFile) -> None:
    record = finished(survey, herd="no")
    fields = survey.view(record).answers.fields
    assert "/data/sheep" not in fields
    assert fields["/data/herd"] == "no"
    assert survey.view(record).state == "final"
    assert survey.drafts() == []


def test_what_folded_away_is_still_there_until_the_end(survey: SurveyFile) -> None:
    interview = interviews.start(survey, "camp")
    for name, value in {"code": "KG-101", "herd": "yes", "sheep": "40"}.items():
        interview.set(f"/data/{name}", value)
    interview.set("/data/herd", "no")
    record = interview.leave().value.record
    again = interviews.resume(survey, record)
    again.set("/data/herd", "yes")
    assert again.session.node("/data/sheep").text_value == "40"


def test_a_correction_is_a_new_submission(survey: SurveyFile) -> None:
    record = finished(survey)
    before = survey.view(record).answers.computed["/data/meta/instanceID"]
    with pytest.raises(UserError, match="final"):
        interviews.resume(survey, record)
    interview = interviews.open_record(survey, record)
    interview.set("/data/sheep", 41)
    assert isinstance(interview.finalise().value, Saved)
    view = survey.view(record)
    assert view.answers.fields["/data/sheep"] == "41"
    assert view.answers.computed["/data/meta/instanceID"] != before
    assert f"<deprecatedID>{before}</deprecatedID>" in interviews.submission_xml(survey, record).decode()
    assert len(survey.history(record)) == 2


def test_a_correction_without_a_change_mints_nothing(survey: SurveyFile) -> None:
    record = finished(survey)
    for end in ("finalise", "leave"):
        interview = interviews.open_record(survey, record)
        getattr(interview, end)()
        assert len(survey.history(record)) == 1
        assert survey.drafts() == []
        assert survey.view(record).state == "final"


def test_a_copy_has_the_answers_and_no_code(survey: SurveyFile) -> None:
    record = finished(survey, note="by the river")
    interview = interviews.duplicate(survey, record)
    assert interview.record != record
    assert interview.session.node("/data/code").text_value == ""
    assert interview.session.node("/data/note").text_value == "by the river"
    assert interview.session.node("/data/sight[1]/place").text_value == "Alay"
    interview.set("/data/code", "KG-102")
    assert isinstance(interview.finalise().value, Saved)
    ids = {survey.view(row.record).answers.computed["/data/meta/instanceID"] for row in survey.rows()}
    assert len(ids) == 2


def test_deleting_can_be_taken_back_and_done_again(survey: SurveyFile) -> None:
    records = [finished(survey, code=f"KG-10{n}") for n in range(2)]
    deleted = interviews.delete(survey, records)
    assert survey.rows() == []
    assert "records" in deleted.touched
    assert deleted.undo is not None
    back = deleted.undo()
    assert len(survey.rows()) == 2
    assert back.undo is not None
    back.undo()
    assert survey.rows() == []


def test_remarks_are_kept_with_the_record(survey: SurveyFile) -> None:
    record = finished(survey)
    field = next(name for name in survey.view(record).answers.fields if name.endswith("/place"))
    interview = interviews.open_record(survey, record)
    interview.comment(field, "by the old bridge")
    interview.comment("/data/sheep", "counted twice")
    interview.comment("/data/sheep", "")
    interview.finalise()
    detail = interviews.show(survey, record).value
    assert detail.comments == {field: "by the old bridge"}
    assert [answer.comment for answer in detail.answers if answer.field == field] == ["by the old bridge"]
    assert interviews.open_record(survey, record).comments == {field: "by the old bridge"}
    assert set(survey.view(record).answers.fields) & {"/data/code", "/data/sheep"}


def test_the_details_read_as_asked(survey: SurveyFile) -> None:
    record = finished(survey)
    detail = interviews.show(survey, record, language="Russian (ru)").value
    read = {answer.name: (answer.label, answer.text) for answer in detail.answers}
    assert read["herd"] == ("Держите ли вы скот?", "Да")
    assert detail.code == "KG-101"
    assert (detail.answered, detail.total) == (4, 5)


def test_the_submission_is_what_odk_expects(survey: SurveyFile) -> None:
    record = finished(survey)
    xml = interviews.submission_xml(survey, record).decode()
    assert 'id="camp"' in xml
    assert 'version="3"' in xml
    assert "<sheep>40</sheep>" in xml
    assert survey.view(record).answers.computed["/data/meta/instanceID"] in xml


def test_trying_a_form_out_keeps_nothing(survey: SurveyFile) -> None:
    interview = interviews.preview(forms.form_of(survey, "camp"))
    for name, value in {"code": "KG-101", "herd": "no", "sight[1]/place": "Alay"}.items():
        interview.set(f"/data/{name}", value)
    interview.place = "somewhere"
    assert isinstance(interview.finalise().value, Saved)
    interview.leave()
    assert survey.rows() == []
    assert survey.drafts() == []


def test_a_full_disk_loses_nothing_that_is_on_the_screen(survey: SurveyFile) -> None:
    full = [False]

    def journal(draft: str, changes: Mapping[str, str | None], place: str) -> None:
        if full[0]:
            raise UserError("disk-full", "The disk is full.")
        survey.journal(draft, changes, place=place)

    interview = interviews.start(survey, "camp", journal=journal)
    interview.set("/data/code", "KG-101")
    full[0] = True
    for value in ("no", "yes"):
        with pytest.raises(UserError, match="full"):
            interview.set("/data/herd", value)
    assert interview.session.node("/data/herd").text_value == "yes"
    full[0] = False
    interview.write_pending()
    (draft,) = survey.drafts()
    assert dict(draft.values) == interview.session.values()


def test_a_journal_that_writes_later_gives_back_what_it_could_not_write(survey: SurveyFile) -> None:
    queue: list[tuple[str, dict[str, str | None], str]] = []
    interview = interviews.start(
        survey, "camp", journal=lambda draft, changes, place: queue.append((draft, dict(changes), place))
    )
    interview.set("/data/code", "KG-101")
    interview.set("/data/herd", "no")
    (_, failed, _), (draft, later, place) = queue
    survey.journal(draft, later, place=place)
    interview.not_written(failed)
    interview.set("/data/code", "KG-102")
    draft, changes, place = queue[-1]
    survey.journal(draft, changes, place=place)
    assert dict(survey.draft(draft).values) == interview.session.values()


def test_an_unknown_language_is_told_the_nearest(survey: SurveyFile) -> None:
    with pytest.raises(UserError) as refused:
        interviews.start(survey, "camp", language="Rusian (ru)")
    assert "Russian (ru)" in refused.value.advice
    assert survey.drafts() == []


def test_a_file_answers_a_question(survey: SurveyFile) -> None:
    interview = interviews.start(survey, "camp")
    interview.attach("/data/note", b"drawing", "map.png")
    again = interviews.resume(survey, interview.record)
    sha256 = again.answers().files["map.png"]
    assert survey.attachment(sha256) == b"drawing"
    record = again.leave().value.record
    assert survey.view(record).answers.files == {"map.png": sha256}


def test_a_script_is_told_what_the_form_cannot_work_out(tmp_path: Path) -> None:
    form = tmp_path / "marked.md"
    form.write_text(
        "| survey |\n| | type | name | label | calculation |\n| | text | code | Code? | |\n"
        "| | calculate | mark | | digest(${code}, 'SHA-3') |\n| settings |\n| | form_id |\n| | marked |\n",
        "utf-8",
    )
    with SurveyFile.create(tmp_path / "marked.cami", title="Marked") as survey:
        forms.add(survey, [form])
        filled = scripts.fill(survey, "marked", [{"set": "/data/code", "value": "KG-1"}])
    assert filled.value.ok
    failing, final = filled.notices
    assert (failing.code, failing.level, failing.where) == ("form.fails", "warning", "/data/mark")
    assert final.code == "interview.final"
