"""Keyboards whose row of digits has letters: the key with the number of a choice picks it all the same."""

from __future__ import annotations

import sys

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication

from cami_survey.engine.api import Form, load_form
from tests.ui.interview.conftest import Open, Running

# The row of the Kazakh keyboard without Shift, from the key of 1 to that of 0.
KAZAKH = '"әіңғ,.үұқ'
LETTERS = Qt.Key.Key_unknown
SHEET = """
| survey | | | | |
| | type | name | label | appearance |
| | select_one sex | sex | Сіз әйелсіз бе, еркексіз бе? | |
| | select_multiple live | live | Қандай мал бағасыз? | |
| | range | trust | Қаншалықты? | |
| | range | stars | Неше жұлдыз? | rating |
| choices | | | |
| | list_name | name | label |
| | sex | f | Әйел |
| | sex | m | Ер |
| | live | goat | Ешкі |
| | live | sheep | Қой |
"""


@pytest.fixture(scope="module")
def kazakh() -> Form:
    return load_form(SHEET.encode())


@pytest.fixture(params=["linux", "win32", "darwin"])
def system(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(sys, "platform", request.param)
    return str(request.param)


def strike(run: Running, place: int, system: str) -> None:
    """Press the key at this place of the row of digits, from 1."""
    codes = {"linux": (9 + place, 0), "win32": (1 + place, 0)}
    scan, virtual = codes.get(system, (1, (18, 19, 20, 21, 23, 22, 26, 28, 25, 29)[place - 1]))
    for kind in (QKeyEvent.Type.KeyPress, QKeyEvent.Type.KeyRelease):
        none = Qt.KeyboardModifier.NoModifier
        event = QKeyEvent(kind, LETTERS, none, scan, virtual, 0, KAZAKH[place - 1])
        QApplication.sendEvent(run.focus(), event)
    QApplication.processEvents()


def test_the_key_of_a_number_picks_its_choice_and_not_the_one_that_begins_with_its_letter(
    open_form: Open, kazakh: Form, system: str
) -> None:
    run = open_form(kazakh)
    run.go_to("/data/sex")
    strike(run, 2, system)
    assert run.value("/data/sex") == "m"
    strike(run, 1, system)
    assert run.value("/data/sex") == "f"


def test_a_letter_without_a_number_is_a_letter(open_form: Open, kazakh: Form, system: str) -> None:
    run = open_form(kazakh)
    run.go_to("/data/live")
    strike(run, 10, system)
    run.press(Qt.Key.Key_Space)
    assert run.value("/data/live") == "sheep"


def test_scales_and_stars_take_the_digit(open_form: Open, kazakh: Form, system: str) -> None:
    run = open_form(kazakh)
    run.go_to("/data/trust")
    strike(run, 4, system)
    assert run.value("/data/trust") == "4"
    run.go_to("/data/stars")
    strike(run, 3, system)
    assert run.value("/data/stars") == "3"
