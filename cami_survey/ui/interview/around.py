"""Small things around the questions: where one is in a narrow window, the keys, a column laid over the page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from cami_survey.base.texts import _, is_right_to_left, language
from cami_survey.ui import theme
from cami_survey.ui.interview.footer import Saved
from cami_survey.ui.kit import Chip, KeyCap, Label, painting
from cami_survey.ui.words import counted

if TYPE_CHECKING:
    from cami_survey.operations.progress import Tally

SHADE = 70
# What stands between them is laid in this direction whatever it begins with.
LEFT_TO_RIGHT, RIGHT_TO_LEFT, END = "\u2066", "\u2067", "\u2069"
RIGHT = Qt.TextElideMode.ElideRight


class Crumbs(QWidget):
    """In a narrow window: the page and how far one is on it, opening the outline; when it was saved."""

    asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.chip = Chip("", icon="list", checkable=False)
        self.chip.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.chip.setToolTip(_("Outline (F3)"))
        self.chip.setAccessibleName(_("Outline (F3)"))
        self.chip.clicked.connect(self.asked)
        self.saved = Saved()
        self._row = QHBoxLayout(self)
        self._row.setSpacing(theme.M)
        self._row.addWidget(self.chip)
        self._row.addStretch(1)
        self._row.addWidget(self.saved)
        self.layout_sides(theme.XXL)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def layout_sides(self, side: int) -> None:
        """Keep in line with the questions."""
        self._row.setContentsMargins(side, theme.L, side, theme.S)

    def show_place(self, page: str, at: int, total: int, tally: Tally) -> None:
        """Say which page this is and how far one is: question `at` of `total`, or how many are answered."""
        number, total = (at, total) if at else (tally.answered, tally.asked)
        words = _place(page, number, total)
        if words == self.chip.accessibleName():
            return
        room, measures = max(self.width() - theme.u(240), theme.u(160)), theme.metrics("strong")
        # How far one is stays in sight where the name of the page gives way.
        left = room - measures.horizontalAdvance(_place("", number, total))
        shown = page if measures.horizontalAdvance(words) <= room else measures.elidedText(page, RIGHT, max(left, 0))
        self.chip.setText(_place(shown, number, total))
        self.chip.setAccessibleName(words)
        self.chip.updateGeometry()


def _place(page: str, number: int, total: int) -> str:
    # Words of the other direction do not carry the numbers along, and the line itself is of the program's language.
    words = _("{page}, {number} of {total}").format(
        page=f"\u2068{page}\u2069", number=counted(number), total=counted(total)
    )
    return (RIGHT_TO_LEFT if is_right_to_left(language()) else LEFT_TO_RIGHT) + " ".join(words.split()) + END


class Hints(QWidget):
    """The keys, for one question at a time."""

    def __init__(self) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.L, 0, theme.L, theme.M)
        row.setSpacing(theme.S)
        row.addStretch(1)
        for key, words in (
            ("1–9", _("answer")),
            ("Enter", _("next")),
            ("Shift+Enter", _("back")),
            ("Ctrl+L", _("language")),
            ("F7", _("whole page")),
        ):
            row.addWidget(KeyCap(key))
            row.addWidget(Label(words, "small", "muted"))
        row.addStretch(1)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def minimumSizeHint(self) -> QSize:
        return QSize(0, theme.u(theme.KEY) + theme.M)


class Overlay(QWidget):
    """Lays a folded column over the page; a click beside it puts it back into its row."""

    def __init__(self, page: QWidget) -> None:
        super().__init__(page)
        self._page = page
        # The column that lies over the page at present.
        self.column: QWidget | None = None
        self._home: tuple[QHBoxLayout, int] | None = None
        self.hide()

    def open_over(self, column: QWidget, row: QHBoxLayout, place: int) -> None:
        """Show `column` at the starting side if its place in `row` is the first one, else at the ending side."""
        self.close_over()
        page = self._page
        self.column, self._home = column, (row, place)
        self.setGeometry(page.rect())
        self.show()
        self.raise_()
        top, bottom = theme.u(theme.TOP), theme.u(theme.FOOT)
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        width = min(column.maximumWidth(), page.width() - theme.u(48))
        box = QRect(page.width() - width if place else 0, top, width, page.height() - top - bottom)
        row.removeWidget(column)
        column.setParent(self)
        column.setGeometry(painting.mirrored(page.rect(), box, rtl))
        column.show()

    def close_over(self) -> bool:
        """Put the column away; whether there was one."""
        if self.column is None or self._home is None:
            return False
        column, (row, place) = self.column, self._home
        self.column, self._home = None, None
        column.hide()
        row.insertWidget(place, column)
        self.hide()
        return True

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.close_over()

    def paintEvent(self, event: QPaintEvent) -> None:
        shade = QColor(theme.colour("ink"))
        shade.setAlpha(SHADE)
        QPainter(self).fillRect(self.rect(), shade)
