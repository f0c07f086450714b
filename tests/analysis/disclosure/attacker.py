"""Somebody who knows every total of a table and every figure that is shown, and how to solve a linear programme.

Exact, in fractions: what is found to be the only possible value is that.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

Place = tuple[int, int]


def extremes(hidden: Mapping[Place, int], place: Place, *, rows: bool, columns: bool) -> tuple[Fraction, Fraction]:
    """The least and the most that may stand at a hidden place where the totals of rows, of columns or both are known.

    What has no bound is told as more than all hidden counts together.
    """
    order = list(hidden)
    lines = [[*line] for line in _lines(order, rows=rows, columns=columns)]
    # One slack for what all together are bounded by, so that there is always an end.
    bound = sum(hidden.values()) + 1
    matrix = [[Fraction(place in line) for place in order] + [Fraction(0)] for line in lines]
    matrix.append([Fraction(1)] * (len(order) + 1))
    totals = [Fraction(sum(hidden[place] for place in line)) for line in lines] + [Fraction(bound)]
    wish = [Fraction(one == place) for one in order] + [Fraction(0)]
    most = _largest(matrix, totals, wish)
    return -_largest(matrix, totals, [-one for one in wish]), most


def _lines(places: Sequence[Place], *, rows: bool, columns: bool) -> Iterable[set[Place]]:
    for known, at in ((rows, 0), (columns, 1)):
        for line in sorted({place[at] for place in places}) if known else ():
            yield {place for place in places if place[at] == line}


def _largest(matrix: Sequence[Sequence[Fraction]], totals: Sequence[Fraction], wish: Sequence[Fraction]) -> Fraction:
    """The largest wish . x with matrix . x = totals and no x below nothing: the simplex method by Bland's rule."""
    width, height = len(wish), len(totals)
    table = [
        [*row, *(Fraction(one == at) for one in range(height)), total]
        for at, (row, total) in enumerate(zip(matrix, totals, strict=True))
    ]
    basis = [width + at for at in range(height)]
    helpers = [Fraction(0)] * width + [Fraction(-1)] * height
    assert _climb(table, basis, helpers, width + height) == 0, "the true counts fit the totals"
    # A helper that stays in the basis is nothing and stays so: its row binds what the others may do.
    for at, one in enumerate(basis):
        if one >= width:
            into = next((column for column in range(width) if table[at][column]), None)
            if into is not None:
                _pivot(table, basis, at, into)
    return _climb(table, basis, [*wish, *[Fraction(0)] * height], width)


def _climb(table: list[list[Fraction]], basis: list[int], wish: Sequence[Fraction], width: int) -> Fraction:
    """Go from corner to corner as long as that helps; what the wish comes to there."""
    while True:
        gains = (
            (at, wish[at] - sum(wish[one] * row[at] for one, row in zip(basis, table, strict=True)))
            for at in range(width)
        )
        into = next((at for at, gain in gains if gain > 0), None)
        if into is None:
            return sum((wish[one] * row[-1] for one, row in zip(basis, table, strict=True)), Fraction(0))
        ratios = [(row[-1] / row[into], basis[at], at) for at, row in enumerate(table) if row[into] > 0]
        _pivot(table, basis, min(ratios)[2], into)


def _pivot(table: list[list[Fraction]], basis: list[int], out: int, into: int) -> None:
    scale = table[out][into]
    table[out] = [one / scale for one in table[out]]
    for at, row in enumerate(table):
        if at != out and row[into]:
            times = row[into]
            table[at] = [one - times * other for one, other in zip(row, table[out], strict=True)]
    basis[out] = into
