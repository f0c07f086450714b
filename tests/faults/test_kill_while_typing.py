"""A real window dies while somebody types: on the next start what was on the screen a second ago is there.

One window dies at several moments: it is halted, and what lies on the disk then, which is what a kill would leave, is
put aside before it goes on. The last moment is a kill.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from cami_survey.operations import forms, interviews
from cami_survey.store.api import SurveyFile
from tests.cli.commands import write_form

ROOT = Path(__file__).parents[2]
SAFE_AFTER = 1.0
WINDOWS = 33 if os.environ.get("CAMI_SURVEY_SOAK") else 1
# Only a kill is possible where a process cannot be halted.
HALTS = 5 if hasattr(signal, "SIGSTOP") else 0


@dataclass(frozen=True)
class Seen:
    at: float
    field: str
    text: str


@dataclass(frozen=True)
class Death:
    """What lay on the disk, and between which times that was."""

    disk: Path
    before: float
    after: float


@contextmanager
def typing(survey: Path, home: Path, seen: list[Seen]) -> Iterator[subprocess.Popen[str]]:
    """A window that types and tells what it shows; it has begun."""
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "CAMI_SURVEY_HOME": str(home)}
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.faults.typing_window", str(survey)],
        cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    try:
        first = process.stdout.readline()
        if not first:
            raise AssertionError(process.communicate()[1])
        seen.append(Seen(**json.loads(first)))
        reader = threading.Thread(target=_read, args=(process.stdout, seen))
        reader.start()
        yield process
        process.kill()
        reader.join()
    finally:
        process.kill()
        process.communicate()


def _read(lines: object, seen: list[Seen]) -> None:
    for line in lines:  # type: ignore[attr-defined]
        if line.endswith("}\n"):
            seen.append(Seen(**json.loads(line)))


def halted(process: subprocess.Popen[str], laptop: Path, aside: Path) -> Death:
    """Halt the process for as long as its disk is copied."""
    before = time.monotonic()
    process.send_signal(signal.SIGSTOP)
    os.waitid(os.P_PID, process.pid, os.WSTOPPED | os.WNOWAIT)
    after = time.monotonic()
    shutil.copytree(laptop, aside)
    process.send_signal(signal.SIGCONT)
    return Death(aside, before, after)


def deaths(laptop: Path, tmp_path: Path, turn: int) -> tuple[list[Death], list[Seen]]:
    """Every moment at which a window died, and what it showed in all its life."""
    found, seen, chance = list[Death](), list[Seen](), random.Random(turn)
    with typing(laptop / "winter.cami", tmp_path / "home", seen) as process:
        time.sleep(chance.uniform(1.1, 1.6))
        for number in range(HALTS):
            found.append(halted(process, laptop, tmp_path / f"disk-{number}"))
            time.sleep(chance.uniform(0.1, 0.5))
        killed = time.monotonic()
    shutil.copytree(laptop, tmp_path / "disk-killed")
    return [*found, Death(tmp_path / "disk-killed", killed, float("inf"))], seen


@pytest.mark.parametrize("turn", range(WINDOWS))
def test_what_was_on_the_screen_a_second_ago_is_there(tmp_path: Path, turn: int) -> None:
    laptop = tmp_path / "laptop"
    laptop.mkdir()
    with SurveyFile.create(laptop / "winter.cami", title="Winter") as survey:
        forms.add(survey, [write_form(tmp_path)])
    found, seen = deaths(laptop, tmp_path, turn)
    assert len({death.disk for death in found}) == HALTS + 1
    for death in found:
        assert seen[0].at < death.before - SAFE_AFTER, "nothing was typed long enough ago to expect anything"
        put_back(death.disk, laptop)
        check(laptop / "winter.cami", death, seen)


def put_back(disk: Path, laptop: Path) -> None:
    """What lay on the disk lies there again, in the very files: the next start is at the same place."""
    for path in laptop.iterdir():
        if not (disk / path.name).exists():
            path.unlink()
    for path in disk.iterdir():
        shutil.copyfile(path, laptop / path.name)


def check(path: Path, death: Death, seen: list[Seen]) -> None:
    """What was shown long enough ago is there, and nothing that was not shown."""
    safe = {look.field: look.text for look in seen if look.at < death.before - SAFE_AFTER}
    last = {look.field: look.text for look in seen if look.at < death.after}
    with SurveyFile.open(path) as survey:
        (draft,) = survey.drafts()
        interview = interviews.open_record(survey, draft.record)
        for field, text in safe.items():
            found = interview.session.node(field).text_value
            assert found.startswith(text)
            assert last[field].startswith(found)
        (row,) = survey.rows()
        assert row.draft == draft.id
        assert survey.verify().ok
