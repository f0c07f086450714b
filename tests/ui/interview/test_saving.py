"""Nothing that was on the screen is lost: journal, leaving, coming back, finishing, a full disk."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer, QTimerEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from cami_survey.base.errors import UserError
from cami_survey.base.settings import Settings
from cami_survey.operations import interviews, reviews, surveys
from cami_survey.store.api import SurveyFile
from cami_survey.ui.interview.frame import AGAIN
from cami_survey.ui.interview.page import InterviewPage
from cami_survey.ui.worker import Worker
from tests.conftest import Questionnaires
from tests.ui.interview.conftest import Running, shown

CONTROL = Qt.KeyboardModifier.ControlModifier
Key = Qt.Key
# Milliseconds after which what is on the screen is safe.
SAFE_AFTER = 1000


@pytest.fixture
def survey(tmp_path: Path, questionnaires: Questionnaires) -> Iterator[SurveyFile]:
    opened = surveys.create(tmp_path / "field.cami", title="Naryn").value
    opened.add_form(questionnaires["herder_interview"])
    yield opened
    opened.close()


@pytest.fixture
def worker(qapp: QApplication) -> Iterator[Worker]:
    running = Worker()
    crashes: list[str] = []
    running.crashed.connect(crashes.append)
    yield running
    running.finish()
    running.close()
    assert crashes == []


def opened(interview: interviews.Interview, worker: Worker | None, qtbot: QtBot) -> Running:
    return shown(InterviewPage(interview, Settings(), worker=worker), qtbot)


@pytest.fixture
def run(survey: SurveyFile, worker: Worker, qtbot: QtBot) -> Running:
    return opened(interviews.start(survey, "herder_interview"), worker, qtbot)


def saved_words(run: Running) -> str:
    return run.page.frame.footer.saved.words.text()


def test_every_answer_is_in_the_journal_and_the_time_is_shown(run: Running, survey: SurveyFile) -> None:
    run.type("KG-H0123")
    run.press(Key.Key_Return)
    run.qtbot.waitUntil(lambda: saved_words(run).startswith("Saved "))
    draft = str(run.page.interview.draft)
    # An earlier write, of the place, may have been acknowledged first.
    run.qtbot.waitUntil(lambda: survey.draft(draft).values.get("/data/ident/int_code") == "KG-H0123")
    run.qtbot.waitUntil(lambda: survey.draft(draft).place == "/data/ident/interviewer")


def timers(run: Running) -> list[QTimer]:
    return [timer for timer in run.page.findChildren(QTimer) if timer.isActive()]


def a_second_passes(run: Running) -> None:
    """What would begin by itself within a second begins; nobody waits for it, and nobody does anything meanwhile."""
    for timer in timers(run):
        if timer.remainingTime() <= SAFE_AFTER:
            QApplication.sendEvent(timer, QTimerEvent(timer.timerId()))


def test_typed_text_is_in_the_journal_within_a_second_without_leaving_the_field(
    run: Running, survey: SurveyFile, worker: Worker
) -> None:
    run.type("KG-H01")
    a_second_passes(run)
    worker.finish()
    assert survey.draft(str(run.page.interview.draft)).values["/data/ident/int_code"] == "KG-H01"


def test_whoever_types_on_does_not_put_off_what_is_saved(run: Running) -> None:
    before = set(timers(run))
    run.type("K")
    (push,) = set(timers(run)) - before
    # Long enough for a slow machine; a timer that is started anew has another number.
    push.start(60_000)
    started = push.timerId()
    run.type("G-H01")
    assert push.timerId() == started


def test_leaving_saves_and_one_comes_back_to_the_same_question(
    run: Running, survey: SurveyFile, worker: Worker, qtbot: QtBot
) -> None:
    run.type("KG-H0123")
    run.go_to("/data/ident/adm2")
    run.type("Naryn")
    with qtbot.waitSignal(run.page.left) as left:
        run.strike(Key.Key_Escape)
    record = left.args[0]
    assert survey.rows()[0].record == record
    assert survey.rows()[0].summary.code == "KG-H0123"
    assert run.page.outcome is not None

    again = opened(interviews.resume(survey, record), worker, qtbot)
    assert again.value("/data/ident/adm2") == "Naryn"


def test_after_a_crash_the_place_is_found_again(run: Running, survey: SurveyFile, worker: Worker, qtbot: QtBot) -> None:
    run.go_to("/data/ident/adm2")
    run.type("Naryn")
    run.page.questions.flush()
    worker.finish()
    draft = str(run.page.interview.draft)
    again = opened(interviews.resume(survey, draft), worker, qtbot)
    assert again.here() == "/data/ident/adm2"
    assert again.value("/data/ident/adm2") == "Naryn"


def test_what_a_reviewer_asks_is_a_thing_to_come_back_to_at_its_question(
    survey: SurveyFile, worker: Worker, qtbot: QtBot
) -> None:
    begun = interviews.start(survey, "herder_interview")
    begun.set("/data/ident/int_code", "KG-H0123")
    begun.leave()
    reviews.comment(survey, begun.record, "int_code", "Is this not KG-H0132?")
    run = opened(interviews.open_record(survey, begun.record), worker, qtbot)
    run.page.show_progress()
    notes = run.page.frame.notes
    assert [(one.field, one.detail, one.kind) for one in notes.back()] == [
        ("/data/ident/int_code", "Is this not KG-H0132?", "query")
    ]
    run.go_to("/data/ident/int_code")
    assert notes.guidance.text() == "The reviewer asks: Is this not KG-H0132?"
    run.page.interview.comment("/data/ident/int_code", "No, it is right")
    run.page.show_progress()
    assert notes.back() == []


def test_comments_come_back(run: Running, survey: SurveyFile, worker: Worker, qtbot: QtBot) -> None:
    run.press(Key.Key_F2)
    run.type("Windy.")
    run.press(Key.Key_Escape)
    with qtbot.waitSignal(run.page.left) as left:
        run.strike(Key.Key_Escape)
    again = opened(interviews.resume(survey, left.args[0]), worker, qtbot)
    again.go_to("/data/ident/int_code")
    assert again.page.frame.notes.comment.toPlainText() == "Windy."


BEGUN = {
    "ident/int_code": "KG-H0123",
    "ident/interviewer": "F1",
    "ident/country": "KG",
    "ident/adm1": "KG-N",
    "ident/adm2": "Naryn",
    "ident/loc_prec": "adm",
    "ident/lang": "ru",
    "ident/interp": "no",
    "ident/others": "0",
    "cons/comm_consent": "yes",
}
# Nobody under eighteen is asked: that ends the interview.
REFUSED = {**BEGUN, "cons/adult": "no"}


def test_finishing_makes_it_final(survey: SurveyFile, worker: Worker, qtbot: QtBot) -> None:
    interview = interviews.start(survey, "herder_interview")
    for name, value in BEGUN.items():
        interview.set(f"/data/{name}", value)
    run = opened(interview, worker, qtbot)
    run.go_to("/data/cons/adult")
    run.press("2", Key.Key_Return)
    assert QApplication.focusWidget() is run.page.frame.footer.next_button
    assert run.page.frame.footer.next_button.text() == "Finish"
    with qtbot.waitSignal(run.page.finalised) as finalised:
        run.strike(Key.Key_Return)
    assert survey.view(finalised.args[0]).state == "final"


def test_the_first_change_of_a_finished_interview_says_that_it_is_a_draft_again(
    survey: SurveyFile, worker: Worker, qtbot: QtBot
) -> None:
    first = interviews.start(survey, "herder_interview")
    for name, value in REFUSED.items():
        first.set(f"/data/{name}", value)
    saved = first.finalise().value
    assert isinstance(saved, interviews.Saved)
    run = opened(interviews.open_record(survey, saved.record), worker, qtbot)
    run.go_to("/data/ident/adm2")
    assert run.page.frame.band_words(AGAIN) == ""
    run.type("Alay")
    run.press(Key.Key_Return)
    assert "This interview was finished; from now on it is a draft again." in run.page.frame.band_words(AGAIN)


def test_a_full_disk_is_said_at_once_and_the_text_stays_until_it_can_be_saved(
    run: Running, survey: SurveyFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = SurveyFile.journal

    def full(self: SurveyFile, draft: str, changes: Mapping[str, str | None], *, place: str | None = None) -> None:
        raise UserError("file.full", "The disk is full.", advice="Free some space.")

    monkeypatch.setattr(SurveyFile, "journal", full)
    run.type("KG-H0123")
    run.press(Key.Key_Return)
    run.qtbot.waitUntil(lambda: saved_words(run) == "Not saved")
    assert "The disk is full." in run.page.frame.band_words()
    run.type("F1")
    run.press(Key.Key_Return, hold=Qt.KeyboardModifier.ShiftModifier)
    assert run.line().text() == "KG-H0123"

    monkeypatch.setattr(SurveyFile, "journal", real)
    saver = run.page.saver
    assert saver is not None
    run.qtbot.waitUntil(lambda: not saver.waiting)
    saver.retry()
    run.qtbot.waitUntil(lambda: saved_words(run).startswith("Saved "))
    assert run.page.frame.band_words() == ""
    values = survey.draft(str(run.page.interview.draft)).values
    assert values["/data/ident/int_code"] == "KG-H0123"
    assert values["/data/ident/interviewer"] == "F1"


def test_a_newer_answer_that_was_saved_is_not_overwritten_by_an_older_one_that_was_not(
    run: Running, survey: SurveyFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = SurveyFile.journal
    calls = []

    def full_once(self: SurveyFile, draft: str, changes: Mapping[str, str | None], *, place: str | None = None) -> None:
        calls.append(changes)
        if len(calls) == 1:
            raise UserError("file.full", "The disk is full.")
        real(self, draft, changes, place=place)

    monkeypatch.setattr(SurveyFile, "journal", full_once)
    run.page.interview.set("/data/ident/adm2", "older")
    run.page.interview.set("/data/ident/adm2", "newer")
    saver = run.page.saver
    assert saver is not None
    run.qtbot.waitUntil(lambda: len(calls) >= 2 and not saver.waiting)
    saver.retry()
    run.qtbot.waitUntil(lambda: saved_words(run).startswith("Saved "))
    assert survey.draft(str(run.page.interview.draft)).values["/data/ident/adm2"] == "newer"


def test_leaving_with_a_full_disk_keeps_the_interview_open(
    run: Running, survey: SurveyFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: SurveyFile, **_given: object) -> str:
        raise UserError("file.full", "The disk is full.")

    left: list[str] = []
    run.page.left.connect(left.append)
    run.type("KG-H0123")
    with monkeypatch.context() as patch:
        patch.setattr(SurveyFile, "save", full)
        run.strike(Key.Key_Escape)
        run.qtbot.waitUntil(lambda: "The disk is full." in run.page.frame.band_words())
    assert left == []
    assert run.page.isEnabled()
    with run.qtbot.waitSignal(run.page.left):
        run.strike(Key.Key_Escape)


def test_without_a_worker_everything_is_saved_as_well(survey: SurveyFile, qtbot: QtBot) -> None:
    run = opened(interviews.start(survey, "herder_interview"), None, qtbot)
    run.type("KG-H0123")
    run.page.questions.flush()
    draft = survey.draft(str(run.page.interview.draft))
    assert draft.values["/data/ident/int_code"] == "KG-H0123"
