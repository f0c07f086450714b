"""The register of organisations: who is the same as whom, as persons confirmed it. Verdicts travel as statements.

Names are compared across scripts as interviews are (`duplicates`): in Latin letters, spelled as alike as can be; names
in scripts that leave vowels out by their consonants. Proposals are only shown: nothing is one before somebody says so.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from cami_survey.analysis import feeds
from cami_survey.analysis.factor import crossed
from cami_survey.analysis.register import Verdict, folded, pair, shown_names
from cami_survey.base.errors import UserError, nearest
from cami_survey.base.notices import Notice, Outcome, Touched
from cami_survey.base.order import ordered
from cami_survey.base.texts import _
from cami_survey.operations import duplicates

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cami_survey.analysis.material import Material
    from cami_survey.store.api import SurveyFile

TOPIC = "register.organisation"
RECORDS: frozenset[Touched] = frozenset({"records"})
# Equal letters in percent from which two names may be one; shorter ones are too easily alike.
ALIKE, SHORTEST = 86, 5


@dataclass(frozen=True, slots=True)
class Listed:
    """One organisation: the name it is shown by, every name it was written by, how often, and in which years."""

    name: str
    names: tuple[str, ...]
    n: int
    years: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Proposal:
    """Two names that may be one organisation; `score` in percent."""

    one: str
    other: str
    score: float


@dataclass(frozen=True, slots=True)
class Register:
    """Every organisation by name, and pairs that nobody has judged, the surest first."""

    organisations: tuple[Listed, ...]
    proposed: tuple[Proposal, ...]


def verdicts(survey: SurveyFile) -> list[Verdict]:
    """What persons found of pairs of names, oldest first."""
    bodies = [statement.body for statement in survey.statements(TOPIC)]
    return [Verdict(body.get("one", ""), body.get("other", ""), body.get("shown", "")) for body in bodies]


def canonical(survey: SurveyFile) -> Mapping[str, str]:
    """The name by which each organisation with a confirmed match is shown, by its folded name."""
    return shown_names(verdicts(survey))


def register(survey: SurveyFile) -> Register:
    """The organisations that respondents are from or that they named, and what may be the same."""
    from cami_survey.operations.analyses import load

    said = verdicts(survey)
    written = _written(load(survey))
    same = shown_names(said)
    members: defaultdict[str, list[str]] = defaultdict(list)
    for key, (name, _n, _years) in written.items():
        members[same.get(key, name)].append(key)
    listed = [_listed(shown, keys, written) for shown, keys in members.items()]
    judged = {pair(one.one, one.other) for one in said}
    organisations = tuple(sorted(listed, key=lambda one: ordered(one.name)))
    return Register(organisations, tuple(_proposed(written, same, judged)))


Written = dict[str, tuple[str, int, tuple[str, ...]]]


def _written(material: Material) -> Written:
    """By folded name: the spelling used most, how often, in which years."""
    spellings: defaultdict[str, Counter[str]] = defaultdict(Counter)
    years: defaultdict[str, set[str]] = defaultdict(set)
    for field in (feeds.ORGANISATION[0], feeds.PARTNERS[0]):
        rows = material.rows(field)
        names = rows[field].renamed(lambda name: " ".join(name.split()))
        asked = material.interviews.days.take(rows.interviews).renamed(lambda day: day[:4])
        both, told = crossed(names, asked)
        for (name, year), n in zip(told, np.bincount(both).tolist(), strict=True):
            if name:
                key = folded(name)
                spellings[key][name] += n
                years[key].add(year)
    return {
        key: (counts.most_common(1)[0][0], counts.total(), tuple(sorted(years[key])))
        for key, counts in spellings.items()
    }


def _listed(shown: str, keys: Sequence[str], written: Written) -> Listed:
    names = tuple(sorted(written[key][0] for key in keys))
    years = sorted({year for key in keys for year in written[key][2]})
    return Listed(shown, names, sum(written[key][1] for key in keys), tuple(years))


def _proposed(written: Written, same: Mapping[str, str], judged: set[tuple[str, str]]) -> list[Proposal]:
    """Pairs that are alike, of different organisations, and not judged yet."""
    names = {key: name for key, (name, _n, _years) in written.items() if len(key) >= SHORTEST}
    found = []
    for (one, other), score in duplicates.alike_names(names, ALIKE).items():
        together = same.get(one, one) == same.get(other, other)
        if not together and pair(one, other) not in judged:
            found.append(Proposal(names[one], names[other], score))
    return sorted(found, key=lambda proposal: (-proposal.score, proposal.one, proposal.other))


def match(survey: SurveyFile, one: str, other: str) -> Outcome[None]:
    """Confirm that both names are one organisation, shown as `one` from now on, wherever this arrives."""
    first, second = _named(survey, one), _named(survey, other)
    _refuse_same(first, second)
    _state(survey, first, second, first)
    text = _("“{other}” is shown as “{one}” from now on.").format(one=first, other=second)
    return Outcome(None, RECORDS, (Notice("register.matched", text),))


def apart(survey: SurveyFile, one: str, other: str) -> Outcome[None]:
    """Keep that the names are two organisations; takes a match of the two back."""
    first, second = _named(survey, one), _named(survey, other)
    _refuse_same(first, second)
    _state(survey, first, second, "")
    text = _("“{one}” and “{other}” are kept as two organisations.").format(one=first, other=second)
    return Outcome(None, RECORDS, (Notice("register.apart", text),))


def separate(survey: SurveyFile, names: Sequence[str]) -> Outcome[None]:
    """Keep each of the `names`, as `register` lists them, as an organisation of its own."""
    for one, other in combinations(names, 2):
        _state(survey, one, other, "")
    text = _("Kept as organisations of their own: {names}.").format(names=", ".join(names))
    return Outcome(None, RECORDS, (Notice("register.apart", text),))


def _state(survey: SurveyFile, one: str, other: str, shown: str) -> None:
    survey.state(TOPIC, "\x1f".join(pair(one, other)), {"one": one, "other": other, "shown": shown})


def _refuse_same(one: str, other: str) -> None:
    if folded(one) == folded(other):
        raise UserError("register.same-name", _("Both are the same name: {name}.").format(name=one), where=one)


def _named(survey: SurveyFile, name: str) -> str:
    """The name as interviews write it; UserError where none does."""
    from cami_survey.operations.analyses import load

    written = _written(load(survey))
    if folded(name) in written:
        return written[folded(name)][0]
    near = nearest(name, [spelling for spelling, _n, _years in written.values()])
    raise UserError(
        "register.unknown",
        _("No interview names an organisation “{name}”.").format(name=name),
        advice=_("Did you mean “{name}”?").format(name=near) if near else _("register list shows the names."),
        where=name,
    )
