"""What a file would change in a reference table, and the two things to say before it is taken."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent

from cami_survey.base.form_words import form_title
from cami_survey.base.texts import _, ngettext
from cami_survey.reference.schemas import schema_of
from cami_survey.ui import theme, words
from cami_survey.ui.dialogs.frame import Rows
from cami_survey.ui.kit import Band, Button, Label, TextField
from cami_survey.ui.kit.count import count_line
from cami_survey.ui.kit.lists import CellsModel
from cami_survey.ui.kit.table import Cell, Table
from cami_survey.ui.pages.page import Page, framed
from cami_survey.ui.pages.tables_words import spoken, title_of

if TYPE_CHECKING:
    from cami_survey.operations.choice_lists import Renewal
    from cami_survey.operations.references import Preview
    from cami_survey.reference.changes import Key

SHOWN = 500
ROW, COLUMN, BEFORE, AFTER = range(4)


class BringPage(Page):
    """`accepted` carries version and origin; `left` when nothing is to be taken."""

    accepted = Signal(str, str)
    left = Signal()

    def __init__(self, path: Path, seen: Preview) -> None:
        super().__init__(title_of(seen.table))
        self.seen = seen
        changes = seen.changes
        changed = {cell.key for cell in changes.cells}
        new = _("in the table that is here") if seen.known else _("a new table")
        cells = ngettext("{count} cell", "{count} cells", len(changes.cells))
        cells = cells.format(count=words.number(len(changes.cells)))
        self.body.addWidget(Label(_("{name}: nothing is changed yet").format(name=path.name), tone="muted"))
        counts = (
            (_("New rows"), new, len(changes.added), "good"),
            (_("Changed rows"), cells, len(changed), "accent"),
            (_("Rows that go"), _("no longer in the file"), len(changes.removed), "warn"),
            (_("Unchanged"), _("rows"), changes.same, ""),
        )
        cards, self.cards = count_line(counts)
        self.body.addLayout(cards)
        self.forms = [Label(told, wrap=True) for told in map(_told, seen.forms)]
        for line in self.forms:
            self.body.addWidget(line)
        self.problem = Band("error", "", framed=True, closable=False)
        self.problem.hide()
        self.body.addWidget(self.problem)
        heads = (
            (_("Row"), _("Column"), _("Problem"), "")
            if seen.problems
            else (_("Row"), _("Column"), _("Before"), _("After"))
        )
        self.model = CellsModel(heads, self)
        self.table = Table(_("What the file changes"))
        self.table.setModel(self.model)
        self.model.show(_problems(seen) if seen.problems else _lines(seen))
        self.body.addWidget(framed(self.table), 1)
        self.version = TextField("", name=_("Version"))
        self.origin = TextField("", name=_("Where it comes from"))
        self.take = Button(_("Take this version"), "primary", "check")
        self.cancel = Button(_("Leave it"), "quiet")
        self.head.addWidget(self.cancel)
        self.head.addWidget(self.take)
        if seen.problems:
            self._refuse_problems()
        else:
            rows = Rows()
            rows.add(_("Version"), self.version)
            rows.add(_("Where it comes from"), self.origin, _("The decision or document, so that others can find it."))
            self.body.addLayout(rows)
        self.cancel.clicked.connect(self.left)
        self.take.clicked.connect(lambda: self.accepted.emit(self.version.text(), self.origin.text()))
        self.hand_keys(self.table if seen.problems else self.version)
        theme.look.changed.connect(self._measure)
        self._measure()

    def _measure(self) -> None:
        self.table.set_row_height(theme.ROW_SMALL)
        self.table.setColumnHidden(AFTER, bool(self.seen.problems))
        wide = theme.fits(self.width(), 760)
        after = {} if self.seen.problems else {AFTER: 320 if wide else 160}
        self.table.set_columns({ROW: 176 if wide else 120, COLUMN: 136 if wide else 104} | after, stretch=BEFORE)
        for card in self.cards:
            card.fold(low=not theme.fits(self.height(), 600))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._measure()

    def _refuse_problems(self) -> None:
        self.take.setEnabled(False)
        count = len(self.seen.problems)
        text = ngettext("The file has {count} problem.", "The file has {count} problems.", count)
        advice = _("Correct it and bring it again.")
        self.refuse(f"{text.format(count=words.number(count))} {advice}")

    def refuse(self, sentence: str) -> None:
        """Say why it cannot be taken."""
        self.problem.say(sentence)
        self.problem.show()


def _told(form: Renewal) -> str:
    text = _("“{title}” gets version {version}: {changes}")
    return text.format(title=form_title(form.title), version=form.version, changes=form.sentence)


def _problems(seen: Preview) -> list[list[Cell]]:
    return [
        [Cell(words.number(one.row) if one.row else "", role="strong"), Cell(one.column), Cell(one.sentence), Cell()]
        for one in seen.problems[:SHOWN]
    ]


def _lines(seen: Preview) -> list[list[Cell]]:
    schema = schema_of(seen.table)
    gone, fresh = Cell(_("goes"), token="warn"), Cell(_("new"), token="good")

    def row(key: Key) -> Cell:
        return Cell(spoken(key, schema) if schema is not None else "", role="strong")

    lines = [[row(key), Cell(), Cell(), fresh] for key in seen.changes.added]
    lines += [[row(key), Cell(), gone, Cell()] for key in seen.changes.removed]
    lines += [
        [row(cell.key), Cell(cell.column), Cell(cell.before, token="muted"), Cell(cell.after)]
        for cell in seen.changes.cells
    ]
    return lines[:SHOWN]
