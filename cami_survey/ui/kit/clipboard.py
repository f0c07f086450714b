"""What is copied as more than plain words: a table for a sheet, a document, a letter."""

from __future__ import annotations

import atexit
from functools import cache

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QGuiApplication

# Tells what was copied here from what other programs put there.
OURS = "application/x-cami-survey"


def copy(words: str, html: str) -> None:
    """Put words on the clipboard, with their HTML for programs that take it."""
    data = QMimeData()
    data.setText(words)
    data.setHtml(html)
    data.setData(OURS, b"1")
    QGuiApplication.clipboard().setMimeData(data)
    _leave_words_behind()


@cache
def _leave_words_behind() -> None:
    """When the program ends leave the plain words.

    Qt lets go of what is on the clipboard when Python has ended, and data that was made in Python ends the process with
    a fault there.
    """
    atexit.register(_to_words)


def _to_words() -> None:
    if QGuiApplication.instance() is not None:
        clipboard = QGuiApplication.clipboard()
        if clipboard.mimeData().hasFormat(OURS):
            clipboard.setText(clipboard.text())
