"""A card with one large number and what it counts."""

from __future__ import annotations

from PySide6.QtWidgets import QSizePolicy, QVBoxLayout

from cami_survey.ui import theme
from cami_survey.ui.kit.frame import Card
from cami_survey.ui.kit.text import ElidedLabel, Label


class CountCard(Card):
    """`tone` colours the number when it is not zero."""

    def __init__(self, what: str, hint: str, tone: str = "") -> None:
        super().__init__()
        self.tone = tone
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.number = Label("0", "number")
        self.what = Label(what, "strong")
        self.hint = ElidedLabel(hint, "small", "muted")
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.L, theme.S, theme.L, theme.M)
        column.setSpacing(0)
        for label in (self.number, self.what, self.hint):
            column.addWidget(label)

    def show_count(self, count: int, words: str) -> None:
        """Show a count; `words` is how it is written."""
        self.number.setText(words)
        self.number.set_tone(self.tone if count else "")
        self.setAccessibleName(f"{words} {self.what.text()}, {self.hint.text()}")
