"""Laptops with a survey each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cami_survey.store.api import SurveyFile
from tests.exchange.surveys import survey


@pytest.fixture
def laptop(tmp_path: Path) -> Iterator[Callable[[str], SurveyFile]]:
    """Makes survey files, each in a folder of its own, and closes them at the end."""
    made: list[SurveyFile] = []

    def make(name: str) -> SurveyFile:
        made.append(survey(tmp_path / name, name, f"Facilitator of {name}"))
        return made[-1]

    yield make
    for file in made:
        file.close()
