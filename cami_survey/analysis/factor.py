"""Columns of few different texts: the different ones, and for each row the number of its own.

What is asked of a column is then asked once of each different text, and rows are counted without Python's help.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from itertools import chain, pairwise
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int32]
"""One number per row, of a level or of an interview."""
Mask = NDArray[np.bool_]
"""One truth value per row."""
Rows = NDArray[Any]
"""Which rows: a mask, or the numbers of rows in the order wanted."""
# Up to so many places for each row a table of all ids is shorter to make than a sorted list of them.
SPARSE = 8
SHORT = 1 << 16


class Levels(dict[str, int]):
    """Text -> its number, in the order in which texts turned up; one that was not seen before gets the next."""

    def __missing__(self, text: str) -> int:
        self[text] = number = len(self)
        return number


class Factor(Sequence[str]):
    """A column of texts. `levels` are all different ones, of which rows that were taken may use a part."""

    __slots__ = ("codes", "levels")

    def __init__(self, levels: Sequence[str], codes: Numbers) -> None:
        self.levels = levels
        self.codes = codes

    @classmethod
    def of(cls, texts: Iterable[str]) -> Factor:
        """The column that has these texts."""
        levels = Levels()
        codes = np.fromiter(map(levels.__getitem__, texts), np.int32)
        return cls(list(levels), codes)

    @classmethod
    def blank(cls, rows: int) -> Factor:
        """A column without answers."""
        return cls([""], np.zeros(rows, np.int32))

    def __len__(self) -> int:
        return len(self.codes)

    def __iter__(self) -> Iterator[str]:
        return map(self.levels.__getitem__, self.codes.tolist())

    @overload
    def __getitem__(self, index: int) -> str: ...

    @overload
    def __getitem__(self, index: slice) -> Factor: ...

    def __getitem__(self, index: int | slice) -> str | Factor:
        if isinstance(index, slice):
            return Factor(self.levels, self.codes[index])
        return self.levels[int(self.codes[index])]

    def __repr__(self) -> str:
        return f"Factor({list(self)!r})"

    def take(self, rows: Rows) -> Factor:
        """The column of these rows."""
        return Factor(self.levels, self.codes[rows])

    def where(self, fits: Callable[[str], bool]) -> Mask:
        """In which rows stands a text that fits."""
        known = np.fromiter(map(fits, self.levels), np.bool_, len(self.levels))
        return known[self.codes]

    def among(self, texts: Collection[str]) -> Mask:
        """In which rows stands one of these texts."""
        return self.where(texts.__contains__)

    def tally(self) -> NDArray[np.int64]:
        """How many rows have each of the levels."""
        return np.bincount(self.codes, minlength=len(self.levels))

    def counted(self) -> dict[str, int]:
        """How many rows have each text that stands in any, in the order of the levels."""
        return {text: n for text, n in zip(self.levels, self.tally().tolist(), strict=True) if n}

    def present(self) -> list[str]:
        """The texts that stand in any row, in the order of the levels."""
        return list(self.counted())

    def numbers(self, number: Callable[[str], float]) -> NDArray[np.float64]:
        """What `number` makes of the text in each row."""
        known = np.fromiter(map(number, self.levels), np.float64, len(self.levels))
        return known[self.codes]

    def renamed(self, name: Callable[[str], str]) -> Factor:
        """The column with another text for each; those that become the same are one level."""
        levels = Levels()
        fresh = np.fromiter((levels[name(text)] for text in self.levels), np.int32, len(self.levels))
        return Factor(list(levels), fresh[self.codes])


def joined(columns: Sequence[Factor]) -> Factor:
    """The columns, each behind the one before."""
    if len(columns) == 1:
        return columns[0]
    levels = Levels()
    codes = [np.empty(0, np.int32)]
    for column in columns:
        fresh = np.fromiter(map(levels.__getitem__, column.levels), np.int32, len(column.levels))
        codes.append(fresh[column.codes])
    return Factor(list(levels), np.concatenate(codes))


def filled(column: Factor, otherwise: Factor) -> Factor:
    """The column, with the text of another one where it has none."""
    both = joined([column, otherwise])
    codes, others = both.codes[: len(column)], both.codes[len(column) :]
    given = column.where(bool)
    return Factor(both.levels, np.where(given, codes, others))


def split(column: Factor) -> tuple[Numbers, Factor]:
    """The words of every row, a row behind the other: the row of each word, and the words."""
    words = [text.split() for text in column.levels]
    levels = Levels()
    flat = np.fromiter(map(levels.__getitem__, chain.from_iterable(words)), np.int32)
    sizes = np.fromiter(map(len, words), np.int32, len(words))
    rows, places = spread(sizes, column.codes)
    return rows, Factor(list(levels), flat[places])


def spread(sizes: Numbers, codes: Numbers) -> tuple[Numbers, Numbers]:
    """Where levels stand for several things each, `sizes` of them one behind the other: for every thing of every row
    the number of the row, and the place of the thing."""
    starts = np.cumsum(sizes, dtype=np.int32) - sizes
    here = sizes[codes]
    rows = np.repeat(np.arange(len(codes), dtype=np.int32), here)
    first = np.repeat(np.cumsum(here, dtype=np.int32) - here, here)
    return rows, np.repeat(starts[codes], here) + np.arange(len(rows), dtype=np.int32) - first


def crossed(*columns: Factor) -> tuple[NDArray[np.int64], list[tuple[str, ...]]]:
    """Rows by what stands in several columns: for each row the number of its combination, and the combinations, in the
    order in which they turn up."""
    ids = np.zeros(len(columns[0]), np.int64)
    for column in columns:
        ids = ids * len(column.levels) + column.codes
    numbers, firsts = numbered(ids)
    texts = [[column.levels[code] for code in column.codes[firsts].tolist()] for column in columns]
    return numbers, list(zip(*texts, strict=True))


def numbered(ids: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Different ids from 0 on as 0, 1, ... in the order in which they turn up, for each row; and the first row of
    each."""
    n, most = len(ids), int(ids.max(initial=-1)) + 1
    if most > SPARSE * n:
        _ids, ids = np.unique(ids, return_inverse=True)
        most = len(_ids)
    first = np.full(most, n)
    np.minimum.at(first, ids, np.arange(n))
    firsts = np.sort(first[first < n])
    place = np.empty(most, np.int64)
    place[ids[firsts]] = np.arange(len(firsts))
    return place[ids], firsts


def parted(codes: NDArray[Any], number: int) -> list[NDArray[np.int64]]:
    """The rows of each code from 0 to `number` - 1, in their order."""
    # Short numbers are sorted by their digits, without comparing.
    order = np.argsort(codes.astype(np.uint16) if number <= SHORT else codes, kind="stable")
    ends = np.cumsum(np.bincount(codes, minlength=number)).tolist()
    return [order[start:end] for start, end in pairwise([0, *ends])]


def middles(
    levels: NDArray[Any], groups: NDArray[Any], number: int, top: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The lower and the upper median of levels from 0 to `top` in each group from 0 to `number` - 1; 0 where a group
    has none."""
    ids = groups.astype(np.int64) * (top + 1) + levels
    reached = np.bincount(ids, minlength=number * (top + 1)).reshape(number, top + 1).cumsum(axis=1)
    n = reached[:, -1:]
    lower = (reached < (n + 1) // 2).sum(axis=1)
    upper = ((reached <= n // 2) & (n > 0)).sum(axis=1)
    return lower, upper
