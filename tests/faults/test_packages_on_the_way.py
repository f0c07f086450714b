"""T5, T8, T32-T35, T38, T39, T45: what happens to packages between two laptops."""

from __future__ import annotations

import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path

import pyrage
import pytest

from cami_survey.base.errors import UserError
from cami_survey.base.records import Fact
from cami_survey.exchange import lines, seal, spool
from cami_survey.operations.merges import merge, preview
from cami_survey.operations.packages import pack
from cami_survey.store.api import SurveyFile
from cami_survey.store.canonical import digest
from tests.exchange.makers import Laptop, canonical, resealed, signed
from tests.exchange.surveys import contents, interview, survey


@pytest.fixture
def naryn(tmp_path: Path) -> Iterator[SurveyFile]:
    with survey(tmp_path / "naryn", "KG-01") as file:
        for number in range(3):
            interview(file, {"yaks": str(number), "name": "Gulmira of At-Bashy"}, code=f"H{number}")
        yield file


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[SurveyFile]:
    with survey(tmp_path / "hub", "KG-HUB") as file:
        yield file


@pytest.fixture
def package(tmp_path: Path, naryn: SurveyFile, hub: SurveyFile) -> Path:
    return pack(naryn, tmp_path / "stick", to=[hub.device.recipient]).value.path


def refused(file: SurveyFile, path: Path, *, enrol: bool = True) -> UserError:
    """The one reason why nothing of `path` was merged."""
    before = contents(file)
    content = path.read_bytes()
    (source,) = merge(file, [path], enrol=enrol).value.sources
    assert source.refused is not None
    assert contents(file) == before
    assert path.read_bytes() == content
    return source.refused


PACKING = """
    import sys
    from pathlib import Path
    from cami_survey.operations.packages import pack
    from cami_survey.store.api import SurveyFile
    with SurveyFile.open(Path(sys.argv[1])) as file:
        print("open", flush=True)
        while True:
            pack(file, Path(sys.argv[2]), plain=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is a POSIX thing")
def test_t5_a_killed_pack_leaves_whole_packages_and_a_rest_that_is_swept(
    tmp_path: Path, naryn: SurveyFile, hub: SurveyFile
) -> None:
    stick = tmp_path / "stick"
    path, record = naryn.path, naryn.find("H0")
    naryn.close()
    for turn in range(5):
        command = [sys.executable, "-c", textwrap.dedent(PACKING), str(path), str(stick)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE)
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(0.05 + random.Random(turn).random() / 10)
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
    with SurveyFile.open(path) as file:
        last = pack(file, stick, plain=True).value.path
    assert list(stick.glob("*.part")) == []
    assert {made.suffix for made in stick.iterdir()} == {".camipack"}
    report = preview(hub, [stick], enrol=True).value
    assert report.refused == ()
    assert all(source.counts.new + source.counts.same == 3 for source in report.taken)
    merge(hub, [last], enrol=True)
    assert record in contents(hub)


def test_t32_without_a_signature(package: Path, hub: SurveyFile) -> None:
    inner = pyrage.decrypt(package.read_bytes(), [pyrage.x25519.Identity.from_str(hub.identity())])
    package.write_bytes(inner[: -seal.LENGTH])
    assert refused(hub, package).code == "package.cut-short"
    package.write_bytes(inner[: -seal.LENGTH] + b" " * seal.LENGTH)
    assert refused(hub, package).code == "package.altered"


def test_t32_from_somebody_unknown(package: Path, hub: SurveyFile) -> None:
    assert refused(hub, package, enrol=False).code == "package.unknown-sender"
    assert [device.name for device in hub.devices()] == ["KG-HUB"]


def test_t32_from_a_device_that_is_trusted_no_more(package: Path, naryn: SurveyFile, hub: SurveyFile) -> None:
    merge(hub, [package], enrol=True)
    hub.revoke(naryn.device.id)
    interview(naryn, {"yaks": "9"})
    later = pack(naryn, package.parent, plain=True).value.path
    for enrol in (False, True):
        error = refused(hub, later, enrol=enrol)
        assert error.code == "package.revoked-sender"
        assert "KG-01" in error.sentence


def test_t32_under_the_signature_of_another(package: Path, hub: SurveyFile) -> None:
    inner = pyrage.decrypt(package.read_bytes(), [pyrage.x25519.Identity.from_str(hub.identity())])
    other = Laptop()
    assert refused(hub, resealed(other, package, inner[: -seal.LENGTH])).code == "package.hostile"
    forged = other.public_key.hex().encode() + inner[-129:]
    package.write_bytes(inner[: -seal.LENGTH] + seal.TAG + forged)
    assert refused(hub, package).code == "package.altered"


def test_t33_for_another_recipient(tmp_path: Path, package: Path) -> None:
    with survey(tmp_path / "other", "UZ-01") as other:
        assert refused(other, package).code == "package.not-for-this-file"


def test_t34_cut_short_on_the_way_leaves_nothing_readable(
    tmp_path: Path, naryn: SurveyFile, hub: SurveyFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spool, "IN_MEMORY", 1000)
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    photo = b"Gulmira of At-Bashy " * 20_000 + random.Random(1).randbytes(200_000)
    naryn.attach(photo, "photo.jpg")
    path = pack(naryn, tmp_path / "stick", to=[hub.device.recipient]).value.path
    whole = path.read_bytes()
    for length in (len(whole) - 1, len(whole) // 2, 300, 10):
        path.write_bytes(whole[:length])
        assert refused(hub, path).code == "package.cut-short"
        left = [one for one in folder.rglob("*") if one.is_file()]
        assert not any(b"Gulmira" in one.read_bytes() for one in left)
        assert left == []


def test_t35_a_newer_format_is_kept_for_later(package: Path, hub: SurveyFile) -> None:
    inner = pyrage.decrypt(package.read_bytes(), [pyrage.x25519.Identity.from_str(hub.identity())])
    package.write_bytes(inner.replace(b"CAMIPACK/1", b"CAMIPACK/2"))
    error = refused(hub, package)
    assert error.code == "package.newer"
    assert "Update" in error.advice


def test_t35_a_fact_of_a_newer_program_refuses_the_package(tmp_path: Path, hub: SurveyFile) -> None:
    error = refused(hub, forged(tmp_path, head={"v": 2}))
    assert error.code == "facts.newer"
    assert "line 2" in error.sentence


BODY = {"v": 1, "fields": {"/data/yaks": "1"}, "computed": {}, "files": {}, "open": [], "reason": ""}


def forged(folder: Path, *, head: dict[str, object] | None = None, body: bytes | None = None) -> Path:
    """A package whose second line is a revision with any head or body, under the ids and hashes that belong to them."""
    laptop = Laptop()
    salt = bytes(16)
    content = canonical(BODY) if body is None else body
    parts: dict[str, object] = {
        "v": 1,
        "record": "r1",
        "parents": [],
        "dev": laptop.device.id,
        "dev_seq": 1,
        "hlc": "019400000000-0000",
        "form": "herder",
        "form_version": "1",
        "body": digest("body", salt, content).hex(),
    }
    encoded = canonical(parts | (head or {}))
    fact = Fact("revision", digest("revision", encoded).hex(), encoded, content, salt)
    first = lines.to_line(_good(laptop))
    return signed(laptop, folder / "forged.camipack", first + b"\n" + lines.to_line(fact) + b"\n")


def _good(laptop: Laptop) -> Fact:
    salt = bytes(16)
    body = canonical(BODY)
    head = canonical(
        {
            "v": 1,
            "record": "r0",
            "parents": [],
            "dev": laptop.device.id,
            "dev_seq": 2,
            "hlc": "019400000000-0000",
            "form": "herder",
            "form_version": "1",
            "body": digest("body", salt, body).hex(),
        }
    )
    return Fact("revision", digest("revision", head).hex(), head, body, salt)


def test_a_forged_package_without_a_fault_would_be_taken(tmp_path: Path, hub: SurveyFile) -> None:
    assert merge(hub, [forged(tmp_path)], enrol=True).value.counts.new == 2


SPOILT = canonical(BODY)


@pytest.mark.parametrize(
    "body",
    [
        b'{"fields":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        SPOILT.replace(b'"v":1', b'"v":1,"v":1'),
        SPOILT.replace(b'"1"', b"NaN"),
        SPOILT.replace(b'"1"', b'"\\ud800"'),
        SPOILT.replace(b'"1"', b'"\xff"'),
        SPOILT.replace(b'"v":1', b'"v":' + str(2**70).encode()),
        SPOILT.replace(b'"1"', b"1"),
        SPOILT.replace(b'"1"', b'"' + random.Random(1).randbytes(800_000).hex().encode() + b'"'),
        b"",
        b"[]",
    ],
    ids=["deep", "twice", "nan", "surrogate", "utf-8", "2^70", "number", "1.6 MB", "empty", "list"],
)
def test_t38_a_body_that_is_not_right_is_named_by_its_line(tmp_path: Path, hub: SurveyFile, body: bytes) -> None:
    error = refused(hub, forged(tmp_path, body=body))
    assert "line 2" in error.sentence
    assert error.code in {"facts.damaged", "package.hostile"}
    assert [device.name for device in hub.devices()] == ["KG-HUB"]


@pytest.mark.parametrize(
    "head",
    [
        {"hlc": "-00000000001-0000"},
        {"hlc": -5},
        {"dev_seq": -1},
        {"dev_seq": 2**70},
        {"parents": ["x"]},
        {"record": ""},
        {"dev": "../../etc"},
    ],
    ids=str,
)
def test_t38_a_head_that_is_not_right_is_named_by_its_line(
    tmp_path: Path, hub: SurveyFile, head: dict[str, object]
) -> None:
    error = refused(hub, forged(tmp_path, head=head))
    assert "line 2" in error.sentence


def test_t39_a_changed_body_under_the_old_id(tmp_path: Path, hub: SurveyFile) -> None:
    laptop = Laptop()
    good = _good(laptop)
    assert good.body is not None
    changed = Fact("revision", good.id, good.head, good.body.replace(b'"1"', b'"9"'), good.salt)
    path = signed(laptop, tmp_path / "changed.camipack", lines.to_line(changed) + b"\n")
    error = refused(hub, path)
    assert error.code == "facts.damaged"
    assert "line 1" in error.sentence
    renamed = Fact("revision", hashlib.sha256(b"x").hexdigest(), good.head, good.body, good.salt)
    path = signed(laptop, tmp_path / "renamed.camipack", lines.to_line(renamed) + b"\n")
    assert refused(hub, path).code == "facts.damaged"


def test_t45_half_synced_files_in_a_shared_folder_are_taken_when_they_are_whole(package: Path, hub: SurveyFile) -> None:
    whole = package.read_bytes()
    package.write_bytes(whole[:1000])
    (package.parent / "~$desktop.ini").write_bytes(b"")
    copy = package.with_name(f"{package.stem} (conflicted copy).camipack")
    copy.write_bytes(whole)
    first = merge(hub, [package.parent], enrol=True).value
    assert [source.path for source in first.refused] == [package]
    assert [source.path for source in first.taken] == [copy]
    assert [path.name for path in first.ignored] == ["~$desktop.ini"]
    package.write_bytes(whole)
    assert merge(hub, [package.parent]).value.counts.same == 3


def test_secrets_are_in_no_message(package: Path, hub: SurveyFile) -> None:
    package.write_bytes(package.read_bytes()[:-1])
    error = refused(hub, package)
    said = json.dumps(error.as_dict()) + repr(error.__cause__)
    assert "AGE-SECRET-KEY" not in said
    assert os.fspath(package.parent) not in error.sentence
