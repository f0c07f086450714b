"""A map to look at: dragged and zoomed by mouse, wheel and keys. What lies on it is painted by those who inherit."""

from __future__ import annotations

from collections.abc import Sequence
from math import cos, log2, pi, radians
from typing import ClassVar

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
    QTransform,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from cami_survey.base.texts import _
from cami_survey.reference.coordinates import EARTH, Place
from cami_survey.ui import theme
from cami_survey.ui.kit import IconButton, painting
from cami_survey.ui.map import world
from cami_survey.ui.map.tiles import Tiles

TILE = 256
# Levels of zoom: the whole region, one more than houses; the base map alone is drawn for 1 px = 1 km and more.
FARTHEST, NEAREST, NEAR, SINGLE = 2.0, 18.0, 9.0, 6.6
STEP, SMALL_STEP, DRAG = 60, 12, 4
MOST_NAMES, BAR, SETTLE_MS = 26, 90, 80
REGION = (37.0, 20.0, 125.0, 56.0)
ROUND = (1, 2, 5)


class MapView(QWidget):
    """A map around `middle` (in the square world). `looked` when another part of it is seen."""

    looked = Signal()
    # Whether the keys put something into the middle, which is marked then.
    aims: ClassVar[bool] = True

    def __init__(self, tiles: Tiles | None = None) -> None:
        super().__init__()
        self.tiles = tiles
        self.middle = QPointF(0.5, 0.5)
        self.zoom = FARTHEST
        self._ground: _Ground | None = None
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
        return self._on_widget(world.to_world(place.latitude, place.longitude))

    def _on_widget(self, point: QPointF) -> QPointF:
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
        self._paint_foot(painter)
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
            ground = self._ground = _Ground(self)
        painter.fillRect(self.rect(), theme.colour("sunken"))
        grown = self.scale / ground.scale
        middle = QPointF(self.width() / 2, self.height() / 2)
        painter.save()
        painter.translate(middle + (ground.middle - self.middle) * self.scale)
        painter.scale(grown, grown)
        painter.drawPixmap(-QPointF(ground.size.width() / 2, ground.size.height() / 2), ground.picture)
        painter.restore()

    def draw_ground(self, painter: QPainter) -> None:
        """Draw land, water, tiles and names."""
        painter.fillRect(self.rect(), theme.colour("sunken"))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_land(painter)
        self._paint_tiles(painter)
        self._paint_names(painter)

    def paint_over(self, painter: QPainter) -> None:
        """Paint what lies on the map."""

    def _turn(self) -> QTransform:
        turn = QTransform.fromTranslate(self.width() / 2, self.height() / 2)
        turn.scale(self.scale, self.scale)
        return turn.translate(-self.middle.x(), -self.middle.y())

    def _paint_land(self, painter: QPainter) -> None:
        painter.save()
        painter.setTransform(self._turn(), True)
        seen = self.seen()
        border = _line("edge", 1.2)
        fills = {"range_state": theme.colour("surface")}
        for shape in world.land():
            if shape.box.intersects(seen):
                painter.setPen(border)
                painter.setBrush(fills.get(shape.kind, theme.colour("background")))
                painter.drawPath(shape.path)
        blue = water_colour()
        for shape in world.water():
            if shape.box.intersects(seen):
                painter.setPen(_cosmetic(blue, 1.4))
                painter.setBrush(blue if shape.kind == "lake" else Qt.BrushStyle.NoBrush)
                painter.drawPath(shape.path)
        painter.restore()

    def _paint_tiles(self, painter: QPainter) -> None:
        if self.tiles is None:
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        for box, picture in self.tiles.seen(self.seen(), self.zoom):
            corner, other = self._on_widget(box.topLeft()), self._on_widget(box.bottomRight())
            # Whole pixels, so that no seams are seen.
            painter.drawImage(QRect(corner.toPoint(), other.toPoint()).adjusted(0, 0, -1, -1), picture)
        painter.restore()

    def _paint_names(self, painter: QPainter) -> None:
        seen, taken, shown = self.seen(), [QRectF(self.nearer.geometry()), self._foot()], 0
        wanted = [name for name in world.names() if seen.contains(name.at) and self._is_shown(name)]
        for name in wanted:
            font = theme.font("header" if name.country else "detail")
            measures = theme.metrics("header" if name.country else "detail")
            at = self._on_widget(name.at)
            wide, tall = measures.horizontalAdvance(name.words), measures.height()
            left = at.x() - wide / 2 if name.country else at.x() + 6
            box = QRectF(left, at.y() - tall / 2, wide, tall)
            if shown >= MOST_NAMES or any(box.intersects(other) for other in taken):
                continue
            taken.append(box.adjusted(-4, -2, 4, 2))
            shown += 1
            if not name.country:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(theme.colour("ink"))
                painter.drawEllipse(at, 2.2, 2.2)
            path = QPainterPath()
            path.addText(QPointF(box.left(), box.top() + measures.ascent()), font, name.words)
            halo(painter, path, theme.colour("muted" if name.country else "ink"))

    def _is_shown(self, name: world.Name) -> bool:
        """The nearer the map, the smaller the towns that are named."""
        if name.country:
            return self.zoom < 7.5
        return self.zoom > 3.4 and name.rank < 30 * 2 ** (self.zoom - 4)

    def _foot(self) -> QRectF:
        tall = theme.metrics("digit").height() * self._foot_lines() + theme.S
        return QRectF(0, self.height() - tall, self.width(), tall)

    def _foot_lines(self) -> int:
        room = self.width() - theme.u(BAR) - 3 * theme.M
        return 1 if theme.metrics("digit").horizontalAdvance(disclaimer()) < room else 2

    def _paint_foot(self, painter: QPainter) -> None:
        """The words about boundaries, and how long a piece of the map is."""
        foot, rtl = self._foot(), self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        ground = QColor(theme.colour("surface"))
        ground.setAlphaF(0.88)
        painter.fillRect(foot, ground)
        bar, words = self._bar()
        whole = foot.toRect()
        box = QRect(whole.right() - theme.M - bar, whole.y(), bar, whole.height())
        line = painting.mirrored(whole, box, rtl)
        measures = theme.metrics("digit")
        painter.fillRect(line.x(), line.bottom() - 4, bar, 2, theme.colour("ink"))
        length = QRect(
            line.center().x() - theme.u(60), line.bottom() - 5 - measures.height(), theme.u(120), measures.height()
        )
        painting.text(painter, length, words, theme.font("digit"), theme.colour("ink"), side="centre")
        room = QRect(theme.S, whole.y(), whole.width() - theme.u(BAR) - 3 * theme.M, whole.height())
        painting.text(
            painter, painting.mirrored(whole, room, rtl), self._about(), theme.font("digit"), theme.colour("muted"),
            mirrored=rtl, wrap=self._foot_lines() > 1,
        )  # fmt: skip

    def _about(self) -> str:
        credit = self.tiles.source.attribution if self.tiles is not None else ""
        return " ".join(part for part in (disclaimer(), credit) if part)

    def _bar(self) -> tuple[int, str]:
        """The width in px of a piece of a round length, and that length in words."""
        most = self.metres_per_pixel() * theme.u(BAR)
        metres = max(size * 10**power for power in range(8) for size in ROUND if size * 10**power <= max(most, 1))
        words = _("{n} km").format(n=metres // 1000) if metres >= 1000 else _("{n} m").format(n=metres)
        return max(round(metres / self.metres_per_pixel()), 2), words

    def _paint_cross(self, painter: QPainter) -> None:
        """The middle, where the keys put a point."""
        x, y, reach = self.width() // 2, self.height() // 2, theme.u(9)
        for wide, token in ((4, "surface"), (2, "ink")):
            painter.fillRect(x - reach, y - wide // 2, 2 * reach, wide, theme.colour(token))
            painter.fillRect(x - wide // 2, y - reach, wide, 2 * reach, theme.colour(token))


class _Ground:
    """A picture of the map as it was at one moment."""

    def __init__(self, view: MapView) -> None:
        self.middle, self.scale, self.size = QPointF(view.middle), view.scale, view.size()
        self._look = _look(view)
        ratio = view.devicePixelRatioF()
        self.picture = QPixmap(QSize(view.width(), view.height()) * ratio)
        self.picture.setDevicePixelRatio(ratio)
        painter = QPainter(self.picture)
        view.draw_ground(painter)
        painter.end()

    def fits(self, view: MapView) -> bool:
        """Whether the picture is what `view` shows now."""
        return (self.middle, self.scale, self.size, self._look) == (view.middle, view.scale, view.size(), _look(view))


def _look(view: MapView) -> tuple[object, ...]:
    return theme.look.name, theme.look.scale, theme.look.language, view.devicePixelRatioF()


def disclaimer() -> str:
    """What is said about boundaries on every map."""
    return _("Boundaries and names shown imply no official endorsement or acceptance by the United Nations.")


def water_colour() -> QColor:
    """Lakes and rivers."""
    return theme.mix("accent", "surface", 0.28)


def _line(token: str, width: float) -> QPen:
    return _cosmetic(theme.colour(token), width)


def _cosmetic(colour: QColor, width: float) -> QPen:
    pen = QPen(colour, width)
    pen.setCosmetic(True)
    pen.setJoinStyle(Qt.PenJoinStyle.BevelJoin)
    return pen


def halo(painter: QPainter, path: QPainterPath, ink: QColor) -> None:
    """Words as a path with an edge of paper around them, readable on whatever lies beneath."""
    painter.setPen(_line("surface", 3))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(path)
    painter.fillPath(path, ink)
