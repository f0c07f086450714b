"""Columns of texts: whatever is asked of them, lists of the same texts answer it the same way."""

from __future__ import annotations

from collections import Counter
from statistics import median_high, median_low

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from cami_survey.analysis.factor import (
    Factor,
    by_code,
    crossed,
    different,
    filled,
    first_rows,
    joined,
    middles,
    numbered,
    once_each,
    parted,
    reached,
    runs,
    shared_out,
    split,
    summed,
    totals,
    turned_up,
)

WORDS = st.sampled_from(["", "a", "b", "a b", "b a", "@refused", "дзерен", "a a"])
TEXTS = st.lists(WORDS, max_size=40)


@given(TEXTS, TEXTS)
def test_columns_are_their_texts(one: list[str], other: list[str]) -> None:
    first, second = Factor.of(one), Factor.of(other)
    assert list(first) == one
    assert [first[place] for place in range(len(first))] == one
    assert list(first[1:]) == one[1:]
    assert [first.count(text) for text in ("", "a", "not there")] == [
        one.count(text) for text in ("", "a", "not there")
    ]
    assert list(joined([first, second])) == one + other
    assert list(joined([first, second]).levels) == list(dict.fromkeys(one + other))
    assert list(Factor.blank(3)) == ["", "", ""]


@given(TEXTS, st.data())
def test_rows_are_taken_by_mask_and_by_number(texts: list[str], data: st.DataObject) -> None:
    column = Factor.of(texts)
    mask = data.draw(st.lists(st.booleans(), min_size=len(texts), max_size=len(texts)))
    wanted = [text for text, taken in zip(texts, mask, strict=True) if taken]
    taken = column.take(np.array(mask, np.bool_))
    assert list(taken) == wanted
    assert taken.counted() == Counter(wanted)
    assert taken.present() == [text for text in column.levels if text in wanted]
    order = data.draw(st.permutations(range(len(texts))))
    assert list(column.take(np.array(order, np.int32))) == [texts[place] for place in order]


@given(TEXTS)
def test_what_is_asked_of_texts_is_answered_for_rows(texts: list[str]) -> None:
    column = Factor.of(texts)
    assert column.where(bool).tolist() == list(map(bool, texts))
    assert column.among(("a", "b a")).tolist() == [text in ("a", "b a") for text in texts]
    assert column.on({"a": 3, "b": 0}, -1).tolist() == [{"a": 3, "b": 0}.get(text, -1) for text in texts]
    assert Factor.of([*texts, "12", "٣", "1" * 13]).amounts().tolist() == [-1] * len(texts) + [12, 3, -1]
    renamed = column.renamed(lambda text: text[:1])
    assert list(renamed) == [text[:1] for text in texts]
    assert len(set(renamed.levels)) == len(renamed.levels)
    assert dict(zip(column.levels, column.tally().tolist(), strict=True)) == Counter(texts)
    assert [(text, rows.tolist()) for text, rows in column[1:].parts().items()] == [
        (text, [place for place, one in enumerate(texts[1:]) if one == text]) for text in dict.fromkeys(texts[1:])
    ]


@given(TEXTS)
def test_words_of_a_row_stand_behind_each_other(texts: list[str]) -> None:
    rows, words = split(Factor.of(texts))
    told = [(row, word) for row, text in enumerate(texts) for word in text.split()]
    assert list(zip(rows.tolist(), words, strict=True)) == told


@given(st.lists(st.tuples(WORDS, WORDS, WORDS), max_size=40))
def test_combinations_are_numbered_as_they_turn_up(rows: list[tuple[str, str, str]]) -> None:
    columns = [Factor.of(row[place] for row in rows) for place in range(3)]
    codes, combinations = crossed(*columns)
    assert combinations == list(dict.fromkeys(rows))
    assert [combinations[code] for code in codes.tolist()] == rows
    parts = parted(codes, len(combinations))
    assert [part.tolist() for part in parts] == [
        [place for place, row in enumerate(rows) if row == combination] for combination in combinations
    ]


@given(st.lists(st.tuples(WORDS, WORDS), max_size=40))
def test_what_is_not_answered_is_taken_from_elsewhere(rows: list[tuple[str, str]]) -> None:
    column = filled(Factor.of(one for one, _other in rows), Factor.of(other for _one, other in rows))
    assert list(column) == [one or other for one, other in rows]


@given(st.lists(st.one_of(st.integers(0, 5), st.integers(0, 10**12)), max_size=40))
def test_ids_are_numbered_as_they_turn_up(ids: list[int]) -> None:
    codes, firsts = numbered(np.array(ids, np.int64))
    distinct = list(dict.fromkeys(ids))
    assert codes.tolist() == list(map(distinct.index, ids))
    assert firsts.tolist() == list(map(ids.index, distinct))


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(-5, 100)), max_size=40))
def test_amounts_of_an_interview_are_added(rows: list[tuple[int, int]]) -> None:
    interviews, sums = totals(
        np.array([one for one, _amount in rows], np.int32), np.array([amount for _one, amount in rows], np.int64)
    )
    wanted: dict[int, int] = {}
    for one, amount in sorted(rows):
        wanted[one] = wanted.get(one, 0) + amount
    assert dict(zip(interviews.tolist(), sums.tolist(), strict=True)) == wanted
    assert interviews.tolist() == list(wanted)


CODES = st.lists(st.integers(0, 9) | st.integers(0, 2**62), max_size=40)
FEW = st.lists(st.integers(0, 5), max_size=40)


@given(CODES)
def test_rows_stand_in_the_order_of_their_codes(codes: list[int]) -> None:
    array = np.array(codes, np.int64)
    assert by_code(array).tolist() == sorted(range(len(codes)), key=codes.__getitem__)
    order, starts = runs(array)
    assert order.tolist() == by_code(array).tolist()
    assert array[order][starts].tolist() == sorted(set(codes))
    assert different(array).tolist() == sorted(set(codes))
    sizes = [codes.count(code) for code in sorted(set(codes))]
    shared = shared_out(array[order], np.array(sizes, np.int64))
    assert [part.tolist() for part in shared] == [[code] * codes.count(code) for code in sorted(set(codes))]


@given(FEW)
def test_codes_are_found_where_they_turn_up(codes: list[int]) -> None:
    array = np.array(codes, np.int32)
    assert first_rows(array, 6).tolist() == [codes.index(code) if code in codes else len(codes) for code in range(6)]
    assert turned_up(array, 6).tolist() == list(dict.fromkeys(codes))


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 9)), max_size=40))
def test_a_group_has_each_thing_once(rows: list[tuple[int, int]]) -> None:
    groups, things = (np.array([row[side] for row in rows], np.int32) for side in (0, 1))
    assert once_each(groups, things).tolist() == [rows.index(row) for row in sorted(set(rows))]


@given(st.lists(st.tuples(st.integers(0, 4), st.floats(-1e9, 1e9)), max_size=40))
def test_values_are_added_in_the_order_of_rows(rows: list[tuple[int, float]]) -> None:
    expected = [0.0] * 5
    for code, value in rows:
        expected[code] += value
    codes, values = np.array([row[0] for row in rows], np.int64), np.array([row[1] for row in rows])
    assert summed(codes, values, 5).tolist() == expected


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 4)), max_size=40))
def test_medians_of_groups_are_those_of_their_levels(rows: list[tuple[int, int]]) -> None:
    groups, levels = (np.array([row[side] for row in rows], np.int64) for side in (0, 1))
    lower, upper = middles(reached(levels, groups, 5, 4))
    said = [[level for of, level in rows if of == group] for group in range(5)]
    assert lower.tolist() == [median_low(one or [0]) for one in said]
    assert upper.tolist() == [median_high(one or [0]) for one in said]
