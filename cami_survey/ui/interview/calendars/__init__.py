"""Calendars in which a date may be written. Stored is always the Gregorian date."""

from cami_survey.ui.interview.calendars.base import Calendar, Day
from cami_survey.ui.interview.calendars.table import GREGORIAN, calendar_of

__all__ = ["GREGORIAN", "Calendar", "Day", "calendar_of"]
