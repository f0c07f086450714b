"""Medians with intervals, and one value for people who are not independent of each other."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from math import comb, sqrt
from statistics import NormalDist
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from cami_survey.analysis.factor import middles, reached

from .findings import Interval, TooFew

# Above this the binomial distribution of the interval is as good as normal.
EXACT = 500


@dataclass(frozen=True, slots=True)
class Median:
    """The middle of `n` values in their unit; `lower` and `upper` are the quartiles (linear between values)."""

    n: int
    median: float
    lower: float
    upper: float
    minimum: float
    maximum: float
    interval: Interval | TooFew


class Ordered(Protocol):
    """Sorted values."""

    def __len__(self) -> int: ...

    def __getitem__(self, index: int, /) -> float: ...


class Repeated:
    """Sorted values, each as often as `counts` says."""

    def __init__(self, values: Sequence[float], counts: Iterable[int]) -> None:
        self._values = values
        self._ends = list(accumulate(counts, initial=0))

    def __len__(self) -> int:
        return self._ends[-1]

    def __getitem__(self, index: int) -> float:
        return self._values[bisect_right(self._ends, range(len(self))[index]) - 1]


def in_order(values: NDArray[Any]) -> Ordered:
    """The values sorted, to be taken out as numbers of Python."""
    return np.sort(values).data


def median_of(values: Iterable[float], confidence: float = 0.95) -> Median | TooFew:
    """`summary` of values in any order."""
    return summary(in_order(values) if isinstance(values, np.ndarray) else sorted(values), confidence)


def summary(ordered: Ordered, confidence: float = 0.95) -> Median | TooFew:
    """Median, quartiles and range of sorted values; the interval is that of the sign test (order statistics, whatever
    the spread)."""
    if not len(ordered):
        return TooFew("no data", 0)
    return Median(
        len(ordered),
        middle(ordered),
        quantile(ordered, 0.25),
        quantile(ordered, 0.75),
        ordered[0],
        ordered[-1],
        _interval(ordered, confidence),
    )


def middle(ordered: Ordered) -> float:
    """The median of sorted values, of which there has to be one."""
    half, odd = divmod(len(ordered), 2)
    return ordered[half] if odd else (ordered[half - 1] + ordered[half]) / 2


def quantile(ordered: Ordered, part: float) -> float:
    """The value below which `part` of the sorted values lies (Hyndman and Fan 1996, type 7)."""
    place = part * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])


def group_medians(levels: NDArray[Any], groups: NDArray[Any], number: int, top: int) -> NDArray[np.float64]:
    """The median of levels from 1 to `top` in each group from 0 to `number` - 1, nan where it has none: people of one
    camp or organisation count as one voice."""
    lower, upper = middles(reached(levels, groups, number, top))
    return np.where(lower > 0, (lower + upper) / 2, np.nan)


def _interval(ordered: Ordered, confidence: float) -> Interval | TooFew:
    n = len(ordered)
    cut = _cut(n, confidence)
    if not cut:
        return TooFew("too few", n, next(m for m in range(n, 64) if _cut(m, confidence)))
    return Interval(ordered[cut - 1], ordered[n - cut], confidence, cut)


@cache
def _cut(n: int, confidence: float) -> int:
    """How many values lie outside at either end, counting the limit: 0 where even the range covers too little."""
    if n > EXACT:
        return int((n - NormalDist().inv_cdf((1 + confidence) / 2) * sqrt(n)) / 2)
    outside, cut = 0, 0
    while cut <= n // 2:
        outside += comb(n, cut)
        if 2 * outside > (1 - confidence) * 2**n:
            break
        cut += 1
    return cut
