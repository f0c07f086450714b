"""Long computing can be stopped from where it is waited for."""

from __future__ import annotations

import threading

import pytest

from cami_survey.base.heeding import HEEDED_EVERY, begun, heed, heeded, heeding


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


def test_work_that_cannot_heed_is_waited_for_by_somebody_who_can() -> None:
    may_end, ended, asked = threading.Event(), threading.Event(), list[str]()

    def work() -> str:
        may_end.wait(10)
        ended.set()
        return "done"

    def patience() -> None:
        asked.append("step")
        if len(asked) == 3:
            may_end.set()

    with heeding(patience):
        assert begun(work)() == "done"
    assert len(asked) >= 3, "who waits is asked again and again"
    assert begun(lambda: "at once")() == "at once", "and nobody where nobody does"

    may_end.clear()
    ended.clear()

    def enough() -> None:
        raise EnoughError

    with pytest.raises(EnoughError), heeding(enough):
        begun(work)()
    assert not ended.is_set(), "the wait ends before the work"
    may_end.set()
    assert ended.wait(10)


def test_a_mistake_on_the_other_thread_is_told_to_who_waits() -> None:
    def work() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        begun(work)()
