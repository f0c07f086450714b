"""Columns of texts: whatever is asked of them, lists of the same texts answer it the same way."""

from __future__ import annotations

from collections import Counter
from statistics import median_high, median_low

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from cami_survey.analysis.factor import Factor, crossed, filled, joined, middles, parted, split

WORDS = st.sampled_from(["", "a", "b", "a b", "b a", "@refused", "дзерен", "a a"])
TEXTS = st.lists(WORDS, max_size=40)


@given(TEXTS, TEXTS)
def test_columns_are_their_texts(one: list[str], other: list[str]) -> None:
    first, second = Factor.of(one), Factor.of(other)
    assert list(first) == one
    assert [first[place] for place in range(len(first))] == one
    assert list(first[1:]) == one[1:]
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
    assert column.numbers(len).tolist() == list(map(len, texts))
    renamed = column.renamed(lambda text: text[:1])
    assert list(renamed) == [text[:1] for text in texts]
    assert len(set(renamed.levels)) == len(renamed.levels)
    assert dict(zip(column.levels, column.tally().tolist(), strict=True)) == Counter(texts)


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


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 4)), max_size=40))
def test_medians_of_groups_are_those_of_their_levels(rows: list[tuple[int, int]]) -> None:
    groups, levels = (np.array([row[side] for row in rows], np.int64) for side in (0, 1))
    lower, upper = middles(levels, groups, 5, 4)
    said = [[level for of, level in rows if of == group] for group in range(5)]
    assert lower.tolist() == [median_low(one or [0]) for one in said]
    assert upper.tolist() == [median_high(one or [0]) for one in said]
