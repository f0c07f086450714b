"""Dates and times, written in the order of the language, ISO, or with the keys."""

from __future__ import annotations

import re
from datetime import date, time, timedelta
from typing import TYPE_CHECKING

from PySide6.QtCore import QDate, QLocale, Qt, QTime
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit

from cami_survey.base.texts import _
from cami_survey.ui.interview import digits
from cami_survey.ui.interview.answers.text import TextAnswer
from cami_survey.ui.kit import TextField

if TYPE_CHECKING:
    from cami_survey.engine.api import Node
    from cami_survey.ui.interview.reading import Reading

PARTS = re.compile(r"\d+")
CENTURY = 100


def day_first(locale: QLocale) -> bool:
    """Whether a language writes the day before the month."""
    pattern = locale.dateFormat(QLocale.FormatType.ShortFormat).lower()
    return pattern.find("d") < pattern.find("m")


def written_like(locale: QLocale) -> str:
    """How a date is written in a language, with four digits of the year."""
    if locale.dateFormat(QLocale.FormatType.ShortFormat).lower().startswith("y"):
        return "yyyy/MM/dd"
    return "dd.MM.yyyy" if day_first(locale) else "MM/dd/yyyy"


def read_date(words: str, locale: QLocale) -> str | None:
    """ISO text of a date written like 2026-11-22, 22.11.2026 or 22 11 26; "" for nothing, None for no date."""
    parts = [int(part) for part in PARTS.findall(digits.to_latin(words))]
    if not words.strip():
        return ""
    if len(parts) != 3:
        return None
    if parts[0] > 31:
        year, month, day = parts
    elif day_first(locale):
        day, month, year = parts
    else:
        month, day, year = parts
    try:
        return date(year + 2000 if year < CENTURY else year, month, day).isoformat()
    except ValueError:
        return None


def read_time(words: str) -> str | None:
    """`HH:MM:SS` of a time written as 9:05, 0905 or 14.30; "" for nothing, None for no time."""
    written = digits.to_latin(words)
    parts = PARTS.findall(written)
    if not written.strip():
        return ""
    if len(parts) == 1 and len(parts[0]) in (3, 4):
        parts = [parts[0][:-2], parts[0][-2:]]
    if not 2 <= len(parts) <= 3:
        return None
    try:
        hour, minute, second = (*(int(part) for part in parts), 0)[:3]
        return time(hour, minute, second).isoformat("seconds")
    except ValueError:
        return None


class _MomentField(TextField):
    def __init__(self, owner: MomentAnswer) -> None:
        super().__init__()
        self._owner = owner

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}.get(Qt.Key(event.key()), 0)
        if step and not self.isReadOnly():
            self._owner.step(step)
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._owner.settle()


class MomentAnswer(TextAnswer):
    """What date and time fields share: free writing, settled when it is left; Up and Down step."""

    WIDTH = 232

    def __init__(self, node: Node, reading: Reading) -> None:
        super().__init__(node, reading)
        self.edit.setPlaceholderText(self.pattern())

    def make_field(self) -> QLineEdit:
        return _MomentField(self)

    def show_node(self, node: Node, reading: Reading) -> None:
        super().show_node(node, reading)
        self.edit.setPlaceholderText(self.pattern())

    def pattern(self) -> str:
        """How it may be written, shown in the empty field."""
        raise NotImplementedError

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

    def local(self, words: str) -> str:
        """`words` in the digits of the page's language, if they are wanted."""
        return digits.local(words, self.reading.locale) if self.reading.local_digits else digits.to_latin(words)

    def _replace(self, lexical: str) -> None:
        self.edit.setText(self.outside(lexical))
        self.typed.emit()


class DateAnswer(MomentAnswer):
    """A day."""

    def pattern(self) -> str:
        return self.outside("2026-12-31")

    def inside(self, words: str) -> str | None:
        return read_date(words, self.reading.locale)

    def outside(self, lexical: str) -> str:
        day = QDate.fromString(lexical[:10], Qt.DateFormat.ISODate)
        if not day.isValid():
            return lexical
        return self.local(day.toString(written_like(self.reading.locale)))

    def step(self, by: int) -> None:
        value = self.inside(self.edit.text())
        here = date.fromisoformat(value) + timedelta(days=by) if value else date.today()
        self._replace(here.isoformat())


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


class MomentOfDayAnswer(MomentAnswer):
    """A day with a time, separated by a space."""

    def pattern(self) -> str:
        return self.outside("2026-12-31T14:30:00")

    def inside(self, words: str) -> str | None:
        day, gap, clock = words.strip().replace("T", " ").partition(" ")
        if not day:
            return ""
        when, at = read_date(day, self.reading.locale), read_time(clock) if gap else None
        return f"{when}T{at}" if when and at else None

    def outside(self, lexical: str) -> str:
        day, _gap, clock = lexical.partition("T")
        when, at = QDate.fromString(day, Qt.DateFormat.ISODate), QTime.fromString(clock[:8], "HH:mm:ss")
        if not when.isValid() or not at.isValid():
            return lexical
        return self.local(f"{when.toString(written_like(self.reading.locale))} {at.toString('HH:mm')}")

    def step(self, by: int) -> None:
        value = self.inside(self.edit.text())
        day, _gap, clock = (value or "").partition("T")
        if not day:
            day, clock = date.today().isoformat(), QTime.currentTime().toString("HH:mm:00")
        else:
            day = (date.fromisoformat(day) + timedelta(days=by)).isoformat()
        self._replace(f"{day}T{clock}")
