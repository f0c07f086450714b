"""Where stops stand: whatever is shown after whatever else stands as if it had been shown at once."""

from __future__ import annotations

from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as some

from cami_survey.ui.interview.flow import Stop
from cami_survey.ui.interview.placing import Placing, Slot

INSIDE, LEFT = 800, 10
STOPS = some.lists(
    some.one_of(
        some.integers(0, 30).map(lambda n: Stop("question", f"/data/r[k{n}]/a", width=(0, 2, 1)[n % 3])),
        some.integers(0, 30).map(lambda n: Stop("instance", f"/data/r[k{n}]")),
    ),
    max_size=20,
    unique_by=lambda stop: stop.key,
)


def shown(*pages: list[Stop]) -> Placing:
    """What was shown after each other, each placed."""
    placing = Placing()
    for stops in pages:
        placing.show(stops, Slot)
        placing.place(INSIDE, LEFT, rtl=False)
    return placing


def places(placing: Placing) -> list[tuple[str, int, int]]:
    return [(slot.stop.key, slot.y, slot.height) for slot in placing.slots]


@pytest.mark.usefixtures("qapp")
@given(some.lists(STOPS, min_size=1, max_size=4))
def test_what_is_shown_after_something_else_stands_as_if_shown_at_once(pages: list[list[Stop]]) -> None:
    placing, alone = shown(*pages), shown(pages[-1])
    assert (places(placing), placing.bottom) == (places(alone), alone.bottom)
    assert placing.stops() == pages[-1]
    assert [slot.at for slot in placing.slots] == list(range(len(pages[-1])))
    assert {slot.stop.key: slot for slot in placing.slots} == placing.by_key
    assert placing.between(0, placing.bottom) == placing.slots


@pytest.mark.usefixtures("qapp")
def test_what_stays_keeps_its_slot_and_the_rest_goes() -> None:
    first, second, third = (Stop("question", f"/data/{name}") for name in "abc")
    placing = shown([first, second])
    kept = placing.by_key[second.key]
    assert [slot.stop for slot in placing.show([third, second], Slot)] == [first]
    assert placing.by_key[second.key] is kept
    assert first.key not in placing.by_key


class Tall:
    """A block that is as tall as it is told."""

    def __init__(self, height: int) -> None:
        self.height, self.lead = height, 0

    def words_height(self, _width: int) -> int:
        return 0

    def width(self) -> int:
        return 0

    def height_for(self, _width: int) -> int:
        return self.height

    def setGeometry(self, *_box: int) -> None:
        """Where it stands is asked of its slot."""

    def place(self) -> None:
        """Nothing lies in it."""


@pytest.mark.usefixtures("qapp")
@given(STOPS.filter(len), some.data())
def test_what_gets_taller_moves_what_is_below(stops: list[Stop], data: some.DataObject) -> None:
    from cami_survey.ui.interview.block import Block

    placing = shown(stops)
    at = data.draw(some.integers(0, len(stops) - 1))
    placing.give(placing.slots[at], cast(Block, Tall(777)))
    placing.place(INSIDE, LEFT, rtl=False)
    again = places(placing)
    placing.measure_again(placing.slots[0])
    placing.place(INSIDE, LEFT, rtl=False)
    assert placing.slots[at].height == 777
    assert places(placing) == again
    assert all(slot.y + slot.height <= placing.bottom for slot in placing.slots)
