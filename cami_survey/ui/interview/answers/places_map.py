"""The map that a place, a line or an area is put on: points are added, moved and taken away by mouse and by keys."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from PySide6.QtCore import QPointF, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from cami_survey.reference.coordinates import Place
from cami_survey.ui import theme
from cami_survey.ui.kit import painting
from cami_survey.ui.map.tiles import Tiles
from cami_survey.ui.map.view import MapView

Figure = Literal["point", "line", "area"]
REACH, PIN = 14, 30


class PlacesMap(MapView):
    """`changed` carries the new places; the one that is in hand is `held`.

    A click adds a point, dragging one moves it, the right button takes it away. By keys: Space puts a point into the
    middle, Ctrl+← and Ctrl+→ take the one before or after in hand, Shift+Space brings it to the middle, Delete takes it
    away. No letters or signs: they lie elsewhere on other keyboards.
    """

    changed = Signal(object)

    def __init__(self, figure: Figure, tiles: Tiles | None = None) -> None:
        super().__init__(tiles)
        self.figure = figure
        self.places: list[Place] = []
        self.held = -1
        self.read_only = False

    def show_places(self, places: Sequence[Place]) -> None:
        """Show these places; the map moves only where one of them is out of sight."""
        if list(places) == self.places:
            return
        self.places = list(places)
        self.held = min(self.held, len(self.places) - 1)
        if self.places and not all(self.rect().contains(self.at(place).toPoint()) for place in self.places):
            self.fit(self.places)
        self.update()

    def has_places(self) -> bool:
        return bool(self.places)

    # What a person does

    def _at_point(self, at: QPointF) -> int:
        """Which point is near, -1 for none; the last one that lies there."""
        for number in range(len(self.places) - 1, -1, -1):
            if (self.at(self.places[number]) - at).manhattanLength() <= theme.u(REACH):
                return number
        return -1

    def _put(self, places: list[Place], held: int) -> None:
        self.places, self.held = places, held
        self.update()
        self.changed.emit(list(places))

    def seize(self, at: QPointF) -> bool:
        number = -1 if self.read_only else self._at_point(at)
        if number >= 0:
            self.held = number
            self.update()
        return number >= 0

    def drag(self, at: QPointF) -> None:
        self.places[self.held] = self.place(at)
        self.update()

    def let_go(self, at: QPointF) -> None:
        places = list(self.places)
        places[self.held] = self.place(at)
        self._put(places, self.held)

    def pick(self, at: QPointF, button: Qt.MouseButton) -> None:
        if self.read_only:
            return
        number = self._at_point(at)
        if button == Qt.MouseButton.RightButton:
            self._take_away(number)
        elif number < 0 and button == Qt.MouseButton.LeftButton:
            self._add(self.place(at))

    def _add(self, place: Place) -> None:
        """A single place is replaced; a line goes on behind the point in hand."""
        if self.figure == "point":
            self._put([place], 0)
            return
        after = self.held + 1 if self.held >= 0 else len(self.places)
        self._put([*self.places[:after], place, *self.places[after:]], after)

    def _take_away(self, number: int) -> None:
        if 0 <= number < len(self.places):
            self._put([*self.places[:number], *self.places[number + 1 :]], min(number, len(self.places) - 2))

    def take_key(self, key: Qt.Key, held: Qt.KeyboardModifier) -> bool:
        control = bool(held & Qt.KeyboardModifier.ControlModifier)
        if control and key in (Qt.Key.Key_Left, Qt.Key.Key_Right) and self.places:
            step = -1 if key == Qt.Key.Key_Left else 1
            self.held = (self.held + step) % len(self.places)
            self.look_at(self.places[self.held])
            self.update()
            return True
        if self.read_only or control or held & Qt.KeyboardModifier.AltModifier:
            return False
        middle = self.place(QPointF(self.width() / 2, self.height() / 2))
        shifted = bool(held & Qt.KeyboardModifier.ShiftModifier)
        if shifted and key == Qt.Key.Key_Space and 0 <= self.held < len(self.places):
            self._put([*self.places[: self.held], middle, *self.places[self.held + 1 :]], self.held)
        elif key in (Qt.Key.Key_Space, Qt.Key.Key_Insert):
            self._add(middle)
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self._take_away(self.held if self.held >= 0 else len(self.places) - 1)
        else:
            return False
        return True

    # What is seen

    def paint_over(self, painter: QPainter) -> None:
        points = [self.at(place) for place in self.places]
        if self.figure == "point":
            if points:
                pin(painter, points[0], chosen=True)
            return
        if len(points) > 1:
            self._paint_line(painter, points)
        for number, point in enumerate(points):
            self._paint_point(painter, point, chosen=number == self.held)

    def _paint_line(self, painter: QPainter, points: Sequence[QPointF]) -> None:
        shape = QPolygonF(points)
        fill = QColor(theme.colour("accent"))
        fill.setAlphaF(0.18)
        closed = self.figure == "area" and len(points) > 2
        for colour, width in ((theme.colour("surface"), 5.0), (theme.colour("accent"), 2.6)):
            painter.setPen(QPen(colour, width))
            painter.setBrush(fill if closed and width < 4 else Qt.BrushStyle.NoBrush)
            painter.drawPolygon(shape) if closed else painter.drawPolyline(shape)

    def _paint_point(self, painter: QPainter, at: QPointF, *, chosen: bool) -> None:
        reach = theme.u(7 if chosen else 5)
        painter.setPen(QPen(theme.colour("surface"), 2))
        painter.setBrush(theme.colour("ink" if chosen else "accent"))
        painter.drawEllipse(at, reach, reach)


def pin(painter: QPainter, at: QPointF, *, chosen: bool) -> None:
    """A pin whose tip is at a point; one that is not chosen is an outline."""
    side = theme.u(PIN)
    # The tip of the glyph is a little above the lower edge of its box.
    box = QPointF(at.x() - side / 2, at.y() - side * 0.94).toPoint()
    place = QRect(box, QSize(side, side))
    painting.icon(painter, place.adjusted(-2, -2, 2, 2), "map-pin", "surface", filled=True)
    painting.icon(painter, place, "map-pin", "accent", filled=True)
    if chosen:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("ink"))
        painter.drawEllipse(at, 2.5, 2.5)
