"""What every command keeps: help, a place in the handbook, one JSON object, the three exit codes."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from cami_survey.cli.app import commands
from cami_survey.cli.handbook import handbook
from tests.cli.commands import Commands, answers, write_steps

ROOT = Path(__file__).parents[2]
MEETING = ROOT / "forms" / "consultation_meeting.xlsx"
STABLE = [
    "new", "form check", "form add", "form list", "fill", "list", "show", "pack", "merge", "conflicts", "resolve",
    "export", "report", "verify", "backup", "restore", "demo",
]  # fmt: skip
NAMES = [command.name for command in commands()]


def test_the_stable_commands_are_there() -> None:
    assert set(STABLE) <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_every_command_has_help(cami: Commands, name: str) -> None:
    result = cami(*name.split(), "--help")
    assert result.code == 0
    assert "--json" in result.out
    assert f"cami-survey {name} " in result.out
    assert result.err == ""


@pytest.mark.parametrize("command", commands(), ids=NAMES)
def test_every_argument_is_explained(command: object) -> None:
    from argparse import ArgumentParser

    parser = ArgumentParser()
    command.declare(parser)  # type: ignore[attr-defined]
    assert all(action.help for action in parser._actions)


def test_the_handbook_is_what_the_commands_say() -> None:
    written = (ROOT / "docs" / "commands.md").read_text("utf-8")
    assert written == handbook(), "run `python3 make.py docs`"
    assert re.findall(r"^## (.+)$", written, re.MULTILINE) == NAMES


def test_help_names_every_first_word(cami: Commands) -> None:
    shown = cami("--help").out
    for name in NAMES:
        assert re.search(rf"^    {name.split()[0]}\b", shown, re.MULTILINE)


@pytest.mark.parametrize(
    "words",
    [
        ["lst", "x.cami"],
        ["form", "chek", "x.xlsx"],
        ["form"],
        ["list"],
        ["list", "x.cami", "--wrong"],
        ["resolve", "x.cami", "KG-101", "sheep"],
        ["export", "x.cami", "out.xlsx", "--codes", "--labels"],
        ["list", "x.cami", "--state", "unsettled"],
        ["--wrong"],
    ],
)
def test_wrong_use_ends_with_two_also_as_json(cami: Commands, words: list[str]) -> None:
    plain = cami(*words)
    assert (plain.code, plain.out) == (2, "")
    assert plain.err
    result = cami(*words, "--json")
    assert result.code == 2
    assert result.json["ok"] is False
    assert result.json["error"]["code"] == "usage"
    assert result.json["error"]["sentence"]


def test_bytes_that_are_no_text_are_wrong_use(cami: Commands, tmp_path: Path) -> None:
    result = cami("new", tmp_path / "a.cami", "--title", "\udce9t\udce9", "--json")
    assert result.code == 2
    assert "UTF-8" in result.json["error"]["sentence"]


def test_a_misspelt_command_is_told_the_nearest(cami: Commands) -> None:
    assert "Did you mean “conflicts”?" in cami("conflict", "x.cami").err


def test_json_holds_the_documented_keys(cami: Commands, tmp_path: Path, form: Path, survey: Path) -> None:
    steps = write_steps(tmp_path, answers(code="KG-101", herd="yes", sheep=3))
    steps_with_sight = write_steps(
        tmp_path,
        [*answers(code="KG-101", herd="yes", sheep=3), {"set": "/data/sight[1]/place", "value": "Alay"}],
        "sight.json",
    )
    shown = cami.json("device", "show", survey)
    recipient, code = shown["recipient"], shown["code"]
    calls: dict[str, list[object]] = {
        "new": [tmp_path / "other.cami"],
        "form check": [form],
        "form add": [survey, form],
        "form list": [survey],
        "form translate-out": [MEETING, "ru", tmp_path / "ru.xlsx"],
        "form translate-in": [MEETING, tmp_path / "ru.xlsx", tmp_path / "meeting.xlsx"],
        "names seal": [survey, "--to", recipient, "--also", "place"],
        "fill": [survey, "camp", "--steps", steps_with_sight],
        "names show": [survey],
        "names share": [survey, "--to", recipient],
        "names stop": [survey],
        "list": [survey],
        "show": [survey, "KG-101"],
        "pack": [survey, tmp_path / "out", "--plain"],
        "merge": [tmp_path / "other.cami", tmp_path / "out", "--enrol"],
        "conflicts": [survey],
        "receipt": [survey, tmp_path / "receipts", "--plain"],
        "arrivals": [tmp_path / "other.cami"],
        "refused": [survey],
        "history": [survey, "KG-101"],
        "share": [survey, "--folder", tmp_path / "out", "--plain"],
        "merges": [tmp_path / "other.cami"],
        "unmerge": [tmp_path / "other.cami"],
        "device enrol": [tmp_path / "other.cami", code],
        "device revoke": [tmp_path / "other.cami", code],
        "device show": [survey],
        "device list": [survey],
        "recipient add": [survey, "consultant", recipient],
        "recipient list": [survey],
        "export": [survey, tmp_path / "out.xlsx"],
        "exported": [survey],
        "correct": [survey, tmp_path / "out.xlsx"],
        "import-table": [survey, "camp", tmp_path / "camps.csv"],
        "disclosure": [tmp_path / "other.cami"],
        "analyse": [survey, "--name", "overview"],
        "register list": [survey],
        "reference list": [survey],
        "reference show": [survey, "species_range"],
        "reference write": [survey, "species_range", tmp_path / "range.xlsx"],
        "reference bring": [survey, tmp_path / "range.xlsx", "--dry-run"],
        "reference doubt": [
            *(survey, "species_range", "SAITAT", "CN", "--column", "presence"),
            *("--says", "vagrant", "--reason", "Seen in 2024"),
        ],
        "reference crosswalk": [survey, "threats:CMP-1.1", "threats:IUCN-3.x"],
        "review list": [survey],
        "review show": [survey, "KG-101"],
        "review ask": [survey, "KG-101", "sheep", "Sure?"],
        "review queries": [survey],
        "review send": [survey, tmp_path / "queries", "--plain"],
        "review mark": [survey, "issues", "KG-101"],
        "doubles list": [survey],
        "verify": [survey],
        "backup": [survey, "--to", tmp_path / "copy.cami"],
        "restore": [tmp_path / "copy.cami", tmp_path / "restored.cami"],
        "key change": [tmp_path / "restored.cami", "--new-key-file", tmp_path / "raw.key"],
        "key recovery": [tmp_path / "restored.cami", tmp_path / "code.html", "--key-file", tmp_path / "raw.key"],
        "drill": [tmp_path / "restored.cami", "--key-file", tmp_path / "raw.key"],
        "salvage": [tmp_path / "copy.cami", tmp_path / "saved.cami"],
        "withdraw": [survey, "KG-101", "--yes"],
    }
    (tmp_path / "camps.csv").write_text("code,herd\nKG-777,no\n")
    # A raw key needs no stretching.
    (tmp_path / "raw.key").write_text("ab" * 32 + "\n")
    documented = {command.name: set(command.keys) for command in commands()}
    for name, words in calls.items():
        value = cami.json(*name.split(), *words)
        assert set(value) == {"ok", "notices", *documented[name]}, name
    refused = cami.refused("fill", survey, "camp", "--steps", steps)
    assert documented["fill"] <= set(refused)
    assert documented.keys() - calls.keys() == {
        *("resolve", "resolve-all", "register match", "register apart", "report", "demo", "migrate"),
        # Told in test_reviews and test_doubles, where there is a query and a pair to name.
        *("review reply", "review ask-again", "review close", "doubles show", "doubles join", "doubles distinct"),
    }


def test_people_read_aligned_columns(cami: Commands, tmp_path: Path, survey: Path) -> None:
    for code in ("KG-101", "KG-102"):
        cami.json("fill", survey, "camp", "--draft", "--steps", write_steps(tmp_path, answers(code=code, note="Ош")))
    heading, *rows = cami("list", survey).out.splitlines()
    assert len(rows) == 2
    state = heading.index("State")
    assert all(row[state:].startswith("draft") for row in rows)
    assert {row.split()[0] for row in rows} == {"KG-101", "KG-102"}


def test_notices_go_to_standard_error(cami: Commands, tmp_path: Path, survey: Path) -> None:
    result = cami("verify", survey)
    assert result.code == 0
    assert "is sound" in result.err
    assert "is sound" not in result.out


def test_a_real_process_without_a_display_points_to_help(tmp_path: Path) -> None:
    import os

    hidden = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    environment = {name: value for name, value in os.environ.items() if name not in hidden}
    environment["CAMI_SURVEY_HOME"] = str(tmp_path)
    if not sys.platform.startswith("linux"):
        pytest.skip("only Linux runs without a display")
    for words in ([], [str(tmp_path / "some.cami")]):
        done = subprocess.run(
            [sys.executable, "-m", "cami_survey", *words],
            capture_output=True, text=True, env=environment, cwd=ROOT, check=False,
        )  # fmt: skip
        assert done.returncode == 1
        assert "cami-survey --help" in done.stderr
        assert done.stdout == ""


def test_a_real_process_prints_one_json_object_in_any_script(tmp_path: Path) -> None:
    import os

    environment = {**os.environ, "CAMI_SURVEY_HOME": str(tmp_path), "LC_ALL": "C"}
    done = subprocess.run(
        [sys.executable, "-m", "cami_survey", "new", str(tmp_path / "a.cami"), "--title", "Зимовье", "--json"],
        capture_output=True, env=environment, cwd=ROOT, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.decode("utf-8"))["title"] == "Зимовье"
