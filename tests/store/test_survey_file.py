"""Creating, opening, closing; keys; identity; forms; what is refused leaves the file as it was."""

from __future__ import annotations

import hashlib
import os
import shutil
import threading
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from cami_survey.base.errors import UserError
from cami_survey.base.records import DeviceInfo
from cami_survey.store.api import SurveyFile, is_encrypted, schema_version
from tests.store.conftest import Laptops
from tests.store.interviews import FORM, VERSION, content, interview, new_survey, values

KEYS: list[bytes | str | None] = [None, bytes(range(32)), "ab" * 32, "снежный барс на перевале"]
pytestmark = pytest.mark.usefixtures("quick_stretching")


@pytest.mark.parametrize("key", KEYS, ids=["plain", "raw", "hex", "passphrase"])
def test_what_is_closed_can_be_opened_again(tmp_path: Path, key: bytes | str | None) -> None:
    with new_survey(tmp_path, key=key) as survey:
        record = interview(survey, code="H0001", herd="40")
        device, about = survey.device, (survey.title, survey.id, survey.encrypted)
    assert is_encrypted(survey.path) == (key is not None)
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["survey.cami"]
    with SurveyFile.open(survey.path, key=key) as again:
        assert values(again, record) == {"herd": "40"}
        assert again.device == device
        assert (again.title, again.id, again.encrypted) == about == ("Winter camps", survey.id, key is not None)
        assert not again.read_only
        assert again.verify().ok


def test_nothing_of_a_keyed_file_is_readable_in_it(tmp_path: Path) -> None:
    with new_survey(tmp_path, key="secret words") as survey:
        interview(survey, name="Azamat Zhumabekov")
        wal = survey.path.with_name("survey.cami-wal").read_bytes()
    assert b"Azamat" not in survey.path.read_bytes() + wal


def test_the_passphrase_is_stretched_with_the_salt_at_the_beginning_of_the_file(tmp_path: Path) -> None:
    with new_survey(tmp_path, "a", key="secret words") as a, new_survey(tmp_path, "b", key="secret words") as b:
        pass
    assert a.path.read_bytes()[:16] != b.path.read_bytes()[:16]


def test_a_file_of_that_name_is_never_overwritten(tmp_path: Path) -> None:
    (tmp_path / "survey.cami").write_text("notes")
    with pytest.raises(UserError) as refusal:
        new_survey(tmp_path)
    assert refusal.value.code == "file.exists"
    assert (tmp_path / "survey.cami").read_text() == "notes"


def refused(path: Path, key: bytes | str | None = None) -> UserError:
    """The refusal to open, after which nothing in the folder has changed by a byte."""
    before = {entry.name: entry.read_bytes() for entry in path.parent.iterdir() if entry.is_file()}
    with pytest.raises(UserError) as refusal:
        SurveyFile.open(path, key=key)
    assert {entry.name: entry.read_bytes() for entry in path.parent.iterdir() if entry.is_file()} == before
    assert "Traceback" not in str(refusal.value)
    return refusal.value


NOT_SURVEYS = {
    "empty": b"",
    "text": b"name,herd\nAzamat,40\n" * 1000,
    "package": b"age-encryption.org/v1\n-> X25519 " + os.urandom(20_000),
    "workbook": b"PK\3\4" + os.urandom(20_000),
    "short noise": os.urandom(900),
}


@pytest.mark.parametrize("name", NOT_SURVEYS)
def test_something_else_is_not_a_survey_file(tmp_path: Path, name: str) -> None:
    path = tmp_path / "survey.cami"
    path.write_bytes(NOT_SURVEYS[name])
    assert refused(path).code == "file.not-a-survey"
    assert refused(path, "some key").code == "file.not-a-survey"


def test_a_database_of_another_program_is_not_a_survey_file(tmp_path: Path) -> None:
    import sqlcipher3.dbapi2

    path = tmp_path / "other.cami"
    connection = sqlcipher3.dbapi2.connect(str(path))
    connection.execute("CREATE TABLE notes (n)")
    connection.close()
    assert refused(path).code == "file.not-a-survey"


def test_a_file_that_is_not_there_is_said_to_be_missing(tmp_path: Path) -> None:
    assert refused(tmp_path / "nothing.cami").code == "file.missing"


def test_a_file_of_a_newer_version_is_refused_and_left_alone(tmp_path: Path) -> None:
    import sqlcipher3.dbapi2

    new_survey(tmp_path).close()
    path = tmp_path / "survey.cami"
    connection = sqlcipher3.dbapi2.connect(str(path))
    connection.execute(f"PRAGMA user_version = {schema_version() + 1}")
    connection.close()
    assert refused(path).code == "file.newer"


def test_a_key_is_asked_for_and_a_wrong_password_is_said_to_be(tmp_path: Path) -> None:
    new_survey(tmp_path, key="right key").close()
    path = tmp_path / "survey.cami"
    assert refused(path).code == "file.key-needed"
    wrong = refused(path, "wrong key")
    assert (wrong.code, "that password" in wrong.sentence) == ("file.key-or-damage", True)
    cut = path.read_bytes()
    path.write_bytes(cut[:100] + bytes(100) + cut[200:])
    damaged = refused(path, "right key")
    assert (damaged.code, "damaged" in damaged.sentence) == ("file.key-or-damage", True)


def test_a_wrong_raw_key_says_what_damage_says(tmp_path: Path) -> None:
    new_survey(tmp_path, key="0f" * 32).close()
    path = tmp_path / "survey.cami"
    wrong = refused(path, "1f" * 32)
    cut = path.read_bytes()
    path.write_bytes(cut[:100] + bytes(100) + cut[200:])
    damaged = refused(path, "0f" * 32)
    assert (wrong.code, wrong.sentence, wrong.advice) == (damaged.code, damaged.sentence, damaged.advice)
    assert wrong.code == "file.key-or-damage"


def test_a_key_given_for_a_plain_file_does_no_harm(tmp_path: Path) -> None:
    new_survey(tmp_path).close()
    with SurveyFile.open(tmp_path / "survey.cami", key="not needed") as survey:
        assert not survey.encrypted


def test_the_second_to_open_is_refused_at_once_and_let_in_later(tmp_path: Path) -> None:
    with new_survey(tmp_path) as survey, pytest.raises(UserError) as refusal:
        SurveyFile.open(survey.path)
    assert refusal.value.code == "file.locked"
    SurveyFile.open(survey.path).close()


def test_a_lock_file_left_by_a_dead_process_does_not_lock(tmp_path: Path) -> None:
    new_survey(tmp_path).close()
    (tmp_path / "survey.cami.lock").write_text("4711")
    SurveyFile.open(tmp_path / "survey.cami").close()


def test_reading_only_leaves_no_trace_and_takes_no_lock(tmp_path: Path) -> None:
    with new_survey(tmp_path) as survey:
        record = interview(survey, herd="40")
        with SurveyFile.open(survey.path, read_only=True) as reader:
            assert values(reader, record) == {"herd": "40"}
    before = {entry.name: entry.read_bytes() for entry in tmp_path.iterdir() if entry.is_file()}
    with SurveyFile.open(survey.path, read_only=True) as reader:
        assert reader.read_only
        assert reader.device.id == survey.device.id
        assert len(list(reader.facts())) == 2
        with pytest.raises(UserError) as refusal:
            interview(reader, herd="1")
    assert refusal.value.code == "file.read-only"
    assert {entry.name: entry.read_bytes() for entry in tmp_path.iterdir() if entry.is_file()} == before


def test_a_device_signs_and_has_an_age_identity(survey: SurveyFile) -> None:
    device = survey.device
    assert hashlib.sha256(device.public_key).hexdigest() == device.id
    Ed25519PublicKey.from_public_bytes(device.public_key).verify(survey.sign(b"manifest"), b"manifest")
    assert survey.identity().startswith("AGE-SECRET-KEY-1")
    assert device.recipient.startswith("age1")
    assert (device.name, device.facilitator, device.trusted, device.this_file) == ("survey", "Aigul", True, True)


def test_two_files_of_one_program_are_two_devices(laptop: Laptops) -> None:
    assert laptop("a").device.id != laptop("b").device.id


def test_a_file_copied_to_another_machine_is_a_new_device_of_the_same_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with new_survey(tmp_path) as survey:
        record = interview(survey, herd="40")
    monkeypatch.setenv("CAMI_SURVEY_HOME", str(tmp_path / "other-home"))
    with SurveyFile.open(survey.path) as moved:
        assert moved.device.id != survey.device.id
        assert (moved.device.name, moved.device.facilitator) == ("survey", "Aigul")
        assert {device.id for device in moved.devices()} == {survey.device.id, moved.device.id}
        interview(moved, herd="1")
        assert moved.view(record).device == survey.device.id
        assert moved.sequence_ranges() == {survey.device.id: [(1, 1)], moved.device.id: [(1, 1)]}
    monkeypatch.setenv("CAMI_SURVEY_HOME", str(tmp_path / "home"))
    with SurveyFile.open(survey.path) as back:
        assert back.device.id == survey.device.id


def test_a_copy_on_the_same_machine_is_a_new_device_too(tmp_path: Path) -> None:
    with new_survey(tmp_path) as survey:
        interview(survey, herd="40")
    shutil.copyfile(survey.path, tmp_path / "copy.cami")
    with SurveyFile.open(tmp_path / "copy.cami") as copy:
        assert copy.device.id != survey.device.id
        assert copy.id == survey.id


def test_a_renamed_file_stays_the_device_it_was(tmp_path: Path) -> None:
    new_survey(tmp_path).close()
    (tmp_path / "survey.cami").rename(tmp_path / "camps.cami")
    with SurveyFile.open(tmp_path / "camps.cami") as renamed:
        assert len(renamed.devices()) == 1


def test_what_a_device_is_called_can_change_and_travels(laptop: Laptops) -> None:
    a, b = laptop("a"), laptop("b")
    b.accept(a.facts(), package="1", source="s")
    a.set_device(name="KG-HUB", facilitator="Cholpon")
    b.accept(a.facts(), package="2", source="s")
    known = next(device for device in b.devices() if device.id == a.device.id)
    assert (known.name, known.facilitator) == ("KG-HUB", "Cholpon") == (a.device.name, a.device.facilitator)


def test_enrolling_and_revoking_a_device(laptop: Laptops) -> None:
    a, b = laptop("a"), laptop("b")

    def state() -> tuple[bool, bool]:
        known = next(device for device in b.devices() if device.id == a.device.id)
        return known.trusted, known.revoked

    b.enrol(a.device)
    assert state() == (True, False)
    b.accept(a.facts(), package="1", source="s")
    assert state() == (True, False)
    b.revoke(a.device.id)
    assert state() == (False, True)
    with pytest.raises(UserError) as refusal:
        b.revoke("00" * 32)
    assert refusal.value.code == "device.unknown"


def test_a_device_whose_id_is_not_its_key_is_our_mistake(survey: SurveyFile) -> None:
    with pytest.raises(ValueError, match="fingerprint"):
        survey.enrol(DeviceInfo("00" * 32, 1, "x", "y", b"k" * 32, "age1"))


def test_recipients_are_kept_by_name_and_checked(laptop: Laptops) -> None:
    survey, hub = laptop("a"), laptop("hub")
    survey.add_recipient("Hub", hub.device.recipient)
    survey.add_recipient("National hub", hub.device.recipient)
    assert survey.recipients() == [("National hub", hub.device.recipient)]
    with pytest.raises(UserError) as refusal:
        survey.add_recipient("Nobody", "age1nobody")
    assert refusal.value.code == "recipient.malformed"
    survey.remove_recipient(hub.device.recipient)
    assert survey.recipients() == []


def test_the_title_can_change(tmp_path: Path) -> None:
    with new_survey(tmp_path) as survey:
        survey.rename("Зимовки")
        assert survey.title == "Зимовки"
    with SurveyFile.open(survey.path) as again:
        assert again.title == "Зимовки"


def test_a_form_comes_back_as_it_was_given(survey: SurveyFile) -> None:
    entry = survey.add_form(content())
    assert survey.form(FORM) == content()
    assert (entry.form_id, entry.version, entry.questions, entry.records) == (FORM, VERSION, 84, 0)
    survey.add_form(content())
    interview(survey, herd="1")
    assert [(found.version, found.records) for found in survey.forms()] == [(VERSION, 1)]


def test_another_form_of_a_taken_version_is_refused_and_a_new_version_is_the_one_in_use(survey: SurveyFile) -> None:
    survey.add_form(content())
    with pytest.raises(UserError) as refusal:
        survey.add_form(content(xform=b"<changed/>"))
    assert refusal.value.code == "form.version-taken"
    survey.add_form(content(version="2026-12", xform=b"<changed/>"))
    assert survey.form(FORM).version == "2026-12"
    assert survey.form(FORM, VERSION).xform == b"<h:html/>"


def test_an_unknown_form_is_named_with_the_nearest(survey: SurveyFile) -> None:
    survey.add_form(content())
    with pytest.raises(UserError) as refusal:
        survey.form("herder_intervew")
    assert refusal.value.code == "form.unknown"
    assert FORM in refusal.value.advice
    with pytest.raises(UserError) as refusal:
        survey.form(FORM, "2025")
    assert VERSION in refusal.value.advice


def test_threads_write_and_read_at_the_same_time(survey: SurveyFile) -> None:
    failures: list[BaseException] = []

    def work(number: int) -> None:
        try:
            for step in range(10):
                interview(survey, code=f"T{number}-{step}", herd=str(step))
                survey.rows(limit=5)
        except BaseException as failure:
            failures.append(failure)
            raise

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert survey.counts()["all"] == 40
    assert survey.sequence_ranges() == {survey.device.id: [(1, 40)]}
