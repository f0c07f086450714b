"""A facilitator's hands on the keyboard: every key goes where the window system would send it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeySequence, QWindow
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QWidget
from pytestqt.qtbot import QtBot

from cami_survey.ui.interview.block import Block
from cami_survey.ui.kit import Label
from cami_survey.ui.kit.table import Table
from cami_survey.ui.shell import Shell
from tests.journey.script import Line
from tests.journey.workbook import Workbook

PLAIN, SHIFT = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier
KEYS = {
    "⏎": Qt.Key.Key_Return,
    "⇥": Qt.Key.Key_Tab,
    "⎋": Qt.Key.Key_Escape,
    "⌦": Qt.Key.Key_Delete,
    "↑": Qt.Key.Key_Up,
    "↓": Qt.Key.Key_Down,
    "←": Qt.Key.Key_Left,
    "→": Qt.Key.Key_Right,
    " ": Qt.Key.Key_Space,
}
INSTANCE = re.compile(r"([^/]+)\[[^\]]+\]")


class Facilitator:
    """Sits before the window and has no mouse. `type` writes letters and the keys of KEYS, `press` combinations."""

    def __init__(self, window: Shell, qtbot: QtBot) -> None:
        self.window, self._qtbot = window, qtbot

    # Keys

    def type(self, words: str) -> None:
        """Press one key after the other."""
        for letter in words:
            if letter in KEYS:
                self._key(KEYS[letter], letter if letter == " " else "", PLAIN)
            else:
                key = Qt.Key(ord(letter.upper())) if letter.isascii() else Qt.Key.Key_unknown
                self._key(key, letter, SHIFT if letter.isupper() else PLAIN)

    def press(self, *combinations: str) -> None:
        """Press keys together, such as "Ctrl+Shift+N"."""
        for words in combinations:
            pressed = QKeySequence(words)[0]
            self._key(pressed.key(), "", pressed.keyboardModifiers())

    def _key(self, key: Qt.Key, words: str, held: Qt.KeyboardModifier) -> None:
        handle = _keyboard()
        assert handle is not None, "no window has the keyboard"
        QTest.sendKeyEvent(QTest.KeyAction.Press, handle, key, words, held)
        QApplication.processEvents()
        # The key may have closed its window.
        after = _keyboard()
        if after is not None:
            QTest.sendKeyEvent(QTest.KeyAction.Release, after, key, words, held)
        QApplication.processEvents()

    def wait(self, until: Callable[[], object], what: str) -> None:
        """Wait for something to happen in the window."""

        def happened() -> None:
            assert until(), f"in vain waited for: {what}"

        self._qtbot.waitUntil(happened, timeout=15_000)

    def tab_to(self, name: str) -> None:
        """Press Tab until the keys are in what has this name."""
        seen: list[str] = []
        while (here := self.focus_name()) != name:
            assert len(seen) < 40, f"Tab does not lead to {name!r}, only to {sorted(set(seen))}"
            seen.append(here)
            self.type("⇥")

    def write(self, name: str, words: str) -> None:
        """Put other words into a field of a dialog."""
        self.tab_to(name)
        self.press("Ctrl+A")
        self.type(words)

    # What is seen

    def focus(self) -> QWidget:
        """What has the keyboard."""
        popup = QApplication.activePopupWidget()
        held = popup.focusWidget() if popup is not None else QApplication.focusWidget()
        assert held is not None, "nothing has the keyboard"
        return held

    def focus_name(self) -> str:
        """What a screen reader says of what has the keyboard; of an answer, the name of its question."""
        widget: QWidget | None = self.focus()
        while widget is not None and not isinstance(widget, Block):
            widget = widget.parentWidget()
        return widget.field.rpartition("/")[2] if isinstance(widget, Block) else name_of(self.focus())

    def dialog(self, title: str) -> QDialog:
        """Wait for a dialog with this title."""

        def opened() -> QDialog | None:
            shown = [one for one in QApplication.topLevelWidgets() if isinstance(one, QDialog) and one.isVisible()]
            return next((one for one in shown if one.windowTitle() == title), None)

        self.wait(opened, f"the dialog {title!r}")
        found = opened()
        assert found is not None
        self.wait(found.isActiveWindow, f"the keyboard in {title!r}")
        return found

    def no_dialog(self) -> None:
        """Wait until dialogs are closed and the window has the keyboard again."""
        self.wait(
            lambda: not [one for one in QApplication.topLevelWidgets() if one.isVisible() and one is not self.window],
            "the end of the dialog",
        )
        # Window managers give the keyboard to the window behind a closed dialog; without a display there is none.
        self.window.activateWindow()
        self.wait(self.window.isActiveWindow, "the keyboard in the window")

    def reads(self, words: str) -> bool:
        """Whether these words stand somewhere on the screen."""
        return any(words in shown for shown in shown_words(self.window))

    def where(self) -> str:
        """The question that has the keyboard: its name, after that of its repeat with the number of the instance.

        Where no question has it, what a screen reader says.
        """
        widget: QWidget | None = self.focus()
        while widget is not None and not isinstance(widget, Block):
            widget = widget.parentWidget()
        return self.place(widget.field) if isinstance(widget, Block) else name_of(self.focus())

    def place(self, field: str) -> str:
        """`sight 2 s_sp` for `/data/know/sight[k3f9a1c02]/s_sp`."""
        running = self.window.running
        assert running is not None
        found = INSTANCE.search(field)
        name = field.rpartition("/")[2]
        if found is None:
            return name
        instance = running.interview.session.node(field[: found.end()])
        assert instance.parent is not None
        number = [one.field for one in instance.parent.children].index(instance.field) + 1
        return f"{found.group(1)} {number} {name}" if not name.endswith("]") else f"{found.group(1)} {number}"

    def words_after(self, name: str) -> str:
        """The words that follow a label on the screen, the next hint left out."""
        shown = [words for words in shown_words(self.window) if words]
        return shown[shown.index(name) + 3]

    def words_in(self, dialog: QDialog) -> str:
        """Everything written in a dialog."""
        return " ".join(shown_words(dialog))

    def meanwhile(self, do: Callable[[], None]) -> None:
        """Do this as soon as the next key has opened a question that holds everything else."""
        QTimer.singleShot(0, self.window, do)

    # What one does often

    def new_survey(self, title: str, path: Path) -> None:
        """Make a survey file by the dialog."""
        self.press("Ctrl+Shift+N")
        self.dialog("New survey")
        self.type(title)
        self.write("File", str(path))
        self.type("⏎")
        self.no_dialog()
        self.wait(lambda: self.reads(f"{path.name} was made."), "the new survey")

    def import_forms(self) -> None:
        """Go to the empty forms page and bring in what the file dialog gives."""
        self.press("Ctrl+6")
        self.wait(lambda: self.focus_name() == "Add the CAMI questionnaires", "the forms page")
        self.tab_to("Import a form of your own")
        self.type("⏎")
        self.wait(lambda: self.focus_name() == "Forms", "the list of forms")

    def export(self, target: Path, form: str, *, codes: bool = False) -> Workbook:
        """Write a workbook by the dialog and read it."""
        self.press("Ctrl+E")
        self.dialog("Export")
        if codes:
            self.tab_to("Choices as")
            self.type("↓")
        self.write("File", str(target))
        self.type("⏎")
        self.no_dialog()
        self.wait(lambda: self.reads(target.name) and target.is_file(), "the workbook")
        return Workbook(target, form)

    def in_interview(self) -> None:
        """Wait until an interview asks something."""
        self.wait(lambda: self.window.running is not None and self.focus_name(), "the interview")

    def in_list(self) -> None:
        """Wait until the keys are in the list of interviews."""
        self.wait(lambda: self.window.running is None and isinstance(self.focus(), Table), "the list")

    def answer(self, lines: Iterable[Line]) -> None:
        """Answer question after question; each has to be the one that has the keyboard."""
        for line in lines:
            assert self.where() == line.place, f"expected to be asked {line.place}"
            self.type(line.keys)


def _keyboard() -> QWindow | None:
    holder = QApplication.activePopupWidget() or QApplication.activeWindow()
    return holder.window().windowHandle() if holder is not None else None


def name_of(widget: QWidget) -> str:
    """What a screen reader says of a widget."""
    text = getattr(widget, "text", None)
    return widget.accessibleName() or (str(text()) if text is not None else "")


def shown_words(window: QWidget) -> list[str]:
    """Everything written on the screen, as far as a screen reader knows it."""
    found = []
    for widget in window.findChildren(QWidget):
        if widget.isVisible():
            found.append(widget.text() if isinstance(widget, Label) else widget.accessibleName())
    return found


def chosen_file(path: Path) -> Callable[..., tuple[str, str]]:
    """A native file dialog in which somebody chooses `path`."""
    return lambda *_args: (str(path), "")


def chosen_files(*paths: Path) -> Callable[..., tuple[list[str], str]]:
    """A native file dialog in which somebody chooses several files."""
    return lambda *_args: ([str(path) for path in paths], "")


def chosen_folder(path: Path) -> Callable[..., str]:
    """A native folder dialog in which somebody chooses `path`."""
    return lambda *_args: str(path)


def letters(words: str) -> str:
    """Letters and digits alone: keys are written with breaks in them."""
    return "".join(letter for letter in words if letter.isalnum())
