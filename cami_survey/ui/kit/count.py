"""A card with one large number and what it counts."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QSizePolicy

from cami_survey.ui import theme, words
from cami_survey.ui.kit.frame import Card
from cami_survey.ui.kit.text import Label


class CountCard(Card):
    """`tone` colours the number when it is not zero."""

    def __init__(self, what: str, hint: str, tone: str = "") -> None:
        super().__init__()
        self.tone = tone
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self.number = Label("0", "number")
        self.what = Label(what, "strong")
        self.hint = Label(hint, "small", "muted", wrap=True)
        self.hint.setAlignment(Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignTop)
        self._box = QBoxLayout(QBoxLayout.Direction.TopToBottom, self)
        for label in (self.number, self.what, self.hint):
            self._box.addWidget(label)
        self.fold(low=False)

    def fold(self, *, low: bool) -> None:
        """Number and word in one line when the page is `low`."""
        self.hint.setVisible(not low)
        self.number.set_role("h2" if low else "number")
        self._box.setDirection(QBoxLayout.Direction.LeftToRight if low else QBoxLayout.Direction.TopToBottom)
        self._box.setSpacing(theme.S if low else 0)
        self._box.setContentsMargins(theme.L, theme.XS if low else theme.S, theme.L, theme.XS if low else theme.M)
        self._box.setStretch(1, 1 if low else 0)
        # Beside a card with a longer hint the room stays below the words.
        self._box.setStretch(2, 0 if low else 1)

    def show_count(self, count: int, said: str) -> None:
        """Show a count; `said` is how it is written."""
        self.number.setText(said)
        self.number.set_tone(self.tone if count else "")
        self.setAccessibleName(f"{said} {self.what.text()}, {self.hint.text()}")


def count_line(counts: Iterable[tuple[str, str, int, str]]) -> tuple[QHBoxLayout, list[CountCard]]:
    """Cards beside each other, for what is counted, its hint, how many and the tone."""
    cards: list[CountCard] = []
    line = QHBoxLayout()
    line.setSpacing(theme.M)
    for what, hint, number, tone in counts:
        card = CountCard(what, hint, tone)
        card.show_count(number, words.number(number))
        line.addWidget(card, 1)
        cards.append(card)
    return line, cards
