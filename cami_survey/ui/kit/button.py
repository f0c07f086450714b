"""Buttons: primary, secondary, quiet and danger; icon buttons; text links."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from cami_survey.ui import theme
from cami_survey.ui.kit import painting

Kind = Literal["primary", "secondary", "quiet", "danger"]


class PaintedButton(QAbstractButton):
    """A button without a look: pressed by Space and Enter, focus by Tab, hand cursor, hover repaints."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.isAutoRepeat():
            self.click()
        else:
            super().keyPressEvent(event)

    def mirrored(self) -> bool:
        """Whether the layout runs from right to left."""
        return self.layoutDirection() == Qt.LayoutDirection.RightToLeft

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()


def press_by_space(button: QAbstractButton, event: QKeyEvent) -> None:
    """Space alone presses `button`; all else, Enter above all, is left to what lies around it."""
    plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
    if event.key() == Qt.Key.Key_Space and plain:
        button.click()
    else:
        event.ignore()


class Button(PaintedButton):
    """Words with an icon before or after them. One primary button per page."""

    def __init__(
        self,
        words: str,
        kind: Kind = "secondary",
        icon: str = "",
        *,
        after: str = "",
        tall: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.kind, self.icon_name, self.icon_after, self.tall = kind, icon, after, tall
        self.setText(words)
        self.setAccessibleName(words)

    def setText(self, words: str) -> None:
        super().setText(words)
        self.setAccessibleName(words.replace("&", ""))
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        measures = theme.metrics("strong" if self.kind in ("primary", "danger") else "medium")
        marks = sum(theme.u(theme.ICON) + theme.S for name in (self.icon_name, self.icon_after) if name)
        side = theme.u(12 if self.kind == "quiet" else 20)
        height = theme.u(48) if self.tall else theme.target()
        return QSize(measures.horizontalAdvance(self._words()) + marks + 2 * side, height)

    def _words(self) -> str:
        return self.text().replace("&", "")

    def _colours(self) -> tuple[QColor | None, QColor | None, str]:
        """Fill, edge and the token of the words."""
        if not self.isEnabled():
            filled = self.kind != "quiet"
            return (theme.colour("sunken") if filled else None, theme.colour("line") if filled else None, "faint")
        active = self.isDown() or self.underMouse()
        if self.kind == "primary":
            return theme.colour("accent_strong" if active else "accent"), None, "on_accent"
        if self.kind == "danger":
            return theme.colour("error"), None, "surface"
        fill = theme.colour("hover") if active else (theme.colour("surface") if self.kind == "secondary" else None)
        return fill, theme.colour("button_edge") if self.kind == "secondary" else None, "ink"

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        fill, edge, token = self._colours()
        focused = self.hasFocus()
        inner = self.rect().adjusted(3, 3, -3, -3) if focused else self.rect()
        painting.body(painter, inner, fill, edge, radius=theme.RADIUS - 2 if focused else theme.RADIUS)
        if focused:
            painting.ring(painter, self.rect(), on_accent=self.kind in ("primary", "danger"))
        self._paint_words(painter, token)

    def _paint_words(self, painter: QPainter, token: str) -> None:
        role = "strong" if self.kind in ("primary", "danger") else "medium"
        font, measures = theme.font(role), theme.metrics(role)
        side, gap = theme.u(theme.ICON), theme.S
        room = self.width() - 8
        before, after = (side + gap) * bool(self.icon_name), (side + gap) * bool(self.icon_after)
        length = min(measures.horizontalAdvance(self._words()) + 1, room - before - after)
        x = (self.width() - before - length - after) // 2
        whole = self.rect()
        if self.icon_name:
            self._mark(painter, QRect(x, 0, side, self.height()), self.icon_name, token)
        words = painting.mirrored(whole, QRect(x + before, 0, length, self.height()), self.mirrored())
        painting.text(painter, words, self._words(), font, theme.colour(token), mirrored=self.mirrored())
        if self.icon_after:
            self._mark(painter, QRect(x + before + length + gap, 0, side, self.height()), self.icon_after, token)

    def _mark(self, painter: QPainter, box: QRect, name: str, token: str) -> None:
        painting.icon(painter, painting.mirrored(self.rect(), box, self.mirrored()), name, token)


class IconButton(PaintedButton):
    """An icon alone; `name` is said by screen readers and shown as tool tip. `framed` like a secondary button."""

    def __init__(self, icon: str, name: str, *, framed: bool = False, small: bool = False, token: str = "ink") -> None:
        super().__init__()
        self.icon_name, self.framed, self.small, self.token = icon, framed, small, token
        self.setAccessibleName(name)
        self.setToolTip(name)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        side = theme.u(32) if self.small else theme.target()
        return QSize(side + (theme.u(12) if self.framed and not self.small else 0), side)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        active = self.isEnabled() and (self.underMouse() or self.isDown() or self.isChecked())
        fill = theme.colour("hover") if active else (theme.colour("surface") if self.framed else None)
        inner = self.rect().adjusted(3, 3, -3, -3) if self.hasFocus() else self.rect()
        painting.body(painter, inner, fill, theme.colour("button_edge") if self.framed else None)
        if self.hasFocus():
            painting.ring(painter, self.rect())
        size = theme.u(theme.ICON)
        token = self.token if self.isEnabled() else "faint"
        painting.icon(painter, painting.centred(self.rect(), size, size), self.icon_name, token)


class Link(PaintedButton):
    """Words in the accent colour, for the second thing one can do. `token` for another ground."""

    def __init__(self, words: str, *, token: str = "accent", ring: str = "ring") -> None:
        super().__init__()
        self.token, self.ring_token = token, ring
        self.setText(words)
        self.setAccessibleName(words)

    def sizeHint(self) -> QSize:
        return QSize(theme.metrics("strong").horizontalAdvance(self.text()) + 2 * theme.S, theme.target())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        font = QFont(theme.font("strong"))
        font.setUnderline(self.underMouse())
        painting.text(painter, self.rect(), self.text(), font, theme.colour(self.token), side="centre")
        if self.hasFocus():
            edge = theme.colour(self.ring_token)
            painting.body(painter, self.rect().adjusted(0, 3, 0, -3), None, edge, width=2)
