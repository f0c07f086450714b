"""Stakeholders: power and interest, salience, position. The unit is the organisation or group, never a person."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Literal

from .findings import TooFew

Quadrant = Literal["manage closely", "keep satisfied", "keep informed", "monitor"]
HIGH = 3.5
SALIENT = 4

_SALIENCE = {
    (True, False, False): "dormant",
    (False, True, False): "discretionary",
    (False, False, True): "demanding",
    (True, True, False): "dominant",
    (True, False, True): "dangerous",
    (False, True, True): "dependent",
    (True, True, True): "definitive",
    (False, False, False): "non-stakeholder",
}


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a stakeholder stands: medians (1 to 5) of `n` ratings of power and interest, and the quadrant they give."""

    n: int
    power: float
    interest: float
    quadrant: Quadrant


def standing(ratings: Sequence[tuple[float, float]], high: float = HIGH) -> Standing | TooFew:
    """Median power and interest of ratings (power, interest); `high` is where either begins to be high."""
    if not ratings:
        return TooFew("no data", 0)
    power, interest = (median(column) for column in zip(*ratings, strict=True))
    return Standing(len(ratings), power, interest, quadrant(power >= high, interest >= high))


def quadrant(powerful: bool, interested: bool) -> Quadrant:
    """What the power and interest grid advises."""
    if powerful:
        return "manage closely" if interested else "keep satisfied"
    return "keep informed" if interested else "monitor"


def salience(power: bool, legitimacy: bool, urgency: bool) -> str:
    """Class of Mitchell, Agle and Wood (1997)."""
    return _SALIENCE[power, legitimacy, urgency]


def salience_of(ratings: Sequence[tuple[float, float, float]], high: float = SALIENT) -> str | TooFew:
    """Class by medians of ratings (power, legitimacy, urgency) from 1 to 5; from `high` on an attribute is there."""
    if not ratings:
        return TooFew("no data", 0)
    power, legitimacy, urgency = (median(column) >= high for column in zip(*ratings, strict=True))
    return salience(power, legitimacy, urgency)


def positions(told: Iterable[tuple[str, str, str]]) -> Mapping[tuple[str, str], Mapping[str, int]]:
    """Counts of every position by (group, country), from (group, country, position)."""
    counts: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for group, country, position in told:
        counts[group, country][position] += 1
    return {cell: dict(counts[cell]) for cell in sorted(counts)}
