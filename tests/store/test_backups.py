"""Backups: verified copies, thinned out, and the way back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cami_survey.base.errors import UserError
from cami_survey.store.api import SurveyFile, restore
from cami_survey.store.backups import kept
from tests.store.interviews import edit, interview, new_survey, values


@pytest.mark.parametrize("key", [None, "secret words"])
def test_a_backup_is_whole_and_opens_with_the_same_key(tmp_path: Path, key: str | None) -> None:
    with new_survey(tmp_path, key=key) as survey:
        record = interview(survey, herd="40")
        assert survey.last_backup is None
        backup = survey.backup()
        assert survey.last_backup is not None
        interview(survey, herd="41")
        assert survey.backups() == [backup]
    assert backup.parent.name == "survey-backups"
    with SurveyFile.open(backup, key=key, read_only=True) as copy:
        assert values(copy, record) == {"herd": "40"}
        assert copy.counts()["all"] == 1
    with SurveyFile.open(survey.path, key=key) as again:
        assert again.last_backup == survey.last_backup.replace(microsecond=again.last_backup.microsecond)  # type: ignore[union-attr]


def test_a_backup_into_a_folder_gets_a_dated_name_and_one_to_a_name_replaces_it(tmp_path: Path) -> None:
    (tmp_path / "stick").mkdir()
    with new_survey(tmp_path) as survey:
        first, second = survey.backup(tmp_path / "stick"), survey.backup(tmp_path / "stick")
        assert first != second
        target = tmp_path / "copy.cami"
        target.write_bytes(b"old")
        assert survey.backup(target) == target
        with pytest.raises(UserError):
            survey.backup(survey.path)
    with SurveyFile.open(target, read_only=True) as copy:
        assert copy.id == survey.id
    assert not list(tmp_path.rglob("*.part"))


def test_restoring_keeps_what_was_there_with_its_log_and_makes_a_new_device(tmp_path: Path) -> None:
    with new_survey(tmp_path) as survey:
        record = interview(survey, herd="40")
        backup = survey.backup()
        edit(survey, record, herd="41")
        lost = survey.path.read_bytes()
        log = survey.path.with_name("survey.cami-wal").read_bytes()
    survey.path.write_bytes(lost)
    survey.path.with_name("survey.cami-wal").write_bytes(log)
    assert restore(backup, survey.path) == survey.path
    with SurveyFile.open(survey.path) as again:
        assert values(again, record) == {"herd": "40"}
        assert again.device.id != survey.device.id
        edit(again, record, herd="42")
        (aside,) = tmp_path.glob("survey-before-restore-*.cami")
        with SurveyFile.open(aside, read_only=True) as former:
            assert values(former, record) == {"herd": "41"}
            again.accept(former.facts(), package="former", source="s")
        assert [conflict.field for conflict in again.conflicts(record)] == ["/data/herd"]


def test_an_open_survey_is_not_replaced(tmp_path: Path) -> None:
    with new_survey(tmp_path) as survey:
        backup = survey.backup()
        with pytest.raises(UserError) as refusal:
            restore(backup, survey.path)
    assert refusal.value.code == "file.locked"


def test_a_damaged_backup_restores_nothing(tmp_path: Path) -> None:
    with new_survey(tmp_path) as survey:
        interview(survey, herd="40")
        backup = survey.backup()
    before = survey.path.read_bytes()
    backup.write_bytes(backup.read_bytes().replace(b"/data/herd", b"/data/hers"))
    with pytest.raises(UserError):
        restore(backup, survey.path)
    assert survey.path.read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir() if path.name != "home") == ["survey-backups", "survey.cami"]


def test_backups_are_thinned_to_hours_days_and_weeks(tmp_path: Path) -> None:
    now = datetime(2026, 11, 20, 12, tzinfo=UTC)
    dated = [(now - timedelta(minutes=20 * n), Path(str(n))) for n in range(3 * 24 * 400)]
    left = kept(dated, now)
    ages = [now - moment for moment, _path in left]
    assert len([age for age in ages if age <= timedelta(days=1)]) == 25
    assert 29 <= len([age for age in ages if timedelta(days=1) < age <= timedelta(days=30)]) <= 31
    assert 47 <= len([age for age in ages if age > timedelta(days=30)]) <= 50
    assert max(ages) <= timedelta(days=365)
    assert kept([(now - timedelta(days=900), Path("only"))], now) == [(now - timedelta(days=900), Path("only"))]


def test_many_backups_leave_the_newest_of_the_hour(tmp_path: Path) -> None:
    with new_survey(tmp_path) as survey:
        made = [survey.backup() for _n in range(4)]
        assert survey.backups() == [made[-1]]


@pytest.mark.parametrize("year", [1980, 2099])
def test_a_clock_that_jumps_takes_no_backup_away_and_holds_none_back(tmp_path: Path, year: int) -> None:
    now = datetime(2026, 11, 20, 12, tzinfo=UTC)
    with SurveyFile.create(tmp_path / "survey.cami", title="Camps", clock=lambda: now) as survey:
        for days in (40, 20, 1):
            now = datetime(2026, 11, 20, 12, tzinfo=UTC) - timedelta(days=days)
            interview(survey, code=f"H{days}")
            survey.backup()
        before = set(survey.backups())
        for hour in (8, 11):
            now = datetime(year, 1, 1, hour, tzinfo=UTC)
            interview(survey, code=f"W{hour}")
            assert survey.backup_due(timedelta(hours=1))
            survey.backup()
        assert before < set(survey.backups())
        now = datetime(2026, 11, 20, 13, tzinfo=UTC)
        interview(survey, code="H0")
        assert survey.backup_due(timedelta(hours=1))
        made = survey.backup()
        assert before < set(survey.backups())
        assert survey.backups()[0] == made


class StopError(Exception):
    """Somebody pressed Cancel."""


def patience(ticks: int) -> Callable[[], None]:
    """Bears so many ticks and stops at the next."""
    left = iter(range(ticks))

    def tick() -> None:
        if next(left, None) is None:
            raise StopError

    return tick


def test_a_backup_that_is_stopped_leaves_nothing_whenever_that_happens(survey: SurveyFile, tmp_path: Path) -> None:
    for number in range(4):
        interview(survey, code=f"H{number}", herd=str(number))
    ticks: list[bool] = []
    survey.backup(tmp_path / "whole.cami", tick=lambda: ticks.append(True))
    assert len(ticks) > 2
    for borne in range(len(ticks)):
        with pytest.raises(StopError):
            survey.backup(tmp_path / "stopped.cami", tick=patience(borne))
        assert [path.name for path in tmp_path.iterdir() if "stopped" in path.name] == []
