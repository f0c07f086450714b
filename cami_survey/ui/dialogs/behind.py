"""The interviews behind a number, to open one of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from cami_survey.base.texts import _, ngettext
from cami_survey.ui import theme, words
from cami_survey.ui.dialogs.frame import DialogFrame
from cami_survey.ui.kit.lists import CellsModel
from cami_survey.ui.kit.table import Cell, Table

if TYPE_CHECKING:
    from cami_survey.base.records import Summary
    from cami_survey.ui.desk import Desk

MOST = 500


class BehindDialog(DialogFrame):
    """`opened` carries the record that was chosen; the dialog closes then."""

    opened = Signal(str)

    def __init__(self, desk: Desk, what: str, records: Sequence[str], parent: QWidget | None = None) -> None:
        n = ngettext("{n} interview", "{n} interviews", len(records)).format(n=words.number(len(records)))
        super().__init__(_("Behind “{what}”").format(what=what), n, parent, width=620)
        self.records = list(records[:MOST])
        self.table = Table(_("Interviews"), parent=self)
        self.model = CellsModel([_("Code"), _("Place"), _("Day")], self.table)
        self.table.setModel(self.model)
        self.table.verticalHeader().setDefaultSectionSize(theme.line_height("body") + theme.M)
        self.table.setMinimumHeight(theme.u(260))
        for at, wide in enumerate((180, 240, 120)):
            self.table.setColumnWidth(at, theme.u(wide))
        self.body.addWidget(self.table, 1)
        self.go = self.finish_with(_("Open the interview"), "arrow-right")
        self.go.clicked.connect(lambda: self._choose(self.table.currentIndex().row()))
        self.table.opened.connect(self._choose)
        self.table.setFocus()
        survey, wanted = desk.survey, self.records

        def read() -> list[Summary]:
            return [survey.summary(record) for record in wanted]

        desk.worker.run(read, self._show, receiver=self)

    def _show(self, summaries: list[Summary]) -> None:
        self.model.show(
            [
                [Cell(one.code or record[:8], role="strong"), Cell(one.place), Cell(one.day)]
                for record, one in zip(self.records, summaries, strict=True)
            ]
        )
        self.table.selectRow(0)

    def _choose(self, at: int) -> None:
        if 0 <= at < len(self.records):
            self.accept()
            self.opened.emit(self.records[at])
