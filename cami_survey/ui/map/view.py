"""A map to look at: dragged and zoomed by mouse, wheel and keys. What lies on it is painted by those who inherit."""

from __future__ import annotations

from collections.abc import Sequence
from math import cos, log2, pi, radians
from typing import ClassVar

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)

from cami_survey.base.texts import _
from cami_survey.reference.coordinates import EARTH, Place
from cami_survey.ui import theme
from cami_survey.ui.kit import Graphic, IconButton, painting
from cami_survey.ui.map import foot, world
from cami_survey.ui.map.ground import Ground
from cami_survey.ui.map.tiles import Tiles

TILE = 256
# Levels of zoom: the whole region, one more than houses; the base map alone is drawn for 1 px = 1 km and more.
FARTHEST, NEAREST, NEAR, SINGLE = 2.0, 18.0, 9.0, 6.6
STEP, SMALL_STEP, DRAG, SETTLE_MS = 60, 12, 4, 80
REGION = (37.0, 20.0, 125.0, 56.0)


class MapView(Graphic):
    """A map around `middle` (in the square world). `looked` when another part of it is seen."""

    looked = Signal()
    # Whether the keys put something into the middle, which is marked then.
    aims: ClassVar[bool] = True

    def __init__(self, tiles: Tiles | None = None) -> None:
        super().__init__()
        self.tiles = tiles
        self.middle = QPointF(0.5, 0.5)
        self.zoom = FARTHEST
        self._ground: Ground | None = None
        self._settle = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._settle.timeout.connect(self.update)
        self._pressed: QPoint | None = None
        self._dragged, self._seized = False, False
        self._fitted: tuple[float, float, float, float] | None = REGION
        self._nearest = NEAR
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.nearer, self.farther = (
            IconButton("plus", _("Nearer (+)"), framed=True, small=True),
            IconButton("minus", _("Farther (-)"), framed=True, small=True),
        )
        for button, by in ((self.nearer, 1.0), (self.farther, -1.0)):
            button.setParent(self)
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.clicked.connect(lambda _checked=False, by=by: self.zoom_by(by))

    def has_places(self) -> bool:
        """Whether anything is marked on the map, which it has to go on showing."""
        return False

    def use_tiles(self, tiles: Tiles | None) -> None:
        """Show these tiles above the base map."""
        self.tiles, self._ground = tiles, None
        self.update()

    # Where things are

    @property
    def scale(self) -> float:
        """Pixels that the whole world is wide."""
        return float(TILE * 2**self.zoom)

    def at(self, place: Place) -> QPointF:
        """Where a place is on the widget."""
        return self.on_widget(world.to_world(place.latitude, place.longitude))

    def on_widget(self, point: QPointF) -> QPointF:
        """Where a point of the square world is on the widget."""
        return (point - self.middle) * self.scale + QPointF(self.width() / 2, self.height() / 2)

    def place(self, at: QPointF) -> Place:
        """The place at a point of the widget, as exact as the map is near."""
        point = (at - QPointF(self.width() / 2, self.height() / 2)) / self.scale + self.middle
        latitude, longitude = world.from_world(QPointF(min(max(point.x(), 0.0), 1.0), point.y()))
        exact = max(2, round(log2(self.scale / 360) * 0.301) + 1)
        return Place(round(latitude, exact), round(longitude, exact))

    def seen(self) -> QRectF:
        """The part of the square world that is seen."""
        size = QPointF(self.width(), self.height()) / self.scale
        return QRectF(self.middle.x() - size.x() / 2, self.middle.y() - size.y() / 2, size.x(), size.y())

    def metres_per_pixel(self) -> float:
        """How far a pixel in the middle reaches."""
        latitude = world.from_world(self.middle)[0]
        return 2 * pi * EARTH * cos(radians(latitude)) / self.scale

    def fit(self, places: Sequence[Place], nearest: float = NEAR) -> None:
        """Show all these places, no nearer than `nearest`, one alone with the towns around; without any, the region."""
        if places:
            latitudes, longitudes = [place.latitude for place in places], [place.longitude for place in places]
            self._fitted = (min(longitudes), min(latitudes), max(longitudes), max(latitudes))
        else:
            self._fitted = REGION
        self._nearest = SINGLE if len(places) == 1 else nearest
        self._fit()

    def _fit(self) -> None:
        if self._fitted is None or self.width() < 10 or self.height() < 10:
            return
        west, south, east, north = self._fitted
        corner, other = world.to_world(north, west), world.to_world(south, east)
        self.middle = (corner + other) / 2
        wide, tall = max(other.x() - corner.x(), 1e-9), max(other.y() - corner.y(), 1e-9)
        room = min(self.width() * 0.84 / wide, self.height() * 0.78 / tall)
        self.zoom = min(max(log2(room / TILE), FARTHEST), self._nearest)
        self._show()

    def look_at(self, place: Place) -> None:
        """Bring a place into view if it is not."""
        if not QRectF(self.rect()).adjusted(20, 20, -20, -20).contains(self.at(place)):
            self.middle = world.to_world(place.latitude, place.longitude)
            self._show()

    def zoom_by(self, levels: float, around: QPointF | None = None) -> None:
        """Go nearer or farther; the place under `around` stays where it is."""
        around = around if around is not None else QPointF(self.width() / 2, self.height() / 2)
        offset = around - QPointF(self.width() / 2, self.height() / 2)
        fixed = offset / self.scale + self.middle
        self.zoom = min(max(self.zoom + levels, FARTHEST), NEAREST)
        self.middle = fixed - offset / self.scale
        self._moved()

    def pan(self, x: float, y: float) -> None:
        """Move the map by so many pixels."""
        self.middle = self.middle - QPointF(x, y) / self.scale
        self._moved()

    def _moved(self) -> None:
        self._fitted = None
        self._show()

    def _show(self) -> None:
        self.middle = QPointF(min(max(self.middle.x(), 0.0), 1.0), min(max(self.middle.y(), 0.0), 1.0))
        self._settle.start()
        self.update()
        self.looked.emit()

    # What a person does

    def seize(self, at: QPointF) -> bool:
        """Take hold of what lies at a point, to be moved; False lets the map be dragged."""
        return False

    def drag(self, at: QPointF) -> None:
        """Move what was taken hold of."""

    def let_go(self, at: QPointF) -> None:
        """Let go of it."""

    def pick(self, at: QPointF, button: Qt.MouseButton) -> None:
        """A point was clicked."""

    def take_key(self, key: Qt.Key, held: Qt.KeyboardModifier) -> bool:
        """Act on a key; False leaves it to the map and the page."""
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, held = Qt.Key(event.key()), event.modifiers()
        by = SMALL_STEP if held & Qt.KeyboardModifier.ShiftModifier else STEP
        ways = {Qt.Key.Key_Left: (by, 0), Qt.Key.Key_Right: (-by, 0), Qt.Key.Key_Up: (0, by), Qt.Key.Key_Down: (0, -by)}
        if self.take_key(key, held):
            return
        if key in ways:
            self.pan(*ways[key])
        elif event.text() in ("+", "="):
            self.zoom_by(1)
        elif event.text() in ("-", "_"):
            self.zoom_by(-1)
        elif key == Qt.Key.Key_Home:
            self.fit([])
        else:
            event.ignore()

    def wheelEvent(self, event: QWheelEvent) -> None:
        # A page that is scrolled over a map goes on being scrolled.
        if self.hasFocus() or event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoom_by(event.angleDelta().y() / 240, event.position())
            event.accept()
        else:
            event.ignore()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        self._pressed, self._dragged = event.position().toPoint(), False
        self._seized = event.button() == Qt.MouseButton.LeftButton and self.seize(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed is None or not event.buttons():
            return
        step = event.position().toPoint() - self._pressed
        if not self._dragged and step.manhattanLength() < DRAG:
            return
        self._dragged = True
        if self._seized:
            self.drag(event.position())
        else:
            self.pan(step.x(), step.y())
            self._pressed = event.position().toPoint()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._pressed is None:
            return
        self._pressed = None
        if self._dragged:
            if self._seized:
                self.let_go(event.position())
        else:
            self.pick(event.position(), event.button())

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        side, rtl = theme.u(32), self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        for at, button in enumerate((self.nearer, self.farther)):
            box = QRect(self.width() - side - theme.S, theme.S + at * (side + theme.XS), side, side)
            button.setGeometry(painting.mirrored(self.rect(), box, rtl))
        self._fit()

    # What is seen

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        shape = QPainterPath()
        shape.addRoundedRect(QRectF(self.rect()), theme.RADIUS, theme.RADIUS)
        painter.setClipPath(shape)
        self._paint_ground(painter)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.paint_over(painter)
        foot.paint(self, painter)
        painter.setClipping(False)
        painting.body(painter, self.rect(), None, theme.colour("edge"))
        if self.hasFocus():
            if self.aims:
                self._paint_cross(painter)
            painting.ring(painter, self.rect())

    def _paint_ground(self, painter: QPainter) -> None:
        """The map itself, as it was drawn last; while it is moved that picture is, and drawn anew afterwards."""
        ground = self._ground
        if ground is None or (not self._settle.isActive() and not ground.fits(self)):
            ground = self._ground = Ground(self)
        painter.fillRect(self.rect(), theme.colour("sunken"))
        grown = self.scale / ground.scale
        middle = QPointF(self.width() / 2, self.height() / 2)
        painter.save()
        painter.translate(middle + (ground.middle - self.middle) * self.scale)
        painter.scale(grown, grown)
        painter.drawPixmap(-QPointF(ground.size.width() / 2, ground.size.height() / 2), ground.picture)
        painter.restore()

    def paint_over(self, painter: QPainter) -> None:
        """Paint what lies on the map."""

    def _paint_cross(self, painter: QPainter) -> None:
        """The middle, where the keys put a point."""
        x, y, reach = self.width() // 2, self.height() // 2, theme.u(9)
        for wide, token in ((4, "surface"), (2, "ink")):
            painter.fillRect(x - reach, y - wide // 2, 2 * reach, wide, theme.colour(token))
            painter.fillRect(x - wide // 2, y - reach, wide, 2 * reach, theme.colour(token))
