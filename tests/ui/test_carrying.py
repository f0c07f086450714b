"""A draft whose form has a newer version: what would become of it is shown, and the person decides by keys."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from cami_survey.operations import forms, interviews
from cami_survey.store.api import SurveyFile
from cami_survey.ui.dialogs.carrying import CarryDialog
from cami_survey.ui.shell import Shell
from tests.ui.conftest import settle
from tests.ui.test_accessibility import complaints

Key = Qt.Key
FIRST = """
| survey |
| | type | name | label |
| | text | code | Code |
| | text | camp | Name of the camp |
| | integer | sheep | Sheep |
| | text | gone | Asked no longer |
| | select_one size | dogs | Dogs |
| choices |
| | list_name | name | label |
| | size | one | One |
| | size | many | Many |
| settings |
| | form_id | title | version |
| | herd | Herd | 1 |
"""
SECOND = """
| survey |
| | type | name | label |
| | text | code | Code |
| | begin group | place | Place |
| | text | camp | Name of the camp |
| | text | river | Which river |
| | end group | | |
| | integer | sheep | Sheep |
| | select_one size | dogs | Dogs |
| choices |
| | list_name | name | label |
| | size | one | One |
| settings |
| | form_id | title | version |
| | herd | Herd | 2 |
"""
ANSWERS = {"code": "KG-1", "camp": "Alay", "sheep": 9, "gone": "something", "dogs": "many"}


def bring(survey: SurveyFile, folder: Path, text: str) -> None:
    path = folder / "herd.md"
    path.write_text(text, "utf-8")
    forms.add(survey, [path])


def begun(survey: SurveyFile, *, finish: bool = False) -> str:
    interview = interviews.start(survey, "herd")
    for name, value in ANSWERS.items():
        interview.set(f"/data/{name}", value)
    if finish:
        interview.finalise()
    else:
        interview.leave()
    return interview.record


@pytest.fixture
def survey(tmp_path: Path, window: Shell) -> SurveyFile:
    made = SurveyFile.create(tmp_path / "w.cami", title="W")
    bring(made, tmp_path, FIRST)
    return made


def open_first(window: Shell, survey: SurveyFile) -> CarryDialog | None:
    if not window.desk.is_open:
        window.desk.take(survey)
    settle(window)
    window.interviewing.open(survey.rows()[0])
    settle(window)
    found = [widget for widget in QApplication.topLevelWidgets() if isinstance(widget, CarryDialog)]
    return found[0] if found else None


def press(window: Shell, dialog: CarryDialog, *keys: Qt.Key) -> None:
    for key in keys:
        QTest.keyClick(dialog.focusWidget() or dialog, key)
        settle(window)


def test_what_moves_changes_and_is_kept_aside_is_shown_first(window: Shell, survey: SurveyFile, tmp_path: Path) -> None:
    begun(survey)
    bring(survey, tmp_path, SECOND)
    dialog = open_first(window, survey)
    assert dialog is not None
    told = {title: list(lines) for title, lines in dialog.parts}
    aside, changed, moved, new, kept = told
    assert (aside, told[aside][0].partition(" (")[0]) == ("1 answer is kept aside", "Asked no longer: something")
    assert (changed, told[changed][0].partition(" (")[0]) == ("1 answer changes", "Dogs: Many becomes no answer")
    assert (moved, told[moved]) == ("1 answer moves with its question", ["Name of the camp: Alay"])
    assert (new, told[new]) == ("1 question is new", ["Which river"])
    assert kept == "2 answers stay as they are"
    assert complaints(dialog) == []
    assert survey.rows()[0].form_version == "1"
    press(window, dialog, Key.Key_Escape)
    assert window.running is None
    assert survey.rows()[0].form_version == "1"


def test_enter_carries_over_and_opens(window: Shell, survey: SurveyFile, tmp_path: Path) -> None:
    record = begun(survey)
    bring(survey, tmp_path, SECOND)
    dialog = open_first(window, survey)
    assert dialog is not None
    press(window, dialog, Key.Key_Return)
    assert window.running is not None
    running = window.running.interview
    assert (running.record, running.form.version) == (record, "2")
    assert running.session.node("/data/place/camp").text_value == "Alay"
    assert "something" in survey.view(record).answers.fields.values()
    window.running.leave()
    settle(window)
    assert open_first(window, survey) is None


def test_one_can_stay_in_the_version_one_is_in(window: Shell, survey: SurveyFile, tmp_path: Path) -> None:
    begun(survey)
    bring(survey, tmp_path, SECOND)
    dialog = open_first(window, survey)
    assert dialog is not None
    dialog.stay.setFocus()
    press(window, dialog, Key.Key_Return)
    assert window.running is not None
    assert window.running.interview.form.version == "1"
    window.running.leave()
    settle(window)


@pytest.mark.parametrize("finish", [True, False])
def test_a_finished_one_and_one_in_the_newest_version_open_at_once(
    window: Shell, survey: SurveyFile, tmp_path: Path, finish: bool
) -> None:
    begun(survey, finish=finish)
    if finish:
        bring(survey, tmp_path, SECOND)
    assert open_first(window, survey) is None
    assert window.running is not None
    window.running.leave()
    settle(window)
