"""Beside the questions: a comment on the one in hand, and what to come back to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

from PySide6.QtCore import QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from cami_survey.base.texts import _
from cami_survey.ui import theme
from cami_survey.ui.kit import KeyCap, Label, Panel, ScrollArea, TextArea, painting, row
from cami_survey.ui.kit.button import PaintedButton

WAIT = 250
# Each line is a widget; the first are listed, as in the list of everything that is wrong.
MOST_LISTED = 100


@dataclass(frozen=True, slots=True)
class Back:
    """Something to come back to: wrong, missing, asked by a reviewer ("query"), or marked by the person ("flag")."""

    field: str
    label: str
    detail: str
    kind: str = "flag"


LOOKS = {
    "flag": ("flag", "warn"),
    "wrong": ("warning-circle", "error"),
    "comment": ("chat-text", "muted"),
    "query": ("question", "warn"),
}


class Notes(Panel):
    """`commented` carries field and comment, `chosen` the field to go to, `left` that the comment is finished."""

    commented = Signal(str, str)
    chosen = Signal(str)
    left = Signal()

    def __init__(self) -> None:
        super().__init__("background", "start")
        self._field, self._sent = "", ""
        self._wait = QTimer(self, singleShot=True, interval=WAIT)
        self._wait.timeout.connect(self.flush)
        self.guidance = Label("", wrap=True)
        self.guidance.setContentsMargins(0, 0, 0, theme.M)
        self.guided = Label(_("For the facilitator"), tone="muted")
        self.about = Label("", "small", "muted", wrap=True)
        self.comment = _Comment(self)
        self.comment.textChanged.connect(self._typed)
        self._back = QWidget()
        self._lines: list[_Line] = []
        self._items: list[Back] = []
        self._list = QVBoxLayout(self._back)
        self._list.setContentsMargins(0, 0, 0, 0)
        self._list.setSpacing(2)
        self._list.addStretch(1)
        self.nothing = Label(_("Ctrl+D marks a question to come back to."), "small", "muted", wrap=True)
        column = QVBoxLayout(self)
        side = theme.L + theme.XS
        column.setContentsMargins(side, side, side, theme.S)
        column.setSpacing(theme.S)
        column.addWidget(Label(_("Notes"), "strong"))
        column.addSpacing(theme.XS)
        column.addWidget(self.guided)
        column.addWidget(self.guidance)
        column.addLayout(row(Label(_("Comment on this question"), tone="muted"), None, KeyCap("F2")))
        column.addWidget(self.about)
        column.addWidget(self.comment)
        column.addSpacing(theme.M)
        column.addLayout(row(Label(_("Come back to"), tone="muted"), None, KeyCap("Ctrl+J")))
        column.addWidget(self.nothing)
        column.addWidget(ScrollArea(self._back), 1)
        self.setAccessibleName(_("Notes"))
        self.show_guidance("")

    def sizeHint(self) -> QSize:
        return QSize(theme.u(theme.NOTES), 200)

    def show_guidance(self, words: str) -> None:
        """Show what the form tells the facilitator about the question in hand; nothing if it tells nothing."""
        self.guidance.setText(words)
        for label in (self.guided, self.guidance):
            label.setVisible(bool(words))

    def show_comment(self, field: str, about: str, words: str) -> None:
        """Show the comment on the question that was come to."""
        self.about.setText(about)
        self.comment.setAccessibleName(_("Comment on: {question}").format(question=about))
        if field == self._field:
            return
        self.flush()
        self._field, self._sent = field, words
        self.comment.blockSignals(True)
        self.comment.setPlainText(words)
        self.comment.blockSignals(False)
        self.comment.setEnabled(bool(field))

    def set_read_only(self) -> None:
        """Show comments without letting anybody change them."""
        self.comment.setReadOnly(True)

    def _typed(self) -> None:
        if not self._wait.isActive():
            self._wait.start()

    def flush(self) -> None:
        """Hand over what is typed."""
        self._wait.stop()
        words = self.comment.toPlainText().strip()
        if self._field and words != self._sent:
            self._sent = words
            self.commented.emit(self._field, words)

    def show_back(self, backs: Iterable[Back]) -> None:
        """Show what to come back to, the first of it; what lies behind is not asked for."""
        items = list(islice(backs, MOST_LISTED))
        if items == self._items:
            return
        self._items = items
        self.nothing.setVisible(not items)
        while len(self._lines) < len(items):
            line = _Line(self)
            self._lines.append(line)
            self._list.insertWidget(self._list.count() - 1, line)
        for line, item in zip(self._lines, items, strict=False):
            line.show_item(item)
        for line in self._lines[len(items) :]:
            line.hide()

    def back(self) -> list[Back]:
        """What is listed to come back to."""
        return list(self._items)


class _Comment(TextArea):
    def __init__(self, notes: Notes) -> None:
        super().__init__(lines=4)
        self._notes = notes

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Escape, Qt.Key.Key_F2):
            self._notes.flush()
            self._notes.left.emit()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._notes.flush()


class _Line(PaintedButton):
    def __init__(self, notes: Notes) -> None:
        super().__init__()
        self.item = Back("", "", "")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.clicked.connect(lambda: notes.chosen.emit(self.item.field))

    def show_item(self, item: Back) -> None:
        """Show another item."""
        self.show()
        self.item = item
        self.setAccessibleName(f"{item.label}, {item.detail}")
        self.setToolTip(item.label)
        self.update()

    def sizeHint(self) -> QSize:
        lines = theme.metrics("body").height() + theme.metrics("small").height()
        return QSize(theme.u(120), max(lines + theme.u(6), theme.u(46)))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, whole, rtl = QPainter(self), self.rect(), self.mirrored()
        if self.underMouse():
            painting.body(painter, whole, theme.colour("hover"))
        if self.hasFocus():
            painting.ring(painter, whole)
        side = theme.u(theme.ICON)
        name, token = LOOKS[self.item.kind]
        mark = QRect(theme.XS, (whole.height() - side) // 2, side, side)
        painting.icon(painter, painting.mirrored(whole, mark, rtl), name, token, filled=True)
        left = mark.right() + theme.M
        body, small = theme.metrics("body").height(), theme.metrics("small").height()
        top = (whole.height() - body - small) // 2
        for box, words, role, ink in (
            (QRect(left, top, whole.width() - left - theme.XS, body), self.item.label, "body", "ink"),
            (QRect(left, top + body, whole.width() - left - theme.XS, small), self.item.detail, "small", "muted"),
        ):
            painting.text(
                painter, painting.mirrored(whole, box, rtl), words, theme.font(role), theme.colour(ink), mirrored=rtl
            )
