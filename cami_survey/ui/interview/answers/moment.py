"""Dates and times: written, stepped by the keys, or picked from a calendar."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from PySide6.QtCore import QDate, QRect, Qt, QTime
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QLineEdit

from cami_survey.base.texts import _
from cami_survey.ui import theme
from cami_survey.ui.interview import digits
from cami_survey.ui.interview.answers.calendar_popup import CalendarPopup
from cami_survey.ui.interview.answers.dates import Precision, precision_of, read_date, read_time, written
from cami_survey.ui.interview.answers.text import TextAnswer
from cami_survey.ui.interview.calendars import GREGORIAN, Calendar, calendar_of
from cami_survey.ui.interview.calendars.base import month_after, year_after
from cami_survey.ui.kit import IconButton, TextField, painting

if TYPE_CHECKING:
    from cami_survey.engine.api import Node
    from cami_survey.ui.interview.reading import Reading

EXAMPLE = "2026-12-31"


class _MomentField(TextField):
    def __init__(self, owner: MomentAnswer) -> None:
        super().__init__()
        self._owner = owner

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        alt = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        step = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}.get(key, 0)
        if (key == Qt.Key.Key_F4 or (alt and key == Qt.Key.Key_Down)) and not self.isReadOnly():
            self._owner.open_calendar()
        elif step and not self.isReadOnly():
            self._owner.step(step)
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self._owner.settle()


class MomentAnswer(TextAnswer):
    """What date and time fields share: free writing, settled when it is left; Up and Down step."""

    WIDTH = 232

    def __init__(self, node: Node, reading: Reading) -> None:
        super().__init__(node, reading)
        self.edit.setPlaceholderText(self.example())

    def make_field(self) -> QLineEdit:
        return _MomentField(self)

    def show_node(self, node: Node, reading: Reading) -> None:
        super().show_node(node, reading)
        self.edit.setPlaceholderText(self.example())

    def pattern(self) -> str:
        """How it may be written."""
        raise NotImplementedError

    def example(self) -> str:
        """The pattern in words, so that nobody takes it for an answer."""
        return _("for example {example}").format(example=self.pattern())

    def complaint(self, words: str) -> str:
        """Why `words` are not taken."""
        return _("“{text}” cannot be read here. Write it like {pattern}.").format(
            text=words[:40], pattern=self.pattern()
        )

    def settle(self) -> None:
        """Write what was typed in the usual way; what cannot be read is said and the last value stands."""
        words = self.edit.text()
        value = self.inside(words)
        if value is None:
            self.refused.emit(self.complaint(words))
            value = self.sent
        self._put(self.outside(value))

    def step(self, by: int) -> None:
        """Go to the next or the previous one; an empty field becomes now."""
        raise NotImplementedError

    def open_calendar(self) -> None:
        """Drop a calendar down, where there is one."""

    def local(self, words: str) -> str:
        """`words` in the digits of the page's language, if they are wanted."""
        return self.reading.digits(words) if self.reading.local_digits else digits.to_latin(words)

    def _replace(self, lexical: str) -> None:
        self.edit.setText(self.outside(lexical))
        self.typed.emit()


class TimeAnswer(MomentAnswer):
    """A time of the day."""

    def pattern(self) -> str:
        return self.local("14:30")

    def inside(self, words: str) -> str | None:
        return read_time(words)

    def outside(self, lexical: str) -> str:
        found = QTime.fromString(lexical[:8], "HH:mm:ss")
        return self.local(found.toString("HH:mm")) if found.isValid() else lexical

    def step(self, by: int) -> None:
        found = QTime.fromString(self.inside(self.edit.text()) or "", "HH:mm:ss")
        here = found.addSecs(60 * by) if found.isValid() else QTime.currentTime()
        self._replace(here.toString("HH:mm:00"))


class DateAnswer(MomentAnswer):
    """A day, a month or a year, in the calendar that the form asks for; beneath another calendar stands ours."""

    def __init__(self, node: Node, reading: Reading) -> None:
        words = node.appearance.split()
        self.calendar: Calendar = calendar_of(words)
        self.precision: Precision = precision_of(words)
        self.popup: CalendarPopup | None = None
        self.button: IconButton | None = None
        super().__init__(node, reading)
        if "no-calendar" not in words:
            self.button = IconButton("calendar-blank", _("Open the calendar (F4)"), small=True, token="muted")
            self.button.setParent(self)
            self.button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            self.button.clicked.connect(self.open_calendar)
            self.button.setVisible(not self.read_only)
        self.edit.textChanged.connect(self.update)

    def pattern(self) -> str:
        return self.outside(EXAMPLE)

    def inside(self, words: str) -> str | None:
        return read_date(words, self.reading.locale, self.calendar, self.precision)

    def outside(self, lexical: str) -> str:
        return self.local(written(lexical, self.reading.locale, self.calendar, self.precision))

    def iso(self) -> str:
        """The day that is written, empty if there is none."""
        return (self.inside(self.edit.text()) or "")[:10]

    def step(self, by: int) -> None:
        iso = self.iso()
        self._replace(self._moved(date.fromisoformat(iso), by).isoformat() if iso else date.today().isoformat())

    def _moved(self, when: date, by: int) -> date:
        try:
            if self.precision == "day":
                return when + timedelta(days=by)
            move = month_after if self.precision == "month" else year_after
            return self.calendar.date_of(move(self.calendar, self.calendar.day_of(when), by))
        except (ValueError, OverflowError):
            return when

    def open_calendar(self) -> None:
        if self.button is None or self.read_only:
            return
        if self.popup is None:
            self.popup = CalendarPopup(self, self.calendar, self.precision)
            self.popup.picked.connect(self._picked)
        self.popup.sheet.setAccessibleName(self.edit.accessibleName())
        self.popup.drop(self.edit, self.iso(), self.reading)

    def _picked(self, iso: str) -> None:
        self.take_day(iso)
        self.flush()
        self.edit.setFocus(Qt.FocusReason.OtherFocusReason)

    def take_day(self, iso: str) -> None:
        """Write a day that was picked."""
        self._replace(iso)

    # Where it stands

    def _other(self) -> str:
        """The date in our own calendar, beneath one of another."""
        iso = self.iso()
        if self.calendar is GREGORIAN or not iso:
            return ""
        return self.local(written(iso, self.reading.locale))

    def height_for(self, width: int) -> int:
        below = theme.XS + theme.metrics("small").height() if self.calendar is not GREGORIAN else 0
        return theme.target() + below

    def least(self) -> int:
        """Names of months are longer than numbers: nothing of the example is lost behind the button."""
        beside = self.button.sizeHint().width() if self.button is not None else 0
        words = theme.metrics("body").horizontalAdvance(self.example())
        return max(super().least(), words + beside + 2 * theme.M + theme.S)

    def arrange(self, width: int, height: int) -> None:
        super().arrange(width, min(height, theme.target()))
        if self.button is not None:
            field, size = self.edit.geometry(), self.button.sizeHint()
            beside = 0 if self.button.isHidden() else size.width()
            rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
            x = field.left() + theme.XS if rtl else field.right() - size.width() - theme.XS
            self.button.setGeometry(x, (field.height() - size.height()) // 2, size.width(), size.height())
            self.button.raise_()
            # What is written ends in front of the button.
            self.edit.setTextMargins(beside if rtl else 0, 0, 0 if rtl else beside, 0)

    def set_read_only(self, read_only: bool) -> None:
        super().set_read_only(read_only)
        self.read_only = read_only
        if self.button is not None:
            self.button.setVisible(not read_only)

    def paintEvent(self, event: QPaintEvent) -> None:
        other = self._other()
        if not other:
            return
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        top = theme.target() + theme.XS
        words = _("Gregorian: {date}").format(date=other)
        box = QRect(0, top, self.width(), theme.metrics("small").height())
        painting.text(QPainter(self), box, words, theme.font("small"), theme.colour("muted"), mirrored=rtl)


class MomentOfDayAnswer(DateAnswer):
    """A day with a time, separated by a space."""

    WIDTH = 320

    def __init__(self, node: Node, reading: Reading) -> None:
        super().__init__(node, reading)
        self.precision = "day"

    def pattern(self) -> str:
        return self.outside(f"{EXAMPLE}T14:30:00")

    def inside(self, words: str) -> str | None:
        words = words.strip()
        iso = "T" in words and words[:4].isdigit()
        day, gap, clock = words.partition("T") if iso else words.rpartition(" ")
        if not words:
            return ""
        when, at = read_date(day, self.reading.locale, self.calendar), read_time(clock) if gap else None
        return f"{when}T{at}" if when and at else None

    def outside(self, lexical: str) -> str:
        day, _gap, clock = lexical.partition("T")
        when, at = QDate.fromString(day, Qt.DateFormat.ISODate), QTime.fromString(clock[:8], "HH:mm:ss")
        if not when.isValid() or not at.isValid():
            return lexical
        return self.local(f"{written(day, self.reading.locale, self.calendar)} {at.toString('HH:mm')}")

    def _clock(self) -> str:
        value = self.inside(self.edit.text()) or ""
        return value.partition("T")[2] or QTime.currentTime().toString("HH:mm:00")

    def step(self, by: int) -> None:
        iso, clock = self.iso(), self._clock()
        day = self._moved(date.fromisoformat(iso), by) if iso else date.today()
        self._replace(f"{day.isoformat()}T{clock}")

    def take_day(self, iso: str) -> None:
        self._replace(f"{iso}T{self._clock()}")
