"""Duplicates in the window, by the keys."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from cami_survey.operations import forms
from cami_survey.store.api import SurveyFile
from cami_survey.ui.dialogs.say import SayDialog
from cami_survey.ui.kit.table import CELL
from cami_survey.ui.pages.duplicates import DuplicatesPage
from cami_survey.ui.shell import Shell
from tests.operations.test_doubles import FORM, held, twins
from tests.ui.conftest import settle
from tests.ui.test_accessibility import complaints


@pytest.fixture
def survey(make_survey: Callable[..., SurveyFile], tmp_path: Path) -> SurveyFile:
    made = make_survey("hub")
    path = tmp_path / "camp.md"
    path.write_text(FORM, "utf-8")
    forms.add(made, [path])
    return made


def shown(window: Shell, survey: SurveyFile) -> DuplicatesPage:
    window.desk.take(survey)
    window.go("duplicates")
    settle(window, 5)
    page = window.pages["duplicates"]
    assert isinstance(page, DuplicatesPage)
    return page


def row_of(page: DuplicatesPage, field: str) -> int:
    return [one.field for one in page.answers].index(field)


def test_two_are_made_one_with_the_answer_chosen_and_two_again(window: Shell, survey: SurveyFile, qtbot: QtBot) -> None:
    one, other = twins(survey)
    page = shown(window, survey)
    assert [(pair.first, pair.second) for pair in page.pairs] == [(one, other)]
    assert complaints(window) == []
    assert page.sides.heads[1] == "KG-101 stays"
    qtbot.keyClick(page.table, Qt.Key.Key_Return)
    row = row_of(page, "/data/sheep")
    page.side_by_side.setCurrentIndex(page.sides.index(row, 0))
    qtbot.keyClick(page.side_by_side, Qt.Key.Key_Space)
    cells = [page.sides.index(row, column).data(CELL) for column in range(3)]
    assert [(cell.text, cell.choice) for cell in cells[1:]] == [("40", False), ("45", True)]
    qtbot.keyClick(page.side_by_side, Qt.Key.Key_S)
    dialog = QApplication.activeModalWidget() or window.findChild(SayDialog)
    assert isinstance(dialog, SayDialog)
    qtbot.keyClicks(dialog.text, "The daughter")
    dialog._say()
    settle(window)
    assert page.pairs == []
    assert survey.view(one).answers.fields["/data/sheep"] == "45"
    assert survey.view(other).deleted
    window.feedback.undo()
    settle(window)
    assert [(pair.first, pair.second) for pair in page.pairs] == [(one, other)]
    assert survey.view(one).answers.fields["/data/sheep"] == "40"


def test_two_are_marked_as_two_and_the_next_pair_is_in_hand(window: Shell, survey: SurveyFile, qtbot: QtBot) -> None:
    one, other = twins(survey)
    third = held(survey, "KG-101", "Нурлан Осмонов", "Нарын", "2026-05-01")
    page = shown(window, survey)
    assert page.pairs[0].why == "code"
    qtbot.keyClick(page.table, Qt.Key.Key_K)
    assert page.turned
    qtbot.keyClick(page.table, Qt.Key.Key_D)
    settle(window)
    assert [(pair.first, pair.second) for pair in page.pairs] == [(one, other)]
    assert third in survey.statements("duplicate.distinct")[0].subject
    assert not page.turned
    qtbot.keyClick(page.table, Qt.Key.Key_D)
    settle(window)
    assert page.pairs == []
    assert not page.same.isEnabled()
