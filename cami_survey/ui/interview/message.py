"""What is wrong or unusual about an answer, in words beneath it."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from cami_survey.base.texts import _
from cami_survey.ui import theme
from cami_survey.ui.interview.words import Words
from cami_survey.ui.kit import Button, KeyCap, painting

Tone = Literal["wrong", "soft", "kept"]
# Ground, mark and words, the mark's icon.
LOOKS: dict[Tone, tuple[str, str, str]] = {
    "wrong": ("error_soft", "error", "warning-circle"),
    "soft": ("warn_soft", "warn", "warning"),
    "kept": ("sunken", "muted", "chat-text"),
}


class Message(QWidget):
    """Words with a mark. What is only unusual can be kept with a reason: `asked` when that is wanted."""

    asked = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.words = ""
        self.tone: Tone = "wrong"
        self._laid = Words("", "body", "error")
        self.keep = Button(_("Keep with a reason"), "secondary")
        self.keep.setParent(self)
        self.keep.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.keep.clicked.connect(self.asked)
        self.cap = KeyCap("F5")
        self.cap.setParent(self)
        self.hide()

    def say(self, words: str, tone: Tone = "wrong") -> bool:
        """Say this, or nothing; whether that is new."""
        if (words, tone if words else "wrong") == (self.words, self.tone):
            return False
        self.words, self.tone = words, tone if words else "wrong"
        self._laid = Words(words, "body", LOOKS[tone][1])
        self.setAccessibleName(_("{words} F5 keeps it with a reason.").format(words=words) if self._soft else words)
        for part in (self.keep, self.cap):
            part.setVisible(self._soft)
        self.setVisible(bool(words))
        self.update()
        return True

    @property
    def _soft(self) -> bool:
        return self.tone == "soft"

    def _beside(self, width: int) -> bool:
        """Whether button and words have room side by side."""
        return width >= theme.u(560)

    def _act_width(self) -> int:
        return self.keep.sizeHint().width() + theme.S + self.cap.sizeHint().width() + theme.M

    def _room(self, width: int) -> int:
        room = width - theme.u(theme.ICON) - theme.S - 2 * theme.M
        return room - self._act_width() if self._soft and self._beside(width) else room

    def _rtl(self) -> bool:
        return self.layoutDirection() == Qt.LayoutDirection.RightToLeft

    def height_for(self, width: int) -> int:
        """The height in px at `width` px."""
        words = self._laid.lay(self._room(width), self._rtl()) + 2 * theme.S
        if not self._soft:
            return words
        act = self.keep.sizeHint().height()
        return max(words, act + 2 * theme.XS) if self._beside(width) else words + act + theme.S

    def resizeEvent(self, event: QResizeEvent) -> None:
        if not self._soft:
            return
        button, cap = self.keep.sizeHint(), self.cap.sizeHint()
        end = self.width() - theme.M
        top = self.height() - button.height() - theme.S
        if self._beside(self.width()):
            top = (self.height() - button.height()) // 2
        left = end - cap.width()
        boxes = (
            (self.cap, QRect(left, top + (button.height() - cap.height()) // 2, cap.width(), cap.height())),
            (self.keep, QRect(left - theme.S - button.width(), top, button.width(), button.height())),
        )
        for part, box in boxes:
            part.setGeometry(painting.mirrored(self.rect(), box, self._rtl()))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, whole, rtl = QPainter(self), self.rect(), self._rtl()
        ground, token, icon = LOOKS[self.tone]
        painting.body(painter, whole, theme.colour(ground), theme.colour(token) if self._soft else None)
        side = theme.u(theme.ICON)
        line = theme.metrics("body").height()
        tall = self._laid.lay(self._room(self.width()), rtl)
        top = (whole.height() - tall) // 2 if self._soft and self._beside(self.width()) else theme.S
        mark = QRect(theme.M, top + (line - side) // 2, side, side)
        painting.icon(painter, painting.mirrored(whole, mark, rtl), icon, token, filled=True)
        start = theme.M + side + theme.S
        self._laid.draw(painter, whole.width() - start - self._room(self.width()) if rtl else start, top)
