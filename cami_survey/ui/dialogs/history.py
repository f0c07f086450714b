"""The history of an interview: one paragraph per step, and which steps were written side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from cami_survey.base.texts import _
from cami_survey.ui import words
from cami_survey.ui.dialogs.frame import DialogFrame
from cami_survey.ui.kit import Button, Label, Mark, Rule, row

if TYPE_CHECKING:
    from cami_survey.operations.histories import Step


class RecordHistory(DialogFrame):
    """The steps of an interview, the newest first; their numbers count from the first."""

    def __init__(self, name: str, steps: Sequence[Step], parent: QWidget) -> None:
        super().__init__(_("History of the interview"), name, parent)
        numbers = {step.revision: number for number, step in enumerate(steps, 1)}
        for step in reversed(steps):
            self.body.addWidget(Rule())
            self.body.addWidget(Label(_head(step, numbers), "strong", wrap=True))
            self.body.addWidget(Label(step.line or _("No answer was changed."), "body", wrap=True))
            if step.beside:
                others = ", ".join(words.number(numbers[other]) for other in step.beside)
                beside = _("Written at the same time as {steps}: neither knew of the other.").format(steps=others)
                line = row(Mark("git-merge", "warn"))
                line.addWidget(Label(beside, "small", "warn", wrap=True), 1)
                self.body.addLayout(line)
            if step.reason:
                self.body.addWidget(Label(step.reason, "small", "muted", wrap=True))
        self.body.addStretch(1)
        close = Button(_("Close"), "primary")
        close.clicked.connect(self.accept)
        self.foot.addStretch(1)
        self.foot.addWidget(close)
        close.setFocus()
        self.fit()


def _head(step: Step, numbers: dict[str, int]) -> str:
    states = {"draft": _("Draft"), "final": _("Final"), "deleted": _("In the bin")}
    who = " · ".join(dict.fromkeys(part for part in (step.who, step.device) if part))
    told = _("{number}: {when} · {who} · {state}")
    return told.format(
        number=words.number(numbers[step.revision]),
        when=words.day_and_clock(step.written),
        who=who,
        state=states.get(step.state, step.state),
    )
