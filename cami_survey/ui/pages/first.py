"""First-use states: one sentence that says what belongs here, the one thing to do, and other ways below."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from cami_survey.ui import theme
from cami_survey.ui.kit import Button, KeyCap, Label, Link, ScrollArea
from cami_survey.ui.kit.handing import HandsKeys
from cami_survey.ui.kit.scene import Scene

Action = tuple[str, Callable[[], object]]


class FirstUse(HandsKeys, QWidget):
    """`main` is the primary button (words, icon, what it does); `links` stand at the bottom after `before`."""

    def __init__(
        self,
        title: str,
        sentence: str,
        *,
        main: tuple[str, str, Callable[[], object]] | None = None,
        key: tuple[str, str] | None = None,
        before: str = "",
        links: Sequence[Action] = (),
    ) -> None:
        super().__init__()
        self.button: Button | None = None
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(theme.XL, theme.XXL, theme.XL, theme.L)
        column.setSpacing(theme.S)
        column.addStretch(3)
        centre = Qt.AlignmentFlag.AlignHCenter
        column.addWidget(Scene(), 0, centre)
        column.addSpacing(theme.L)
        column.addWidget(_middle(Label(title, "title", wrap=True)))
        column.addWidget(_middle(Label(sentence, tone="muted", wrap=True)))
        column.addSpacing(theme.L)
        if main is not None:
            words, icon, act = main
            self.button = Button(words, "primary", icon, tall=True)
            self.button.setMinimumWidth(theme.u(280))
            self.button.clicked.connect(act)
            column.addWidget(self.button, 0, centre)
        self.extra = QVBoxLayout()
        self.extra.setSpacing(theme.S)
        column.addLayout(self.extra)
        if key is not None:
            column.addSpacing(theme.S)
            column.addLayout(_key(*key))
        column.addStretch(4)
        if links:
            column.addLayout(_links(before, links))
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(ScrollArea(inside))
        if self.button is not None:
            self.hand_keys(self.button)


def _middle(label: Label) -> Label:
    label.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter)
    return label


def _key(key: str, words: str) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(theme.S)
    row.addStretch(1)
    row.addWidget(KeyCap(key))
    row.addWidget(Label(words, "small", "muted"))
    row.addStretch(1)
    return row


def _links(before: str, links: Sequence[Action]) -> QVBoxLayout:
    column = QVBoxLayout()
    column.setSpacing(0)
    if before:
        column.addWidget(_middle(Label(before, tone="muted", wrap=True)))
    row = QHBoxLayout()
    row.setSpacing(theme.S)
    row.addStretch(1)
    for number, (words, act) in enumerate(links):
        if number:
            row.addWidget(Label("·", tone="muted"))
        link = Link(words)
        link.clicked.connect(act)
        row.addWidget(link)
    row.addStretch(1)
    column.addLayout(row)
    return column
