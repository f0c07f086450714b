"""What was done with an interview: its history, in a dialog."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from cami_survey.base.form_words import form_title
from cami_survey.ui.feedback import modal

if TYPE_CHECKING:
    from cami_survey.base.records import RecordRow
    from cami_survey.operations.histories import Step
    from cami_survey.ui.desk import Desk


def show_history(page: QWidget, desk: Desk, record: RecordRow) -> None:
    """The line of changes of an interview."""
    survey, name = desk.survey, record.summary.code or form_title(record.form_title)

    def work() -> tuple[Step, ...]:
        from cami_survey.operations import histories

        return histories.steps_of(survey, record.record).value

    def show(steps: tuple[Step, ...]) -> None:
        from cami_survey.ui.dialogs.history import RecordHistory

        modal(RecordHistory(name, steps, page.window()))

    desk.worker.run(work, show, receiver=page, waited=True)
