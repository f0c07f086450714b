"""Consent taken back: nothing of what was said is left in the file, nor comes back with packages or backups."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from cami_survey.base.errors import UserError
from cami_survey.base.records import Answers, Summary
from cami_survey.store.api import SurveyFile, restore
from tests.store.conftest import Laptops
from tests.store.interviews import interview, new_survey

SAID = "Jyldyzkan"
PICTURE = b"\xff\xd8 a face " * 500


def with_picture(survey: SurveyFile, code: str, said: str, picture: bytes) -> str:
    """An interview with a picture, typed as a draft first, in its list and its search."""
    record, sha = survey.new_record(), survey.attach(picture, "face.jpg")
    draft = survey.start_draft(form_id="f", form_version="1", record=record, values={})
    survey.journal(draft, {"/data/name": said, "/data/photo": "face.jpg"}, files={"face.jpg": sha})
    survey.save(
        record=record,
        form_id="f",
        form_version="1",
        answers=Answers({"/data/name": said, "/data/photo": "face.jpg"}, {}, {"face.jpg": sha}),
        state="final",
        parents=(),
        summary=Summary(code=code, search=said),
        draft=draft,
    )
    return record


def bytes_of(path: Path) -> bytes:
    """The file with its log."""
    log = path.with_name(path.name + "-wal")
    return path.read_bytes() + (log.read_bytes() if log.exists() else b"")


def test_nothing_that_was_said_is_left_in_the_file_or_its_log(tmp_path: Path) -> None:
    with new_survey(tmp_path) as survey:
        record = with_picture(survey, "H1", SAID, PICTURE)
        kept = with_picture(survey, "H2", "Nurlan", b"another face" * 300)
        assert SAID.encode() in bytes_of(survey.path)
        survey.withdraw(record, "asked to")
        for trace in (SAID, SAID.lower(), SAID.lower()[1:]):
            assert trace.encode() not in bytes_of(survey.path)
        assert PICTURE[:40] not in bytes_of(survey.path)
        assert not survey.has_attachment(hashlib.sha256(PICTURE).hexdigest())
        assert survey.rows(search=SAID) == []
        assert [row.record for row in survey.rows(search="Nurlan")] == [kept]
        assert survey.view(kept).answers.files
        assert survey.withdrawn() == [record]
        assert survey.verify().ok
    with SurveyFile.open(survey.path) as again:
        assert again.verify().ok


def test_a_picture_that_another_interview_shows_too_stays(tmp_path: Path) -> None:
    with new_survey(tmp_path) as survey:
        record, _other = (with_picture(survey, code, code, PICTURE) for code in ("H1", "H2"))
        survey.withdraw(record)
        assert survey.has_attachment(hashlib.sha256(PICTURE).hexdigest())


def test_t49_an_old_package_brings_back_neither_answers_nor_pictures(laptop: Laptops) -> None:
    theirs, ours, late = laptop("theirs"), laptop("ours"), laptop("late")
    record = with_picture(theirs, "H1", SAID, PICTURE)
    old = list(theirs.facts())
    ours.enrol(theirs.device)
    ours.accept(old, package="1", source="s")
    ours.withdraw(record)
    ours.accept(old, package="2", source="s")
    late.enrol(ours.device)
    late.accept([fact for fact in ours.facts() if fact.kind == "withdrawal"], package="3", source="s")
    late.accept(old, package="4", source="s")
    for survey in (ours, late):
        assert SAID.encode() not in bytes_of(survey.path)
        assert PICTURE[:40] not in bytes_of(survey.path)
        assert survey.rows(search=SAID) == []
        assert survey.verify().ok
    assert record not in [fact.head.decode() for fact in ours.facts() if fact.kind == "revision" and fact.body]


@pytest.mark.parametrize("key", [None, "cd" * 32], ids=["plain", "keyed"])
def test_a_backup_from_before_does_not_bring_it_back_over_the_file(tmp_path: Path, key: str | None) -> None:
    with new_survey(tmp_path, key=key) as survey:
        record, kept = interview(survey, herd=SAID), interview(survey, herd="40")
        backup = survey.backup()
        survey.withdraw(record)
    restore(backup, survey.path, key)
    with SurveyFile.open(survey.path, key=key) as again:
        assert [row.record for row in again.rows()] == [kept]
        assert again.withdrawn() == [record]
        assert again.verify().ok
    assert SAID.encode() not in survey.path.read_bytes()


@pytest.mark.parametrize("key", [None, "cd" * 32], ids=["plain", "keyed"])
def test_backups_can_forget_too(tmp_path: Path, key: str | None) -> None:
    with new_survey(tmp_path, key=key) as survey:
        record = interview(survey, herd=SAID)
        survey.backup(tmp_path / "elsewhere.cami")
        backup = survey.backup()
        survey.withdraw(record)
        assert survey.forget_in_backups(survey.withdrawal_heads()) == (1, [])
        assert survey.forget_in_backups(survey.withdrawal_heads()) == (0, [])
        assert survey.backups() == [backup]
    assert SAID.encode() not in backup.read_bytes()
    with SurveyFile.open(backup, key=key, read_only=True) as copy:
        assert copy.counts()["all"] == 0
        assert copy.verify().ok


def test_a_record_that_is_not_here_cannot_be_withdrawn(tmp_path: Path) -> None:
    with new_survey(tmp_path) as survey, pytest.raises(UserError):
        survey.withdraw("nobody")
