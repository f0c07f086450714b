"""T35, T41 and the hostile corpus of survey files: each refused in two seconds of work and 100 MB, nothing changed."""

from __future__ import annotations

import json
import random
import struct
import sys
import zipfile
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path

import pytest
import sqlcipher3.dbapi2

from cami_survey.base.errors import UserError
from cami_survey.store import slots
from cami_survey.store.api import SurveyFile, salvage
from tests.faults import store_children
from tests.faults.test_damage_store import fill, new

KEY = "ab" * 32
MIB = 1 << 20
PATIENCE = 60


def changed(*statements: str) -> Callable[[Path], None]:
    """A survey that somebody worked on with SQLite."""

    def make(path: Path) -> None:
        with new(path.parent) as survey:
            fill(survey, 3)
        raw = sqlcipher3.dbapi2.connect(str(path), isolation_level=None)
        for statement in statements:
            raw.execute(statement)
        raw.close()

    return make


def with_end(end: Callable[[bytes], bytes]) -> Callable[[Path], None]:
    """A keyed survey with other bytes behind its last page, which get the bytes that were there."""

    def make(path: Path) -> None:
        with new(path.parent, KEY) as survey:
            survey.add_recovery("age1lggyhqrw2nlhcxprm67z43rta597azn8gknawjehu9d9dl0jq3yqqvfafg")
        content = path.read_bytes()
        size = slots.length(path)
        path.write_bytes(content[:-size] + end(content[-size:]))

    return make


def boxed(body: bytes) -> Callable[[bytes], bytes]:
    """Something else in the frame of the slots."""
    return lambda _end: body + struct.pack(">I", len(body)) + slots.MAGIC


def endless(end: bytes) -> bytes:
    """Slots that ask for a billion rounds."""
    value = json.loads(end[: -len(slots.MAGIC) - 4])
    value["passphrase"] = {"rounds": 10**9, "salt": "00" * 16, "box": "00" * 60}
    return boxed(json.dumps(value).encode())(b"")


def zip_bomb(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("survey", bytes(200 * MIB))


def sparse(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(4 << 30)


def foreign(path: Path) -> None:
    raw = sqlcipher3.dbapi2.connect(str(path), isolation_level=None)
    raw.execute("CREATE TABLE t (a)")
    raw.execute(f"PRAGMA application_id = {0x43414D49}")
    raw.execute("PRAGMA user_version = 1")
    raw.close()


def written(content: bytes) -> Callable[[Path], None]:
    return lambda path: path.write_bytes(content) and None


CORPUS: dict[str, tuple[Callable[[Path], object], str | None]] = {
    "nothing": (written(b""), None),
    "text": (written(b"not a survey\n" * 9000), None),
    "noise, no key": (written(random.Random(1).randbytes(MIB)), None),
    "noise, a key": (written(random.Random(2).randbytes(MIB)), KEY),
    "noise, a password": (written(random.Random(3).randbytes(MIB)), "words"),
    "giant json": (written(b"[" * (8 * MIB)), None),
    "zip bomb": (zip_bomb, None),
    "sparse 4 GB": (sparse, None),
    "sparse 4 GB, a key": (sparse, KEY),
    "tables of another program": (foreign, None),
    "newer": (changed("PRAGMA user_version = 999"), None),
    "a view": (changed("CREATE VIEW v AS SELECT * FROM revision"), None),
    "a trigger that acts": (
        changed("CREATE TRIGGER evil AFTER INSERT ON local BEGIN DELETE FROM draft; END"), None,
    ),
    "a trigger that looks like ours": (
        changed(
            "CREATE TRIGGER evil BEFORE UPDATE ON local WHEN NEW.value IN (SELECT body FROM revision)"
            " BEGIN SELECT RAISE(ABORT, 'no'); DELETE FROM draft; END"
        ),
        None,
    ),
    "a virtual table": (changed("CREATE VIRTUAL TABLE evil USING fts5(a)"), None),
    "a generated column": (changed("ALTER TABLE local ADD COLUMN g TEXT GENERATED ALWAYS AS (value || value)"), None),
    "a table that is gone": (changed("DROP TABLE local"), None),
    "a column that is gone": (changed("ALTER TABLE draft DROP COLUMN place"), None),
    "wrong key": (lambda path: new(path.parent, KEY).close(), "cd" * 32),
    "wrong password": (lambda path: new(path.parent, "right words").close(), "wrong words"),
    "slots of garbage": (with_end(boxed(b"\xff" * 9000)), "words"),
    "slots too deep": (with_end(boxed(b"[" * 30_000)), "words"),
    "slots longer than the file": (with_end(lambda end: end[:-12] + b"\xff\xff\xff\xff" + slots.MAGIC), "words"),
    "slots that ask for a billion rounds": (with_end(endless), "words"),
    "slots cut short": (with_end(lambda end: end[:-20]), "words"),
}  # fmt: skip


def test_a_file_that_was_never_a_device_is_refused_to_readers(tmp_path: Path) -> None:
    changed("DELETE FROM identity")(tmp_path / "survey.cami")
    with pytest.raises(UserError):
        SurveyFile.open(tmp_path / "survey.cami", read_only=True)


def attempt(path: Path, key: str | None, pipe: Connection) -> None:
    """Open to read, open to write, salvage; report what each said, the seconds of work and the MB it took."""
    import resource

    SurveyFile.create(path.with_name("warm.cami"), title="", key="ef" * 32).close()
    before = resource.getrusage(resource.RUSAGE_SELF)
    said: list[str] = []
    for act in (
        lambda: SurveyFile.open(path, key=key, read_only=True).close(),
        lambda: SurveyFile.open(path, key=key).close(),
    ):
        try:
            act()
        except UserError as error:
            said.append(error.code)
    after = resource.getrusage(resource.RUSAGE_SELF)
    scale = MIB if sys.platform == "darwin" else 1024
    pipe.send((said, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime,
               (after.ru_maxrss - before.ru_maxrss) / scale))  # fmt: skip


@pytest.mark.skipif(sys.platform == "win32", reason="the work of a process is measured on POSIX systems")
@pytest.mark.parametrize("name", CORPUS)
def test_t41_a_hostile_survey_file_is_refused_and_left_as_it_was(tmp_path: Path, name: str) -> None:
    make, key = CORPUS[name]
    path = tmp_path / "survey.cami"
    make(path)
    before = (path.stat().st_size, path.read_bytes() if path.stat().st_size < 64 * MIB else b"")
    with store_children.child(attempt, path, key) as (_process, pipe):
        assert pipe.poll(PATIENCE)
        said, seconds, mib = pipe.recv()
    assert len(said) == 2, said
    # Two attempts.
    assert seconds < 4
    assert mib < 100
    assert (path.stat().st_size, path.read_bytes() if path.stat().st_size < 64 * MIB else b"") == before
    assert not list(tmp_path.glob("survey.cami-*"))


@pytest.mark.parametrize("name", ["noise, a key", "text", "tables of another program", "wrong key", "sparse 4 GB"])
def test_salvage_of_what_is_no_survey_makes_no_file(tmp_path: Path, name: str) -> None:
    make, key = CORPUS[name]
    path = tmp_path / "survey.cami"
    make(path)
    with pytest.raises(UserError):
        salvage(path, tmp_path / "saved.cami", key=key)
    assert not (tmp_path / "saved.cami").exists()
