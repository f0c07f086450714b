"""A calendar that drops down below a date: days, months or years, in any calendar, by keys or mouse."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from cami_survey.base.texts import _
from cami_survey.ui import theme
from cami_survey.ui.interview.answers.dates import Precision, written
from cami_survey.ui.interview.calendars import Calendar
from cami_survey.ui.interview.calendars.base import month_after, month_days, year_after
from cami_survey.ui.kit import Graphic, painting
from cami_survey.ui.words import digits_of

if TYPE_CHECKING:
    from cami_survey.ui.interview.reading import Reading

WIDTH, HEAD, WEEKDAYS, CELL = 308, 44, 28, 40
WEEK, WEEKS, ACROSS, YEARS = 7, 6, 3, 12
ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)


@dataclass(frozen=True, slots=True)
class Place:
    """One thing to pick: the date it stands for, its words, and where it lies as if reading ran from left to right."""

    when: date
    words: str
    box: QRect


class CalendarSheet(Graphic):
    """A month of days, a year of months, or a dozen years. `picked` carries the date, `left` follows Escape.

    Arrows move, Page Up and Page Down turn, with Ctrl by a year; Home and End go to the first and last, T and
    Ctrl+Home to today.
    """

    picked = Signal(str)
    left = Signal()

    def __init__(self, calendar: Calendar, precision: Precision) -> None:
        super().__init__()
        self.calendar, self.precision = calendar, precision
        self.here = date.today()
        self.chosen: date | None = None
        self.reading: Reading | None = None
        self._places: list[Place] = []
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def start(self, chosen: date | None, reading: Reading) -> None:
        """Show the date that is written, else today."""
        self.reading, self.chosen = reading, chosen
        self.go(chosen or date.today())

    # Where one is

    def go(self, when: date) -> None:
        """Move to a date; beyond what the calendar knows nothing moves."""
        try:
            self.here = self._start_of(when)
            self._places = self._make()
        except (ValueError, OverflowError):
            return
        if self.reading is not None:
            words = written(self.here.isoformat(), self.reading.locale, self.calendar, self.precision)
            self.setAccessibleDescription(words)
        self.update()

    def _start_of(self, when: date) -> date:
        year, month, _day = self.calendar.day_of(when)
        if self.precision == "day":
            return when
        return self._first(year, month if self.precision == "month" else self.calendar.months(year)[0])

    def _try(self, move: Callable[[], date]) -> None:
        try:
            self.go(move())
        except (ValueError, OverflowError):
            return

    def _by(self, days: int = 0, months: int = 0, years: int = 0) -> Callable[[], date]:
        def moved() -> date:
            day = self.calendar.day_of(self.here)
            if months:
                day = month_after(self.calendar, day, months)
            if years:
                day = year_after(self.calendar, day, years)
            return self.calendar.date_of(day) + timedelta(days=days)

        return moved

    def step(self, by: int, *, row: bool = False) -> None:
        """To the next place, or the one a row further."""
        if self.precision == "day":
            self._try(self._by(days=by * (WEEK if row else 1)))
        elif self.precision == "month":
            self._try(self._by(months=by * (ACROSS if row else 1)))
        else:
            self._try(self._by(years=by * (ACROSS if row else 1)))

    def turn(self, by: int, *, far: bool = False) -> None:
        """To another month, year or dozen of years; `far` by a year at least."""
        if self.precision == "day" and not far:
            self._try(self._by(months=by))
        else:
            self._try(self._by(years=by * (YEARS if self.precision == "year" else 1)))

    # What stands there

    def _make(self) -> list[Place]:
        year, month, _day = self.calendar.day_of(self.here)
        if self.precision == "day":
            return self._days(month_days(self.calendar, year, month))
        if self.precision == "month":
            months = self.calendar.months(year)
            found = [(self._first(year, one), self.calendar.month_name(one, self._locale())) for one in months]
        else:
            first = year - year % YEARS
            found = [
                (self._first(one, self.calendar.months(one)[0]), self.local(str(one)))
                for one in range(first, first + YEARS)
            ]
        wide = theme.u(WIDTH) // ACROSS
        return [
            Place(when, words, QRect(at % ACROSS * wide, theme.u(HEAD + at // ACROSS * CELL), wide, theme.u(CELL)))
            for at, (when, words) in enumerate(found)
        ]

    def _first(self, year: int, month: int) -> date:
        return month_days(self.calendar, year, month)[0]

    def _days(self, days: list[date]) -> list[Place]:
        wide, top = theme.u(WIDTH) // WEEK, theme.u(HEAD + WEEKDAYS)
        shift = (days[0].isoweekday() - self._first_weekday()) % WEEK
        return [
            Place(
                when,
                self.local(str(number + 1)),
                QRect(
                    (number + shift) % WEEK * wide, top + (number + shift) // WEEK * theme.u(CELL), wide, theme.u(CELL)
                ),
            )
            for number, when in enumerate(days)
        ]

    def _locale(self) -> QLocale:
        return self.reading.locale if self.reading is not None else QLocale()

    def _first_weekday(self) -> int:
        return int(self._locale().firstDayOfWeek().value)

    def local(self, words: str) -> str:
        """`words` in the digits of the page's language, if they are wanted."""
        wanted = self.reading is not None and self.reading.local_digits
        return digits_of(words, self._locale()) if wanted else words

    def title(self) -> str:
        """The month, the year or the years shown."""
        year, month, _day = self.calendar.day_of(self.here)
        if self.precision == "day":
            return f"{self.calendar.month_name(month, self._locale())} {self.local(str(year))}"
        if self.precision == "month":
            return self.local(str(year))
        return f"{self._places[0].words}–{self._places[-1].words}"

    def tall(self) -> int:
        """The height in px that shows everything, the same for every month."""
        if self.precision == "day":
            return theme.u(HEAD + WEEKDAYS + WEEKS * CELL)
        return theme.u(HEAD + 5 * CELL)

    # Keys and mouse

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        side = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(key, 0) * (-1 if self._rtl() else 1)
        down = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(key, 0)
        page = {Qt.Key.Key_PageUp: -1, Qt.Key.Key_PageDown: 1}.get(key, 0)
        if side or down:
            self.step(side or down, row=bool(down))
        elif page:
            self.turn(page, far=control)
        elif key in ENTER:
            self.picked.emit(self.here.isoformat())
        elif key == Qt.Key.Key_T or (control and key == Qt.Key.Key_Home):
            self.go(date.today())
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self.go(self._places[0 if key == Qt.Key.Key_Home else -1].when)
        elif key in (Qt.Key.Key_Escape, Qt.Key.Key_F4):
            self.left.emit()
        else:
            event.ignore()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        at = event.position().toPoint()
        if at.y() < theme.u(HEAD):
            away = self.width() - at.x() if self._rtl() else at.x()
            side = theme.u(HEAD)
            if away < side or away > self.width() - side:
                self.turn(-1 if away < side else 1)
            return
        for place in self._places:
            if painting.mirrored(self._frame(), place.box, self._rtl()).contains(at):
                self.picked.emit(place.when.isoformat())
                return

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.accept()

    def _rtl(self) -> bool:
        return self.layoutDirection() == Qt.LayoutDirection.RightToLeft

    def _frame(self) -> QRect:
        return QRect(0, 0, theme.u(WIDTH), self.height())

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, whole, rtl = QPainter(self), self._frame(), self._rtl()
        head = QRect(0, 0, whole.width(), theme.u(HEAD))
        painting.text(
            painter, head, self.title(), theme.font("strong"), theme.colour("ink"), side="centre", mirrored=rtl
        )
        side = theme.u(theme.ICON)
        for x, name in ((theme.u(12), "caret-left"), (whole.width() - theme.u(12) - side, "caret-right")):
            box = QRect(x, (head.height() - side) // 2, side, side)
            painting.icon(painter, box, name, "muted")
        if self.precision == "day":
            self._paint_weekdays(painter, rtl)
        for place in self._places:
            self._paint_place(painter, place, painting.mirrored(whole, place.box, rtl), rtl)

    def _paint_weekdays(self, painter: QPainter, rtl: bool) -> None:
        wide, names = theme.u(WIDTH) // WEEK, self._weekdays(theme.u(WIDTH) // WEEK)
        for at in range(WEEK):
            box = QRect(at * wide, theme.u(HEAD), wide, theme.u(WEEKDAYS))
            weekday = (self._first_weekday() - 1 + at) % WEEK + 1
            words = names[weekday - 1]
            painting.text(
                painter, painting.mirrored(self._frame(), box, rtl), words, theme.font("detail"), theme.colour("muted"),
                side="centre", mirrored=rtl,
            )  # fmt: skip

    def _weekdays(self, wide: int) -> list[str]:
        """The names of the days from Monday on: short, or where one of these is too wide a letter each."""
        locale, measures = self._locale(), theme.metrics("detail")
        short, narrow = locale.FormatType.ShortFormat, locale.FormatType.NarrowFormat
        names = [locale.standaloneDayName(day, short) for day in range(1, WEEK + 1)]
        if max(map(measures.horizontalAdvance, names)) < wide:
            return names
        return [locale.standaloneDayName(day, narrow) for day in range(1, WEEK + 1)]

    def _paint_place(self, painter: QPainter, place: Place, box: QRect, rtl: bool) -> None:
        box = box.adjusted(2, 2, -2, -2)
        taken = self.chosen is not None and self._start_of(self.chosen) == place.when
        today = self._start_of(date.today()) == place.when
        if taken or today:
            edge = None if taken else theme.colour("edge")
            painting.body(painter, box.adjusted(1, 1, -1, -1), theme.colour("accent") if taken else None, edge)
        token = "on_accent" if taken else "ink"
        role = "strong" if taken or today else "body"
        painting.text(painter, box, place.words, theme.font(role), theme.colour(token), side="centre", mirrored=rtl)
        if place.when == self.here:
            painting.ring(painter, box, on_accent=taken)


class CalendarPopup(QFrame):
    """Drops a calendar down. `picked` carries the date as ISO text."""

    picked = Signal(str)

    def __init__(self, parent: QWidget, calendar: Calendar, precision: Precision) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
        self.sheet = CalendarSheet(calendar, precision)
        self.sheet.picked.connect(self._picked)
        self.sheet.left.connect(self.close)
        self.setFocusProxy(self.sheet)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.S, theme.S, theme.S, theme.S + self._foot())
        column.addWidget(self.sheet)

    @staticmethod
    def _foot() -> int:
        return theme.metrics("detail").height() + theme.XS

    def drop(self, below: QWidget, iso: str, reading: Reading) -> None:
        """Open below `below`, above it where there is no room."""
        self.setLayoutDirection(below.layoutDirection())
        self.sheet.start(date.fromisoformat(iso) if iso else None, reading)
        wide = theme.u(WIDTH) + 2 * theme.S
        tall = self.sheet.tall() + 2 * theme.S + self._foot()
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        corner = QPoint(below.width() - wide if rtl else 0, below.height() + theme.XS)
        at = below.mapToGlobal(corner)
        screen = (below.screen() or QGuiApplication.primaryScreen()).availableGeometry()
        if at.y() + tall > screen.bottom():
            at.setY(max(screen.top(), below.mapToGlobal(QPoint(0, 0)).y() - tall - theme.XS))
        at.setX(min(max(at.x(), screen.left()), max(screen.right() - wide, screen.left())))
        self.setGeometry(at.x(), at.y(), wide, tall)
        self.show()
        self.sheet.setFocus(Qt.FocusReason.PopupFocusReason)

    def _picked(self, iso: str) -> None:
        self.close()
        self.picked.emit(iso)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painting.body(painter, self.rect(), theme.colour("raised"), theme.colour("edge"))
        foot = QRect(theme.M, self.height() - self._foot() - theme.XS, self.width() - 2 * theme.M, self._foot())
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        words = _("{calendar} · T: today").format(calendar=self.sheet.calendar.title())
        painting.text(painter, foot, words, theme.font("detail"), theme.colour("muted"), mirrored=rtl)
