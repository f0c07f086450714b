"""T5, T12, T17 of the fault list for keys and backups: killed while a key changes, a backup is written or restored."""

from __future__ import annotations

import random
import shutil
import time
from pathlib import Path
from typing import Any

import pytest

from cami_survey.base.errors import UserError
from cami_survey.store.api import SurveyFile, backup_folder, change_key, is_encrypted, new_recovery, restore, salvage
from tests.faults import keys_children, store_children
from tests.faults.test_damage_store import fill, flip, new

# Raw keys: stretching a passphrase would be most of the time in which a child is killed.
RAW = "ab" * 32
OTHER = "cd" * 32


def killed(work: Any, *args: object, after: float, rounds: int = 1) -> list[Any]:
    """Let a child work until it has reported `rounds` times and a moment longer; what it reported."""
    with store_children.child(work, *args) as (process, pipe):
        reported = [pipe.recv() for _round in range(rounds)]
        time.sleep(after)
        return reported + store_children.kill(process, pipe)


def opened_by(path: Path, keys: list[str | None]) -> str | None:
    """The one key of these that opens the file, which is whole."""
    fitting = []
    encrypted = is_encrypted(path)
    for key in keys:
        if (key is not None) != encrypted:
            continue
        try:
            with SurveyFile.open(path, key=key) as survey:
                assert survey.verify().ok
                assert survey.counts()["all"] == 40
        except UserError:
            continue
        fitting.append(key)
    (found,) = fitting
    return found


@pytest.mark.parametrize("keys", [[None, RAW], [RAW, OTHER], [RAW, None]], ids=["encrypting", "changing", "decrypting"])
def test_t5_killed_while_the_key_changes_the_file_opens_by_the_old_or_the_new_key(
    tmp_path: Path, keys: list[str | None]
) -> None:
    rng = random.Random(len(str(keys)))
    with new(tmp_path, keys[0]) as survey:
        fill(survey)
    now = keys[0]
    for _kill in range(4):
        order = [now, *(key for key in keys if key != now)]
        reported = killed(keys_children.change_keys, survey.path, order, after=rng.uniform(0, 0.4))
        now = opened_by(survey.path, keys)
        following = order[(order.index(reported[-1]) + 1) % len(order)]
        assert now in (reported[-1], following)
    change_key(survey.path, now, "last words")
    with SurveyFile.open(survey.path, key="last words") as survey:
        assert survey.verify().ok
    assert not list(tmp_path.glob("*.part*"))


@pytest.mark.parametrize("key", [None, RAW], ids=["plain", "keyed"])
def test_t5_killed_while_backing_up_every_backup_that_has_a_name_is_whole(tmp_path: Path, key: str | None) -> None:
    rng = random.Random(3)
    with new(tmp_path, key) as survey:
        fill(survey)
    target = tmp_path / "stick" / "copy.cami"
    target.parent.mkdir()
    for _kill in range(3):
        killed(keys_children.back_up, survey.path, key, target, after=rng.uniform(0, 0.3))
        for backup in (target, *backup_folder(survey.path).glob("*.cami")):
            with SurveyFile.open(backup, key=key, read_only=True) as copy:
                assert copy.counts()["all"] == 40
                assert copy.verify().ok
    with SurveyFile.open(survey.path, key=key) as again:
        assert again.verify().ok
        again.backup(target)


@pytest.mark.parametrize("key", [None, RAW], ids=["plain", "keyed"])
def test_t5_killed_while_restoring_there_is_the_old_file_or_the_restored_one(tmp_path: Path, key: str | None) -> None:
    rng = random.Random(4)
    with new(tmp_path, key) as survey:
        fill(survey)
        backup = survey.backup(tmp_path / "backup.cami")
    for _kill in range(3):
        killed(keys_children.bring_back, backup, survey.path, key, after=rng.uniform(0, 0.4))
        assert opened_by(survey.path, [key]) == key
        restore(backup, survey.path, key)
        with SurveyFile.open(survey.path, key=key) as again:
            assert again.counts()["all"] == 40


def test_t5_killed_while_open_the_slots_are_there_again(tmp_path: Path) -> None:
    with new(tmp_path, "words") as survey:
        fill(survey, 3)
    with store_children.child(store_children.type_answers, survey.path, "words") as (process, pipe):
        while pipe.recv()[0] != "saved":
            pass
        store_children.kill(process, pipe)
    assert survey.path.with_name("survey.cami-keys").exists()
    with SurveyFile.open(survey.path, key="words") as again:
        assert again.counts()["all"] >= 4
        assert again.verify().ok
    assert not survey.path.with_name("survey.cami-keys").exists()


def test_t12_a_damaged_keyed_file_is_salvaged_around_the_damage(tmp_path: Path) -> None:
    with new(tmp_path, RAW) as survey:
        fill(survey, 100, 4000)
    flip(survey.path, survey.path.stat().st_size // 2)
    found = salvage(survey.path, tmp_path / "new.cami", key=RAW)
    assert found.lost or found.kept["revision"] == 100
    with SurveyFile.open(tmp_path / "new.cami", key=RAW) as again:
        assert again.verify().ok
        assert again.counts()["all"] == found.kept["revision"] > 90


def test_t17_a_recovery_code_opens_the_file_on_a_clean_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code = new_recovery()
    with new(tmp_path, "forgotten") as survey:
        (record, *_others) = fill(survey, 3)
        survey.add_recovery(code.recipient)
        backup = survey.backup(tmp_path / "backup.cami")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.setenv("CAMI_SURVEY_HOME", str(elsewhere / "home"))
    shutil.copyfile(backup, elsewhere / "found.cami")
    restore(elsewhere / "found.cami", elsewhere / "survey.cami", key=code.secret)
    change_key(elsewhere / "survey.cami", code.secret, "new words")
    with SurveyFile.open(elsewhere / "survey.cami", key="new words") as again:
        assert again.view(record).answers.fields["/data/note"].startswith("note 0")
