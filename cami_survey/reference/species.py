"""The mammals of CAMI, what they are called, and in which range states they live."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Literal, cast, get_args

from cami_survey.reference.tables import rows

Presence = Literal[
    "present", "reintroduced", "seasonal", "possible", "vagrant", "extinct", "historical", "other_subspecies", "absent"
]
PRESENCES: tuple[Presence, ...] = get_args(Presence)


@dataclass(frozen=True, slots=True)
class Species:
    """One CAMI species. Join on `code`, never on a Latin name: CMS keeps older names than current taxonomy."""

    code: str
    sci_name_cms: str
    sci_name_current: str
    name_en: str
    group: str
    in_2014_list: bool
    in_2025_list: bool
    cms_appendix_2014_17: str
    cms_appendix: str
    cms_listing_since: str
    cms_confidence: str
    iucn: str
    iucn_year: str
    iucn_confidence: str
    instruments: str
    instruments_confidence: str
    note: str


@dataclass(frozen=True, slots=True)
class Occurrence:
    """What is known of one species in one range state. `occurs` is the yes or no that `presence` comes down to."""

    species: str
    iso_a2: str
    presence: Presence
    occurs: bool
    source: str
    confidence: str
    note: str


@dataclass(frozen=True, slots=True)
class SpeciesName:
    """The name of a species in one language, with how sure it is."""

    species: str
    language: str
    name: str
    confidence: str


@cache
def species() -> tuple[Species, ...]:
    """All species in the order of the CAMI list."""
    return tuple(_species(row) for row in rows("species"))


def _species(row: dict[str, str]) -> Species:
    return Species(
        code=row["code"],
        sci_name_cms=row["sci_name_cms"],
        sci_name_current=row["sci_name_current"],
        name_en=row["name_en"],
        group=row["group"],
        in_2014_list=row["cami_2014"] == "1",
        in_2025_list=row["cami_17_list_2025"] == "1",
        cms_appendix_2014_17=row["cms_appendix_2014_17"],
        cms_appendix=row["cms_appendix_current"],
        cms_listing_since=row["cms_listing_since"],
        cms_confidence=row["cms_confidence"],
        iucn=row["iucn"],
        iucn_year=row["iucn_year"],
        iucn_confidence=row["iucn_confidence"],
        instruments=row["instruments"],
        instruments_confidence=row["instruments_confidence"],
        note=row["note"],
    )


@cache
def species_names() -> tuple[SpeciesName, ...]:
    """Every known name, species by species."""
    return tuple(
        SpeciesName(row["species_code"], row["lang"], row["name"], row["confidence"]) for row in rows("species_names")
    )


@cache
def names(code: str) -> Mapping[str, str]:
    """Language -> name of the species `code`; English is always among them. KeyError for an unknown code."""
    found = {item.language: item.name for item in species_names() if item.species == code}
    if not found:
        raise KeyError(code)
    return MappingProxyType(found)


def name_in(code: str, language: str) -> str:
    """The name of the species `code` in a language, given as "fa" or "Persian (fa)"; empty where none is known."""
    wanted = language.rpartition("(")[2].rstrip(")")
    return _names_by_language().get((code, wanted), "")


@cache
def _names_by_language() -> Mapping[tuple[str, str], str]:
    return {(item.species, item.language): item.name for item in species_names()}


@cache
def occurrences() -> tuple[Occurrence, ...]:
    """One for each pair of species and range state."""
    return tuple(
        Occurrence(
            species=row["species_code"],
            iso_a2=row["iso_a2"],
            presence=cast(Presence, row["presence"]),
            occurs=row["occurs"] == "1",
            source=row["source"],
            confidence=row["confidence"],
            note=row["note"],
        )
        for row in rows("species_range")
    )


@cache
def species_of(iso_a2: str) -> tuple[str, ...]:
    """Codes of the species that occur in a range state, in the order of the CAMI list."""
    return tuple(item.species for item in occurrences() if item.iso_a2 == iso_a2 and item.occurs)


@cache
def absent_from(iso_a2: str) -> tuple[str, ...]:
    """Codes of the species certainly not in a range state: fit for control cards."""
    return tuple(item.species for item in occurrences() if item.iso_a2 == iso_a2 and item.presence == "absent")
