"""A choice among places, or several: picked on the map with mouse or keys, and named below it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from cami_survey.base.texts import _
from cami_survey.reference import coordinates
from cami_survey.reference.coordinates import Place
from cami_survey.ui import theme
from cami_survey.ui.interview.answers.choice_list import Option, matching, options
from cami_survey.ui.interview.answers.own_map import OwnMap
from cami_survey.ui.interview.answers.parts import CLEAR, AnswerButton, ManyStops, lay_out
from cami_survey.ui.interview.answers.places_map import REACH, pin
from cami_survey.ui.kit import SearchField, painting
from cami_survey.ui.map import tiles
from cami_survey.ui.map.ground import halo
from cami_survey.ui.map.tiles import Tiles
from cami_survey.ui.map.view import MapView

if TYPE_CHECKING:
    from cami_survey.engine.api import Node
    from cami_survey.ui.interview.reading import Reading

MAP_HEIGHT, LEAST_MAP, FIELD = 380, 160, 320


def has_places(node: Node) -> bool:
    """Whether there is a choice that says where it lies."""
    return any(coordinates.stored(choice.geometry) for choice in node.choices)


class MapChoiceAnswer(ManyStops):
    """One or many of several places. Arrows go from place to place, Space picks, Delete clears; typing finds one.

    Where many can be picked, Space or a click takes one away again.
    """

    def __init__(self, node: Node, reading: Reading) -> None:
        super().__init__(node, reading)
        self.many = node.control == "select"
        self.options: list[Option] = []
        self.chosen: tuple[str, ...] = ()
        self.map = ChoiceMap(tiles.added())
        self.map.picked.connect(self.pick)
        self.map.cleared.connect(self.clear)
        self.map.pointed.connect(lambda _value: self._show())
        self.search = SearchField(_("Find by name"), leads_down=False)
        self.search.changed.connect(self._found)
        self.wipe = AnswerButton(_("Clear"), "quiet", "trash")
        self.wipe.clicked.connect(self.clear)
        for part in (self.map, self.search, self.wipe):
            part.setParent(self)
        self.ground = OwnMap(self, lambda: self.map, self._show)
        self.show_node(node, reading)

    def show_node(self, node: Node, reading: Reading) -> None:
        self.reading = reading
        self.options = options(node, reading)
        self.map.show_places({choice.value: coordinates.stored(choice.geometry) for choice in node.choices})
        self.map.labels = {option.value: option.label for option in self.options}
        value = node.text_value
        self.chosen = self.map.chosen = tuple(value.split()) if self.many else ((value,) if value else ())
        self.set_read_only(self.read_only or node.readonly)
        self._show()

    def _show(self) -> None:
        wiped = bool(self.chosen) and not self.read_only
        self.show_parts({self.map: True, self.search: True, self.wipe: wiped, **self.ground.parts()})
        self.map.setAccessibleDescription(self.words())
        self.arrange(self.width(), self.height())
        self.map.update()
        self.update()

    def words(self) -> str:
        """What is chosen; while the keys go about, what they point to."""
        if self.map.pointed_to and self.map.pointed_to not in self.chosen and self.map.hasFocus():
            return _("{place}: Space picks it").format(place=self._label(self.map.pointed_to))
        return " · ".join(map(self._label, self.chosen)) or _("Nothing is picked yet")

    def _label(self, value: str) -> str:
        return next((option.words for option in self.options if option.value == value), value)

    def stops(self) -> list[QWidget]:
        parts = (self.map, self.search.edit, self.wipe, *self.ground.buttons())
        return [part for part in parts if not part.isHidden()]

    def set_read_only(self, read_only: bool) -> None:
        self.read_only = self.map.read_only = read_only

    def name(self, words: str) -> None:
        super().name(words)
        self.search.edit.setAccessibleName(_("Find by name: {question}").format(question=words))

    def pick(self, value: str) -> None:
        """Answer with a choice, or where there may be many with it as well, or without it again."""
        if self.many and value in self.chosen:
            self._answer(tuple(one for one in self.chosen if one != value))
        else:
            self._answer((*self.chosen, value) if self.many else (value,))

    def _answer(self, chosen: tuple[str, ...]) -> None:
        if not self.read_only and chosen != self.chosen:
            self.chosen = self.map.chosen = chosen
            self._show()
            self.answered.emit(" ".join(chosen))

    def clear(self) -> None:
        """Take the answer back."""
        self._answer(())

    def _found(self, words: str) -> None:
        found = matching(self.options, words) if words.strip() else []
        if found:
            self.map.point_at(found[0].value)

    def height_for(self, width: int) -> int:
        return self._map_height() + 2 * theme.S + self._below(width) + theme.target()

    def _map_height(self) -> int:
        return self.in_sight(theme.u(MAP_HEIGHT), theme.u(LEAST_MAP))

    def _below(self, width: int) -> int:
        return theme.target() * (2 if width < theme.u(2 * FIELD) else 1)

    def arrange(self, width: int, height: int) -> None:
        self.map.setGeometry(0, 0, width, self._map_height())
        top, target, rtl = self.map.height() + theme.S, theme.target(), self.rtl()
        whole = QRect(0, 0, width, height)
        wide = min(theme.u(FIELD), width)
        self.search.setGeometry(
            painting.mirrored(whole, QRect(width - wide, top + self._below(width) - target, wide, target), rtl)
        )
        size = self.wipe.sizeHint()
        end = width if self._below(width) > target else width - wide - theme.M
        self.wipe.setGeometry(painting.mirrored(whole, QRect(end - size.width(), top, size.width(), target), rtl))
        lay_out(self.ground.buttons(), QRect(0, top + self._below(width) + theme.S, width, target), rtl=rtl)

    def paintEvent(self, event: QPaintEvent) -> None:
        top, rtl = self.map.height() + theme.S, self.rtl()
        end = self.wipe.x() if not rtl else self.width() - self.wipe.geometry().right()
        box = QRect(0, top, max(end - theme.S, 40), theme.target())
        role, token = ("strong", "ink") if self.chosen else ("body", "muted")
        painting.text(
            QPainter(self), painting.mirrored(self.rect(), box, rtl), self.words(), theme.font(role),
            theme.colour(token), mirrored=rtl,
        )  # fmt: skip


class ChoiceMap(MapView):
    """Points, lines and areas that are choices. `picked` carries a value, `pointed` one that the keys lead to.

    `cleared` says that all are to be taken away.
    """

    aims = False

    picked = Signal(str)
    pointed = Signal(str)
    cleared = Signal()

    def __init__(self, tiles_: Tiles | None = None) -> None:
        super().__init__(tiles_)
        self.shapes: dict[str, list[Place]] = {}
        self.labels: Mapping[str, str] = {}
        self.chosen: tuple[str, ...] = ()
        self.pointed_to = ""
        self.read_only = False
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def show_places(self, shapes: Mapping[str, Sequence[Place]]) -> None:
        """Show these places; the map shows all of them when they are others than before."""
        kept = {value: list(places) for value, places in shapes.items() if places}
        if kept != self.shapes:
            self.shapes = kept
            self.fit([place for places in kept.values() for place in places])

    def has_places(self) -> bool:
        return bool(self.shapes)

    def point_at(self, value: str) -> None:
        """Lead the keys to a choice, and the map with them."""
        if value in self.shapes:
            self.pointed_to = value
            self.look_at(_middle(self.shapes[value]))
            self.pointed.emit(value)
            self.update()

    def pick(self, at: QPointF, button: Qt.MouseButton) -> None:
        value = self._value_at(at)
        if value and not self.read_only:
            self.pointed_to = value
            self.picked.emit(value)

    def _value_at(self, at: QPointF) -> str:
        """The choice at a point: the nearest pin, else the area around it."""
        near = {value: (self.at(_middle(places)) - at).manhattanLength() for value, places in self.shapes.items()}
        best = min(near, key=lambda value: near[value], default="")
        if best and near[best] <= theme.u(2 * REACH):
            return best
        areas = (
            value
            for value, places in self.shapes.items()
            if self._outline(places).containsPoint(at, Qt.FillRule.OddEvenFill)
        )
        return next(areas, "")

    def _outline(self, places: Sequence[Place]) -> QPolygonF:
        return QPolygonF([self.at(place) for place in places])

    def take_key(self, key: Qt.Key, held: Qt.KeyboardModifier) -> bool:
        if held & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier):
            return False
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down):
            self._go(key)
        elif key == Qt.Key.Key_Space and not self.read_only:
            if self.pointed_to:
                self.picked.emit(self.pointed_to)
        elif key in CLEAR and not self.read_only:
            self.cleared.emit()
        else:
            return False
        return True

    def _go(self, key: Qt.Key) -> None:
        """To the nearest place in the direction of an arrow; the first one at the beginning."""
        start = self.pointed_to or next(iter(self.chosen), "")
        if start not in self.shapes:
            self.point_at(next(iter(self.shapes), ""))
            return
        here = self.at(_middle(self.shapes[start]))
        best, reach = "", float("inf")
        for value, places in self.shapes.items():
            away = self.at(_middle(places)) - here
            ahead, aside = {
                Qt.Key.Key_Left: (-away.x(), away.y()),
                Qt.Key.Key_Right: (away.x(), away.y()),
                Qt.Key.Key_Up: (-away.y(), away.x()),
                Qt.Key.Key_Down: (away.y(), away.x()),
            }[key]
            measure = ahead + 2 * abs(aside)
            if value != start and ahead > 0 and measure < reach:
                best, reach = value, measure
        self.point_at(best or start)

    def paint_over(self, painter: QPainter) -> None:
        order = sorted(self.shapes, key=lambda value: (value in self.chosen, value == self.pointed_to))
        for value in order:
            self._paint_shape(painter, self.shapes[value], chosen=value in self.chosen)
        taken: list[QRectF] = []
        for value in reversed(order):
            self._paint_label(painter, value, taken)
        if self.pointed_to in self.shapes and self.hasFocus():
            at = self.at(_middle(self.shapes[self.pointed_to]))
            side = theme.u(40)
            ring = QRectF(at.x() - side / 2, at.y() - side * 0.86, side, side)
            painting.body(painter, ring, None, theme.colour("ring"), radius=side / 2, width=2)

    def _paint_shape(self, painter: QPainter, places: Sequence[Place], *, chosen: bool) -> None:
        if len(places) > 1:
            fill = QColor(theme.colour("accent"))
            fill.setAlphaF(0.45 if chosen else 0.15)
            painter.setPen(QPen(theme.colour("accent"), 3 if chosen else 1.6))
            closed = len(places) > 3 and places[0] == places[-1]
            painter.setBrush(fill if closed else Qt.BrushStyle.NoBrush)
            outline = self._outline(places)
            painter.drawPolygon(outline) if closed else painter.drawPolyline(outline)
        if chosen:
            pin(painter, self.at(_middle(places)), chosen=True)
        else:
            painter.setPen(QPen(theme.colour("surface"), 2))
            painter.setBrush(theme.colour("accent"))
            painter.drawEllipse(self.at(_middle(places)), theme.u(6), theme.u(6))

    def _paint_label(self, painter: QPainter, value: str, taken: list[QRectF]) -> None:
        words, at = self.labels.get(value, value), self.at(_middle(self.shapes[value]))
        role = "small-strong" if value in self.chosen else "small"
        measures = theme.metrics(role)
        box = QRectF(
            at.x() + theme.u(12), at.y() - measures.height() / 2, measures.horizontalAdvance(words), measures.height()
        )
        if any(box.intersects(other) for other in taken):
            return
        taken.append(box)
        path = QPainterPath()
        path.addText(QPointF(box.x(), box.y() + measures.ascent()), theme.font(role), words)
        halo(painter, path, theme.colour("ink"))


def _middle(places: Sequence[Place]) -> Place:
    """A place within a line or an area for its label."""
    corners = places[:-1] if len(places) > 1 and places[0] == places[-1] else places
    count = len(corners)
    return Place(sum(place.latitude for place in corners) / count, sum(place.longitude for place in corners) / count)
