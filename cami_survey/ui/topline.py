"""The line on top: which survey, who and which laptop, the last backup, the language of the program."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from cami_survey.base import texts
from cami_survey.base.texts import _
from cami_survey.ui import theme, words
from cami_survey.ui.kit import ElidedLabel, PaintedButton, Panel, painting

if TYPE_CHECKING:
    from PySide6.QtWidgets import QMenu


class Headline(NamedTuple):
    """What the line says of the open survey. `backup` None: there is none yet."""

    title: str = ""
    place: str = ""
    facilitator: str = ""
    device: str = ""
    backup: datetime | None = None
    read_only: bool = False

    @property
    def who(self) -> str:
        """Facilitator and device, whichever is known."""
        return " · ".join(part for part in (self.facilitator, self.device) if part)

    @property
    def backed_up(self) -> str:
        """When the last backup was made, in words."""
        if self.read_only:
            return _("Read only")
        if self.backup is None:
            return _("No backup yet")
        local = self.backup.astimezone()
        moment = words.clock(local) if local.date() == date.today() else words.day(local.date())
        return _("Backed up {time}").format(time=moment)


class TopButton(PaintedButton):
    """An icon and words without a frame; `strong` for the title."""

    def __init__(self, icon: str, role: str = "body", token: str = "muted", *, caret: bool = False) -> None:
        super().__init__()
        self.icon_name, self.role, self.token, self.caret = icon, role, token, caret
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_words(self, text: str, tip: str = "") -> None:
        """Say `text`; hidden when there is none."""
        self.setText(text)
        self.setAccessibleName(f"{tip} {text}".strip())
        self.setToolTip(tip)
        self.updateGeometry()
        self.update()

    def _mark(self) -> int:
        return theme.u(theme.ICON) + theme.S if self.icon_name else 0

    def sizeHint(self) -> QSize:
        end = theme.u(12) + theme.XS if self.caret else 0
        length = min(theme.metrics(self.role).horizontalAdvance(self.text()) + 1, theme.u(420))
        return QSize(self._mark() + length + end + 2 * theme.S, theme.u(40))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self.underMouse() and self.isEnabled():
            painting.body(painter, self.rect(), theme.colour("hover"))
        if self.hasFocus():
            painting.ring(painter, self.rect())
        side, whole = theme.u(theme.ICON), self.rect()
        x = theme.S
        if self.icon_name:
            box = QRect(x, (self.height() - side) // 2, side, side)
            painting.icon(painter, painting.mirrored(whole, box, self.mirrored()), self.icon_name, "muted")
        x += self._mark()
        end = theme.u(12) if self.caret else 0
        box = QRect(x, 0, self.width() - x - theme.S - (end + theme.XS if end else 0), self.height())
        box = painting.mirrored(whole, box, self.mirrored())
        font, ink = theme.font(self.role), theme.colour(self.token)
        painting.text(painter, box, self.text(), font, ink, mirrored=self.mirrored())
        if end:
            box = QRect(self.width() - theme.S - end, (self.height() - end) // 2, end, end)
            painting.icon(painter, painting.mirrored(whole, box, self.mirrored()), "caret-down", "muted")


class TopLine(Panel):
    """`survey_clicked` asks for the menu of surveys; `language_chosen` carries a code; the rest ask for a place."""

    survey_clicked = Signal()
    language_chosen = Signal(str)
    who_clicked = Signal()
    backup_clicked = Signal()

    def __init__(self) -> None:
        super().__init__("background", "bottom")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.title = TopButton("", "strong", "ink", caret=True)
        self.place = ElidedLabel("", "body", "muted")
        self.who = TopButton("laptop")
        self.backup = TopButton("shield-check")
        self.language = TopButton("translate", "medium", "ink")
        self.title.clicked.connect(self.survey_clicked)
        self.who.clicked.connect(self.who_clicked)
        self.backup.clicked.connect(self.backup_clicked)
        self.language.clicked.connect(self._choose_language)
        self.headline = Headline()
        self._lay_out()

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.L, 0, theme.L, 0)
        row.setSpacing(theme.XS)
        row.addWidget(self.title)
        row.addWidget(self.place, 1000)
        row.addStretch(1)
        for thing in (self.who, self.backup, self.language):
            row.addWidget(thing)

    def sizeHint(self) -> QSize:
        return QSize(theme.u(400), theme.u(theme.TOP))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.u(200), theme.u(theme.TOP))

    def tell(self, headline: Headline) -> None:
        """Show another survey, or another state of it."""
        self.headline = headline
        self.title.show_words(headline.title or "CAMI Survey", _("This survey, other surveys"))
        self.place.setText(headline.place)
        self.who.show_words(headline.who, _("You and this laptop"))
        self.backup.show_words(headline.backed_up if headline.title else "", _("Make a backup now"))
        self.language.show_words(words.language_name(texts.language()), _("Language of the program"))
        self._fold()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fold()

    def _fold(self) -> None:
        wide = theme.fits(self.width(), 760)
        self.who.setVisible(wide and bool(self.headline.who))
        self.backup.setVisible(theme.fits(self.width(), 520) and bool(self.headline.title))
        self.place.setVisible(wide)

    def _choose_language(self) -> None:
        from PySide6.QtWidgets import QMenu

        menu = QMenu(self.language)
        for code in texts.languages():
            action = menu.addAction(words.language_offered(code))
            action.setCheckable(True)
            action.setChecked(code == texts.language())
            action.triggered.connect(lambda _on=False, code=code: self.language_chosen.emit(code))
        self.drop(menu, self.language)

    def drop(self, menu: QMenu, below: QWidget) -> None:
        """Open a menu under one of the buttons."""
        mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        hint = menu.sizeHint().width()
        at_end = below is self.language
        x = below.width() - hint if at_end != mirrored else 0
        menu.popup(below.mapToGlobal(QPoint(x, below.height())))
