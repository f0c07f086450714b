"""Duplicates on the command line."""

from __future__ import annotations

from pathlib import Path

from tests.cli.commands import Commands, answers, write_steps


def test_a_code_that_came_twice_is_made_one_or_marked_as_two(cami: Commands, tmp_path: Path, form: Path) -> None:
    survey = tmp_path / "hub.cami"
    cami.json("new", survey)
    cami.json("form", "add", survey, form)
    steps = [*answers(code="KG-101", herd="yes", sheep=40), {"set": "/data/sight[1]/place", "value": "Kara-Suu"}]
    first = cami.json("fill", survey, "camp", "--steps", write_steps(tmp_path, steps))["record"]
    steps[2]["value"] = 45
    second = cami.json("fill", survey, "camp", "--steps", write_steps(tmp_path, steps))["record"]

    (pair,) = cami.json("doubles", "list", survey)["pairs"]
    assert (pair["records"], pair["why"]) == ([first, second], "code")
    assert "same code" in cami("doubles", "list", survey, "--form", "camp").out
    shown = cami.json("doubles", "show", survey, first, second)
    assert ("/data/sheep", ["40", "45"]) in [(one["field"], one["values"]) for one in shown["differences"]]
    made = cami.json("doubles", "join", survey, first, second, "--take", "/data/sheep", "--reason", "Sent twice")
    assert (made["record"], made["gone"]) == (first, second)
    assert cami.json("doubles", "list", survey)["pairs"] == []
    assert [row["record"] for row in cami.json("list", survey)["records"]] == [first]
    assert cami.refused("doubles", "join", survey, first, first)["code"] == "duplicate.same"

    third = cami.json("fill", survey, "camp", "--steps", write_steps(tmp_path, steps))["record"]
    cami.json("doubles", "distinct", survey, first, third, "--reason", "Two brothers")
    assert cami.json("doubles", "list", survey)["pairs"] == []
