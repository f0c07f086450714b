"""Two small groups compared: exact permutation, Cliff's delta, Holm's correction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from math import comb, erfc, sqrt

import numpy as np
from numpy.typing import NDArray

from .findings import TooFew

# Above this the sums are many and the answer takes seconds.
LARGEST = 60


@dataclass(frozen=True, slots=True)
class Comparison:
    """`delta` from -1 to 1: how much more often a value of the first group is the higher one.

    `p` is two-sided; `exact` where it counts all `permutations`, otherwise it is the normal approximation.
    """

    sizes: tuple[int, int]
    delta: float
    p: float
    exact: bool

    @property
    def permutations(self) -> int:
        """In how many ways the people can be divided into groups of these sizes."""
        return comb(sum(self.sizes), self.sizes[0])


Values = Sequence[float] | NDArray[np.float64]


def compare(first: Values, second: Values, needed: int = 2) -> Comparison | TooFew:
    """Permutation test of Cliff's delta, ties included: exact up to `LARGEST` people, approximate above."""
    sizes = (len(first), len(second))
    smaller = min(sizes)
    if smaller < max(needed, 1):
        return TooFew("too few" if any(sizes) else "no data", smaller, max(needed, 1))
    ranks = _doubled_ranks(np.concatenate([first, second]))
    if ranks.min() == ranks.max():
        return TooFew("no spread", len(ranks))
    exact = len(ranks) <= LARGEST
    p = exact_p(ranks.tolist(), sizes[0]) if exact else approximate_p(ranks, sizes[0])
    return Comparison(sizes, cliffs_delta(first, second), p, exact)


def exact_p(ranks: Sequence[int], size: int) -> float:
    """Share of all choices of `size` doubled ranks that lie as far from the middle as the first `size`."""
    far = abs(sum(ranks[:size]) - size * (len(ranks) + 1))
    sums = _sums(ranks, size)
    as_far = sum(count for total, count in sums.items() if abs(total - size * (len(ranks) + 1)) >= far)
    return as_far / comb(len(ranks), size)


def approximate_p(ranks: Sequence[int] | NDArray[np.int64], size: int) -> float:
    """The same by the normal distribution, corrected for ties (Mann and Whitney 1947)."""
    n = len(ranks)
    far = abs(int(np.sum(ranks[:size])) - size * (n + 1)) / 2
    counts = np.bincount(ranks)
    ties = sum(count**3 - count for count in counts[counts > 1].tolist())
    variance = size * (n - size) / 12 * (n + 1 - ties / (n * (n - 1)))
    return erfc(far / sqrt(2 * variance))


def cliffs_delta(first: Values, second: Values) -> float:
    """Pairs in which the first is higher less those in which it is lower, as a share of all pairs (Cliff 1993)."""
    ordered, (values, counts) = np.sort(second), np.unique(first, return_counts=True)
    lower = counts @ np.searchsorted(ordered, values, "left")
    higher = counts @ (len(second) - np.searchsorted(ordered, values, "right"))
    return int(lower - higher) / (len(first) * len(second))


def holm(values: Sequence[float]) -> list[float]:
    """p values corrected for how many there are (Holm 1979), in the order given."""
    corrected = [0.0] * len(values)
    highest = 0.0
    for place, index in enumerate(sorted(range(len(values)), key=values.__getitem__)):
        highest = max(highest, min(1.0, (len(values) - place) * values[index]))
        corrected[index] = highest
    return corrected


def _doubled_ranks(values: NDArray[np.float64]) -> NDArray[np.int64]:
    """Twice the mean ranks: whole numbers also with ties."""
    _values, places, counts = np.unique(values, return_inverse=True, return_counts=True)
    ranks = 2 * np.cumsum(counts) - counts + 1
    return ranks[places]


def _sums(ranks: Sequence[int], size: int) -> dict[int, int]:
    """How many choices of `size` ranks have each sum."""
    chosen: list[defaultdict[int, int]] = [defaultdict(int) for _ in range(size + 1)]
    chosen[0][0] = 1
    for rank in ranks:
        for count in range(size, 0, -1):
            for total, ways in chosen[count - 1].items():
                chosen[count][total + rank] += ways
    return chosen[size]
