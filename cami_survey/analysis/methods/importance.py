"""Importance and performance (Martilla and James 1977), with a warning where a quadrant rests on few answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from math import fsum, sqrt
from random import Random
from statistics import fmean
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from .findings import Interval, TooFew
from .medians import in_order, quantile

Quadrant = Literal["concentrate here", "keep up", "low priority", "possible overkill"]
# Below about this many answers quadrants are known to be unstable.
STABLE = 400
_RUNS = 1000

Pairs = Sequence[tuple[float, float]]
Counted = Counter[tuple[float, float]]
Runs = tuple[NDArray[np.float64], NDArray[np.float64]]
"""Mean importance and mean performance of each run."""


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
    counted = {name: Counter(pairs) for name, pairs in answers.items()}
    middle = {name: _middle(found) for name, found in counted.items() if found}
    if not middle:
        return TooFew("no data", 0)
    cross = crosshair or _means(list(middle.values()))
    fields: dict[str, Field | TooFew] = {
        name: _field(pairs, counted[name], cross) if pairs else TooFew("no data", 0) for name, pairs in answers.items()
    }
    return Importance(fields, cross, min(counted[name].total() for name in middle) < STABLE)


def _field(pairs: Pairs, counted: Counted, cross: tuple[float, float]) -> Field:
    importance, performance = _middle(counted)
    quadrant = _quadrant((importance, performance), cross)
    runs = _resampled(pairs) if len(pairs) < STABLE else _drawn(counted)
    gaps = in_order(runs[0] - runs[1])
    places = zip((importance, performance), runs, cross, strict=True)
    alike = [(run >= middle) == (place >= middle) for place, run, middle in places]
    support = int(np.count_nonzero(alike[0] & alike[1])) / _RUNS
    interval = Interval(quantile(gaps, 0.05), quantile(gaps, 0.95), 0.9)
    return Field(len(pairs), importance, performance, importance - performance, quadrant, support, interval)


def _resampled(pairs: Pairs) -> Runs:
    """Means of as many answers drawn again."""
    n = len(pairs)
    # Added up one drawing after the other, each of all runs at once.
    drawn = (_chances()[: _RUNS * n] * n).astype(np.int64).reshape(_RUNS, n).T
    importance, performance = (np.array(side, np.float64)[drawn].sum(axis=0) / n for side in zip(*pairs, strict=True))
    return importance, performance


@cache
def _chances() -> NDArray[np.float64]:
    """What `Random(1).random()` gives, as often as the runs of any field need it."""
    _version, state, _gauss = Random(1).getstate()
    chance = np.random.RandomState()
    chance.set_state(("MT19937", np.array(state[:-1], np.uint32), state[-1], 0, 0.0))
    return chance.random_sample(_RUNS * STABLE)


def _drawn(counted: Counted) -> Runs:
    """What resampling many answers comes to: means of a bivariate normal distribution."""
    (a, b), n = _middle(counted), counted.total()
    first = sqrt(sum((x - a) ** 2 * times for (x, _), times in counted.items()) / n / n)
    both = sum((x - a) * (y - b) * times for (x, y), times in counted.items()) / n / n
    shared = both / first if first else 0.0
    spread = sum((y - b) ** 2 * times for (_, y), times in counted.items()) / n / n
    own = sqrt(max(0.0, spread - shared * shared))
    one, two = _deviates()
    return a + first * one, b + shared * one + own * two


@cache
def _deviates() -> NDArray[np.float64]:
    """Two normal deviates for each run, the same ones for every field."""
    chance = Random(1)
    return np.array([(chance.gauss(), chance.gauss()) for _ in range(_RUNS)]).T


def _middle(counted: Counted) -> tuple[float, float]:
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
