"""Where the stops of a page stand: cut into rows, one row below the other, and how tall each is or probably will be."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from cami_survey.ui import theme
from cami_survey.ui.interview.flow import INSTANCES, within

if TYPE_CHECKING:
    from cami_survey.ui.interview.block import Block
    from cami_survey.ui.interview.flow import Stop, StopKind

TOP = 20
# Room above a stop, and its height in px at 100 % as long as nobody has seen it.
GAPS: dict[StopKind, int] = {
    "heading": 28, "fold": 20, "question": 26, "grid": 28, "table": 28, "instance": 24, "add": 16,
}  # fmt: skip
GUESSES: dict[StopKind, int] = {
    "heading": 40, "fold": 44, "question": 130, "grid": 260, "table": 260, "instance": 44, "add": 44,
}  # fmt: skip
# Questions stand beside each other as long as each has this width, in px at 100 %.
LEAST_BESIDE = 150


@dataclass(slots=True, eq=False)
class Slot:
    """The place of a stop, with its block once that is built. `known`: its height was measured."""

    stop: Stop
    block: Block | None = None
    y: int = 0
    height: int = 0
    known: bool = False
    # Its place among the slots, and its row.
    at: int = 0
    row: int = 0


class Row(NamedTuple):
    """Slots beside each other, each with where and how wide it is, and the room above them."""

    gap: int
    parts: list[tuple[Slot, int, int]]


@lru_cache(maxsize=20_000)
def _alike(stop: Stop) -> str:
    """What a stop has in common with the same one in other instances."""
    return f"{stop.kind} {INSTANCES.sub('', stop.field)}"


class Placing:
    """The slots from top to bottom. What a change leaves where it was is neither cut nor placed again."""

    def __init__(self) -> None:
        self.slots: list[Slot] = []
        self.by_key: dict[str, Slot] = {}
        # Where the last row ends.
        self.bottom = 0
        self._stops: list[Stop] = []
        self._built: dict[Slot, None] = {}
        # The rows and for what they were cut; where each begins, once it stands.
        self._rows: list[Row] = []
        self._cut_for: tuple[object, ...] = ()
        self._tops: list[int] = []
        # The rows that are to be placed: from the first up to the last; those behind stay if nothing moves.
        self._first, self._last, self._left = 0, 0, 0
        # The height of a question in one instance of a repeat is guessed from that in another.
        self._guessed: dict[str, int] = {}

    # What there is

    def stops(self, start: int = 0) -> list[Stop]:
        """The stops, from top to bottom."""
        return self._stops[start:]

    def built(self) -> list[Slot]:
        """The slots that have a block, from top to bottom."""
        return sorted(self._built, key=lambda slot: slot.at)

    def give(self, slot: Slot, block: Block | None) -> None:
        """Put a block into a slot, or take it out; what was seen and put away is as tall as it was."""
        slot.block, slot.known = block, False
        if block is None:
            self._built.pop(slot, None)
        else:
            self._built[slot] = None
            self.measure_again(slot)

    def clear(self) -> None:
        """No stops at all."""
        self.slots, self._stops, self._rows, self._tops = [], [], [], []
        self.by_key.clear()
        self._built.clear()
        self._first, self._last = 0, 0

    def show(self, stops: Sequence[Stop], make: Callable[[Stop], Slot]) -> list[Slot]:
        """Other stops; slots of those that stay are kept. Those that are needed no more."""
        wanted = list(stops)
        first, same = _ends_alike(self._stops, wanted)
        end = len(self._stops) - same
        going = {slot.stop.key: slot for slot in self.slots[first:end]}
        coming = [self._kept(going, stop, make) for stop in wanted[first : len(wanted) - same]]
        self.slots[first:end], self._stops = coming, wanted
        self._uncut(first)
        for at in range(first, len(self.slots)):
            self.slots[at].at = at
        for key, slot in going.items():
            del self.by_key[key]
            self._built.pop(slot, None)
        self.by_key.update((slot.stop.key, slot) for slot in coming)
        self._built.update((slot, None) for slot in coming if slot.block is not None)
        return list(going.values())

    @staticmethod
    def _kept(going: dict[str, Slot], stop: Stop, make: Callable[[Stop], Slot]) -> Slot:
        """The slot of a stop that stays; a grid may have got other rows."""
        slot = going.pop(stop.key, None)
        if slot is None:
            return make(stop)
        if slot.stop != stop:
            slot.stop, slot.known = stop, False
            if slot.block is not None:
                slot.block.take_stop(stop)
        return slot

    # Rows

    def _uncut(self, first: int) -> None:
        """The slots from `first` on are others: the rows in front of them may be cut differently with what comes."""
        at = first - 1
        while at > 0 and _goes_on(self.slots[at - 1].stop, self.slots[at].stop):
            at -= 1
        start = self.slots[at].row if first and self._rows else 0
        del self._rows[start:]
        self._first, self._last = min(self._first, start), len(self.slots)

    def _cut(self, inside: int, rtl: bool) -> None:
        """Put slots beside each other, as far as that is not done for this width and direction."""
        cut_for = (inside, rtl, theme.look.scale)
        if cut_for != self._cut_for:
            self._cut_for = cut_for
            self._uncut(0)
        number = self._rows[-1].parts[-1][0].at + 1 if self._rows else 0
        while number < len(self.slots):
            beside = self._beside(number)
            widths = _shares([slot.stop.width for slot in beside], inside)
            if min(widths) < theme.u(LEAST_BESIDE):
                for slot in beside:
                    self._add_row([slot], [inside], inside, rtl=rtl)
            else:
                self._add_row(beside, widths, inside, rtl=rtl)
            number += len(beside)

    def _add_row(self, slots: list[Slot], widths: list[int], inside: int, *, rtl: bool) -> None:
        x, parts = 0, []
        for slot, wide in zip(slots, widths, strict=True):
            slot.row = len(self._rows)
            parts.append((slot, inside - x - wide if rtl else x, wide))
            x += wide + theme.L
        self._rows.append(Row(theme.XS if slots[0].at == 0 else self._gap(slots[0].at), parts))

    def _beside(self, number: int) -> list[Slot]:
        """The slots from `number` on that share a row where there is the room, as many as its units hold."""
        found = [self.slots[number]]
        taken = found[0].stop.width
        for slot in islice(self.slots, number + 1, None):
            taken += slot.stop.width
            if taken > slot.stop.units or not _goes_on(found[-1].stop, slot.stop):
                break
            found.append(slot)
        return found

    def _gap(self, number: int) -> int:
        stop, before = self.slots[number].stop, self.slots[number - 1].stop
        if before.kind == "fold" and not within(stop.field, before.field):
            return GAPS[stop.kind]
        if before.kind in ("heading", "fold", "instance") and stop.kind in ("question", "grid"):
            return 16 if before.kind == "instance" else 8
        return GAPS[stop.kind]

    # Places

    def measure_again(self, slot: Slot) -> None:
        """A slot may have another height."""
        slot.known = False
        self._first, self._last = min(self._first, slot.row), max(self._last, slot.row)

    def measure_all(self) -> None:
        """Nothing that was measured or guessed holds."""
        self._guessed.clear()
        for slot in self.slots:
            slot.known = False
            if slot.block is None:
                slot.height = 0
        self._first, self._last = 0, len(self.slots)

    def place(self, inside: int, left: int, *, rtl: bool) -> None:
        """Give every slot its place, in a column `inside` px wide that begins at `left`."""
        if left != self._left:
            self._left, self._first, self._last = left, 0, len(self.slots)
        self._cut(inside, rtl)
        rows, tops, first = self._rows, self._tops, self._first
        if first and first == len(rows):
            return
        y = tops[first] if first else TOP
        stood = tops[first:]
        del tops[first:]
        for number in range(first, len(rows)):
            if number > self._last and y == stood[number - first]:
                tops += stood[number - first :]
                y = self.bottom
                break
            tops.append(y)
            row = rows[number]
            slot = row.parts[0][0]
            if slot.block is None and slot.height and len(row.parts) == 1:
                # Of a thousand instances nearly all are like this.
                slot.y = y + row.gap
                y = slot.y + slot.height
            else:
                y = self._place_row(row, y + row.gap)
        self.bottom = y
        self._first, self._last = len(rows), -1

    @staticmethod
    def _align(row: Row) -> None:
        """Answers beside each other begin at one height, however many lines the words above them take."""
        built = [(slot, slot.block, wide) for slot, _x, wide in row.parts if slot.block is not None]
        if all(slot.known and block.width() == wide for slot, block, wide in built):
            return
        lead = max(block.words_height(wide) for _slot, block, wide in built) if len(row.parts) > 1 else 0
        for slot, block, _wide in built:
            if block.lead != lead:
                block.lead, slot.known = lead, False

    def _place_row(self, row: Row, y: int) -> int:
        self._align(row)
        tallest = 0
        for slot, x, wide in row.parts:
            measured = self._measure(slot, wide)
            slot.y = y
            if slot.block is not None:
                slot.block.setGeometry(self._left + x, y, wide, slot.height)
                if measured:
                    slot.block.place()
            tallest = max(tallest, slot.height)
        return y + tallest

    def _measure(self, slot: Slot, wide: int) -> bool:
        """Find the height of a slot; whether it had to be measured anew."""
        if slot.block is None:
            slot.height = slot.height or self._guessed.get(_alike(slot.stop), 0) or theme.u(GUESSES[slot.stop.kind])
            return False
        if slot.known and slot.block.width() == wide:
            return False
        slot.height, slot.known = slot.block.height_for(wide), True
        if "[" in slot.stop.field:
            self._guess(slot)
        return True

    def _guess(self, slot: Slot) -> None:
        """Nobody has seen the same question in the instances below: it is probably as tall there."""
        alike, height = _alike(slot.stop), slot.height
        if alike in self._guessed:
            return
        self._guessed[alike] = height
        for other in islice(self.slots, slot.at + 1, None):
            if other.block is None and _alike(other.stop) == alike:
                other.height = height
        self._last = len(self.slots)

    def between(self, top: int, bottom: int) -> list[Slot]:
        """The slots that reach into this part of the sheet."""
        first, last = max(bisect_right(self._tops, top) - 1, 0), bisect_left(self._tops, bottom)
        found = [part[0] for row in self._rows[first:last] for part in row.parts]
        return [slot for slot in found if slot.y < bottom and slot.y + slot.height > top]


def _goes_on(before: Stop, stop: Stop) -> bool:
    """Whether a stop may stand beside the one before: both have widths, in the same group."""
    widths = before.width and stop.width and before.units == stop.units
    return bool(widths) and before.field.rpartition("/")[0] == stop.field.rpartition("/")[0]


def _shares(widths: list[int], inside: int) -> list[int]:
    """How many px each of these widths has of a row `inside` px wide: together they fill it, as they do in Enketo."""
    if len(widths) == 1:
        return [inside]
    return [(inside + theme.L) * width // sum(widths) - theme.L for width in widths]


def _ends_alike(before: Sequence[Stop], wanted: Sequence[Stop]) -> tuple[int, int]:
    """How many stops two lists have in common at their beginning, and then at their end."""
    most = min(len(before), len(wanted))
    first = _alike_so_far(before, wanted, most)
    return first, _alike_so_far(reversed(before), reversed(wanted), most - first)


def _alike_so_far(before: Iterable[Stop], wanted: Iterable[Stop], most: int) -> int:
    pairs = enumerate(islice(zip(before, wanted, strict=False), most))
    return next((at for at, (one, other) in pairs if one is not other and one != other), most)
