"""Which appearance asks for which calendar."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from PySide6.QtCore import QCalendar

from cami_survey.base.texts import _
from cami_survey.ui.interview.calendars.base import Calendar
from cami_survey.ui.interview.calendars.solar import QtCalendar

GREGORIAN: Calendar = QtCalendar("gregorian", QCalendar.System.Gregorian, lambda: _("Gregorian calendar"))
NAMES = ("persian", "islamic", "bikram-sambat", "ethiopian", "coptic", "myanmar", "buddhist")


@lru_cache(maxsize=len(NAMES))
def _made(name: str) -> Calendar:
    # Most forms know one calendar: the tables of the others are read when they are asked for.
    from cami_survey.ui.interview.calendars import solar
    from cami_survey.ui.interview.calendars.myanmar import Myanmar
    from cami_survey.ui.interview.calendars.nepali import BikramSambat

    system = QCalendar.System
    if name == "persian":
        return QtCalendar(name, system.Jalali, lambda: _("Persian calendar"))
    if name == "islamic":
        return QtCalendar(name, system.IslamicCivil, lambda: _("Islamic calendar"))
    if name == "buddhist":
        return QtCalendar(name, system.Gregorian, lambda: _("Buddhist calendar"), shift=543)
    if name == "coptic":
        return solar.Coptic(name, solar.COPTIC_EPOCH, solar.COPTIC_MONTHS, ("ar",), lambda: _("Coptic calendar"))
    if name == "ethiopian":
        return solar.Coptic(
            name, solar.ETHIOPIAN_EPOCH, solar.ETHIOPIAN_MONTHS, ("am", "ti"), lambda: _("Ethiopian calendar")
        )
    return BikramSambat() if name == "bikram-sambat" else Myanmar()


def calendar_of(appearance: Iterable[str]) -> Calendar:
    """The calendar that an appearance asks for, else the Gregorian."""
    wanted = set(appearance)
    return next((_made(name) for name in NAMES if name in wanted), GREGORIAN)
