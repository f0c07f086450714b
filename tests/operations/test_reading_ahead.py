"""Packages read ahead by a process of their own come to the same as those opened here, whatever happens to it."""

from __future__ import annotations

import multiprocessing
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from cami_survey.base import beside
from cami_survey.base.beside import Beside
from cami_survey.exchange.ahead import ReadingAhead, Ready
from cami_survey.operations import merges
from cami_survey.operations.merges import merge, preview
from cami_survey.operations.packages import pack
from cami_survey.store.api import SurveyFile
from tests.exchange.surveys import contents, interview, survey

LAPTOPS = 4


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[SurveyFile]:
    with survey(tmp_path, "HUB") as made:
        yield made


@pytest.fixture
def here(tmp_path: Path) -> Iterator[SurveyFile]:
    """A hub that opens everything itself."""
    with survey(tmp_path, "HERE") as made:
        yield made


@pytest.fixture
def packages(tmp_path: Path, hub: SurveyFile, here: SurveyFile) -> list[Path]:
    """From each laptop two interviews, one of them corrected, encrypted for both hubs."""
    made = []
    for number in range(LAPTOPS):
        with survey(tmp_path / "laptops", f"KG-{number}") as laptop:
            for at in range(2):
                record = interview(laptop, {"yaks": str(at), "note": "Алай\n„снег“"}, code=f"H{number}{at}")
            interview(laptop, {"yaks": "9"}, record=record, code=f"H{number}1")
            to = [hub.device.recipient, here.device.recipient]
            made.append(pack(laptop, tmp_path / "stick", to=to).value.path)
    return made


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every merge is worth a process; the names of the packages that it brought."""
    brought: list[str] = []
    ready = ReadingAhead.ready

    def noted(self: ReadingAhead, path: Path) -> Ready | None:
        found = ready(self, path)
        brought.extend([path.name] if found is not None else [])
        return found

    monkeypatch.setattr(ReadingAhead, "ready", noted)
    monkeypatch.setattr(merges, "WORTH_A_PROCESS", 0)
    return brought


def test_what_is_read_ahead_comes_to_the_same(
    hub: SurveyFile, here: SurveyFile, packages: list[Path], read: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = preview(hub, packages, enrol=True).value
    merged = merge(hub, packages, enrol=True).value
    assert read == [path.name for path in packages[1:]] * 2
    monkeypatch.setattr(merges, "AHEAD", 0)
    alone = merge(here, packages, enrol=True).value
    assert len(read) == 2 * (LAPTOPS - 1)
    assert seen.counts == merged.counts == alone.counts
    assert contents(hub) == contents(here)
    assert [(row.record, row.state) for row in hub.rows()] == [(row.record, row.state) for row in here.rows()]
    assert hub.verify().ok
    assert multiprocessing.active_children() == []


def test_what_is_refused_is_refused_with_the_same_reason_and_the_others_are_merged(
    hub: SurveyFile, here: SurveyFile, packages: list[Path], read: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    packages[2].write_bytes(b"no package at all" * 100)
    packages[1].write_bytes(packages[1].read_bytes()[:-40])
    reasons = [source.refused and source.refused.code for source in merge(hub, packages, enrol=True).value.sources]
    assert read == [packages[3].name]
    monkeypatch.setattr(merges, "AHEAD", 0)
    assert reasons == [
        source.refused and source.refused.code for source in merge(here, packages, enrol=True).value.sources
    ]
    assert reasons == [None, "package.cut-short", "package.not-a-package", None]


def test_a_process_that_dies_costs_nothing_but_time(
    hub: SurveyFile, packages: list[Path], read: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    take = ReadingAhead._next

    def dying(self: ReadingAhead, number: int) -> object:
        found = take(self, number)
        if self._reader is not None and number == 1:
            self._reader.kill()
        return found

    monkeypatch.setattr(ReadingAhead, "_next", dying)
    report = merge(hub, packages, enrol=True).value
    assert not report.refused
    assert report.counts.new == 2 * LAPTOPS
    assert hub.verify().ok


def test_no_process_is_started_where_little_is_to_be_read(
    hub: SurveyFile, packages: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(beside.multiprocessing, "get_context", pytest.fail)
    assert merge(hub, packages, enrol=True).value.counts.new == 2 * LAPTOPS


def test_what_is_asked_of_the_process_waits_for_nobody() -> None:
    theirs, ours = multiprocessing.Pipe(duplex=False)
    outbox = beside.Outbox(ours, sys.maxsize)
    long = bytes(1_000_000)
    outbox.put(long)
    outbox.put("next")
    assert theirs.recv() == long
    assert theirs.recv() == "next"
    outbox.close()


class StopError(Exception):
    """Somebody pressed Cancel."""


def test_cancel_is_heard_while_nothing_has_come_yet(
    hub: SurveyFile, packages: list[Path], read: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[bool] = []
    monkeypatch.setattr(beside, "PATIENCE", 0.001)
    monkeypatch.setattr(Beside, "_start", _silent)

    def progress(_done: int, _total: int) -> None:
        if len(hub.merges()) == 1 and started:
            raise StopError
        started.append(True)

    with pytest.raises(StopError):
        merge(hub, packages, enrol=True, progress=progress)
    assert len(hub.merges()) == 1


def _silent(self: Beside, *_about: object) -> None:
    """A process that never answers."""
    self._answers, self._kept = multiprocessing.Pipe(duplex=False)  # type: ignore[attr-defined]
    self._kept2, tasks = multiprocessing.Pipe(duplex=False)  # type: ignore[attr-defined]
    self._tasks = beside.Outbox(tasks, 1_000_000)
