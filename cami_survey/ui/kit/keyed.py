"""Buttons that a letter presses as well, anywhere in the page or dialog that holds them."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from cami_survey.ui.kit.button import Button

Keyed = tuple[str, Button, Callable[[], object]]


def press_by_keys(owner: QWidget, keys: Iterable[Keyed]) -> None:
    """Have each button do its act, by its key too while the focus is in `owner`; the tip of a button names its key."""
    for key, button, act in keys:
        button.setToolTip(f"{button.text()}  {key}")
        button.clicked.connect(lambda _checked=False, act=act: act())
        QShortcut(QKeySequence(key), owner, button.click, context=Qt.ShortcutContext.WidgetWithChildrenShortcut)
