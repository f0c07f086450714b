"""T36, T37, T38: packages built to do harm, sent by a device that is trusted and sealed as they should be."""

from __future__ import annotations

import time
import tracemalloc
from pathlib import Path
from zipfile import ZipInfo

import pytest

from cami_survey.base.errors import UserError
from cami_survey.exchange import archive, lines, seal
from cami_survey.exchange.archive import ArchiveWriter
from cami_survey.exchange.spool import Spool
from tests.exchange.makers import FACTS, Laptop, canonical, resealed, revision, sealed, signed

SENDER = Laptop()
READER = Laptop()
LINE = lines.to_line(revision(1))


def refused(path: Path) -> UserError:
    with pytest.raises(UserError) as error, READER.open(path, SENDER) as package:
        list(package.facts())
    assert error.value.code == "package.hostile"
    return error.value


def symlink() -> ZipInfo:
    link = ZipInfo("facts.ndjson")
    link.create_system, link.external_attr = 3, 0o120777 << 16
    return link


@pytest.mark.parametrize(
    "members",
    [
        [("../../evil.txt", b"x")],
        [("/etc/passwd", b"x")],
        [("C:\\Windows\\evil.dll", b"x")],
        [("C:evil", b"x")],
        [("\\\\server\\share", b"x")],
        [("attachments/../../evil", b"x")],
        [("attachments/" + "A" * 64, b"x")],
        [("facts.ndjson", b""), ("facts.ndjson", b"")],
        [("facts.ndjson", b""), ("FACTS.NDJSON", b"")],
        [("facts.ndjson", b""), ("inner.camipack", b"PK\x03\x04")],
        [("facts\u202enosjdn.", b"x")],
        [("manifest.json\0.txt", b"x")],
        [("attachments/", b"")],
        [(symlink(), b"/etc/passwd")],
    ],
    ids=lambda members: ascii([getattr(name, "filename", name)[:24] for name, _data in members]),
)
def test_t36_names_that_lead_elsewhere(tmp_path: Path, members: list[tuple[str | ZipInfo, bytes]]) -> None:
    refused(sealed(SENDER, tmp_path / "bad.camipack", members))
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["bad.camipack"]


def test_t36_bytes_before_between_and_after_the_archive(tmp_path: Path) -> None:
    whole = SENDER.pack(tmp_path, FACTS).file.path.read_bytes()[: -seal.LENGTH]
    target = tmp_path / "bad.camipack"
    refused(resealed(SENDER, target, whole + b"%PDF-1.7 trailing"))
    refused(resealed(SENDER, target, whole[:60] + b"\0" + whole[60:]))
    refused(resealed(SENDER, target, whole + whole))
    target.write_bytes(b"#!/bin/sh\n" + whole)
    with pytest.raises(UserError, match="changed after it was sent"):
        READER.open(resealed(SENDER, target, b"#!/bin/sh\n" + whole), SENDER)


def test_t37_an_archive_that_unpacks_to_far_more(tmp_path: Path) -> None:
    def zeros():
        for _number in range(400):
            yield bytes(1024 * 1024)

    with Spool() as spool:
        writer = ArchiveWriter(spool)
        writer.add("facts.ndjson", zeros())
        writer.finish(seal.LENGTH)
        spool.seek(0)
        bomb = resealed(SENDER, tmp_path / "bomb.camipack", spool.read())
    assert bomb.stat().st_size < 3_000_000
    error = thrifty(bomb)
    assert "far more" in error.sentence


def test_t37_an_archive_that_declares_less_than_it_holds(tmp_path: Path) -> None:
    with Spool() as spool:
        writer = ArchiveWriter(spool)
        writer.add("facts.ndjson", [bytes(200 * 1024 * 1024)])
        member = writer.members[0]
        small = archive.Member(member.name, member.method, member.crc, member.packed, 1000, member.offset)
        writer.members[0] = small
        spool.seek(0)
        spool.write(small.local_header())
        spool.seek(spool.size)
        with pytest.raises(archive.HostileArchiveError):
            list(archive.read_member(spool, small))
        tracemalloc.start()
        with pytest.raises(archive.HostileArchiveError):
            list(archive.read_member(spool, small))
        assert tracemalloc.get_traced_memory()[1] < 50_000_000
        tracemalloc.stop()


def test_t37_thousands_of_members(tmp_path: Path) -> None:
    members = [(f"attachments/{number:064x}.txt", b"") for number in range(5000)]
    thrifty(sealed(SENDER, tmp_path / "many.camipack", members))


def test_t37_overlapping_members(tmp_path: Path) -> None:
    with Spool() as spool:
        writer = ArchiveWriter(spool)
        first = writer.add("facts.ndjson", [bytes(1_000_000)])
        names = (f"attachments/{number:064x}" for number in range(1000))
        writer.members += [
            archive.Member(name, first.method, first.crc, first.packed, first.size, first.offset) for name in names
        ]
        writer.finish(seal.LENGTH)
        spool.seek(0)
        overlapping = resealed(SENDER, tmp_path / "overlap.camipack", spool.read())
    assert "overlap" in thrifty(overlapping).sentence


def thrifty(path: Path) -> UserError:
    """The refusal, after it was made in a moment and in little memory."""
    tracemalloc.start()
    started = time.process_time()
    error = refused(path)
    assert time.process_time() - started < 10
    assert tracemalloc.get_traced_memory()[1] < 50_000_000
    tracemalloc.stop()
    return error


def spoilt(old: bytes, new: bytes) -> bytes:
    assert old in LINE
    return LINE.replace(old, new)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"[" * 100_000, "nested too deeply"),
        (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "nested too deeply"),
        (spoilt(b'"kind":', b'"kind":"form","kind":'), "a name stands in it twice"),
        (spoilt(b'"kind":"revision"', b'"kind":NaN'), "NaN is not a number"),
        (spoilt(b'"kind":"revision"', b'"kind":-Infinity'), "-Infinity is not a number"),
        (spoilt(b'"kind":"revision"', b'"kind":' + str(2**70).encode()), "a number is too large"),
        (spoilt(b'"kind":"revision"', b'"kind":"\\ud800"'), "half a character"),
        (spoilt(b'"kind":"revision"', b'"kind":"\xff\xfe"'), "not UTF-8"),
        (spoilt(b'"kind":"revision"', b'"kind":"recipe"'), "not a fact"),
        (spoilt(b'"kind":"revision"', b'"kind": "revision"'), "not written in the form"),
        (LINE[:-1], "not JSON"),
        (b"", "not JSON"),
        (b"null", "not a fact"),
        (b'"text"', "not a fact"),
        (canonical({"id": "ab" * 32, "kind": "revision"}), "not a fact"),
        (canonical({"id": "AB" * 32, "kind": "form", "head": "{}"}), "not a fact"),
        (canonical({"id": "ab" * 32, "kind": "form", "head64": "not base64"}), "not a fact"),
        (canonical({"id": "ab" * 32, "kind": "form", "head": "{}", "extra": 1}), "not written in the form"),
        (canonical({"id": "ab" * 32, "kind": "attachment"}), "missing or too large"),
        (canonical({"body": "x" * 1_600_000, "head": "{}", "id": "ab" * 32, "kind": "revision"}), "larger than"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_t38_a_line_that_is_not_right_is_named(tmp_path: Path, line: bytes, reason: str) -> None:
    error = refused(signed(SENDER, tmp_path / "bad.camipack", LINE + b"\n" + line + b"\n"))
    assert reason in error.sentence
    assert "line 2" in error.sentence


def test_t38_the_last_line_is_complete(tmp_path: Path) -> None:
    assert "not complete" in refused(signed(SENDER, tmp_path / "bad.camipack", LINE)).sentence


@pytest.mark.parametrize(
    "part",
    [
        {"format": 0},
        {"created": "yesterday"},
        {"created": "2026-11-19T12:00:00"},
        {"counts": {"records": -1}},
        {"recipients": "all"},
        {"sender": {}},
        {"files": {}},
        {"files": {"facts.ndjson": {"size": 0, "sha256": "00"}}},
        {"sequences": {"x": [["1", 2]]}},
        {"survey": "x" * 2000},
        {"stamp": "now"},
    ],
    ids=str,
)
def test_t38_a_manifest_that_is_not_right(tmp_path: Path, part: dict[str, object]) -> None:
    path = signed(SENDER, tmp_path / "bad.camipack", LINE + b"\n", manifest=part)
    if part == {"format": 0}:
        with pytest.raises(UserError, match="newer version"):
            READER.open(path, SENDER)
    else:
        refused(path)


def test_t35_a_newer_manifest_asks_for_an_update(tmp_path: Path) -> None:
    path = signed(SENDER, tmp_path / "new.camipack", b"", manifest={"format": 2, "sender": "elsewhere now"})
    with pytest.raises(UserError) as error:
        READER.open(path, SENDER)
    assert error.value.code == "package.newer"
    assert path.exists()


def test_t38_the_manifest_names_the_one_who_sealed(tmp_path: Path) -> None:
    other = Laptop()
    path = signed(SENDER, tmp_path / "new.camipack", b"")
    content = path.read_bytes()[: -seal.LENGTH]
    with pytest.raises(UserError) as error:
        READER.open(resealed(other, path, content), other)
    assert error.value.code == "package.hostile"
