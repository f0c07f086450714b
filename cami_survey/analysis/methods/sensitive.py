"""Estimates from questions that protect whoever answers: nobody's own answer is known, only shares of a group."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist

from .findings import Interval, TooFew

Counts = Mapping[int, int]
"""How many people counted so many statements to be true: number of statements -> people."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A share: `raw` as computed, which may lie outside 0 to 1; `shown` and `interval` are cut to 0 to 1."""

    n: int
    raw: float
    error: float
    shown: float
    interval: Interval


def forced_response(yes: int, n: int, confidence: float = 0.95) -> Estimate | TooFew:
    """Forced response with two dice: sums 2-4 say yes (1/6), 5-10 the truth (3/4), 11-12 no (1/12)."""
    if not 0 <= yes <= n:
        raise ValueError(f"{yes} of {n} is no share")
    if not n:
        return TooFew("no data", 0)
    said = yes / n
    return _estimate(n, (said - 1 / 6) / 0.75, sqrt(said * (1 - said) / (n * 0.75**2)), confidence)


def crosswise(same: int, n: int, innocent: float, confidence: float = 0.95) -> Estimate | TooFew:
    """Crosswise model (Yu, Tian and Tang 2008): `same` said both or neither; `innocent` have the harmless trait."""
    if not 0 <= same <= n:
        raise ValueError(f"{same} of {n} is no share")
    if not 0 < innocent < 1 or innocent == 0.5:
        raise ValueError("the harmless trait needs a known share other than a half")
    if not n:
        return TooFew("no data", 0)
    part, scale = same / n, 2 * innocent - 1
    return _estimate(n, (part + innocent - 1) / scale, sqrt(part * (1 - part) / n) / abs(scale), confidence)


def list_experiment(short: Counts, long: Counts, confidence: float = 0.95) -> Estimate | TooFew:
    """Unmatched count: mean count of the list with the sensitive item less that of the list without it."""
    few, many = sum(short.values()), sum(long.values())
    n, smaller = few + many, min(few, many)
    if smaller < 2:
        return TooFew("too few" if n else "no data", smaller, 2)
    (low, below), (high, above) = _spread(short), _spread(long)
    return _estimate(n, high - low, sqrt(above / many + below / few), confidence)


def _spread(counts: Counts) -> tuple[float, float]:
    """Mean and variance, each rounded once: whole numbers are added as such."""
    n = sum(counts.values())
    total = sum(value * times for value, times in counts.items())
    squares = sum(value * value * times for value, times in counts.items())
    return total / n, (n * squares - total * total) / (n * (n - 1))


def _estimate(n: int, raw: float, error: float, confidence: float) -> Estimate:
    half = NormalDist().inv_cdf((1 + confidence) / 2) * error
    return Estimate(n, raw, error, _cut(raw), Interval(_cut(raw - half), _cut(raw + half), confidence))


def _cut(value: float) -> float:
    return min(1.0, max(0.0, value))
