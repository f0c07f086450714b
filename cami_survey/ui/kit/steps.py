"""The steps of a task: which are done, where we are, what comes."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from cami_survey.base.numbers import whole
from cami_survey.ui import theme
from cami_survey.ui.kit import painting

JOIN = 24


class Steps(QWidget):
    """`current` counts from 0; the words of the other steps give way when there is no room."""

    def __init__(self, names: Sequence[str], current: int = 0) -> None:
        super().__init__()
        self.names, self.current = list(names), current
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._name()

    def show_steps(self, names: Sequence[str], current: int) -> None:
        """Show other steps, or another place among them."""
        self.names, self.current = list(names), current
        self._name()
        self.updateGeometry()
        self.update()

    def _name(self) -> None:
        self.setAccessibleName(f"{self.current + 1}/{len(self.names)} {self.names[self.current]}")

    def _width(self, number: int) -> int:
        role = "strong" if number == self.current else "body"
        return theme.u(24) + theme.S + theme.metrics(role).horizontalAdvance(self.names[number]) + 2

    def sizeHint(self) -> QSize:
        joins = (len(self.names) - 1) * (JOIN + 2 * theme.S)
        return QSize(sum(self._width(number) for number in range(len(self.names))) + joins, theme.target())

    def minimumSizeHint(self) -> QSize:
        return QSize(self._width(self.current), theme.target())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        if self.width() < self.sizeHint().width() - 2:
            self._one(painter, self.current, self.width() - self._width(self.current), mirrored)
            return
        x = self.width() - self.sizeHint().width()
        for number in range(len(self.names)):
            x = self._one(painter, number, x, mirrored)
            if number + 1 < len(self.names):
                box = QRect(x + theme.S, self.height() // 2, JOIN, 1)
                painter.fillRect(painting.mirrored(self.rect(), box, mirrored), theme.colour("line"))
                x += JOIN + 2 * theme.S

    def _one(self, painter: QPainter, number: int, x: int, mirrored: bool) -> int:
        side = theme.u(24)
        mark = painting.mirrored(self.rect(), QRect(x, (self.height() - side) // 2, side, side), mirrored)
        here, done = number == self.current, number < self.current
        if done:
            painting.icon(painter, mark, "check-circle", "accent", filled=True)
        else:
            fill = theme.colour("accent") if here else None
            painting.body(painter, mark, fill, None if here else theme.colour("edge"), radius=side / 2)
            ink = theme.colour("on_accent" if here else "muted")
            painting.text(painter, mark, whole(number + 1), theme.font("pill"), ink, side="centre")
        width = self._width(number)
        room = QRect(x + side + theme.S, 0, width - side - theme.S, self.height())
        room = painting.mirrored(self.rect(), room, mirrored)
        font, ink = theme.font("strong" if here else "body"), theme.colour("ink" if here else "muted")
        painting.text(painter, room, self.names[number], font, ink, mirrored=mirrored)
        return x + width
