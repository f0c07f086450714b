"""The interviews page by its keys, on a real survey."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from cami_survey.base.texts import _
from cami_survey.operations import clocks, interviews, merges
from cami_survey.store.api import SurveyFile
from cami_survey.ui import theme
from cami_survey.ui.dialogs.pick import PickDialog
from cami_survey.ui.kit.table import PADDING
from cami_survey.ui.pages import interviews_sending
from cami_survey.ui.pages.first import FirstUse
from cami_survey.ui.pages.interviews import InterviewsPage
from cami_survey.ui.pages.interviews_model import CHANGED, STATE
from cami_survey.ui.shell import Shell
from tests.ui.conftest import HERDER, STAKEHOLDER, settle


def interview(survey: SurveyFile, code: str) -> str:
    """A draft with a code; returns its record."""
    running = interviews.start(survey, "herder_interview")
    running.set(next(node.path for node in running.form.nodes if node.name == "int_code"), code)
    return running.leave().value.record


@pytest.fixture
def survey(make_survey: Callable[..., SurveyFile]) -> SurveyFile:
    made = make_survey("kg-07", HERDER)
    for number in range(3):
        interview(made, f"KG-H000{number}")
    return made


@pytest.fixture
def page(window: Shell, survey: SurveyFile) -> InterviewsPage:
    window.desk.take(survey)
    settle(window)
    found = window.pages["interviews"]
    assert isinstance(found, InterviewsPage)
    return found


def codes(page: InterviewsPage) -> list[str]:
    records = [page.model.record_at(number) for number in range(page.model.rowCount())]
    return [record.summary.code for record in records if record is not None]


@pytest.mark.parametrize("language", ["en", "ky", "kk"])
def test_where_a_change_came_from_is_read_whole_in_languages_of_long_words(
    window: Shell, make_survey: Callable[..., SurveyFile], language: str
) -> None:
    window.resize(1024, 700)
    window.desk.take(make_survey("list", HERDER))
    window.set_language(language)
    settle(window)
    page = window.pages["interviews"]
    assert isinstance(page, InterviewsPage)
    device, state = _("from {device}").format(device="SURVEY"), _("To settle")
    for column, said, role in ((CHANGED, device, "small"), (STATE, state, "body")):
        width = page.list.table.columnWidth(column)
        assert width >= theme.metrics(role).horizontalAdvance(said) + 2 * PADDING, f"“{said}” is cut"


def test_newest_change_stands_first_and_has_the_keys(page: InterviewsPage) -> None:
    assert codes(page) == ["KG-H0002", "KG-H0001", "KG-H0000"]
    current = page.list.row()
    assert current is not None
    assert current.summary.code == "KG-H0002"
    assert page.detail.code.text() == "KG-H0002"


def test_typing_finds(page: InterviewsPage, window: Shell, qtbot: QtBot) -> None:
    qtbot.keyClick(page.list.table, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClicks(page.search.edit, "0001")
    settle(window)
    assert codes(page) == []
    page.search.clear()
    qtbot.keyClicks(page.search.edit, "kg-h0001")
    settle(window)
    assert codes(page) == ["KG-H0001"]
    assert page.list.count.text() == "1 interview found"


def test_delete_goes_to_the_bin_and_undo_brings_it_back(page: InterviewsPage, window: Shell, qtbot: QtBot) -> None:
    qtbot.keyClick(page.list.table, Qt.Key.Key_Delete)
    settle(window)
    assert codes(page) == ["KG-H0001", "KG-H0000"]
    assert "deleted" in window.feedback.shown_done()
    window.feedback.undo()
    settle(window)
    assert sorted(codes(page)) == ["KG-H0000", "KG-H0001", "KG-H0002"]


def test_chips_count_and_filter(page: InterviewsPage, window: Shell) -> None:
    assert [chip.accessibleName() for chip in page.chips.values()] == [
        "All  3",
        "Drafts  3",
        "Final  0",
        "To settle  0",
    ]
    page.chips["final"].click()
    settle(window)
    assert codes(page) == []
    page.show_filter("deleted")
    settle(window)
    assert codes(page) == []


def test_enter_gives_the_window_to_the_interview_and_leaving_comes_back(
    page: InterviewsPage, window: Shell, qtbot: QtBot
) -> None:
    qtbot.keyClick(page.list.table, Qt.Key.Key_Down)
    qtbot.keyClick(page.list.table, Qt.Key.Key_Return)
    settle(window)
    assert window.running is not None
    assert window.rail.isHidden()
    window.running.leave()
    settle(window)
    assert window.running is None
    assert not window.rail.isHidden()
    current = page.list.row()
    assert current is not None
    assert current.summary.code == "KG-H0001"


def test_one_form_starts_at_once(page: InterviewsPage, window: Shell, qtbot: QtBot) -> None:
    qtbot.keyClick(page.list.table, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    settle(window)
    assert window.running is not None
    window.running.leave()
    settle(window)


def test_a_clock_that_cannot_be_right_is_said_when_an_interview_begins(
    page: InterviewsPage, window: Shell, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    window.interviewing.start("herder_interview")
    settle(window)
    assert window.feedback.shown_error() == ""
    window.running.leave()
    settle(window)
    monkeypatch.setattr(clocks, "EARLIEST", datetime(2900, 1, 1, tzinfo=UTC))
    window.interviewing.start("herder_interview")
    settle(window)
    assert window.feedback.shown_error().startswith("The clock of this laptop is wrong: it says ")
    window.running.leave()
    settle(window)


def test_several_forms_ask_which(window: Shell, make_survey: Callable[..., SurveyFile], qtbot: QtBot) -> None:
    window.desk.take(make_survey("two", HERDER, STAKEHOLDER))
    settle(window)
    found = window.pages["interviews"]
    assert isinstance(found, InterviewsPage)
    found.start_new()
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    assert len(menu.actions()) == 2
    qtbot.keyClick(menu, Qt.Key.Key_Return)
    settle(window)
    assert window.running is not None
    window.running.leave()
    settle(window)


def test_an_interview_begins_before_the_list_was_read_again(
    window: Shell, make_survey: Callable[..., SurveyFile]
) -> None:
    window.desk.take(make_survey("quick", HERDER))
    settle(window)
    found = window.pages["interviews"]
    assert isinstance(found, InterviewsPage)
    window.desk.touched.emit(frozenset({"forms", "records"}))
    found.start_new()
    settle(window)
    assert window.place == "interviews"
    assert window.running is not None
    window.running.leave()
    settle(window)


def test_an_empty_survey_offers_the_first_form_then_the_first_interview(
    window: Shell, make_survey: Callable[..., SurveyFile]
) -> None:
    from cami_survey.operations import forms

    survey = make_survey("empty")
    window.desk.take(survey)
    settle(window)
    page = window.pages["interviews"]
    assert isinstance(page, InterviewsPage)
    assert isinstance(page.empty, FirstUse)
    assert page.empty.button is not None
    assert page.empty.button.text() == "Choose a form"
    forms.add(survey, [HERDER])
    window.desk.touched.emit(frozenset({"forms"}))
    settle(window)
    assert isinstance(page.empty, FirstUse)
    assert page.empty.button is not None
    assert page.empty.button.text() == "Start the first interview"


def test_the_outline_of_a_draft_shows_its_groups(page: InterviewsPage, window: Shell, qtbot: QtBot) -> None:
    from cami_survey.ui.pages.interviews_detail import Outline

    qtbot.wait(200)
    settle(window)
    outlines = [outline for outline in page.detail.findChildren(Outline) if not outline.isHidden()]
    assert len(outlines) == 1
    assert len(outlines[0].parts) > 5
    assert outlines[0].parts[0].state == "begun"


def test_what_was_never_saved_before_a_crash_is_outlined_from_its_unsaved_work(page: InterviewsPage) -> None:
    from cami_survey.operations import interviews
    from cami_survey.ui.pages import interviews_outline

    survey = page.desk.survey
    begun = interviews.start(survey, "herder_interview")
    begun.set("/data/ident/int_code", "KG-H0009")
    parts = interviews_outline.read(survey, begun.record)
    assert (parts[0].answered, parts[0].state) == (1, "begun")
    assert len(parts) > 5
    assert not [part for part in parts if part.state == "skipped"]


def test_the_list_says_how_far_a_draft_is_as_its_page_does(page: InterviewsPage) -> None:
    from cami_survey.operations import interviews
    from cami_survey.ui.interview.course import Course

    begun = interviews.start(page.desk.survey, "herder_interview")
    begun.set("/data/ident/int_code", "KG-H0009")
    summary = begun.summary()
    assert (summary.answered, summary.total) == Course(begun.session, "").progress()
    assert summary.total > 60


def test_a_narrow_window_shows_the_detail_as_a_page(page: InterviewsPage, window: Shell, qtbot: QtBot) -> None:
    window.resize(760, 800)
    settle(window)
    assert page.detail.isHidden()
    qtbot.keyClick(page.list.table, Qt.Key.Key_Space)
    assert not page.detail.isHidden()
    assert page.left_side.isHidden()
    page.detail.back.click()
    assert page.detail.isHidden()
    assert not page.left_side.isHidden()


def test_what_can_be_done_with_an_interview_is_offered_once(page: InterviewsPage) -> None:
    page.detail.more.click()
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    texts = [action.text() for action in menu.actions() if action.text()]
    assert len(texts) == len(set(texts))
    assert "Send in a package…" in texts
    menu.close()


def test_one_interview_goes_back_to_the_laptop_that_wrote_it(
    page: InterviewsPage,
    window: Shell,
    make_survey: Callable[..., SurveyFile],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    qtbot: QtBot,
) -> None:
    other, survey = make_survey("kg-03", HERDER), window.desk.survey
    interview(other, "KG-H0300")
    interview(other, "KG-H0301")
    merges.merge(survey, [other.path], enrol=True)
    (record,) = [row for row in survey.rows() if row.summary.code == "KG-H0300"]
    monkeypatch.setattr(interviews_sending, "open_folder", lambda *_words: tmp_path / "back")
    page.detail.sent.emit(record)
    settle(window)
    dialog = window.findChild(PickDialog)
    assert dialog is not None
    assert dialog.chosen == {other.device.recipient}
    qtbot.keyClick(dialog.table, Qt.Key.Key_Return)
    settle(window)
    (package,) = (tmp_path / "back").glob("*.camipack")
    assert "1 interview was packed" in window.feedback.shown_done()
    assert [source.counts.same for source in merges.merge(other, [package], enrol=True).value.sources] == [1]
