"""Importance and performance (Martilla and James 1977), with a warning where a quadrant rests on few answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
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
    middle = {name: _means(pairs) for name, pairs in given.items()}
    cross = crosshair or _means(list(middle.values()))
    fields: dict[str, Field | TooFew] = {
        name: _field(pairs, cross) if pairs else TooFew("no data", 0) for name, pairs in answers.items()
    }
    return Importance(fields, cross, min(map(len, given.values())) < STABLE)


def _field(pairs: Pairs, cross: tuple[float, float]) -> Field:
    importance, performance = _means(pairs)
    quadrant = _quadrant((importance, performance), cross)
    chance = Random(1)
    runs = _resampled(pairs, chance) if len(pairs) < STABLE else _drawn(pairs, chance)
    gaps = sorted(a - b for a, b in runs)
    support = sum(_quadrant(run, cross) == quadrant for run in runs) / _RUNS
    interval = Interval(quantile(gaps, 0.05), quantile(gaps, 0.95), 0.9)
    return Field(len(pairs), importance, performance, importance - performance, quadrant, support, interval)


def _resampled(pairs: Pairs, chance: Random) -> list[tuple[float, float]]:
    return [_means(chance.choices(pairs, k=len(pairs))) for _ in range(_RUNS)]


def _drawn(pairs: Pairs, chance: Random) -> list[tuple[float, float]]:
    """What resampling many answers comes to: means of a bivariate normal distribution."""
    (a, b), n = _means(pairs), len(pairs)
    first = sqrt(fmean((x - a) ** 2 for x, _ in pairs) / n)
    both = fmean((x - a) * (y - b) for x, y in pairs) / n
    shared = both / first if first else 0.0
    own = sqrt(max(0.0, fmean((y - b) ** 2 for _, y in pairs) / n - shared * shared))
    draws = [(chance.gauss(), chance.gauss()) for _ in range(_RUNS)]
    return [(a + first * one, b + shared * one + own * two) for one, two in draws]


def _means(pairs: Pairs) -> tuple[float, float]:
    return fmean(a for a, _ in pairs), fmean(b for _, b in pairs)


def _quadrant(point: tuple[float, float], cross: tuple[float, float]) -> Quadrant:
    if point[0] >= cross[0]:
        return "keep up" if point[1] >= cross[1] else "concentrate here"
    return "possible overkill" if point[1] >= cross[1] else "low priority"
