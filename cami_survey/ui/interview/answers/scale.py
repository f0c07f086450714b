"""A number between two ends: on a line, across or upright, by arrow keys, digits or mouse."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRect, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractSlider

from cami_survey.operations import chapters
from cami_survey.ui import theme
from cami_survey.ui.interview import digits
from cami_survey.ui.interview.answers import scale_words
from cami_survey.ui.interview.answers.base import Answer
from cami_survey.ui.interview.answers.steps import Steps, lexical
from cami_survey.ui.interview.head import plain
from cami_survey.ui.kit import painting

if TYPE_CHECKING:
    from cami_survey.engine.api import Node
    from cami_survey.ui.interview.reading import Reading

CLEAR = (Qt.Key.Key_Delete, Qt.Key.Key_Backspace)
# Sign and point of a number, where a keyboard has them on the row of digits too.
MARKS = ("-", ".", ",", "\u066b")
KNOB, TRACK, MOST_TICKS, SIDE = 22, 6, 21, 18
UPRIGHT, ACROSS, WIDE, WIDE_WITH_WORDS = 260, 54, 132, 320
# Digits that follow each other within so many milliseconds are one number.
PAUSE = 1200
# A picture of a thermometer asks for the upright line as well.
VERTICAL = frozenset({"vertical", "distress"})
MOST_TOLD = 1_000_000


class RangeAnswer(Answer):
    """A line from the lowest to the highest value. Without an answer there is no knob."""

    def __init__(self, node: Node, reading: Reading) -> None:
        super().__init__(node, reading)
        wanted = chapters.words(node)
        self.steps = Steps.of(node.attributes)
        self._upright = self.upright = bool(wanted & VERTICAL)
        self.ticks = "no-ticks" not in wanted
        self.place: int | None = None
        # The words that the form gives to some of the values, by their places.
        self.named: dict[int, str] = {}
        self._sent: int | None = None
        self.line = _Line(self)
        self.setFocusProxy(self.line)
        self.show_node(node, reading)

    def show_node(self, node: Node, reading: Reading) -> None:
        self.reading = reading
        self.place = self._sent = self.steps.place_of(node.text_value)
        self.named = self._named(node)
        self.set_read_only(self.read_only or node.readonly)
        self._say()

    def _named(self, node: Node) -> dict[int, str]:
        ticks = ((self.steps.place_of(tick.value, exact=True), plain(tick.label)) for tick in node.ticks)
        return {place: label for place, label in ticks if place is not None and label}

    def _say(self) -> None:
        self.line.setAccessibleDescription(self.told(self.place) if self.place is not None else "")
        self.line.tell_place()
        self.line.update()

    def written(self, place: int) -> str:
        """The value at a place, for reading."""
        words = lexical(self.steps.value(place))
        shown = digits.shown(words, self.reading.locale, local_digits=self.reading.local_digits)
        # Digits of Persian carry the sign to their other side on a mirrored page.
        return f"\u2066{shown}\u2069" if words.startswith("-") else shown

    def told(self, place: int) -> str:
        """The value at a place, with its words if it has some."""
        return " ".join(part for part in (self.written(place), self.named.get(place, "")) if part)

    def numbered(self) -> list[int]:
        """The places whose numbers stand at the line: its ends, those with words, and all ticks if these have room."""
        few, last = {0, self.steps.count, *self.named}, self.steps.count
        if not self.ticks or last // self.steps.ticks >= MOST_TICKS:
            return sorted(few)
        every = sorted({*few, *range(0, last + 1, self.steps.ticks)})
        measures, way = theme.metrics("small"), self.line.track_length() / max(last, 1)
        room = theme.S + (
            measures.height() if self.upright else max(measures.horizontalAdvance(self.told(at)) for at in every)
        )
        return every if all(way * (after - before) >= room for before, after in pairwise(every)) else sorted(few)

    def go(self, place: int) -> None:
        """Answer with the value so many steps from the beginning."""
        self.lead(place)
        self.flush()

    def lead(self, place: int) -> None:
        """Move the knob, without an answer yet."""
        if not self.read_only:
            self.place = min(max(place, 0), self.steps.count)
            self._say()

    def flush(self) -> None:
        if self.place is not None and self.place != self._sent:
            self._sent = self.place
            self.answered.emit(lexical(self.steps.value(self.place)))

    def clear(self) -> None:
        """Take the answer back."""
        if self.place is not None and not self.read_only:
            self.place = self._sent = None
            self._say()
            self.answered.emit("")

    def _below(self, width: int) -> int | None:
        """How tall the words below the line are; None where it stands upright, or has to so that they can be read."""
        if self._upright:
            return None
        return scale_words.tallest(self.named, self.steps.count, width - 2 * theme.u(SIDE))

    def height_for(self, width: int) -> int:
        below, line = self._below(width), theme.metrics("small").height()
        if below is None:
            return max(theme.u(UPRIGHT), len(self.named) * (line + theme.XS) + 2 * theme.u(SIDE))
        return theme.u(ACROSS) + line + below

    def arrange(self, width: int, height: int) -> None:
        self.upright = self._below(width) is None
        wide = min(theme.u(WIDE_WITH_WORDS if self.named else WIDE), width) if self.upright else width
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        self.line.setGeometry(painting.mirrored(self.rect(), QRect(0, 0, wide, height), rtl))


class _Line(QAbstractSlider):
    """The line and its knob. A slider to screen readers, which are told the place in steps."""

    def __init__(self, owner: RangeAnswer) -> None:
        super().__init__(owner)
        self._owner = owner
        self._typed = ""
        self._pause = QTimer(self, singleShot=True, interval=PAUSE)
        self._pause.timeout.connect(self._forget_typed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def tell_place(self) -> None:
        """Tell screen readers where the knob is."""
        self.setRange(0, min(self._owner.steps.count, MOST_TOLD))
        self.setValue(self._owner.place or 0)

    def wheelEvent(self, event: QWheelEvent) -> None:
        # The page scrolls.
        event.ignore()

    def _rtl(self) -> bool:
        return self.layoutDirection() == Qt.LayoutDirection.RightToLeft

    def _track(self) -> QRect:
        side = theme.u(SIDE)
        if self._owner.upright:
            box = QRect(theme.u(30), side, theme.u(TRACK), self.height() - 2 * side)
            return painting.mirrored(self.rect(), box, self._rtl())
        return QRect(side, theme.u(34), self.width() - 2 * side, theme.u(TRACK))

    def track_length(self) -> int:
        """How long the line between the lowest and the highest value is, in px."""
        return max(self._track().width(), self._track().height())

    def _at(self, place: int) -> QPoint:
        """Where a place lies on the middle of the track."""
        track, share = self._track(), place / max(self._owner.steps.count, 1)
        if self._owner.upright:
            return QPoint(track.center().x(), round(track.bottom() - track.height() * share))
        return QPoint(round(track.left() + track.width() * (1 - share if self._rtl() else share)), track.center().y())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        owner, key = self._owner, Qt.Key(event.key())
        forward = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Left: -1}.get(key, 0)
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Right) and self._rtl():
            forward = -forward
        last = owner.steps.count
        if forward:
            self._forget_typed()
            owner.go(owner.place + forward if owner.place is not None else self._start(forward))
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            owner.go(0 if key == Qt.Key.Key_Home else last)
        elif key in CLEAR:
            self._forget_typed()
            owner.clear()
        elif not self._type(event.text() if event.text() in MARKS else digits.of_key(event)):
            event.ignore()

    def _start(self, forward: int) -> int:
        """Where the first arrow key leads."""
        idle = self._owner.steps.idle
        return idle if idle is not None else 0 if forward > 0 else self._owner.steps.count

    def _type(self, key: str) -> bool:
        """A digit, sign or point of a number; whether the key is one."""
        steps, key = self._owner.steps, digits.to_latin(key).replace(",", ".").replace("\u066b", ".")
        if not key or any(letter not in "0123456789.-" for letter in key):
            return False
        self._typed = next((words for words in (self._typed + key, key) if steps.may_begin(words)), "")
        self._pause.start()
        if self._typed.strip("-."):
            place = steps.place_of(self._typed, exact=True)
            if place is not None:
                self._owner.go(place)
        return True

    def _forget_typed(self) -> None:
        self._typed = ""

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        self._to(event.position().toPoint())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._to(event.position().toPoint())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        # One answer for all of the way, which is also taken back at once.
        self._owner.flush()

    def _to(self, at: QPoint) -> None:
        track = self._track()
        if self._owner.upright:
            share = (track.bottom() - at.y()) / max(track.height(), 1)
        else:
            share = (at.x() - track.left()) / max(track.width(), 1)
            share = 1 - share if self._rtl() else share
        place = round(share * self._owner.steps.count)
        if place != self._owner.place:
            self._owner.lead(place)

    def focusInEvent(self, event: object) -> None:
        self.update()

    def focusOutEvent(self, event: object) -> None:
        self._forget_typed()
        self.update()

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, owner, track = QPainter(self), self._owner, self._track()
        thick = min(track.width(), track.height())
        edge = theme.colour("edge") if theme.look.name == "sunlight" else None
        painting.body(painter, track, theme.mix("ink", "surface", 0.12), edge, radius=thick / 2)
        if owner.ticks:
            self._paint_ticks(painter)
        for place in owner.numbered():
            self._number(painter, place, "small", "muted")
        if not owner.upright:
            self._paint_words(painter)
        if owner.place is not None:
            painting.body(painter, self._knob(owner.place), theme.colour("accent"), theme.colour("surface"),
                          radius=theme.u(KNOB) / 2, width=2)  # fmt: skip
            self._number(painter, owner.place, "strong", "ink")
        elif owner.steps.idle is not None:
            idle = self._knob(owner.steps.idle)
            painting.body(painter, idle, theme.colour("surface"), theme.colour("edge"), radius=theme.u(KNOB) / 2)
        if self.hasFocus():
            painting.ring(painter, self.rect())

    def _knob(self, place: int) -> QRect:
        at, side = self._at(place), theme.u(KNOB)
        return QRect(at.x() - side // 2, at.y() - side // 2, side, side)

    def _paint_ticks(self, painter: QPainter) -> None:
        steps = self._owner.steps
        if steps.count // steps.ticks >= MOST_TICKS:
            return
        away, long = theme.u(TRACK) // 2 + 5, theme.u(5)
        for place in range(0, steps.count + 1, steps.ticks):
            at = self._at(place)
            if self._owner.upright:
                x = at.x() - away - long if self._rtl() else at.x() + away
                painter.fillRect(x, at.y(), long, 1, theme.colour("edge"))
            else:
                painter.fillRect(at.x(), at.y() + away, 1, long, theme.colour("edge"))

    def _number(self, painter: QPainter, place: int, role: str, token: str) -> None:
        """A value: one of the scale below the line or beside the upright one, that of the knob above or beside."""
        owner, at, below = self._owner, self._at(place), token == "muted"
        words = owner.written(place) if below and not owner.upright else owner.told(place)
        tall = theme.metrics(role).height()
        wide = min(theme.metrics(role).horizontalAdvance(words) + 4, self.width() - 12)
        if owner.upright:
            if below and place == owner.place:
                return
            wide = min(wide, self.width() - theme.u(30 + 26 + TRACK))
            x = at.x() + theme.u(26) if not self._rtl() else at.x() - theme.u(26) - wide
            y = min(max(at.y() - tall // 2, 4), self.height() - tall - 4)
        else:
            x = min(max(at.x() - wide // 2, 6), self.width() - wide - 6)
            y = self._track().bottom() + theme.u(9) + 2 if below else 2
        painting.text(painter, QRect(x, y, wide, tall), words, theme.font(role), theme.colour(token), side="centre")

    def _paint_words(self, painter: QPainter) -> None:
        """The words of values, each below its number; those at the ends begin and end with the line."""
        owner, track = self._owner, self._track()
        y = track.bottom() + theme.u(9) + 2 + theme.metrics("small").height()
        places = scale_words.rooms(owner.named, owner.steps.count, track.width())
        for place, words in owner.named.items():
            wide, at = places[place], self._at(place).x()
            box = QRect(at - wide // 2, y, wide, scale_words.height(words, wide))
            side: painting.Side = "centre"
            if at in (track.left(), track.left() + track.width()):
                side = "start" if at == track.left() else "end"
                edge = theme.u(SIDE - scale_words.BEYOND)
                box.moveLeft(edge if side == "start" else self.width() - edge - wide)
            font, ink = theme.font(scale_words.ROLE), theme.colour("muted")
            painting.text(painter, box, words, font, ink, side=side, wrap=True)
