"""Every kind of answer passes the same checks: typed, nonsense, cleared, taken back, other language, mirrored, large.

A new kind without an entry fails.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from cami_survey.base.settings import Settings
from cami_survey.engine.api import Form, load_form
from cami_survey.ui import theme
from cami_survey.ui.interview.answers import choices, finding, image_map, map_choice, number, picker, text
from cami_survey.ui.interview.answers.barcode import BarcodeAnswer
from cami_survey.ui.interview.answers.base import Answer
from cami_survey.ui.interview.answers.moment import DateAnswer, MomentAnswer, MomentOfDayAnswer, TimeAnswer
from cami_survey.ui.interview.answers.note import NoteAnswer
from cami_survey.ui.interview.answers.parts import ManyStops, TakesFiles
from cami_survey.ui.interview.answers.places import PlacesAnswer
from cami_survey.ui.interview.answers.rank import RankAnswer
from cami_survey.ui.interview.answers.rating import RatingAnswer
from cami_survey.ui.interview.answers.scale import RangeAnswer
from cami_survey.ui.interview.answers.sketch import SketchAnswer
from cami_survey.ui.interview.answers.upload import FileAnswer
from tests.ui.interview.conftest import MAP, Open, Running
from tests.ui.interview.screen import LOOKS, looks
from tests.ui.interview.test_for_everybody import check_page

Key = Qt.Key
CONTROL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
BOTH = Settings(question_language="en", second_language="fa")
NONSENSE = "<b>no\u202ense</b>\x00~~"
# What cannot be written in a file of answers is left out of words.
WORDS = "<b>no\u202ense</b>~~"


@dataclass(frozen=True)
class Kind:
    """How a kind of answer is given by keys, and what is stored; `words` says that it takes any words."""

    ref: str
    give: Callable[[Running], object]
    value: str = ""
    words: bool = False
    alone: bool = False
    # Qt keeps no history of what is written in secret.
    undone: bool = True


def typed(words: str) -> Callable[[Running], object]:
    return lambda run: run.type(words)


def pressed(
    *keys: Key | str, hold: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
) -> Callable[[Running], object]:
    return lambda run: run.press(*keys, hold=hold)


def picked(words: str) -> Callable[[Running], object]:
    """From a list that drops down."""

    def pick(run: Running) -> None:
        run.press(Key.Key_Space)
        search = run.popup()
        QTest.keyClicks(search, words)
        QTest.keyClick(search, Key.Key_Return)
        QApplication.processEvents()

    return pick


def photographed(run: Running) -> None:
    picture = QImage(40, 30, QImage.Format.Format_RGB32)
    picture.fill(Qt.GlobalColor.darkGreen)
    QApplication.clipboard().setImage(picture)
    run.press(Key.Key_V, hold=CONTROL)


def drawn(run: Running) -> None:
    pad = run.focus()
    QTest.mousePress(pad, Qt.MouseButton.LeftButton, pos=QPoint(20, 20))
    for step in range(1, 6):
        QTest.mouseMove(pad, QPoint(20 + 8 * step, 20 + 5 * step))
    QTest.mouseRelease(pad, Qt.MouseButton.LeftButton, pos=QPoint(60, 45))


KINDS: dict[type[Answer], Kind] = {
    text.TextAnswer: Kind("written/word", typed("yak"), "yak", words=True),
    text.LongTextAnswer: Kind("written/story", typed("a yak came"), "a yak came", words=True),
    text.SecretAnswer: Kind("written/secret", typed("hush"), "hush", words=True, undone=False),
    text.UrlAnswer: Kind("written/site", typed("example.org"), "example.org", words=True),
    number.DigitsAnswer: Kind("written/phone", typed("0312 904"), "0312 904"),
    number.NumberAnswer: Kind("written/whole", typed("125"), "125"),
    number.CounterAnswer: Kind("written/calves", typed("7"), "7"),
    number.DecimalAnswer: Kind("written/weight", typed("42.5"), "42.5"),
    BarcodeAnswer: Kind("written/tag", typed("KG-7"), "KG-7", words=True),
    DateAnswer: Kind("dated/day", typed("2026-11-28"), "2026-11-28"),
    TimeAnswer: Kind("dated/hour", typed("14:30"), "14:30:00"),
    MomentOfDayAnswer: Kind("dated/moment", typed("2026-11-28 14:30"), "2026-11-28T14:30:00"),
    choices.ChoicesAnswer: Kind("chosen/one", pressed("2"), "birch"),
    choices.ScaleAnswer: Kind("chosen/rated", pressed("3"), "3"),
    choices.LinesAnswer: Kind("chosen/one", pressed("2"), "birch", alone=True),
    finding.FindAnswer: Kind("chosen/found", pressed(Key.Key_Down, Key.Key_Down, Key.Key_Space), "n2"),
    finding.DropDownAnswer: Kind("chosen/dropped", picked("17"), "n17"),
    picker.PickerAnswer: Kind("measured/share", picked("0.25"), "0.25"),
    RankAnswer: Kind("chosen/order", pressed(Key.Key_Down, hold=ALT), "birch ash cedar elm other"),
    image_map.ImageMapAnswer: Kind("chosen/where", pressed("1", "3"), "argali saiga"),
    map_choice.MapChoiceAnswer: Kind("placed/well", pressed(Key.Key_Right, Key.Key_Space), "north"),
    RangeAnswer: Kind("measured/trust", pressed("7"), "7"),
    RatingAnswer: Kind("measured/stars", pressed("4"), "4"),
    PlacesAnswer: Kind("placed/camp", typed("41.2, 75.8"), "41.2 75.8 0.0 0.0"),
    FileAnswer: Kind("filed/photo", photographed),
    SketchAnswer: Kind("filed/sketch", drawn),
}
# Bases of others; a note is read, and a type without a widget of its own is a line of words.
UNASKED = {MomentAnswer, ManyStops, TakesFiles, NoteAnswer, text.UnknownAnswer}


def every_kind(base: type[Answer] = Answer) -> Iterator[type[Answer]]:
    for kind in base.__subclasses__():
        if kind.__module__.startswith("cami_survey"):
            if not kind.__name__.startswith("_"):
                yield kind
            yield from every_kind(kind)


@pytest.fixture(scope="module")
def every(qapp: QApplication) -> Form:
    return load_form(Path(__file__).with_name("every.md"), media={"map.svg": MAP})


def test_no_kind_of_answer_is_left_out() -> None:
    assert set(every_kind()) - UNASKED == set(KINDS)
    assert set(every_kind()) - {MomentAnswer, ManyStops, TakesFiles} == set(LOOKS)


class Check:
    """A question of one kind on the open page."""

    def __init__(self, run: Running, kind: Kind) -> None:
        self.run, self.kind, self.ref = run, kind, f"/data/{kind.ref}"

    def value(self) -> str:
        self.run.page.questions.finish_files()
        return self.run.value(self.ref)

    def agrees(self) -> None:
        """The screen says what is stored, and everything has its name and its room."""
        for field, said, held in looks(self.run.block(self.ref), self.run.page.course.node):
            assert said == held, field
        check_page(self.run)

    def given(self) -> str:
        """Give the answer; what is stored."""
        self.run.go_to(self.ref)
        self.kind.give(self.run)
        value = self.value()
        assert value == self.kind.value or (value and not self.kind.value)
        # Some go on to the next question by themselves.
        self.run.go_to(self.ref)
        self.agrees()
        return value

    def keeps(self, value: str) -> None:
        """After something else changed the answer, the place and the screen are as before."""
        QApplication.processEvents()
        assert self.value() == value
        assert self.run.here() == self.ref
        self.agrees()


@pytest.mark.parametrize("widget", KINDS, ids=lambda widget: widget.__name__)
def test_each_kind_passes_the_seven_checks(
    open_form: Open, every: Form, qapp: QApplication, widget: type[Answer]
) -> None:
    kind = KINDS[widget]
    walk = "one-by-one" if kind.alone else "page"
    run = open_form(every, settings=Settings(question_language="en", second_language="fa", walk=walk))
    check = Check(run, kind)
    run.go_to(check.ref)
    assert type(run.answer(check.ref)) is widget
    value = check.given()
    # Another language, with the page mirrored on the way.
    for _turn in range(3):
        run.press(Key.Key_L, hold=CONTROL)
        check.keeps(value)
    assert run.page.layoutDirection() == Qt.LayoutDirection.LeftToRight
    theme.apply(qapp, text_size=200, motion=False)
    check.keeps(value)
    theme.apply(qapp, text_size=100, motion=False)
    # Cleared, and that taken back.
    run.go_to(check.ref)
    run.clear()
    assert check.value() == ""
    check.agrees()
    if kind.undone:
        run.undo()
        assert bool(check.value()) == bool(value)
        assert check.value() == value or not kind.value
        check.agrees()
    # Nonsense.
    run.clear()
    assert check.value() == ""
    run.go_to(check.ref)
    run.paste(NONSENSE)
    assert check.value() == (WORDS if kind.words else "")
    run.page.walk.go(backwards=False)
    assert run.value(check.ref) == (WORDS if kind.words else "")
