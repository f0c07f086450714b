"""T4: the power fails. What was told to be on the disk is there, and between the packages of a merge nothing tears.

The disk of these tests remembers of each file what the system has flushed and what was written since. After a power cut
any of the sectors written since may be there or not. When SQLite flushes is taken from its documentation: the log at
each commit under FULL, and under NORMAL only before a checkpoint, which flushes the survey file after it.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import sqlalchemy as sa
import sqlcipher3.dbapi2

from cami_survey.operations.merges import merge
from cami_survey.operations.packages import pack
from cami_survey.store import connection
from cami_survey.store.api import SurveyFile
from tests.exchange.surveys import contents, interview, survey

SECTOR = 512
FULL = 2
POINTS = 1000

SAVES = 60
OFTEN = "PRAGMA wal_autocheckpoint = 16"


@dataclass(frozen=True)
class Image:
    """The bytes of a survey file and of its log."""

    file: bytes
    log: bytes


@dataclass(frozen=True)
class Step:
    """One commit: what was flushed before it, what was written in it, whether its log was flushed."""

    before: Image
    after: Image
    flushed: bool

    @property
    def safe(self) -> Image:
        """What is flushed after it."""
        if self.after.file != self.before.file:
            return self.after
        return replace(self.before, log=self.after.log) if self.flushed else self.before

    def torn(self, rng: random.Random) -> Image:
        """A disk after the power failed in this step: before its log was flushed, or while the file was written."""
        if self.after.file != self.before.file and rng.random() < 0.5:
            return Image(_mixed(self.before.file, self.after.file, rng), self.after.log)
        return Image(self.before.file, _mixed(self.before.log, self.after.log, rng))


def _mixed(old: bytes, new: bytes, rng: random.Random) -> bytes:
    """Some sectors of the new bytes, the others as they were; what was never written reads as zeros."""
    share = rng.choice((0.0, 0.1, 0.5, 0.9, 0.99))
    old = old.ljust(len(new), b"\0")
    ends = range(0, len(new), SECTOR)
    return b"".join((new if rng.random() < share else old)[at : at + SECTOR] for at in ends)


class Disk:
    """Watches the commits of one survey file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.safe = self._now()
        self.steps: list[Step] = []

    def _now(self) -> Image:
        log = self.path.with_name(self.path.name + "-wal")
        return Image(self.path.read_bytes(), log.read_bytes() if log.exists() else b"")

    def committed(self, synchronous: int) -> None:
        self.steps.append(Step(self.safe, self._now(), synchronous >= FULL))
        self.safe = self.steps[-1].safe


@contextmanager
def watched(path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Disk]:
    """The disk, told of every commit of the file at `path`."""
    disk = Disk(path)
    write = connection.Connections.write

    @contextmanager
    def told(self: connection.Connections, *, durable: bool = True) -> Iterator[sa.Connection]:
        with write(self, durable=durable) as writing:
            mode = int(writing.exec_driver_sql("PRAGMA synchronous").scalar_one())
            yield writing
        if self.path == path:
            disk.committed(mode)

    def folded(self: connection.Connections, _idle: Callable[[], None] | None = None, *, wait: bool = False) -> None:
        del wait
        self._folding.start()
        self._folding.wait()
        if self.path == path:
            disk.committed(0)

    with monkeypatch.context() as patch:
        patch.setattr(connection.Connections, "write", told)
        patch.setattr(connection.Connections, "fold", folded)
        patch.setattr(connection.Connections, "fold_some", folded)
        yield disk


def after_power_cut(image: Image, path: Path) -> Path:
    """A computer that starts again with this disk."""
    for old in path.parent.glob(path.name + "*"):
        old.unlink()
    path.write_bytes(image.file)
    path.with_name(path.name + "-wal").write_bytes(image.log)
    return path


def records_on(path: Path) -> set[str]:
    """The records in a file that is found whole, seen by the bare driver."""
    bare = sqlcipher3.dbapi2.connect(str(path))
    try:
        assert bare.execute("PRAGMA quick_check").fetchall() == [("ok",)]
        return {record for (record,) in bare.execute("SELECT record FROM revision")}
    finally:
        bare.close()


def lost(folder: Path, points: int, monkeypatch: pytest.MonkeyPatch) -> int:
    """At how many of `points` power cuts an interview that was told to be saved is gone; none may corrupt."""
    saved: list[str] = []
    known: list[frozenset[str]] = []
    with survey(folder, "KG-01") as file, watched(file.path, monkeypatch) as disk:
        for number in range(SAVES):
            record = interview(file, {"yaks": str(number)})
            known += [frozenset(saved)] * (len(disk.steps) - len(known))
            saved.append(record)
    rng = random.Random(4)
    losses = 0
    for _point in range(points):
        at = rng.randrange(len(disk.steps))
        image = disk.steps[at].torn(rng)
        losses += not known[at] <= records_on(after_power_cut(image, folder / "again.cami"))
    return losses


@pytest.fixture
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    """Checkpoints every few commits, so that power cuts meet them."""
    for name in ("WRITING", "CAREFUL", "HURRIED"):
        monkeypatch.setattr(connection, name, (*getattr(connection, name), OFTEN))


@pytest.mark.usefixtures("often")
def test_t4_a_power_cut_takes_nothing_that_was_saved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert lost(tmp_path / "careful", POINTS, monkeypatch) == 0
    careless = tuple(text.replace("synchronous = FULL", "synchronous = NORMAL") for text in connection.WRITING)
    monkeypatch.setattr(connection, "WRITING", careless)
    assert lost(tmp_path / "careless", 40, monkeypatch) > 0, "these power cuts would not show a loss"


PACKAGES, EACH = 6, 8


@pytest.fixture
def packages(tmp_path: Path) -> list[Path]:
    """What six laptops send."""
    made = []
    for number in range(PACKAGES):
        with survey(tmp_path / "laptops", f"KG-{number:02}") as laptop:
            for at in range(EACH):
                interview(laptop, {"yaks": str(at)}, code=f"H{number}-{at}")
            made.append(pack(laptop, tmp_path / "stick", plain=True).value.path)
    return made


@pytest.mark.usefixtures("often")
def test_t4_a_power_cut_between_the_packages_of_a_merge_leaves_whole_ones(
    tmp_path: Path, packages: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    with survey(tmp_path / "hub", "HUB") as hub, watched(hub.path, monkeypatch) as disk:
        merge(hub, packages, enrol=True)
        expected = contents(hub)
    brought = set()
    rng = random.Random(5)
    for at in rng.sample(range(len(disk.steps)), 8):
        path = after_power_cut(disk.steps[at].torn(rng), tmp_path / "hub" / "again.cami")
        here = records_on(path)
        brought.add(len(here))
        assert len(here) % EACH == 0
        with SurveyFile.open(path) as again:
            assert again.verify().ok
            assert len(again.merges()) == len(here) // EACH
            merge(again, packages, enrol=True)
            assert contents(again) == expected
            assert again.verify().ok
    assert len(brought) > 2, "these power cuts would not meet the packages"
    assert records_on(after_power_cut(disk.safe, tmp_path / "hub" / "end.cami")) == set(expected)
