"""Shares of few people, with intervals that stay between 0 and 1."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist

from .findings import Interval, TooFew


@dataclass(frozen=True, slots=True)
class Share:
    """`count` of `n`, as a share from 0 to 1 with its Wilson interval."""

    count: int
    n: int
    share: float
    interval: Interval


def share(count: int, n: int, confidence: float = 0.95, clusters: int | None = None) -> Share | TooFew:
    """The share `count / n`; interval after Wilson (1927), without continuity correction.

    People of one camp or organisation are not independent: with `clusters` the interval is as wide as if each of so
    many had answered once.
    """
    if not 0 <= count <= n:
        raise ValueError(f"{count} of {n} is no share")
    if not n:
        return TooFew("no data", 0)
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    part, m = count / n, n if clusters is None else clusters
    middle = (part * m + z * z / 2) / (m + z * z)
    half = z / (m + z * z) * sqrt(part * (1 - part) * m + z * z / 4)
    low = 0.0 if count == 0 else middle - half
    high = 1.0 if count == n else middle + half
    return Share(count, n, part, Interval(low, high, confidence))
