"""A repeat as a table: one cell in hand at a time."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from cami_survey.engine.api import Form, load_form
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


def sightings(run: Running) -> TableBlock:
    table = run.block("/data/know/sight")
    assert isinstance(table, TableBlock)
    return table


def test_a_digit_picks_and_enter_goes_on_as_in_the_cards(open_form: Open, herder: Form) -> None:
    run = open_form(herder, fill=CONSENT)
    run.go_to("/data/know/sight[1]/s_obs")
    run.press(Qt.Key.Key_2)
    assert run.value("/data/know/sight[1]/s_obs") == "dead"
    assert run.here().endswith("/s_obs")
    run.press(Qt.Key.Key_1)
    assert run.value("/data/know/sight[1]/s_obs") == "live"
    run.press(Qt.Key.Key_Return)
    assert run.here().endswith("/s_year")


def test_only_what_has_the_keyboard_has_a_ring(open_form: Open, herder: Form) -> None:
    run = open_form(herder, fill=CONSENT)
    run.go_to("/data/know/sight[1]/s_conf")
    assert sightings(run).view.property("active") is True
    run.press(Qt.Key.Key_Return)
    assert sightings(run).add.hasFocus()
    assert sightings(run).view.property("active") is False


def test_an_empty_row_is_removed_by_one_key_wherever_one_is_in_it(open_form: Open, herder: Form) -> None:
    for cell in ("s_obs", "s_year"):
        run = open_form(herder, fill=CONSENT)
        run.go_to(f"/data/know/sight[1]/{cell}")
        assert sightings(run).nothing.isVisible()
        run.press(Qt.Key.Key_Delete, hold=Qt.KeyboardModifier.ControlModifier)
        assert run.node("/data/know/sight").count == 0
        assert run.page.frame.done.isHidden()
        assert not any("/sight" in problem.field for problem in run.page.interview.session.problems())
        run.press(Qt.Key.Key_Return)
        assert run.here() == "/data/know/move"


def test_beside_add_the_key_removes_only_what_is_empty(open_form: Open, herder: Form) -> None:
    run = open_form(herder, fill={**CONSENT, "/data/know/sight[1]/s_obs": "live"})
    run.go_to("/data/know/sight[1]/s_conf")
    run.press(Qt.Key.Key_Return)
    assert sightings(run).nothing.isHidden()
    run.press(Qt.Key.Key_Delete, hold=Qt.KeyboardModifier.ControlModifier)
    assert run.node("/data/know/sight").count == 1


def test_a_removed_row_comes_back_with_its_answers(open_form: Open, herder: Form) -> None:
    row = {"/data/know/sight[1]/s_obs": "live", "/data/know/sight[1]/s_n": "4"}
    run = open_form(herder, fill={**CONSENT, **row})
    run.go_to("/data/know/sight[1]/s_obs")
    run.press(Qt.Key.Key_Delete, hold=Qt.KeyboardModifier.ControlModifier)
    assert run.node("/data/know/sight").count == 0
    assert run.page.frame.done.isVisible()
    run.press(Qt.Key.Key_Z, hold=Qt.KeyboardModifier.ControlModifier)
    assert {field: run.value(field) for field in row} == row
    assert run.page.frame.done.isHidden()


def test_words_in_a_cell_keep_their_own_key(open_form: Open, herder: Form) -> None:
    run = open_form(herder, fill=CONSENT)
    run.go_to("/data/know/sight[1]/s_year")
    run.type("2025")
    run.press(Qt.Key.Key_Home)
    run.press(Qt.Key.Key_Delete, hold=Qt.KeyboardModifier.ControlModifier)
    assert run.line().text() == ""
    assert run.node("/data/know/sight").count == 1
    assert QApplication.focusWidget() is run.line()


def test_dates_and_times_in_cells_are_written_as_everywhere(open_form: Open) -> None:
    form = load_form(
        b"""
| survey | | | | |
| | type | name | label | appearance |
| | begin repeat | r | Visits | |
| | date | day | Day | |
| | date | month | Month | persian month-year |
| | time | hour | Hour | |
| | end repeat | | | |
"""
    )
    fill = {"/data/r[1]/day": "2026-11-28", "/data/r[1]/month": "2026-11-22", "/data/r[1]/hour": "14:30:00"}
    run = open_form(form, fill=fill)
    table = next(block for block in run.page.questions.column.blocks() if isinstance(block, TableBlock))
    assert [table.model.cell(0, column).words for column in range(3)] == ["28.11.2026", "Azar 1405", "14:30"]
