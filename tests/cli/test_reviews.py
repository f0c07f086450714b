"""The review on the command line: states, queries out and back."""

from __future__ import annotations

from pathlib import Path

from tests.cli.commands import Commands, answers, write_steps


def test_a_query_goes_out_and_comes_back_by_commands_alone(cami: Commands, tmp_path: Path, form: Path) -> None:
    laptop, hub = tmp_path / "one.cami", tmp_path / "hub.cami"
    cami.json("new", laptop, "--device", "one")
    made = cami.json("new", hub, "--device", "hub")
    cami.json("form", "add", laptop, form)
    steps = [*answers(code="KG-101", herd="yes", sheep=4000), {"set": "/data/sight[1]/place", "value": "Kara-Suu"}]
    cami.json("fill", laptop, "camp", "--steps", write_steps(tmp_path, steps))
    cami.json("recipient", "add", laptop, "hub", made["recipient"])
    cami.json("merge", hub, cami.json("pack", laptop, tmp_path / "stick")["package"], "--enrol")

    assert cami.json("review", "list", hub)["counts"] == {"received": 1, "issues": 0, "approved": 0, "rejected": 0}
    asked = cami.json("review", "ask", hub, "KG-101", "sheep", "Four thousand?")
    assert (asked["state"], asked["field"]) == ("open", "/data/sheep")
    assert cami.refused("review", "mark", hub, "approved", "KG-101")["code"] == "review.not-ready"
    (sent,) = cami.json("review", "send", hub, tmp_path / "queries")["packages"]
    assert (sent["device"], sent["records"], sent["queries"]) == ("one", 1, 1)

    cami.json("merge", laptop, sent["package"], "--enrol")
    (task,) = cami.json("review", "queries", laptop)["queries"]
    assert (task["code"], task["label"], task["now"]) == ("KG-101", "How many sheep?", "4000")
    assert "Four thousand?" in cami("review", "queries", laptop).out
    cami.json("fill", laptop, "camp", "--record", "KG-101", "--steps", write_steps(tmp_path, answers(sheep=400)))
    cami.json("review", "reply", laptop, task["query"][:8], "A slip of the finger")

    cami.json("merge", hub, cami.json("pack", laptop, tmp_path / "back")["package"])
    (back,) = cami.json("review", "queries", hub)["queries"]
    assert (back["state"], back["before"], back["now"], back["changed"]) == ("answered", "4000", "400", True)
    assert "4000 → 400" in cami("review", "queries", hub).out
    again = cami.json("review", "ask-again", hub, back["query"][:8], "And the goats?")
    assert again["state"] == "open"
    assert cami.json("review", "close", hub, back["query"][:8])["state"] == "closed"
    cami.json("review", "mark", hub, "approved", "KG-101")
    assert [row["state"] for row in cami.json("review", "list", hub, "--state", "approved")["records"]] == ["approved"]
    shown = cami.json("review", "show", hub, "KG-101")
    assert [step["state"] for step in shown["steps"]] == ["approved"]
    assert "A slip of the finger" in cami("review", "show", hub, "KG-101").out
    assert cami.refused("review", "close", hub, back["query"][:8])["code"] == "review.unknown-query"
    assert cami.refused("review", "send", hub, tmp_path / "more")["code"] == "query.none"
