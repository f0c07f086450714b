"""The frame: opening and making surveys, places by keys, language and text size at run time, notices."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QStandardPaths, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from cami_survey.base.errors import UserError
from cami_survey.base.notices import Notice, Outcome
from cami_survey.operations import surveys
from cami_survey.store.api import SurveyFile
from cami_survey.ui import theme
from cami_survey.ui.dialogs.survey import KeyDialog, NewSurvey, NewSurveyDialog, file_name
from cami_survey.ui.feedback import CrashDialog, Feedback, Question
from cami_survey.ui.pages.first import FirstUse
from cami_survey.ui.pages.help import HelpPage
from cami_survey.ui.pages.start import StartPage
from cami_survey.ui.shell import Shell
from tests.exchange.surveys import interview
from tests.ui.conftest import HERDER, settle

CONTROL = Qt.KeyboardModifier.ControlModifier


def opening(window: Shell) -> object:
    return window._opening()


def test_without_a_survey_the_first_page_offers_one(window: Shell) -> None:
    page = window.stack.currentWidget()
    assert isinstance(page, StartPage)
    assert page.button is not None
    assert page.button.text() == "Make a new survey"
    assert not window.rail.items["exchange"].isEnabled()
    assert window.rail.items["help"].isEnabled()


def test_a_new_survey_is_made_from_what_was_asked(window: Shell, tmp_path: Path) -> None:
    window._opening().make(NewSurvey(tmp_path / "ala.cami", "Ala-Too 2026", "Aizada", "KG-07", ""))
    settle(window)
    assert window.desk.survey.title == "Ala-Too 2026"
    assert window.top.title.text() == "Ala-Too 2026"
    assert window.top.who.text() == "Aizada · KG-07"
    assert window.desk.settings.recent == (str(tmp_path / "ala.cami"),)
    window.desk.take(None)
    settle(window)
    assert isinstance(window.stack.currentWidget(), StartPage)


def test_a_survey_that_is_open_already_is_shown(window: Shell, tmp_path: Path) -> None:
    path = tmp_path / "ala.cami"
    window._opening().make(NewSurvey(path, "Ala-Too 2026", "Aizada", "KG-07", ""))
    settle(window)
    survey = window.desk.survey
    window.go("forms")
    window._opening().open_path(tmp_path / "." / path.name)
    settle(window)
    assert window.desk.survey is survey
    assert window.feedback.shown_error() == ""
    assert window.place == "interviews"


def test_the_dialog_refuses_two_different_passwords(window: Shell, qtbot: QtBot) -> None:
    dialog = NewSurveyDialog("Aizada", "KG-07", window)
    qtbot.addWidget(dialog)
    made: list[NewSurvey] = []
    dialog.ready.connect(made.append)
    dialog.title.setText("Ala-Too: 2026?")
    assert dialog.path.text().endswith("Ala-Too- 2026-.cami")
    dialog.password.setText("one")
    dialog.again.setText("two")
    dialog._make()
    assert made == []
    assert dialog.problem.text() == "The two passwords are not the same."
    dialog.again.setText("one")
    dialog._make()
    assert made[0].key == "one"


@pytest.mark.parametrize(
    ("folder", "key", "said", "kept"),
    [
        ("nowhere", "long enough words", "There is no folder", "long enough words"),
        (".", "short", "A password has 8 characters at least.", ""),
    ],
)
def test_what_could_not_be_made_is_asked_again_with_what_was_typed(
    window: Shell, tmp_path: Path, folder: str, key: str, said: str, kept: str
) -> None:
    path = tmp_path / folder / "ala.cami"
    window._opening().make(NewSurvey(path, "Ala-Too 2026", "Aizada", "KG-07", key))
    settle(window)
    (dialog,) = window.findChildren(NewSurveyDialog)
    assert said in dialog.problem.text()
    assert (dialog.title.text(), dialog.facilitator.text(), dialog.device_name.text()) == (
        "Ala-Too 2026",
        "Aizada",
        "KG-07",
    )
    assert (dialog.password.text(), dialog.path.text()) == (kept, str(path))
    assert not window.desk.is_open
    dialog.reject()


def test_a_new_survey_goes_to_a_folder_that_is_there(
    window: Shell, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QStandardPaths, "writableLocation", lambda _place: "/nowhere/Documents")
    dialog = NewSurveyDialog("Aizada", "KG-07", window)
    qtbot.addWidget(dialog)
    assert Path(dialog.path.text()).parent == Path.home()


@pytest.mark.parametrize(("title", "name"), [("a/b", "a-b.cami"), ("", "survey.cami"), (" . ", "survey.cami")])
def test_titles_become_file_names(title: str, name: str) -> None:
    assert file_name(title) == name


@pytest.mark.usefixtures("quick_stretching")
def test_an_encrypted_survey_asks_for_its_password_until_it_is_right(
    window: Shell, tmp_path: Path, qtbot: QtBot
) -> None:
    path = tmp_path / "secret.cami"
    surveys.create(path, title="Secret", key="the right words").value.close()
    window.start(path)
    settle(window)
    dialog = window.findChild(KeyDialog)
    assert dialog is not None
    dialog.password.setText("wrong")
    qtbot.keyClick(dialog.password, Qt.Key.Key_Return)
    settle(window)
    again = [found for found in window.findChildren(KeyDialog) if found.isVisible()]
    assert len(again) == 1
    assert again[0].problem.text() != ""
    again[0].password.setText("the right words")
    qtbot.keyClick(again[0].password, Qt.Key.Key_Return)
    settle(window)
    assert window.desk.survey.title == "Secret"


def test_a_file_that_is_no_survey_is_said_in_the_band(window: Shell, tmp_path: Path) -> None:
    path = tmp_path / "no.cami"
    path.write_bytes(b"not a survey" * 1000)
    window._opening().open_path(path)
    settle(window)
    assert window.feedback.shown_error() != "" or window.findChild(KeyDialog) is not None
    assert not window.desk.is_open
    assert path.read_bytes() == b"not a survey" * 1000


def test_places_by_their_keys(window: Shell, make_survey: Callable[..., SurveyFile], qtbot: QtBot) -> None:
    window.desk.take(make_survey("keys", HERDER))
    settle(window)
    for key, place in (
        (Qt.Key.Key_2, "exchange"),
        (Qt.Key.Key_3, "analysis"),
        (Qt.Key.Key_6, "forms"),
        (Qt.Key.Key_1, "interviews"),
    ):
        qtbot.keyClick(window, key, CONTROL)
        settle(window)
        assert window.place == place
        assert window.rail.items[place].isChecked()
    qtbot.keyClick(window, Qt.Key.Key_F1)
    assert window.place == "help"


@pytest.mark.parametrize("place", ["meeting", "map"])
def test_places_to_come_offer_what_helps_today(
    window: Shell, make_survey: Callable[..., SurveyFile], place: str
) -> None:
    window.desk.take(make_survey("later", HERDER))
    window.go(place)
    page = window.pages[place]
    assert isinstance(page, FirstUse)
    assert page.button is not None
    assert page.button.text() == "Export to Excel"


def test_text_grows_and_shrinks_by_keys(window: Shell, qtbot: QtBot) -> None:
    qtbot.keyClick(window, Qt.Key.Key_Plus, CONTROL)
    assert window.desk.settings.text_size == 110
    assert theme.look.scale == 1.1
    for _again in range(20):
        qtbot.keyClick(window, Qt.Key.Key_Plus, CONTROL)
    assert window.desk.settings.text_size == 200
    qtbot.keyClick(window, Qt.Key.Key_0, CONTROL)
    assert window.desk.settings.text_size == 100
    qtbot.keyClick(window, Qt.Key.Key_Minus, CONTROL)
    assert theme.look.scale == 0.9


def test_the_language_of_the_program_changes_at_once(
    window: Shell, make_survey: Callable[..., SurveyFile], qapp: QApplication
) -> None:
    window.desk.take(make_survey("language", HERDER))
    window.go("forms")
    settle(window)
    window.set_language("fa")
    settle(window)
    assert qapp.layoutDirection() == Qt.LayoutDirection.RightToLeft
    assert window.place == "forms"
    assert window.top.language.text() == "فارسی"
    window.set_language("en")
    settle(window)
    assert qapp.layoutDirection() == Qt.LayoutDirection.LeftToRight


def test_settings_are_kept(window: Shell) -> None:
    from cami_survey.base import settings

    window.change(replace(window.desk.settings, theme="sunlight", text_size=120))
    assert settings.load().theme == "sunlight"
    assert theme.look.name == "sunlight"


@pytest.mark.parametrize(("width", "columns"), [(760, 1), (1440, 2)])
def test_the_keys_in_the_help_have_room_for_their_words(window: Shell, width: int, columns: int) -> None:
    window.resize(width, 900)
    window.go("help")
    settle(window)
    page = window.pages["help"]
    assert isinstance(page, HelpPage)
    assert len({card.x() for card in page.cards}) == columns


def test_the_rail_folds_to_icons_when_the_text_is_large(window: Shell) -> None:
    window.scale_text(theme.TEXT_STEP)
    window.change(replace(window.desk.settings, text_size=200))
    window.resize(1280, 700)
    settle(window)
    assert all(item.compact for item in window.rail.items.values())
    assert window.rail.items["help"].geometry().bottom() <= window.rail.height()


# ---- notices


@pytest.fixture
def feedback(qtbot: QtBot, look: None) -> Feedback:
    made = Feedback()
    qtbot.addWidget(made.top)
    qtbot.addWidget(made.bottom)
    return made


def test_an_error_says_what_and_what_to_do(feedback: Feedback) -> None:
    retried: list[bool] = []
    feedback.error(UserError("disk.full", "The disk is full.", advice="Free some space."), lambda: retried.append(True))
    assert feedback.shown_error() == "The disk is full."
    feedback.clear()
    assert feedback.shown_error() == ""


def test_what_was_done_is_said_once_and_can_be_undone_once(feedback: Feedback) -> None:
    taken_back: list[str] = []

    def back() -> Outcome[None]:
        return Outcome(None)

    outcome = Outcome(None, notices=(Notice("interview.deleted", "1 interview was deleted."),), undo=back)
    feedback.say(outcome, lambda undo: taken_back.append(undo.__name__))
    assert feedback.shown_done() == "1 interview was deleted."
    feedback.undo()
    assert taken_back == ["back"]
    assert feedback.shown_done() == ""
    feedback.undo()
    assert taken_back == ["back"]


def test_warnings_stand_apart_from_what_was_done(feedback: Feedback) -> None:
    notices = (Notice("pack.done", "Written."), Notice("pack.plain", "It is not encrypted.", "warning"))
    feedback.say(Outcome(None, notices=notices), lambda _undo: None)
    assert feedback.shown_done() == "Written."
    assert feedback.shown_error() == "It is not encrypted."


def test_the_crash_report_names_program_and_mistake(qtbot: QtBot, look: None) -> None:
    dialog = CrashDialog("Traceback: ZeroDivisionError")
    qtbot.addWidget(dialog)
    assert dialog.report.startswith("CAMI Survey ")
    assert "ZeroDivisionError" in dialog.report


def test_a_dangerous_question_has_the_focus_on_no(qtbot: QtBot, look: None) -> None:
    question = Question("Delete for ever?", "", "Delete", "Keep", danger=True)
    qtbot.addWidget(question)
    question.show()
    assert question.focusWidget() is question.no


def test_leaving_an_interview_makes_a_backup_without_being_asked(
    window: Shell, make_survey: Callable[..., SurveyFile]
) -> None:
    survey = make_survey("ala-too", HERDER)
    window.desk.take(survey)
    window.interviewing.start("herder_interview")
    settle(window)
    assert window.running is not None
    window.running.interview.set("/data/ident/int_code", "KG-H0001")
    window.running.leave()
    settle(window)
    assert window.running is None
    assert len(survey.backups()) == 1
    assert survey.last_backup is not None


def test_closing_the_window_backs_up_what_no_backup_holds(
    window: Shell, make_survey: Callable[..., SurveyFile]
) -> None:
    survey = make_survey("ala-too")
    interview(survey, {"yaks": "7"})
    window.desk.take(survey)
    settle(window)
    window.close()
    with surveys.open_survey(survey.path).value as again:
        assert len(again.backups()) == 1
        assert not again.backup_due(timedelta(0))
