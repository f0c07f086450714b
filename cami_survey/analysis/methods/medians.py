"""Medians with intervals, and one value for people who are not independent of each other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from math import comb, sqrt
from statistics import NormalDist, median

from cami_survey.base.heeding import heed

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


def median_of(values: Iterable[float], confidence: float = 0.95) -> Median | TooFew:
    """Median, quartiles and range; the interval is that of the sign test (order statistics, whatever the spread)."""
    ordered = sorted(values)
    if not ordered:
        return TooFew("no data", 0)
    return Median(
        len(ordered),
        median(ordered),
        quantile(ordered, 0.25),
        quantile(ordered, 0.75),
        ordered[0],
        ordered[-1],
        _interval(ordered, confidence),
    )


def quantile(ordered: Sequence[float], part: float) -> float:
    """The value below which `part` of the sorted values lies (Hyndman and Fan 1996, type 7)."""
    place = part * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])


def cluster_medians(values: Iterable[tuple[Hashable, float]]) -> dict[Hashable, float]:
    """One median per camp or organisation: people of one cluster count as one voice."""
    heed()
    clusters: defaultdict[Hashable, list[float]] = defaultdict(list)
    for cluster, value in values:
        clusters[cluster].append(value)
    return {cluster: median(found) for cluster, found in clusters.items()}


def _interval(ordered: Sequence[float], confidence: float) -> Interval | TooFew:
    n = len(ordered)
    cut = _cut(n, confidence)
    if not cut:
        return TooFew("too few", n, next(m for m in range(n, 64) if _cut(m, confidence)))
    return Interval(ordered[cut - 1], ordered[n - cut], confidence, cut)


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
