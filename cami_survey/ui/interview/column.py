"""The questions below each other. Only what is seen is built; the focus leads, the page follows."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QEasingCurve, QPropertyAnimation, Qt
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from cami_survey.ui import theme
from cami_survey.ui.interview.flow import TWELFTHS, within

if TYPE_CHECKING:
    from cami_survey.ui.interview.block import Block
    from cami_survey.ui.interview.flow import Stop, StopKind

SIDE, TOP, WIDEST = 32, 20, 880
# Room above a stop, and its height in px at 100 % as long as nobody has seen it.
GAPS: dict[StopKind, int] = {
    "heading": 28, "fold": 20, "question": 26, "grid": 28, "table": 28, "instance": 24, "add": 16,
}  # fmt: skip
GUESSES: dict[StopKind, int] = {
    "heading": 40, "fold": 44, "question": 130, "grid": 260, "table": 260, "instance": 44, "add": 44,
}  # fmt: skip
# Questions stand beside each other as long as each has this width, in px at 100 %.
LEAST_BESIDE = 150
AHEAD = 0.6
# From so many blocks on those further away than some screens are put away.
MOST_BUILT, KEPT_SCREENS = 120, 3
# A question is seen as long as its words and the first of its answers are.
HEAD_SEEN = 150
SCROLL_MS, ATTEMPTS = 120, 5
INSTANCES = re.compile(r"\[[^]]*\]")


@dataclass(slots=True)
class _Slot:
    stop: Stop
    block: Block | None = None
    y: int = 0
    height: int = 0
    known: bool = False
    # Its place among the slots, and its row.
    at: int = 0
    row: int = 0


class _Row(NamedTuple):
    """Slots beside each other, each with where and how wide it is, and the room above them."""

    gap: int
    parts: list[tuple[_Slot, int, int]]


def _alike(stop: Stop) -> str:
    """What a stop has in common with the same one in other instances."""
    return f"{stop.kind} {INSTANCES.sub('', stop.field)}"


class Column(QScrollArea):
    """Shows stops. `build` makes the block of a stop when it is about to be seen.

    `renew` brings a block up to date that was out of sight and comes back.
    """

    def __init__(self, build: Callable[[Stop], Block], renew: Callable[[Block], object] = lambda _block: None) -> None:
        super().__init__()
        self._build, self._renew = build, renew
        self._slots: list[_Slot] = []
        self._by_key: dict[str, _Slot] = {}
        # Blocks of stops that are not shown at present, and those of them that just came back.
        self._folded: dict[str, Block] = {}
        self._back: list[Block] = []
        self._busy = False
        # The rows of slots as they were last cut, and for what.
        self._cut: list[_Row] = []
        self._cut_for: tuple[object, ...] = ()
        # Where each row begins, once all stand in their order.
        self._tops: list[int] = []
        # The height of a question in one instance of a repeat is guessed from that in another.
        self._alike: dict[str, int] = {}
        self.sheet = QWidget()
        self.sheet.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(self.sheet)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setAutoFillBackground(False)
        self.sheet.setAutoFillBackground(False)
        # When the page gets longer only what is new is painted.
        self.sheet.setAttribute(Qt.WidgetAttribute.WA_StaticContents)
        self.verticalScrollBar().valueChanged.connect(self._fill)
        self._slide = QPropertyAnimation(self.verticalScrollBar(), b"value", self)
        self._slide.setDuration(SCROLL_MS)
        self._slide.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._slide.finished.connect(self._settle)
        # The block that has the focus; what is built around it must not push it out of sight.
        self._held: Block | None = None
        theme.look.changed.connect(self.relay)

    # What stands there

    def show_stops(self, stops: Sequence[Stop]) -> None:
        """Show these stops; blocks of stops that stay are kept, with focus and all."""
        if [slot.stop for slot in self._slots] == list(stops):
            return
        before = self._by_key
        self._slots = [
            self._kept(before.pop(stop.key), stop) if stop.key in before else self._slot(stop) for stop in stops
        ]
        self._let_go([slot.block for slot in before.values() if slot.block is not None])
        for key, slot in before.items():
            if slot.block is not None:
                slot.block.hide()
                self._folded[key] = slot.block
        self._by_key = {slot.stop.key: slot for slot in self._slots}
        self._cut, self._tops = [], []
        for at, slot in enumerate(self._slots):
            slot.at = at
        self._renew_all()
        self.arrange()

    def _renew_all(self) -> None:
        back, self._back = self._back, []
        self._busy = True
        for block in back:
            self._renew(block)
        self._busy = False

    @staticmethod
    def _kept(slot: _Slot, stop: Stop) -> _Slot:
        """The slot of a stop that stays; a grid may have got other rows."""
        if slot.stop != stop:
            slot.stop, slot.known = stop, False
            if slot.block is not None:
                slot.block.take_stop(stop)
        return slot

    def _slot(self, stop: Stop) -> _Slot:
        block = self._folded.pop(stop.key, None)
        if block is not None:
            block.show()
            self._back.append(block)
        return _Slot(stop, block)

    def _let_go(self, going: Sequence[Block]) -> None:
        """Qt hands the focus of a widget that is hidden to the next one, which is no place a person went to."""
        holder = self.focusWidget()
        if holder is not None and any(block.isAncestorOf(holder) for block in going):
            self.sheet.setFocus(Qt.FocusReason.OtherFocusReason)

    def empty(self) -> None:
        """Take everything away."""
        self._let_go(list(self.blocks()))
        for block in [*self.blocks(), *self._folded.values()]:
            block.hide()
            block.deleteLater()
        self._slots, self._by_key, self._held = [], {}, None
        self._cut, self._tops = [], []
        self._folded.clear()
        self.verticalScrollBar().setValue(0)

    def blocks(self) -> Iterator[Block]:
        """The blocks that were built, from top to bottom."""
        for slot in self._slots:
            if slot.block is not None:
                yield slot.block

    def built(self, key: str) -> Block | None:
        """The block of a stop, if it was built."""
        slot = self._by_key.get(key)
        return slot.block if slot is not None else None

    def stops(self) -> list[Stop]:
        """The stops shown."""
        return [slot.stop for slot in self._slots]

    def block(self, key: str) -> Block | None:
        """The block of a stop, built now if need be; None for a stop that is not here."""
        slot = self._by_key.get(key)
        if slot is None:
            return None
        if slot.block is None:
            self._make(slot)
            self.arrange()
        return slot.block

    def _make(self, slot: _Slot) -> None:
        block = self._build(slot.stop)
        block.setParent(self.sheet)
        block.taller.connect(self._taller)
        after = next((later.block for later in self._slots_after(slot) if later.block is not None), None)
        if after is not None:
            # Screen readers go by the order of children.
            block.stackUnder(after)
        slot.block, slot.known = block, False
        block.show()

    def _slots_after(self, slot: _Slot) -> Iterator[_Slot]:
        yield from islice(self._slots, slot.at + 1, None)

    # Where it stands

    def width_inside(self) -> int:
        """The width of the questions in px."""
        return max(min(self.viewport().width() - 2 * SIDE, theme.u(WIDEST)), 120)

    def relay(self) -> None:
        """Measure everything anew."""
        self._alike.clear()
        self._tops = []
        for slot in self._slots:
            slot.known = False
            if slot.block is None:
                slot.height = 0
        self.arrange()
        self._settle()

    def _taller(self) -> None:
        sender = self.sender()
        for slot in self._slots:
            if slot.block is sender:
                slot.known = False
        self.arrange()

    def arrange(self) -> None:
        """Place everything, then build what has come into view."""
        if self._busy:
            return
        self._busy = True
        self._place()
        self._busy = False
        self._fill()

    def _place(self, made: Sequence[_Slot] = ()) -> None:
        """Place everything; only from the first to the last of the slots just `made`, if nothing below them moves."""
        width, inside = self.viewport().width(), self.width_inside()
        left = (width - inside) // 2
        anchor, offset = self._anchor()
        rows = self._rows(inside)
        first, last = 0, len(rows)
        if made and len(self._tops) == len(rows):
            first, last = made[0].row, made[-1].row
        y = self._tops[first] if first else TOP
        tops = self._tops[:first]
        for number in range(first, len(rows)):
            if number > last and y == self._tops[number]:
                tops += self._tops[number:]
                y = self.sheet.height() - theme.XXL
                break
            row = rows[number]
            tops.append(y)
            y += row.gap
            slot = row.parts[0][0]
            if slot.block is None and slot.height and len(row.parts) == 1:
                # Of a thousand instances nearly all are like this.
                slot.y = y
                y += slot.height
                continue
            tallest = 0
            for slot, x, wide in row.parts:
                measured = self._measure(slot, wide)
                slot.y = y
                if slot.block is not None:
                    slot.block.setGeometry(left + x, y, wide, slot.height)
                    if measured:
                        slot.block.place()
                tallest = max(tallest, slot.height)
            y += tallest
        self._tops = tops
        self.sheet.resize(width, y + theme.XXL)
        if anchor is not None:
            self.verticalScrollBar().setValue(anchor.y - offset)

    def _rows(self, inside: int) -> list[_Row]:
        """What stands beside each other: cut anew only for other stops, another width or direction."""
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        cut_for = (inside, rtl, theme.look.scale)
        if cut_for == self._cut_for and self._cut:
            return self._cut
        self._cut, self._cut_for = [], cut_for
        number = 0
        while number < len(self._slots):
            beside = self._beside(number, inside)
            x, parts = 0, []
            for slot, wide in beside:
                slot.row = len(self._cut)
                parts.append((slot, inside - x - wide if rtl else x, wide))
                x += wide + theme.L
            self._cut.append(_Row(theme.XS if number == 0 else self._gap(number), parts))
            number += len(beside)
        return self._cut

    def _beside(self, number: int, inside: int) -> list[tuple[_Slot, int]]:
        """The slots from `number` on whose widths go into one row of twelve twelfths, if the page is wide enough."""
        found: list[tuple[_Slot, int]] = []
        taken = 0
        for at in range(number, len(self._slots)):
            slot = self._slots[at]
            part = slot.stop.width
            wide = (inside + theme.L) * part // TWELFTHS - theme.L
            if not part or wide < theme.u(LEAST_BESIDE) or taken + part > TWELFTHS:
                break
            taken += part
            found.append((slot, wide))
        return found or [(self._slots[number], inside)]

    def _gap(self, number: int) -> int:
        kind, before = self._slots[number].stop.kind, self._slots[number - 1].stop.kind
        if before == "fold" and not within(self._slots[number].stop.field, self._slots[number - 1].stop.field):
            return GAPS[kind]
        if before in ("heading", "fold", "instance") and kind in ("question", "grid"):
            return 16 if before == "instance" else 8
        return GAPS[kind]

    def _measure(self, slot: _Slot, inside: int) -> bool:
        """Find the height of a slot; whether it had to be measured anew."""
        if slot.block is None:
            # What was seen before and put away is as tall as it was.
            slot.height = slot.height or self._alike.get(_alike(slot.stop), 0) or theme.u(GUESSES[slot.stop.kind])
            return False
        if slot.known and slot.block.width() == inside:
            return False
        slot.height, slot.known = slot.block.height_for(inside), True
        if "[" in slot.stop.field:
            self._guess(slot)
        return True

    def _guess(self, slot: _Slot) -> None:
        """Nobody has seen the same question in other instances: it is probably as tall there."""
        alike, height = _alike(slot.stop), slot.height
        if alike in self._alike:
            return
        self._alike[alike] = height
        for other in self._slots:
            if other.block is None and not other.known and _alike(other.stop) == alike:
                other.height = height

    def _anchor(self) -> tuple[_Slot | None, int]:
        """A slot in view and how far down it is: it stays there while those above change their height.

        The one that has the focus if it is in view, else the first.
        """
        top, tall = self.verticalScrollBar().value(), self.viewport().height()
        if top <= TOP:
            return None, 0
        held = self._by_key.get(self._held.stop.key) if self._held is not None else None
        if held is not None and held.block is self._held and top <= held.y <= top + tall:
            return held, held.y - top
        slot = next((slot for slot in self._between(top, top + tall) if slot.y + slot.height > top), None)
        return slot, slot.y - top if slot is not None else 0

    def _between(self, top: int, bottom: int) -> list[_Slot]:
        """The slots in this part of the sheet, and some above it."""
        if not self._tops:
            return self._slots
        rows = self._cut[max(bisect_right(self._tops, top) - 2, 0) : bisect_left(self._tops, bottom)]
        return [part[0] for row in rows for part in row.parts]

    def _fill(self) -> None:
        """Build what is in view or nearly so."""
        if self._busy or not self.isVisible():
            return
        self._busy = True
        while found := self._unseen():
            for slot in found:
                self._make(slot)
            self._place(found)
        self._thin()
        self._busy = False

    def _thin(self) -> None:
        """Put away what was built and is far from view, once there is much of it."""
        built = [slot for slot in self._slots if slot.block is not None]
        if len(built) <= MOST_BUILT:
            return
        top, tall = self.verticalScrollBar().value(), self.viewport().height()
        near, holder = KEPT_SCREENS * tall, self.focusWidget()
        for slot in built:
            block = slot.block
            if block is None or block is self._held or block.isAncestorOf(holder or self):
                continue
            if slot.y + slot.height < top - near or slot.y > top + tall + near:
                # What is typed is handed over when the focus leaves, so nothing waits in it.
                block.hide()
                block.deleteLater()
                slot.block, slot.known = None, False

    def _unseen(self) -> list[_Slot]:
        tall = self.viewport().height()
        top = self.verticalScrollBar().value() - round(tall * AHEAD)
        bottom = self.verticalScrollBar().value() + round(tall * (1 + AHEAD))
        near = [slot for slot in self._between(top, bottom) if slot.y < bottom and slot.y + slot.height > top]
        return [slot for slot in near if slot.block is None]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # Keys move the focus, and the page follows.
        event.ignore()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.arrange()
        self._settle()

    def showEvent(self, event: object) -> None:
        self.arrange()

    # Where the person is

    def here(self) -> Block | None:
        """The block that has the focus."""
        holder = self.focusWidget()
        if holder is None or not self.isAncestorOf(holder) or not holder.hasFocus():
            return None
        return self.block_of(holder)

    def block_of(self, widget: QWidget | None) -> Block | None:
        """The block that `widget` lies in."""
        while widget is not None and widget.parentWidget() is not self.sheet:
            widget = widget.parentWidget()
        return next((block for block in self.blocks() if block is widget), None)

    def go(self, key: str, *, backwards: bool = False) -> bool:
        """Bring the focus to a stop; False if it is not here or cannot take it."""
        block = self.block(key)
        if block is None or not block.can_focus():
            return False
        block.take_focus(backwards=backwards)
        self.reveal(block)
        return True

    def neighbour(self, key: str, *, backwards: bool = False) -> str:
        """The next stop that can take the focus, empty at the end. An unknown `key` starts at the end it comes from."""
        keys = [slot.stop.key for slot in self._slots]
        if backwards:
            keys.reverse()
        start = keys.index(key) + 1 if key in self._by_key else 0
        for candidate in keys[start:]:
            block = self.block(candidate)
            if block is not None and block.can_focus():
                return candidate
        return ""

    def focusNextPrevChild(self, forwards: bool) -> bool:
        block = self.here()
        if block is not None:
            if block.tab(backwards=not forwards):
                return True
            key = self.neighbour(block.stop.key, backwards=not forwards)
            if key:
                return self.go(key, backwards=not forwards)
        return super().focusNextPrevChild(forwards)

    def reveal(self, block: Block) -> None:
        """Scroll so that a block is seen whole, with some of what comes before and after."""
        bar = self.verticalScrollBar()
        self._slide.stop()
        self._held = block
        before = bar.value()
        # What is built on the way has its real height only now, which may move the block again.
        for _attempt in range(ATTEMPTS):
            wanted = self._wanted(block)
            if wanted is None:
                break
            bar.setValue(wanted)
        after = bar.value()
        if theme.look.motion and self.isVisible() and 0 < abs(after - before) <= self.viewport().height():
            self._slide.setStartValue(before)
            self._slide.setEndValue(after)
            bar.setValue(before)
            self._slide.start()

    def show_top(self, key: str) -> None:
        """Show the page from its top, unless what stands there pushes the stop with the focus out of sight."""
        block = self.block(key)
        if block is not None and block.y() + min(block.height(), theme.u(HEAD_SEEN)) <= self.viewport().height():
            self.verticalScrollBar().setValue(0)

    def _wanted(self, block: Block) -> int | None:
        """Where to scroll so that a block is seen, None if it is."""
        now, tall = self.verticalScrollBar().value(), self.viewport().height()
        top, bottom = block.y(), block.y() + block.height()
        margin = min(theme.u(72), max((tall - block.height()) // 2, 8))
        most = max(self.sheet.height() - tall, 0)
        if top - margin < now or block.height() + margin > tall:
            wanted = top - margin
        elif bottom + margin > now + tall:
            wanted = bottom + margin - tall
        else:
            return None
        wanted = min(max(wanted, 0), most)
        return None if wanted == now else wanted

    def _settle(self) -> None:
        """After a slide or another size: what was built or measured may have moved the block out of sight."""
        if self._held is not None and (wanted := self._wanted(self._held)) is not None:
            self.verticalScrollBar().setValue(wanted)
