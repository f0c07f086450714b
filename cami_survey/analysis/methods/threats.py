"""Threat rating by the Open Standards as Miradi computes it: 1 low, 2 medium, 3 high, 4 very high, 0 not rated."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cami_survey.analysis.factor import middles, reached
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


# Of every judgement, by its scope, severity and irreversibility.
_LEVEL = np.array([rating(Judgement(*levels)) for levels in np.ndindex(5, 5, 5)], np.int8).reshape(5, 5, 5)


def ratings(judgements: NDArray[Any]) -> NDArray[np.int8]:
    """Levels of judgements as `rating` gives them; each row has scope, severity and irreversibility."""
    found: NDArray[np.int8] = _LEVEL[tuple(judgements.T)]
    return found


def group_ratings(judgements: NDArray[Any], groups: NDArray[Any], number: int) -> list[Rating]:
    """Several experts in each group from 0 to `number` - 1: medians of scope, severity and irreversibility (halves up),
    then the tables. `judgements` as for `ratings`, `groups` has the group of each.

    Judgements that are not complete do not count. Without a complete one the level is 0 and n is 0.
    """
    heed()
    single = ratings(judgements)
    rated = single > 0
    judgements, groups, single = judgements[rated], groups[rated], single[rated]
    middle = np.stack([halves_up(scale, groups, number) for scale in judgements.T], axis=1)
    counts = np.bincount(groups.astype(np.int64) * 5 + single, minlength=number * 5).reshape(number, 5)
    n = counts.sum(axis=1)
    given = counts > 0
    lowest, highest = given.argmax(axis=1), np.where(n > 0, _VERY_HIGH - given[:, ::-1].argmax(axis=1), 0)
    told = zip(*(one.tolist() for one in (ratings(middle), n, lowest, highest)), strict=True)
    return [Rating(level, of, (low, high)) for level, of, low, high in told]


def halves_up(levels: NDArray[Any], groups: NDArray[Any], number: int) -> NDArray[np.int64]:
    """The median level of each group from 0 to `number` - 1, halves up; 0 where it has none."""
    lower, upper = middles(reached(levels, groups, number, _VERY_HIGH))
    return (lower + upper + 1) // 2


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
    of_threat: defaultdict[str, list[int]] = defaultdict(list)
    of_target: defaultdict[str, list[int]] = defaultdict(list)
    for (threat, target), level in levels.items():
        of_threat[threat].append(level)
        of_target[target].append(level)
    threats = {name: roll_up(found) for name, found in of_threat.items()}
    targets = {name: roll_up(found) for name, found in of_target.items()}
    rolled, most = roll_up(list(threats.values())), majority(list(map(max, of_target.values())))
    return Project(threats, targets, rolled, most, max(rolled, most))
