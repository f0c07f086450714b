"""Notice bands in the layout: error and warning under the top line, done at the bottom."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from cami_survey.base.texts import _
from cami_survey.ui import theme
from cami_survey.ui.kit import painting
from cami_survey.ui.kit.button import Button, IconButton, Link
from cami_survey.ui.kit.frame import KeyCap, Mark, row
from cami_survey.ui.kit.text import Label

Kind = Literal["error", "warn", "info"]
LOOKS: dict[Kind, tuple[str, str, str]] = {
    "error": ("error_soft", "error", "x-circle"),
    "warn": ("warn_soft", "warn", "warning"),
    "info": ("accent_soft", "accent", "info"),
}
# Of the width, that buttons beside the words may take; where they need more they stand below.
BESIDE = 0.35


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
        self._grid = QGridLayout(self)
        side = theme.L if framed else theme.XL
        self._grid.setContentsMargins(side, theme.S + 2, side, theme.S + 2)
        self._grid.setSpacing(theme.M)
        self._grid.setColumnStretch(1, 1)
        self._grid.addWidget(Mark(LOOKS[kind][2], LOOKS[kind][1], filled=True), 0, 0, Qt.AlignmentFlag.AlignVCenter)
        self._grid.addLayout(words, 0, 1)
        # Shown before it lies in the band it would be a window of its own and take the keyboard.
        self.advice.setVisible(bool(advice))
        self._actions: QWidget | None = None
        self._stacked = False
        if closable:
            close = IconButton("x", _("Close this notice"))
            close.clicked.connect(self.closed)
            self._grid.addWidget(close, 0, 3)

    def say(self, head: str) -> None:
        """Another text in the same band, without advice."""
        self.head.setText(head)
        self.setAccessibleName(head)

    def add_action(self, button: Button | Link | KeyCap) -> None:
        """Put a button, or the key that presses it, before the cross; below the words where those have no room."""
        if self._actions is None:
            self._actions = QWidget()
            self._actions.setLayout(row(None))
            self._grid.addWidget(self._actions, 0, 2)
        line = self._actions.layout()
        if isinstance(line, QHBoxLayout):
            line.insertWidget(line.count() - 1, button)

    def fit(self, width: int) -> int:
        """Lay the buttons beside the words or below them in this width; returns the height it all needs."""
        if self._actions is not None and self._stacked != self._crowded(width):
            self._stacked = not self._stacked
            place = (1, 1, 1, 2) if self._stacked else (0, 2, 1, 1)
            self._grid.addWidget(self._actions, *place)
        return self._grid.totalHeightForWidth(width)

    def _crowded(self, width: int) -> bool:
        return self._actions is not None and self._actions.sizeHint().width() > width * BESIDE

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit(self.width())

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
