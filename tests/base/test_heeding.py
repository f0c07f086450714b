"""Long computing can be stopped from where it is waited for."""

from __future__ import annotations

import threading

import pytest

from cami_survey.base.heeding import HEEDED_EVERY, heed, heeded, heeding


class EnoughError(Exception):
    """Somebody thought better of it."""


def test_who_waits_is_asked_as_long_as_they_wait_and_nobody_else() -> None:
    asked: list[str] = []
    with heeding(lambda: asked.append("outer")):
        heed()
        with heeding(lambda: asked.append("inner")):
            heed()
        other = threading.Thread(target=heed)
        other.start()
        other.join()
        heed()
    heed()
    assert asked == ["outer", "inner", "outer"]


def test_rows_are_the_same_and_a_long_list_is_left_in_the_middle() -> None:
    rows = range(3 * HEEDED_EVERY)
    assert list(heeded(rows)) == list(rows)
    left = iter([False, False, True])
    seen: list[int] = []

    def step() -> None:
        if next(left):
            raise EnoughError

    with pytest.raises(EnoughError), heeding(step):
        seen.extend(heeded(rows))
    assert len(seen) == 2 * HEEDED_EVERY
