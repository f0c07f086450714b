"""The ground of a map: land, water, tiles and names, drawn into a picture that is kept until another part is seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPixmap, QTransform

from cami_survey.ui import theme
from cami_survey.ui.map import foot, world

if TYPE_CHECKING:
    from cami_survey.ui.map.view import MapView

MOST_NAMES = 26
# Levels of zoom up to which countries are named, and from which towns are.
COUNTRIES_UNTIL, TOWNS_FROM = 7.5, 3.4


class Ground:
    """A picture of the map as it was at one moment."""

    def __init__(self, view: MapView) -> None:
        self.middle, self.scale, self.size = QPointF(view.middle), view.scale, view.size()
        self._look = _look(view)
        ratio = view.devicePixelRatioF()
        self.picture = QPixmap(QSize(view.width(), view.height()) * ratio)
        self.picture.setDevicePixelRatio(ratio)
        painter = QPainter(self.picture)
        painter.fillRect(view.rect(), theme.colour("sunken"))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        _land(view, painter)
        _tiles(view, painter)
        _names(view, painter)
        painter.end()

    def fits(self, view: MapView) -> bool:
        """Whether the picture is what `view` shows now."""
        return (self.middle, self.scale, self.size, self._look) == (view.middle, view.scale, view.size(), _look(view))


def _look(view: MapView) -> tuple[object, ...]:
    return theme.look.name, theme.look.scale, theme.look.language, view.devicePixelRatioF()


def _turn(view: MapView) -> QTransform:
    turn = QTransform.fromTranslate(view.width() / 2, view.height() / 2)
    turn.scale(view.scale, view.scale)
    return turn.translate(-view.middle.x(), -view.middle.y())


def _land(view: MapView, painter: QPainter) -> None:
    painter.save()
    painter.setTransform(_turn(view), True)
    seen = view.seen()
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


def _tiles(view: MapView, painter: QPainter) -> None:
    if view.tiles is None:
        return
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    for box, picture in view.tiles.seen(view.seen(), view.zoom):
        corner, other = view.on_widget(box.topLeft()), view.on_widget(box.bottomRight())
        # Whole pixels, so that no seams are seen.
        painter.drawImage(QRect(corner.toPoint(), other.toPoint()).adjusted(0, 0, -1, -1), picture)
    painter.restore()


def _names(view: MapView, painter: QPainter) -> None:
    seen, taken, shown = view.seen(), [QRectF(view.nearer.geometry()), foot.box(view)], 0
    wanted = [name for name in world.names() if seen.contains(name.at) and _is_shown(view, name)]
    for name in wanted:
        font = theme.font("header" if name.country else "detail")
        measures = theme.metrics("header" if name.country else "detail")
        at = view.on_widget(name.at)
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


def _is_shown(view: MapView, name: world.Name) -> bool:
    """The nearer the map, the smaller the towns that are named."""
    if name.country:
        return view.zoom < COUNTRIES_UNTIL
    return view.zoom > TOWNS_FROM and name.rank < 30 * 2 ** (view.zoom - 4)


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
