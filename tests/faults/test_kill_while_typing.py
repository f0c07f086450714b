"""A real window is killed while somebody types: on the next start what was on the screen a second ago is there."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from cami_survey.operations import forms, interviews
from cami_survey.store.api import SurveyFile
from tests.cli.commands import write_form

ROOT = Path(__file__).parents[2]
SAFE_AFTER = 1.0
TIMES = 6 * (33 if os.environ.get("CAMI_SURVEY_SOAK") else 1)


@dataclass(frozen=True)
class Seen:
    at: float
    field: str
    text: str


def type_and_kill(survey: Path, home: Path, after: float) -> tuple[list[Seen], float]:
    """Let a window type for `after` seconds and kill it: what it showed when, and the moment of the kill."""
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "CAMI_SURVEY_HOME": str(home)}
    seen: list[Seen] = []
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.faults.typing_window", str(survey)],
        cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        first = process.stdout.readline()
        if first:
            reader = threading.Thread(target=_read, args=(process.stdout, seen))
            seen.append(Seen(**json.loads(first)))
            reader.start()
            time.sleep(after)
            killed = time.monotonic()
            process.kill()
            reader.join()
    finally:
        process.kill()
        _rest, errors = process.communicate()
    assert first, errors
    return seen, killed


def _read(lines: object, seen: list[Seen]) -> None:
    for line in lines:  # type: ignore[attr-defined]
        if line.endswith("}\n"):
            seen.append(Seen(**json.loads(line)))


@pytest.mark.parametrize("turn", range(TIMES))
def test_what_was_on_the_screen_a_second_ago_is_there(tmp_path: Path, turn: int) -> None:
    path = tmp_path / "winter.cami"
    with SurveyFile.create(path, title="Winter") as survey:
        forms.add(survey, [write_form(tmp_path)])
    seen, killed = type_and_kill(path, tmp_path / "home", random.Random(turn).uniform(1.1, 1.6))

    assert seen[0].at < killed - SAFE_AFTER, "nothing was typed long enough ago to expect anything"
    safe = {look.field: look.text for look in seen if look.at < killed - SAFE_AFTER}
    last = {look.field: look.text for look in seen}
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
