"""T6, T7, T9 to T15 of the fault list: full disks, read-only and dangerous folders, damage, wrong keys."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlcipher3.dbapi2

from cami_survey.base.errors import UserError
from cami_survey.base.records import Answers, Summary
from cami_survey.store import folders
from cami_survey.store.api import SurveyFile, Verification, restore

KEY = "ab" * 32
Disk = Callable[[str], Path]


def new(folder: Path, key: str | None = None) -> SurveyFile:
    return SurveyFile.create(folder / "survey.cami", title="Winter camps", key=key, device_name="KG-01")


def save(survey: SurveyFile, text: str, draft: str | None = None) -> str:
    record = survey.new_record()
    survey.save(
        record=record,
        form_id="f",
        form_version="1",
        answers=Answers({"/data/note": text}),
        state="final",
        parents=(),
        summary=Summary(code="H1"),
        draft=draft,
    )
    return record


def fill(survey: SurveyFile, number: int = 40, size: int = 1000) -> list[str]:
    return [save(survey, f"note {n} " + "x" * size) for n in range(number)]


def pragma(survey: SurveyFile, statement: str) -> tuple[int, ...]:
    """Set or ask something of the connection that writes."""
    assert survey._db._writing is not None
    raw = survey._db._writing.connection.dbapi_connection
    assert raw is not None
    return tuple(raw.cursor().execute(f"PRAGMA {statement}").fetchone() or ())


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    """Makes a small file system of its own: a folder, from mount options."""
    mounted: list[Path] = []

    def mount(options: str) -> Path:
        if sys.platform != "linux" or os.geteuid() != 0:
            pytest.skip("a file system can be mounted by root on Linux only")
        point = tmp_path / f"disk{len(mounted)}"
        point.mkdir()
        done = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(point)], capture_output=True, check=False
        )
        if done.returncode:
            pytest.skip(f"mount is not allowed here: {done.stderr.decode()}")
        mounted.append(point)
        return point

    yield mount
    for point in mounted:
        subprocess.run(["umount", "-l", str(point)], check=True)


def occupy(folder: Path) -> Path:
    """Fill the disk to the last byte."""
    path = folder / "film.mp4"
    with path.open("wb", buffering=0) as file:
        for size in (65536, 4096, 1):
            try:
                while file.write(b"x" * size) == size:
                    pass
            except OSError:
                continue
    return path


@pytest.mark.parametrize("key", [None, KEY], ids=["plain", "keyed"])
def test_t6_on_a_full_disk_saving_says_so_and_works_after_space_is_made(disk: Disk, key: str | None) -> None:
    folder = disk("size=4m")
    with new(folder, key) as survey:
        draft = survey.start_draft(
            form_id="f", form_version="1", record=survey.new_record(), values={"/data/note": "a"}
        )
        film = occupy(folder)
        with pytest.raises(UserError) as refusal:
            save(survey, "x" * 200_000, draft)
        assert refusal.value.code == "disk-full"
        assert survey.draft(draft).values == {"/data/note": "a"}
        film.unlink()
        record = save(survey, "x" * 200_000, draft)
        assert survey.view(record).answers.fields["/data/note"] == "x" * 200_000
        assert survey.drafts() == []
        assert survey.verify().ok


def test_t6_a_file_that_may_not_grow_says_the_disk_is_full(tmp_path: Path) -> None:
    with new(tmp_path) as survey:
        (pages,) = pragma(survey, "page_count")
        pragma(survey, f"max_page_count = {pages + 2}")
        with pytest.raises(UserError) as refusal:
            fill(survey)
        assert refusal.value.code == "disk-full"
        pragma(survey, "max_page_count = 100000")
        assert len(fill(survey, 10)) == 10
        assert survey.verify().ok


def test_t6_a_full_disk_while_creating_leaves_no_half_file(disk: Disk) -> None:
    folder = disk("size=64k")
    with pytest.raises(UserError) as refusal:
        new(folder)
    assert refusal.value.code == "disk-full"
    assert list(folder.iterdir()) == []


def test_t7_on_a_full_disk_a_backup_leaves_the_old_one_and_no_part(tmp_path: Path, disk: Disk) -> None:
    folder = disk("size=1m")
    with new(tmp_path) as survey:
        target = survey.backup(folder / "backup.cami")
        before = target.read_bytes()
        fill(survey, 20, 100_000)
        with pytest.raises(UserError) as refusal:
            survey.backup(target)
    assert refusal.value.code == "disk-full"
    assert target.read_bytes() == before
    assert [path.name for path in folder.iterdir()] == ["backup.cami"]


def test_t9_in_a_read_only_folder_a_survey_opens_to_be_read(disk: Disk) -> None:
    folder = disk("size=4m")
    with new(folder) as survey:
        record = save(survey, "here")
    subprocess.run(["mount", "-o", "remount,ro", str(folder)], check=True)
    with SurveyFile.open(survey.path) as reader:
        assert reader.read_only
        assert reader.view(record).answers.fields == {"/data/note": "here"}
        assert reader.counts()["all"] == 1
        assert reader.verify().ok
        with pytest.raises(UserError) as refusal:
            save(reader, "more")
    assert refusal.value.code == "file.read-only"


def test_t10_a_file_that_another_program_holds_is_refused_without_hanging(tmp_path: Path) -> None:
    with new(tmp_path) as survey:
        pragma(survey, "busy_timeout = 50")
        other = sqlcipher3.dbapi2.connect(str(survey.path), isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(UserError) as refusal:
            save(survey, "a")
        assert refusal.value.code == "file.locked"
        other.execute("COMMIT")
        other.close()
        assert save(survey, "a")


MOUNTS = {
    "nfs": [("/", "ext4"), ("/srv", "nfs4")],
    "windows share": [("/", "ext4"), ("/srv/data", "cifs")],
    "ssh": [("/srv/data/x", "fuse.sshfs"), ("/", "btrfs")],
}


@pytest.mark.parametrize("name", MOUNTS)
def test_t11_a_network_drive_is_refused_with_advice(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folders, "mounts", lambda: MOUNTS[name])
    with pytest.raises(UserError) as refusal:
        folders.check(Path("/srv/data/x/survey.cami"))
    assert refusal.value.code == "file.unsafe-folder"
    assert "network" in refusal.value.sentence
    assert refusal.value.advice
    folders.check(Path("/home/aigul/survey.cami"))
    monkeypatch.setenv(folders.OVERRIDE, "1")
    folders.check(Path("/srv/data/x/survey.cami"))


def test_t11_a_stick_is_refused_and_a_disk_of_that_format_elsewhere_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        folders, "mounts", lambda: [("/", "ext4"), ("/media/aigul/KINGSTON", "vfat"), ("/data", "exfat")]
    )
    with pytest.raises(UserError) as refusal:
        folders.check(Path("/media/aigul/KINGSTON/survey.cami"))
    assert refusal.value.code == "file.unsafe-folder"
    folders.check(Path("/data/survey.cami"))


@pytest.mark.parametrize("marker", [".dropbox", ".stfolder", ".sync_4f.db", ".tmp.drivedownload"])
def test_t11_a_synced_folder_is_refused_for_living_files_and_allowed_to_read_from(tmp_path: Path, marker: str) -> None:
    inner = tmp_path / "cloud" / "surveys"
    inner.mkdir(parents=True)
    new(inner).close()
    (tmp_path / "cloud" / marker).mkdir()
    with pytest.raises(UserError) as refusal:
        SurveyFile.open(inner / "survey.cami")
    assert refusal.value.code == "file.unsafe-folder"
    with pytest.raises(UserError):
        SurveyFile.create(inner / "second.cami", title="")
    SurveyFile.open(inner / "survey.cami", read_only=True).close()


def flip(path: Path, offset: int) -> None:
    """Change one byte."""
    with path.open("r+b") as file:
        file.seek(offset)
        byte = file.read(1)[0]
        file.seek(offset)
        file.write(bytes([byte ^ 0x10]))


def verified(path: Path) -> Verification | str:
    """What a check finds, or the code of the refusal to open."""
    try:
        with SurveyFile.open(path, key=KEY, read_only=True) as survey:
            return survey.verify()
    except UserError as refusal:
        return refusal.code


def test_t12_one_flipped_byte_in_a_keyed_file_is_reported(tmp_path: Path) -> None:
    with new(tmp_path, KEY) as survey:
        fill(survey)
    for offset in range(20_000, survey.path.stat().st_size, 70_001):
        copy = tmp_path / "copy.cami"
        shutil.copyfile(survey.path, copy)
        flip(copy, offset)
        found = verified(copy)
        assert found == "file.key-or-damage" or (isinstance(found, Verification) and found.problems), offset


def test_t13_a_flipped_byte_of_an_answer_in_a_plain_file_names_the_revision(tmp_path: Path) -> None:
    with new(tmp_path) as survey:
        records = fill(survey)
        revision = survey.view(records[7]).heads[0]
    offset = survey.path.read_bytes().index(b'"note 7 '.replace(b'"', b':"')[1:])
    flip(survey.path, offset + 6)
    with SurveyFile.open(survey.path) as damaged:
        found = damaged.verify()
        assert not found.ok
        assert [problem for problem in found.problems if revision in problem and records[7] in problem]
        assert found.counts["revisions"] == 40
        with pytest.raises(UserError) as refusal:
            damaged.backup()
    assert refusal.value.code == "file.unsound"
    assert not list((tmp_path / "survey-backups").iterdir())


def test_a_changed_entry_of_the_log_is_noticed(tmp_path: Path) -> None:
    with new(tmp_path) as survey:
        survey.rename("A")
        survey.rename("B")
    bare = sqlcipher3.dbapi2.connect(str(survey.path), isolation_level=None)
    bare.execute("DROP TRIGGER audit_no_update")
    bare.execute("UPDATE audit SET entry = CAST(replace(entry, 'rename', 'Rename') AS BLOB) WHERE n = 2")
    bare.close()
    with SurveyFile.open(survey.path) as changed:
        assert not changed.verify().ok


@pytest.mark.parametrize("key", [None, KEY], ids=["plain", "keyed"])
@pytest.mark.parametrize("keep", [50, 300, 8192, 20_000, 0.5, -1])
def test_t14_a_truncated_file_is_refused_untouched_and_the_backup_brings_it_back(
    tmp_path: Path, key: str | None, keep: float
) -> None:
    with new(tmp_path, key) as survey:
        records = fill(survey)
        backup = survey.backup()
    whole = survey.path.read_bytes()
    size = int(len(whole) * keep) if isinstance(keep, float) else keep % len(whole)
    survey.path.write_bytes(whole[:size])
    with pytest.raises(UserError) as refusal:
        SurveyFile.open(survey.path, key=key)
    assert refusal.value.code in ("file.damaged", "file.key-or-damage", "file.not-a-survey")
    assert survey.path.read_bytes() == whole[:size]
    restore(backup, survey.path, key)
    with SurveyFile.open(survey.path, key=key) as again:
        assert {row.record for row in again.rows()} == set(records)
        assert again.device.id != survey.device.id
    (aside,) = tmp_path.glob("survey-before-restore-*.cami")
    assert aside.read_bytes() == whole[:size]


def test_t15_a_wrong_key_shows_no_stack_and_no_key(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    new(tmp_path, "right words").close()
    with pytest.raises(UserError) as refusal:
        SurveyFile.open(tmp_path / "survey.cami", key="wrong words")
    assert refusal.value.code == "file.key-or-damage"
    assert refusal.value.__suppress_context__
    shown = str(refusal.value) + repr(refusal.value.as_dict())
    assert "words" not in shown
    assert capfd.readouterr() == ("", "")
