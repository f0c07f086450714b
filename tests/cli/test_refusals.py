"""What bad input gets: exit code 1, one sentence, where it lies and what to do; nothing is changed."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.cli.commands import FORM, Commands, answers, write_form, write_steps


def test_a_broken_form_is_refused_with_its_place(cami: Commands, tmp_path: Path, survey: Path) -> None:
    broken = write_form(
        tmp_path, FORM.replace("select_one yn", "select_one ny").replace("camp |", "camp2 |"), "broken.md"
    )
    error = cami.refused("form", "check", broken)
    problem = error["problems"][0]
    assert problem["sheet"] == "survey"
    assert problem["row"] is not None
    assert "ny" in problem["reason"]
    assert cami.refused("form", "add", survey, broken)["problems"] == error["problems"]
    assert len(cami.json("form", "list", survey)["forms"]) == 1


def test_a_good_form_says_what_it_is(cami: Commands, form: Path) -> None:
    report = cami.json("form", "check", form)
    assert (report["form_id"], report["version"], report["title"]) == ("camp", "3", "Camp visit")
    assert report["languages"] == ["English (en)", "Russian (ru)"]
    assert report["questions"] == 5
    assert report["problems"] == []


def test_the_shipped_forms_have_nothing_to_report(cami: Commands) -> None:
    for name in ("herder_interview.xlsx", "stakeholder_survey.xlsx"):
        report = cami.json("form", "check", Path(__file__).parents[2] / "forms" / name)
        assert report["warnings"] == []
        assert report["problems"] == []


def test_every_problem_of_an_interview_is_listed_and_nothing_is_kept(
    cami: Commands, tmp_path: Path, survey: Path
) -> None:
    steps = write_steps(tmp_path, answers(code="101", herd="yes", sheep=-2))
    error = cami.refused("fill", survey, "camp", "--steps", steps)
    assert {(problem["ref"], problem["condition"]) for problem in error["problems"]} == {
        ("/data/code", "constraint"),
        ("/data/sheep", "constraint"),
        ("/data/sight[1]/place", "required"),
    }
    assert error["record"] is None
    assert cami.json("list", survey)["records"] == []
    plain = cami("fill", survey, "camp", "--steps", steps)
    assert plain.code == 1
    assert "/data/sight[1]/place" in plain.out
    assert "3 problems" in plain.err


@pytest.mark.parametrize(
    ("words", "code", "near"),
    [
        (["fill", "{survey}", "camps", "--steps", "{steps}"], "form.unknown", "camp"),
        (["fill", "{survey}", "camp", "--steps", "{steps}", "--language", "Rusian"], "language.unknown", "Russian"),
        (["fill", "{survey}", "camp", "--steps", "{steps}", "--record", "KG-110"], "record.unknown", "KG-101"),
        (["show", "{survey}", "KG-1O1"], "record.unknown", "KG-101"),
        (["show", "{survey}", "KG-101", "--language", "Englich"], "language.unknown", "English (en)"),
        (["export", "{survey}", "{out}.xlsx", "--form", "kamp"], "form.unknown", "camp"),
        (["export", "{survey}", "{out}.xlsx", "--language", "Russisch"], "language.unknown", "Russian (ru)"),
        (["list", "{survey}", "--form", "camps"], "form.unknown", "camp"),
        (["new", "{out}/nowhere/x.cami"], "folder.missing", "choose another one"),
        (["backup", "{survey}", "--to", "{out}/nowhere/x.cami"], "folder.missing", ""),
        (["list", "{survey}x"], "file.not-found", "winter.cami"),
        (["fill", "{survey}", "camp", "--steps", "{steps}x"], "file.not-found", ""),
        (["form", "check", "{out}.xlsx"], "file.not-found", ""),
        (["merge", "{survey}", "{out}"], "file.not-found", ""),
        (["pack", "{survey}", "{out}"], "pack.no-recipient", "--plain"),
        (["export", "{survey}", "{out}.ods"], "export.unknown-format", ".xlsx"),
        (["disclosure", "{survey}", "--form", "kamp"], "form.unknown", "camp"),
        (["disclosure", "{survey}", "--threshold", "2"], "disclosure.k", "10"),
        (["export", "{survey}", "{out}.xlsx", "--disclosure", "public", "--cell", "1"], "disclosure.cells", "25"),
        (["report", "{survey}", "{out}.odt", "--kind", "consultation"], "report.unknown-format", ".docx"),
    ],
    ids=lambda value: " ".join(value[:1]) if isinstance(value, list) else str(value),
)  # fmt: skip
def test_an_unknown_name_is_told_the_nearest(
    cami: Commands, tmp_path: Path, survey: Path, words: list[str], code: str, near: str
) -> None:
    steps = write_steps(tmp_path, answers(code="KG-101", herd="no"))
    cami.json("fill", survey, "camp", "--steps", steps, "--draft")
    named = [word.format(survey=survey, steps=steps, out=tmp_path / "none") for word in words]
    error = cami.refused(*named)
    assert error["code"] == code
    assert near in error["advice"]
    plain = cami(*named)
    assert plain.code == 1
    assert error["sentence"] in plain.err
    assert "Traceback" not in plain.err


@pytest.mark.parametrize(
    ("steps", "code", "near"),
    [
        ([{"set": "/data/shepe", "value": 1}], "node.unknown", "/data/sheep"),
        ([{"set": "sheep", "value": 1}], "node.unknown", "/data/sheep"),
        ([{"add_repeat": "/data/sigt"}], "node.unknown", "/data/sight"),
        ([{"remove_repeat": "/data/sight[7]"}], "node.unknown", "/data/sight[1]"),
        ([{"language": "Rusian"}], "language.unknown", "Russian (ru)"),
        ([{"st": "/data/sheep"}], "step.unknown", "set"),
    ],
)
def test_a_wrong_step_says_which(
    cami: Commands, tmp_path: Path, survey: Path, steps: list[dict[str, object]], code: str, near: str
) -> None:
    error = cami.refused("fill", survey, "camp", "--steps", write_steps(tmp_path, [*answers(herd="yes"), *steps]))
    assert error["code"] == code
    assert near in error["advice"]
    assert cami.json("list", survey)["records"] == []


@pytest.mark.parametrize("content", [b"", b"{", b'{"set": 1}', b"[1]", b"\xff\xfe", b"[" * 100_000])
def test_steps_that_are_none(cami: Commands, tmp_path: Path, survey: Path, content: bytes) -> None:
    steps = tmp_path / "bad.json"
    steps.write_bytes(content)
    assert cami.refused("fill", survey, "camp", "--steps", steps)["code"] == "steps.unreadable"


@pytest.mark.parametrize(
    "content", [b"", b"hello", b"PK\x03\x04" + bytes(9000), b"SQLite format 3\x00" + bytes(9000)], ids=range(4)
)
def test_a_file_that_is_no_survey_is_left_as_it_is(cami: Commands, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "other.cami"
    path.write_bytes(content)
    error = cami.refused("list", path)
    assert error["code"].startswith("file.")
    assert path.read_bytes() == content
    assert cami.refused("new", path)["code"] == "file.exists"
    assert path.read_bytes() == content


def test_a_truncated_survey_is_left_as_it_is(cami: Commands, survey: Path) -> None:
    survey.write_bytes(survey.read_bytes()[:20_000])
    before = survey.read_bytes()
    assert cami.refused("list", survey)["code"].startswith("file.")
    assert survey.read_bytes() == before


def test_a_survey_that_is_open_elsewhere_is_refused(cami: Commands, survey: Path) -> None:
    from cami_survey.store.api import SurveyFile

    with SurveyFile.open(survey):
        error = cami.refused("list", survey)
    assert error["advice"]
    assert cami.json("list", survey)["records"] == []


MENDABLE = FORM.replace("| | integer | sheep", "| | Integer | sheep").replace("${herd}", "${Herd}")


def test_a_repaired_copy_is_written_beside_the_form_and_nothing_is_written_over(
    cami: Commands, tmp_path: Path, survey: Path
) -> None:
    form = write_form(tmp_path, MENDABLE, "mendable.md")
    before = form.read_bytes()
    refused = cami.refused("form", "check", form)
    assert refused["repairable"] is True
    assert "--fix" in refused["error"]["advice"]
    assert all(problem["repair"] for problem in refused["problems"])
    first = cami.json("form", "check", form, "--fix")
    second = cami.json("form", "check", form, "--fix")
    assert first["repaired"].endswith("mendable-repaired.xlsx")
    assert second["repaired"].endswith("mendable-repaired-2.xlsx")
    assert form.read_bytes() == before
    assert cami.json("form", "check", first["repaired"])["problems"] == []
    assert cami.json("form", "add", survey, first["repaired"])["forms"]


def test_a_copy_goes_where_it_is_wanted_unless_something_is_there(cami: Commands, tmp_path: Path) -> None:
    form = write_form(tmp_path, MENDABLE, "mendable.md")
    target = tmp_path / "mended.xlsx"
    assert cami.json("form", "check", form, "--fix", "--out", target)["repaired"] == str(target)
    before = target.read_bytes()
    assert cami.refused("form", "check", form, "--fix", "--out", target)["error"]["code"] == "file.exists"
    assert target.read_bytes() == before
    assert cami.refused("form", "check", form, "--out", target)["error"]["code"] == "usage.out-without-fix"


def test_what_a_person_has_to_mend_first_is_said(cami: Commands, tmp_path: Path) -> None:
    form = write_form(tmp_path, MENDABLE.replace("| | text | note ", "| | hologram | note "), "left.md")
    refused = cami.refused("form", "check", form, "--fix")
    assert refused["error"]["code"] == "form.not-repairable"
    assert "hologram" in refused["error"]["advice"]
    assert refused["repaired"] is None
    assert list(tmp_path.glob("*-repaired*")) == []


def test_a_good_form_is_not_copied(cami: Commands, tmp_path: Path, form: Path) -> None:
    assert cami.json("form", "check", form, "--fix")["repaired"] is None
    assert list(tmp_path.glob("*-repaired*")) == []


def test_a_form_comes_with_its_files_in_a_zip_or_a_folder(cami: Commands, tmp_path: Path, survey: Path) -> None:
    folder = tmp_path / "herds"
    (folder / "media").mkdir(parents=True)
    table = "| survey |\n| | type | name | label |\n| | select_one_from_file herds.csv | herd | Herd? |\n"
    settings = "| settings |\n| | form_id | version |\n| | herds | 1 |\n"
    (folder / "herds.md").write_text(table + settings, "utf-8")
    (folder / "media" / "herds.csv").write_text("name,label\nh1,First\n", "utf-8")
    assert cami.json("form", "check", folder)["media"] == ["herds.csv"]
    packed = shutil.make_archive(str(tmp_path / "packed"), "zip", folder)
    assert cami.json("form", "check", packed)["media"] == ["herds.csv"]
    assert cami.json("form", "add", survey, packed)["forms"][0]["form_id"] == "herds"


def test_a_name_that_is_too_long_is_refused(cami: Commands, tmp_path: Path) -> None:
    for length in (300, 252):
        refused = cami("new", tmp_path / f"{'x' * (length - 5)}.cami")
        assert refused.code == 1
        assert "the name is too long" in refused.err
