"""Whether the clock of this laptop can be right: dates in answers come from it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Literal

from cami_survey.base.clock import EARLIEST, FAR_AHEAD, system_clock

if TYPE_CHECKING:
    from cami_survey.base.clock import Clock
    from cami_survey.store.api import SurveyFile

# After it none of the laptops that the program runs on is left.
LATEST = datetime(2056, 1, 1, tzinfo=UTC)
# A survey that rested for longer is asked about.
LONG_REST = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Doubt:
    """What the clock says that can hardly be; `last` is when something was saved here last, by the clock of then.

    "impossible" is a time before or after the program, "behind" one before the last change, "ahead" one more than a
    year after it.
    """

    kind: Literal["impossible", "behind", "ahead"]
    now: datetime
    last: datetime | None


def doubt(survey: SurveyFile, clock: Clock = system_clock) -> Doubt | None:
    """What makes the clock doubtful, None if nothing does."""
    now, last = clock(), survey.last_change
    if not EARLIEST <= now <= LATEST:
        return Doubt("impossible", now, last)
    if last is None or not EARLIEST <= last <= LATEST:
        return None
    if last - now > FAR_AHEAD:
        return Doubt("behind", now, last)
    return Doubt("ahead", now, last) if now - last > LONG_REST else None
