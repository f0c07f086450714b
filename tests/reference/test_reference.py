"""The reference tables: complete, consistent with each other, and honest about where a text comes from."""

from __future__ import annotations

import csv
import json
from dataclasses import FrozenInstanceError

import pytest

from cami_survey.reference import places, programme, species, tables, threats


def test_there_are_twenty_species_of_which_fifteen_were_on_the_list_of_2014() -> None:
    kinds = species.species()
    assert len(kinds) == 20
    assert sum(kind.in_2014_list for kind in kinds) == 15
    assert sum(kind.in_2025_list for kind in kinds) == 17


def test_a_species_keeps_the_name_of_cms_beside_the_current_one() -> None:
    snow_leopard = next(kind for kind in species.species() if kind.code == "PANUNC")
    assert snow_leopard.sci_name_cms == "Uncia uncia"
    assert snow_leopard.sci_name_current == "Panthera uncia"
    assert snow_leopard.cms_appendix == "I"


def test_a_record_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        species.species()[0].code = "X"


def test_the_table_is_read_once() -> None:
    assert species.species() is species.species()


def test_names_are_found_by_language() -> None:
    assert species.names("SAITAT")["en"] == "Saiga antelope"
    assert species.names("SAITAT")["ru"] == "сайгак (сайга)"


def test_an_unknown_species_has_no_names() -> None:
    with pytest.raises(KeyError):
        species.names("UNICORN")


def test_every_species_has_an_english_and_a_russian_name() -> None:
    assert all({"en", "ru"} <= species.names(kind.code).keys() for kind in species.species())


def test_occurrence_is_known_for_every_pair_of_species_and_range_state() -> None:
    pairs = [(item.species, item.iso_a2) for item in species.occurrences()]
    assert len(pairs) == len(set(pairs)) == 20 * 14
    assert {item.presence for item in species.occurrences()} <= set(species.PRESENCES)


@pytest.mark.parametrize(
    ("country", "expected"),
    [
        ("KG", ("PANUNC", "OVIAMM", "GAZSUB", "OTOMAN", "LYNLYN")),
        ("BT", ("PANUNC", "OTOMAN")),
    ],
)
def test_the_species_of_a_country(country: str, expected: tuple[str, ...]) -> None:
    assert species.species_of(country) == expected


def test_an_extinct_species_is_neither_there_nor_fit_for_a_control_card() -> None:
    assert "SAITAT" not in species.species_of("CN")
    assert "SAITAT" not in species.absent_from("CN")


def test_there_are_fourteen_range_states_with_provinces() -> None:
    states = places.range_states()
    assert len(states) == 14
    assert {unit.iso_a2 for unit in places.provinces()} == {state.iso_a2 for state in states}
    assert all(unit.code.startswith(f"{unit.iso_a2}-") for unit in places.provinces())


def test_the_provinces_of_one_country() -> None:
    assert {unit.name for unit in places.provinces("KG")} >= {"Naryn", "Osh", "Talas", "Chüy"}


def test_official_languages_are_single_codes() -> None:
    kyrgyzstan = next(state for state in places.range_states() if state.iso_a2 == "KG")
    assert kyrgyzstan.official_languages == ("ky", "ru")


def test_right_to_left_languages_are_marked() -> None:
    directions = {language.code: language.direction for language in places.languages()}
    assert directions["fa"] == directions["ps"] == "rtl"
    assert directions["ru"] == "ltr"


@pytest.mark.parametrize("layer", ["countries", "water", "towns"])
def test_each_layer_of_the_base_map_names_its_source(layer: places.Layer) -> None:
    content = json.loads(places.basemap(layer).read_text("utf-8"))
    assert content["type"] == "FeatureCollection"
    assert content["features"]
    assert "Natural Earth" in content["source"]


def test_the_base_map_shows_every_range_state() -> None:
    content = json.loads(places.basemap("countries").read_text("utf-8"))
    shown = {
        item["properties"]["iso_a2"] for item in content["features"] if item["properties"]["role"] == "range_state"
    }
    assert shown == {state.iso_a2 for state in places.range_states()}


@pytest.mark.parametrize("scheme", ["CAMI-work", "IUCN-3.x", "CMP-1.1"])
def test_every_threat_below_the_top_has_its_parent_in_the_same_scheme(scheme: threats.ThreatScheme) -> None:
    entries = threats.threats(scheme)
    codes = {entry.code for entry in entries}
    assert len(codes) == len(entries) > 0
    assert all(entry.parent in codes for entry in entries if entry.parent)


@pytest.mark.parametrize("scheme", ["CMP-1.1", "CMP-2.0"])
def test_every_action_belongs_to_its_scheme(scheme: threats.ActionScheme) -> None:
    entries = threats.actions(scheme)
    assert {entry.scheme for entry in entries} == {scheme}


def test_illustrative_rows_of_the_programme_stay_out_unless_asked_for() -> None:
    assert "illustrative" not in {item.standing for item in programme.programme()}
    shown = programme.programme(illustrative=True)
    assert sum(item.standing == "illustrative" for item in shown) == 34


def test_a_number_with_a_star_is_always_marked_illustrative() -> None:
    starred = [item for item in programme.programme(illustrative=True) if item.activity_no.endswith("*")]
    assert len(starred) == 34
    assert {item.standing for item in starred} == {"illustrative"}
    assert all("official text and number not found" in item.text_status for item in starred)


def test_no_activity_is_shown_as_official() -> None:
    assert [item for item in programme.programme() if item.activity and item.standing == "sourced"] == []


def test_the_sections_of_objective_one_of_2014() -> None:
    sections = [
        item.section_no
        for item in programme.programme()
        if item.programme == "CAMI-2014-2020" and item.standing == "sourced" and item.section_no
    ]
    assert sections == ["1.1", "1.2", "1.3", "1.4", "1.5", "1.6", "1.7"]


def test_every_row_of_every_table_has_a_cell_for_each_column() -> None:
    for path in tables.DATA.glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            lengths = {len(row) for row in csv.reader(file)}
        assert len(lengths) == 1, path.name


def test_the_tables_have_a_version() -> None:
    year, number = tables.version().split(".")
    assert int(year) >= 2026
    assert int(number) >= 1


@pytest.mark.parametrize(
    ("mark", "checked"), [("S", True), ("S(MDD)/G year", True), ("G", False), ("U", False), ("-", False)]
)
def test_a_confidence_mark_tells_whether_a_source_was_read(mark: str, checked: bool) -> None:
    assert tables.is_checked(mark) is checked
