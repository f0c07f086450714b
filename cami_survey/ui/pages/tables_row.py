"""One row of a reference table: all that it says, where that comes from, and what is held against it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from cami_survey.base.texts import _
from cami_survey.ui import theme, words
from cami_survey.ui.kit import Button, Card, Label, Panel, ScrollArea
from cami_survey.ui.pages.tables_words import column_title, name_of

if TYPE_CHECKING:
    from cami_survey.reference.changes import Row
    from cami_survey.reference.shelf import Dispute, Shelf, Table


class RowPanel(Card):
    """`doubt` is pressed to hold against a cell of the row that is shown."""

    def __init__(self) -> None:
        super().__init__()
        self.doubt = Button(_("Doubt a cell"), "secondary", "warning")
        self.area = ScrollArea(Panel("surface"))
        column = QVBoxLayout(self)
        column.setContentsMargins(2, 2, 2, theme.M)
        column.addWidget(self.area, 1)
        foot = QVBoxLayout()
        foot.setContentsMargins(theme.L, 0, theme.L, 0)
        foot.addWidget(self.doubt)
        column.addLayout(foot)
        self.show_nothing()

    def show_nothing(self) -> None:
        """There is no row."""
        self.doubt.setEnabled(False)
        self._put(Panel("surface"))

    def show_row(self, row: Row, table: Table, shelf: Shelf) -> None:
        """Show a row with everything that is said of it."""
        from cami_survey.reference.changes import key_of
        from cami_survey.reference.shelf import is_official

        self.doubt.setEnabled(True)
        inside = Panel("surface")
        body = QVBoxLayout(inside)
        body.setContentsMargins(theme.L, theme.L, theme.L, theme.L)
        body.setSpacing(theme.M)
        body.addWidget(Label(name_of(row, table.schema), "h2", wrap=True))
        if not is_official(row, table.schema):
            warning = _("This is not official text: it is missing, uncertain or our own.")
            body.addWidget(Label(warning, "strong", "warn", wrap=True))
        key = key_of(row, table.schema)
        for (other, _column), doubts in shelf.disputed(table.name).items():
            if other == key:
                for dispute in doubts:
                    for line in _told(dispute):
                        body.addWidget(line)
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.L)
        grid.setVerticalSpacing(theme.S)
        grid.setColumnStretch(1, 1)
        shown = [column for column in table.schema.columns if row.get(column)]
        for at, column in enumerate(shown):
            grid.addWidget(Label(column_title(column), tone="muted"), at, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(Label(row[column], wrap=True), at, 1)
        body.addLayout(grid)
        body.addStretch(1)
        self._put(inside)

    def _put(self, inside: QWidget) -> None:
        self.area.setWidget(inside)


def _told(dispute: Dispute) -> tuple[Label, Label]:
    """What should stand in the cell, and who says so and why."""
    head = _("{column}: “{proposed}” instead of “{shown}”").format(
        column=column_title(dispute.column), proposed=dispute.proposed, shown=dispute.shown
    )
    who = _("{name}, {day}: {reason}").format(name=dispute.by, day=words.day(dispute.at), reason=dispute.reason)
    said = f"{who} ({dispute.source})" if dispute.source else who
    return Label(head, "strong", "warn", wrap=True), Label(said, wrap=True)
