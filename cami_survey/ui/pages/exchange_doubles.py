"""Pairs of interviews that may be the same, one pair at a time: side by side, then joined or kept as two."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, Signal
from PySide6.QtGui import QResizeEvent

from cami_survey.base.texts import _, ngettext
from cami_survey.ui import theme, words
from cami_survey.ui.kit import Button, IconButton, KeyCap, Label, row
from cami_survey.ui.kit.lists import CellsModel
from cami_survey.ui.kit.table import Cell
from cami_survey.ui.pages.exchange_settle import SettleTable
from cami_survey.ui.pages.page import Page, foot_line, framed

if TYPE_CHECKING:
    from cami_survey.base.records import Summary
    from cami_survey.operations.doubles import Compared, Pair, Side

QUESTION, ONE, OTHER = range(3)


class DoublesPage(Page):
    """`wanted` asks for the answers of a pair; `joined` carries a pair and field -> side, `parted` a pair."""

    wanted = Signal(object)
    joined = Signal(object, object)
    parted = Signal(object)
    left = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.pairs: list[Pair] = []
        self.at = 0
        self.compared: list[Compared] = []
        self.chosen: dict[str, Side] = {}
        self.before = IconButton("caret-left", _("The pair before"), small=True)
        self.after = IconButton("caret-right", _("The next pair"), small=True)
        self.before.clicked.connect(lambda: self.go(self.at - 1))
        self.after.clicked.connect(lambda: self.go(self.at + 1))
        for button in (self.before, self.after):
            self.head.addWidget(button)
        self.why = Label("", tone="muted", wrap=True)
        left, right = Label(_("left"), "small", "muted"), Label(_("right"), "small", "muted")
        self.keys = row(KeyCap("←"), left, theme.XS, KeyCap("→"), right)
        line = row()
        line.addWidget(self.why, 1)
        line.addLayout(self.keys)
        self.body.addLayout(line)
        self.model = CellsModel((_("Question"), _("One"), _("The other")), self)
        self.table = SettleTable(_("Answers of both"))
        self.table.setModel(self.model)
        self.table.chose.connect(self.choose)
        self.table.clicked.connect(self._clicked)
        self.body.addWidget(framed(self.table), 1)
        self._foot()
        self.setFocusProxy(self.table)
        theme.look.changed.connect(self._measure)
        self._measure()

    def show_pairs(self, pairs: Sequence[Pair]) -> None:
        """Begin with the first of these."""
        self.pairs, self.at = list(pairs), 0
        self._show()

    def _foot(self) -> None:
        self.promise = Label(
            _("Joined, the left one stands and the right one goes to the bin."), tone="muted", wrap=True
        )
        later = Button(_("Close"), "quiet")
        self.part = Button(_("They are two interviews"), "secondary", "equals")
        self.join = Button(_("Join them"), "primary", "git-merge")
        later.clicked.connect(self.left)
        self.part.clicked.connect(lambda: self.parted.emit(self.pairs[self.at]))
        self.join.clicked.connect(lambda: self.joined.emit(self.pairs[self.at], dict(self.chosen)))
        self.column.addWidget(foot_line(self.promise, later, self.part, self.join))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._measure()

    def _measure(self) -> None:
        side = int(max(140, min(340, self.width() / theme.look.scale * 0.3)))
        self.table.set_row_height(theme.ROW_SMALL)
        self.table.set_columns({ONE: side, OTHER: side}, stretch=QUESTION)

    # ---- showing

    def go(self, at: int) -> None:
        """Show another pair."""
        if 0 <= at < len(self.pairs):
            self.at = at
            self._show()

    def _show(self) -> None:
        pair, total = self.pairs[self.at], len(self.pairs)
        text = ngettext("{count} pair may be one interview", "{count} pairs may be one interview each", total)
        self.title.setText(text.format(count=words.number(total)))
        place = _("Pair {n} of {total}").format(n=words.number(self.at + 1), total=words.number(total))
        same = _("They have the same code.")
        alike = _("Name, place and day are alike ({percent} %).").format(percent=words.number(round(pair.score)))
        self.why.setText(f"{place} · {same if pair.why == 'code' else alike}")
        self.before.setEnabled(self.at > 0)
        self.after.setEnabled(self.at + 1 < total)
        self.compared, self.chosen = [], {}
        self._fill()
        self.wanted.emit(pair)

    def show_compared(self, pair: Pair, compared: Sequence[Compared]) -> None:
        """The answers of a pair; too late if another one is shown by now."""
        if pair == self.pairs[self.at]:
            self.compared = list(compared)
            self._fill()
            self.table.setCurrentIndex(self.model.index(0, 0))

    def _fill(self) -> None:
        pair = self.pairs[self.at]
        lines = [[Cell(_("Interview"), role="strong"), *(Cell(_named(one), role="strong") for one in pair.summaries)]]
        lines += [self._cells(one) for one in self.compared]
        self.model.show(lines)

    def _cells(self, one: Compared) -> list[Cell]:
        side = self.chosen.get(one.field, "one")
        cells = [Cell(one.label, token="ink" if one.differs else "muted")]
        for place, text in enumerate(one.texts):
            taken = (side == "one") == (place == 0)
            if one.differs:
                cells.append(Cell(text, role="strong" if taken else "body", choice=taken))
            else:
                cells.append(Cell(text or "–", token="muted"))
        return cells

    # ---- choosing

    def choose(self, shown_row: int, what: str) -> None:
        """Let the left or the right answer stand where both answer differently."""
        if not 1 <= shown_row <= len(self.compared) or what not in ("mine", "theirs"):
            return
        one = self.compared[shown_row - 1]
        if one.differs:
            self.chosen[one.field] = "one" if what == "mine" else "other"
            self.model.change(shown_row, self._cells(one))

    def _clicked(self, index: QModelIndex) -> None:
        what = {ONE: "mine", OTHER: "theirs"}.get(index.column())
        if what is not None:
            self.choose(index.row(), what)

    def judged(self, pair: Pair, gone: str = "") -> None:
        """A pair is done with, and one of it may be `gone`; the next one is shown, or the page is left."""
        self.pairs = [one for one in self.pairs if one != pair and gone not in (one.one, one.other)]
        if not self.pairs:
            self.left.emit()
            return
        self.at = min(self.at, len(self.pairs) - 1)
        self._show()


def _named(summary: Summary) -> str:
    return " · ".join(part for part in (summary.code, summary.name, summary.place, summary.day) if part) or "–"
