"""A package carries facts unchanged, and is refused whole when anything about it is not right."""

from __future__ import annotations

import zipfile
from pathlib import Path
from random import Random

import pyrage
import pytest

from cami_survey.base.errors import UserError
from cami_survey.base.records import Fact
from tests.exchange.makers import FACTS, NOON, Laptop, attachment, revision


@pytest.fixture(scope="module")
def naryn() -> Laptop:
    return Laptop("KG-01", "Nurlan")


@pytest.fixture(scope="module")
def hub() -> Laptop:
    return Laptop("KG-HUB", "Cholpon", 2)


@pytest.mark.parametrize("encrypted", [False, True])
def test_facts_arrive_byte_for_byte_and_in_order(tmp_path: Path, naryn: Laptop, hub: Laptop, encrypted: bool) -> None:
    odd = Fact("withdrawal", "ab" * 32, b'\x00\xff not text "\n\\')
    written = naryn.pack(tmp_path, [*FACTS, odd], [hub] if encrypted else [])
    with hub.open(written.file.path, naryn) as package:
        assert list(package.facts()) == [*FACTS, odd]
        assert list(package.facts()) == [*FACTS, odd]
        assert package.encrypted is encrypted
        assert package.sha256 == written.file.sha256


def test_the_manifest_says_who_when_and_how_many(tmp_path: Path, naryn: Laptop, hub: Laptop) -> None:
    written = naryn.pack(tmp_path, FACTS, [hub])
    with hub.open(written.file.path, naryn) as package:
        manifest = package.manifest
    assert manifest == written.manifest or manifest.sender.trusted is False
    assert (manifest.survey, manifest.created, manifest.sender.name) == ("Pamir 2026", NOON, "KG-01")
    assert manifest.recipients == (hub.recipient,)
    counts = manifest.counts
    assert (counts.records, counts.revisions, counts.forms, counts.attachments) == (2, 3, 1, 1)
    assert manifest.sequences == {naryn.device.id: ((1, 3),)}


def test_an_empty_package_is_a_package(tmp_path: Path, naryn: Laptop, hub: Laptop) -> None:
    with hub.open(naryn.pack(tmp_path, []).file.path, naryn) as package:
        assert list(package.facts()) == []


def test_the_name_is_the_hash_and_tells_nothing(tmp_path: Path, naryn: Laptop, hub: Laptop) -> None:
    written = naryn.pack(tmp_path, FACTS, [hub])
    assert written.file.path.name == written.file.sha256[:16] + ".camipack"
    assert list(tmp_path.iterdir()) == [written.file.path]
    raw = written.file.path.read_bytes()
    assert b"Nurlan" not in raw
    assert b"facts.ndjson" not in raw


def test_the_same_facts_make_the_same_bytes(tmp_path: Path, naryn: Laptop) -> None:
    first = naryn.pack(tmp_path / "a", FACTS).file
    second = naryn.pack(tmp_path / "b", FACTS).file
    assert first.path.read_bytes() == second.path.read_bytes()


def test_any_unzip_program_opens_a_plain_package(tmp_path: Path, naryn: Laptop) -> None:
    with zipfile.ZipFile(naryn.pack(tmp_path, FACTS).file.path) as archive:
        assert archive.testzip() is None
        assert archive.namelist()[-3:] == ["facts.ndjson", "manifest.json", "manifest.sig"]
        assert len(archive.read("facts.ndjson").splitlines()) == len(FACTS)


@pytest.mark.parametrize("encrypted", [False, True])
def test_no_byte_can_be_changed(tmp_path: Path, naryn: Laptop, hub: Laptop, encrypted: bool) -> None:
    path = naryn.pack(tmp_path, [revision(1), attachment(b"x")], [hub] if encrypted else []).file.path
    whole = path.read_bytes()
    changed = tmp_path / "changed.camipack"
    codes = set()
    for place in range(len(whole)):
        for flip in (0x01, 0x20):
            changed.write_bytes(whole[:place] + bytes([whole[place] ^ flip]) + whole[place + 1 :])
            codes.add(refusal(hub, changed, naryn))
    assert codes <= {
        "package.altered",
        "package.cut-short",
        "package.not-for-this-file",
        "package.newer",
    }
    assert "package.altered" in codes


@pytest.mark.parametrize("content", [b"Shopping list: salt, tea, batteries for the torch.\n" * 9, b"\0" * 4000, b"PNG"])
def test_what_only_has_the_name_of_a_package_is_called_no_package(
    tmp_path: Path, naryn: Laptop, hub: Laptop, content: bytes
) -> None:
    path = tmp_path / "list.camipack"
    path.write_bytes(content)
    assert refusal(hub, path, naryn) == "package.not-a-package"


@pytest.mark.parametrize("encrypted", [False, True])
def test_no_byte_can_be_missing_or_added_at_the_end(
    tmp_path: Path, naryn: Laptop, hub: Laptop, encrypted: bool
) -> None:
    path = naryn.pack(tmp_path, FACTS, [hub] if encrypted else []).file.path
    whole = path.read_bytes()
    cut = tmp_path / "cut.camipack"
    for length in range(len(whole)):
        cut.write_bytes(whole[:length])
        assert refusal(hub, cut, naryn) == "package.cut-short"
    for extra in (b"\0", b"PK", whole[-300:], whole):
        cut.write_bytes(whole + extra)
        assert refusal(hub, cut, naryn) in {"package.altered", "package.cut-short", "package.hostile"}


def test_a_package_of_several_chunks_tells_a_change_from_a_missing_end(
    tmp_path: Path, naryn: Laptop, hub: Laptop
) -> None:
    noise = Random(1).randbytes(256 * 1024)
    path = naryn.pack(tmp_path, [attachment(noise)], [hub]).file.path
    whole = bytearray(path.read_bytes())
    path.write_bytes(whole[: len(whole) // 2])
    assert refusal(hub, path, naryn) == "package.cut-short"
    whole[1000] ^= 1
    path.write_bytes(whole)
    assert refusal(hub, path, naryn) == "package.altered"


def test_somebody_elses_package_stays_closed(tmp_path: Path, naryn: Laptop, hub: Laptop) -> None:
    path = naryn.pack(tmp_path, FACTS, [hub]).file.path
    assert refusal(Laptop(), path, naryn) == "package.not-for-this-file"


def test_a_package_that_was_decrypted_and_passed_on_is_not_for_the_third(
    tmp_path: Path, naryn: Laptop, hub: Laptop
) -> None:
    path = naryn.pack(tmp_path, FACTS, [hub]).file.path
    inner = pyrage.decrypt(path.read_bytes(), [pyrage.x25519.Identity.from_str(hub.identity)])
    third = Laptop()
    passed = tmp_path / "passed.camipack"
    passed.write_bytes(inner)
    assert refusal(third, passed, naryn) == "package.not-for-this-file"
    passed.write_bytes(pyrage.encrypt(inner, [pyrage.x25519.Recipient.from_str(third.recipient)]))
    assert refusal(third, passed, naryn) == "package.not-for-this-file"


def test_an_unknown_sender_is_refused_before_anything_is_unpacked(tmp_path: Path, naryn: Laptop, hub: Laptop) -> None:
    assert refusal(hub, naryn.pack(tmp_path, FACTS).file.path) == "package.unknown-sender"


def test_a_newer_format_asks_for_an_update(tmp_path: Path, naryn: Laptop, hub: Laptop) -> None:
    path = naryn.pack(tmp_path, FACTS).file.path
    path.write_bytes(path.read_bytes().replace(b"CAMIPACK/1 ", b"CAMIPACK/2 "))
    assert refusal(hub, path, naryn) == "package.newer"
    path.write_bytes(path.read_bytes().replace(b"CAMIPACK/2 ", b"CAMIPACK/17 ") + b"more")
    assert refusal(hub, path, naryn) == "package.newer"


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"", "package.cut-short"), (b"PK", "package.cut-short"), (b"hello, this is text", "package.not-a-package")],
)
def test_other_files_are_named_for_what_they_are(tmp_path: Path, hub: Laptop, content: bytes, code: str) -> None:
    path = tmp_path / "notes.txt"
    path.write_bytes(content)
    assert refusal(hub, path) == code


def test_a_missing_file_is_said(tmp_path: Path, hub: Laptop) -> None:
    assert refusal(hub, tmp_path / "gone.camipack") == "file.not-found"


def refusal(reader: Laptop, path: Path, *senders: Laptop) -> str:
    with pytest.raises(UserError) as refused, reader.open(path, *senders) as package:
        list(package.facts())
    assert refused.value.sentence
    return refused.value.code
