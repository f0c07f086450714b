"""Importance and performance (Martilla and James 1977), with a warning where a quadrant rests on few answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import fsum, sqrt
from random import Random
from statistics import fmean
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from .findings import Interval, TooFew
from .medians import quantile

Quadrant = Literal["concentrate here", "keep up", "low priority", "possible overkill"]
# Below about this many answers quadrants are known to be unstable.
STABLE = 400
_RUNS = 1000

Pairs = Sequence[tuple[float, float]]
Means = NDArray[np.float64]
"""One mean for each run."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field of work: means of its `n` answers, `gap` is importance less performance.

    `support` is the share of bootstrap runs (from 400 answers on: of their normal approximation) that fall into
    the same quadrant, `interval` holds 90 % of their gaps.
    """

    n: int
    importance: float
    performance: float
    gap: float
    quadrant: Quadrant
    support: float
    interval: Interval


@dataclass(frozen=True, slots=True)
class Importance:
    """All fields, those without answers as too few; `crosshair` is (importance, performance), always told."""

    fields: Mapping[str, Field | TooFew]
    crosshair: tuple[float, float]
    small_sample: bool


def importance_performance(
    answers: Mapping[str, Pairs], crosshair: tuple[float, float] | None = None
) -> Importance | TooFew:
    """Fields from (importance, performance) answers; without a `crosshair` it lies at the grand means of the fields."""
    given = {name: pairs for name, pairs in answers.items() if pairs}
    if not given:
        return TooFew("no data", 0)
    middle = {name: _middle(Counter(pairs)) for name, pairs in given.items()}
    cross = crosshair or _means(list(middle.values()))
    fields: dict[str, Field | TooFew] = {
        name: _field(pairs, cross) if pairs else TooFew("no data", 0) for name, pairs in answers.items()
    }
    return Importance(fields, cross, min(map(len, given.values())) < STABLE)


def _field(pairs: Pairs, cross: tuple[float, float]) -> Field:
    counted = Counter(pairs)
    importance, performance = _middle(counted)
    quadrant = _quadrant((importance, performance), cross)
    firsts, seconds = _resampled(pairs) if len(pairs) < STABLE else _drawn(counted)
    gaps = np.sort(firsts - seconds).tolist()
    same = ((firsts >= cross[0]) == (importance >= cross[0])) & ((seconds >= cross[1]) == (performance >= cross[1]))
    interval = Interval(quantile(gaps, 0.05), quantile(gaps, 0.95), 0.9)
    support = int(np.count_nonzero(same)) / _RUNS
    return Field(len(pairs), importance, performance, importance - performance, quadrant, support, interval)


def _resampled(pairs: Pairs) -> tuple[Means, Means]:
    """Means of as many answers drawn again."""
    n = len(pairs)
    chosen = (_chances()[: _RUNS * n] * n).astype(np.int64).reshape(_RUNS, n)
    firsts, seconds = (np.array(side)[chosen].sum(axis=1) / n for side in zip(*pairs, strict=True))
    return firsts, seconds


def _drawn(counted: Counter[tuple[float, float]]) -> tuple[Means, Means]:
    """What resampling many answers comes to: means of a bivariate normal distribution."""
    (a, b), n = _middle(counted), counted.total()
    first = sqrt(sum((x - a) ** 2 * times for (x, _), times in counted.items()) / n / n)
    both = sum((x - a) * (y - b) * times for (x, y), times in counted.items()) / n / n
    shared = both / first if first else 0.0
    spread = sum((y - b) ** 2 * times for (_, y), times in counted.items()) / n / n
    own = sqrt(max(0.0, spread - shared * shared))
    one, two = _normal()
    return a + first * one, b + shared * one + own * two


@lru_cache(maxsize=1)
def _chances() -> Means:
    """Chances from one fixed start, as many as the most answers drawn again need: each field is drawn by the same."""
    chance = Random(1).random
    return np.fromiter((chance() for _ in range(_RUNS * (STABLE - 1))), np.float64, _RUNS * (STABLE - 1))


@lru_cache(maxsize=1)
def _normal() -> tuple[Means, Means]:
    """Normal deviates from one fixed start, two for each run."""
    chance = Random(1)
    draws = np.array([(chance.gauss(), chance.gauss()) for _ in range(_RUNS)])
    return draws[:, 0], draws[:, 1]


def _middle(counted: Counter[tuple[float, float]]) -> tuple[float, float]:
    """Means of answers on few levels: each level once, times how often it was given."""
    n = counted.total()
    sums = [fsum(pair[side] * times for pair, times in counted.items()) for side in (0, 1)]
    return sums[0] / n, sums[1] / n


def _means(pairs: Pairs) -> tuple[float, float]:
    return fmean(a for a, _ in pairs), fmean(b for _, b in pairs)


def _quadrant(point: tuple[float, float], cross: tuple[float, float]) -> Quadrant:
    if point[0] >= cross[0]:
        return "keep up" if point[1] >= cross[1] else "concentrate here"
    return "possible overkill" if point[1] >= cross[1] else "low priority"
