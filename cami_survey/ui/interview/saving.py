"""Every answer to the draft journal at once, off the window's thread; says when it is safe and when it is not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from cami_survey.base.errors import UserError
from cami_survey.base.remarks import COMMENT, REASON, remark_name
from cami_survey.operations.running import FILE

if TYPE_CHECKING:
    from cami_survey.base.clock import Clock
    from cami_survey.operations.interviews import Interview
    from cami_survey.ui.worker import Worker

AGAIN_MS = 4000


class Saver(QObject):
    """The journal of one interview. `saved` carries the time once all that was asked for is written.

    What could not be written goes with the next answer, by `retry`, and by itself every few seconds.
    """

    saved = Signal(str)
    failed = Signal(object)

    def __init__(self, interview: Interview, worker: Worker | None, clock: Clock, parent: QObject) -> None:
        super().__init__(parent)
        self._interview, self._worker, self._clock = interview, worker, clock
        self.waiting = 0
        self._again = QTimer(self, singleShot=True, interval=AGAIN_MS)
        self._again.timeout.connect(self.retry)
        interview.write_with(self.journal)

    def journal(self, draft: str, changes: Mapping[str, str | None], place: str) -> None:
        """Write changes and place into a draft."""
        survey = self._interview.survey
        if survey is None:
            return
        kept = dict(changes)
        self.waiting += 1
        if self._worker is None:
            try:
                survey.journal(draft, kept, place=place)
            except UserError as error:
                self._failed(error, kept)
            else:
                self._written()
            return
        self._worker.run(
            lambda: survey.journal(draft, kept, place=place),
            lambda _nothing: self._written(),
            receiver=self,
            failed=lambda error: self._failed(error, kept),
        )

    def _written(self) -> None:
        self.waiting -= 1
        if not self.waiting and not self._interview.unwritten:
            self._again.stop()
            self.saved.emit(self._clock().strftime("%H:%M:%S"))

    def _failed(self, error: UserError, changes: Mapping[str, str | None]) -> None:
        self.waiting -= 1
        self._interview.not_written(self._as_it_is_now(changes))
        self._again.start()
        self.failed.emit(error)

    def _as_it_is_now(self, changes: Mapping[str, str | None]) -> dict[str, str | None]:
        """The fields of a failed write as they stand: a later write may have gone well with newer answers."""
        interview = self._interview
        values: Mapping[str, str] = {
            **interview.session.values(),
            **{remark_name(COMMENT, field): words for field, words in interview.comments.items()},
            **{remark_name(REASON, field): words for field, words in interview.reasons.items()},
            **interview.carried,
            **(interview.trail.lines if interview.trail is not None else {}),
            **{FILE + name: sha256 for name, sha256 in interview.files.items()},
        }
        return {field: values.get(field) for field in changes}

    def retry(self) -> None:
        """Try to write what could not be written, after what is being tried already."""
        if self.waiting:
            self._again.start()
        else:
            self._interview.write_pending()
