"""Notice bands in the layout: error and warning under the top line, done at the bottom."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from cami_survey.base.texts import _
from cami_survey.ui import theme
from cami_survey.ui.kit import painting
from cami_survey.ui.kit.button import Button, IconButton, Link
from cami_survey.ui.kit.frame import KeyCap, Mark
from cami_survey.ui.kit.text import Label

Kind = Literal["error", "warn", "info"]
LOOKS: dict[Kind, tuple[str, str, str]] = {
    "error": ("error_soft", "error", "x-circle"),
    "warn": ("warn_soft", "warn", "warning"),
    "info": ("accent_soft", "accent", "info"),
}


class Band(QWidget):
    """What went wrong and what to do, over the whole width, or in a frame of its own when `framed`.

    `closed` when it is taken away. Buttons are added with `add_action`.
    """

    closed = Signal()

    def __init__(self, kind: Kind, head: str, advice: str = "", *, framed: bool = False, closable: bool = True) -> None:
        super().__init__()
        self.kind, self.framed = kind, framed
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(f"{head} {advice}".strip())
        words = QVBoxLayout()
        words.setSpacing(0)
        self.head = Label(head, "strong" if advice else "body", wrap=True)
        self.advice = Label(advice, wrap=True)
        words.addWidget(self.head)
        words.addWidget(self.advice)
        self._row = QHBoxLayout(self)
        side = theme.L if framed else theme.XL
        self._row.setContentsMargins(side, theme.S + 2, side, theme.S + 2)
        self._row.setSpacing(theme.M)
        self._row.addWidget(Mark(LOOKS[kind][2], LOOKS[kind][1], filled=True), 0, Qt.AlignmentFlag.AlignVCenter)
        self._row.addLayout(words, 1)
        # Shown before it lies in the band it would be a window of its own and take the keyboard.
        self.advice.setVisible(bool(advice))
        self._close: IconButton | None = None
        if closable:
            self._close = IconButton("x", _("Close this notice"))
            self._close.clicked.connect(self.closed)
            self._row.addWidget(self._close)

    def say(self, head: str) -> None:
        """Another text in the same band, without advice."""
        self.head.setText(head)
        self.setAccessibleName(head)

    def add_action(self, button: Button | Link | KeyCap) -> None:
        """Put a button, or the key that presses it, before the cross."""
        self._row.insertWidget(self._row.count() - (1 if self._close else 0), button)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        soft, strong, _icon = LOOKS[self.kind]
        if self.framed:
            painting.body(painter, self.rect(), theme.colour(soft), theme.colour(strong))
            return
        painter.fillRect(self.rect(), theme.colour(soft))
        painter.fillRect(0, self.height() - 1, self.width(), 1, theme.colour(strong))


class DoneBand(QWidget):
    """What was done, said once, with Undo when it can be taken back."""

    undone = Signal()
    closed = Signal()
    asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.mark = Mark("check-circle", "on_band")
        self.words = Label("", tone="on-band", wrap=True)
        self.undo = Link(_("Undo"), token="band_accent", ring="on_band")
        self.undo.setAccessibleName(_("Undo"))
        self.undo.clicked.connect(self.undone)
        self.more = Link("", token="band_accent", ring="on_band")
        self.more.clicked.connect(self.asked)
        self.more.hide()
        self.key = Label("Ctrl+Z", "small", "on-band")
        close = IconButton("x", _("Close this notice"), token="on_band")
        close.clicked.connect(self.closed)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.XL, theme.XS, theme.L, theme.XS)
        row.setSpacing(theme.S)
        row.addWidget(self.mark)
        row.addWidget(self.words, 1000)
        row.addWidget(self.undo)
        row.addWidget(self.more)
        row.addStretch(1)
        row.addWidget(self.key)
        row.addWidget(close)

    def offer(self, words: str) -> None:
        """Offer something to do with what was done; `asked` when it is wanted."""
        self.more.setText(words)
        self.more.setAccessibleName(words)
        self.more.updateGeometry()
        self.more.show()

    def say(self, words: str, *, undo: bool, icon: str = "check-circle") -> None:
        """Say `words`; Undo is offered if `undo`."""
        self.words.setText(words)
        self.words.setMaximumWidth(theme.metrics("body").horizontalAdvance(words) + theme.S)
        self.setAccessibleName(words)
        self.more.hide()
        self.undo.setVisible(undo)
        self.key.setVisible(undo)
        self.mark.show_icon(icon, "on_band")

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), theme.colour("band"))
