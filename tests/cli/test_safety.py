"""Keys, drills, salvage and withdrawal as a script asks for them; a key never stands in the arguments."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.commands import Commands, answers, write_steps
from tests.operations.test_protection import code_on

RAW = "ab" * 32


@pytest.fixture
def key(tmp_path: Path) -> Path:
    """A file with a raw key, which needs no stretching."""
    path = tmp_path / "raw.key"
    path.write_text(RAW + "\n")
    return path


def test_a_survey_is_encrypted_and_decrypted_again(cami: Commands, survey: Path, key: Path) -> None:
    assert cami.json("key", "change", survey, "--new-key-file", key)["encrypted"] is True
    assert cami.refused("list", survey)["error"]["code"] == "key.needed"
    assert cami.json("verify", survey, "--key-file", key)["problems"] == []
    assert cami.json("key", "change", survey, "--remove", "--key-file", key)["encrypted"] is False
    cami.json("list", survey)


def test_a_short_password_and_a_wrong_split_are_refused(
    cami: Commands, tmp_path: Path, survey: Path, key: Path
) -> None:
    (tmp_path / "short.key").write_text("1234567\n")
    refused = cami.refused("key", "change", survey, "--new-key-file", tmp_path / "short.key")
    assert refused["error"]["code"] == "key.too-short"
    cami.json("key", "change", survey, "--new-key-file", key)
    for split in ("2", "2/1", "1/3", "4/3", "two/three", "2/99"):
        words = ["key", "recovery", survey, tmp_path / "code.html", "--split", split, "--key-file", key]
        assert cami.refused(*words)["error"]["code"] == "recovery.split"
    assert list(tmp_path.glob("code*")) == []


def test_sheets_of_a_split_code_open_the_survey_from_a_key_file(
    cami: Commands, tmp_path: Path, survey: Path, key: Path
) -> None:
    cami.json("key", "change", survey, "--new-key-file", key)
    made = cami.json("key", "recovery", survey, tmp_path / "code.html", "--split", "2/3", "--key-file", key)
    assert len(made["sheets"]) == 3
    codes = [code_on(Path(sheet)) for sheet in made["sheets"]]
    (tmp_path / "typed.key").write_text("\n".join(codes[1:]))
    assert cami.json("verify", survey, "--key-file", tmp_path / "typed.key")["problems"] == []
    (tmp_path / "typed.key").write_text(codes[0])
    assert cami.refused("verify", survey, "--key-file", tmp_path / "typed.key")["error"]["code"] == "recovery.too-few"


def test_a_drill_needs_a_backup_and_counts(cami: Commands, tmp_path: Path, survey: Path) -> None:
    assert cami.refused("drill", survey)["error"]["code"] == "backup.none"
    cami.json("backup", survey)
    cami.json("fill", survey, "camp", "--draft", "--steps", write_steps(tmp_path, answers(code="KG-101")))
    tried = cami.json("drill", survey)
    assert (tried["then"], tried["here"]) == (0, 1)


def test_salvage_lists_what_is_lost(cami: Commands, tmp_path: Path, survey: Path) -> None:
    cami.json("fill", survey, "camp", "--draft", "--steps", write_steps(tmp_path, answers(code="KG-101", note="osh")))
    cami.json("fill", survey, "camp", "--draft", "--steps", write_steps(tmp_path, answers(code="KG-102", note="alay")))
    survey.write_bytes(survey.read_bytes().replace(b'"osh"', b'"osj"'))
    found = cami.json("salvage", survey, tmp_path / "saved.cami")
    assert (found["kept"]["revision"], len(found["lost"])) == (1, 1)
    assert [row["code"] for row in cami.json("list", tmp_path / "saved.cami")["records"]] == ["KG-102"]


def test_a_withdrawal_is_asked_twice_and_final(cami: Commands, tmp_path: Path, survey: Path) -> None:
    cami.json(
        "fill", survey, "camp", "--draft", "--steps", write_steps(tmp_path, answers(code="KG-101", note="Jyldyz"))
    )
    cami.json("backup", survey)
    assert cami.refused("withdraw", survey, "KG-101")["error"]["code"] == "withdrawal.unsure"
    assert b"Jyldyz" in survey.read_bytes()
    done = cami.json("withdraw", survey, "KG-101", "--yes", "--backups", "--reason", "asked to")
    assert (done["forgotten"], done["backups"]) == (1, [])
    assert b"Jyldyz" not in survey.read_bytes()
    cami.refused("show", survey, "KG-101")


def test_names_are_sealed_shared_and_left_in_clear_by_command(cami: Commands, tmp_path: Path) -> None:
    form = tmp_path / "camp.md"
    form.write_text(
        "| survey |\n| | type | name | label |\n| | text | resp_name | Your name |\n| | text | village | Village |\n"
        "| | integer | phone | Telephone |\n| settings |\n| | form_id |\n| | camp |\n",
        "utf-8",
    )
    field, coordinator = tmp_path / "field.cami", tmp_path / "coordinator.cami"
    for path in (field, coordinator):
        cami.json("new", path, "--title", path.stem)
    cami.json("form", "add", field, form)
    reader = cami.json("device", "show", coordinator)["recipient"]
    assert cami.json("names", "show", field)["recipients"] == []
    found = cami.json("names", "seal", field, "--to", reader, "--also", "village")
    assert {one["name"]: one["sealed"] for one in found["questions"]} == {
        "resp_name": True,
        "village": True,
        "phone": False,
    }
    assert found["recipients"][0]["recipient"] == reader
    assert cami.refused("names", "seal", field, "--to", reader, "--also", "vilage")["error"]["code"] == (
        "names.unknown-question"
    )
    assert cami.refused("names", "share", coordinator, "--to", reader)["error"]["code"] == "names.no-key"
    steps = write_steps(tmp_path, answers(resp_name="Aibek", village="Naryn"))
    cami.json("fill", field, "camp", "--steps", steps)
    shown = cami.json("names", "show", field)
    assert (shown["opened"], shown["closed"]) == (1, 0)
    cami.json("pack", field, tmp_path / "stick", "--plain")
    cami.json("merge", coordinator, tmp_path / "stick", "--enrol")
    assert cami.json("names", "show", coordinator)["opened"] == 1
    assert cami.json("names", "share", coordinator, "--to", reader)["keys"] == 1
    assert cami.json("names", "stop", field)["recipients"] == []
