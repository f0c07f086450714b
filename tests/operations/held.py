"""Interviews held and corrected as at the window: answers by the place of their question."""

from __future__ import annotations

from collections.abc import Mapping

from cami_survey.operations import interviews
from cami_survey.operations.running import Saved
from cami_survey.store.api import SurveyFile


def hold(survey: SurveyFile, form_id: str, answers: Mapping[str, object], *, draft: bool = False) -> str:
    """A finished interview, or a draft; the record."""
    running = interviews.start(survey, form_id)
    for ref, value in answers.items():
        running.set(ref, value)
    saved = running.leave().value if draft else running.finalise().value
    assert isinstance(saved, Saved)
    return saved.record


def correct(survey: SurveyFile, record: str, answers: Mapping[str, object], reason: str = "") -> None:
    """Open a finished interview, change answers and finish it again."""
    running = interviews.open_record(survey, record)
    for ref, value in answers.items():
        running.set(ref, value)
    assert isinstance(running.finalise(reason).value, Saved)
