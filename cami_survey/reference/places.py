"""Range states, their provinces, the languages spoken there, and the base map."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from cami_survey.reference.tables import DATA, rows

Layer = Literal["countries", "water", "towns"]
LAYERS: dict[Layer, str] = {
    "countries": "basemap.geojson",
    "water": "basemap_water.geojson",
    "towns": "basemap_places.geojson",
}


@dataclass(frozen=True, slots=True)
class RangeState:
    """A country of the CAMI region. Languages are BCP 47 codes where one exists, as the source gives them."""

    iso_a2: str
    iso_a3: str
    iso_n3: str
    name_cms: str
    name_long: str
    cms_party_2017: bool
    official_languages: tuple[str, ...]
    other_languages: str
    interview_languages: str


@dataclass(frozen=True, slots=True)
class Province:
    """A first-level unit by ISO 3166-2. `name` is in Latin letters as the standard writes it."""

    code: str
    iso_a2: str
    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class Language:
    """A language of the region: how it is written. `direction` is "ltr", "rtl" or, for columns, a sentence."""

    code: str
    name: str
    script: str
    direction: str
    digits: str
    decimal: str
    confidence: str


@cache
def range_states() -> tuple[RangeState, ...]:
    """The fourteen range states in the order of their English names."""
    return tuple(
        RangeState(
            iso_a2=row["iso_a2"],
            iso_a3=row["iso_a3"],
            iso_n3=row["iso_n3"],
            name_cms=row["name_cms"],
            name_long=row["name_long"],
            cms_party_2017=row["cms_party_2017"] == "1",
            official_languages=tuple(row["official_langs_cldr"].split(";")),
            other_languages=row["other_langs"],
            interview_languages=row["herder_interview_langs"],
        )
        for row in rows("range_states")
    )


@cache
def provinces(iso_a2: str = "") -> tuple[Province, ...]:
    """The provinces of one range state, or of all."""
    return tuple(
        Province(row["iso_3166_2"], row["iso_a2"], row["name"], row["type"])
        for row in rows("admin1")
        if iso_a2 in ("", row["iso_a2"])
    )


@cache
def languages() -> tuple[Language, ...]:
    """The languages of the region, working languages first."""
    return tuple(
        Language(
            code=row["code"],
            name=row["name"],
            script=row["script"],
            direction=row["direction"],
            digits=row["cldr_default_digits"],
            decimal=row["cldr_decimal_latn"],
            confidence=row["confidence"],
        )
        for row in rows("languages")
    )


def basemap(layer: Layer) -> Path:
    """The GeoJSON file of one layer of the base map (WGS 84, longitude 37 to 136, latitude 6 to 60)."""
    return DATA / LAYERS[layer]
