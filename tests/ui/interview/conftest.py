"""Running interviews for the tests: the real form engine, the real page, keys and mouse."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QBuffer, QIODevice, QPoint, Qt
from PySide6.QtGui import QColor, QImage, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from cami_survey.base.settings import Settings
from cami_survey.engine.api import Form, Node, load_form
from cami_survey.operations.interviews import preview
from cami_survey.ui import theme
from cami_survey.ui.interview.answers.base import Answer
from cami_survey.ui.interview.block import Block, QuestionBlock
from cami_survey.ui.interview.page import InterviewPage

FORMS = Path(__file__).parents[3] / "forms"
RUSSIAN = Settings(question_language="ru", second_language="en")


class Running:
    """An open page and the hands of a person."""

    def __init__(self, page: InterviewPage, qtbot: QtBot) -> None:
        self.page, self.qtbot = page, qtbot

    def node(self, ref: str) -> Node:
        return self.page.interview.session.node(ref)

    def value(self, ref: str) -> str:
        """The answer, with everything typed handed over."""
        self.page.questions.flush()
        return self.node(ref).text_value

    def go_to(self, ref: str) -> QWidget:
        self.page.go_to(self.node(ref).field)
        return self.focus()

    def focus(self) -> QWidget:
        held = QApplication.focusWidget()
        if held is None:
            # Without a window manager nobody gives the window the keyboard back when a list closes.
            self.page.activateWindow()
            self.qtbot.waitUntil(lambda: QApplication.focusWidget() is not None)
            held = QApplication.focusWidget()
        assert held is not None, "nothing has the focus"
        return held

    def here(self) -> str:
        """The field the person is at."""
        return self.page.questions.here

    def press(self, *keys: Qt.Key | str, hold: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        for key in keys:
            QTest.keyClick(self.focus(), key, hold)
            QApplication.processEvents()

    def strike(self, key: Qt.Key) -> None:
        """Press a key that ends the interview: nobody is there to hear it released."""
        QTest.keyPress(self.focus(), key)

    def type(self, words: str) -> None:
        """Type letters of any script, one key after the other."""
        for letter in words:
            for kind in (QKeyEvent.Type.KeyPress, QKeyEvent.Type.KeyRelease):
                event = QKeyEvent(kind, Qt.Key.Key_unknown, Qt.KeyboardModifier.NoModifier, letter)
                QApplication.sendEvent(self.focus(), event)
        QApplication.processEvents()

    def paste(self, words: str) -> None:
        QApplication.clipboard().setText(words)
        self.press(Qt.Key.Key_V, hold=Qt.KeyboardModifier.ControlModifier)

    def clear(self) -> None:
        self.press(Qt.Key.Key_A, hold=Qt.KeyboardModifier.ControlModifier)
        self.press(Qt.Key.Key_Delete)

    def click(self, widget: QWidget, at: QPoint | None = None) -> None:
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton, pos=at or widget.rect().center())
        QApplication.processEvents()

    def undo(self) -> None:
        self.press(Qt.Key.Key_Z, hold=Qt.KeyboardModifier.ControlModifier)

    def answer(self, ref: str) -> Answer:
        """The widget that answers a question of the open page."""
        block = self.block(ref)
        assert isinstance(block, QuestionBlock)
        return block.answer

    def line(self) -> QLineEdit:
        held = self.focus()
        assert isinstance(held, QLineEdit)
        return held

    def block(self, ref: str) -> Block:
        """The block of a question that is on the open page."""
        field = self.node(ref).field
        found = next((block for block in self.page.questions.column.blocks() if block.stop.field == field), None)
        assert found is not None, f"{ref} is not on the page"
        return found

    def popup(self) -> QWidget:
        """The list that dropped down has the keyboard."""
        opened = QApplication.activePopupWidget()
        assert opened is not None, "no list is open"
        held = opened.focusWidget()
        assert held is not None
        return held


Open = Callable[..., Running]


@pytest.fixture(scope="session")
def herder() -> Form:
    return load_form(FORMS / "herder_interview.xlsx")


@pytest.fixture(scope="session")
def persian() -> Form:
    return load_form(Path(__file__).with_name("persian.md"))


@pytest.fixture(scope="session")
def kinds() -> Form:
    return load_form(Path(__file__).with_name("kinds.md"))


def drawn(colour: str) -> bytes:
    """A small picture in one colour."""
    image = QImage(320, 240, QImage.Format.Format_RGB32)
    image.fill(QColor(colour))
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")
    return bytes(buffer.data().data())


# Three shapes, one of them moved by its group; the fourth animal has none.
MAP = Path(__file__).with_name("map.svg").read_bytes()


@pytest.fixture(scope="session")
def appearances(qapp: QApplication) -> Form:
    """A form with every appearance of what is written, chosen and laid out, in English and Persian."""
    colours = {"argali": "#D0A070", "ibex": "#90A060", "saiga": "#C0B060", "leopard": "#8090A8"}
    media = {f"{name}.png": drawn(colour) for name, colour in colours.items()}
    return load_form(Path(__file__).with_name("appearances.md"), media={**media, "map.svg": MAP})


@pytest.fixture(autouse=True)
def calm_look(qapp: QApplication) -> Iterator[None]:
    theme.apply(qapp, motion=False)
    yield
    theme.apply(qapp, motion=False)


@pytest.fixture
def open_form(qtbot: QtBot) -> Open:
    """Opens a form as a preview, filled with some answers."""

    def opened(
        form: Form,
        *,
        settings: Settings | None = None,
        fill: dict[str, object] | None = None,
        size: tuple[int, int] = (1440, 900),
        read_only: bool = False,
    ) -> Running:
        interview = preview(form)
        for ref, value in (fill or {}).items():
            interview.set(ref, value)
        page = InterviewPage(interview, settings or Settings(), preview=True, read_only=read_only)
        return shown(page, qtbot, size)

    return opened


def shown(page: InterviewPage, qtbot: QtBot, size: tuple[int, int] = (1440, 900)) -> Running:
    """A page in a window of this size that has the keyboard."""
    qtbot.addWidget(page)
    page.resize(*size)
    page.show()
    page.activateWindow()
    qtbot.waitUntil(lambda: page.isAncestorOf(QApplication.focusWidget() or page))
    QApplication.processEvents()
    return Running(page, qtbot)
