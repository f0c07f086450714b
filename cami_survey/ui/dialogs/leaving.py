"""What would leave for the public, before it is written: answers question by question, a paper analysis by analysis."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from cami_survey.base.form_words import form_title
from cami_survey.base.texts import _, ngettext
from cami_survey.ui import theme, words
from cami_survey.ui.dialogs.exported import ExportedDialog
from cami_survey.ui.dialogs.frame import DialogFrame
from cami_survey.ui.feedback import modal
from cami_survey.ui.kit import Button, Label
from cami_survey.ui.kit.lists import CellsModel
from cami_survey.ui.kit.table import Cell, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cami_survey.base.notices import Notice, Outcome
    from cami_survey.operations import papers
    from cami_survey.operations.disclosure import Preview
    from cami_survey.ui.desk import Desk

TOKENS = {"out": "muted", "kept": "ink"}
# What becomes of it, and how much of it is hidden; the name has the rest.
WIDTHS = {1: 280, 2: 90}


class LeavingDialog(DialogFrame):
    """A list to read, what must be known first above it, and what left before behind a button.

    Under it stands everything of the row with the cursor. Accepted when it may leave.
    """

    def __init__(
        self,
        desk: Desk,
        told: Sequence[str],
        notices: Sequence[Notice],
        headings: Sequence[str],
        lines: list[list[Cell]],
        go: tuple[str, str],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(_("What would leave"), " ".join(told), parent, width=860)
        for notice in notices:
            self.body.addWidget(Label(words.said(notice.text), tone="warn", wrap=True))
        self.table = Table(headings[0], frozenset({2}), self)
        model = CellsModel(list(headings), self.table)
        model.show(lines)
        self.table.setModel(model)
        self.table.verticalHeader().setDefaultSectionSize(theme.line_height("body") + theme.M)
        self.table.setMinimumHeight(theme.u(320))
        self.table.set_columns(WIDTHS)
        self.whole = Label("", "small", wrap=True)
        self.table.selectionModel().currentRowChanged.connect(lambda now, _before: self._tell(now.row()))
        self.body.addWidget(self.table, 1)
        self.body.addWidget(self.whole)
        self.before = Button(_("Earlier exports…"), "quiet", "clock-counter-clockwise")
        self.before.clicked.connect(lambda: modal(ExportedDialog(desk, self)))
        self.foot.addWidget(self.before)
        self.main = self.finish_with(*go)
        self.main.clicked.connect(self.accept)
        self._lines = lines
        self.table.go_to_first()
        self.table.setFocus()

    def _tell(self, row: int) -> None:
        if 0 <= row < len(self._lines):
            self.whole.setText(" · ".join(cell.text for cell in self._lines[row] if cell.text))


def of_answers(
    desk: Desk, found: Outcome[Preview], go: tuple[str, str], parent: QWidget | None = None
) -> LeavingDialog:
    """What an export of answers would hold."""
    from cami_survey.operations.disclosure import said

    value = found.value
    interviews = sum(value.interviews.values())
    stay = ngettext("{n} answer would stay here.", "{n} answers would stay here.", value.left_out)
    titles = {entry.form_id: form_title(entry.title) for entry in desk.survey.forms()}
    lines: list[list[Cell]] = []
    for form_id, questions in groupby(value.questions, key=lambda line: line.form_id):
        if len(value.interviews) > 1:
            head = f"{titles.get(form_id) or form_id} · {_interviews(value.interviews.get(form_id, 0))}"
            lines.append([Cell(head, role="header", token="muted", heading=True), Cell(), Cell()])
        lines += [
            [
                Cell(line.label, role="strong"),
                Cell(said(line.treatment), token=TOKENS.get(line.treatment, "ink")),
                Cell(words.number(line.lost) if line.lost else "", end=True),
            ]
            for line in questions
        ]
    told = (_leave(interviews), stay.format(n=words.number(value.left_out)))
    return LeavingDialog(
        desk, told, found.notices, (_("Question"), _("What becomes of it"), _("Too rare")), lines, go, parent
    )


def of_paper(
    desk: Desk, found: Outcome[papers.Preview], go: tuple[str, str], parent: QWidget | None = None
) -> LeavingDialog:
    """What a paper would show."""
    analyses = found.value.analyses
    told = (_("The paper is of {n}.").format(n=_interviews(found.value.interviews)), _cells(analyses))
    headings = (_("Analysis"), _("What becomes of it"), _("Hidden"))
    return LeavingDialog(desk, told, found.notices, headings, [_line(one) for one in analyses], go, parent)


def _line(one: papers.Leaving) -> list[Cell]:
    if one.empty:
        return [Cell(one.title, role="strong"), Cell(one.empty, token="muted"), Cell("", end=True)]
    text = ngettext("{n} cell is shown", "{n} cells are shown", one.shown).format(n=words.number(one.shown))
    return [
        Cell(one.title, role="strong"),
        Cell(text),
        Cell(words.number(one.hidden) if one.hidden else "", end=True),
    ]


def _leave(interviews: int) -> str:
    text = ngettext("{n} interview would leave.", "{n} interviews would leave.", interviews)
    return text.format(n=words.number(interviews))


def _interviews(number: int) -> str:
    return ngettext("{n} interview", "{n} interviews", number).format(n=words.number(number))


def _cells(analyses: Sequence[papers.Leaving]) -> str:
    hidden, shown = sum(one.hidden for one in analyses), sum(one.shown for one in analyses)
    text = ngettext("{n} cell of {all} would be hidden.", "{n} cells of {all} would be hidden.", hidden)
    return text.format(n=words.number(hidden), all=words.number(hidden + shown))
