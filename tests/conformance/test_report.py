"""The page on what the form engine holds."""

from __future__ import annotations

from cami_survey.engine.xpath.registry import FUNCTIONS

from .cases import Case, own_cases
from .report import HERE, TARGET, Group, kept_part, made, own_part, read_groups
from .shared import Result

GROUPS = read_groups((HERE / "features.md").read_text("utf-8"))
FEATURES = {feature for group in GROUPS for feature in group.features}


def broken():
    raise AssertionError("2 is not 3")


def test_a_feature_holds_only_if_all_its_cases_do():
    cases = [Case("good", ("a", "b"), lambda: None), Case("bad", ("b",), broken), Case("let-be", ("c",), broken, "why")]
    table, counts = own_part(cases, [Group("G", "s", ["a", "b", "c", "d"], {"d": "later"})])
    assert counts == {"yes": 1, "fails": 2, "not yet": 1}
    assert "| `a` | yes | good |" in table
    assert "| `b` | fails | bad: 2 is not 3 |" in table
    assert "| `c` | fails | let-be: why |" in table
    assert "| `d` | not yet | later |" in table


def test_every_function_of_the_engine_is_in_the_catalogue():
    assert sorted(set(FUNCTIONS) - FEATURES) == []


def test_every_feature_of_a_case_is_in_the_catalogue():
    assert sorted({feature for case in own_cases() for feature in case.features} - FEATURES) == []


def test_the_page_is_up_to_date():
    page = TARGET.read_text("utf-8")
    assert made(page, None)[0] == page


def test_without_the_reference_cases_their_part_stays():
    results = [Result("x-1", "odk", ("`concat`",), "")]
    page, lines = made("", results)
    assert "| `concat` | 1 | 1 |" in kept_part(page)
    again, said = made(page, None)
    assert again == page
    assert any("stays as it was" in line for line in said)
    assert any("1 of   1" in line for line in lines)
