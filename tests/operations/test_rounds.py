"""Scripted interviews of forms from the field, at random valid answers, are read again byte for byte."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from cami_survey.base.places import shipped
from cami_survey.engine.api import FormError, load_form
from cami_survey.operations import forms, interviews
from cami_survey.store.api import SurveyFile
from tests.engine.conftest import SPRING_MORNING
from tests.engine.interviewer import Interviewer

OPEN_FORMS = Path(__file__).parents[2].parent / "shared" / "forms-open" / "forms"
SOAK = bool(os.environ.get("CAMI_SURVEY_SOAK"))
SMALL = 60_000
SEEDS = range(10) if SOAK else range(1)


def _sources() -> Iterator[Path]:
    """The questionnaires and the public forms: all of them in a soak, otherwise some small ones."""
    yield from sorted(shipped("forms").glob("*.xlsx"))
    if OPEN_FORMS.is_dir():
        found = sorted(OPEN_FORMS.iterdir())
        yield from found if SOAK else [path for path in found if path.stat().st_size < SMALL][::16]


SOURCES = list(_sources())


def clock():
    return SPRING_MORNING


def test_there_are_public_forms_to_fill() -> None:
    if not OPEN_FORMS.is_dir():
        pytest.skip(f"no public forms at {OPEN_FORMS}")
    assert len(SOURCES) > 5


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.name[:40])
def test_a_filled_interview_is_read_again_byte_for_byte(source: Path, tmp_path: Path) -> None:
    try:
        form = load_form(source)
    except FormError as error:
        pytest.skip(f"{source.name} cannot be converted: {error}")
    with SurveyFile.create(tmp_path / "field.cami", title="Field", clock=clock) as survey:
        forms.add(survey, [source])
        for seed in SEEDS:
            interviewer = Interviewer(form.open(clock=clock), random.Random(seed))
            interviewer.fill()
            values = interviewer.session.values()
            again = form.open(values, language=interviewer.session.language, clock=clock)
            assert again.values() == values
            filled = interviews.fill(survey, form.id, interviewer.steps, draft=bool(interviewer.refused), clock=clock)
            if not filled.value.ok:
                filled = interviews.fill(survey, form.id, interviewer.steps, draft=True, clock=clock)
            if not filled.value.revision:
                continue  # no answer was kept, so that no interview is left behind
            xml = interviews.submission_xml(survey, filled.value.record)
            assert form.open(xml).to_xml() == xml  # in the time zone of the machine, as it was made
