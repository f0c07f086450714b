"""The rows of a table of others before they are imported: what each becomes, and every refused cell with its reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent

from cami_survey.base.form_words import labelled
from cami_survey.base.texts import _, ngettext
from cami_survey.ui import theme, words
from cami_survey.ui.kit import Button, Label, Segments
from cami_survey.ui.kit.count import CountCard, count_line
from cami_survey.ui.kit.flow import Flow
from cami_survey.ui.kit.lists import CellsModel
from cami_survey.ui.kit.table import Cell, Table
from cami_survey.ui.pages.page import Page, framed

if TYPE_CHECKING:
    from cami_survey.operations.table_imports import TableImport
    from cami_survey.operations.table_judging import ImportRow
    from cami_survey.operations.table_rows import Flaw

SHOWN = 2000
FIRST = 200
# Letters of a row below the table, in which long words end in dots.
MOST_TOLD = 320
PLACE, BECOMES, THIRD, WHY = range(4)


class RowsPage(Page):
    """`accepted` when the rows are to be imported; `back` to the columns; `left` when nothing is."""

    accepted = Signal()
    back = Signal()
    left = Signal()

    def __init__(self, found: TableImport) -> None:
        super().__init__(_("Table into interviews"))
        self.found = found
        said = _("{name}: every row was looked at, nothing is imported yet.").format(name=found.name)
        self.body.addWidget(Label(said, tone="muted", wrap=True))
        self.cards = self._counts()
        for sentence in found.told:
            self.body.addWidget(Label(sentence, tone="warn", wrap=True))
        flaws = sum(len(row.flaws) for row in found.rows)
        self.faces = Segments(
            [("rows", _("Rows")), ("flaws", _("Refused and missing answers"))], name=_("What is shown")
        )
        self.faces.set_count("rows", words.number(len(found.rows)))
        self.faces.set_count("flaws", words.number(flaws))
        self.again = Button(_("Back to the columns"), "secondary")
        over = self.body.count()
        self.model = CellsModel(("", "", "", ""), self)
        self.table = Table(_("Rows of the table"))
        self.table.setModel(self.model)
        self.body.addWidget(framed(self.table), 1)
        self.whole = Label("", "small", wrap=True)
        self.body.addWidget(self.whole)
        # Over the table, but after it for Tab: what comes before the place where a page begins is never reached.
        self.body.insertLayout(over, Flow(self.faces, self.again))
        count = found.number("final") + found.number("draft")
        text = ngettext("Import {n} interview", "Import {n} interviews", count).format(n=words.number(count))
        self.take = Button(text, "primary", "check")
        self.take.setEnabled(count > 0)
        self.cancel = Button(_("Leave it"), "quiet")
        self.head.addWidget(self.cancel)
        self.head.addWidget(self.take)
        self.cancel.clicked.connect(self.left)
        self.again.clicked.connect(self.back)
        self.take.clicked.connect(self.accepted)
        self.faces.chosen.connect(self.show_face)
        self.table.selectionModel().currentRowChanged.connect(lambda now, _before: self._tell(now.row()))
        self.hand_keys(self.table)
        theme.look.changed.connect(self._measure)
        self.show_face("flaws" if found.number("refused") else "rows")

    def _counts(self) -> list[CountCard]:
        counts = (
            (_("Whole"), _("finished interviews"), self.found.number("final"), "good"),
            (_("Drafts"), _("required answers are missing"), self.found.number("draft"), "accent"),
            (_("Known"), _("here already, passed over"), self.found.number("known"), ""),
            (_("Not accepted"), _("a cell is no answer"), self.found.number("refused"), "error"),
        )
        line, cards = count_line(counts)
        self.body.addLayout(line)
        return cards

    def show_face(self, face: str) -> None:
        """Show the first rows, or the cells that are refused or missing."""
        self.faces.choose(face)
        if face == "flaws":
            self.model.heads = [_("Cell"), _("Question"), _("What stands there"), _("Why")]
            rows = sorted(self.found.rows, key=lambda row: row.becomes != "refused")
            self.lines = [_flaw(row, one) for row in rows for one in row.flaws][:SHOWN]
        else:
            self.model.heads = [_("Row"), _("Becomes"), _("Answers"), ""]
            self.lines = [self._row(row) for row in self.found.rows[:FIRST]]
        self.model.show([cells for cells, _whole in self.lines])
        if self.lines:
            self.table.setCurrentIndex(self.model.index(0, 0))
        self._tell(self.table.current_row())
        self._measure()

    def _row(self, row: ImportRow) -> tuple[list[Cell], str]:
        becomes, token = _words(row)
        answers = " · ".join(labelled(label, text) for label, text in self.found.in_words(row))
        number = words.number(row.number)
        cells = [Cell(number, role="strong"), Cell(becomes, token=token), Cell(answers), Cell()]
        return cells, f"{becomes} · {answers}"

    def _tell(self, row: int) -> None:
        whole = self.lines[row][1] if 0 <= row < len(self.lines) else ""
        self.whole.setText(whole if len(whole) <= MOST_TOLD else f"{whole[:MOST_TOLD]}…")

    def _measure(self) -> None:
        self.table.set_row_height(theme.ROW_SMALL)
        flaws, wide = self.faces.key() == "flaws", theme.fits(self.width(), 760)
        self.table.setColumnHidden(WHY, not flaws)
        self.table.setColumnHidden(THIRD, flaws and not wide)
        if flaws:
            widths = {PLACE: 150, BECOMES: 240, THIRD: 150} if wide else {PLACE: 96, BECOMES: 112}
            self.table.set_columns(widths, stretch=WHY)
        else:
            self.table.set_columns({PLACE: 80, BECOMES: 150 if wide else 96}, stretch=THIRD)
        for card in self.cards:
            card.fold(low=not (wide and theme.fits(self.height(), 640)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._measure()


def _words(row: ImportRow) -> tuple[str, str]:
    return {
        "final": (_("final"), "good"),
        "draft": (_("draft"), "accent_strong"),
        "known": (_("imported before"), "muted"),
        "refused": (_("refused"), "error"),
    }[row.becomes]


def _flaw(row: ImportRow, one: Flaw) -> tuple[list[Cell], str]:
    token = "error" if row.becomes == "refused" else "muted"
    # What tells cells apart comes first: the names of sheets may be long.
    sheet, _mark, place = one.cell.rpartition("!")
    cells = [
        Cell(f"{place} · {sheet}", role="strong"),
        Cell(one.question),
        Cell(one.text, token="muted"),
        Cell(one.reason, token=token),
    ]
    return cells, " · ".join(filter(None, (one.cell, one.question, one.text, one.reason)))
