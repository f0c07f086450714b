"""The demonstration: the whole journey, made anew where it was made before, and nowhere else."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cami_survey.base.errors import UserError
from cami_survey.operations import demo
from cami_survey.store.api import SurveyFile

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def photographed(survey: Path, folder: Path) -> list[Path]:
    folder.mkdir()
    picture = folder / "interviews.png"
    picture.write_bytes(survey.name.encode())
    return [picture]


@pytest.fixture(scope="module")
def folder(demonstration: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A demonstration that was made anew in the folder of an earlier one."""
    folder = Path(shutil.copytree(demonstration.parent, tmp_path_factory.mktemp("demo") / "here"))
    told: list[str] = []
    steps: list[tuple[int, int]] = []
    made = demo.demonstrate(
        folder, photographer=photographed, tell=told.append,
        progress=lambda done, total: steps.append((done, total)), clock=lambda: NOW,
    ).value  # fmt: skip
    assert all(path.exists() for _what, path in made.files)
    assert steps[-1][0] == steps[-1][1]
    assert steps == sorted(steps)
    assert any("in conflict" in line for line in told)
    return folder


def test_the_consultant_has_everything_settled(folder: Path) -> None:
    with SurveyFile.open(folder / "consultant.cami") as survey:
        counts = survey.counts()
        assert (counts["all"], counts["drafts"], counts["final"], counts["conflicts"]) == (60, 5, 55, 0)
        assert {entry.form_id: entry.records for entry in survey.forms()} == {
            "herder_interview": 45,
            "stakeholder_survey": 15,
        }
        # Each test has a machine of its own, and a file opened on another machine is another device.
        assert {device.name for device in survey.devices()} == {"KG-00", "KG-03", "KG-07"}
        assert survey.verify().ok
        assert survey.stale_summaries(10) == []


def test_the_corrected_interview_came_from_two_laptops(folder: Path) -> None:
    with SurveyFile.open(folder / "consultant.cami") as survey:
        (record,) = [row.record for row in survey.rows(limit=100) if len(survey.history(row.record)) > 1]
        steps = survey.history(record)
        assert len({step.device for step in steps}) == 3
        assert len(survey.view(record).heads) == 1


def test_interviews_lie_on_past_days(folder: Path) -> None:
    with SurveyFile.open(folder / "consultant.cami") as survey:
        written = [step.written for row in survey.rows(limit=100) for step in survey.history(row.record)]
    assert len({moment.date() for moment in written if moment < NOW - timedelta(days=1)}) > 10
    assert min(written) > NOW - timedelta(days=60)


def test_nothing_in_the_clear_leaves_a_laptop(folder: Path) -> None:
    packages = [*folder.glob("packages/*"), *folder.glob("handed-over/*")]
    assert len(packages) == 3
    assert all(path.read_bytes().startswith(b"age-encryption.org/v1") for path in packages)


def test_other_files_are_left_alone(folder: Path, tmp_path: Path) -> None:
    mine = tmp_path / "letter.txt"
    mine.write_text("dear")
    with pytest.raises(UserError) as refused:
        demo.demonstrate(tmp_path)
    assert refused.value.code == "demo.folder-in-use"
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]
    assert json.loads((folder / demo.MARK).read_text())["made"] == "whole"


def test_a_demonstration_that_is_open_is_not_made_anew(folder: Path) -> None:
    with SurveyFile.open(folder / "consultant.cami") as survey:
        with pytest.raises(UserError):
            demo.demonstrate(folder, clock=lambda: NOW)
        assert survey.counts()["all"] == 60
    assert (folder / "interviews.xlsx").exists()


def test_whoever_watches_can_stop_it_and_begin_again(tmp_path: Path) -> None:
    class StoppedError(Exception):
        pass

    def stop(done: int, _total: int) -> None:
        if done == 3:
            raise StoppedError

    for _turn in range(2):
        with pytest.raises(StoppedError):
            demo.demonstrate(tmp_path / "x", progress=stop, clock=lambda: NOW)
