"""A figure of an analysis: drawn in the colours of the window, its parts reached by mouse and arrow keys."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QByteArray, QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QSizePolicy

from cami_survey.analysis.results import Figure, MatrixChart, ResultTable
from cami_survey.base.texts import is_right_to_left, language
from cami_survey.exports.drawing.canvas import Drawing
from cami_survey.exports.drawing.figures import draw, height
from cami_survey.exports.drawing.look import PAPER, Look, luminance
from cami_survey.ui import theme
from cami_survey.ui.kit.graphic import Graphic

LEAST_WIDTH = 240
MOST_WIDTH = 900
USUAL = 500
# What the names of a matrix need, and each of its columns.
MATRIX_NAMES, MATRIX_COLUMN = 180, 54
DARK_RAMP = ("#3A2A1C", "#E98A3C")
DARK_GOOD, DARK_NOTABLE, DARK_BAD = "#234A2A", "#5A4310", "#6D2C1A"


def window_look() -> Look:
    """How figures look in the theme and text size of now."""

    def named(token: str) -> str:
        return theme.colour(token).name()

    look = replace(
        PAPER,
        ink=named("ink"),
        muted=named("muted"),
        line=named("edge"),
        ground=named("surface"),
        soft=named("accent_soft"),
        accent=named("accent"),
        quiet=named("sunken"),
        text=float(theme.u(13)),
        right_to_left=is_right_to_left(language()),
    )
    if luminance(look.ground) < 0.5:
        return replace(look, ramp=DARK_RAMP, good=DARK_GOOD, notable=DARK_NOTABLE, bad=DARK_BAD)
    return look


def _wide(width: int) -> int:
    """How wide a figure is drawn that has so much room."""
    return min(max(width, LEAST_WIDTH), theme.u(MOST_WIDTH))


class FigureView(Graphic):
    """`opened` carries the interviews behind the part that was clicked, or chosen with arrows and Enter."""

    opened = Signal(str, object)

    def __init__(self, figure: Figure, tables: Sequence[ResultTable]) -> None:
        super().__init__()
        self.figure, self._tables = figure, tables
        # A layout asks for the height at several widths, again and again.
        self._heights: dict[int, int] = {}
        self._drawn: Drawing | None = None
        self._svg = QSvgRenderer(self)
        self._at = -1
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAccessibleName(figure.title)
        self.setAccessibleDescription(figure.alt)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        theme.look.changed.connect(self._again)

    def drawing(self) -> Drawing:
        """The figure as it is drawn at the present width."""
        wide = _wide(self.width())
        if self._drawn is None or self._drawn.width != wide:
            self._drawn = draw(self.figure, self._tables, wide, window_look())
            self._svg.load(QByteArray(self._drawn.svg.encode()))
        return self._drawn

    def needed(self) -> int:
        """The width in px below which it should not stand beside something else."""
        chart = self.figure.chart
        if not isinstance(chart, MatrixChart):
            return theme.u(USUAL)
        columns = next(len(table.columns) for table in self._tables if table.name == chart.table)
        return theme.u(min(max(USUAL, MATRIX_NAMES + MATRIX_COLUMN * columns), MOST_WIDTH))

    def as_image(self) -> QImage:
        """The figure on its ground, twice as large as on the screen, for the clipboard."""
        made = self.drawing()
        image = QImage(round(made.width * 2), round(made.height * 2), QImage.Format.Format_ARGB32_Premultiplied)
        image.fill(theme.colour("surface"))
        painter = QPainter(image)
        self._svg.render(painter)
        painter.end()
        return image

    def heightForWidth(self, width: int) -> int:
        wide = _wide(width)
        if wide not in self._heights:
            self._heights[wide] = round(height(self.figure, self._tables, wide, window_look()))
        return self._heights[wide]

    def hasHeightForWidth(self) -> bool:
        return True

    def sizeHint(self) -> QSize:
        return QSize(theme.u(560), self.heightForWidth(theme.u(560)))

    def minimumSizeHint(self) -> QSize:
        return QSize(LEAST_WIDTH, 40)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.setFixedHeight(self.heightForWidth(self.width()))

    def paintEvent(self, event: QPaintEvent) -> None:
        made = self.drawing()
        painter = QPainter(self)
        self._svg.render(painter, QRectF(0, 0, made.width, made.height))
        if self.hasFocus():
            pen = QPen(theme.colour("ring"), 2)
            painter.setPen(pen)
            painter.drawRoundedRect(self._ring().adjusted(1, 1, -1, -1), 4, 4)

    def _ring(self) -> QRectF:
        spots = self.drawing().spots
        if 0 <= self._at < len(spots):
            spot = spots[self._at]
            return QRectF(spot.left, spot.top, spot.width, spot.height).adjusted(-2, -2, 2, 2)
        return QRectF(0, 0, self.drawing().width, self.drawing().height)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        spots = self.drawing().spots
        step = {Qt.Key.Key_Right: 1, Qt.Key.Key_Down: 1, Qt.Key.Key_Left: -1, Qt.Key.Key_Up: -1}.get(
            Qt.Key(event.key()), 0
        )
        if step and spots:
            self._go((self._at + step) % len(spots) if self._at >= 0 else (0 if step > 0 else len(spots) - 1))
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and 0 <= self._at < len(spots):
            self.opened.emit(spots[self._at].label, spots[self._at].records)
        else:
            super().keyPressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = self._under(event.position())
        self.setToolTip(self.drawing().spots[at].label if at >= 0 else "")
        self.setCursor(Qt.CursorShape.PointingHandCursor if at >= 0 else Qt.CursorShape.ArrowCursor)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        at = self._under(event.position())
        if at >= 0 and event.button() == Qt.MouseButton.LeftButton:
            self._go(at)
            spot = self.drawing().spots[at]
            self.opened.emit(spot.label, spot.records)

    def _under(self, place: QPointF) -> int:
        spots = self.drawing().spots
        found = (
            at
            for at, spot in enumerate(spots)
            if spot.left <= place.x() <= spot.left + spot.width and spot.top <= place.y() <= spot.top + spot.height
        )
        return next(found, -1)

    def _go(self, at: int) -> None:
        self._at = at
        self.setAccessibleDescription(self.drawing().spots[at].label)
        self.update()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() in (QEvent.Type.StyleChange, QEvent.Type.LayoutDirectionChange):
            self._again()
        super().changeEvent(event)

    def _again(self) -> None:
        self._drawn = None
        self._heights.clear()
        self.updateGeometry()
        self.update()
