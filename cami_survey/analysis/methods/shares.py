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


def share(count: int, n: int, confidence: float = 0.95) -> Share | TooFew:
    """The share `count / n`; interval after Wilson (1927), without continuity correction."""
    if not 0 <= count <= n:
        raise ValueError(f"{count} of {n} is no share")
    if not n:
        return TooFew("no data", 0)
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    middle = (count + z * z / 2) / (n + z * z)
    half = z / (n + z * z) * sqrt(count * (n - count) / n + z * z / 4)
    low = 0.0 if count == 0 else middle - half
    high = 1.0 if count == n else middle + half
    return Share(count, n, count / n, Interval(low, high, confidence))
