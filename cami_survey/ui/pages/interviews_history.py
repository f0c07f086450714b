"""What was done with an interview, and what is to be done: its history and its review, each in a dialog."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from cami_survey.ui.feedback import modal

if TYPE_CHECKING:
    from cami_survey.base.notices import Outcome
    from cami_survey.base.records import RecordRow
    from cami_survey.operations.histories import Step
    from cami_survey.operations.reviews import Review
    from cami_survey.ui.desk import Desk

    Shown = tuple[Review, list[tuple[str, str, str]]]


def show_history(page: QWidget, desk: Desk, record: RecordRow) -> None:
    """The line of changes of an interview."""
    survey, name = desk.survey, record.summary.code or record.form_title

    def work() -> tuple[Step, ...]:
        from cami_survey.operations import histories

        return histories.steps_of(survey, record.record).value

    def show(steps: tuple[Step, ...]) -> None:
        from cami_survey.ui.dialogs.history import RecordHistory

        modal(RecordHistory(name, steps, page.window()))

    desk.worker.run(work, show, receiver=page)


def review(page: QWidget, desk: Desk, record: RecordRow) -> None:
    """Say how far an interview is and ask about its answers."""
    survey, name = desk.survey, record.summary.code or record.form_title

    def work() -> Shown:
        from cami_survey.operations import interviews, reviews

        detail = interviews.show(survey, record.record).value
        answers = [(one.field, one.label or one.name, one.text) for one in detail.answers if not one.computed]
        return reviews.review_of(survey.view(record.record), name), answers

    def show(shown: Shown) -> None:
        from cami_survey.ui.dialogs.review import ReviewDialog

        dialog = ReviewDialog(name, *shown, page.window())
        dialog.reviewed.connect(keep)
        modal(dialog)

    def keep(state: str, queries: dict[str, str | None]) -> None:
        def write() -> Outcome[None]:
            from cami_survey.operations import reviews

            return reviews.save(survey, record.record, state, queries)

        desk.do(write, receiver=page)

    desk.worker.run(work, show, receiver=page)
