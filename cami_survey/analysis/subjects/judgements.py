"""Threats as experts and organisations judge them: one judgement per expert or organisation, threat and species."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from math import floor
from statistics import median

from cami_survey.analysis import feeds
from cami_survey.analysis.material import Material, Rows
from cami_survey.analysis.methods.threats import Judgement, Rating, group_rating, rating
from cami_survey.analysis.subjects.organisations import unified
from cami_survey.base.heeding import heed, heeded

LEVELS = {str(level): level for level in range(5)}
NOT_RATED = -1
# A threat of the past that is not expected again.
OVER = "pastn"

Key = tuple[str, str, str]


@dataclass
class Judged:
    """What was said of one threat to one species in one country. `absent`: how many found that it is not there."""

    judgements: list[Judgement] = field(default_factory=list)
    absent: int = 0
    interviews: list[int] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)

    @property
    def n(self) -> int:
        """How many experts or organisations gave a whole judgement or found it absent."""
        return len(self.judgements) + self.absent

    @cached_property
    def rating(self) -> Rating:
        """The group's rating; asked for when all judgements are in."""
        return group_rating(self.judgements)

    def need(self) -> int | None:
        """0 to 4: the rating, 0 where all who judged found it absent, None where nobody judged."""
        if self.judgements:
            return self.rating.level
        return 0 if self.absent else None


def expert_rows(material: Material) -> Rows:
    """Threats in the assessments of experts."""
    return material.rows(
        *feeds.EXPERT_THREATS, optional=("t_timing", *feeds.EXPERT_COVER), main=("species", "country", "presence")
    )


def stakeholder_rows(material: Material) -> Rows:
    """Threats as respondents of organisations rate them."""
    return material.rows(*feeds.STAKEHOLDER_THREATS, main=("country", "org_name"))


def by_experts(rows: Rows) -> dict[Key, Judged]:
    """Judgements by (species, threat, country); each expert is one voice."""
    keys = list(zip(rows["species"], rows["t_code"], rows["country"], strict=True))
    over = [timing == OVER for timing in rows["t_timing"]]
    return _judged(rows, keys, [rows[name] for name in feeds.EXPERT_THREATS[1:]], rows.interviews.tolist(), over)


def by_organisations(material: Material, rows: Rows) -> dict[Key, Judged]:
    """Judgements by (species, threat, country); each named organisation is one voice."""
    keys = list(zip(rows["thr_species"], rows["thr_code"], rows["country"], strict=True))
    names = unified(material, rows["org_name"])
    voices = [name or interview for name, interview in zip(names, rows.interviews.tolist(), strict=True)]
    scales = [rows[name] for name in feeds.STAKEHOLDER_THREATS[2:]]
    return _judged(rows, keys, scales, voices, [False] * len(rows))


def _judged(
    rows: Rows, keys: Sequence[Key], scales: Sequence[Sequence[str]], voices: Sequence[object], over: Sequence[bool]
) -> dict[Key, Judged]:
    """Judgements by key, those of one voice combined by medians first."""
    found: defaultdict[Key, Judged] = defaultdict(Judged)
    heard: defaultdict[tuple[Key, object], list[int]] = defaultdict(list)
    for row, (key, voice) in heeded(enumerate(zip(keys, voices, strict=True))):
        if key[0] and key[1]:
            heard[key, voice].append(row)
    heed()
    levels = [[LEVELS.get(text, NOT_RATED) for text in scale] for scale in scales]
    for (key, _voice), places in heeded(heard.items()):
        said = _combined(levels, places)
        one = found[key]
        if said is not None:
            one.judgements.append(said)
        elif all(over[row] or levels[0][row] == 0 or levels[1][row] == 0 for row in places):
            one.absent += 1
        else:
            continue
        one.rows += places
        one.interviews += [rows.interviews[row] for row in places]
    return {key: one for key, one in found.items() if one.n}


def _combined(scales: Sequence[Sequence[int]], places: Sequence[int]) -> Judgement | None:
    """Scope, severity and irreversibility of one voice; medians, halves up, where it spoke several times."""
    if len(places) == 1:
        scope, severity, irreversibility = scales
        return _complete(scope[places[0]], severity[places[0]], irreversibility[places[0]])
    levels = [[scale[row] for row in places if scale[row] != NOT_RATED] for scale in scales]
    return _complete(*(floor(median(one) + 0.5) for one in levels)) if all(levels) else None


@lru_cache(maxsize=256)
def _complete(scope: int, severity: int, irreversibility: int) -> Judgement | None:
    """A judgement that gives a rating; None for any other."""
    if NOT_RATED in (scope, severity, irreversibility):
        return None
    judgement = Judgement(scope, severity, irreversibility)
    return judgement if rating(judgement) else None
