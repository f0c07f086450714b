"""Paper to draw on: strokes by mouse, finger or pen over a picture or a white sheet."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QTabletEvent,
)
from PySide6.QtWidgets import QWidget

from cami_survey.ui import theme
from cami_survey.ui.interview.media import draw
from cami_survey.ui.kit import Graphic, painting

# The paper is white and the ink dark in every theme: it is the answer, not the window.
PAPER, INK = QColor(theme.THEMES["sunlight"].surface), QColor(theme.THEMES["sunlight"].ink)
# The width of a stroke as a share of the width of the paper, and how much a pen's pressure changes it.
STROKE, LIGHTEST = 1 / 240, 0.5


@dataclass(frozen=True, slots=True)
class Stroke:
    """Points as shares of the paper's width and height, with the pressure of a pen (1: a mouse or a finger)."""

    points: tuple[tuple[float, float, float], ...]
    ink: QColor


@dataclass(frozen=True, slots=True)
class Sketch:
    """What is on the paper: a picture beneath, and strokes."""

    ground: QImage | None = None
    strokes: tuple[Stroke, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether nothing was drawn and nothing lies beneath."""
        return self.ground is None and not self.strokes


def paint(painter: QPainter, box: QRectF, sketch: Sketch) -> None:
    """Draw the paper with everything on it into `box`."""
    painter.fillRect(box, PAPER)
    if sketch.ground is not None:
        draw(painter, box.toRect(), sketch.ground)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for stroke in sketch.strokes:
        _paint_stroke(painter, box, stroke)


def _paint_stroke(painter: QPainter, box: QRectF, stroke: Stroke) -> None:
    wide = box.width() * STROKE
    pen = QPen(stroke.ink, wide)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    points = [QPointF(box.x() + x * box.width(), box.y() + y * box.height()) for x, y, _pressure in stroke.points]
    if len(points) == 1:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(stroke.ink)
        painter.drawEllipse(points[0], wide, wide)
        return
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if all(pressure == 1 for _x, _y, pressure in stroke.points):
        path = QPainterPath(points[0])
        for before, after in pairwise(points):
            path.quadTo(before, (before + after) / 2)
        path.lineTo(points[-1])
        painter.setPen(pen)
        painter.drawPath(path)
        return
    for at in range(1, len(points)):
        pen.setWidthF(wide * (LIGHTEST + (1 - LIGHTEST) * 2 * stroke.points[at][2]))
        painter.setPen(pen)
        painter.drawLine(points[at - 1], points[at])


def rendered(sketch: Sketch, size: QSize) -> QImage:
    """The paper as a picture of `size` px."""
    picture = QImage(size, QImage.Format.Format_RGB32)
    painter = QPainter(picture)
    paint(painter, QRectF(0, 0, size.width(), size.height()), sketch)
    painter.end()
    return picture


class Pad(Graphic):
    """The paper on the page. `drawn` carries a stroke that was finished; keys go to the question."""

    drawn = Signal(object)

    def __init__(self, owner: QWidget) -> None:
        super().__init__(owner)
        self.sketch = Sketch()
        self.ink = INK
        self.hint = ""
        self.read_only = False
        self._points: list[tuple[float, float, float]] = []
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.CrossCursor)

    def show_sketch(self, sketch: Sketch) -> None:
        """Show this, and no stroke that is being drawn."""
        self.sketch, self._points = sketch, []
        self.update()

    def paper(self) -> QRect:
        """Where the paper is: all of the widget, or the whole picture beneath within it."""
        if self.sketch.ground is None:
            return self.rect()
        size = self.sketch.ground.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        return painting.centred(self.rect(), size.width(), size.height())

    def _share(self, at: QPointF, pressure: float = 1) -> tuple[float, float, float]:
        paper = self.paper()
        x, y = (at.x() - paper.x()) / max(paper.width(), 1), (at.y() - paper.y()) / max(paper.height(), 1)
        return min(max(x, 0.0), 1.0), min(max(y, 0.0), 1.0), pressure

    def _begin(self, at: QPointF, pressure: float = 1) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        if not self.read_only:
            self._points = [self._share(at, pressure)]
            self.update()

    def _go_on(self, at: QPointF, pressure: float = 1) -> None:
        if self._points:
            self._points.append(self._share(at, pressure))
            self.update()

    def _end(self) -> None:
        if self._points:
            stroke = Stroke(tuple(self._points), self.ink)
            self._points = []
            self.drawn.emit(stroke)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._begin(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._go_on(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._end()

    def tabletEvent(self, event: QTabletEvent) -> None:
        if event.type() == QEvent.Type.TabletPress:
            self._begin(event.position(), event.pressure())
        elif event.type() == QEvent.Type.TabletMove:
            self._go_on(event.position(), event.pressure())
        else:
            self._end()
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        event.ignore()

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        shape = QPainterPath()
        shape.addRoundedRect(QRectF(self.rect()), theme.RADIUS, theme.RADIUS)
        painter.setClipPath(shape)
        painter.fillRect(self.rect(), theme.colour("sunken"))
        strokes = self.sketch.strokes
        if self._points:
            strokes = (*strokes, Stroke(tuple(self._points), self.ink))
        paint(painter, QRectF(self.paper()), Sketch(self.sketch.ground, strokes))
        if self.hint and not strokes and self.sketch.ground is None:
            box = self.rect().adjusted(theme.M, theme.M, -theme.M, -theme.M)
            quiet = QColor(theme.THEMES["light"].muted)
            painting.text(painter, box, self.hint, theme.font("body"), quiet, side="centre", wrap=True)
        painter.setClipping(False)
        painting.body(painter, self.rect(), None, theme.colour("edge"))
        if self.hasFocus():
            painting.body(painter, self.rect(), None, theme.colour("ring"), width=3)
