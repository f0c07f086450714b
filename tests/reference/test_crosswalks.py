"""Old answers stay comparable: from the codes of one list to those of another, and back."""

from __future__ import annotations

import pytest

from cami_survey.reference import tables
from cami_survey.reference.crosswalks import Crosswalk, schemes
from cami_survey.reference.schemas import schema_of
from cami_survey.reference.shelf import Shelf, is_official

ROWS = tables.rows("crosswalks")


def walk(one: str, other: str) -> Crosswalk:
    return Crosswalk(ROWS, one, other)


@pytest.mark.parametrize(
    ("one", "code", "other", "found"),
    [
        ("threats:CMP-1.1", "5.1", "threats:IUCN-3.x", ("5.1",)),
        ("threats:CAMI-work", "CAMI-1a", "threats:IUCN-3.x", ("5.1.1",)),
        ("threats:CAMI-work", "CAMI-1", "threats:IUCN-3.x", ("5.1.1", "5.1.3")),
        ("threats:CAMI-work", "CAMI-17", "threats:IUCN-3.x", ()),
        ("threats:CAMI-work", "unheard of", "threats:IUCN-3.x", ()),
        ("conservation_actions:CMP-1.1", "3.4", "conservation_actions:CMP-2.0", ("2.3",)),
        ("programme:CAMI-2014-2020", "1.3", "programme:CAMI-2021-2026", ("1.3",)),
    ],
)
def test_a_code_counts_under_its_nearest_relation(one: str, code: str, other: str, found: tuple[str, ...]) -> None:
    assert walk(one, other).codes(code) == found


def test_what_is_narrower_one_way_is_broader_the_other() -> None:
    (there,) = walk("threats:CAMI-work", "threats:IUCN-3.x").links("CAMI-1a")
    back = next(
        link for link in walk("threats:IUCN-3.x", "threats:CAMI-work").links("5.1.1") if link.other == "CAMI-1a"
    )
    assert (there.relation, back.relation) == ("narrower", "broader")


def test_every_code_of_a_crosswalk_is_in_its_list() -> None:
    known: dict[str, set[str]] = {}
    for table in ("threats", "conservation_actions"):
        for row in tables.rows(table):
            known.setdefault(f"{table}:{row['scheme']}", set()).add(row["code"])
    for name in ("pow_2014_2020", "pow_2021_2026"):
        for row in tables.rows(name):
            known.setdefault(f"programme:{row['pow']}", set()).add(row["section_no"])
    for row in ROWS:
        assert row["from_code"] in known[row["from_scheme"]], row
        assert not row["to_code"] or row["to_code"] in known[row["to_scheme"]], row
        assert (row["relation"] == "none") == (not row["to_code"]), row
    assert len(schemes(ROWS)) == 5


def test_every_threat_of_the_working_list_has_a_place_among_those_of_iucn_or_a_word_why_not() -> None:
    codes = [row["code"] for row in tables.rows("threats") if row["scheme"] == "CAMI-work"]
    links = walk("threats:CAMI-work", "threats:IUCN-3.x")
    assert [code for code in codes if not links.links(code)] == []


def test_a_row_whose_official_text_is_not_known_is_never_official() -> None:
    shelf = Shelf()
    for name in ("pow_2014_2020", "pow_2021_2026"):
        table = shelf.table(name)
        official = [row for row in table.rows if is_official(row, table.schema)]
        assert all("sourced" in row["text_status"] for row in official)
        assert not any(row["activity_no"].endswith("*") for row in official)
    schema = schema_of("species_range")
    assert schema is not None
    assert not is_official({"confidence": "U"}, schema)
    assert is_official({"confidence": "S"}, schema)
