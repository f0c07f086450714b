"""Interviews read for analyses, the later ones by another process (note 384).

It is told how to open the survey through a pipe and hands over what it read, a column at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cami_survey.analysis.definitions import Definition
from cami_survey.analysis.intake import FormIntake, Intake, Silence
from cami_survey.base.beside import Beside
from cami_survey.operations.export_reading import recomputed
from cami_survey.operations.held_days import HeldDays
from cami_survey.store.api import Entrance, SurveyFile

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from cami_survey.base.beside import Outbox


@dataclass(frozen=True, slots=True)
class Answered:
    """A form, and the number of the record behind which its later interviews lie."""

    definitions: list[Definition]
    silence: dict[str, Silence]
    after: int = 0


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be read. It holds the key."""

    entrance: Entrance
    parts: Sequence[Answered]


def read(
    survey: SurveyFile,
    part: Answered,
    filling: FormIntake,
    reviews: Mapping[str, str],
    step: Callable[[], None],
    *,
    after: int = 0,
    until: int | None = None,
) -> None:
    """Take the final interviews of a form in; `after` and `until` as for the views of a survey."""
    held = HeldDays(part.definitions)
    facilitators = {device.id: device.facilitator or device.name for device in survey.devices()}
    for view in survey.views(part.definitions[0].form_id, "final", after=after, until=until):
        step()
        fresh = recomputed(survey, view) if view.stale else view
        day = held(view).isoformat()
        filling.add(fresh, facilitators.get(view.device, ""), day, reviews.get(view.record, ""))


class LaterAnswers:
    """The other process. `idle` is called while nothing has come; it may raise to stop."""

    def __init__(self, survey: SurveyFile, parts: Sequence[Answered], idle: Callable[[], None]) -> None:
        self._process = Beside(serve, idle)
        self._process.send(Order(survey.entrance, parts))

    def __enter__(self) -> LaterAnswers:
        return self

    def __exit__(self, *_details: object) -> None:
        self._process.close()

    def parts(self) -> Iterator[Sequence[Any]]:
        """What was read of the next form, for `FormIntake.take_in`. GoneError if the process ends before."""
        while True:
            yield self._process.receive()


def serve(tasks: Connection, outbox: Outbox) -> None:
    """What the other process does: read, hand over, and wait until nobody listens."""
    order: Order = tasks.recv()
    intake = Intake()
    with SurveyFile.beside(order.entrance) as survey:
        reviews = survey.review_states()
        for part in order.parts:
            filling = intake.form(part.definitions, part.silence)
            read(survey, part, filling, reviews, lambda: None, after=part.after)
            for several in filling.parts():
                outbox.put(several)
    tasks.recv()
