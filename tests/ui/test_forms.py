"""Forms come in with a report; a refused one leaves nothing behind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from openpyxl import Workbook
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from pytestqt.qtbot import QtBot

from cami_survey.store.api import SurveyFile
from cami_survey.ui.dialogs.pick import PickDialog
from cami_survey.ui.pages.forms import FormsPage
from cami_survey.ui.shell import Shell
from tests.ui.conftest import HERDER, STAKEHOLDER, settle


def workbook(path: Path, relevant: str) -> Path:
    """A small XLSForm whose second question is asked if `relevant`."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "survey"
    sheet.append(["type", "name", "label", "relevant"])
    sheet.append(["text", "name", "Name?", ""])
    sheet.append(["integer", "age", "Age?", relevant])
    settings = book.create_sheet("settings")
    settings.append(["form_title", "form_id", "version"])
    settings.append(["Small form", "small", "1"])
    book.save(path)
    return path


@pytest.fixture
def page(window: Shell, make_survey: Callable[..., SurveyFile]) -> FormsPage:
    window.desk.take(make_survey("forms"))
    window.go("forms")
    settle(window)
    found = window.pages["forms"]
    assert isinstance(found, FormsPage)
    return found


def test_an_empty_survey_offers_our_questionnaires(page: FormsPage, window: Shell) -> None:
    assert page.currentWidget() is page.empty
    assert page.empty.button is not None
    page.empty.button.click()
    window.findChild(PickDialog).main.click()
    settle(window)
    assert page.currentWidget() is page.page
    assert page.more.isHidden()
    assert {form.form_id for form in page.forms} == {
        "herder_interview",
        "stakeholder_survey",
        "expert_gap",
        "measures_inventory",
        "consultation_meeting",
    }
    assert window.feedback.shown_done() == "5 forms were added."
    counted = {row[0].text: row[1].sub for row in page.model.rows}
    assert counted["CAMI herder and community interview"] == "8 languages · 7 drafts, not yet reviewed"
    page.table.setCurrentIndex(page.model.index(list(counted).index("CAMI consultation meeting record"), 0))
    assert page.chosen.text() == "Drafts, not yet reviewed by a native speaker: Russian (ru)"
    assert counted["CAMI consultation meeting record"] == "2 languages · 1 draft, not yet reviewed"


def test_of_our_questionnaires_those_are_added_that_are_chosen_and_others_later(
    page: FormsPage, window: Shell, qtbot: QtBot
) -> None:
    assert page.empty.button is not None
    page.empty.button.click()
    dialog = window.findChild(PickDialog)
    assert [option.label for option in dialog.options][2] == "CAMI herder and community interview"
    assert len(dialog.chosen) == 5
    for row in (0, 1, 3, 4):
        dialog.table.setCurrentIndex(dialog.model.index(row, 0))
        qtbot.keyClick(dialog.table, Qt.Key.Key_Space)
    qtbot.keyClick(dialog.table, Qt.Key.Key_Return)
    settle(window)
    assert [form.form_id for form in page.forms] == ["herder_interview"]

    page.more.click()
    settle(window)
    dialog = next(found for found in window.findChildren(PickDialog) if found.isVisible())
    assert "herder_interview" not in [option.key for option in dialog.options]
    assert dialog.chosen == set()
    qtbot.keyClicks(dialog.search.edit, "stakeholder")
    qtbot.keyClick(dialog.search.edit, Qt.Key.Key_Down)
    qtbot.keyClick(dialog.table, Qt.Key.Key_Space)
    qtbot.keyClick(dialog.table, Qt.Key.Key_Return)
    settle(window)
    assert {form.form_id for form in page.forms} == {"herder_interview", "stakeholder_survey"}


def test_who_reviewed_a_language_is_named_beside_the_drafts(page: FormsPage, window: Shell, tmp_path: Path) -> None:
    book = Workbook()
    survey, settings, languages = book.active, book.create_sheet("settings"), book.create_sheet("languages")
    assert survey is not None
    survey.title = "survey"
    survey.append(["type", "name", "label::English (en)", "label::Kyrgyz (ky)", "label::Russian (ru)"])
    survey.append(["text", "name", "What is your name?", "Атыңыз ким?", "Как вас зовут?"])
    settings.append(["form_title", "form_id", "version", "default_language"])
    settings.append(["Small form", "small", "1", "English (en)"])
    languages.append(["language", "reviewed by", "reviewed on"])
    languages.append(["Kyrgyz (ky)", "Aida Asanova", "2026-11-02"])
    book.save(tmp_path / "small.xlsx")
    page.bring_in([tmp_path / "small.xlsx"])
    settle(window)
    assert page.chosen.text().splitlines() == [
        "Reviewed by a native speaker: Kyrgyz (ky): Aida Asanova, 2026-11-02",
        "Drafts, not yet reviewed by a native speaker: Russian (ru)",
    ]
    assert page.model.rows[0][1].sub == "3 languages · 1 draft, not yet reviewed"


def test_a_good_form_comes_in(page: FormsPage, window: Shell, tmp_path: Path) -> None:
    page.bring_in([workbook(tmp_path / "small.xlsx", "${name} != ''")])
    settle(window)
    assert [(form.title, form.questions) for form in page.forms] == [("Small form", 2)]
    assert page.report is None


def test_a_refused_form_says_where_and_why_and_nothing_is_imported(
    page: FormsPage, window: Shell, tmp_path: Path
) -> None:
    good = workbook(tmp_path / "good.xlsx", "")
    bad = workbook(tmp_path / "bad.xlsx", "${nobody} = 1")
    page.bring_in([good, bad])
    settle(window)
    assert window.desk.survey.forms() == []
    assert page.report is not None
    assert page.report.refused
    assert page.report.band.head.text().startswith("bad.xlsx was not imported")
    said = page.report.texts()
    assert any("bad.xlsx survey 3" in text and "nobody" in text for text in said), said


def test_the_reason_in_hand_can_be_read_in_full(page: FormsPage, window: Shell, tmp_path: Path) -> None:
    page.bring_in([workbook(tmp_path / "good.xlsx", "")])
    settle(window)
    page.bring_in([workbook(tmp_path / "bad.xlsx", "${nobody_of_this_name} = 1")])
    settle(window)
    assert page.report is not None
    assert "nobody_of_this_name" in page.report.reason.text()
    assert window.feedback.shown_done() == "", "what came in before is not what is said now"


def test_a_report_is_read_in_a_small_window_with_large_text_and_its_repair_is_one_tab_away(
    page: FormsPage, window: Shell, tmp_path: Path, qtbot: QtBot
) -> None:
    window.resize(1024, 700)
    window.change(replace(window.desk.settings, text_size=150))
    page.bring_in([mendable(tmp_path / "small.xlsx")])
    settle(window)
    report = page.report
    assert report is not None
    assert report.repair is not None
    for label in (report.band.head, report.band.advice, report.reason):
        assert label.height() >= label.heightForWidth(label.width()), f"“{label.text()}” is cut"
    assert report.reason.geometry().top() >= report.table.geometry().bottom()
    assert report.table.hasFocus()
    qtbot.keyClick(report.table, Qt.Key.Key_Tab)
    assert report.repair.hasFocus()


def test_preview_keeps_nothing(window: Shell, make_survey: Callable[..., SurveyFile], qtbot: QtBot) -> None:
    window.desk.take(make_survey("preview", HERDER, STAKEHOLDER))
    window.go("forms")
    settle(window)
    page = window.pages["forms"]
    assert isinstance(page, FormsPage)
    qtbot.keyClick(page.table, Qt.Key.Key_Return)
    settle(window)
    assert window.running is not None
    assert window.running.interview.survey is None
    window.running.leave()
    settle(window)
    assert window.place == "forms"
    assert window.desk.survey.counts()["all"] == 0
    assert window.desk.survey.drafts() == []


def test_at_the_largest_text_a_report_has_the_page_until_it_is_closed(
    page: FormsPage, window: Shell, tmp_path: Path
) -> None:
    page.bring_in([workbook(tmp_path / "good.xlsx", "")])
    settle(window)
    window.change(replace(window.desk.settings, text_size=200))
    page.bring_in([workbook(tmp_path / "bad.xlsx", "${nobody} = 1")])
    settle(window)
    assert page.report is not None
    assert page.report.reason.y() >= page.report.table.geometry().bottom(), "the reason lies over the table"
    page.report.closed.emit()
    assert page.listing.isVisible()


def mendable(path: Path) -> Path:
    """A form whose one mistake has one repair."""
    return workbook(path, "${Name} != ''")


def test_repairs_are_shown_first_and_made_in_a_copy(page: FormsPage, window: Shell, tmp_path: Path) -> None:
    source = mendable(tmp_path / "small.xlsx")
    before = source.read_bytes()
    page.bring_in([source])
    settle(window)
    assert window.desk.survey.forms() == []
    assert page.report is not None
    assert any("becomes “name”" in text for text in page.report.texts())
    assert page.report.repair is not None
    page.report.repair.click()
    settle(window)
    assert [(form.title, form.source_name) for form in page.forms] == [("Small form", "small-repaired.xlsx")]
    assert page.report is None
    assert "small-repaired.xlsx" in window.feedback.shown_done()
    assert source.read_bytes() == before
    assert page.table.hasFocus()


def test_where_one_problem_is_left_no_repair_is_offered(page: FormsPage, window: Shell, tmp_path: Path) -> None:
    page.bring_in([mendable(tmp_path / "small.xlsx"), workbook(tmp_path / "bad.xlsx", "${nobody} = 1")])
    settle(window)
    assert page.report is not None
    assert page.report.repair is None


def test_a_notice_has_its_place_and_the_form_is_there(page: FormsPage, window: Shell, tmp_path: Path) -> None:
    page.bring_in([workbook(tmp_path / "small.xlsx", "false()")])
    settle(window)
    assert [form.title for form in page.forms] == ["Small form"]
    assert page.report is not None
    assert not page.report.refused
    assert any("survey 3 relevant" in text for text in page.report.texts())


def test_files_are_dropped_on_the_page(page: FormsPage, window: Shell, tmp_path: Path) -> None:
    carried = QMimeData()
    carried.setUrls([QUrl.fromLocalFile(str(workbook(tmp_path / "small.xlsx", "")))])
    copy, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    entering = QDragEnterEvent(QPoint(5, 5), copy, carried, left, none)
    page.dragEnterEvent(entering)
    assert entering.isAccepted()
    page.dropEvent(QDropEvent(QPointF(5, 5), copy, carried, left, none))
    settle(window)
    assert [form.title for form in page.forms] == ["Small form"]
