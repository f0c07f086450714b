"""Threats as experts and organisations judge them: one judgement per expert or organisation, threat and species."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from cami_survey.analysis import feeds
from cami_survey.analysis.factor import Mask, Numbers, crossed, numbered, parted
from cami_survey.analysis.material import Material, Rows, is_answer
from cami_survey.analysis.methods.threats import Rating, group_ratings, halves_up, ratings
from cami_survey.analysis.subjects.organisations import unified
from cami_survey.base.heeding import heed

LEVELS = {str(level): level for level in range(5)}
NOT_RATED = -1
# A threat of the past that is not expected again.
OVER = "pastn"

Key = tuple[str, ...]
"""Species, threat and country."""
Name = TypeVar("Name", bound=Hashable)


@dataclass(frozen=True, slots=True, eq=False)
class Voices:
    """What every voice said of a threat to a species in a country; who told nothing of use is not among them.

    `judgements` has a row of scope, severity and irreversibility for each voice, noughts where it found the threat
    absent, and `about` the place in `keys` of what it spoke of. `rows` are those in which they spoke, `rows_about` what
    of, a voice behind the other.
    """

    keys: list[Key]
    about: NDArray[np.int64]
    judgements: NDArray[np.int64]
    rows: NDArray[np.int64]
    rows_about: NDArray[np.int64]
    interviews: Numbers


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """What was said of one threat. `absent`: how many found that it is not there."""

    rating: Rating
    absent: int
    interviews: Numbers

    @property
    def n(self) -> int:
        """How many experts or organisations gave a whole judgement or found it absent."""
        return self.rating.n + self.absent

    def need(self) -> int:
        """0 to 4: the rating, 0 where all who judged found it absent."""
        return self.rating.level


def expert_rows(material: Material) -> Rows:
    """Threats in the assessments of experts."""
    return material.rows(
        *feeds.EXPERT_THREATS, optional=("t_timing", *feeds.EXPERT_COVER), main=("species", "country", "presence")
    )


def stakeholder_rows(material: Material) -> Rows:
    """Threats as respondents of organisations rate them."""
    return material.rows(*feeds.STAKEHOLDER_THREATS, main=("country", "org_name"))


def by_experts(rows: Rows) -> Voices:
    """Judgements of experts, each one voice."""
    over = rows["t_timing"].among((OVER,))
    return _voices(rows, ("species", "t_code", "country"), feeds.EXPERT_THREATS[1:], rows.interviews, over)


def by_organisations(material: Material, rows: Rows) -> Voices:
    """Judgements of organisations, each with a name one voice."""
    names = unified(material, rows["org_name"])
    alone = len(names.levels) + rows.interviews
    voices = np.where(names.where(bool), names.codes, alone)
    over = np.zeros(len(rows), np.bool_)
    return _voices(rows, ("thr_species", "thr_code", "country"), feeds.STAKEHOLDER_THREATS[2:], voices, over)


def judged(name: Callable[[Key], Name], *parts: Voices) -> dict[Name, Judged]:
    """What all these voices said, by the `name` of what they spoke of."""
    names: dict[Name, int] = {}
    about, rows_about = [], []
    for part in parts:
        fresh = np.zeros(len(part.keys), np.int64)
        for key in np.unique(part.about).tolist():
            fresh[key] = names.setdefault(name(part.keys[key]), len(names))
        about.append(fresh[part.about])
        rows_about.append(fresh[part.rows_about])
    groups = np.concatenate(about)
    found = group_ratings(np.concatenate([part.judgements for part in parts]), groups, len(names))
    interviews = np.concatenate([part.interviews for part in parts])
    told = zip(
        names,
        found,
        np.bincount(groups, minlength=len(names)).tolist(),
        parted(np.concatenate(rows_about), len(names)),
        strict=True,
    )
    return {name: Judged(rating, n - rating.n, interviews[rows]) for name, rating, n, rows in told}


def _voices(
    rows: Rows, places: tuple[str, str, str], scales: tuple[str, ...], speakers: NDArray[Any], over: Mask
) -> Voices:
    """What speakers say of places, those rows of one speaker combined by medians first."""
    spoken = np.flatnonzero(rows[places[0]].where(is_answer) & rows[places[1]].where(is_answer))
    heed()
    about, keys = crossed(*(rows[name].take(spoken) for name in places))
    voices, firsts = numbered(about * (int(speakers.max(initial=0)) + 1) + speakers[spoken])
    heed()
    levels = np.stack([rows[name].take(spoken).on(LEVELS, NOT_RATED) for name in scales], axis=1)
    judgements = _combined(levels, voices, firsts)
    said = ratings(judgements) > 0
    gone = over[spoken] | (levels[:, 0] == 0) | (levels[:, 1] == 0)
    absent = np.bincount(voices[~gone], minlength=len(firsts)) == 0
    judgements[~said] = 0
    heard = said | absent
    order = np.argsort(voices, kind="stable")
    order = order[heard[voices[order]]]
    order = order[np.concatenate([np.empty(0, np.int64), *parted(about[order], len(keys))])]
    return Voices(
        keys, about[firsts[heard]], judgements[heard], spoken[order], about[order], rows.interviews[spoken[order]]
    )


def _combined(levels: NDArray[np.int64], voices: NDArray[np.int64], firsts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Scope, severity and irreversibility of each voice, 0 where not rated; medians, halves up, where it spoke several
    times. `firsts` has the first row of each."""
    found = levels[firsts]
    several = np.bincount(voices, minlength=len(firsts)) > 1
    which = np.cumsum(several) - 1
    those = several[voices]
    for scale in range(levels.shape[1]):
        rated = those & (levels[:, scale] != NOT_RATED)
        found[several, scale] = halves_up(levels[rated, scale], which[voices[rated]], int(several.sum()))
    return np.maximum(found, 0)
