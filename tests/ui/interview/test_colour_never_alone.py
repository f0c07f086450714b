"""Every state has a sign beside its colour: in a look of two inks it is still told apart from the others."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from cami_survey.base.settings import Settings
from cami_survey.engine.api import Form, load_form
from cami_survey.ui import theme
from cami_survey.ui.interview.answers.rank import RankAnswer
from cami_survey.ui.interview.footer import Saved
from cami_survey.ui.interview.message import LOOKS, Message
from cami_survey.ui.interview.notes import LOOKS as BACK
from cami_survey.ui.interview.notes import Back, Notes
from cami_survey.ui.interview.outline import MARKS, Item, Outline
from tests.ui.interview.conftest import MAP, Open, Running
from tests.ui.interview.test_every_kind import KINDS, Kind

PAPER = {"background", "surface", "raised", "sunken", "hover", "on_accent", "band"}
TWO_INKS = theme.Tokens(
    *("#FFFFFF" if name in PAPER or name.endswith("_soft") else "#000000" for name in theme.Tokens._fields)
)


@pytest.fixture(autouse=True)
def two_inks(calm_look: None, qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(theme.THEMES, "two_inks", TWO_INKS)
    theme.apply(qapp, theme="two_inks", motion=False)


@pytest.fixture(scope="module")
def every(qapp: QApplication) -> Form:
    return load_form(Path(__file__).with_name("every.md"), media={"map.svg": MAP})


def seen(widget: QWidget) -> QImage:
    QApplication.processEvents()
    return widget.grab().toImage()


def all_differ(looks: dict[str, QImage]) -> None:
    for (one, first), (other, second) in combinations(looks.items(), 2):
        assert first != second, f"{one} looks like {other}"


def test_the_check_sees_what_only_colour_tells(qapp: QApplication) -> None:
    assert {theme.colour(token).name() for token in ("error", "good", "accent", "edge", "muted")} == {"#000000"}
    assert {theme.colour(token).name() for token in ("surface", "accent_soft", "error_soft")} == {"#ffffff"}


@pytest.mark.parametrize("walk", ["page", "one-by-one"])
def test_an_answer_is_seen_beside_none_and_a_wrong_one_beside_a_right_one(
    open_form: Open, every: Form, walk: str
) -> None:
    run = open_form(every, settings=Settings(question_language="en", walk=walk))
    for kind in KINDS.values():
        if kind.alone == (walk == "one-by-one"):
            check_looks(run, kind, f"/data/{kind.ref}")


def check_looks(run: Running, kind: Kind, ref: str) -> None:
    run.go_to(ref)
    empty = at_rest(run, ref)
    run.go_to(ref)
    kind.give(run)
    run.page.questions.flush()
    run.page.questions.finish_files()
    run.go_to(ref)
    given = at_rest(run, ref)
    run.block(ref).tell(ref, "Wrong", "wrong")
    all_differ({f"{ref} empty": empty, "given": given, "wrong": at_rest(run, ref)})
    run.block(ref).tell(ref, "")


def at_rest(run: Running, ref: str) -> QImage:
    """A question without the focus."""
    run.page.frame.footer.next_button.setFocus()
    return seen(run.block(ref))


def test_a_line_that_is_picked_up_is_seen_to_be(open_form: Open, every: Form) -> None:
    run = open_form(every)
    line = run.go_to("/data/chosen/order")
    answer = run.answer("/data/chosen/order")
    assert isinstance(answer, RankAnswer)
    before = seen(line)
    run.press(Qt.Key.Key_Space)
    assert answer.held is line
    assert seen(line) != before


def test_a_choice_of_a_grid_is_seen(open_form: Open, every: Form) -> None:
    run = open_form(every)
    run.go_to("/data/grids/views/fences")
    block = run.page.questions.column.here()
    assert block is not None
    looks = {"empty": seen(block)}
    run.press("2")
    run.go_to("/data/grids/views/fences")
    all_differ({**looks, "chosen": seen(block)})


def test_what_is_picked_on_a_map_is_seen_while_the_map_is_in_hand(open_form: Open, every: Form) -> None:
    run = open_form(every)
    placed = run.go_to("/data/placed/wells")
    run.press(Qt.Key.Key_Right)
    before = seen(placed)
    run.press(Qt.Key.Key_Space)
    assert seen(placed) != before


def test_the_states_of_the_outline_are_told_apart(qapp: QApplication) -> None:
    outline = Outline()
    outline.resize(280, 400)
    looks, names = {}, set()
    for state in MARKS:
        outline.show_items([Item("page 0", "Herd", state=state)], "", "")
        looks[state] = seen(outline)
        names.add(outline._lines[0].accessibleName())
    outline.show_items([Item("page 0", "Herd", state="open")], "page 0", "")
    all_differ({**looks, "the open page": seen(outline)})
    assert len(names) == len(MARKS)
    outline.deleteLater()


def test_what_is_said_at_a_question_is_told_apart(qapp: QApplication) -> None:
    looks = {}
    for tone in LOOKS:
        ground = QWidget()
        message = Message(ground)
        message.resize(600, 60)
        message.say("Too many", tone)
        looks[tone] = seen(message)
        ground.deleteLater()
    all_differ(looks)


def test_what_to_come_back_to_is_told_apart(qapp: QApplication) -> None:
    looks = {}
    for kind in BACK:
        notes = Notes()
        notes.resize(280, 500)
        notes.show_back([Back("/data/a", "How many?", "", kind)])
        looks[kind] = seen(notes)
        notes.deleteLater()
    all_differ(looks)


def test_saved_and_not_saved_are_told_apart(qapp: QApplication) -> None:
    looks, saved = {}, Saved()
    for name, show in (
        ("failed", saved.show_failed), ("preview", saved.show_preview), ("read only", saved.show_read_only),
        ("saved", lambda: saved.show_time("14:30")),
    ):  # fmt: skip
        show()
        looks[name] = seen(saved)
    all_differ(looks)
    saved.deleteLater()


def test_the_way_to_walk_that_is_chosen_is_seen(open_form: Open, every: Form) -> None:
    run = open_form(every)
    run.page.frame.footer.next_button.setFocus()
    before = seen(run.page.frame.top.walk)
    run.press(Qt.Key.Key_F7)
    run.page.frame.footer.next_button.setFocus()
    assert seen(run.page.frame.top.walk) != before


def test_a_place_on_the_map_is_seen(open_form: Open, every: Form) -> None:
    run = open_form(every)
    run.go_to("/data/placed/route")
    answer = run.answer("/data/placed/route")
    drawn = answer.map  # type: ignore[attr-defined]
    before = seen(drawn)
    QTest.mouseClick(drawn, Qt.MouseButton.LeftButton, pos=QPoint(120, 90))
    assert seen(drawn) != before
