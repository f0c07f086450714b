"""The first chapter of the analysis page: its leading figures side by side, and what can be said from them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from cami_survey.analysis.results import Analysis, Message
from cami_survey.base.texts import _
from cami_survey.ui import theme
from cami_survey.ui.kit import Card, IconButton, Label, column, row
from cami_survey.ui.kit.blocks import Blocks
from cami_survey.ui.pages.analysis_card import SENTENCES, FigureBlock, sentences
from cami_survey.ui.pages.analysis_figure import FigureView

# The analyses whose figures lead, by name; the first so many that have something to show stand here.
LEADING = ("power_interest", "coverage", "importance", "losses", "recognition")
MOST_FIGURES = 3
FROM_EACH = 2


def leading(analyse: Callable[[str], Analysis]) -> dict[str, Analysis]:
    """The analyses for the board by their names; no more of them are computed than it takes."""
    found: dict[str, Analysis] = {}
    for name in LEADING:
        if sum(map(_is_drawn, found.values())) < MOST_FIGURES:
            found[name] = analyse(name)
    return found


def _is_drawn(analysis: Analysis) -> bool:
    return bool(analysis.figures) and not analysis.empty


class Board(QWidget):
    """`opened` carries what was chosen of a figure and the interviews behind it, `asked` the name of an analysis.

    `bare` where the analyses have neither a figure nor a sentence.
    """

    opened = Signal(str, object)
    asked = Signal(str)

    def __init__(self, analyses: Sequence[Analysis]) -> None:
        super().__init__()
        self.figures: list[FigureView] = []
        self.ways: list[IconButton] = []
        blocks = Blocks(even=True)
        drawn = [analysis for analysis in analyses if _is_drawn(analysis)]
        for analysis in drawn:
            card, needed = self._figure(analysis)
            blocks.add(card, needed)
        messages = key_sentences(analyses)
        self.bare = not drawn and not messages
        if messages:
            blocks.add(_said(messages), theme.u(SENTENCES) + 2 * theme.L)
        self.setLayout(blocks)

    def _figure(self, analysis: Analysis) -> tuple[Card, int]:
        block = FigureBlock(analysis, analysis.figures[0], led=True, role="h2")
        block.view.opened.connect(self.opened)
        block.more.clicked.connect(lambda: self.asked.emit(analysis.name))
        self.figures.append(block.view)
        self.ways.append(block.more)
        return _card(block), block.view.needed() + 2 * theme.L


def key_sentences(analyses: Iterable[Analysis]) -> list[Message]:
    """The first sentences of each: what can be said, then what cannot."""
    said = [
        message
        for analysis in analyses
        for message in [one for one in analysis.messages if one.reach == "all"][:FROM_EACH]
    ]
    return sorted(said, key=lambda message: message.level == "warn")


def _said(messages: Sequence[Message]) -> Card:
    inside = QWidget()
    copy = IconButton("copy", _("Copy the sentences"), small=True)
    words = "\n".join(message.text for message in messages)
    copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(words))
    under = column(gap=theme.XS)
    under.addLayout(row(Label(_("What can be said"), "h2", wrap=True), copy))
    under.addWidget(Label(_("Written from the numbers, to be read before they are used"), "small", "muted", wrap=True))
    under.addWidget(sentences(messages))
    under.addStretch(1)
    inside.setLayout(under)
    return _card(inside)


def _card(inside: QWidget) -> Card:
    card = Card()
    around = column(inside)
    around.setContentsMargins(theme.L, theme.M, theme.L, theme.L)
    card.setLayout(around)
    return card
