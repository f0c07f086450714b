"""The filter by days: this month, this year, months and years of the survey, or any two days."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from cami_survey.base.texts import _
from cami_survey.ui import words
from cami_survey.ui.feedback import modal
from cami_survey.ui.kit import Combo

# The key of the last option, which asks for days; other keys are two ISO days, months or years with this between them.
ASK, TO = "ask", "/"
# So many months are offered, the last of the survey.
MOST_MONTHS = 12


class PeriodFilter(Combo):
    """`changed` when other days were chosen."""

    changed = Signal()

    def __init__(self, asked_by: QWidget) -> None:
        super().__init__(name=_("Period"), brief=True)
        self._asked_by = asked_by
        self._days: tuple[str, str] = ("", "")
        self.chosen.connect(self._take)

    def offer(self, first: str, last: str, today: date) -> None:
        """Offer what lies between the first and last day of the survey; what is chosen stays."""
        month, year = f"{today:%Y-%m}", f"{today:%Y}"
        found = {"": _("Any time"), f"{month}/{month}": _("This month"), f"{year}/{year}": _("This year")}
        if first:
            for one in range(int(last[:4]), int(first[:4]) - 1, -1):
                found.setdefault(f"{one}/{one}", words.counted(str(one)))
            for one_month in list(_months_back(first[:7], last[:7]))[:MOST_MONTHS]:
                found.setdefault(f"{one_month}/{one_month}", words.month(date.fromisoformat(f"{one_month}-01")))
        if self.key() not in ("", *found):
            found[self.key()] = self.currentText()
        found[ASK] = _("From … to …")
        self.set_options(list(found.items()), self.key())

    def span(self) -> tuple[str, str]:
        """The first and last day, month or year that count; empty for any."""
        return self._days

    def put(self, since: str, until: str) -> None:
        """Choose these days, without a signal."""
        self._days = (since, until)
        key = f"{since}{TO}{until}" if since or until else ""
        if self.findData(key) < 0:
            self.insertItem(self.count() - 1, _said(since, until), key)
        self.choose(key)

    def choose(self, key: str) -> None:
        super().choose(key)
        if self.key() != ASK:
            since, _to, until = self.key().partition(TO)
            self._days = (since, until)

    def _take(self, key: str) -> None:
        if key == ASK:
            self._ask()
        else:
            self.choose(key)
            self.changed.emit()

    def _ask(self) -> None:
        from cami_survey.ui.dialogs.period import PeriodDialog

        before = self._days
        self.put(*before)
        dialog = PeriodDialog(*before, self._asked_by)
        dialog.accepted.connect(lambda: self.put(*dialog.days))
        dialog.accepted.connect(self.changed)
        modal(dialog)


def _months_back(first: str, last: str) -> Iterator[str]:
    """Months as 2026-11 from the last back to the first."""
    at = int(last[:4]) * 12 + int(last[5:]) - 1
    while at >= int(first[:4]) * 12 + int(first[5:]) - 1:
        yield f"{at // 12:04}-{at % 12 + 1:02}"
        at -= 1


def _said(since: str, until: str) -> str:
    first, last = (words.counted(day) for day in (since, until))
    if not since:
        return _("to {day}").format(day=last)
    if not until:
        return _("from {day}").format(day=first)
    return first if first == last else f"{first} – {last}"
