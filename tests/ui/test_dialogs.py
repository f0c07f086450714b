"""Settings show at once and can be put back; the export dialog passes on what was chosen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from openpyxl import load_workbook
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from cami_survey.operations import interviews
from cami_survey.store.api import SurveyFile
from cami_survey.ui import theme
from cami_survey.ui.dialogs.export import ExportDialog
from cami_survey.ui.dialogs.look import ThemeCard
from cami_survey.ui.dialogs.pick import PickButton, PickDialog
from cami_survey.ui.dialogs.sections import Look, You
from cami_survey.ui.dialogs.settings import SettingsDialog, section_names
from cami_survey.ui.kit.slider import Slider
from cami_survey.ui.shell import Shell
from tests.ui.conftest import HERDER, STAKEHOLDER, settle


@pytest.fixture
def dialog(window: Shell, make_survey: Callable[..., SurveyFile], qtbot: QtBot) -> SettingsDialog:
    window.desk.take(make_survey("settings", HERDER))
    settle(window)
    made = SettingsDialog(window.desk, "look", window)
    made.changed.connect(window.change)
    made.show()
    return made


def section(dialog: SettingsDialog, kind: type[QWidget]) -> QWidget:
    return next(found for found in dialog.findChildren(kind) if found.isVisible())


def test_a_theme_shows_at_once_and_can_be_put_back(dialog: SettingsDialog, window: Shell) -> None:
    card = next(card for card in dialog.findChildren(ThemeCard) if card.key == "dark")
    card.click()
    assert theme.look.name == "dark"
    assert window.desk.settings.theme == "dark"
    dialog._put_back()
    assert theme.look.name == "light"


def test_the_slider_changes_the_text_in_steps_of_ten(dialog: SettingsDialog, window: Shell, qtbot: QtBot) -> None:
    slider = section(dialog, Look).findChild(Slider)
    assert slider is not None
    qtbot.keyClick(slider, Qt.Key.Key_Right)
    assert window.desk.settings.text_size == 110
    assert theme.look.scale == 1.1


def test_sections_by_the_arrow_keys(dialog: SettingsDialog, qtbot: QtBot) -> None:
    keys = [key for key, _icon, _name in section_names()]
    dialog.show_section(keys[0])
    for key in keys[1:]:
        qtbot.keyClick(dialog._nav, Qt.Key.Key_Down)
        assert dialog.section == key


def test_tab_comes_to_the_settings_before_the_buttons_below(dialog: SettingsDialog, qtbot: QtBot) -> None:
    # Down goes to the next section.
    for keys in ((), (Qt.Key.Key_Down,), (Qt.Key.Key_Down,)):
        for key in keys:
            qtbot.keyClick(QApplication.focusWidget(), key)
        section_shown = QApplication.focusWidget()
        heard: list[str] = []
        while "Done" not in heard and len(heard) < 20:
            qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
            heard.append(QApplication.focusWidget().accessibleName())
        assert len(heard) > 2, heard
        assert heard[-2:] == ["Put back", "Done"], heard
        section_shown.setFocus()


def test_who_and_which_laptop_are_written_into_the_survey(dialog: SettingsDialog, window: Shell) -> None:
    dialog.show_section("you")
    you = section(dialog, You)
    assert isinstance(you, You)
    you.facilitator.setText("Bektur")
    you.device.setText("KG-09")
    you.device.editingFinished.emit()
    settle(window)
    assert (window.desk.survey.device.facilitator, window.desk.survey.device.name) == ("Bektur", "KG-09")
    assert window.top.who.text() == "Bektur · KG-09"


@pytest.mark.parametrize("name", [key for key, _icon, _name in section_names()])
def test_everything_one_can_use_has_a_name(dialog: SettingsDialog, name: str) -> None:
    dialog.show_section(name)
    for widget in dialog.findChildren(QWidget):
        if isinstance(widget, QAbstractButton | QComboBox | QLineEdit) and widget.isVisible():
            assert widget.accessibleName() or widget.text(), widget


def test_the_export_dialog_writes_what_was_chosen(
    window: Shell, make_survey: Callable[..., SurveyFile], tmp_path: Path
) -> None:
    survey = make_survey("export", HERDER, STAKEHOLDER)
    running = interviews.start(survey, "herder_interview")
    running.set(next(node.path for node in running.form.nodes if node.name == "int_code"), "KG-H0001")
    running.leave()
    window.desk.take(survey)
    settle(window)
    dialog = ExportDialog(window.desk, "herder_interview", window)
    assert [tick.isChecked() for tick in dialog.ticks.values()].count(True) == 1
    dialog.drafts.setChecked(True)
    dialog.path.setText(str(tmp_path / "out.xlsx"))
    dialog.main.click()
    settle(window)
    book = load_workbook(tmp_path / "out.xlsx")
    found = [str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row]
    assert "KG-H0001" in found
    assert window.feedback.shown_done() != ""
    assert window.feedback.bottom.more.text() == "Open the folder"
    assert window.feedback.bottom.more.isVisible()


def test_an_export_keeps_its_wishes_as_a_profile_and_takes_them_up_again(
    window: Shell, make_survey: Callable[..., SurveyFile], tmp_path: Path
) -> None:
    survey = make_survey("export", HERDER)
    window.desk.take(survey)
    settle(window)
    dialog = ExportDialog(window.desk, "", window)
    dialog.show()
    dialog.path.setText(str(tmp_path / "out.xlsx"))
    dialog.format.choose(".sav.zip")
    dialog.format.chosen.emit(".sav.zip")
    assert Path(dialog.path.text()) == tmp_path / "out.sav.zip"
    assert dialog.multiple.key() == "split"
    dialog.further.choose("Russian (ru)")
    dialog.columns.choose(["int_code", "country"])
    dialog.since.setText("March")
    dialog.keep_as.setText("Ministry")
    dialog.main.click()
    assert dialog.isVisible()
    assert not (tmp_path / "out.sav.zip").exists()
    dialog.since.setText("2026-03-01")
    dialog.main.click()
    settle(window)
    assert (tmp_path / "out.sav.zip").exists()
    again = ExportDialog(window.desk, "", window)
    again.profile.choose("Ministry")
    again.profile.chosen.emit("Ministry")
    assert again.format.key() == ".sav.zip"
    assert (again.further.key(), again.columns.keys(), again.since.text()) == (
        "Russian (ru)",
        ["int_code", "country"],
        "2026-03-01",
    )


def test_questions_and_countries_of_an_export_are_ticked_in_lists_by_keys_alone(
    window: Shell, make_survey: Callable[..., SurveyFile], tmp_path: Path
) -> None:
    window.desk.take(make_survey("export", HERDER, STAKEHOLDER))
    settle(window)
    dialog = ExportDialog(window.desk, "", window)
    dialog.show()
    assert dialog.countries.text() == "All countries"

    def opened(button: PickButton) -> PickDialog:
        button.setFocus()
        QTest.keyClick(button, Qt.Key.Key_Space)
        settle(window)
        assert button.dialog is not None
        return button.dialog

    listed = opened(dialog.countries)
    QTest.keyClicks(listed.search.edit, "kyrg")
    assert [one.key for one in listed.shown] == ["KG"]
    QTest.keyClick(listed.search.edit, Qt.Key.Key_Down)
    assert listed.table.hasFocus()
    QTest.keyClick(listed.table, Qt.Key.Key_Space)
    listed.search.edit.clear()
    QTest.keyClicks(listed.search.edit, "mongo")
    QTest.keyClick(listed.search.edit, Qt.Key.Key_Down)
    QTest.keyClick(listed.table, Qt.Key.Key_Space)
    QTest.keyClick(listed.table, Qt.Key.Key_Space)
    QTest.keyClick(listed.table, Qt.Key.Key_Return)
    assert (dialog.countries.keys(), dialog.countries.text()) == (["KG"], "Kyrgyzstan")
    listed = opened(dialog.columns)
    assert not any(one.key == "notes" for one in listed.options), "private answers never leave"
    for wanted in ("code of this interview", "country"):
        QTest.keyClicks(listed.search.edit, wanted)
        QTest.keyClick(listed.search.edit, Qt.Key.Key_Down)
        QTest.keyClick(listed.table, Qt.Key.Key_Space)
        listed.search.edit.clear()
    QTest.keyClick(listed.search.edit, Qt.Key.Key_Down)
    QTest.keyClick(listed.table, Qt.Key.Key_Return)
    assert dialog.columns.keys() == ["int_code", "country"]
    dialog.path.setText(str(tmp_path / "out.xlsx"))
    dialog.main.click()
    settle(window)
    heads = [cell.value for cell in load_workbook(tmp_path / "out.xlsx")["herder_interview"][1]]
    assert "country" in heads
    assert "adm1" not in heads


def test_what_a_profile_names_and_the_forms_lack_stays_chosen(
    window: Shell, make_survey: Callable[..., SurveyFile]
) -> None:
    window.desk.take(make_survey("export", HERDER))
    settle(window)
    dialog = ExportDialog(window.desk, "", window)
    dialog.countries.choose(["kg", "XX"])
    dialog.countries.click()
    settle(window)
    listed = dialog.countries.dialog
    assert listed is not None
    assert [one.key for one in listed.options if one.key in listed.chosen] == ["XX", "KG"]
    listed.main.click()
    assert dialog.countries.keys() == ["XX", "KG"]


def test_an_export_begins_where_the_last_one_went_and_replaces_nothing_unasked(
    window: Shell, make_survey: Callable[..., SurveyFile], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window.desk.take(make_survey("export", HERDER))
    settle(window)
    window.remember(replace(window.desk.settings, export_folder=str(tmp_path)))
    earlier = ExportDialog(window.desk, "", window)
    assert Path(earlier.path.text()) == tmp_path / "export.xlsx"
    (tmp_path / "export.xlsx").write_text("notes of the meeting")
    assert Path(ExportDialog(window.desk, "", window).path.text()) == tmp_path / "export 2.xlsx"
    monkeypatch.setattr("cami_survey.ui.dialogs.export.ask", lambda *_words, **_look: False)
    earlier.main.click()
    settle(window)
    assert (tmp_path / "export.xlsx").read_text() == "notes of the meeting"


@pytest.mark.parametrize("name", ["answers.ods", "missing/answers.xlsx", "answers.csv/"])
def test_a_place_where_no_export_can_go_is_said_before_the_dialog_closes(
    window: Shell, make_survey: Callable[..., SurveyFile], tmp_path: Path, name: str
) -> None:
    window.desk.take(make_survey("export", HERDER))
    settle(window)
    dialog = ExportDialog(window.desk, "", window)
    dialog.show()
    dialog.path.setText(str(tmp_path / name))
    dialog.main.click()
    assert dialog.isVisible()
    assert dialog.problem.text() != ""
    assert list(tmp_path.glob("**/answers*")) == []


def test_labels_are_in_the_language_of_the_program_where_the_forms_speak_it(
    window: Shell, make_survey: Callable[..., SurveyFile]
) -> None:
    window.desk.take(make_survey("export", HERDER, STAKEHOLDER))
    window.remember(replace(window.desk.settings, language="ru"))
    assert ExportDialog(window.desk, "", window).language.key() == "Russian (ru)"
    window.remember(replace(window.desk.settings, language="fa"))
    assert ExportDialog(window.desk, "", window).language.key() == ""


def test_drafts_of_languages_are_said_where_one_is_chosen(
    window: Shell, make_survey: Callable[..., SurveyFile]
) -> None:
    window.desk.take(make_survey("export", HERDER))
    settle(window)
    dialog = ExportDialog(window.desk, "", window)
    for combo in (dialog.language, dialog.further):
        shown = [combo.itemText(index) for index in range(combo.count())]
        assert "Russian (ru): draft" in shown
    assert "English (en)" in [dialog.language.itemText(index) for index in range(dialog.language.count())]
    assert any("no native speaker" in label.text() for label in dialog.findChildren(QLabel))
    settings = SettingsDialog(window.desk, "languages", window)
    offered = {combo.itemText(index) for combo in settings.findChildren(QComboBox) for index in range(combo.count())}
    assert {"English", "Русский: draft", "فارسی: draft", "Russian (ru): draft"} <= offered
    assert "Русский" not in offered


def test_nothing_to_export_cannot_be_exported(
    window: Shell, make_survey: Callable[..., SurveyFile], qapp: QApplication
) -> None:
    window.desk.take(make_survey("export", HERDER))
    dialog = ExportDialog(window.desk, "", window)
    for tick in dialog.ticks.values():
        tick.setChecked(False)
    assert not dialog.main.isEnabled()
