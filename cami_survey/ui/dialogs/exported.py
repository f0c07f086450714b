"""The record of exports: what left this survey, for whom, when, from which laptop, limited to what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from cami_survey.base.texts import _
from cami_survey.ui import theme, words
from cami_survey.ui.dialogs.frame import DialogFrame
from cami_survey.ui.kit import Label
from cami_survey.ui.kit.lists import CellsModel
from cami_survey.ui.kit.table import Cell, Table

if TYPE_CHECKING:
    from cami_survey.operations.disclosure import Export
    from cami_survey.ui.desk import Desk

# Columns: file, reader, interviews, day, laptop, limits.
WIDTHS = (180, 140, 100, 100, 90, 180)


class ExportedDialog(DialogFrame):
    """A list to read, the newest first. Under it stands everything of the row with the cursor."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        said = _("Every export of this survey that is known here, also those of other laptops.")
        super().__init__(_("Earlier exports"), said, parent, width=860)
        self.exports: list[Export] = []
        self.empty = Label(_("Nothing was exported yet."), tone="muted", wrap=True)
        self.table = Table(_("Earlier exports"), frozenset({2}), self)
        headings = (_("File"), _("Who reads it"), _("Interviews"), _("Day"), _("Laptop"), _("Limited to"))
        self.model = CellsModel(list(headings), self.table)
        self.table.setModel(self.model)
        self.table.verticalHeader().setDefaultSectionSize(theme.line_height("body") + theme.M)
        self.table.setMinimumHeight(theme.u(280))
        for at, wide in enumerate(WIDTHS):
            self.table.setColumnWidth(at, theme.u(wide))
        self.whole = Label("", "small", wrap=True)
        self.body.addWidget(self.empty)
        self.body.addWidget(self.table, 1)
        self.body.addWidget(self.whole)
        self.table.selectionModel().currentRowChanged.connect(lambda now, _before: self._tell(now.row()))
        self.finish_with(_("Understood"), "check", cancel=False).clicked.connect(self.accept)
        self.table.setFocus()
        survey = desk.survey

        def read() -> list[Export]:
            from cami_survey.operations import disclosure

            return list(reversed(disclosure.exports(survey)))

        desk.worker.run(read, self._show, receiver=self)

    def _show(self, exports: list[Export]) -> None:
        self.exports = exports
        self.empty.setVisible(not exports)
        self.table.setVisible(bool(exports))
        self.model.show([_line(one) for one in exports])
        self.table.selectRow(0)
        self.fit()

    def _tell(self, row: int) -> None:
        if 0 <= row < len(self.exports):
            one = self.exports[row]
            limits = _limits(one) or _("everything")
            self.whole.setText(
                _("{name}: {forms}; {limits}. SHA-256 {digest}").format(
                    name=one.name, forms=", ".join(one.forms), limits=limits, digest=one.sha256
                )
            )


def _line(one: Export) -> list[Cell]:
    public = one.level == "public"
    return [
        Cell(one.name, role="strong"),
        Cell(_("Everybody") if public else _("Only the team"), token="warn" if public else "muted"),
        Cell(words.number(one.interviews), end=True),
        Cell(words.day(one.made.date())),
        Cell(one.device),
        Cell(_limits(one), token="muted"),
    ]


def _limits(one: Export) -> str:
    from cami_survey.operations.side_by_side import in_words

    return _("not noted") if one.limits is None else in_words(one.limits)
