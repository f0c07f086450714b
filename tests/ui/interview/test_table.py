"""A repeat as a table: one cell in hand at a time."""

from __future__ import annotations

from PySide6.QtCore import Qt

from cami_survey.engine.api import Form
from cami_survey.ui.interview.answers.base import Answer
from cami_survey.ui.interview.table import TableBlock
from tests.ui.interview.conftest import Open, Running

CONSENT = {"/data/cons/adult": "yes", "/data/cons/consent": "yes"}


def fields_open(run: Running) -> list[bool]:
    """The fields that are open in the table; whether each is the one in hand."""
    table = run.block("/data/know/sight")
    assert isinstance(table, TableBlock)
    return [one is table.view.editor for one in table.view.viewport().findChildren(Answer) if one.isVisible()]


def test_going_from_text_to_text_leaves_no_field_behind(open_form: Open, herder: Form) -> None:
    run = open_form(herder, fill={**CONSENT, "/data/know/sight[1]/s_obs": "live"})
    run.go_to("/data/know/sight[1]/s_grid")
    run.type("KG-25-0418")
    run.press(Qt.Key.Key_Return)
    assert run.here().endswith("/s_n")
    assert fields_open(run) == [True]
    run.type("2")
    run.press(Qt.Key.Key_Return, hold=Qt.KeyboardModifier.ShiftModifier)
    assert run.here().endswith("/s_grid")
    assert fields_open(run) == [True]
    assert run.value("/data/know/sight[1]/s_n") == "2"
