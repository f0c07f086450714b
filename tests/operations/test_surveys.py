"""Survey files: made, opened, checked, copied, brought back; keys come from files, never from arguments."""

from __future__ import annotations

import errno
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cami_survey.base.errors import UserError
from cami_survey.operations import forms, interviews, surveys
from cami_survey.store.api import schema_version
from tests.cli.commands import write_form
from tests.exchange.surveys import interview


def test_a_survey_is_called_like_its_file_unless_titled(tmp_path: Path) -> None:
    with surveys.create(tmp_path / "ala-too.cami").value as made:
        assert made.title == "ala-too"
    with surveys.create(tmp_path / "b.cami", title="Ala-Too 2026").value as made:
        assert made.title == "Ala-Too 2026"


def test_a_missing_file_names_the_nearest(tmp_path: Path) -> None:
    surveys.create(tmp_path / "winter.cami").value.close()
    with pytest.raises(UserError) as refused:
        surveys.open_survey(tmp_path / "wintre.cami")
    assert refused.value.code == "file.not-found"
    assert "winter.cami" in refused.value.advice


def test_a_damaged_file_says_what_is_wrong(tmp_path: Path) -> None:
    path = tmp_path / "winter.cami"
    with surveys.create(path).value as survey:
        survey.attach(b"a picture of a yak " * 2000, "yak.png")
        outcome = surveys.verify(survey)
        assert outcome.value.ok
        assert [notice.level for notice in outcome.notices] == ["done"]
    content = bytearray(path.read_bytes())
    at = content.index(b"a picture of a yak ")
    content[at] ^= 1
    path.write_bytes(bytes(content))
    with surveys.open_survey(path).value as survey:
        outcome = surveys.verify(survey)
    assert not outcome.value.ok
    assert {notice.level for notice in outcome.notices} == {"error"}
    assert len(outcome.notices) == 1 + len(outcome.value.problems)


def test_a_restored_file_leaves_the_one_before_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "winter.cami"
    with surveys.create(path, title="first").value as survey:
        copy = surveys.backup(survey, tmp_path / "copy.cami").value
        survey.rename("second")
    outcome = surveys.restore(copy, path)
    (kept,) = [Path(notice.where) for notice in outcome.notices if notice.code == "survey.kept"]
    with surveys.open_survey(path).value as survey:
        assert survey.title == "first"
    with surveys.open_survey(kept).value as survey:
        assert survey.title == "second"


class Watch:
    """A clock that stands until it is moved on."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 22, 9, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


def test_a_folder_is_never_moved_aside_for_a_restored_file(tmp_path: Path) -> None:
    with surveys.create(tmp_path / "winter.cami").value as survey:
        copy = surveys.backup(survey, tmp_path / "copy.cami").value
    folder = tmp_path / "photographs"
    folder.mkdir()
    with pytest.raises(UserError) as refused:
        surveys.restore(copy, folder)
    assert refused.value.code == "file.is-folder"
    assert folder.is_dir()


def test_a_backup_that_cannot_be_read_leaves_the_file_in_its_place(tmp_path: Path) -> None:
    path = tmp_path / "winter.cami"
    with surveys.create(path, title="winter").value as survey:
        newer, short = (surveys.backup(survey, tmp_path / name).value for name in ("newer.cami", "short.cami"))
    with closing(sqlite3.connect(newer)) as connection:
        connection.execute(f"PRAGMA user_version = {schema_version() + 1}")
    short.write_bytes(short.read_bytes()[: 4096 * 5])
    for copy, code in ((newer, "file.newer"), (short, "file.damaged")):
        with pytest.raises(UserError) as refused:
            surveys.restore(copy, path)
        assert refused.value.code == code
        assert copy.name in refused.value.sentence
    with surveys.open_survey(path).value as survey:
        assert survey.title == "winter"


def test_a_disk_that_takes_nothing_is_said_when_a_survey_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def protected(path: Path, *_more: object, **_named: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system", str(path))

    monkeypatch.setattr(Path, "unlink", protected)
    with pytest.raises(UserError) as refused:
        surveys.create(tmp_path / "winter.cami")
    assert refused.value.code == "folder.not-writable"


def test_a_full_disk_is_not_called_a_broken_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "winter.cami"
    surveys.create(path).value.close()
    full = shutil.disk_usage(tmp_path)._replace(free=0)
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: full)
    (tmp_path / "winter.cami-wal").mkdir()
    with pytest.raises(UserError) as refused:
        surveys.open_survey(path)
    assert refused.value.code == "disk-full"


def test_a_backup_is_made_after_a_session_when_something_new_was_saved(tmp_path: Path) -> None:
    watch = Watch()
    with surveys.create(tmp_path / "winter.cami", clock=watch).value as survey:
        assert surveys.back_up_if_due(survey).value is None
        interview(survey, {"yaks": "7"})
        first = surveys.back_up_if_due(survey).value
        assert first is not None
        assert survey.backups() == [first]
        watch.now += timedelta(hours=1)
        assert surveys.back_up_if_due(survey).value is None
        interview(survey, {"yaks": "8"})
        watch.now = survey.last_backup + timedelta(minutes=29) if survey.last_backup else watch.now
        assert surveys.back_up_if_due(survey).value is None
        watch.now += timedelta(minutes=1)
        assert surveys.back_up_if_due(survey).value is not None


def test_a_second_copy_goes_elsewhere_and_a_missing_stick_is_only_said(tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    with surveys.create(tmp_path / "winter.cami").value as survey:
        interview(survey, {"yaks": "7"})
        assert surveys.back_up_if_due(survey, str(stick)).notices == ()
        (copy,) = stick.iterdir()
        interview(survey, {"yaks": "8"})
        outcome = surveys.back_up_if_due(survey, str(tmp_path / "gone"), timedelta(0))
        assert outcome.value is not None
        assert [(notice.code, notice.level) for notice in outcome.notices] == [("survey.second-copy", "warning")]
    with surveys.open_survey(copy).value as survey:
        assert survey.counts()["all"] == 1


@pytest.mark.parametrize("content", [b"a long phrase", b"a long phrase\n", b"a long phrase\r\n"])
def test_a_key_file_is_read_without_its_line_end(tmp_path: Path, content: bytes) -> None:
    key = tmp_path / "key"
    key.write_bytes(content)
    assert surveys.read_key(tmp_path / "new.cami", key) == "a long phrase"


def test_thirty_two_bytes_are_a_key_too(tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.write_bytes(b"\xff" * 32)
    assert surveys.read_key(tmp_path / "new.cami", key) == b"\xff" * 32


@pytest.mark.parametrize("content", [b"", b"\n", b"x" * 5000, b"\xff" * 31])
def test_a_file_that_holds_no_key_is_refused(tmp_path: Path, content: bytes) -> None:
    key = tmp_path / "key"
    key.write_bytes(content)
    with pytest.raises(UserError) as refused:
        surveys.read_key(tmp_path / "new.cami", key)
    assert refused.value.code == "key.unreadable"


def test_the_key_is_asked_for_only_when_the_file_is_encrypted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plain, secret = tmp_path / "plain.cami", tmp_path / "secret.cami"
    surveys.create(plain).value.close()
    surveys.create(secret, key="a long phrase").value.close()

    def ask() -> str:
        asked.append("key")
        return "a long phrase"

    asked: list[str] = []
    assert surveys.read_key(plain, ask=ask) is None
    assert asked == []
    assert surveys.read_key(secret, ask=ask) == "a long phrase"
    with pytest.raises(UserError) as refused:
        surveys.read_key(secret)
    assert refused.value.code == "key.needed"
    key = tmp_path / "key"
    key.write_text("from the environment")
    monkeypatch.setenv("CAMI_SURVEY_KEY_FILE", str(key))
    assert surveys.read_key(secret) == "from the environment"


def test_after_a_crash_the_list_shows_what_was_typed_in_an_interview_that_was_never_saved(tmp_path: Path) -> None:
    path = tmp_path / "winter.cami"
    with surveys.create(path).value as survey:
        forms.add(survey, [write_form(tmp_path)])
        begun = interviews.start(survey, "camp")
        begun.set("/data/code", "KG-101")
        begun.set("/data/herd", "yes")
    with surveys.open_survey(path).value as survey:
        (row,) = survey.rows()
        assert (row.summary.code, row.summary.answered, row.summary.total) == ("KG-101", 2, begun.summary().total)
        assert survey.find("KG-101") == begun.record
        assert len(survey.rows(search="kg-101")) == 1
        interviews.open_record(survey, begun.record).discard()
        assert survey.rows() == []
