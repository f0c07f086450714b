"""The register of organisations: which names are one, confirmed by a person.

On a pair S keeps the first name, O the other, D says that they are two. Space ticks organisations of the list; J makes
two that are ticked one, shown as the first of them; A takes the names of an organisation apart again.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from cami_survey.base import numbers
from cami_survey.base.texts import _
from cami_survey.ui import theme, words
from cami_survey.ui.dialogs.frame import DialogFrame
from cami_survey.ui.kit import Button, Label
from cami_survey.ui.kit.flow import Flow
from cami_survey.ui.kit.keyed import Keyed, press_by_keys
from cami_survey.ui.kit.lists import CellsModel
from cami_survey.ui.kit.table import Cell, Table

if TYPE_CHECKING:
    from cami_survey.base.notices import Outcome
    from cami_survey.operations.register import Listed, Proposal, Register
    from cami_survey.ui.desk import Desk

SHOWN_PAIRS = 4
SHOWN_ORGANISATIONS = 8


class OrganisationsDialog(DialogFrame):
    """Pairs of names that may be one, and every organisation with all its names."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        about = _("One organisation may be written in several ways. What is decided here holds in every analysis.")
        super().__init__(_("Organisations"), about, parent, width=860)
        self.desk = desk
        self.pairs: tuple[Proposal, ...] = ()
        self.organisations: tuple[Listed, ...] = ()
        # The names of those that are ticked, in the order in which they were.
        self.ticked: list[str] = []
        self.asked = Label(_("May be one:"), "strong")
        self.proposed = _table(_("May be one:"), (_("Name"), _("Other name"), _("Alike")), frozenset({2}))
        self.first = Button(_("Same: keep the first name"), "secondary", "git-merge")
        self.second = Button(_("Same: keep the other name"), "secondary", "git-merge")
        self.distinct = Button(_("Distinct"), "secondary", "x-circle")
        self.decide = QWidget()
        self.decide.setLayout(Flow(self.first, self.second, self.distinct))
        self.none = Label(_("Reading the interviews…"), tone="muted", wrap=True)
        heads = (_("Organisation"), _("Times"), _("Years"))
        self.register = _table(_("Organisations"), heads, frozenset({1}))
        self.join = Button(_("Make the two ticked one"), "secondary", "git-merge")
        self.apart = Button(_("Take its names apart"), "secondary", "x-circle")
        self.change = QWidget()
        self.change.setLayout(Flow(self.join, self.apart))
        for part in (self.asked, self.proposed, self.decide, self.none, self.register, self.change):
            self.body.addWidget(part)
        self._connect()
        self.finish_with(_("Understood"), "check", cancel=False).clicked.connect(self.accept)
        self._show_parts()
        self.read()

    def _connect(self) -> None:
        keys: list[Keyed] = [
            ("S", self.first, lambda: self._match(turned=False)),
            ("O", self.second, lambda: self._match(turned=True)),
            ("D", self.distinct, self._keep_two),
            ("J", self.join, self._join),
            ("A", self.apart, self._take_apart),
        ]
        press_by_keys(self, keys)
        self.register.tapped.connect(self._tick)
        self.register.clicked.connect(lambda index: self._tick(index.row()) if index.column() == 0 else None)
        self.register.selectionModel().currentChanged.connect(lambda *_indexes: self._offer())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        inside = (self.width() - 2 * theme.XL) * 100 // theme.u(100)
        self.proposed.set_columns({1: inside * 40 // 100, 2: 90}, stretch=0)
        self.register.set_columns({1: 64, 2: min(160, inside * 24 // 100)}, stretch=0)

    # ---- reading

    def read(self) -> None:
        """Read the register again."""
        survey = self.desk.survey

        def work() -> Register:
            from cami_survey.operations import register

            return register.register(survey)

        self.desk.worker.run(work, self._show, receiver=self, key="register")

    def _show(self, found: Register) -> None:
        rows = max(self.proposed.current_row(), 0), max(self.register.current_row(), 0)
        self.pairs, self.organisations, self.ticked = found.proposed, found.organisations, []
        _model(self.proposed).show([_pair(pair) for pair in self.pairs])
        _model(self.register).show([self._line(one) for one in self.organisations])
        for table, row, count in zip(
            (self.proposed, self.register), rows, (len(self.pairs), len(self.organisations)), strict=True
        ):
            if count:
                table.selectRow(min(row, count - 1))
        self.none.setText(_("No organisation is named in an interview yet."))
        self._show_parts()
        (self.proposed if self.pairs else self.register).setFocus()
        self._offer()
        self.fit()

    def _show_parts(self) -> None:
        for part in (self.asked, self.proposed, self.decide):
            part.setVisible(bool(self.pairs))
        for table, count, most in (
            (self.proposed, len(self.pairs), SHOWN_PAIRS),
            (self.register, len(self.organisations), SHOWN_ORGANISATIONS),
        ):
            table.setFixedHeight(theme.u(theme.HEADER_ROW + min(count, most) * theme.ROW + theme.XS))
        self.none.setVisible(not self.organisations)
        for part in (self.register, self.change):
            part.setVisible(bool(self.organisations))

    def _line(self, one: Listed) -> list[Cell]:
        others = "; ".join(name for name in one.names if name != one.name)
        name = Cell(one.name, others, role="strong", tick=one.name in self.ticked)
        return [name, Cell(words.number(one.n), end=True), Cell(", ".join(map(words.counted, one.years)))]

    def _offer(self) -> None:
        self.join.setEnabled(len(self.ticked) == 2)
        one = self._current()
        self.apart.setEnabled(one is not None and len(one.names) > 1)

    def _current(self) -> Listed | None:
        row = self.register.current_row()
        return self.organisations[row] if 0 <= row < len(self.organisations) else None

    def _tick(self, row: int) -> None:
        one = self.organisations[row]
        if one.name in self.ticked:
            self.ticked.remove(one.name)
        else:
            self.ticked.append(one.name)
        _model(self.register).change(row, self._line(one))
        self._offer()

    # ---- deciding

    def _pair(self) -> Proposal | None:
        row = self.proposed.current_row()
        return self.pairs[row] if 0 <= row < len(self.pairs) else None

    def _match(self, *, turned: bool) -> None:
        pair = self._pair()
        if pair is not None:
            self._make_one(*((pair.other, pair.one) if turned else (pair.one, pair.other)))

    def _join(self) -> None:
        first, other = self.ticked
        self._make_one(first, other)

    def _make_one(self, shown: str, other: str) -> None:
        survey = self.desk.survey

        def work() -> Outcome[None]:
            from cami_survey.operations import register

            return register.match(survey, shown, other)

        self._do(work)

    def _keep_two(self) -> None:
        pair = self._pair()
        if pair is not None:
            self._separate((pair.one, pair.other))

    def _take_apart(self) -> None:
        one = self._current()
        if one is not None:
            self._separate(one.names)

    def _separate(self, names: tuple[str, ...]) -> None:
        survey = self.desk.survey

        def work() -> Outcome[None]:
            from cami_survey.operations import register

            return register.separate(survey, names)

        self._do(work)

    def _do(self, work: Callable[[], Outcome[None]]) -> None:
        self.desk.do(work, lambda _nothing: self.read(), receiver=self)


def _table(name: str, heads: tuple[str, ...], ends: frozenset[int]) -> Table:
    table = Table(name, ends)
    table.setModel(CellsModel(heads, table))
    table.set_row_height(theme.ROW)
    return table


def _model(table: Table) -> CellsModel:
    model = table.model()
    assert isinstance(model, CellsModel)
    return model


def _pair(pair: Proposal) -> list[Cell]:
    return [Cell(pair.one, role="strong"), Cell(pair.other), Cell(numbers.percent(pair.score / 100), end=True)]
