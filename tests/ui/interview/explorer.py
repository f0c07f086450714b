"""A restless person: random keys, clicks and pastes at the real page, and what must hold after each of them."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import (
    QContextMenuEvent,
    QDragEnterEvent,
    QDropEvent,
    QGuiApplication,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QWheelEvent,
)
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QWidget
from pytestqt.exceptions import capture_exceptions
from shiboken6 import isValid

from cami_survey.ui import theme
from cami_survey.ui.interview.page import InterviewPage
from cami_survey.ui.interview.questions import Questions
from tests.ui.interview.screen import looks

Key, Hold = Qt.Key, Qt.KeyboardModifier
NONE, CONTROL, SHIFT, ALT = Hold.NoModifier, Hold.ControlModifier, Hold.ShiftModifier, Hold.AltModifier
# Key, what is held with it, and how often it is meant.
KEYS: tuple[tuple[Key, Hold, int], ...] = (
    (Key.Key_Return, NONE, 30), (Key.Key_Return, SHIFT, 8), (Key.Key_Return, CONTROL, 4), (Key.Key_Return, ALT, 2),
    (Key.Key_Tab, NONE, 12), (Key.Key_Backtab, SHIFT, 5), (Key.Key_Space, NONE, 12), (Key.Key_Delete, NONE, 5),
    (Key.Key_Delete, CONTROL, 2), (Key.Key_Backspace, NONE, 5), (Key.Key_Left, NONE, 6), (Key.Key_Right, NONE, 6),
    (Key.Key_Up, NONE, 8), (Key.Key_Down, NONE, 10), (Key.Key_Down, ALT, 3), (Key.Key_Up, ALT, 3),
    (Key.Key_Home, NONE, 2), (Key.Key_End, NONE, 2), (Key.Key_PageDown, NONE, 5), (Key.Key_PageUp, NONE, 3),
    (Key.Key_J, CONTROL, 2), (Key.Key_L, CONTROL, 3), (Key.Key_D, CONTROL, 2), (Key.Key_G, CONTROL, 1),
    (Key.Key_Z, CONTROL, 5), (Key.Key_A, CONTROL, 3), (Key.Key_X, CONTROL, 2), (Key.Key_C, CONTROL, 1),
    (Key.Key_F2, NONE, 2), (Key.Key_F3, NONE, 2), (Key.Key_F4, NONE, 4), (Key.Key_F5, NONE, 2), (Key.Key_F6, NONE, 2),
    (Key.Key_F7, NONE, 2), (Key.Key_F8, NONE, 2), (Key.Key_F9, NONE, 3), (Key.Key_F9, SHIFT, 2),
    (Key.Key_Escape, NONE, 2),
)  # fmt: skip
LETTERS = "abcdeknosyABC .,-:/'\"@+"
OTHER_LETTERS = "۱۲۳४५٦༣ñßЖشا漢é"
NONSENSE = (
    "", " ", "abc\x00def", "\u202eabc", "12,5", "1e400", "-", "999999999999999999999", "41.2, 75.8; 42, 76",
    "2026-02-31", "31.12.1999 25:61", "ash birch", "<b>&amp;</b>", "a\nb\tc\r\nd", "\ud83d\udc10", "😀" * 30, "n4",
    "ß" * 300, "http://", "https://example.org", "۱۲۳", "nan", "98", "../../x", "\x1b[0m", "\ufeff5",
)  # fmt: skip
TEXT_SIZES = (85, 100, 150, 200)
MOST_ENTERS = 6
LEFT = Qt.MouseButton.LeftButton


class Explorer:
    """Does one random thing after the other at a page; `story` tells what was done, for a failure to be told."""

    def __init__(self, page: InterviewPage, random: Random) -> None:
        self.page, self.random = page, random
        self.story: list[str] = []
        self.ended = False
        page.left.connect(self._end)
        page.finalised.connect(self._end)
        keys = [(key, hold) for key, hold, _often in KEYS]
        weights = [often for _key, _hold, often in KEYS]
        self._acts: list[tuple[Callable[[], str], int]] = [
            (lambda: self._press(*self.random.choices(keys, weights)[0]), 50),
            (self._digit, 12), (self._letter, 12), (self._click, 14), (self._paste, 5), (self._turn_language, 1),
            (self._resize, 1), (self._text_size, 1), (self._jump, 2), (self._wait, 1), (self._drag, 4),
            (self._wheel, 3), (self._click_twice, 2), (self._ask_menu, 1), (self._bring_picture, 2),
        ]  # fmt: skip

    def _end(self, _record: str) -> None:
        self.ended = True

    # What is done

    def step(self) -> None:
        """Do one thing; an exception in what Qt calls is raised here."""
        act = self.random.choices([act for act, _often in self._acts], [often for _act, often in self._acts])[0]
        with capture_exceptions() as caught:
            self.story.append(act())
            QApplication.processEvents()
        for _kind, error, _trace in caught:
            if error is not None:
                error.add_note(self.told())
                raise error

    def told(self) -> str:
        """The last things that were done."""
        return " | ".join(self.story[-25:])

    def _focus(self) -> QWidget:
        popup = QApplication.activePopupWidget()
        if popup is not None:
            return popup.focusWidget() or popup
        modal = QApplication.activeModalWidget()
        if modal is not None:
            return modal.focusWidget() or modal
        held = QApplication.focusWidget()
        if held is None or held.window() is not self.page.window():
            self.page.activateWindow()
            QApplication.processEvents()
        return QApplication.focusWidget() or self.page

    def _press(self, key: Key, hold: Hold) -> str:
        target = self._focus()
        told = f"{hold.name} {key.name} at {type(target).__name__}"
        QTest.keyPress(target, key, hold)
        return told

    def _digit(self) -> str:
        digit = self.random.choice("0123456789")
        QTest.keyClick(self._focus(), digit)
        return f"digit {digit}"

    def _letter(self) -> str:
        if self.random.random() < 0.8:
            letter = self.random.choice(LETTERS)
            QTest.keyClick(self._focus(), letter)
        else:
            letter = self.random.choice(OTHER_LETTERS)
            event = QKeyEvent(QKeyEvent.Type.KeyPress, Key.Key_unknown, NONE, letter)
            QApplication.sendEvent(self._focus(), event)
        return f"letter {letter}"

    def _paste(self) -> str:
        words = self.random.choice(NONSENSE)
        QGuiApplication.clipboard().setText(words)
        self._press(Key.Key_V, CONTROL)
        return f"paste {words!r}"

    def _spot(self) -> tuple[QWidget, QPoint, str]:
        """Somewhere on what can be reached: the widget there, where in it, and how that is told."""
        window = QApplication.activePopupWidget() or QApplication.activeModalWidget() or self.page
        at = QPoint(self.random.randrange(max(window.width(), 1)), self.random.randrange(max(window.height(), 1)))
        target = window.childAt(at) or window
        told = f"{type(target).__name__} at {at.x()},{at.y()} of {type(window).__name__}"
        return target, target.mapFrom(window, at), told

    def _click(self) -> str:
        target, at, told = self._spot()
        QTest.mouseClick(target, LEFT, pos=at)
        return f"click {told}"

    def _click_twice(self) -> str:
        """As Qt says it: pressed, released, pressed twice, released."""
        target, at, told = self._spot()
        QTest.mouseClick(target, LEFT, pos=at)
        if isValid(target) and target.isVisible():
            QTest.mouseDClick(target, LEFT, pos=at)
        return f"double click {told}"

    def _drag(self) -> str:
        """Pressed here, moved, and released there, or outside."""
        target, at, told = self._spot()
        QTest.mousePress(target, LEFT, pos=at)
        for _move in range(self.random.randrange(1, 6)):
            at += QPoint(self.random.randrange(-90, 91), self.random.randrange(-60, 61))
            if isValid(target):
                moved = QMouseEvent(QEvent.Type.MouseMove, at, target.mapToGlobal(at), LEFT, LEFT, NONE)
                QApplication.sendEvent(target, moved)
                QApplication.processEvents()
        if isValid(target):
            QTest.mouseRelease(target, LEFT, pos=at)
        return f"drag {told}"

    def _wheel(self) -> str:
        target, at, told = self._spot()
        turn = QPoint(0, self.random.choice((-240, -120, 120, 240)))
        hold = self.random.choice((NONE, NONE, NONE, CONTROL))
        there, phase = QPointF(at), Qt.ScrollPhase.NoScrollPhase
        event = QWheelEvent(
            there, QPointF(target.mapToGlobal(at)), QPoint(), turn, Qt.MouseButton.NoButton, hold, phase, False
        )
        QApplication.sendEvent(target, event)
        return f"wheel {turn.y()} {told}"

    def _ask_menu(self) -> str:
        target, at, told = self._spot()
        event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, target.mapToGlobal(at))
        QApplication.sendEvent(target, event)
        return f"menu {told}"

    def _bring_picture(self) -> str:
        """Paste a picture, or drop it somewhere."""
        picture = QImage(60, 40, QImage.Format.Format_RGB32)
        picture.fill(Qt.GlobalColor.darkGreen)
        if self.random.random() < 0.5:
            QGuiApplication.clipboard().setImage(picture)
            return f"picture, {self._press(Key.Key_V, CONTROL)}"
        data = QMimeData()
        data.setImageData(picture)
        target, at, told = self._spot()
        for kind in (QDragEnterEvent, QDropEvent):
            there = at if kind is QDragEnterEvent else QPointF(at)
            QApplication.sendEvent(target, kind(there, Qt.DropAction.CopyAction, data, LEFT, NONE))
        return f"drop a picture on {told}"

    def _turn_language(self) -> str:
        self.page.turn_language()
        return "language"

    def _resize(self) -> str:
        size = self.random.choice([(1440, 900), (1024, 700), (760, 900), (1920, 1000)])
        self.page.resize(*size)
        return f"resize {size}"

    def _text_size(self) -> str:
        size, name = self.random.choice(TEXT_SIZES), self.random.choice(["light", "dark", "sunlight"])
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        theme.apply(application, theme=name, text_size=size, motion=False)
        return f"text {size} {name}"

    def _jump(self) -> str:
        found = self.page.course.questions(self.page.reading)
        if not found or QApplication.activePopupWidget() or QApplication.activeModalWidget():
            return "nowhere"
        field = self.random.choice(found).value
        self.page.go_to(field)
        return f"jump {field}"

    def _wait(self) -> str:
        QTest.qWait(self.random.choice([5, 60]))
        return "wait"

    # What must hold

    def calm(self) -> None:
        """Close every list and dialog."""
        for _turn in range(5):
            over = QApplication.activePopupWidget() or QApplication.activeModalWidget()
            if over is None:
                return
            if isinstance(over, QDialog):
                over.reject()
            else:
                over.close()
            QApplication.processEvents()
        raise AssertionError(f"{over} cannot be closed")

    def differences(self) -> list[str]:
        """Where the screen says something else than the interview holds."""
        questions: Questions = self.page.questions
        questions.flush()
        questions.finish_files()
        return [
            f"{field}: the screen says {said!r}, the interview holds {held!r}"
            for block in questions.column.blocks()
            for field, said, held in looks(block, self.page.course.node)
            if said != held
        ]

    def where(self) -> tuple[object, ...]:
        """Where the person is."""
        page = self.page
        footer = page.frame.footer.next_button
        end = QApplication.focusWidget() is footer
        block = page.questions.column.here()
        return page.course.at, page.questions.here, page.questions.alone, block.field if block else "", end

    def goes_on(self) -> bool:
        """Whether Enter leads from here to another question or to the end."""
        self.calm()
        page = self.page
        if page.frame.lists_problems:
            page._back_to_questions()
        page.frame.close_over()
        page.walk.focus(page.questions.here)
        # A window that is not active has no focus to tell.
        self._focus()
        start = self.where()
        for _time in range(MOST_ENTERS):
            if start[-1]:
                return True
            QTest.keyPress(self._focus(), Key.Key_Return)
            QApplication.processEvents()
            self.calm()
            if self.ended or self.where() != start:
                return True
        return False
