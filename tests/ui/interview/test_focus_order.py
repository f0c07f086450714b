"""Tab walks every field of a page in the order of reading, reaches every control around them and comes round."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from cami_survey.base.settings import Settings
from cami_survey.engine.api import Form, load_form
from cami_survey.operations.chapters import is_asked, is_note
from tests.ui.interview.conftest import MAP, Open, Running
from tests.ui.interview.test_for_everybody import AGREED

Key, Hold = Qt.Key, Qt.KeyboardModifier
MOST = 400
HERE = Path(__file__).parent
# A question whose choices wait for another answer has nothing that takes the keyboard.
CHOSEN = {"/data/chosen/some": "ash birch"}


@dataclass(frozen=True)
class Halt:
    """Where Tab stopped: the widget, which stop of the page it lies in, which field, and where on the page."""

    widget: QWidget
    stop: str
    field: str
    place: QRect


def halt(run: Running) -> Halt:
    held, column = run.focus(), run.page.questions.column
    block = column.block_of(held) if column.isAncestorOf(held) else None
    if block is None:
        return Halt(held, "", "", QRect())
    return Halt(held, block.stop.key, block.field, block.geometry())


def walk(run: Running, *, backwards: bool = False) -> list[Halt]:
    """Press Tab until one is back in the question where one began; a table is come to where one was in it."""
    found = [halt(run)]
    for _step in range(MOST):
        if backwards:
            QTest.keyClick(run.focus(), Key.Key_Backtab, Hold.ShiftModifier)
        else:
            QTest.keyClick(run.focus(), Key.Key_Tab)
        now = halt(run)
        if now.stop == found[0].stop != found[-1].stop:
            return found
        found.append(now)
    raise AssertionError(f"Tab does not come round from {found[0]}, the last it reached is {found[-1]}")


def asked_on_page(run: Running) -> list[str]:
    """The fields that are asked on the open page, from top to bottom."""
    found: list[str] = []
    for stop in run.page.questions.stops():
        node = run.page.course.node(stop.field)
        assert node is not None
        if stop.kind == "question" and not is_note(node):
            found.append(stop.field)
        elif stop.kind == "grid":
            found += stop.rows
        elif stop.kind == "table":
            found += [cell.field for row in node.children for cell in row.children if is_asked(cell) and cell.relevant]
    return found


def missed(run: Running, halts: list[Halt]) -> set[str]:
    """What takes the keyboard by Tab and was never reached. A table has one cell at a time that does."""
    reached = {one.widget for one in halts}
    blocks = {one.stop for one in halts if one.stop.startswith(("table", "grid"))}
    column = run.page.questions.column
    found = set()
    for widget in run.page.findChildren(QWidget):
        block = column.block_of(widget) if column.isAncestorOf(widget) else None
        takes = widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isVisible() and widget.isEnabled()
        roving = block is not None and block.stop.key in blocks
        if takes and widget.focusProxy() is None and widget not in reached and not roving:
            found.add(f"{type(widget).__name__} “{widget.accessibleName()}”")
    return found


def check_order(halts: list[Halt], *, rtl: bool) -> None:
    """From line to line, and within a line in the direction of reading."""
    for before, after in pairwise(halts):
        one, other = before.place, after.place
        if before.stop == after.stop or not (before.stop and after.stop):
            continue
        beside = one.top() < other.bottom() and other.top() < one.bottom()
        onward = (other.x() < one.x()) if rtl else (other.x() > one.x())
        assert onward if beside else other.top() > one.top(), f"{before.stop} comes before {after.stop}"


def settle(run: Running) -> None:
    """What Tab builds on its way takes another height than was guessed."""
    for stop in run.page.questions.column.stops():
        run.page.questions.column.block(stop.key)
    QApplication.processEvents()


def check_page(run: Running, *, rtl: bool) -> None:
    settle(run)
    asked = asked_on_page(run)
    run.page.go_to(asked[0])
    halts = walk(run)
    assert [one.field for one in unrepeated(halts) if one.field in asked] == asked
    assert missed(run, halts) == set()
    check_order(halts, rtl=rtl)
    run.page.go_to(asked[-1])
    assert [one.field for one in unrepeated(walk(run, backwards=True)) if one.field in asked] == asked[::-1]


def unrepeated(halts: list[Halt]) -> list[Halt]:
    """Each field once, where it was come to first."""
    return list({one.field: one for one in reversed(halts)}.values())[::-1]


@pytest.fixture(scope="session")
def every(qapp: QApplication) -> Form:
    return load_form(HERE / "every.md", media={"map.svg": MAP})


@pytest.mark.parametrize(("language", "width"), [("en", 1440), ("fa", 760)])
def test_tab_walks_every_page_in_the_order_of_reading(open_form: Open, every: Form, language: str, width: int) -> None:
    other = "fa" if language == "en" else "en"
    run = open_form(
        every, settings=Settings(question_language=language, second_language=other), fill=CHOSEN, size=(width, 900)
    )
    for number in range(len(run.page.course.pages)):
        run.page.walk.open(number)
        QApplication.processEvents()
        check_page(run, rtl=language == "fa")


def test_tab_walks_the_pages_of_the_herder_form(open_form: Open, herder: Form) -> None:
    run = open_form(herder, fill=AGREED)
    for number in range(len(run.page.course.pages)):
        if run.page.course.is_asked(number):
            run.page.walk.open(number)
            QApplication.processEvents()
            check_page(run, rtl=False)


def test_tab_goes_from_the_questions_to_what_is_around_them_and_back(open_form: Open, herder: Form) -> None:
    run = open_form(herder)
    run.page.walk.go(backwards=True)
    names = [one.widget.accessibleName() for one in walk(run) if not one.stop]
    around = ["Comment on: ", "Back", "Next", "Interviews", "Page"]
    places = [next((at for at, name in enumerate(names) if name.startswith(one)), -1) for one in around]
    assert [place for place in places if place >= 0] == sorted(place for place in places if place >= 0)
    assert min(places[0], places[2], places[3]) >= 0


def test_an_order_is_confirmed_by_tab_and_space(open_form: Open, every: Form) -> None:
    run = open_form(every)
    run.go_to("/data/chosen/order")
    run.press(Key.Key_Tab)
    assert run.focus().accessibleName().endswith("This order is right")
    run.press(Key.Key_Space)
    assert run.value("/data/chosen/order") == "ash birch cedar elm other"
    assert run.here() == "/data/chosen/order"


def test_a_table_is_left_at_its_end(open_form: Open, every: Form) -> None:
    run = open_form(every)
    run.go_to("/data/grids/views/wolves")
    at = run.focus().mapTo(run.page, QPoint(0, 0))
    run.press(Key.Key_Tab)
    assert run.here() == "/data/grids/views/fences"
    run.press(Key.Key_Tab)
    assert run.focus().mapTo(run.page, QPoint(0, 0)) != at


def test_tab_stays_in_what_lies_over_the_questions(open_form: Open, herder: Form) -> None:
    run = open_form(herder, size=(700, 900))
    run.press(Key.Key_D, hold=Hold.ControlModifier)
    run.page.show_progress()
    run.press(Key.Key_F2)
    notes = run.page.frame.notes
    reached = set()
    for _step in range(6):
        QTest.keyClick(run.focus(), Key.Key_Tab)
        assert notes.isAncestorOf(run.focus())
        reached.add(run.focus())
    assert len(reached) == 2
    run.press(Key.Key_Escape)
    assert run.here() == "/data/ident/int_code"


def test_tab_reaches_what_the_window_says_around_the_page(open_form: Open, herder: Form, qtbot: QtBot) -> None:
    run = open_form(herder)
    window = QWidget()
    qtbot.addWidget(window)
    column = QVBoxLayout(window)
    said = QPushButton("Try again")
    column.addWidget(said)
    column.addWidget(run.page)
    window.resize(1440, 950)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(lambda: window.isActiveWindow())
    run.page.frame.footer.next_button.setFocus()
    run.press(Key.Key_Tab)
    assert run.focus() is said
    run.page.frame.footer.next_button.setFocus()
    run.press(Key.Key_Backtab, hold=Hold.ShiftModifier)
    assert run.page.isAncestorOf(run.focus())
    run.page.setParent(None)
