"""A painted slider for a value in steps."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QSlider

from cami_survey.ui import theme
from cami_survey.ui.kit import painting


class Slider(QSlider):
    """From `low` to `high` in steps of `step`; keys move it by one step."""

    def __init__(self, low: int, high: int, step: int, value: int, name: str) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self._step = step
        self.setRange(low, high)
        self.setSingleStep(step)
        self.setPageStep(step)
        self.setValue(value)
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(theme.u(200), theme.target())

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.u(80), theme.target())

    def _room(self) -> int:
        return self.width() - theme.u(20) - 8

    def _mirrored(self) -> bool:
        return self.layoutDirection() == Qt.LayoutDirection.RightToLeft

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._follow(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._follow(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._follow(event)

    def _follow(self, event: QMouseEvent) -> None:
        share = (event.position().x() - theme.u(10) - 4) / max(self._room(), 1)
        share = min(max(1 - share if self._mirrored() else share, 0), 1)
        value = self.minimum() + share * (self.maximum() - self.minimum())
        self.setValue(round(value / self._step) * self._step)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        share = (self.value() - self.minimum()) / max(self.maximum() - self.minimum(), 1)
        knob, bar = theme.u(20), theme.u(4)
        line = QRect(4, (self.height() - bar) // 2, self.width() - 8, bar)
        painting.body(painter, line, theme.colour("line"), radius=bar / 2)
        painting.track(painter, line, share, mirrored=self._mirrored())
        place = 1 - share if self._mirrored() else share
        box = QRect(4 + round(self._room() * place), (self.height() - knob) // 2, knob, knob)
        painting.body(painter, box, theme.colour("surface"), theme.colour("accent"), radius=knob / 2, width=2)
        if self.hasFocus():
            painting.ring(painter, box.adjusted(-4, -4, 4, 4), radius=knob / 2 + 4)
