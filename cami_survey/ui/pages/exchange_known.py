"""What the overview of Exchange shows, read from the survey behind the window."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from cami_survey.base.records import DeviceInfo

if TYPE_CHECKING:
    from cami_survey.base.reviews import ReviewState
    from cami_survey.operations.arrivals import Arrived, Delivered
    from cami_survey.operations.quarantine import Kept
    from cami_survey.operations.reviews import Task
    from cami_survey.store.api import Merged, SurveyFile


MOST_QUERIES = 5


@dataclass(frozen=True, slots=True)
class Known:
    """Who and what the page shows. `merged` are the packages of the last merge that was not taken back."""

    card: dict[str, str]
    recipients: list[tuple[str, str]]
    readers: list[tuple[str, str]]
    devices: list[DeviceInfo]
    interviews: int
    conflicts: int
    code: str
    card_code: str
    squares: list[list[bool]]
    expected: frozenset[str]
    arrived: dict[str, Arrived]
    delivered: dict[str, Delivered]
    merged: list[Merged]
    refused: list[Kept]
    folder: Path | None
    review_counts: dict[ReviewState, int]
    tasks: list[Task]


def know(survey: SurveyFile) -> Known:
    """Read it from the survey."""
    from cami_survey.operations import arrivals, laptops, packages, quarantine, reviews, sharing
    from cami_survey.store.api import last_run

    counts, card_code = survey.counts(), laptops.card_code(survey)
    return Known(
        packages.card(survey),
        list(survey.recipients()),
        packages.readers(survey),
        [device for device in survey.devices() if not device.this_file],
        counts["all"],
        counts["conflicts"],
        laptops.code_of(survey),
        card_code,
        laptops.qr_squares(card_code),
        laptops.expected(survey),
        {one.device.id: one for one in arrivals.arrived(survey)},
        {one.device.id: one for one in arrivals.delivered(survey)},
        last_run(survey.merges()),
        quarantine.kept(survey),
        sharing.folder_of(survey),
        survey.review_counts(),
        [task for task in reviews.tasks(survey, survey.queried()[:MOST_QUERIES]) if task.query.state == "open"][
            :MOST_QUERIES
        ],
    )
