"""The painted scene of first-use pages: mountains, a moon and a yurt, from the tokens of the theme."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from cami_survey.ui import theme

# Each range: points of its ridge in a box of 320 x 152, and how much accent is in its colour.
RANGES: tuple[tuple[float, tuple[tuple[float, float], ...]], ...] = (
    (0.22, ((0, 84), (54, 50), (108, 78), (160, 36), (216, 76), (268, 44), (320, 88))),
    (0.5, ((0, 104), (50, 84), (112, 100), (160, 78), (214, 104), (262, 88), (320, 102))),
    (0.88, ((0, 126), (48, 116), (108, 122), (160, 121), (214, 116), (264, 124), (320, 118))),
)


class Scene(QWidget):
    """320 x 152 at 100 %."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        scale = min(theme.look.scale, 1.3)
        return QSize(round(320 * scale), round(152 * scale))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.scale(self.width() / 320, self.height() / 152)
        frame = QPainterPath()
        frame.addRoundedRect(QRectF(0, 0, 320, 152), 8, 8)
        painter.setClipPath(frame)
        painter.fillRect(QRectF(0, 0, 320, 152), theme.colour("accent_soft"))
        light = theme.colour("surface" if theme.look.name != "dark" else "muted")
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(light)
        painter.drawEllipse(QPointF(250, 37), 15, 15)
        for number, (share, points) in enumerate(RANGES):
            painter.setBrush(theme.mix("accent", "accent_soft", share))
            painter.drawPath(_ridge(points))
            if number == 1:
                _yurt(painter, light)


def _ridge(points: tuple[tuple[float, float], ...]) -> QPainterPath:
    path = QPainterPath(QPointF(*points[0]))
    for (x, y), (next_x, next_y) in pairwise(points):
        middle = (x + next_x) / 2
        path.cubicTo(QPointF(middle, y), QPointF(middle, next_y), QPointF(next_x, next_y))
    path.lineTo(320, 152)
    path.lineTo(0, 152)
    path.closeSubpath()
    return path


def _yurt(painter: QPainter, felt: QColor) -> None:
    roof = QPainterPath(QPointF(112, 106))
    roof.cubicTo(QPointF(118, 95), QPointF(128, 91), QPointF(136, 88))
    roof.cubicTo(QPointF(144, 91), QPointF(154, 95), QPointF(160, 106))
    roof.closeSubpath()
    painter.fillPath(roof, felt)
    painter.fillRect(QRectF(112, 108, 48, 20), felt)
    painter.fillRect(QRectF(130, 109, 12, 19), theme.mix("accent", "accent_soft", 0.88))
