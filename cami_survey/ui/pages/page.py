"""What pages share: the padding, the title row, a card around a table, a foot over the whole width."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from cami_survey.ui import theme
from cami_survey.ui.kit import Card, Label, Panel, ScrollArea
from cami_survey.ui.kit.handing import HandsKeys


class Page(HandsKeys, QWidget):
    """`body` takes the content under the title, `head` what stands at the end of the title's row.

    `scrolled` when both scroll above what is added to `column`: where text is large, no part gets less than it needs.
    """

    def __init__(self, title: str = "", *, scrolled: bool = False) -> None:
        super().__init__()
        self.title = Label(title, "title")
        self.head = QHBoxLayout()
        self.head.setSpacing(theme.S)
        self.head.addWidget(self.title)
        self.head.addStretch(1)
        self.body = QVBoxLayout()
        self.body.setSpacing(theme.L)
        inner = QVBoxLayout()
        inner.setContentsMargins(theme.XL, theme.L + 4, theme.XL, theme.L + 4)
        inner.setSpacing(theme.L)
        inner.addLayout(self.head)
        inner.addLayout(self.body, 1)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(0)
        if scrolled:
            inside = QWidget()
            inside.setLayout(inner)
            self.column.addWidget(ScrollArea(inside), 1)
        else:
            self.column.addLayout(inner, 1)


class Faces(HandsKeys, QStackedWidget):
    """A place that shows one of several faces. The keys given to it go to the face that is seen."""

    def show_face(self, face: QWidget) -> None:
        """Show a face; the keys go along if they are in this place."""
        holder = QApplication.focusWidget()
        comes = holder is not None and self.isAncestorOf(holder) and (holder is face or not face.isAncestorOf(holder))
        self.setCurrentWidget(face)
        self.hand_keys(face)
        if comes:
            face.setFocus(Qt.FocusReason.OtherFocusReason)


def framed(table: QWidget, foot: QWidget | None = None) -> Card:
    """A card around a table, with an optional foot."""
    card = Card()
    column = QVBoxLayout(card)
    column.setContentsMargins(2, 2, 2, 4)
    column.setSpacing(0)
    column.addWidget(table, 1)
    if foot is not None:
        column.addWidget(foot)
    return card


def foot_line(*things: QWidget | None, padding: int = theme.XL, token: str = "surface") -> Panel:
    """A line at the bottom of a page with a hairline over it; None takes the free room."""
    ground = Panel(token, "top")
    row = QHBoxLayout(ground)
    row.setContentsMargins(padding, theme.M, padding, theme.M)
    row.setSpacing(theme.S)
    for thing in things:
        if thing is None:
            row.addStretch(1)
        else:
            row.addWidget(thing)
    return ground
