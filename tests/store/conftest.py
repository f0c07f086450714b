"""Survey files that are closed after the test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cami_survey.store.api import SurveyFile
from tests.store.interviews import new_survey

Laptops = Callable[[str], SurveyFile]


@pytest.fixture
def survey(tmp_path: Path) -> Iterator[SurveyFile]:
    """An empty survey."""
    with new_survey(tmp_path) as made:
        yield made


@pytest.fixture
def laptop(tmp_path: Path) -> Iterator[Laptops]:
    """Makes survey files by name, each a device of its own."""
    made: list[SurveyFile] = []

    def make(name: str) -> SurveyFile:
        made.append(new_survey(tmp_path, name))
        return made[-1]

    yield make
    for each in made:
        each.close()
