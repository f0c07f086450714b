"""What each reference table holds: its columns, what names a row, which texts a cell may have, what it refers to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from cami_survey.reference.programme import STATUSES
from cami_survey.reference.species import PRESENCES

YES_NO = frozenset({"0", "1"})
PROGRAMME_PREFIX = "pow_"


@dataclass(frozen=True, slots=True)
class Schema:
    """`key` names a row and cannot be empty in its first column; `needed` are never empty; `allowed` lists all texts
    a cell may have; `refers` names the table and column a cell has to be found in; `parent` names a row of the same
    table by the last column of the key, the rest of the key being equal. `confidence` says how far a row is to be
    relied on; where there are `statuses`, it has to tell one of them."""

    columns: tuple[str, ...]
    key: tuple[str, ...]
    needed: frozenset[str] = frozenset()
    allowed: Mapping[str, frozenset[str]] = field(default_factory=dict)
    refers: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    parent: str = ""
    confidence: str = "confidence"
    statuses: tuple[str, ...] = ()


CLASSIFICATION = ("scheme", "code", "parent", "level", "label")
SPECIES = ("species", "code")
STATE = ("range_states", "iso_a2")

PROGRAMME = Schema(
    columns=(
        "pow", "objective_no", "objective_title", "section_no", "section_title", "activity_no", "activity_text",
        "priority", "responsible", "timeframe", "text_status", "source",
    ),
    key=("pow", "objective_no", "section_no", "section_title", "activity_no"),
    needed=frozenset({"text_status", "source"}),
    confidence="text_status",
    statuses=STATUSES,
)  # fmt: skip

SCHEMAS: Mapping[str, Schema] = {
    "species": Schema(
        columns=(
            "code", "sci_name_cms", "sci_name_current", "name_en", "group", "cami_2014", "cami_17_list_2025",
            "cms_appendix_2014_17", "cms_appendix_current", "cms_listing_since", "cms_confidence", "iucn", "iucn_year",
            "iucn_confidence", "instruments", "instruments_confidence", "note",
        ),
        key=("code",),
        needed=frozenset({"sci_name_cms", "name_en", "cms_confidence", "iucn_confidence"}),
        allowed={"cami_2014": YES_NO, "cami_17_list_2025": YES_NO},
        confidence="cms_confidence",
    ),
    "species_names": Schema(
        columns=("species_code", "lang", "name", "confidence"),
        key=("species_code", "lang"),
        needed=frozenset({"name", "confidence"}),
        refers={"species_code": SPECIES},
    ),
    "species_range": Schema(
        columns=("species_code", "iso_a2", "presence", "occurs", "source", "confidence", "note"),
        key=("species_code", "iso_a2"),
        needed=frozenset({"presence", "occurs", "source", "confidence"}),
        allowed={"presence": frozenset(PRESENCES), "occurs": YES_NO},
        refers={"species_code": SPECIES, "iso_a2": STATE},
    ),
    "range_states": Schema(
        columns=(
            "iso_a2", "iso_a3", "iso_n3", "name_cms", "name_long", "cms_party_2017", "official_langs_cldr",
            "other_langs", "herder_interview_langs",
        ),
        key=("iso_a2",),
        needed=frozenset({"name_cms", "official_langs_cldr"}),
        allowed={"cms_party_2017": YES_NO},
        confidence="",
    ),
    "admin1": Schema(
        columns=("iso_a2", "iso_3166_2", "name", "type", "parent"),
        key=("iso_3166_2",),
        needed=frozenset({"name"}),
        refers={"iso_a2": STATE},
        confidence="",
    ),
    "languages": Schema(
        columns=("code", "name", "script", "direction", "cldr_default_digits", "cldr_decimal_latn", "confidence"),
        key=("code",),
        needed=frozenset({"name", "direction", "confidence"}),
    ),
    "threats": Schema(
        columns=(*CLASSIFICATION, "crosswalk", "confidence", "source"),
        key=("scheme", "code"),
        needed=frozenset({"label", "confidence", "source"}),
        parent="parent",
    ),
    "conservation_actions": Schema(
        columns=(*CLASSIFICATION, "confidence", "source"),
        key=("scheme", "code"),
        needed=frozenset({"label", "confidence", "source"}),
        parent="parent",
    ),
    "crosswalks": Schema(
        columns=("from_scheme", "from_code", "to_scheme", "to_code", "relation", "confidence", "source"),
        key=("from_scheme", "from_code", "to_scheme", "to_code"),
        needed=frozenset({"relation", "confidence", "source"}),
        allowed={"relation": frozenset({"same", "narrower", "broader", "related", "none"})},
    ),
    "pow_2014_2020": PROGRAMME,
    "pow_2021_2026": PROGRAMME,
}  # fmt: skip


def schema_of(table: str) -> Schema | None:
    """The schema of a table; every `pow_*` is a programme of work. None for a table nobody knows."""
    return SCHEMAS.get(table) or (PROGRAMME if table.startswith(PROGRAMME_PREFIX) else None)
