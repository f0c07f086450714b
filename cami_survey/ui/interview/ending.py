"""The end of an interview at the window: finished, left, or closed with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, Signal

from cami_survey.base.errors import UserError
from cami_survey.base.texts import _
from cami_survey.engine.api import Problems as Standing
from cami_survey.ui.feedback import modal
from cami_survey.ui.interview.reasons import ReasonDialog

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from cami_survey.base.notices import Outcome
    from cami_survey.operations.interviews import Interview, Saved
    from cami_survey.ui.worker import Worker

Value = TypeVar("Value")


class Ending(QObject):
    """Does the last thing after everything that is still being written; a changed finished interview asks why first.

    `left` and `finalised` carry the record, `standing` says that something stands in the way, `failed` carries the
    error of the world that kept it from ending. `ending` comes before the last thing is done.
    """

    left = Signal(str)
    finalised = Signal(str)
    standing = Signal()
    failed = Signal(object)
    ending = Signal()

    def __init__(self, interview: Interview, worker: Worker | None, page: QWidget) -> None:
        super().__init__(page)
        self._interview, self._worker, self._page = interview, worker, page
        self.outcome: Outcome[Saved] | Outcome[Saved | Standing] | None = None
        self._closing = False

    def finish(self) -> None:
        """Make the interview final."""
        self._with_reason(lambda reason: self._end(lambda: self._interview.finalise(reason=reason), self._finished))

    def leave(self) -> None:
        """Keep what there is."""
        self._with_reason(lambda reason: self._end(lambda: self._interview.leave(reason=reason), self._is_left))

    def close(self) -> None:
        """The window closes and nobody can be asked: what needs a reason stays in the journal for the next time."""
        if not self._interview.needs_reason:
            self._end(self._interview.leave, self._is_left)

    def _with_reason(self, then: Callable[[str], object]) -> None:
        if not self._interview.needs_reason:
            then("")
            return
        dialog = ReasonDialog(
            _("Why is this interview changed?"),
            _("It was finished before. The reason is kept in its history beside what was changed."),
            _("Save the change"),
            parent=self._page,
        )
        dialog.given.connect(then)
        modal(dialog)

    def _finished(self, outcome: Outcome[Saved | Standing]) -> None:
        self.outcome = outcome
        if isinstance(outcome.value, Standing):
            self.standing.emit()
        else:
            self.finalised.emit(outcome.value.record)

    def _is_left(self, outcome: Outcome[Saved]) -> None:
        self.outcome = outcome
        self.left.emit(outcome.value.record)

    def _end(self, work: Callable[[], Outcome[Value]], then: Callable[[Outcome[Value]], object]) -> None:
        if self._closing:
            return
        self.ending.emit()
        self._closing = True
        if self._worker is not None:
            self._page.setEnabled(False)
            self._worker.run(
                work, lambda done: self._ended(done, then), receiver=self, failed=self._not_ended, waited=True
            )
            return
        try:
            outcome = work()
        except UserError as error:
            self._not_ended(error)
        else:
            self._ended(outcome, then)

    def _ended(self, outcome: Outcome[Value], then: Callable[[Outcome[Value]], object]) -> None:
        self._closing = False
        self._page.setEnabled(True)
        then(outcome)

    def _not_ended(self, error: UserError) -> None:
        self._closing = False
        self._page.setEnabled(True)
        self.failed.emit(error)
