"""From a row of the list to a running interview: opened behind the window, handed to the shell."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QStackedWidget, QWidget

from cami_survey.ui import words

if TYPE_CHECKING:
    from pathlib import Path

    from cami_survey.base.records import RecordRow
    from cami_survey.operations.clocks import Doubt
    from cami_survey.operations.interviews import Interview
    from cami_survey.operations.reviews import Task
    from cami_survey.ui.carrying import Carrying
    from cami_survey.ui.desk import Desk


def take_away(page: QWidget, stack: QStackedWidget) -> None:
    """An interview is over: its page goes, and what was shown before is seen."""
    stack.removeWidget(page)
    page.hide()
    page.deleteLater()


class Interviewing(QObject):
    """`run(interview, read_only=, task=)` takes the interview once it is open.

    A second request meanwhile is passed over.
    """

    def __init__(self, desk: Desk, run: Callable[..., object], window: QWidget) -> None:
        super().__init__(desk)
        self.desk, self._run, self._window = desk, run, window
        # Made with the first interview: what it needs is heavy for a window that is only being opened.
        self._carrying: Carrying | None = None
        self._opening = False
        desk.worker.crashed.connect(self._crashed)
        desk.asked_to_start.connect(self.start)
        desk.asked_to_open.connect(self.open)
        desk.asked_to_open_record.connect(self.open_record)
        desk.asked_to_duplicate.connect(self.duplicate)
        desk.asked_to_look_at.connect(self.look_at)
        desk.asked_to_answer.connect(self.answer)
        desk.asked_to_preview.connect(self.preview)

    def _crashed(self, _report: str) -> None:
        self._opening = False

    def start(self, form_id: str) -> None:
        """A new interview in the newest version of a form."""
        survey, wish = self.desk.survey, self.desk.settings.question_language

        def work() -> Interview:
            from cami_survey.operations import forms, interviews

            form = forms.form_of(survey, form_id)
            return interviews.start(survey, form_id, language=wish if wish in form.languages else None)

        self._open(work)

    def open(self, row: RecordRow) -> None:
        """Continue a draft, in the version of its form that the person wants, or correct a final interview."""
        from cami_survey.ui.carrying import Carrying

        if self._carrying is None:
            self._carrying = Carrying(self.desk, self._window, self.open_record)
        self._carrying.open(row)

    def open_record(self, record: str) -> None:
        """Continue or correct the interview with this id."""
        survey = self.desk.survey

        def work() -> Interview:
            from cami_survey.operations import interviews

            return interviews.open_record(survey, record)

        self._open(work)

    def look_at(self, row: RecordRow | str) -> None:
        """Show an interview, or the one with this id, without letting anybody change it."""
        survey, record = self.desk.survey, row if isinstance(row, str) else row.record

        def work() -> Interview:
            from cami_survey.operations import interviews

            return interviews.look_at(survey, record)

        self._open(work, read_only=True)

    def answer(self, task: Task) -> None:
        """Open an interview at the question that a query is about."""
        survey = self.desk.survey

        def work() -> Interview:
            from cami_survey.operations import interviews

            interview = interviews.open_record(survey, task.record)
            interview.place = interview.form.place_of(task.query.field) or interview.place
            return interview

        self._open(work, task=task)

    def duplicate(self, row: RecordRow) -> None:
        """A new interview with the answers of this one."""
        survey = self.desk.survey

        def work() -> Interview:
            from cami_survey.operations import interviews

            return interviews.duplicate(survey, row.record)

        self._open(work)

    def preview(self, what: object) -> None:
        """Try a form out, from the survey (its form id and version) or from a file: nothing is kept."""
        survey = self.desk.survey

        def work() -> Interview:
            from cami_survey.operations import forms, interviews

            if isinstance(what, tuple):
                return interviews.preview(forms.form_of(survey, *what))
            return interviews.preview(forms.open_source(_path(what)))

        self._open(work)

    def _open(self, work: Callable[[], Interview], **manner: object) -> None:
        if self._opening:
            return
        self._opening = True

        def opened() -> tuple[Interview, Doubt | None]:
            from cami_survey.operations import clocks

            interview = work()
            kept_in = interview.survey if not manner.get("read_only") else None
            return interview, clocks.doubt(kept_in) if kept_in is not None else None

        def ready(found: tuple[Interview, Doubt | None]) -> None:
            self._opening = False
            interview, doubt = found
            self._run(interview, **manner)
            if doubt is not None:
                self.desk.feedback.warn(*words.clock_in_doubt(doubt))

        def failed(error: object) -> None:
            self._opening = False
            self.desk.worker.user_error.emit(error)

        self.desk.worker.run(opened, ready, receiver=self, failed=failed, waited=True)


def _path(what: object) -> Path:
    from pathlib import Path

    return Path(str(what))
