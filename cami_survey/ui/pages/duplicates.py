"""Duplicates: pairs of interviews that may be one, their answers side by side, decided by the keys.

S makes them one, D says that they are two. Space or T takes the other answer of the row in hand, K keeps the other
interview.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QBoxLayout, QWidget

from cami_survey.base.texts import _, ngettext
from cami_survey.ui import theme, words
from cami_survey.ui.dialogs.say import SayDialog
from cami_survey.ui.feedback import modal
from cami_survey.ui.kit import Button, ElidedLabel
from cami_survey.ui.kit.flow import Flow
from cami_survey.ui.kit.keyed import Keyed, press_by_keys
from cami_survey.ui.kit.lists import CellsModel
from cami_survey.ui.kit.table import Cell, Table
from cami_survey.ui.pages.page import Page, foot_line, framed

if TYPE_CHECKING:
    from cami_survey.base.notices import Outcome
    from cami_survey.operations.doubles import Difference, Pair
    from cami_survey.ui.desk import Desk

PAIR, WHY = range(2)
QUESTION, KEPT, OTHER = range(3)


class DuplicatesPage(Page):
    """The pairs, and the answers of the one the keys are on."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(_("Duplicates"))
        self.desk = desk
        self.pairs: list[Pair] = []
        self.found: list[Pair] = []
        self._stale = True
        self.answers: list[Difference] = []
        self.taken: set[str] = set()
        self.turned = False
        self._build()
        self._connect()
        self._measure()

    def _build(self) -> None:
        self.back = Button(_("Interviews"), "quiet", "arrow-left")
        self.head.insertWidget(0, self.back)
        self.model = CellsModel((_("Interviews"), _("Why")), self)
        self.table = Table(_("Pairs that may be one"))
        self.table.setModel(self.model)
        self.count = ElidedLabel("", "body", "muted")
        self.sides = CellsModel(("", "", ""), self)
        self.side_by_side = Table(_("Answers side by side"))
        self.side_by_side.setModel(self.sides)
        self.across = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self.across.setSpacing(theme.L)
        self.counted = foot_line(self.count, padding=theme.M)
        self.across.addWidget(framed(self.table, self.counted), 2)
        self.across.addWidget(framed(self.side_by_side), 3)
        self.same = Button(_("Same: make them one"), "primary", "git-merge")
        self.distinct = Button(_("Distinct"), "secondary", "x-circle")
        self.turn = Button(_("Keep the other"), "quiet", "arrows-down-up")
        self.take = Button(_("Take the other answer"), "quiet", "check")
        foot = QWidget()
        foot.setLayout(Flow(self.same, self.distinct, self.turn, self.take))
        self.body.addLayout(self.across, 1)
        self.column.addWidget(foot_line(foot))
        self.hand_keys(self.table)

    def _connect(self) -> None:
        keys: list[Keyed] = [
            ("Escape", self.back, lambda: self.desk.go.emit("interviews")),
            ("S", self.same, self._merge),
            ("D", self.distinct, self._distinct),
            ("K", self.turn, self._turn),
            ("T", self.take, self._take_other),
        ]
        press_by_keys(self, keys)
        self.table.selectionModel().currentChanged.connect(lambda *_indexes: self._compare())
        self.table.opened.connect(lambda _row: self.side_by_side.setFocus(Qt.FocusReason.TabFocusReason))
        self.side_by_side.opened.connect(lambda _row: self._take_other())
        self.side_by_side.tapped.connect(lambda _row: self._take_other())
        self.desk.touched.connect(self._touched)
        theme.look.changed.connect(self._measure)

    def _measure(self) -> None:
        for table in (self.table, self.side_by_side):
            table.set_row_height(theme.ROW)
        narrow = not theme.fits(self.width(), 960)
        direction = QBoxLayout.Direction
        self.across.setDirection(direction.TopToBottom if narrow else direction.LeftToRight)
        self.counted.setVisible(theme.fits(self.height(), 520))
        self.table.set_columns({WHY: 128}, stretch=PAIR)
        share = self.width() * (100 if narrow else 60) // 100 * 100 // max(theme.u(100), 1)
        side = max(150, share * 30 // 100)
        self.side_by_side.set_columns({KEPT: side, OTHER: side}, stretch=QUESTION)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._measure()

    # ---- reading

    def refresh(self) -> None:
        """Search all interviews for pairs; that can be stopped, and then none are shown."""
        survey, self._stale = self.desk.survey, False

        def work(report: Callable[[int, int], None]) -> list[Pair]:
            from cami_survey.operations import doubles

            return doubles.pairs(survey, progress=report)

        self.desk.worker.run_long(_("Looking for doubles"), work, self._found, receiver=self, stopped=self._stopped)

    def _stopped(self) -> None:
        self._stale = True
        self.desk.say_stopped()

    def _found(self, pairs: list[Pair]) -> None:
        self.found = pairs
        self._show(pairs)

    def _touched(self, kinds: frozenset[str]) -> None:
        """What was decided here leaves the list; what else changed is searched for when the page is shown again."""
        if not kinds & {"records", "drafts"}:
            return
        self._stale = self._stale or not self.isVisible()
        survey, found = self.desk.survey, self.found

        def work() -> list[Pair]:
            from cami_survey.operations import doubles

            return doubles.standing(survey, found)

        if not self._stale:
            self.desk.worker.run(work, self._show, receiver=self, key="pairs")

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self.refresh()

    def _show(self, pairs: list[Pair]) -> None:
        current = max(self.table.current_row(), 0)
        self.pairs = pairs
        self.model.show([_pair_cells(pair) for pair in pairs])
        count = ngettext("{count} pair may be one interview", "{count} pairs may be one interview", len(pairs))
        none = _("No two interviews look like one.")
        self.count.setText(count.format(count=words.number(len(pairs))) if pairs else none)
        if pairs:
            self.table.setCurrentIndex(self.model.index(min(current, len(pairs) - 1), 0))
        self._compare()

    def pair(self) -> Pair | None:
        """The pair the keys are on."""
        row = self.table.current_row()
        return self.pairs[row] if 0 <= row < len(self.pairs) else None

    def _compare(self) -> None:
        self.answers, self.taken, self.turned = [], set(), False
        pair, survey = self.pair(), self.desk.survey
        self._paint()
        if pair is None:
            return
        language = self.desk.settings.question_language

        def work() -> list[Difference]:
            from cami_survey.operations import doubles
            from cami_survey.operations.wording import Wording

            form = Wording(survey).form(survey.view(pair.first))
            known = form is not None and language in form.languages
            return doubles.compare(survey, pair.first, pair.second, language=language if known else None)

        self.desk.worker.run(work, lambda found: self._compared(pair, found), receiver=self, key="compared")

    def _compared(self, pair: Pair, found: list[Difference]) -> None:
        if pair is self.pair():
            # What differs comes first: that is what is decided by.
            self.answers = sorted(found, key=lambda one: not one.differs)
            self._paint()
            if self.answers:
                self.side_by_side.setCurrentIndex(self.sides.index(0, 0))

    def _paint(self) -> None:
        pair, kept = self.pair(), int(self.turned)
        for button in (self.same, self.distinct, self.turn, self.take):
            button.setEnabled(pair is not None and bool(self.answers))
        names = ["", ""] if pair is None else [summary.code or _("No code yet") for summary in pair.summaries]
        self.sides.heads = [_("Question"), _("{code} stays").format(code=names[kept]), names[1 - kept]]
        self.sides.show([self._cells(one) for one in self.answers])

    def _cells(self, one: Difference) -> list[Cell]:
        from cami_survey.operations import doubles

        kept = int(self.turned)
        takes = one.field in self.taken or (not one.values[kept] and not doubles.is_added(one.field))
        label = Cell(one.label, role="strong" if one.differs else "body", token="ink" if one.differs else "muted")
        if not one.differs:
            return [label, *(Cell(one.texts[0], token="muted") for _side in range(2))]
        label.icon, label.icon_token = "warning", "warn"
        mine, other = (one.texts[side] or _("no answer") for side in (kept, 1 - kept))
        return [label, Cell(mine, choice=not takes), Cell(other, choice=takes)]

    # ---- doing

    def _take_other(self) -> None:
        row = self.side_by_side.current_row()
        if 0 <= row < len(self.answers) and self.answers[row].differs:
            self.taken ^= {self.answers[row].field}
            self.sides.change(row, self._cells(self.answers[row]))

    def _turn(self) -> None:
        current = max(self.side_by_side.current_row(), 0)
        self.turned, self.taken = not self.turned, set()
        self._paint()
        self.side_by_side.setCurrentIndex(self.sides.index(current, 0))

    def _merge(self) -> None:
        pair = self.pair()
        if pair is None:
            return
        about = _("The other interview goes to the bin; both say why.")
        dialog = SayDialog(_("Make them one"), about, _("Make them one"), needed=False, parent=self.window())
        dialog.said.connect(lambda reason: self._make_one(pair, reason))
        modal(dialog)

    def _make_one(self, pair: Pair, reason: str) -> None:
        survey, take = self.desk.survey, sorted(self.taken)
        keep, other = (pair.second, pair.first) if self.turned else (pair.first, pair.second)

        def work() -> Outcome[str]:
            from cami_survey.operations import doubles

            return doubles.merge(survey, keep, other, take=take, reason=reason)

        self.desk.do(work, receiver=self)

    def _distinct(self) -> None:
        pair, survey = self.pair(), self.desk.survey
        if pair is None:
            return

        def work() -> Outcome[None]:
            from cami_survey.operations import doubles

            return doubles.distinct(survey, pair.first, pair.second)

        self.desk.do(work, receiver=self)


def _pair_cells(pair: Pair) -> list[Cell]:
    one, other = pair.summaries
    codes = " · ".join(summary.code or _("No code yet") for summary in pair.summaries)
    named = " · ".join(part for part in (one.name, other.name) if part) or one.place
    why = _("same code") if pair.why == "code" else _("same person?")
    return [Cell(codes, named, role="strong", icon="copy"), Cell(why, one.day, token="warn")]
