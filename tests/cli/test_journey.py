"""From the form to the workbook by commands alone, each answer read back."""

from __future__ import annotations

from pathlib import Path

import openpyxl

from cami_survey.cli.app import commands
from tests.cli.commands import FORM, Commands, answers, write_form, write_steps


def test_two_laptops_one_consultant(cami: Commands, tmp_path: Path, form: Path) -> None:
    laptops = [tmp_path / "one.cami", tmp_path / "two.cami"]
    consultant = tmp_path / "consultant.cami"
    made = {path: cami.json("new", path, "--device", path.stem) for path in (*laptops, consultant)}
    for laptop in laptops:
        assert cami.json("form", "add", laptop, form)["forms"][0]["form_id"] == "camp"
        cami.json("recipient", "add", laptop, "consultant", made[consultant]["recipient"])

    steps = answers(code="KG-101", herd="yes", sheep=40)
    steps += [{"set": "/data/sight[1]/place", "value": "Kara-Suu"}, {"add_repeat": "/data/sight"}]
    steps += [{"set": "/data/sight[2]/place", "value": "Ak-Talaa"}, {"set": "/data/note", "value": "=1+1"}]
    first = cami.json("fill", laptops[0], "camp", "--steps", write_steps(tmp_path, steps))
    assert first["state"] == "final"
    assert first["code"] == "KG-101"
    second = [*answers(code="KG-102", herd="no"), {"set": "/data/sight[1]/place", "value": "Murghab"}]
    cami.json("fill", laptops[1], "camp", "--steps", write_steps(tmp_path, second))

    handed = cami.json("pack", laptops[0], tmp_path / "handed", "--to", made[laptops[1]]["recipient"])
    merged = cami.json("merge", laptops[1], handed["package"], "--enrol")
    assert merged["counts"]["new"] == 1
    for laptop, sheep in zip(laptops, (41, 45), strict=True):
        cami.json("fill", laptop, "camp", "--record", "KG-101", "--steps", write_steps(tmp_path, answers(sheep=sheep)))

    out = tmp_path / "stick"
    assert [cami.json("pack", laptop, out)["records"] for laptop in laptops] == [1, 2]
    error = cami.refused("merge", consultant, out)
    assert error["code"] == "package.unknown-sender"
    assert cami.json("list", consultant)["records"] == []
    looked = cami.json("merge", consultant, out, "--dry-run", "--enrol")
    assert looked["dry_run"] is True
    assert cami.json("list", consultant)["records"] == []
    merged = cami.json("merge", consultant, out, "--enrol")
    assert merged["counts"]["new"] == 2
    assert [source["known"] for source in merged["sources"]] == [False, False]
    again = cami.json("merge", consultant, out)
    assert again["counts"]["new"] == 0
    assert again["counts"]["revisions"] == 0

    (conflict,) = cami.json("conflicts", consultant)["conflicts"]
    assert conflict["field"] == "/data/sheep"
    assert conflict["code"] == "KG-101"
    assert conflict["before"] == "40"
    assert {claim["value"] for claim in conflict["claims"]} == {"41", "45"}
    error = cami.refused("resolve", consultant, "KG-101", "shep", "--take", "value=45")
    assert "sheep" in error["advice"]
    settled = cami.json("resolve", consultant, "KG-101", "sheep", "--take", "value=45")
    assert settled["left"] == 0
    assert cami.json("conflicts", consultant)["conflicts"] == []

    workbook = tmp_path / "out.xlsx"
    exported = cami.json("export", consultant, workbook, "--codes")
    assert exported["interviews"] == 2
    book = openpyxl.load_workbook(workbook)
    heading, *rows = book["camp"].iter_rows(values_only=True)
    by_code = {row[heading.index("code")]: dict(zip(heading, row, strict=True)) for row in rows}
    assert by_code["KG-101"]["sheep"] == 45
    assert by_code["KG-101"]["herd"] == "yes"
    assert by_code["KG-101"]["note"] == "=1+1"
    assert by_code["KG-102"]["sheep"] is None
    (sightings,) = [sheet for sheet in book.worksheets if sheet.title.endswith("sight")]
    heading, *rows = sightings.iter_rows(values_only=True)
    assert sorted(row[heading.index("place")] for row in rows) == ["Ak-Talaa", "Kara-Suu", "Murghab"]
    book.close()

    labels = tmp_path / "labels.xlsx"
    cami.json("export", consultant, labels, "--language", "Russian (ru)")
    book = openpyxl.load_workbook(labels, read_only=True)
    heading, *rows = book["camp"].iter_rows(values_only=True)
    assert {row[heading.index("herd")] for row in rows} == {"Да", "Нет"}
    book.close()


def test_one_bad_package_is_refused_and_the_others_are_merged(cami: Commands, tmp_path: Path, survey: Path) -> None:
    other = tmp_path / "other.cami"
    cami.json("new", other)
    steps = write_steps(tmp_path, answers(code="KG-101", herd="no"))
    cami.json("fill", survey, "camp", "--steps", steps, "--draft")
    package = Path(cami.json("pack", survey, tmp_path / "stick", "--plain")["package"])
    content = bytearray(package.read_bytes())
    content[len(content) // 2] ^= 1
    (tmp_path / "stick" / f"{'0' * 16}.camipack").write_bytes(bytes(content))
    result = cami("merge", other, tmp_path / "stick", "--enrol", "--json")
    assert result.code == 1
    refused = [source for source in result.json["sources"] if source["refused"]]
    assert [source["refused"]["code"] for source in refused] == [result.json["error"]["code"]]
    assert result.json["counts"]["new"] == 1
    assert len(cami.json("list", other)["records"]) == 1
    plain = cami("merge", other, tmp_path / "stick")
    assert plain.code == 1
    assert "refused" in plain.out
    assert refused[0]["refused"]["sentence"] in plain.err


def test_a_draft_is_continued_and_finished(cami: Commands, tmp_path: Path, survey: Path) -> None:
    draft = cami.json(
        "fill", survey, "camp", "--draft", "--steps", write_steps(tmp_path, answers(code="KG-101", herd="yes"))
    )
    assert draft["state"] == "draft"
    steps = write_steps(tmp_path, [{"set": "/data/sight[1]/place", "value": "Alay"}])
    final = cami.json("fill", survey, "camp", "--record", draft["record"][:8], "--steps", steps)
    assert (final["record"], final["state"]) == (draft["record"], "final")
    shown = cami.json("show", survey, "KG-101")
    assert [step["state"] for step in shown["history"]] in (["draft", "final"], ["final", "draft"])
    xml = cami("show", survey, "KG-101", "--xml").out
    assert xml.startswith("<?xml")
    assert "<place>Alay</place>" in xml
    assert cami.json("show", survey, "KG-101", "--xml")["xml"].strip() == xml.strip()


def test_a_copy_brings_everything_back(cami: Commands, tmp_path: Path, survey: Path) -> None:
    steps = write_steps(tmp_path, answers(code="KG-101", herd="no"))
    filled = cami.json("fill", survey, "camp", "--steps", steps, "--draft")
    copy = cami.json("backup", survey, "--to", tmp_path / "copy.cami")["backup"]
    other = tmp_path / "restored.cami"
    cami.json("restore", copy, other)
    assert [row["record"] for row in cami.json("list", other)["records"]] == [filled["record"]]
    assert cami.json("verify", other)["problems"] == []
    again = cami.json("restore", copy, other)
    (kept,) = [notice["where"] for notice in again["notices"] if notice["code"] == "survey.kept"]
    assert [row["record"] for row in cami.json("list", kept)["records"]] == [filled["record"]]
    # A file at another place is another device.
    assert cami.json("device", "show", other)["device"] != cami.json("device", "show", survey)["device"]


def test_an_encrypted_survey_needs_its_key(cami: Commands, tmp_path: Path, form: Path) -> None:
    key, wrong = tmp_path / "key.txt", tmp_path / "wrong.txt"
    key.write_text("ten wild yaks on the ridge\n")
    wrong.write_text("nine wild yaks on the ridge\n")
    survey = tmp_path / "secret.cami"
    assert cami.json("new", survey, "--key-file", key)["encrypted"] is True
    cami.json("form", "add", survey, form, "--key-file", key)
    before = survey.read_bytes()
    assert cami.refused("list", survey)["code"] == "key.needed"
    error = cami.refused("list", survey, "--key-file", wrong)
    assert "yaks" not in str(error)
    assert survey.read_bytes() == before
    assert cami.json("list", survey, "--key-file", key)["records"] == []


def test_an_interview_is_carried_over_to_a_new_version(cami: Commands, tmp_path: Path, form: Path) -> None:
    survey = tmp_path / "one.cami"
    cami.json("new", survey)
    cami.json("form", "add", survey, form)
    steps = [*answers(code="KG-101", herd="yes", sheep=40), {"set": "/data/sight[1]/place", "value": "Kara-Suu"}]
    cami.json("fill", survey, "camp", "--steps", write_steps(tmp_path, steps))
    newer = FORM.replace("| | text | note |", "| | text | remarks |").replace("| camp | 3 |", "| camp | 4 |")
    newer = newer.replace("| | integer | sheep |", "| | integer | goats |")
    cami.json("form", "add", survey, write_form(tmp_path, newer, "newer.md"))
    told = cami.json("migrate", survey, "KG-101", "--dry-run")
    documented = next(command.keys for command in commands() if command.name == "migrate")
    assert set(told) == {"ok", "notices", *documented}
    assert (told["before"], told["after"], told["revision"]) == ("3", "4", "")
    assert told["aside"] == {"/data/sheep": "40"}
    assert [item["to"] for item in told["kept"] if item["field"] == "/data/herd"] == ["/data/herd"]
    assert cami.json("show", survey, "KG-101")["form_version"] == "3"
    shown = cami("migrate", survey, "KG-101")
    assert "1 answer is kept aside." in shown.out
    assert "/data/sheep" in shown.out
    after = cami.json("show", survey, "KG-101")
    assert (after["form_version"], after["state"], after["aside"]) == ("4", "draft", {"/data/sheep": "40"})
    assert cami.refused("migrate", survey, "KG-101")["code"] == "interview.same-version"


def test_a_survey_whose_laptop_has_no_name_says_so(cami: Commands, tmp_path: Path) -> None:
    codes = [notice["code"] for notice in cami.json("new", tmp_path / "a.cami")["notices"]]
    assert codes == ["survey.made", "survey.nameless"]
    named = cami.json("new", tmp_path / "b.cami", "--device", "KG-01")["notices"]
    assert [notice["code"] for notice in named] == ["survey.made"]


def test_the_journey_of_the_readme_names_its_laptops() -> None:
    readme = (Path(__file__).parents[2] / "README.md").read_text("utf-8")
    made = [line for line in readme.splitlines() if line.startswith("cami-survey new ")]
    assert len(made) == 2
    assert all("--device " in line for line in made)
