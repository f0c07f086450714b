"""The rail at the leading edge: six places, settings and help below."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout

from cami_survey.base.texts import _
from cami_survey.ui import theme
from cami_survey.ui.kit import PaintedButton, Panel, painting

ICONS = {
    "interviews": "notebook",
    "exchange": "swap",
    "analysis": "chart-bar",
    "meeting": "presentation",
    "map": "map-trifold",
    "forms": "clipboard-text",
    "settings": "gear-six",
    "help": "question",
}
PLACES = ("interviews", "exchange", "analysis", "meeting", "map", "forms")
BELOW = ("settings", "help")
# Places that are reached from another one, which stays marked.
WITHIN = {"review": "interviews", "duplicates": "interviews"}


def words(place: str) -> str:
    """The name of a place."""
    return {
        "interviews": _("Interviews"),
        "exchange": _("Exchange"),
        "analysis": _("Analysis"),
        "meeting": _("Meeting"),
        "map": _("Map"),
        "forms": _("Forms"),
        "settings": _("Settings"),
        "help": _("Help"),
        "review": _("Review"),
        "duplicates": _("Duplicates"),
    }[place]


class RailItem(PaintedButton):
    """An icon over a word; the icon alone when `compact`."""

    def __init__(self, place: str, key: str) -> None:
        super().__init__()
        self.place, self.compact = place, False
        self.setText(words(place))
        self.setAccessibleName(words(place))
        self.setToolTip(f"{words(place)}  {key}".strip())
        self.setCheckable(place not in BELOW)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        word = theme.metrics("nav-strong").horizontalAdvance(self.text()) + 2 * theme.XS
        wide = theme.u(56) if self.compact else max(theme.u(theme.RAIL) - 2 * theme.S, word)
        return QSize(wide, theme.u(40 if self.compact else theme.RAIL_ITEM))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        on = self.isChecked()
        inner = self.rect().adjusted(3, 3, -3, -3) if self.hasFocus() else self.rect()
        if on or (self.underMouse() and self.isEnabled()):
            painting.body(painter, inner, theme.colour("accent_soft" if on else "hover"))
        if self.hasFocus():
            painting.ring(painter, self.rect())
        token = "accent_strong" if on else ("muted" if self.isEnabled() else "faint")
        side = theme.u(theme.RAIL_ICON - 2)
        if self.compact:
            painting.icon(painter, painting.centred(self.rect(), side, side), ICONS[self.place], token)
            return
        measures = theme.metrics("nav")
        top = (self.height() - side - theme.XS - measures.height()) // 2
        painting.icon(painter, QRect((self.width() - side) // 2, top, side, side), ICONS[self.place], token)
        box = QRect(2, top + side + theme.XS, self.width() - 4, measures.height())
        role = "nav-strong" if on else "nav"
        painting.text(painter, box, self.text(), theme.font(role), theme.colour(token), side="centre")


class Rail(Panel):
    """`chosen` carries the place. Up and Down walk through the items."""

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__("background", "end")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        self.setAccessibleName(_("Places"))
        self.items: dict[str, RailItem] = {}
        self._compact = False
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.S, theme.M, theme.S, theme.M)
        column.setSpacing(theme.XS)
        for number, place in enumerate(PLACES, 1):
            column.addWidget(self._item(place, f"Ctrl+{number}"))
        column.addStretch(1)
        for place in BELOW:
            column.addWidget(self._item(place, {"settings": "Ctrl+,", "help": "F1"}[place]))

    def _item(self, place: str, key: str) -> RailItem:
        item = RailItem(place, key)
        item.clicked.connect(lambda _checked=False: self.chosen.emit(place))
        self.items[place] = item
        return item

    def mark(self, place: str) -> None:
        """Show where we are."""
        for name, item in self.items.items():
            item.setChecked(name == WITHIN.get(place, place))

    def set_open(self, is_open: bool) -> None:
        """The places need an open survey."""
        for place in PLACES:
            self.items[place].setEnabled(is_open)

    def _width(self) -> int:
        return max(item.sizeHint().width() for item in self.items.values()) + 2 * theme.S

    def sizeHint(self) -> QSize:
        return QSize(self._width(), theme.u(400))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._width(), len(self.items) * (theme.u(40) + theme.XS) + 2 * theme.M)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        room = self.height() - 2 * theme.M - len(self.items) * theme.XS
        compact = room < len(self.items) * theme.u(theme.RAIL_ITEM)
        if compact == self._compact:
            return
        self._compact = compact
        for item in self.items.values():
            item.compact = compact
            item.updateGeometry()
        self.updateGeometry()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Down:
            self.focusNextChild()
        elif event.key() == Qt.Key.Key_Up:
            self.focusPreviousChild()
        else:
            super().keyPressEvent(event)
