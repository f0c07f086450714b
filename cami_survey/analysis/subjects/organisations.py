"""Respondents of one organisation as one voice; who did not give a name speaks for the kind of organisation."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from cami_survey.analysis import feeds
from cami_survey.analysis.material import Material, Rows
from cami_survey.base.heeding import heeded
from cami_survey.base.order import ordered
from cami_survey.base.texts import _

LEVELS: Mapping[str, int] = {str(level): level for level in range(1, 6)}


@dataclass(frozen=True, slots=True)
class Organisation:
    """One organisation with the rows in which its respondents speak. `kind` is the code of its type."""

    name: str
    kind: str
    rows: tuple[int, ...]


def organisations(material: Material, rows: Rows) -> list[Organisation]:
    """The organisations behind these rows, which have the columns `org_name` and `org_type`; by name."""
    kinds = rows[feeds.ORGANISATION_TYPE]
    names = unified(material, rows["org_name"])
    found: defaultdict[str, list[int]] = defaultdict(list)
    for place, (name, kind) in heeded(enumerate(zip(names, kinds, strict=True))):
        found[name or _unnamed(material, kind)].append(place)
    return [
        Organisation(name, Counter(kinds[place] for place in found[name]).most_common(1)[0][0], tuple(found[name]))
        for name in heeded(sorted(found, key=ordered))
    ]


def unified(material: Material, names: Sequence[str]) -> list[str]:
    """Each name as it is shown: confirmed matches, and names that differ only in blanks and capitals, are one."""
    first: dict[str, str] = {}
    known: dict[str, str] = {"": ""}
    for name in heeded(names):
        if name not in known:
            shown = material.shown(" ".join(name.split()))
            known[name] = first.setdefault(shown.casefold(), shown)
    return [known[name] for name in names]


def _unnamed(material: Material, kind: str) -> str:
    said = material.label(feeds.ORGANISATION_TYPE, kind) if kind else _("Organisation")
    return _("{kind} (not named)").format(kind=said)


def levels(texts: Iterable[str]) -> list[int]:
    """The levels of a scale from 1 to 5 among answers; all others are left out."""
    return [LEVELS[one] for one in texts if one in LEVELS]


def middle(texts: Iterable[str]) -> float | None:
    """The median level, None where nobody gave one."""
    found = levels(texts)
    return median(found) if found else None
