"""What people type day by day, and what they are told."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.commands import Commands, answers, write_form, write_steps

PICTURED = """| survey | | | |
| | type | name | label |
| | text | code | Code |
| | image | photo | Photograph |
| | integer | sheep | Sheep |
| settings | | | |
| | form_id | form_title | version |
| | pictured | Pictured | 1 |
"""


def said(result: dict[str, object]) -> list[object]:
    notices = result["notices"]
    assert isinstance(notices, list)
    return [notice["code"] for notice in notices]


@pytest.mark.parametrize("asked", ["Russian (ru)", "russian", "RU"])
def test_a_language_is_asked_for_by_name_word_or_code(cami: Commands, tmp_path: Path, survey: Path, asked: str) -> None:
    steps = write_steps(tmp_path, [{"language": asked}, *answers(code="KG-101", herd="yes")])
    cami.json("fill", survey, "camp", "--draft", "--steps", steps, "--language", asked)
    assert "Держите ли вы скот?" in cami("show", survey, "KG-101", "--language", asked).out


def test_remarks_are_shown_also_where_nothing_was_answered(cami: Commands, tmp_path: Path, survey: Path) -> None:
    remarks = [
        {"comment": "/data/herd", "text": "asked twice"},
        {"comment": "/data/note", "text": "he was called away"},
    ]
    steps = write_steps(tmp_path, [*answers(code="KG-101", herd="no"), *remarks])
    cami.json("fill", survey, "camp", "--draft", "--steps", steps)
    shown = cami("show", survey, "KG-101").out
    assert "Do you keep animals?  asked twice" in shown
    assert "/data/note            he was called away" in shown


def test_a_form_that_is_there_already_is_not_added_again(cami: Commands, form: Path, survey: Path) -> None:
    again = cami.json("form", "add", survey, form)
    assert said(again) == ["form.known"]
    assert len(cami.json("form", "list", survey)["forms"]) == 1


def test_a_correction_that_corrects_nothing_says_so(cami: Commands, tmp_path: Path, survey: Path) -> None:
    steps = write_steps(tmp_path, [*answers(code="KG-101", herd="no"), {"remove_repeat": "/data/sight[1]"}])
    cami.json("fill", survey, "camp", "--steps", steps)
    same = write_steps(tmp_path, [{"set": "/data/herd", "value": "no"}])
    again = cami.json("fill", survey, "camp", "--record", "KG-101", "--steps", same, "--reason", "asked again")
    assert said(again) == ["interview.unchanged"]
    assert len(cami.json("show", survey, "KG-101")["history"]) == 1


def test_a_file_is_no_answer_to_a_question_of_words(cami: Commands, tmp_path: Path, survey: Path) -> None:
    (tmp_path / "list.txt").write_text("sheep", encoding="utf-8")
    steps = write_steps(tmp_path, [{"attach": "/data/note", "file": str(tmp_path / "list.txt")}])
    assert cami.refused("fill", survey, "camp", "--draft", "--steps", steps)["code"] == "attachment.no-file"
    assert cami.json("list", survey)["records"] == []


def test_devices_are_told_apart(cami: Commands, tmp_path: Path, survey: Path) -> None:
    """KG-02 takes in what KG-01 wrote; the consultant accepts KG-02 and only hears of KG-01."""
    other, consultant = tmp_path / "second.cami", tmp_path / "consultant.cami"
    cami.json("new", other, "--device", "KG-02")
    cami.json("new", consultant, "--device", "desk")
    cami.json("fill", survey, "camp", "--draft", "--steps", write_steps(tmp_path, answers(code="KG-101")))
    cami.json("merge", other, survey, "--enrol")
    cami.json("merge", consultant, cami.json("pack", other, tmp_path / "stick", "--plain")["package"], "--enrol")
    lines = cami("device", "list", consultant).out.splitlines()
    shown = {name: line for name in ("desk", "KG-01", "KG-02") for line in lines if name in line}
    assert shown["desk"].endswith("this file")
    assert shown["KG-02"].endswith("trusted")
    assert shown["KG-01"].endswith("heard of through others")
    assert cami.json("device", "show", other)["fingerprint"] in shown["KG-02"]
    states = {device["name"]: (device["trusted"], device["revoked"]) for device in _devices(cami, consultant)}
    assert states["KG-01"] == (False, False)


def _devices(cami: Commands, survey: Path) -> list[dict[str, object]]:
    devices = cami.json("device", "list", survey)["devices"]
    assert isinstance(devices, list)
    return devices


def test_who_is_not_known_yet_can_be_accepted_by_a_word_that_is_said(
    cami: Commands, tmp_path: Path, survey: Path
) -> None:
    other = tmp_path / "other.cami"
    cami.json("new", other)
    assert "--enrol" in cami("merge", other, survey).err
    assert "--enrol" in cami("merge", other, survey, "--dry-run").err


def test_an_empty_folder_is_said_once(cami: Commands, tmp_path: Path, survey: Path) -> None:
    (tmp_path / "stick").mkdir()
    for words in ([], ["--dry-run"]):
        result = cami("merge", survey, tmp_path / "stick", *words)
        assert (result.out + result.err).count("no package or survey file") == 1


def test_an_export_says_that_files_stay(cami: Commands, tmp_path: Path, survey: Path) -> None:
    cami.json("form", "add", survey, write_form(tmp_path, PICTURED, "pictured.md"))
    picture = tmp_path / "camp.gif"
    picture.write_bytes(b"GIF89a\x01\x00\x01\x00\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;")
    steps = [*answers(code="KG-101"), {"attach": "/data/photo", "file": str(picture)}]
    cami.json("fill", survey, "pictured", "--steps", write_steps(tmp_path, steps))
    assert "export.files" in said(cami.json("export", survey, tmp_path / "out.xlsx"))


def test_a_form_with_problems_says_where_all_of_them_are_listed(cami: Commands, tmp_path: Path, survey: Path) -> None:
    broken = PICTURED.replace("| integer | sheep |", "| caseid | sheep |").replace("| image |", "| drawings |")
    result = cami.refused("form", "add", survey, write_form(tmp_path, broken, "broken.md"))
    assert "form check" in result["error"]["advice"]
    assert "--fix" in result["error"]["advice"]


def test_sharing_says_how_to_accept_a_laptop_not_known_yet(cami: Commands, tmp_path: Path, survey: Path) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    other = tmp_path / "other.cami"
    cami.json("new", other, "--title", "Osh", "--device", "KG-02", "--facilitator", "Nurlan")
    steps = write_steps(tmp_path, answers(code="KG-102", herd="no"))
    cami.json("fill", survey, "camp", "--draft", "--steps", steps)
    cami.json("share", survey, "--folder", shared, "--plain")
    told = cami.json("share", other, "--folder", shared, "--plain")
    assert "merge.enrol" in said(told)
    assert f"{shared} --enrol" in cami("share", other, "--plain").err
