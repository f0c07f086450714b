"""The line at the top: back to the interviews, what this is, the way to walk, the languages."""

from __future__ import annotations

from collections.abc import Container

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QGuiApplication, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from cami_survey.base.texts import _
from cami_survey.ui import theme
from cami_survey.ui.interview.reading import Reading, name_of
from cami_survey.ui.kit import Button, ElidedLabel, IconButton, Panel, Segments, painting

PAGE, ONE_BY_ONE = "page", "one-by-one"


def arrow(back: bool, *, rtl: bool) -> str:
    """The arrow that points back or on where the page may run against the rest of the window."""
    against = rtl != (QGuiApplication.layoutDirection() == Qt.LayoutDirection.RightToLeft)
    return "arrow-left" if back != against else "arrow-right"


class _Line(QWidget):
    """A hairline between two parts of the line."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedWidth(1)

    def paintEvent(self, event: QPaintEvent) -> None:
        painting.hairline(QPainter(self), 0, 0, self.height(), vertical=True)


class TopLine(Panel):
    """`left` asks to go back, `walked` carries the way to walk, `read` the languages to show."""

    left = Signal()
    walked = Signal(str)
    read = Signal(str)
    asked_outline = Signal()
    asked_notes = Signal()

    def __init__(self, reading: Reading, walk: str, back: str, drafts: Container[str] = ()) -> None:
        super().__init__("background", "bottom")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._narrow: bool | None = None
        self._back_words = back
        self.back = Button(back, "quiet", "arrow-left")
        self.back.setToolTip(_("Save and go back (Esc)"))
        self.back.clicked.connect(self.left)
        self.code, self.title = ElidedLabel("", "strong"), ElidedLabel("", "body", "muted")
        self.outline = IconButton("list", _("Outline (F3)"))
        self.outline.clicked.connect(self.asked_outline)
        self.notes = IconButton("note", _("Notes and comment (F2)"))
        self.notes.clicked.connect(self.asked_notes)
        ways = [(PAGE, _("Page")), (ONE_BY_ONE, _("One by one"))]
        self.walk = Segments(ways, walk, _("Way to walk (F7)"))
        self.walk.setToolTip(_("Way to walk (F7)"))
        self.walk.chosen.connect(self.walked)
        self.languages = Segments(self._options(reading), reading.shown, _("Languages (Ctrl+L)"))
        self.languages.setToolTip(_("Languages (Ctrl+L)"))
        self.languages.chosen.connect(self.read)
        for key, language in (("first", reading.first), ("second", reading.second)):
            if language in drafts:
                self.languages.set_note(key, _("draft"), _("Not yet reviewed by a native speaker"))
        self._has_second = bool(reading.second)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.S, 0, theme.L, 0)
        row.setSpacing(theme.S)
        row.addWidget(self.back)
        row.addWidget(_Line())
        row.addSpacing(theme.S)
        row.addWidget(self.code)
        row.addWidget(self.title, 1)
        row.addStretch(0)
        row.addWidget(self.outline)
        row.addWidget(self.notes)
        row.addWidget(self.walk)
        row.addSpacing(theme.XS)
        row.addWidget(self.languages)
        # Shown before it lies in the line it would be a window of its own and take the keyboard.
        self.languages.setVisible(self._has_second)
        self.code.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.title.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    @staticmethod
    def _options(reading: Reading) -> list[tuple[str, str]]:
        return [
            ("first", name_of(reading.first) or reading.first),
            ("both", _("Both")),
            ("second", name_of(reading.second) or reading.second),
        ]

    def show_interview(self, code: str, title: str) -> None:
        """Say which interview with which form this is."""
        if code != self.code.text():
            self.code.setText(code)
        if title != self.title.text():
            self.title.setText(title)

    def show_reading(self, reading: Reading) -> None:
        """Mark the languages shown; arrows turn with the page."""
        self.languages.choose(reading.shown)
        self.back.icon_name = arrow(True, rtl=reading.right_to_left)
        self.back.update()

    def fold(self, *, outline: bool, notes: bool, narrow: bool) -> None:
        """Offer a button for each column that is folded; in a narrow window only the languages stay."""
        self.outline.setVisible(outline and not narrow)
        self.notes.setVisible(notes)
        if narrow != self._narrow:
            self._narrow = narrow
            self.walk.setVisible(not narrow)
            self.title.setVisible(not narrow)
            self.back.setText("" if narrow else self._back_words)
            self.back.setAccessibleName(self._back_words)
            self.languages.setVisible(self._has_second)

    def sizeHint(self) -> QSize:
        return QSize(400, max(theme.u(theme.TOP), theme.target() + 2 * theme.S))

    def minimumSizeHint(self) -> QSize:
        return QSize(200, self.sizeHint().height())
