"""A window in which somebody types without end: `python typing_window.py SURVEY`.

Each line on standard output is what the screen shows at that moment: {"at": seconds, "field": …, "text": …}.
"""

from __future__ import annotations

import json
import sys
import time
from itertools import cycle
from pathlib import Path

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QTextEdit, QWidget

from cami_survey.base.settings import Settings
from cami_survey.operations import surveys
from cami_survey.ui.app import application
from cami_survey.ui.shell import Shell

LETTERS = cycle("Айгүл saw two wild yaks above the Кара-Суу ")
QUESTIONS = ("/data/code", "/data/note")
LETTERS_IN_A_ROW = 25


def main(path: Path) -> None:
    """Start an interview and type into two of its questions in turn until somebody ends this process."""
    application()
    shell = Shell(Settings(), keep=lambda _settings: None)
    shell.resize(1200, 800)
    shell.show()
    shell.desk.take(surveys.open_survey(path).value)
    shell.interviewing.start("camp")
    while shell.running is None:
        QApplication.processEvents()
        time.sleep(0.005)
    for field in cycle(QUESTIONS):
        shell.running.go_to(field)
        edit = editor(shell)
        QTest.keyClick(edit, Qt.Key.Key_End)
        for _letter in range(LETTERS_IN_A_ROW):
            _type(edit, next(LETTERS))
            tell(field, shown(edit))


def editor(shell: Shell) -> QWidget:
    """The field the keys go to."""
    for _turn in range(200):
        QApplication.processEvents()
        edit = QApplication.focusWidget() or shell.focusWidget()
        if isinstance(edit, QLineEdit | QTextEdit | QPlainTextEdit):
            return edit
        shell.activateWindow()
        time.sleep(0.01)
    raise RuntimeError(f"nothing takes text, the keys go to {edit!r}")


def _type(edit: QWidget, letter: str) -> None:
    for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
        QApplication.sendEvent(edit, QKeyEvent(kind, 0, Qt.KeyboardModifier.NoModifier, letter))
    QApplication.processEvents()
    time.sleep(0.002)


def shown(edit: QWidget) -> str:
    """What the field on the screen says."""
    if isinstance(edit, QLineEdit):
        return edit.text()
    if isinstance(edit, QTextEdit | QPlainTextEdit):
        return edit.toPlainText()
    raise TypeError(f"no text can be typed into {edit!r}")


def tell(field: str, text: str) -> None:
    """Say to whoever listens what can be seen."""
    sys.stdout.write(json.dumps({"at": time.monotonic(), "field": field, "text": text}) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
