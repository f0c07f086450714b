"""Numbers that go into their cells as they were told are those that one would have written from their values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cami_survey.analysis.columns import Checked
from cami_survey.analysis.model import Value
from cami_survey.analysis.rows import Batch, Reader
from cami_survey.analysis.tally import Tally
from cami_survey.analysis.values import decimal, integer, is_canonical_number, number
from cami_survey.exports.cells import written
from cami_survey.exports.csvcells import CsvCells
from cami_survey.exports.sheetcells import SharedTexts, SheetCells

STYLES = dict.fromkeys(("date", "datetime", "time", "quoted", "strong"), "1")
PLAIN = st.one_of(
    st.integers(-(10**16), 10**16).map(str),
    st.decimals(-(10**8), 10**8, places=3).map(str),
    st.from_regex(r"-?[0-9]{1,3}(\.[0-9]{0,4})?", fullmatch=True),
)
ODD = st.sampled_from(
    ["-0", "-0.0", "007", "2.50", "0.00001", "1e5", "1E-3", "+1", ".5", "5.", "1\n2", "\n", "٣", "many"]
)


def xml(columns: Sequence[Sequence[Value]], reader: Reader | None) -> bytes:
    """The rows of a sheet of one column."""
    cells = SheetCells(1, STYLES, SharedTexts(), Counter(), lambda *_about: 0, [reader])
    return b"".join(piece for _rows, piece in cells.pieces([Batch(len(c), [c]) for c in columns], 2))


def lines(columns: Sequence[Sequence[Value]], reader: Reader | None) -> bytes:
    """The lines of a CSV file of one column."""
    cells = CsvCells(1, Counter(), [reader])
    return b"".join(piece for _rows, piece in cells.pieces([Batch(len(c), [c]) for c in columns]))


@given(
    st.lists(st.lists(st.one_of(st.none(), PLAIN, PLAIN, PLAIN, ODD), min_size=1, max_size=6), max_size=4),
    st.sampled_from([integer, decimal, number]),
)
def test_a_column_of_numbers_is_what_its_values_are(told: list[list[str | None]], typed: Reader) -> None:
    if typed is number:
        told = [[text if text and is_canonical_number(text) else None for text in column] for column in told]
    values = [[None if text is None else typed(text) for text in column] for column in told]
    for reader in (typed, Checked(typed, "/data/q", Tally())):
        assert xml(told, reader) == xml(values, None)
        assert lines(told, reader) == lines(values, None)


@pytest.mark.parametrize(
    ("typed", "told", "expected"),
    [
        (integer, ["5", None, "-17", "0", "123456789012345"], ["5", None, "-17", "0", "123456789012345"]),
        (decimal, ["0.5", "870.0", "12", None], ["0.5", "870.0", "12.0", None]),
        (number, ["0.5", "12"], ["0.5", "12"]),
        (integer, ["5", "1.0"], None),
        (decimal, ["0.5", "2.50"], None),
        (decimal, ["0.5", "1e5"], None),
    ],
)
def test_most_numbers_are_not_read_one_by_one(
    typed: Reader, told: list[str | None], expected: list[str | None] | None
) -> None:
    assert written(told, typed) == expected
