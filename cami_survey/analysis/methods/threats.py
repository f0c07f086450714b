"""Threat rating by the Open Standards as Miradi computes it: 1 low, 2 medium, 3 high, 4 very high, 0 not rated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import floor
from statistics import median

from cami_survey.base.heeding import heed

_LOW, _MEDIUM, _HIGH, _VERY_HIGH = 1, 2, 3, 4
_LEVELS = (_VERY_HIGH, _HIGH, _MEDIUM, _LOW)
# Rows: irreversibility, columns: magnitude.
_RATING = ((1, 1, 2, 3), (1, 2, 3, 4), (1, 2, 3, 4), (2, 3, 4, 4))


@dataclass(frozen=True, slots=True)
class Judgement:
    """What one expert says of one threat to one target, each on 0 to 4."""

    scope: int
    severity: int
    irreversibility: int

    def __post_init__(self) -> None:
        """Refuse what is on no scale."""
        if not all(0 <= level <= _VERY_HIGH for level in (self.scope, self.severity, self.irreversibility)):
            raise ValueError("threats are judged on 0 to 4")


@dataclass(frozen=True, slots=True)
class Rating:
    """A group's rating; `spread` is the lowest and highest single rating among the `n` experts who gave one."""

    level: int
    n: int
    spread: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Project:
    """Ratings summed up: `overall` is the higher of `rolled` (over threats) and `majority` (over targets)."""

    threats: Mapping[str, int]
    targets: Mapping[str, int]
    rolled: int
    majority: int
    overall: int


def magnitude(scope: int, severity: int) -> int:
    """The lower of the two; 0 where one is not rated."""
    return min(scope, severity)


def rating(judgement: Judgement) -> int:
    """Level of one judgement; 0 where anything is not rated."""
    size = magnitude(judgement.scope, judgement.severity)
    if not size or not judgement.irreversibility:
        return 0
    return _RATING[judgement.irreversibility - 1][size - 1]


def group_rating(judgements: Sequence[Judgement]) -> Rating:
    """Several experts: medians of scope, severity and irreversibility (halves up), then the tables.

    Judgements that are not complete do not count. Without a complete one the level is 0 and n is 0.
    """
    heed()
    rated = [one for one in judgements if rating(one)]
    if not rated:
        return Rating(0, 0, (0, 0))
    single = [rating(one) for one in rated]
    middle = Judgement(
        _middle([one.scope for one in rated]),
        _middle([one.severity for one in rated]),
        _middle([one.irreversibility for one in rated]),
    )
    return Rating(rating(middle), len(rated), (min(single), max(single)))


def roll_up(levels: Sequence[int]) -> int:
    """Rule of 3-5-7, then two-prime: a single very high gives high. 0 where nothing is rated."""
    low, medium, high, very = (list(levels).count(level) for level in range(_LOW, _VERY_HIGH + 1))
    medium += low // 7
    high += medium // 5
    very += high // 3
    if very >= 2:
        return _VERY_HIGH
    if very or high >= 2:
        return _HIGH
    if high or medium >= 2:
        return _MEDIUM
    return _LOW if low or medium else 0


def majority(levels: Sequence[int]) -> int:
    """The highest level that more than half of the rated reach, counting downwards."""
    rated = [level for level in levels if level]
    reached = (level for level in _LEVELS if 2 * sum(one >= level for one in rated) > len(rated))
    return next(reached, 0)


def project(levels: Mapping[tuple[str, str], int]) -> Project:
    """Sum up levels by (threat, target); each target counts by its highest level for the majority."""
    threats = {name: roll_up([v for (t, _), v in levels.items() if t == name]) for name, _ in levels}
    targets = {name: roll_up([v for (_, t), v in levels.items() if t == name]) for _, name in levels}
    highest = [max(v for (_, t), v in levels.items() if t == name) for name in targets]
    rolled, most = roll_up(list(threats.values())), majority(highest)
    return Project(threats, targets, rolled, most, max(rolled, most))


def _middle(levels: Sequence[int]) -> int:
    return floor(median(levels) + 0.5)
