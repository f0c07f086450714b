"""What goes into its cell as it was told is what one would have written from its value."""

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
from cami_survey.analysis.values import READERS, decimal, integer, is_canonical_number, number
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


def xml(columns: Sequence[Sequence[Value]], reader: Reader | None = None, first: int = 2) -> bytes:
    """The rows of a sheet of one column."""
    cells = SheetCells(1, STYLES, SharedTexts(), Counter(), lambda *_about: 0, [reader])
    return b"".join(piece for _rows, piece in cells.pieces([Batch(len(c), [c]) for c in columns], first))


def lines(columns: Sequence[Sequence[Value]], reader: Reader | None = None) -> bytes:
    """The lines of a CSV file of one column."""
    cells = CsvCells(1, Counter(), [reader])
    return b"".join(piece for _rows, piece in cells.pieces([Batch(len(c), [c]) for c in columns]))


def one_by_one(told: Sequence[Sequence[str | None]], typed: Reader) -> list[Value]:
    """The values."""
    return [None if text is None else typed(text) for column in told for text in column]


@given(
    st.lists(st.lists(st.one_of(st.none(), PLAIN, PLAIN, PLAIN, ODD), min_size=1, max_size=6), max_size=4),
    st.sampled_from([integer, decimal, number]),
)
def test_a_column_of_numbers_is_what_its_values_are(told: list[list[str | None]], typed: Reader) -> None:
    if typed is number:
        told = [[text if text and is_canonical_number(text) else None for text in column] for column in told]
    texts = [text for column in told for text in column]
    for reader in (typed, Checked(typed, "/data/q", Tally())):
        # Texts that are no numbers are shared, and numbered as they are met.
        if all(text is None or typed(text).__class__ is not str for text in texts):
            alone = [xml([[value]], first=row) for row, value in enumerate(one_by_one(told, typed), 2)]
            assert xml(told, reader) == b"".join(alone)
        assert lines(told, reader) == b"".join(lines([[value]]) for value in one_by_one(told, typed))


DAYS = st.one_of(
    st.dates().map(str),
    st.datetimes(timezones=st.none() | st.timezones()).map(lambda moment: moment.replace(microsecond=0).isoformat()),
    st.from_regex(
        r"[0-2][0-9]{3}-[01][0-9]-[0-3][0-9](T[0-2][0-9]:[0-6][0-9]:[0-6][0-9]([+-]0[0-6]:[0-6]0)?)?", fullmatch=True
    ),
)
NO_DAYS = st.sampled_from(
    [
        "2024-02-29",
        "2026-02-29",
        "0000-01-01",
        "2026-04-31",
        "2026-02-28T08:30",
        "2026-02-28T08:30:00Z",
        "2026-02-28T24:00:00",
        "2026-02-28T08:30:00.5+06:00",
        "2026-02-28T08:30:00-00:00",
        "soon",
    ]
)


@given(
    st.lists(st.lists(st.one_of(st.none(), DAYS, DAYS, DAYS, NO_DAYS), min_size=1, max_size=4), max_size=4),
    st.sampled_from([READERS["date"], READERS["datetime"]]),
)
def test_a_column_of_days_is_what_its_values_are(told: list[list[str | None]], typed: Reader) -> None:
    for reader in (typed, Checked(typed, "/data/q", Tally())):
        assert lines(told, reader) == b"".join(lines([[value]]) for value in one_by_one(told, typed))


@pytest.mark.parametrize(
    ("typed", "told", "expected"),
    [
        (integer, ["5", None, "-17", "0", "123456789012345"], ["5", None, "-17", "0", "123456789012345"]),
        (decimal, ["0.5", "870.0", "12", None], ["0.5", "870.0", "12.0", None]),
        (number, ["0.5", "12"], ["0.5", "12"]),
        (READERS["date"], ["2026-01-31", None, "2024-02-28"], ["2026-01-31", None, "2024-02-28"]),
        (
            READERS["datetime"],
            ["2026-12-31T23:59:59+06:00", "2026-02-28T08:30:00"],
            ["2026-12-31T23:59:59+06:00", "2026-02-28T08:30:00"],
        ),
        (integer, ["5", "1.0"], None),
        (decimal, ["0.5", "2.50"], None),
        (decimal, ["0.5", "1e5"], None),
    ],
)
def test_most_are_not_read_one_by_one(typed: Reader, told: list[str | None], expected: list[str | None] | None) -> None:
    assert written(told, typed) == expected
