"""Things that are on or off: chips, switches, ticks and radios."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy

from cami_survey.ui import theme
from cami_survey.ui.kit import painting
from cami_survey.ui.kit.button import PaintedButton


class Chip(PaintedButton):
    """A rounded filter with an optional count or icon."""

    def __init__(self, words: str, *, icon: str = "", checkable: bool = True, count: str = "") -> None:
        super().__init__()
        self.icon_name, self.count = icon, count
        self.setCheckable(checkable)
        self.setText(words)
        self._name()

    def set_count(self, count: str) -> None:
        """Show another count, as it is written; empty for none."""
        if self.count != count:
            self.count = count
            self._name()
            self.updateGeometry()
            self.update()

    def _name(self) -> None:
        self.setAccessibleName(self._words())

    def _words(self) -> str:
        return f"{self.text()}  {self.count}" if self.count else self.text()

    def sizeHint(self) -> QSize:
        mark = theme.u(theme.ICON) + theme.S if self.icon_name else 0
        width = theme.metrics("strong").horizontalAdvance(self._words()) + mark + 2 * theme.u(18)
        return QSize(width, theme.target())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        on, radius = self.isChecked(), self.height() / 2
        inner = self.rect().adjusted(3, 3, -3, -3) if self.hasFocus() else self.rect()
        fill = "accent_soft" if on else ("hover" if self.underMouse() else "background")
        edge = "accent" if on else "line"
        painting.body(painter, inner, theme.colour(fill), theme.colour(edge), radius=inner.height() / 2)
        if self.hasFocus():
            painting.ring(painter, self.rect(), radius=radius)
        token = ("accent_strong" if on else "muted") if self.isEnabled() else "faint"
        mark = theme.u(theme.ICON) + theme.S if self.icon_name else 0
        role = "strong" if on else "medium"
        length = theme.metrics(role).horizontalAdvance(self._words()) + 1
        x = (self.width() - mark - length) // 2
        if self.icon_name:
            box = QRect(x, 0, theme.u(theme.ICON), self.height())
            painting.icon(painter, painting.mirrored(self.rect(), box, self.mirrored()), self.icon_name, token)
        words = painting.mirrored(self.rect(), QRect(x + mark, 0, length, self.height()), self.mirrored())
        painting.text(painter, words, self._words(), theme.font(role), theme.colour(token), mirrored=self.mirrored())


class Switch(PaintedButton):
    """On or off, at once. The label stands elsewhere; give it as `name`."""

    def __init__(self, name: str, checked: bool = False) -> None:
        super().__init__()
        self.setCheckable(True)
        self.setChecked(checked)
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(theme.u(44) + 8, theme.target())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        on = self.isChecked()
        bar = painting.centred(self.rect(), theme.u(44), theme.u(24))
        painting.body(
            painter, bar, theme.colour("accent" if on else "surface"), None if on else theme.colour("edge"),
            radius=bar.height() / 2, width=1.5,
        )  # fmt: skip
        side = theme.u(16)
        inset = (bar.height() - side) // 2
        at_end = on != self.mirrored()
        x = bar.right() + 1 - side - inset if at_end else bar.x() + inset
        knob = QRect(x, bar.y() + inset, side, side)
        painting.body(painter, knob, theme.colour("on_accent" if on else "edge"), radius=side / 2)
        if self.hasFocus():
            around = bar.adjusted(-4, -4, 4, 4)
            painting.ring(painter, around, radius=around.height() / 2)


class _Marked(PaintedButton):
    """A tick or a radio with words beside it."""

    def __init__(self, words: str, checked: bool = False) -> None:
        super().__init__()
        self.setCheckable(True)
        self.setText(words)
        self.setAccessibleName(words)
        self.setChecked(checked)

    def sizeHint(self) -> QSize:
        words = theme.metrics("body").horizontalAdvance(self.text())
        return QSize(theme.u(18) + theme.M + words + 2 * theme.S, theme.target())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        side = theme.u(18)
        mark = QRect(theme.S, (self.height() - side) // 2, side, side)
        self.paint_mark(painter, painting.mirrored(self.rect(), mark, self.mirrored()))
        x = mark.right() + 1 + theme.M
        words = QRect(x, 0, self.width() - x, self.height())
        painting.text(
            painter, painting.mirrored(self.rect(), words, self.mirrored()), self.text(), theme.font("body"),
            theme.colour("ink" if self.isEnabled() else "faint"), mirrored=self.mirrored(),
        )  # fmt: skip
        if self.hasFocus():
            painting.ring(painter, self.rect().adjusted(0, 2, 0, -2))

    def paint_mark(self, painter: QPainter, box: QRect) -> None:
        """Draw the mark."""
        raise NotImplementedError


class Tick(_Marked):
    """A check box with its words."""

    def paint_mark(self, painter: QPainter, box: QRect) -> None:
        painting.tick(painter, box, self.isChecked(), enabled=self.isEnabled())


class Radio(_Marked):
    """One of several; radios with one parent exclude each other."""

    def __init__(self, words: str, checked: bool = False) -> None:
        super().__init__(words, checked)
        self.setAutoExclusive(True)

    def paint_mark(self, painter: QPainter, box: QRect) -> None:
        painting.radio(painter, box, self.isChecked(), enabled=self.isEnabled())
