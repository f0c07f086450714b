"""The review in the window, by the keys: approve and go on, ask, answer at the very question, close."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from cami_survey.operations import interviews, reviews
from cami_survey.operations.running import Saved
from cami_survey.store.api import SurveyFile
from cami_survey.ui.asking import QUERY
from cami_survey.ui.dialogs.say import SayDialog
from cami_survey.ui.interview.reasons import ReasonDialog
from cami_survey.ui.kit.table import CELL
from cami_survey.ui.pages.review import ReviewPage
from cami_survey.ui.shell import Shell
from tests.operations.test_reviews import FORM
from tests.ui.conftest import settle
from tests.ui.test_accessibility import complaints


@pytest.fixture
def survey(make_survey: Callable[..., SurveyFile], tmp_path: Path) -> SurveyFile:
    from cami_survey.operations import forms

    made = make_survey("hub")
    path = tmp_path / "camp.md"
    path.write_text(FORM, "utf-8")
    forms.add(made, [path])
    for number in range(3):
        running = interviews.start(made, "camp")
        running.set("/data/code", f"KG-10{number}")
        running.set("/data/sheep", 4000)
        assert isinstance(running.finalise().value, Saved)
    return made


@pytest.fixture
def page(window: Shell, survey: SurveyFile) -> ReviewPage:
    window.desk.take(survey)
    window.go("interviews")
    settle(window)
    window.go("review")
    settle(window)
    found = window.pages["review"]
    assert isinstance(found, ReviewPage)
    return found


def codes(page: ReviewPage) -> list[str]:
    return [page.listing.model.index(row, 0).data(CELL).text for row in range(page.listing.model.rowCount())]


def write(window: Shell, qtbot: QtBot, words: str) -> None:
    """Write into the dialog that is open, and finish it by its button."""
    dialog = QApplication.activeModalWidget() or window.findChild(SayDialog)
    assert isinstance(dialog, SayDialog)
    assert complaints(dialog) == []
    qtbot.keyClicks(dialog.text, words)
    dialog._say()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    settle(window)


def test_interviews_are_approved_one_after_the_other_by_one_key(
    page: ReviewPage, window: Shell, survey: SurveyFile, qtbot: QtBot
) -> None:
    assert codes(page) == ["KG-102", "KG-101", "KG-100"]
    assert complaints(window) == []
    qtbot.keyClick(page.listing.table, Qt.Key.Key_Return)
    settle(window)
    assert page.currentWidget() is page.reading
    assert page.reading.title.text() == "KG-102"
    assert complaints(window) == []
    qtbot.keyClick(page.reading.table, Qt.Key.Key_A)
    settle(window)
    assert page.reading.title.text() == "KG-101"
    qtbot.keyClick(page.reading.table, Qt.Key.Key_I)
    settle(window)
    assert page.reading.title.text() == "KG-100"
    qtbot.keyClick(page.reading.table, Qt.Key.Key_X)
    write(window, qtbot, "Made up")
    qtbot.keyClick(page.reading.table, Qt.Key.Key_Escape)
    assert page.currentWidget() is page.listing
    assert survey.review_counts() == {"received": 0, "issues": 1, "approved": 1, "rejected": 1}
    page.show_state("rejected")
    settle(window)
    assert codes(page) == ["KG-100"]
    window.feedback.undo()
    settle(window)
    assert survey.review_counts()["rejected"] == 0


def test_a_query_is_asked_opened_at_its_question_replied_to_and_closed(
    page: ReviewPage, window: Shell, survey: SurveyFile, qtbot: QtBot
) -> None:
    qtbot.keyClick(page.listing.table, Qt.Key.Key_Return)
    settle(window)
    page.reading.table.setCurrentIndex(page.reading.model.index(1, 0))
    qtbot.keyClick(page.reading.table, Qt.Key.Key_C)
    write(window, qtbot, "Four thousand?")
    assert [task.query.text for task in reviews.tasks(survey)] == ["Four thousand?"]
    assert page.reading.close_query.isEnabled()
    qtbot.keyClick(page.reading.table, Qt.Key.Key_Escape)
    qtbot.keyClick(page.listing.table, Qt.Key.Key_Q)
    settle(window)
    assert page.currentWidget() is page.tasks
    assert complaints(window) == []

    qtbot.keyClick(page.tasks.table, Qt.Key.Key_Return)
    settle(window)
    running = window.running
    assert running is not None
    assert running.questions.here == "/data/sheep"
    assert "Four thousand?" in running.frame.band_words(QUERY)
    running.interview.set("/data/sheep", 400)
    running.finish()
    reason = window.findChild(ReasonDialog)
    assert reason is not None
    qtbot.keyClicks(reason.field, "Asked again")
    reason._give()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    settle(window)
    assert window.running is None
    assert page.currentWidget() is page.tasks
    (task,) = page.tasks.tasks
    assert (task.before, task.now) == ("4000", "400")

    qtbot.keyClick(page.tasks.table, Qt.Key.Key_R)
    write(window, qtbot, "A slip")
    assert [one.query.state for one in page.tasks.tasks] == ["answered"]
    qtbot.keyClick(page.tasks.table, Qt.Key.Key_C)
    write(window, qtbot, "Sure?")
    assert [one.query.state for one in page.tasks.tasks] == ["open"]
    qtbot.keyClick(page.tasks.table, Qt.Key.Key_L)
    settle(window)
    assert page.tasks.tasks == []
    assert not page.tasks.open.isEnabled()
    qtbot.keyClick(page.tasks.table, Qt.Key.Key_Escape)
    assert page.currentWidget() is page.listing


def test_a_reply_is_written_inside_the_interview(
    page: ReviewPage, window: Shell, survey: SurveyFile, qtbot: QtBot
) -> None:
    record = survey.rows()[0].record
    reviews.comment(survey, record, "sheep", "Four thousand?")
    window.desk.asked_to_answer.emit(reviews.tasks(survey)[0])
    settle(window)
    assert window.running is not None
    qtbot.keyClick(
        window.running, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    )
    write(window, qtbot, "Counted twice")
    assert window.running.frame.band_words(QUERY) == ""
    assert [task.query.state for task in reviews.tasks(survey)] == ["answered"]
    window.running.leave()
    settle(window)


def test_the_list_of_interviews_tells_the_review_and_leads_to_it(
    page: ReviewPage, window: Shell, survey: SurveyFile, qtbot: QtBot
) -> None:
    reviews.set_state(survey, [survey.rows()[0].record], "approved")
    window.go("interviews")
    listing = window.pages["interviews"]
    listing.show_filter("approved")  # type: ignore[attr-defined]
    settle(window)
    qtbot.waitUntil(lambda: listing.model.total() == 1)  # type: ignore[attr-defined]
    assert listing.model.index(1, 3).data(CELL).text == "Approved"  # type: ignore[attr-defined]
    listing._review_current()  # type: ignore[attr-defined]
    settle(window)
    assert page.currentWidget() is page.reading
    assert page.reading.title.text() == "KG-102"
