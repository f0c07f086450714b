"""Salvage: everything that its hash proves comes over, and what does not is named."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from cami_survey.base.errors import UserError
from cami_survey.base.records import Answers, Summary
from cami_survey.store.api import SurveyFile, salvage
from tests.store.interviews import interview, new_survey, values

KEY = "cd" * 32


@pytest.fixture(params=[None, KEY], ids=["plain", "keyed"])
def filled(tmp_path: Path, request: pytest.FixtureRequest) -> tuple[Path, str | None, dict[str, str]]:
    """A survey of 120 interviews and a draft, its key, and what each interview says."""
    key: str | None = request.param
    with new_survey(tmp_path, key=key) as survey:
        said = {interview(survey, herd=f"{n} sheep " + "x" * 900): f"{n} sheep " + "x" * 900 for n in range(120)}
        survey.start_draft(form_id="f", form_version="1", record=survey.new_record(), values={"/data/a": "typed"})
        survey.state("reference.table", "species", {"file": survey.attach(b"code\n", "species.csv")})
    return survey.path, key, said


def brought(path: Path, target: Path, key: str | None, said: dict[str, str]) -> int:
    """How many interviews came over; each says what it said, and each other one is named."""
    before = path.read_bytes()
    found = salvage(path, target, key=key)
    assert path.read_bytes() == before
    with SurveyFile.open(target, key=key) as survey:
        assert survey.verify().ok
        there = {row.record for row in survey.rows(limit=1000) if row.state == "final"}
        assert all(values(survey, record) == {"herd": said[record]} for record in there)
    assert found.kept["revision"] == len(there)
    assert len(there) == len(said) or found.lost
    return len(there)


def test_a_sound_file_comes_over_whole(filled: tuple[Path, str | None, dict[str, str]], tmp_path: Path) -> None:
    path, key, _said = filled
    found = salvage(path, tmp_path / "new.cami", key=key)
    assert (found.lost, found.kept["revision"], found.unproven) == ([], 120, 1)
    with SurveyFile.open(tmp_path / "new.cami", key=key) as survey, SurveyFile.open(path, key=key) as old:
        assert (survey.id, survey.title) == (old.id, old.title)
        assert survey.device.id != old.device.id
        (draft,) = survey.drafts()
        assert draft.values == {"/data/a": "typed"}
        (said,) = survey.statements("reference.table")
        assert survey.attachment(said.body["file"]) == b"code\n"


def test_around_broken_pages_the_rest_comes_over(
    filled: tuple[Path, str | None, dict[str, str]], tmp_path: Path
) -> None:
    path, key, said = filled
    whole, rng, most = path.read_bytes(), random.Random(7), 0
    for attempt in range(6):
        content = bytearray(whole)
        page = rng.randrange(3, len(whole) // 8192) * 8192
        content[page : page + 8192] = rng.randbytes(8192)
        path.write_bytes(content)
        most = max(most, brought(path, tmp_path / f"new{attempt}.cami", key, said))
    assert most > 100


def test_the_beginning_of_a_file_that_is_cut_short_comes_over(
    filled: tuple[Path, str | None, dict[str, str]], tmp_path: Path
) -> None:
    path, key, said = filled
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 8192 * 3 // 4 * 8192 - 17])
    assert brought(path, tmp_path / "new.cami", key, said) > 0


def test_a_changed_letter_loses_that_interview_and_says_which(tmp_path: Path) -> None:
    with new_survey(tmp_path) as survey:
        records = [interview(survey, herd=f"{n} goats") for n in range(9)]
    content = survey.path.read_bytes()
    survey.path.write_bytes(content.replace(b"5 goats", b"6 goats"))
    found = salvage(survey.path, tmp_path / "new.cami")
    assert found.kept["revision"] == 8
    assert len(found.lost) == 1
    assert records[5] in found.lost[0]


def test_what_is_no_survey_or_has_no_beginning_is_refused(tmp_path: Path) -> None:
    with new_survey(tmp_path) as survey:
        interview(survey, herd="1")
    content = survey.path.read_bytes()
    for name, bad in (("zeros", bytes(8192) + content[8192:]), ("text", b"hello " * 100)):
        path = tmp_path / f"{name}.cami"
        path.write_bytes(bad)
        with pytest.raises(UserError):
            salvage(path, tmp_path / "new.cami")
        assert not (tmp_path / "new.cami").exists()


def test_names_are_sealed_and_opened_in_the_salvaged_file_as_before(tmp_path: Path) -> None:
    with new_survey(tmp_path, "other") as other, new_survey(tmp_path) as survey:
        survey.set_names_recipients({other.device.recipient: "Coordinator"})
        record = sealed(survey, survey.new_record(), "Aibek")
        former = survey.device.id
    salvage(survey.path, tmp_path / "new.cami")
    with SurveyFile.open(tmp_path / "new.cami", read_only=True) as made:
        assert made.device.id != former
        assert values(made, record) == {"resp_name": "Aibek"}
    with SurveyFile.open(tmp_path / "new.cami") as made:
        assert made.names_recipients() == [("Coordinator", other.device.recipient)]
        assert made.kept_as(sealed(made, made.new_record(), "Bolot"), "/data/resp_name").startswith("sealed:1:")
        assert made.verify().ok


def sealed(survey: SurveyFile, record: str, name: str) -> str:
    survey.save(
        record=record, form_id="f", form_version="1", answers=Answers({"/data/resp_name": name}), state="final",
        parents=(), summary=Summary(), names=["/data/resp_name"],
    )  # fmt: skip
    return record
