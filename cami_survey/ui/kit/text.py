"""Labels: text in a role (size and weight) and a tone (colour)."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from cami_survey.ui import theme
from cami_survey.ui.kit import painting


class Label(QLabel):
    """Plain text. `role` is a key of `theme.ROLES`; `tone` is empty for ink or a key of `stylesheet.TONES`."""

    def __init__(
        self, words: str = "", role: str = "body", tone: str = "", *, wrap: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setText(words)
        self.setProperty("role", role)
        self.setProperty("tone", tone)
        if wrap:
            self.setWordWrap(True)
            self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self._side()

    def set_tone(self, tone: str) -> None:
        """Change the colour."""
        if self.property("tone") != tone:
            self.setProperty("tone", tone)
            self._restyle()

    def set_role(self, role: str) -> None:
        """Change size and weight."""
        if self.property("role") != role:
            self.setProperty("role", role)
            self._restyle()

    def _restyle(self) -> None:
        self.style().unpolish(self)
        self.style().polish(self)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LayoutDirectionChange:
            self._side()
        super().changeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        if not self.wordWrap() or painting.direction_of(self.text()) != Qt.LayoutDirection.RightToLeft:
            super().paintEvent(event)
            return
        centred = bool(self.alignment() & Qt.AlignmentFlag.AlignHCenter)
        painting.text(
            QPainter(self), self.contentsRect(), self.text(), self.font(),
            self.palette().color(self.foregroundRole()), side="centre" if centred else "start",
            mirrored=mirrored, wrap=True,
        )  # fmt: skip

    def _side(self) -> None:
        # QLabel aligns by the direction of its text; a page has one leading side whatever the text is in.
        mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        side = Qt.AlignmentFlag.AlignRight if mirrored else Qt.AlignmentFlag.AlignLeft
        self.setAlignment(side | Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute)


class ElidedLabel(QWidget):
    """One line of text that gives way: it ends in an ellipsis when the layout is narrow, the whole as tool tip."""

    def __init__(self, words: str = "", role: str = "body", token: str = "ink", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words, self._role, self._token = words, role, token
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(words)

    def text(self) -> str:
        """The whole text."""
        return self._words

    def setText(self, words: str) -> None:
        """Show other words."""
        self._words = words
        self.setAccessibleName(words)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        measures = theme.metrics(self._role)
        return QSize(measures.horizontalAdvance(self._words) + 2, measures.height())

    def minimumSizeHint(self) -> QSize:
        measures = theme.metrics(self._role)
        return QSize(min(measures.horizontalAdvance(self._words) + 2, theme.u(48)), measures.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        fits = theme.metrics(self._role).horizontalAdvance(self._words) <= self.width()
        self.setToolTip("" if fits else self._words)
        painting.text(
            painter, self.rect(), self._words, theme.font(self._role), theme.colour(self._token), mirrored=mirrored
        )
