"""A place, a line or an area: written or pasted in any usual way, or put on the map."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QRect, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QWidget

from cami_survey.base.errors import UserError
from cami_survey.base.texts import _, ngettext
from cami_survey.reference import coordinates, notations
from cami_survey.reference.coordinates import Place
from cami_survey.ui import theme
from cami_survey.ui.interview.answers.own_map import OwnMap
from cami_survey.ui.interview.answers.parts import AnswerButton, ManyStops, lay_out
from cami_survey.ui.interview.answers.places_map import Figure, PlacesMap
from cami_survey.ui.interview.answers.text import Echo
from cami_survey.ui.kit import TextField, painting, set_problem
from cami_survey.ui.map import tiles, world
from cami_survey.ui.words import number

if TYPE_CHECKING:
    from cami_survey.engine.api import Node
    from cami_survey.ui.interview.reading import Reading

FIGURES: dict[str, Figure] = {"geopoint": "point", "geotrace": "line", "geoshape": "area"}
# Words of the appearance that ask for the map at once.
OPEN = frozenset({"maps", "placement-map", "map"})
MAP_HEIGHT, LEAST_MAP, FIELD, LEAST_FIELD, PER_HECTARE, PER_SQUARE_KM = 340, 160, 380, 200, 10_000, 1_000_000


class PlacesAnswer(ManyStops):
    """What is written is read when it is left; what is put on the map stands in the line at once."""

    def __init__(self, node: Node, reading: Reading) -> None:
        super().__init__(node, reading)
        self.kind = node.type
        self.figure: Figure = FIGURES.get(self.kind, "point")
        self.sent, self.echo = "", Echo()
        self.places: list[Place] = []
        self._before: list[list[Place]] = []
        # The answer before the line was written in, until it is left.
        self._unsettled: list[Place] | None = None
        self.edit = _Field(self)
        self.edit.setParent(self)
        self.edit.textEdited.connect(lambda _words: self.typed.emit())
        self.show_map = AnswerButton("", icon="map-trifold")
        self.wipe = AnswerButton(_("Clear"), "quiet", "trash")
        self.undo = AnswerButton(_("Undo"), "quiet", "arrow-counter-clockwise")
        self.map: PlacesMap | None = None
        for button, act in (
            (self.show_map, self.turn_map),
            (self.wipe, self.clear),
            (self.undo, self.undo_last),
        ):
            button.setParent(self)
            button.clicked.connect(act)
        self.ground = OwnMap(self, lambda: self.map, self._show)
        self.show_node(node, reading)
        if self.figure != "point" or OPEN & set(node.appearance.split()):
            self.turn_map()

    # What is shown

    def show_node(self, node: Node, reading: Reading) -> None:
        self.reading = reading
        value = node.text_value
        if self.echo.is_news(value):
            self.sent = value
            self._show_places(self._opened(coordinates.stored(value)))
        elif not self.edit.hasFocus():
            self._write()
        self.set_read_only(self.read_only or node.readonly)
        self._show()

    def _opened(self, places: list[Place]) -> list[Place]:
        """What is put on the map: of an area the first corner once."""
        return coordinates.opened(places) if self.figure == "area" else places

    def _show_places(self, places: list[Place]) -> None:
        self.places = places
        self._write()
        if self.map is not None:
            self.map.show_places(places)

    def _write(self) -> None:
        words = "; ".join(map(self._written, self.places))
        if self.edit.text() != words:
            self.edit.setText(words)
            self.edit.setCursorPosition(0)

    def _written(self, place: Place) -> str:
        """A place as it is written in the line: read back as the same."""
        words = f"{_degrees(place.latitude)}, {_degrees(place.longitude)}"
        if place.altitude or place.accuracy:
            words = " ".join(place.lexical.split()[: 4 if place.accuracy else 3])
        return words

    def _show(self) -> None:
        self.show_map.setText(_("Hide the map") if self.map is not None else _("Put it on the map"))
        if self.read_only and self.map is None:
            self.show_map.setText(_("Show it on the map"))
        self.show_parts(
            {
                self.edit: True,
                self.show_map: True,
                self.wipe: bool(self.places) and not self.read_only,
                self.undo: bool(self._before) and not self.read_only,
                **self.ground.parts(),
            }
        )
        self.edit.setAccessibleDescription(self.summary())
        self.arrange(self.width(), self.height())
        self.update()

    def _example(self, width: int) -> str:
        """How it may be written: in words where a line of this width holds them, else only shown."""
        point = self.figure == "point"
        words = (
            _("41.2044, 74.7661, degrees and minutes, or a link")
            if point
            else _("places with ; between them, or on the map")
        )
        if theme.metrics("body").horizontalAdvance(words) + 2 * theme.M + 4 <= width:
            return words
        return "41.2044, 74.7661" if point else "41.2, 74.8; 41.3, 74.9"

    def summary(self) -> str:
        """What the answer means: degrees and the nearest town, or how many points and how long or large."""
        if not self.places:
            return ""
        if self.figure == "point":
            place = self.places[0]
            return f"{sexagesimal(place)} · {nearest_town(place)}"
        parts = [ngettext("{n} point", "{n} points", len(self.places)).format(n=number(len(self.places)))]
        if len(self.places) > 1:
            around = self.places + self.places[:1] if self.figure == "area" and len(self.places) > 2 else self.places
            length = self._length(coordinates.length(around))
            closed = len(around) > len(self.places)
            parts.append(_("{length} around").format(length=length) if closed else length)
        if self.figure == "area" and len(self.places) > 2:
            parts.append(self._area(coordinates.area(self.places)))
        return " · ".join(parts)

    @staticmethod
    def _length(metres: float) -> str:
        return _("{n} km").format(n=number(metres / 1000, 1)) if metres >= 1000 else _("{n} m").format(n=number(metres))

    @staticmethod
    def _area(square: float) -> str:
        if square >= PER_SQUARE_KM:
            return _("{n} km²").format(n=number(square / PER_SQUARE_KM, 2))
        return _("{n} ha").format(n=number(square / PER_HECTARE, 2))

    def stops(self) -> list[QWidget]:
        parts: list[QWidget | None] = [self.edit, self.show_map, self.wipe, self.undo, self.map]
        parts += self.ground.buttons()
        return [part for part in parts if part is not None and not part.isHidden()]

    def set_read_only(self, read_only: bool) -> None:
        self.edit.setReadOnly(read_only)
        if self.map is not None:
            self.map.read_only = read_only
        if read_only != self.read_only:
            self.read_only = read_only
            self._show()

    def set_wrong(self, wrong: bool) -> None:
        set_problem(self.edit, wrong)

    # Where it stands

    def _buttons(self) -> list[QWidget]:
        return [part for part in (self.show_map, self.wipe, self.undo) if not part.isHidden()]

    def _line(self, width: int) -> int:
        """The width of the line: beside the buttons where both have room."""
        beside = width - sum(part.sizeHint().width() + theme.S for part in (self.show_map, self.wipe, self.undo))
        return min(beside, theme.u(FIELD)) if beside >= theme.u(LEAST_FIELD) else width

    def _lay(self, width: int, *, move: bool) -> tuple[int, int]:
        """Place line and buttons; where they end, and where the words about the answer do."""
        line, rtl, target = self._line(width), self.rtl(), theme.target()
        whole = QRect(0, 0, width, target)
        if move:
            self.edit.setGeometry(painting.mirrored(whole, QRect(0, 0, line, target), rtl))
            self.edit.setPlaceholderText(self._example(line))
        if line < width:
            box = painting.mirrored(whole, QRect(line + theme.S, 0, width - line - theme.S, target), rtl)
            lay_out(self._buttons(), box, rtl=rtl, move=move)
            y = target
        else:
            y = target + theme.S + lay_out(self._buttons(), QRect(0, target + theme.S, width, 0), rtl=rtl, move=move)
        return y, y + theme.XS + theme.metrics("small").height()

    def height_for(self, width: int) -> int:
        below = self._lay(width, move=False)[1]
        return below + (theme.S + self._map_height() + theme.target() if self.map is not None else 0)

    def _map_height(self) -> int:
        return self.in_sight(theme.u(MAP_HEIGHT), theme.u(LEAST_MAP))

    def arrange(self, width: int, height: int) -> None:
        below = self._lay(width, move=True)[1] + theme.S
        if self.map is not None:
            tall = max(height - below - theme.target(), 0)
            self.map.setGeometry(0, below, width, tall)
            lay_out(self.ground.buttons(), QRect(0, below + tall, width, 0), rtl=self.rtl())

    def paintEvent(self, event: QPaintEvent) -> None:
        top, bottom = self._lay(self.width(), move=False)
        painter, rtl = QPainter(self), self.rtl()
        box = QRect(0, top + theme.XS, self.width(), bottom - top - theme.XS)
        painting.text(painter, box, self.summary(), theme.font("small"), theme.colour("muted"), mirrored=rtl)
        if self.map is not None and not self.read_only:
            size = sum(button.sizeHint().width() + theme.S for button in self.ground.buttons())
            y = bottom + theme.S + self.map.height()
            keys = QRect(size, y, self.width() - size, theme.target())
            painting.text(
                painter, painting.mirrored(self.rect(), keys, rtl), self._keys(), theme.font("keycap"),
                theme.colour("muted"), side="end", mirrored=rtl,
            )  # fmt: skip

    def _keys(self) -> str:
        if not self.map or not self.map.hasFocus():
            return ""
        if self.figure == "point":
            return _("Arrows move, + and - zoom, Space puts the place into the middle")
        return _("Arrows move, Space puts a point, Ctrl+← → choose one, Shift+Space moves it, Delete takes it away")

    # What a person does

    def flush(self) -> None:
        """Hand over what is written as far as it can be read; while it is being written nothing is said of the rest."""
        if not self.edit.hasFocus():
            self.settle()
            return
        with suppress(UserError):
            places = self._read_line()
            if places != self.places and not self.read_only:
                self._unsettled = self.places if self._unsettled is None else self._unsettled
                self._answer(places, written=True)

    def _read_line(self) -> list[Place]:
        """The places in the line; UserError for what cannot be read."""
        places = notations.read_places(self.edit.text())
        if self.figure == "point" and len(places) > 1:
            raise UserError("place.several", _("Several places are written here; the question is about one."))
        return self._opened(places)

    def settle(self) -> None:
        """Read the line that is left; what cannot be read is said and the answer before it stands."""
        before, self._unsettled = self._unsettled, None
        same = self.edit.text() == "; ".join(map(self._written, self.places))
        if self.read_only or (same and before is None):
            return
        try:
            places = self._read_line()
        except UserError as error:
            self._answer(self.places if before is None else before)
            self.refused.emit(" ".join(part for part in (error.sentence, error.advice) if part))
            return
        before = self.places if before is None else before
        if places != before:
            self._before.append(before)
        self._answer(places)

    def take(self, places: Sequence[Place]) -> None:
        """Answer with these places, and remember those before."""
        if self.read_only or list(places) == self.places:
            return
        self._before.append(self.places)
        self._answer(list(places))

    def _answer(self, places: list[Place], *, written: bool = False) -> None:
        """Answer with these places; what is just being `written` is not rewritten and not complained about."""
        self.places = places
        if self.map is not None:
            self.map.show_places(places)
        if not written:
            self._write()
        self._show()
        value = coordinates.lexical(self._closed()) if places else ""
        trouble = coordinates.unfinished(self.kind, value)
        if value != self.sent:
            self.sent = value
            with self.echo:
                self.answered.emit(value)
        if trouble and not written:
            self.refused.emit(trouble)

    def _closed(self) -> list[Place]:
        """As ODK keeps an area: the first point again at the end."""
        return [*self.places, self.places[0]] if self.figure == "area" else self.places

    def clear(self) -> None:
        """Take the answer away."""
        if self.places and not self.read_only:
            self.take([])

    def can_undo(self) -> bool:
        return bool(self._before) and not self.read_only and not self.edit.isUndoAvailable()

    def undo_last(self) -> bool:
        if not self._before or self.read_only:
            return False
        self._answer(self._before.pop())
        return True

    # The map

    def turn_map(self) -> None:
        """Show the map, or put it away."""
        if self.map is not None:
            if self.map.hasFocus():
                self.show_map.setFocus(Qt.FocusReason.OtherFocusReason)
            self.map.hide()
            self.map.deleteLater()
            self.map = None
        else:
            self.settle()
            self.map = PlacesMap(self.figure, tiles.added())
            self.map.setParent(self)
            self.map.setAccessibleName(_("Map: {question}").format(question=self.accessibleName()))
            self.map.read_only = self.read_only
            self.map.changed.connect(self.take)
            self.map.installEventFilter(self)
            self.map.show_places(self.places)
            if self.places:
                self.map.fit(self.places)
            self.map.show()
        self._show()
        self.taller.emit()

    def name(self, words: str) -> None:
        super().name(words)
        if self.map is not None:
            self.map.setAccessibleName(_("Map: {question}").format(question=words))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # The keys of the map are named while it has the focus.
        if isinstance(event, QFocusEvent):
            self.update()
        return super().eventFilter(watched, event) if watched is self else False


class _Field(TextField):
    def __init__(self, owner: PlacesAnswer) -> None:
        super().__init__()
        self._owner = owner

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Paste) and not self.isReadOnly():
            # Lines of several places would run together.
            words = QApplication.clipboard().text()
            self.insert("; ".join(line.strip() for line in words.splitlines() if line.strip()))
            self._owner.typed.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._owner.settle()
            event.ignore()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._owner.settle()


def _degrees(angle: float) -> str:
    return f"{angle:.7f}".rstrip("0").rstrip(".")


def sexagesimal(place: Place) -> str:
    """Degrees, minutes and seconds with the letters of the quarters."""
    parts = []
    for degrees, positive, negative in ((place.latitude, "N", "S"), (place.longitude, "E", "W")):
        seconds = round(abs(degrees) * 36_000)
        whole, rest = divmod(seconds, 36_000)
        minutes, tenths = divmod(rest, 600)
        parts.append(f"{whole}°{minutes:02d}′{tenths / 10:04.1f}″{negative if degrees < 0 else positive}")
    return "\u200e" + " ".join(parts)


def nearest_town(place: Place) -> str:
    """How far the nearest town of the base map is."""
    found = [name for name in world.names() if not name.country]
    here = world.to_world(place.latitude, place.longitude)
    town = min(found, key=lambda name: (name.at - here).x() ** 2 + (name.at - here).y() ** 2)
    metres = coordinates.distance(place, Place(*world.from_world(town.at)))
    return _("{n} km from {town}").format(n=number(metres / 1000), town=town.words)
