"""Importance and performance (Martilla and James 1977), with a warning where a quadrant rests on few answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import fsum, sqrt
from random import Random
from statistics import fmean
from typing import Literal

from .findings import Interval, TooFew
from .medians import quantile

Quadrant = Literal["concentrate here", "keep up", "low priority", "possible overkill"]
# Below about this many answers quadrants are known to be unstable.
STABLE = 400
_RUNS = 1000

Pairs = Sequence[tuple[float, float]]


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
    chance = Random(1)
    runs = _resampled(pairs, chance) if len(pairs) < STABLE else _drawn(counted, chance)
    gaps = sorted(a - b for a, b in runs)
    support = sum(_quadrant(run, cross) == quadrant for run in runs) / _RUNS
    interval = Interval(quantile(gaps, 0.05), quantile(gaps, 0.95), 0.9)
    return Field(len(pairs), importance, performance, importance - performance, quadrant, support, interval)


def _resampled(pairs: Pairs, chance: Random) -> list[tuple[float, float]]:
    """Means of as many answers drawn again; as complex numbers both are summed at once."""
    answers, n = [complex(a, b) for a, b in pairs], len(pairs)
    sums = (sum(chance.choices(answers, k=n)) for _ in range(_RUNS))
    return [(total.real / n, total.imag / n) for total in sums]


def _drawn(counted: Counter[tuple[float, float]], chance: Random) -> list[tuple[float, float]]:
    """What resampling many answers comes to: means of a bivariate normal distribution."""
    (a, b), n = _middle(counted), counted.total()
    first = sqrt(sum((x - a) ** 2 * times for (x, _), times in counted.items()) / n / n)
    both = sum((x - a) * (y - b) * times for (x, y), times in counted.items()) / n / n
    shared = both / first if first else 0.0
    spread = sum((y - b) ** 2 * times for (_, y), times in counted.items()) / n / n
    own = sqrt(max(0.0, spread - shared * shared))
    draws = [(chance.gauss(), chance.gauss()) for _ in range(_RUNS)]
    return [(a + first * one, b + shared * one + own * two) for one, two in draws]


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
