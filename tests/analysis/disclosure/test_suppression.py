"""What is hidden in tables, against somebody who solves for it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cami_survey.analysis.disclosure import deriving
from cami_survey.analysis.disclosure.deriving import Residual
from cami_survey.analysis.disclosure.suppression import Suppression
from cami_survey.analysis.results import Cell, Column, ResultTable
from tests.analysis.disclosure.attacker import Place, extremes

COUNTS = st.one_of(st.just(0), st.integers(0, 4), st.integers(0, 40))
HIDDEN = st.dictionaries(st.tuples(st.integers(0, 4), st.integers(0, 4)), COUNTS, min_size=1, max_size=9)


@settings(max_examples=25, deadline=None)
@given(HIDDEN, st.booleans(), st.booleans())
def test_a_count_is_given_away_exactly_where_it_has_one_value(
    hidden: dict[Place, int], rows: bool, columns: bool
) -> None:
    graph = Residual(rows=rows, columns=columns)
    for place, count in hidden.items():
        graph.add(place, count)
    for place, count in hidden.items():
        least, most = extremes(hidden, place, rows=rows, columns=columns)
        assert graph.gives_away(place, count) == (least == most), f"{place} is from {least} to {most}"


TABLES = st.integers(1, 4).flatmap(lambda width: st.lists(st.tuples(*[COUNTS] * width), min_size=1, max_size=5))


def table_of(rows: Sequence[Sequence[int]], shares: int = 0) -> ResultTable:
    """A table of counts whose last `shares` columns are shares of 50."""
    width = len(rows[0])
    kinds = ["count" if at < width - shares else "percent" for at in range(width)]
    columns = (Column("name", "Name"), *(Column(f"c{at}", f"C{at}", kind) for at, kind in enumerate(kinds)))  # type: ignore[arg-type]
    cells = tuple(
        (
            Cell(f"row {number}"),
            *(Cell(n) if kind == "count" else Cell(n / 50, 50) for n, kind in zip(row, kinds, strict=True)),
        )
        for number, row in enumerate(rows)
    )
    return ResultTable("t", "T", columns, cells)


def hidden_of(sheet: Suppression) -> set[Place]:
    told = sheet.told()
    return {(row, at - 1) for row, cells in enumerate(told.rows) for at, cell in enumerate(cells) if cell.hidden}


def assert_safe(rows: Sequence[Sequence[int]], columns: range, hidden: set[Place], secret: set[Place]) -> None:
    """None of the secret counts is known to who knows all totals of these columns; where all its lines are hidden whole
    there is nothing left to hide."""
    here = {place: rows[place[0]][place[1]] for place in hidden if place[1] in columns}
    for row, at in sorted(secret & here.keys()):
        along = {(row, one) for one in columns if len(columns) > 1} | {
            (one, at) for one in range(len(rows)) if len(rows) > 1
        }
        if along - here.keys():
            least, most = extremes(here, (row, at), rows=len(columns) > 1, columns=len(rows) > 1)
            assert least < most, f"{row, at} is {least}: {sorted(here)} are hidden"


@settings(max_examples=25, deadline=None)
@given(TABLES, st.integers(0, 5), st.integers(3, 10))
def test_who_solves_for_small_counts_finds_none(rows: list[tuple[int, ...]], shares: int, k: int) -> None:
    width, shares = len(rows[0]), min(shares, len(rows[0]))
    sheet = Suppression(table_of(rows, shares), k)
    small = hidden_of(sheet)
    sheet.protect()
    hidden = hidden_of(sheet)
    assert small <= hidden
    for columns in (range(width - shares), range(width - shares, width)):
        assert_safe(rows, columns, hidden, small)


@settings(max_examples=25, deadline=None)
@given(TABLES, st.lists(st.tuples(st.integers(0, 5), st.integers(0, 4)), max_size=4), st.integers(3, 10))
def test_what_another_sheet_hides_is_hidden_and_protected_too(
    rows: list[tuple[int, ...]], learned: list[Place], k: int
) -> None:
    sheet = Suppression(table_of(rows), k)
    sheet.protect()
    before = hidden_of(sheet)
    for row, at in learned:
        if row < len(rows) and at < len(rows[0]):
            size = rows[row][at]
            sheet.keep({f"row {row}": {(size, "" if size else f"C{at}")}})
    learned_too = hidden_of(sheet)
    sheet.protect()
    after = hidden_of(sheet)
    assert before <= learned_too <= after
    assert {(row, at) for row, at in learned if row < len(rows) and at < len(rows[0])} <= after
    assert_safe(rows, range(len(rows[0])), after, learned_too)


def test_what_is_hidden_is_told_once_and_nothing_by_its_column() -> None:
    sheet = Suppression(table_of([(0, 2, 20, 30)]), 5)
    sheet.protect()
    assert sheet.fresh() == [("row 0", (2, "")), ("row 0", (20, ""))]
    sheet.keep({"row 0": {(0, "C3")}})
    assert sheet.fresh() == [], "that nothing stands in another column says nothing of this one"
    sheet.keep({"row 1": {(30, "")}})
    assert sheet.fresh() == [], "another row says nothing of this one"
    sheet.keep({"row 0": {(0, "C0")}})
    assert sheet.fresh() == [("row 0", (0, "C0"))]


def test_the_way_to_a_safe_table_grows_with_the_table(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every row hides cells that must not follow; none of them is looked for in the whole table."""
    walk = deriving._ways
    steps = 0

    def counted(*about: Any) -> Iterator[int]:
        nonlocal steps
        for node in walk(*about):
            steps += 1
            yield node

    monkeypatch.setattr(deriving, "_ways", counted)
    needed = []
    for length in (100, 1000):
        steps = 0
        sheet = Suppression(table_of([(number % 7, 20 + number % 5, 30, 40) for number in range(length)]), 5)
        sheet.protect()
        assert len(hidden_of(sheet)) > length
        needed.append(steps)
    assert needed[0] > 100
    assert needed[1] < 12 * needed[0]
