"""Columns of few different texts: the different ones, and for each row the number of its own.

What is asked of a column is then asked once of each different text, and rows are counted without Python's help.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
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


# A number of things with more digits is a slip.
DIGITS = 12
# So few codes are looked for one after the other in less time than it takes to order the rows.
FEW = 12


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
        return Factor(self.levels, self.codes.take(np.flatnonzero(rows) if rows.dtype == np.bool_ else rows))

    def parts(self) -> dict[str, NDArray[np.int64]]:
        """The rows of each text that stands in any, in the order in which they turn up."""
        number = len(self.levels)
        parts = parted(self.codes, number)
        return {self.levels[code]: parts[code] for code in turned_up(self.codes, number).tolist()}

    def where(self, fits: Callable[[str], bool]) -> Mask:
        """In which rows stands a text that fits."""
        known = np.fromiter(map(fits, self.levels), np.bool_, len(self.levels))
        return known.take(self.codes)

    def among(self, texts: Collection[str]) -> Mask:
        """In which rows stands one of these texts."""
        return self.where(texts.__contains__)

    def tally(self) -> NDArray[np.int64]:
        """How many rows have each of the levels."""
        return np.bincount(self.codes, minlength=len(self.levels))

    def counted(self) -> dict[str, int]:
        """How many rows have each text that stands in any, in the order of the levels."""
        return {text: n for text, n in zip(self.levels, self.tally().tolist(), strict=True) if n}

    def count(self, text: str) -> int:
        """How many rows have this text."""
        return int(np.count_nonzero(self.codes == self.levels.index(text))) if text in self.levels else 0

    def present(self) -> list[str]:
        """The texts that stand in any row, in the order of the levels."""
        return list(self.counted())

    def on(self, scale: Mapping[str, int], otherwise: int) -> NDArray[np.int64]:
        """The level that a scale has for the text in each row, `otherwise` where it has none."""
        known = np.fromiter((scale.get(text, otherwise) for text in self.levels), np.int64, len(self.levels))
        return known.take(self.codes)

    def amounts(self) -> NDArray[np.int64]:
        """How many of something stand in each row, -1 where no number of things does."""
        known = (int(text) if text.isdecimal() and len(text) <= DIGITS else -1 for text in self.levels)
        return np.fromiter(known, np.int64, len(self.levels)).take(self.codes)

    def renamed(self, name: Callable[[str], str]) -> Factor:
        """The column with another text for each; those that become the same are one level."""
        levels = Levels()
        fresh = np.fromiter((levels[name(text)] for text in self.levels), np.int32, len(self.levels))
        return Factor(list(levels), fresh.take(self.codes))


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


def numbered(ids: NDArray[Any]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Different ids as 0, 1, ... in the order in which they turn up, for each row; and the first row of each."""
    n = len(ids)
    most = int(ids.max(initial=-1)) + 1
    if most <= n:
        firsts = first_rows(ids, most)
        order = _in_turn(firsts, n)
        place = np.empty(most, np.int64)
        place[order] = np.arange(len(order))
        return place.take(ids), firsts[order]
    order, starts = runs(ids)
    firsts = order[starts]
    place = np.empty(len(firsts), np.int64)
    place[np.argsort(firsts)] = np.arange(len(firsts))
    codes = np.empty(len(ids), np.int64)
    codes[order] = np.repeat(place, np.diff(starts, append=n))
    return codes, np.sort(firsts)


def runs(ids: NDArray[Any]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The rows in the order of their ids, none of which is negative, and where among them each id begins."""
    order = by_code(ids)
    return order, _starts(ids[order])


def _starts(inorder: NDArray[Any]) -> NDArray[np.int64]:
    fresh = np.ones(len(inorder), np.bool_)
    np.not_equal(inorder[1:], inorder[:-1], out=fresh[1:])
    return np.flatnonzero(fresh)


def different(ids: NDArray[Any]) -> NDArray[Any]:
    """The ids that are there, each once, the lowest first."""
    inorder = np.sort(ids)
    return inorder[_starts(inorder)]


def parted(codes: NDArray[Any], number: int) -> list[NDArray[np.int64]]:
    """The rows of each code from 0 to `number` - 1, in their order."""
    if number <= FEW:
        small = codes.astype(np.uint8, copy=False)
        return [np.flatnonzero(small == code) for code in range(number)]
    return shared_out(by_code(codes), np.bincount(codes, minlength=number))


def shared_out(rows: NDArray[Any], sizes: NDArray[np.int64]) -> list[NDArray[Any]]:
    """The first so many rows, then the next so many, and so on."""
    return [rows[start:end] for start, end in pairwise([0, *np.cumsum(sizes).tolist()])]


def by_code(codes: NDArray[Any]) -> NDArray[np.int64]:
    """The rows in the order of their codes, none of which is negative; those of one code in their own order."""
    bits = len(codes).bit_length()
    if len(codes) and int(codes.max()) >> (63 - bits):
        return np.argsort(codes, kind="stable")
    # Numbers that have the row behind the code are sorted many times as fast as rows by their codes.
    keys = (codes.astype(np.int64) << bits) | np.arange(len(codes))
    keys.sort()
    return keys & ((1 << bits) - 1)


def first_rows(codes: NDArray[Any], number: int) -> NDArray[np.int64]:
    """The first row of each code from 0 to `number` - 1; how many rows there are, where a code has none."""
    found = np.full(number, len(codes))
    # Of rows that write to one place the last stays.
    found[codes[::-1]] = np.arange(len(codes) - 1, -1, -1)
    return found


def turned_up(codes: NDArray[Any], number: int) -> NDArray[np.int64]:
    """The codes below `number` that have rows, in the order in which they turn up."""
    return _in_turn(first_rows(codes, number), len(codes))


def _in_turn(firsts: NDArray[np.int64], rows: int) -> NDArray[np.int64]:
    """The codes whose first row is one of so many rows, by that row."""
    there = np.flatnonzero(firsts < rows)
    return there[np.argsort(firsts[there])]


def once_each(groups: NDArray[Any], things: NDArray[Any]) -> NDArray[np.int64]:
    """The rows in the order of their groups, and in each of their things, none negative; the first where a group has
    the same thing several times."""
    ids = groups.astype(np.int64) * (int(things.max(initial=0)) + 1) + things
    order, starts = runs(ids)
    return order[starts]


def summed(codes: NDArray[Any], values: NDArray[np.float64], number: int) -> NDArray[np.float64]:
    """The sum of the values of each code from 0 to `number` - 1, added in the order of the rows."""
    found: NDArray[Any] = np.bincount(codes, values, number)
    return found


def totals(interviews: Numbers, amounts: NDArray[Any]) -> tuple[Numbers, NDArray[Any]]:
    """Each of the interviews once, ascending, and the sum of its amounts."""
    order, starts = runs(interviews)
    return interviews[order[starts]], np.add.reduceat(amounts[order], starts) if len(starts) else amounts[:0]


def reached(levels: NDArray[Any], groups: NDArray[Any], number: int, top: int) -> NDArray[np.int64]:
    """A row for each group from 0 to `number` - 1: how many things in it have at most level 0, at most 1, and so on to
    `top`, where it is all of them."""
    ids = groups.astype(np.int64) * (top + 1) + levels
    counts: NDArray[np.int64] = np.bincount(ids, minlength=number * (top + 1)).reshape(number, top + 1)
    return counts.cumsum(axis=1)


def level_at(reached: NDArray[np.int64], places: NDArray[np.int64]) -> NDArray[np.int64]:
    """The level of the thing at a place of each group, the lowest being the first at 0; 0 at a place below."""
    found: NDArray[np.int64] = (reached <= places[:, np.newaxis]).sum(axis=1)
    return found


def middles(reached: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The lower and the upper median of each group; 0 where a group has no things."""
    n = reached[:, -1]
    return level_at(reached, (n - 1) // 2), np.where(n > 0, level_at(reached, n // 2), 0)
