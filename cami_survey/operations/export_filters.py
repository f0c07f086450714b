"""Which interviews an export takes: by country and by the day of the interview."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from cami_survey.base.errors import UserError
from cami_survey.base.texts import _
from cami_survey.operations.held_days import HeldDays, paths_named, said

if TYPE_CHECKING:
    from cami_survey.analysis.definitions import Definition
    from cami_survey.base.records import RecordView

COUNTRY_NAMES = ("country", "range_state", "int_country")


@dataclass(frozen=True, slots=True)
class Filter:
    """An interview passes that is of one of these countries (all if none is named) and of a day in the period.

    Its day is the one on which it was held (`HeldDays`).
    """

    countries: frozenset[str] = frozenset()
    since: date | None = None
    until: date | None = None

    @property
    def is_open(self) -> bool:
        """Whether everything passes."""
        return not self.countries and self.since is None and self.until is None

    def passing(self, definitions: Sequence[Definition]) -> Passing:
        """The filter for interviews of one form."""
        return Passing(self, paths_named(definitions, COUNTRY_NAMES), HeldDays(definitions))


@dataclass(frozen=True, slots=True)
class Passing:
    """The filter with the questions that it asks."""

    wanted: Filter
    countries: Sequence[str]
    held: HeldDays

    def __call__(self, view: RecordView) -> bool:
        wanted = self.wanted
        if wanted.countries and said(view.answers, self.countries).casefold() not in wanted.countries:
            return False
        if wanted.since is None and wanted.until is None:
            return True
        day = self.held(view)
        return (wanted.since is None or day >= wanted.since) and (wanted.until is None or day <= wanted.until)


def day_of(text: str) -> date | None:
    """The day that a person wrote; None for nothing. UserError for what is no day."""
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise UserError(
            "export.no-day",
            _("“{text}” is no day.").format(text=text),
            advice=_("Write year, month and day, as in 2026-03-31."),
            where=text,
        ) from None
