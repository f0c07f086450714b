"""What would leave in an export for the public, question by question, before it is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from cami_survey.base.texts import _, ngettext
from cami_survey.ui import theme, words
from cami_survey.ui.dialogs.frame import DialogFrame
from cami_survey.ui.kit import Label
from cami_survey.ui.kit.lists import CellsModel
from cami_survey.ui.kit.table import Cell, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cami_survey.base.notices import Notice
    from cami_survey.operations.disclosure import Preview

TOKENS = {"out": "muted", "kept": "ink"}


class LeavingDialog(DialogFrame):
    """A list to read; nothing is decided here."""

    def __init__(self, found: Preview, notices: Sequence[Notice], parent: QWidget | None = None) -> None:
        from cami_survey.operations.disclosure import said

        interviews = sum(found.interviews.values())
        leave = ngettext("{n} interview would leave.", "{n} interviews would leave.", interviews)
        stay = ngettext("{n} answer would stay here.", "{n} answers would stay here.", found.left_out)
        told = (leave.format(n=words.number(interviews)), stay.format(n=words.number(found.left_out)))
        super().__init__(_("What would leave"), " ".join(told), parent, width=720)
        for notice in notices:
            self.body.addWidget(Label(notice.text, tone="warn", wrap=True))
        self.table = Table(_("Questions"), frozenset({2}), self)
        model = CellsModel([_("Question"), _("What becomes of it"), _("Too rare")], self.table)
        model.show(
            [
                [
                    Cell(line.label, role="strong"),
                    Cell(said(line.treatment), token=TOKENS.get(line.treatment, "ink")),
                    Cell(words.number(line.lost) if line.lost else "", end=True),
                ]
                for line in found.questions
            ]
        )
        self.table.setModel(model)
        self.table.verticalHeader().setDefaultSectionSize(theme.line_height("body") + theme.M)
        self.table.setMinimumHeight(theme.u(320))
        for at, wide in enumerate((280, 260, 90)):
            self.table.setColumnWidth(at, theme.u(wide))
        self.body.addWidget(self.table, 1)
        self.finish_with(_("Understood"), "check").clicked.connect(self.accept)
        self.table.setFocus()
