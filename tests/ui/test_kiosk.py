"""The kiosk: one form, one after the other, and no way to anything else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from cami_survey.base.settings import Settings
from cami_survey.operations import forms, interviews
from cami_survey.operations.running import Saved
from cami_survey.store.api import SurveyFile
from cami_survey.ui.kiosk import Kiosk
from tests.ui.test_accessibility import complaints

Key = Qt.Key
CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
FORM = """
| survey |
| | type | name | label |
| | text | code | Code |
| | text | wish | Wish |
| settings |
| | form_id | title |
| | wishes | What do you wish for? |
"""


@pytest.fixture
def survey_path(tmp_path: Path) -> Path:
    form = tmp_path / "wishes.md"
    form.write_text(FORM, "utf-8")
    path = tmp_path / "w.cami"
    with SurveyFile.create(path, title="W") as survey:
        forms.add(survey, [form])
        interview = interviews.start(survey, "wishes")
        interview.set("/data/code", "A-1")
        assert isinstance(interview.finalise().value, Saved)
    return path


@pytest.fixture
def kiosk(qtbot: QtBot, look: None, survey_path: Path) -> Iterator[Kiosk]:
    made = Kiosk(Settings(), "wishes")
    made.resize(1000, 700)
    qtbot.addWidget(made)
    made.show()
    made.start(survey_path)
    settle(made)
    yield made
    settle(made)
    made.leave()


def settle(kiosk: Kiosk) -> None:
    for _turn in range(4):
        kiosk.worker.finish()
        QApplication.processEvents()


def press(kiosk: Kiosk, key: Qt.Key | str, hold: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    kiosk.activateWindow()
    QTest.keyClick(kiosk.focusWidget() or kiosk, key, hold)
    settle(kiosk)


def test_one_interview_after_the_other_by_keys_alone(kiosk: Kiosk) -> None:
    assert kiosk.face.title.text() == "What do you wish for?"
    for code in ("B-1", "B-2"):
        press(kiosk, Key.Key_Return)
        assert kiosk.running is not None
        QTest.keyClicks(kiosk.focusWidget(), code)
        press(kiosk, Key.Key_F8)
        press(kiosk, Key.Key_Return)
        assert kiosk.running is None
        assert "Thank you" in kiosk.face.words.text()
    rows = kiosk.desk.survey.rows()
    assert sorted(row.summary.code for row in rows) == ["A-1", "B-1", "B-2"]


def test_who_stops_leaves_a_draft_and_nobody_sees_it(kiosk: Kiosk) -> None:
    press(kiosk, Key.Key_Return)
    QTest.keyClicks(kiosk.focusWidget(), "C-1")
    press(kiosk, Key.Key_Escape)
    assert kiosk.running is None
    (draft,) = kiosk.desk.survey.rows("drafts")
    assert draft.summary.code == "C-1"
    press(kiosk, Key.Key_Return)
    assert kiosk.running is not None
    assert kiosk.running.interview.record != draft.record


def test_another_interview_with_the_same_code_is_not_told_of(kiosk: Kiosk) -> None:
    press(kiosk, Key.Key_Return)
    QTest.keyClicks(kiosk.focusWidget(), "A-1")
    press(kiosk, Key.Key_Return)
    assert kiosk.running is not None
    assert kiosk.running.watch is None


@pytest.mark.parametrize("keys", ["Ctrl+Q", "Ctrl+O", "Ctrl+1", "F1", "Ctrl+,", "Ctrl+E"])
def test_no_key_of_the_program_works(kiosk: Kiosk, keys: str) -> None:
    from PySide6.QtGui import QKeySequence

    combination = QKeySequence(keys)[0]
    QTest.keyClick(kiosk, combination.key(), combination.keyboardModifiers())
    settle(kiosk)
    assert kiosk.isVisible()
    assert kiosk.stack.currentWidget() is kiosk.face


def test_the_window_does_not_close_except_by_its_keys(kiosk: Kiosk) -> None:
    assert not kiosk.close()
    press(kiosk, Key.Key_Return)
    QTest.keyClicks(kiosk.focusWidget(), "D-1")
    survey = kiosk.desk.survey
    QTest.keyClick(kiosk, Key.Key_Q, CONTROL | SHIFT)
    assert not kiosk.isVisible()
    with SurveyFile.open(survey.path) as again:
        assert "D-1" in [row.summary.code for row in again.rows()]


def test_a_form_that_is_not_there_is_said(qtbot: QtBot, look: None, survey_path: Path) -> None:
    made = Kiosk(Settings(), "wishs")
    qtbot.addWidget(made)
    made.show()
    made.start(survey_path)
    settle(made)
    assert made.feedback.shown_error() != ""
    assert made.face.begin.isHidden()
    made.leave()


def test_screen_readers_hear_everything_there(kiosk: Kiosk) -> None:
    assert complaints(kiosk) == []
    press(kiosk, Key.Key_Return)
    assert complaints(kiosk) == []
