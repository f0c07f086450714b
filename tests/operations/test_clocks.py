"""A clock that cannot be right is known by what was saved before."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cami_survey.operations import clocks
from cami_survey.store.api import SurveyFile
from tests.store.interviews import interview

SAVED = datetime(2027, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "kind"),
    [
        (SAVED + timedelta(minutes=5), ""),
        (SAVED - timedelta(hours=20), ""),
        (SAVED + timedelta(days=300), ""),
        (datetime(1980, 1, 1, tzinfo=UTC), "impossible"),
        (datetime(2099, 1, 1, tzinfo=UTC), "impossible"),
        (SAVED - timedelta(days=30), "behind"),
        (SAVED + timedelta(days=400), "ahead"),
    ],
)
def test_a_clock_is_doubted_by_what_was_saved_last(tmp_path: Path, now: datetime, kind: str) -> None:
    with SurveyFile.create(tmp_path / "camps.cami", title="Camps", clock=lambda: SAVED) as survey:
        assert clocks.doubt(survey, lambda: SAVED) is None
        interview(survey, herd="40")
        found = clocks.doubt(survey, lambda: now)
        assert (found.kind if found else "") == kind


def test_what_a_wrong_clock_left_behind_is_not_held_against_the_right_one(tmp_path: Path) -> None:
    wrong = datetime(2099, 1, 1, tzinfo=UTC)
    with SurveyFile.create(tmp_path / "camps.cami", title="Camps", clock=lambda: wrong) as survey:
        interview(survey, herd="40")
        assert clocks.doubt(survey, lambda: SAVED) is None
