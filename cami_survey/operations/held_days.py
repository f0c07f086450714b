"""On which day an interview was held: what it says itself comes before when it was saved or imported here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from cami_survey.operations.summaries import DAY_NAMES

if TYPE_CHECKING:
    from cami_survey.analysis.definitions import Definition
    from cami_survey.base.records import Answers, RecordView

# What the device noted when the interview began, where no question asks for its day.
NOTED = ("start", "starttime")


class HeldDays:
    """Says for the interviews of a form on which day each was held.

    It is the answer to the question for the day of the interview, else what the device noted at its beginning, else
    the day on which it was first saved.
    """

    def __init__(self, definitions: Sequence[Definition]) -> None:
        self._paths = tuple(paths_named(definitions, (*DAY_NAMES, *NOTED)))

    def __call__(self, view: RecordView) -> date:
        """The day of an interview."""
        return self.told(view.answers.fields, view.answers.computed) or (view.started or view.changed).date()

    def told(self, *several: Mapping[str, str]) -> date | None:
        """The day that answers say, by the fields of the first of these that has one; None where none is a day."""
        for path in self._paths:
            for values in several:
                if (text := values.get(path)) and (day := day_in(text)) is not None:
                    return day
        return None


def paths_named(definitions: Sequence[Definition], names: Sequence[str]) -> list[str]:
    """The questions outside of repeats that bear these names, in the order of the names."""
    questions = [question for form in definitions for question in form.questions if not question.repeats]
    return list(dict.fromkeys(q.path for name in names for q in questions if q.name == name))


def said(answers: Answers, paths: Sequence[str]) -> str:
    """The first answer to these questions, empty if there is none."""
    return next((text for path in paths if (text := answers.fields.get(path) or answers.computed.get(path))), "")


def day_in(text: str) -> date | None:
    """The day that a date or moment as answers have it begins with."""
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None
