"""Corrections made in an exported workbook: every changed cell with what stands against it, then one button."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent

from cami_survey.base.texts import _, ngettext
from cami_survey.ui import theme, words
from cami_survey.ui.kit import Button, Label, Tick
from cami_survey.ui.kit.count import CountCard, count_line
from cami_survey.ui.kit.lists import CellsModel
from cami_survey.ui.kit.table import Cell, Table
from cami_survey.ui.pages.page import Page, framed

if TYPE_CHECKING:
    from cami_survey.operations.corrections import Correction, Corrections

SHOWN = 2000
RECORD, QUESTION, BEFORE, AFTER, AGAINST = range(5)


class CorrectionsPage(Page):
    """`accepted` says whether answers changed meanwhile are overwritten too; `left` when nothing is to be taken."""

    accepted = Signal(bool)
    left = Signal()

    def __init__(self, found: Corrections) -> None:
        super().__init__(_("Corrections from Excel"))
        self.found = found
        text = ngettext(
            "{name}: {count} interview was compared, nothing is changed yet",
            "{name}: {count} interviews were compared, nothing is changed yet",
            found.interviews,
        )
        said = text.format(name=found.name, count=words.number(found.interviews))
        self.body.addWidget(Label(said, tone="muted", wrap=True))
        self.cards = self._counts()
        for sentence in found.told:
            self.body.addWidget(Label(sentence, tone="warn", wrap=True))
        self.model = CellsModel(
            (_("Interview"), _("Question"), _("Before"), _("After"), _("What stands against it")), self
        )
        self.table = Table(_("Changed cells"))
        self.table.setModel(self.model)
        self.model.show([_line(one) for one in found.cells[:SHOWN]])
        self.body.addWidget(framed(self.table), 1)
        # The whole of the row with the cursor: in the table long words end in dots.
        self.whole = Label("", "small", wrap=True)
        self.table.selectionModel().currentRowChanged.connect(lambda now, _before: self._tell(now.row()))
        self.body.addWidget(self.whole)
        self.overwrite = Tick(_("Overwrite what was changed in the survey meanwhile"))
        self.overwrite.setVisible(bool(found.standing("conflict")))
        self.overwrite.toggled.connect(self._enable)
        self.body.addWidget(self.overwrite)
        self.take = Button("", "primary", "check")
        self.cancel = Button(_("Leave it"), "quiet")
        self.head.addWidget(self.cancel)
        self.head.addWidget(self.take)
        self.cancel.clicked.connect(self.left)
        self.take.clicked.connect(lambda: self.accepted.emit(self.overwrite.isChecked()))
        self.hand_keys(self.table)
        self._tell(self.table.currentIndex().row())
        theme.look.changed.connect(self._measure)
        self._enable()
        self._measure()

    def _counts(self) -> list[CountCard]:
        counts = (
            (_("Corrections"), _("answers that change"), len(self.found.standing("change")), "accent"),
            (_("Conflicts"), _("changed here meanwhile"), len(self.found.standing("conflict")), "warn"),
            (_("Not accepted"), _("no answers to their questions"), len(self.found.standing("refused")), "error"),
        )
        line, cards = count_line(counts)
        self.body.addLayout(line)
        return cards

    def _tell(self, row: int) -> None:
        if not 0 <= row < len(self.found.cells):
            return
        one = self.found.cells[row]
        parts = (one.question, f"{one.before or '–'} → {one.after or '–'}", one.cell, one.against)
        self.whole.setText(" · ".join(filter(None, parts)))

    def _enable(self) -> None:
        kinds = ("change", "conflict") if self.overwrite.isChecked() else ("change",)
        count = sum(one.standing in kinds for one in self.found.cells)
        text = ngettext("Correct {n} answer", "Correct {n} answers", count).format(n=words.number(count))
        self.take.setText(text)
        self.take.setEnabled(count > 0)

    def _measure(self) -> None:
        self.table.set_row_height(theme.ROW_SMALL)
        wide = theme.fits(self.width(), 760)
        widths = (
            {RECORD: 120, QUESTION: 200, BEFORE: 150, AFTER: 150}
            if wide
            else {RECORD: 112, QUESTION: 88, BEFORE: 80, AFTER: 80}
        )
        self.table.set_columns(widths, stretch=AGAINST)
        for card in self.cards:
            card.fold(low=not theme.fits(self.height(), 600))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._measure()


def _line(one: Correction) -> list[Cell]:
    token = {"refused": "error", "conflict": "warn"}.get(one.standing, "warn" if one.against else "muted")
    against = f"{one.cell}: {one.against}" if one.against else one.cell
    return [
        Cell(one.code, role="strong"),
        Cell(one.question),
        Cell(one.before, token="muted"),
        Cell(one.after),
        Cell(against, token=token),
    ]
