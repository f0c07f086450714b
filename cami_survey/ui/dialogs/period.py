"""Days to limit something by: written, or picked from a calendar."""

from __future__ import annotations

import re
from datetime import date

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from cami_survey.base import texts
from cami_survey.base.errors import UserError
from cami_survey.base.numbers import are_digits_latin
from cami_survey.base.texts import _
from cami_survey.ui import theme
from cami_survey.ui.dialogs.frame import DialogFrame, Rows
from cami_survey.ui.interview import digits
from cami_survey.ui.interview.answers.calendar_popup import CalendarPopup
from cami_survey.ui.interview.answers.dates import read_date
from cami_survey.ui.interview.calendars import GREGORIAN
from cami_survey.ui.interview.reading import Reading
from cami_survey.ui.kit import IconButton, TextField, row, set_problem

# A year or a month is all its days.
PART = re.compile(r"\d{4}(-\d{2})?")


class _Written(TextField):
    def __init__(self, owner: DayField, placeholder: str, name: str) -> None:
        super().__init__(placeholder=placeholder, name=name)
        self._owner = owner

    def keyPressEvent(self, event: QKeyEvent) -> None:
        down = event.key() == Qt.Key.Key_Down and event.modifiers() & Qt.KeyboardModifier.AltModifier
        if event.key() == Qt.Key.Key_F4 or down:
            self._owner.open_calendar()
        else:
            super().keyPressEvent(event)


class DayField(QWidget):
    """A day as one writes it, a month (2026-10) or a year; F4 and the button beside drop a calendar down."""

    def __init__(self, name: str, example: str) -> None:
        super().__init__()
        self.edit = _Written(self, example, name)
        self.button = IconButton("calendar-blank", _("{name}: open the calendar (F4)").format(name=name), token="muted")
        self.button.clicked.connect(self.open_calendar)
        self.popup: CalendarPopup | None = None
        self.setFocusProxy(self.edit)
        self.setLayout(row(self.edit, self.button, gap=theme.XS))

    def text(self) -> str:
        """The day, month or year in ISO form; what cannot be read stays as it is written."""
        written = digits.to_latin(self.edit.text()).strip()
        if PART.fullmatch(written):
            return written
        return read_date(written, self._reading().locale) or written

    def setText(self, words: str) -> None:
        """Write something else."""
        self.edit.setText(words)

    def open_calendar(self) -> None:
        """Drop the calendar down at the day that is written, else at today."""
        if self.popup is None:
            self.popup = CalendarPopup(self, GREGORIAN, "day")
            self.popup.picked.connect(self._picked)
        self.popup.sheet.setAccessibleName(self.edit.accessibleName())
        try:
            iso = date.fromisoformat(self.text()).isoformat()
        except ValueError:
            iso = ""
        self.popup.drop(self.edit, iso, self._reading())

    def _picked(self, iso: str) -> None:
        self.edit.setText(iso)
        self.edit.setFocus(Qt.FocusReason.OtherFocusReason)

    @staticmethod
    def _reading() -> Reading:
        return Reading(f"({texts.language()})", local_digits=not are_digits_latin())


class PeriodDialog(DialogFrame):
    """Asks from which day to which; either may be open. `days` are those that were agreed to."""

    def __init__(self, since: str, until: str, parent: QWidget | None = None) -> None:
        words = _("Both days count. A month (2026-10) or a year will do; what is left empty does not limit.")
        super().__init__(_("Period"), words, parent, width=440)
        self.days = (since, until)
        self.since = DayField(_("From this day"), "2026-01-01")
        self.until = DayField(_("To this day"), "2026-12-31")
        self.since.setText(since)
        self.until.setText(until)
        rows = Rows()
        rows.add(_("First day"), self.since)
        rows.add(_("Last day"), self.until)
        self.body.addLayout(rows)
        self.finish_with(_("Show these days"), "check").clicked.connect(self._agree)
        self.since.setFocus()

    def _agree(self) -> None:
        from cami_survey.operations.analyses import day

        for field in (self.since, self.until):
            set_problem(field.edit, False)
            try:
                day(field.text())
            except UserError as error:
                self._refuse(field, f"{error.sentence} {error.advice}")
                return
        since, until = self.since.text(), self.until.text()
        if until and since[: len(until)] > until:
            self._refuse(self.until, _("The last day is before the first. Change one of them."))
            return
        self.days = (since, until)
        self.accept()

    def _refuse(self, field: DayField, words: str) -> None:
        set_problem(field.edit, True)
        self.refuse(words)
        field.setFocus()
