"""What every page has at hand: the open survey, the settings, the worker, the notices."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, Signal

from cami_survey.base.texts import _

if TYPE_CHECKING:
    from pathlib import Path

    from cami_survey.base.errors import UserError
    from cami_survey.base.notices import Outcome
    from cami_survey.base.settings import Settings
    from cami_survey.store.api import SurveyFile
    from cami_survey.ui.feedback import Feedback
    from cami_survey.ui.worker import Report, Worker

Value = TypeVar("Value")
FILLED_AT_ONCE, TOLD_EVERY = 100, 20


class Desk(QObject):
    """Shared by the pages, which know nothing of each other.

    `touched` carries the kinds of thing an operation changed; `survey_changed` follows opening and closing;
    the other signals ask the shell for something.
    """

    touched = Signal(object)
    interview_left = Signal(str)
    survey_changed = Signal()
    go = Signal(str)
    asked_to_start = Signal(str)
    asked_to_open = Signal(object)
    asked_to_open_record = Signal(str)
    asked_to_duplicate = Signal(object)
    asked_to_look_at = Signal(object)
    asked_to_answer = Signal(object)
    asked_to_review = Signal(str)
    asked_to_preview = Signal(object)
    asked_to_settle = Signal(str)
    asked_to_export = Signal(object)
    asked_to_back_up = Signal()
    asked_to_protect = Signal(str)
    asked_to_withdraw = Signal(object)
    asked_for_settings = Signal(str)

    def __init__(self, settings: Settings, worker: Worker, feedback: Feedback) -> None:
        super().__init__()
        self.settings, self.worker, self.feedback = settings, worker, feedback
        self._survey: SurveyFile | None = None

    @property
    def survey(self) -> SurveyFile:
        """The open survey; pages live only while there is one."""
        if self._survey is None:
            raise RuntimeError("no survey is open")
        return self._survey

    @property
    def is_open(self) -> bool:
        """Whether a survey is open."""
        return self._survey is not None

    def take(self, survey: SurveyFile | None) -> None:
        """Work on `survey` from now on; the one before is closed after the work that was asked for it."""
        before, self._survey = self._survey, survey
        if before is not None:
            self.worker.run(before.close, receiver=self)
        self.survey_changed.emit()

    def do(
        self,
        work: Callable[[], Outcome[Value]],
        then: Callable[[Value], object] | None = None,
        *,
        receiver: QObject,
        failed: Callable[[UserError], object] | None = None,
    ) -> None:
        """Run an operation on the worker; say what it says, tell the pages what it touched, keep its undo."""
        self.worker.run(work, self._accept(then), receiver=receiver, failed=failed, waited=True)

    def do_long(
        self,
        what: str,
        work: Callable[[Report], Outcome[Value]],
        then: Callable[[Value], object] | None = None,
        *,
        receiver: QObject,
        failed: Callable[[UserError], object] | None = None,
        stopped: Callable[[], object] | None = None,
    ) -> None:
        """Like `do` for work worth a progress line."""
        self.worker.run_long(what, work, self._accept(then), receiver=receiver, failed=failed, stopped=stopped)

    def _accept(self, then: Callable[[Value], object] | None) -> Callable[[Outcome[Value]], None]:
        def accepted(outcome: Outcome[Value]) -> None:
            self.feedback.say(outcome, self.undo)
            if outcome.touched:
                self.touched.emit(outcome.touched)
            if then is not None:
                then(outcome.value)

        return accepted

    def fill_list(self, step: int = 1) -> None:
        """Make, in small pieces between other work, what the list shows of interviews that a merge brought.

        The pages hear of it now and then, and at the end.
        """
        survey = self.survey

        def work() -> int:
            from cami_survey.operations import summaries

            return summaries.catch_up(survey, FILLED_AT_ONCE).value

        def filled(count: int) -> None:
            if self._survey is not survey:
                return
            if (not count and step > 1) or not step % TOLD_EVERY:
                self.touched.emit(frozenset({"records"}))
            if count:
                self.fill_list(step + 1)

        self.worker.run(work, filled, receiver=self)

    def undo(self, take_back: Callable[[], Outcome[None]]) -> None:
        """Take an operation back."""
        self.do(take_back, receiver=self)

    def say_stopped(self) -> None:
        """Long work was cancelled."""
        self.feedback.done(_("Stopped. What was not finished was taken back."))

    def recent(self) -> tuple[Path, ...]:
        """Surveys opened before that are still where they were."""
        from pathlib import Path

        return tuple(path for path in map(Path, self.settings.recent) if path.is_file())
