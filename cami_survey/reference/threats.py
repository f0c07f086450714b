"""Classifications of threats and of conservation actions; each entry belongs to a scheme in one version."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Literal

from cami_survey.reference.tables import rows

ThreatScheme = Literal["CAMI-work", "IUCN-3.x", "CMP-1.1"]
ActionScheme = Literal["CMP-1.1", "CMP-2.0"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a classification. `parent` is the code one level up, "" at the top. `crosswalk` is prose."""

    scheme: str
    code: str
    parent: str
    level: int
    label: str
    crosswalk: str
    confidence: str
    source: str


@cache
def threats(scheme: ThreatScheme) -> tuple[Entry, ...]:
    """The threats of a scheme. "CAMI-work" is a working list for the field in own words, not an official CMS list."""
    return tuple(_entry(row) for row in rows("threats") if row["scheme"] == scheme)


@cache
def actions(scheme: ActionScheme) -> tuple[Entry, ...]:
    """The conservation actions of a scheme."""
    return tuple(_entry(row) for row in rows("conservation_actions") if row["scheme"] == scheme)


def _entry(row: dict[str, str]) -> Entry:
    return Entry(
        scheme=row["scheme"],
        code=row["code"],
        parent=row["parent"],
        level=int(row["level"]),
        label=row["label"],
        crosswalk=row.get("crosswalk", ""),
        confidence=row["confidence"],
        source=row["source"],
    )
