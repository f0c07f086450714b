"""What has not arrived is found by the gaps in each device's numbers."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from cami_survey.exchange.sequences import gaps, joined, merged, runs, without

NUMBERS = st.sets(st.integers(1, 40))


def numbers(found: list[tuple[int, int]]) -> set[int]:
    return {number for first, last in found for number in range(first, last + 1)}


@given(NUMBERS, NUMBERS)
def test_without_is_the_difference_of_sets(wanted: set[int], here: set[int]) -> None:
    missing = without(runs(wanted), runs(here))
    assert numbers(missing) == wanted - here
    assert missing == joined(missing)


@given(st.lists(st.tuples(st.integers(1, 40), st.integers(0, 5))))
def test_joined_runs_neither_touch_nor_overlap(parts: list[tuple[int, int]]) -> None:
    found = joined((first, first + length) for first, length in parts)
    assert numbers(found) == numbers([(first, first + length) for first, length in parts])
    assert all(end + 1 < start for (_first, end), (start, _last) in pairwise(found))


def test_gaps_name_device_and_range() -> None:
    known = {"b": ((1, 20),), "a": ((1, 3),)}
    assert gaps(known, {"a": [(1, 3)], "b": [(1, 13), (20, 20)]}) == [("b", 14, 19)]
    assert gaps(known, {}) == [("a", 1, 3), ("b", 1, 20)]


def test_reports_of_the_same_gap_count_once() -> None:
    assert merged([("b", 14, 19)], [("b", 15, 25), ("a", 1, 1)]) == (("a", 1, 1), ("b", 14, 25))
