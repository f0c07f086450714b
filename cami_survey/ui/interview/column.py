"""The questions below each other. Only what is seen is built; the focus leads, the page follows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING

from PySide6.QtCore import QEasingCurve, QPoint, QPropertyAnimation, Qt
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from cami_survey.ui import theme
from cami_survey.ui.interview.placing import TOP, Placing, Slot

if TYPE_CHECKING:
    from cami_survey.ui.interview.block import Block
    from cami_survey.ui.interview.flow import Stop

SIDE, WIDEST = 32, 880
AHEAD = 0.6
# From so many blocks on those further away than some screens are put away.
MOST_BUILT, KEPT_SCREENS = 120, 3
# A question is seen as long as its words and the first of its answers are.
HEAD_SEEN = 150
SCROLL_MS, ATTEMPTS = 120, 5

Anchor = tuple[Slot, int] | None
"""A slot that is seen, and how far down."""


class Column(QScrollArea):
    """Shows stops. `build` makes the block of a stop when it is about to be seen.

    `renew` brings a block up to date that was out of sight and comes back.
    """

    def __init__(self, build: Callable[[Stop], Block], renew: Callable[[Block], object] = lambda _block: None) -> None:
        super().__init__()
        self._build, self._renew = build, renew
        self._placing = Placing()
        # Blocks of stops that are not shown at present, and those of them that just came back.
        self._folded: dict[str, Block] = {}
        self._back: list[Block] = []
        self._busy = False
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
        if self._placing.stops() == list(stops):
            return
        seen = list(self._anchors())
        going = self._placing.show(stops, self._slot)
        self._let_go([slot.block for slot in going if slot.block is not None])
        for slot in going:
            if slot.block is not None:
                slot.block.hide()
                self._folded[slot.stop.key] = slot.block
        self._renew_all()
        self.arrange(next((anchor for anchor in seen if self._stands(anchor[0])), None))

    def _renew_all(self) -> None:
        back, self._back = self._back, []
        self._busy = True
        for block in back:
            self._renew(block)
        self._busy = False

    def _slot(self, stop: Stop) -> Slot:
        block = self._folded.pop(stop.key, None)
        if block is not None:
            block.show()
            self._back.append(block)
        return Slot(stop, block)

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
        self._placing.clear()
        self._held = None
        self._folded.clear()
        self.verticalScrollBar().setValue(0)

    def blocks(self) -> Iterator[Block]:
        """The blocks that were built, from top to bottom."""
        return (slot.block for slot in self._placing.built() if slot.block is not None)

    def built(self, key: str) -> Block | None:
        """The block of a stop, if it was built."""
        slot = self._placing.by_key.get(key)
        return slot.block if slot is not None else None

    def stops(self) -> list[Stop]:
        """The stops shown."""
        return self._placing.stops()

    def stops_from(self, key: str) -> list[Stop]:
        """The stops from the one of this key on; all if it is not here."""
        slot = self._placing.by_key.get(key)
        return self._placing.stops(slot.at if slot is not None else 0)

    def block(self, key: str) -> Block | None:
        """The block of a stop, built now if need be; None for a stop that is not here."""
        slot = self._placing.by_key.get(key)
        if slot is None:
            return None
        if slot.block is None:
            self._make(slot)
            self.arrange()
        return slot.block

    def _make(self, slot: Slot) -> None:
        block = self._build(slot.stop)
        block.setParent(self.sheet)
        block.taller.connect(self._taller)
        after = next((later.block for later in self._placing.built() if later.at > slot.at), None)
        if after is not None:
            # Screen readers go by the order of children.
            block.stackUnder(after)
        self._placing.give(slot, block)
        block.show()

    # Where it stands

    def width_inside(self) -> int:
        """The width of the questions in px."""
        return max(min(self.viewport().width() - 2 * SIDE, theme.u(WIDEST)), 120)

    def relay(self) -> None:
        """Measure everything anew."""
        self._placing.measure_all()
        self.arrange()
        self._settle()

    def _taller(self) -> None:
        sender = self.sender()
        for slot in self._placing.built():
            if slot.block is sender:
                self._placing.measure_again(slot)
        self.arrange()

    def arrange(self, anchor: Anchor = None) -> None:
        """Place everything, then build what has come into view; `anchor` stays where it is seen."""
        if self._busy:
            return
        self._busy = True
        self._place(anchor)
        self._busy = False
        self._fill()

    def _place(self, anchor: Anchor = None) -> None:
        anchor = anchor or next(self._anchors(), None)
        width, inside = self.viewport().width(), self.width_inside()
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        self._placing.place(inside, (width - inside) // 2, rtl=rtl)
        self.sheet.resize(width, self._placing.bottom + theme.XXL)
        if anchor is not None:
            slot, offset = anchor
            self.verticalScrollBar().setValue(slot.y - offset)

    def _anchors(self) -> Iterator[tuple[Slot, int]]:
        """Slots that are seen and how far down: the first stays there while those above change their height.

        The one that has the focus if it is seen, then the others; at the very top the page stays.
        """
        top, tall = self.verticalScrollBar().value(), self.viewport().height()
        if top > TOP:
            held = self._placing.by_key.get(self._held.stop.key) if self._held is not None else None
            if held is not None and held.block is self._held and top <= held.y <= top + tall:
                yield held, held.y - top
            yield from ((slot, slot.y - top) for slot in self._placing.between(top, top + tall))

    def _stands(self, slot: Slot) -> bool:
        return self._placing.by_key.get(slot.stop.key) is slot

    def _fill(self) -> None:
        """Build what is in view or nearly so."""
        if self._busy or not self.isVisible():
            return
        self._busy = True
        while found := self._unseen():
            for slot in found:
                self._make(slot)
            self._place()
        self._thin()
        self._busy = False

    def _thin(self) -> None:
        """Put away what was built and is far from view, once there is much of it."""
        built = self._placing.built()
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
                self._placing.give(slot, None)

    def _unseen(self) -> list[Slot]:
        tall = self.viewport().height()
        top = self.verticalScrollBar().value() - round(tall * AHEAD)
        bottom = self.verticalScrollBar().value() + round(tall * (1 + AHEAD))
        return [slot for slot in self._placing.between(top, bottom) if slot.block is None]

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
        slots, slot = self._placing.slots, self._placing.by_key.get(key)
        order = slots[::-1] if backwards else [*slots]
        start = 0 if slot is None else len(slots) - slot.at if backwards else slot.at + 1
        for candidate in islice(order, start, None):
            block = self.block(candidate.stop.key)
            if block is not None and block.can_focus():
                return candidate.stop.key
        return ""

    def enter(self, *, backwards: bool) -> bool:
        """Bring the focus to the first stop of the page, or to the last; False where nothing takes it."""
        key = self.neighbour("", backwards=backwards)
        return bool(key) and self.go(key, backwards=backwards)

    def focusNextPrevChild(self, forwards: bool) -> bool:
        block = self.here()
        if block is not None:
            if block.tab(backwards=not forwards):
                self._reveal_part(block)
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

    def _reveal_part(self, block: Block) -> None:
        """Scroll so that what has the keys inside a block is seen whole: a block may be taller than the window."""
        part = block.focusWidget()
        if part is None or not block.isAncestorOf(part):
            return
        top = part.mapTo(self.sheet, QPoint()).y()
        wanted = self._wanted_at(top, top + part.height(), theme.S)
        if wanted is not None:
            self._slide.stop()
            self._held = None
            self.verticalScrollBar().setValue(wanted)

    def show_top(self, key: str) -> None:
        """Show the page from its top, unless what stands there pushes the stop with the focus out of sight."""
        block = self.block(key)
        if block is not None and block.y() + min(block.height(), theme.u(HEAD_SEEN)) <= self.viewport().height():
            self.verticalScrollBar().setValue(0)

    def _wanted(self, block: Block) -> int | None:
        """Where to scroll so that a block is seen, None if it is."""
        return self._wanted_at(block.y(), block.y() + block.height(), theme.u(72))

    def _wanted_at(self, top: int, bottom: int, around: int) -> int | None:
        """Where to scroll so that what lies between is seen with so much `around` it, None if it is."""
        now, tall = self.verticalScrollBar().value(), self.viewport().height()
        margin = min(around, max((tall - (bottom - top)) // 2, 8))
        most = max(self.sheet.height() - tall, 0)
        if top - margin < now or bottom - top + margin > tall:
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
