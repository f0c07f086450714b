"""Help: the first steps and the keys."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from cami_survey import __version__
from cami_survey.base.numbers import whole
from cami_survey.base.texts import _
from cami_survey.ui import theme
from cami_survey.ui.kit import Card, KeyCap, Label, ScrollArea, row
from cami_survey.ui.kit.handing import Ground


def steps() -> list[tuple[str, str]]:
    """What a person does first, in order."""
    return [
        (_("Bring in a form"), _("Forms, Import a form. Any XLSForm or XForm of the ODK tools works.")),
        (_("Interview"), _("Interviews, New interview. Every answer is saved while you go; you can stop anywhere.")),
        (_("Pass it on"), _("Exchange, Write a package. Put it on a stick or into a mail, encrypted for who gets it.")),
        (_("Bring together"), _("Exchange, Merge packages. You see first what will come, and settle what differs.")),
        (_("Take it to Excel"), _("Ctrl+E writes a workbook with labels, a codebook and where everything came from.")),
    ]


def keys() -> list[tuple[str, list[tuple[str, str]]]]:
    """The keys, by where they work."""
    return [
        (
            _("Everywhere"),
            [
                ("Ctrl+1 … 6", _("go to a place")),
                ("Ctrl+O", _("open a survey")),
                ("Ctrl+Shift+N", _("new survey")),
                ("Ctrl+E", _("export to Excel")),
                ("Ctrl+Z", _("undo what the line at the bottom says")),
                ("Ctrl++ Ctrl+- Ctrl+0", _("larger, smaller, usual text")),
                ("Ctrl+,", _("settings")),
                ("F12", _("cover an encrypted survey until its password is typed")),
                ("F1", _("this page")),
            ],
        ),
        (
            _("Interviews"),
            [
                ("Ctrl+N", _("new interview")),
                ("Ctrl+F", _("search")),
                ("Enter", _("open or continue")),
                ("Delete", _("move to the bin")),
                ("Ctrl+D", _("duplicate")),
                ("Ctrl+L", _("look at the answers, without changing any")),
            ],
        ),
        (
            _("In an interview"),
            [
                ("Enter", _("next question")),
                ("Shift+Enter", _("question before")),
                ("1 … 9, A … Z", _("pick a choice")),
                ("PgUp PgDn", _("page before, next page")),
                ("Ctrl+Enter", _("one more in a list")),
                ("Ctrl+Delete", _("remove the entry")),
                ("Ctrl+D", _("mark a question to come back to")),
                ("Ctrl+J", _("jump to a question")),
                ("Ctrl+Shift+J", _("next question without an answer")),
                ("Ctrl+L", _("turn the language")),
                ("Ctrl+O", _("choose a file")),
                ("F2", _("comment")),
                ("F3", _("outline")),
                ("F5", _("keep an unusual answer with a reason")),
                ("F6", _("history of the answer")),
                ("F7", _("whole page, or one by one")),
                ("F8", _("list what is missing; where nothing is, finish")),
                ("F9 Shift+F9", _("does not know, does not want to say")),
                ("Ctrl+Shift+O", _("open the interview that may be the same")),
                ("Ctrl+G", _("only what was answered, in an interview that is looked at")),
                ("Escape", _("leave; it is saved")),
                ("Ctrl+Shift+Q", _("leave a kiosk")),
            ],
        ),
        (
            _("On a map"),
            [
                ("← → ↑ ↓", _("move the map, or go from place to place")),
                ("+ -", _("nearer, farther")),
                (_("Space"), _("put a point into the middle, or pick a place")),
                ("Ctrl+← Ctrl+→", _("take the point before or after in hand")),
                ("Shift+Space", _("move it to the middle")),
                ("Delete", _("take it away")),
            ],
        ),
        (
            _("Settling conflicts"),
            [
                ("←", _("take mine")),
                ("→", _("take theirs")),
                ("E", _("write the right value")),
                ("I", _("interview by interview")),
                ("D", _("one device only")),
                ("↑ ↓", _("row before, next row")),
            ],
        ),
    ]


class HelpPage(Ground):
    """Nothing here needs an open survey."""

    def __init__(self) -> None:
        super().__init__()
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(theme.XL, theme.L + 4, theme.XL, theme.XL)
        column.setSpacing(theme.L)
        column.addWidget(Label(_("Help"), "title"))
        column.addWidget(_steps_card())
        self._grid = QGridLayout()
        self._grid.setSpacing(theme.L)
        self.cards = [_keys_card(title, pairs) for title, pairs in keys()]
        self._columns = 0
        self._arrange()
        column.addLayout(self._grid)
        about = _("CAMI Survey {version}. Free software under the Apache License 2.0.").format(version=__version__)
        column.addWidget(Label(about, "small", "muted", wrap=True))
        column.addStretch(1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        scroll = ScrollArea(inside)
        outer.addWidget(scroll)
        self.hand_keys(scroll)
        theme.look.changed.connect(self._arrange)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        """Two columns of keys where there is room for their words, one otherwise."""
        columns = 2 if theme.fits(self.width(), 900) else 1
        if columns == self._columns:
            return
        self._columns = columns
        for number, card in enumerate(self.cards):
            self._grid.addWidget(card, number // columns, number % columns)
        self._grid.setColumnStretch(0, 1)
        self._grid.setColumnStretch(1, columns - 1)


def _card(title: str) -> tuple[Card, QVBoxLayout]:
    card = Card()
    column = QVBoxLayout(card)
    column.setContentsMargins(theme.L, theme.M, theme.L, theme.M)
    column.setSpacing(theme.S)
    column.addWidget(Label(title, "h2"))
    return card, column


def _steps_card() -> Card:
    card, column = _card(_("First steps"))
    grid = QGridLayout()
    grid.setHorizontalSpacing(theme.L)
    grid.setVerticalSpacing(theme.S)
    grid.setColumnStretch(2, 1)
    for number, (head, words) in enumerate(steps(), 1):
        grid.addWidget(Label(whole(number), "strong", "accent"), number, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(Label(head, "strong"), number, 1, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(Label(words, tone="muted", wrap=True), number, 2)
    column.addLayout(grid)
    return card


def _keys_card(title: str, pairs: list[tuple[str, str]]) -> Card:
    card, column = _card(title)
    grid = QGridLayout()
    grid.setHorizontalSpacing(theme.L)
    grid.setVerticalSpacing(theme.S)
    grid.setColumnStretch(1, 1)
    for number, (key, words) in enumerate(pairs):
        caps = QWidget()
        caps.setLayout(row(*(KeyCap(part) for part in _caps(key)), gap=theme.XS))
        grid.addWidget(caps, number, 0, Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter)
        grid.addWidget(Label(words, tone="muted", wrap=True), number, 1)
    column.addLayout(grid)
    column.addStretch(1)
    return card


def _caps(key: str) -> list[str]:
    return [key] if "…" in key else key.split(" ")
