"""The calendar of Nepal: the lengths of its months are published year by year, not computed."""

from __future__ import annotations

from datetime import date

import nepali_datetime
from PySide6.QtCore import QLocale

from cami_survey.base.texts import _
from cami_survey.ui.interview.calendars.base import Day
from cami_survey.ui.interview.calendars.solar import own_name

NEPALI_MONTHS = (
    ("Baishakh", "वैशाख"), ("Jestha", "जेठ"), ("Asar", "असार"), ("Shrawan", "साउन"), ("Bhadra", "भदौ"),
    ("Ashwin", "असोज"), ("Kartik", "कार्तिक"), ("Mangsir", "मंसिर"), ("Poush", "पुस"), ("Magh", "माघ"),
    ("Falgun", "फागुन"), ("Chaitra", "चैत"),
)  # fmt: skip


class BikramSambat:
    """The calendar of Nepal. The lengths of its months are published, not computed: those of 1975 to 2100 are known."""

    name = "bikram-sambat"

    def title(self) -> str:
        return _("Bikram Sambat")

    def day_of(self, when: date) -> Day:
        try:
            found = nepali_datetime.date.from_datetime_date(when)
        except (OverflowError, KeyError, IndexError, StopIteration) as error:
            raise ValueError(when) from error
        return Day(found.year, found.month, found.day)

    def date_of(self, day: Day) -> date:
        made = nepali_datetime.date(*day).to_datetime_date()
        return date(made.year, made.month, made.day)

    def months(self, year: int) -> list[int]:
        return list(range(1, 13))

    def month_name(self, month: int, locale: QLocale) -> str:
        return own_name(NEPALI_MONTHS, month - 1, locale, "ne", "hi", "mai", "new")
