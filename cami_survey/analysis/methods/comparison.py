"""Two small groups compared: exact permutation, Cliff's delta, Holm's correction."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from math import comb, erfc, sqrt

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
    permutations: int
    exact: bool


def compare(first: Sequence[float], second: Sequence[float], needed: int = 2) -> Comparison | TooFew:
    """Permutation test of Cliff's delta, ties included: exact up to `LARGEST` people, approximate above."""
    smaller = min(len(first), len(second))
    if smaller < max(needed, 1):
        return TooFew("too few" if first or second else "no data", smaller, max(needed, 1))
    ranks = _doubled_ranks([*first, *second])
    if len(set(ranks)) == 1:
        return TooFew("no spread", len(ranks))
    exact = len(ranks) <= LARGEST
    p = (exact_p if exact else approximate_p)(ranks, len(first))
    permutations = comb(len(ranks), len(first))
    return Comparison((len(first), len(second)), cliffs_delta(first, second), p, permutations, exact)


def exact_p(ranks: Sequence[int], size: int) -> float:
    """Share of all choices of `size` doubled ranks that lie as far from the middle as the first `size`."""
    far = abs(sum(ranks[:size]) - size * (len(ranks) + 1))
    sums = _sums(ranks, size)
    as_far = sum(count for total, count in sums.items() if abs(total - size * (len(ranks) + 1)) >= far)
    return as_far / comb(len(ranks), size)


def approximate_p(ranks: Sequence[int], size: int) -> float:
    """The same by the normal distribution, corrected for ties (Mann and Whitney 1947)."""
    n = len(ranks)
    far = abs(sum(ranks[:size]) - size * (n + 1)) / 2
    ties = sum(count**3 - count for count in Counter(ranks).values())
    variance = size * (n - size) / 12 * (n + 1 - ties / (n * (n - 1)))
    return erfc(far / sqrt(2 * variance))


def cliffs_delta(first: Sequence[float], second: Sequence[float]) -> float:
    """Pairs in which the first is higher less those in which it is lower, as a share of all pairs (Cliff 1993)."""
    ordered, counts = sorted(second), Counter(first)
    lower = sum(count * bisect_left(ordered, value) for value, count in counts.items())
    higher = sum(count * (len(ordered) - bisect_right(ordered, value)) for value, count in counts.items())
    return (lower - higher) / (len(first) * len(second))


def holm(values: Sequence[float]) -> list[float]:
    """p values corrected for how many there are (Holm 1979), in the order given."""
    corrected = [0.0] * len(values)
    highest = 0.0
    for place, index in enumerate(sorted(range(len(values)), key=values.__getitem__)):
        highest = max(highest, min(1.0, (len(values) - place) * values[index]))
        corrected[index] = highest
    return corrected


def _doubled_ranks(values: Sequence[float]) -> list[int]:
    """Twice the mean ranks: whole numbers also with ties."""
    counts = Counter(values)
    ranks, below = {}, 0
    for value in sorted(counts):
        ranks[value] = 2 * below + counts[value] + 1
        below += counts[value]
    return [ranks[value] for value in values]


def _sums(ranks: Sequence[int], size: int) -> dict[int, int]:
    """How many choices of `size` ranks have each sum."""
    chosen: list[defaultdict[int, int]] = [defaultdict(int) for _ in range(size + 1)]
    chosen[0][0] = 1
    for rank in ranks:
        for count in range(size, 0, -1):
            for total, ways in chosen[count - 1].items():
                chosen[count][total + rank] += ways
    return chosen[size]
