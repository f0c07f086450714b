"""The one thread behind the window. Store work runs there in the order it was asked for; answers come back as signals.

An answer whose receiver is gone is dropped. The world's errors go to the caller's `failed`, else to `user_error`;
any other exception is our own mistake and goes to `crashed` as a traceback.
"""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Generic, NamedTuple, TypeVar

import shiboken6
from PySide6.QtCore import QCoreApplication, QObject, Qt, Signal, Slot

from cami_survey.base.errors import UserError

Value = TypeVar("Value")
REPORT_EVERY = 0.1


class WorkCancelledError(Exception):
    """The person took back what was running; raised inside the work when it next reports."""


class SupersededError(Exception):
    """A later job with the same key was asked for before this one began."""


# Dataclasses take some milliseconds each to be made, and these are made before the first paint.
class Progress(NamedTuple):
    """How far long work is: `done` of `total` (0: not known), and the seconds `left` (None: not known)."""

    what: str
    done: int = 0
    total: int = 0
    left: float | None = None


class Report:
    """Given to long work: call it with how much is done. Raises WorkCancelledError when the person has had enough."""

    def __init__(self, what: str, tell: Callable[[Progress], None]) -> None:
        self.what = what
        self.cancelled = False
        self._tell = tell
        self._began = time.monotonic()
        self._told = 0.0

    def __call__(self, done: int, total: int = 0) -> None:
        if self.cancelled:
            raise WorkCancelledError
        now = time.monotonic()
        if now - self._told < REPORT_EVERY and done != total:
            return
        self._told = now
        spent = now - self._began
        left = spent / done * (total - done) if done and total and spent > 1 else None
        self._tell(Progress(self.what, done, total, left))


class _Job(Generic[Value]):
    def __init__(
        self,
        receiver: QObject,
        then: Callable[[Value], object] | None,
        failed: Callable[[UserError], object] | None,
        report: Report | None = None,
        stopped: Callable[[], object] | None = None,
        *,
        waited: bool = False,
    ) -> None:
        self.receiver, self.then, self.failed = receiver, then, failed
        self.report, self.stopped, self.waited = report, stopped, waited


class Worker(QObject):
    """Runs work in order on one thread of its own."""

    user_error = Signal(object)
    crashed = Signal(str)
    progressed = Signal(object)
    long_began = Signal(str)
    long_ended = Signal()
    wait_began = Signal()
    wait_ended = Signal()
    _answered = Signal(object, object)
    _told = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="store")
        self._latest: dict[str, object] = {}
        self._long: list[Report] = []
        self._ahead: Report | None = None
        self._waits = 0
        self._closed = False
        self._answered.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        self._told.connect(self.progressed, Qt.ConnectionType.QueuedConnection)

    def run(
        self,
        work: Callable[[], Value],
        then: Callable[[Value], object] | None = None,
        *,
        receiver: QObject,
        failed: Callable[[UserError], object] | None = None,
        key: str = "",
        waited: bool = False,
    ) -> None:
        """Do `work` on the thread, then call `then(value)` on this one if `receiver` still lives.

        Of the jobs with one `key` that have not begun, only the last is done. `waited` says that a person waits for
        it: `wait_began` comes before the first such job, `wait_ended` after the last.
        """
        job = _Job(receiver, then, failed, waited=waited)
        self._submit(self._only_latest(work, key) if key else work, job)

    def run_long(
        self,
        what: str,
        work: Callable[[Report], Value],
        then: Callable[[Value], object] | None = None,
        *,
        receiver: QObject,
        failed: Callable[[UserError], object] | None = None,
        stopped: Callable[[], object] | None = None,
        key: str = "",
    ) -> Report:
        """Like `run` for work worth a progress line; `work` gets a `Report`. `stopped` is called after a cancel.

        Of several, the line is about the one that was asked for first and is not done.
        """
        report = Report(what, self._told.emit)
        self._long.append(report)
        if report is self._long[0]:
            self.long_began.emit(what)

        def begin() -> Value:
            if report.cancelled:
                raise WorkCancelledError
            return work(report)

        job = _Job(receiver, then, failed, report, stopped)
        self._submit(self._only_latest(begin, key) if key else begin, job)
        return report

    def run_ahead(self, work: Callable[[Report], object], *, receiver: QObject) -> None:
        """Do `work` that nobody has asked for yet. It gets a `Report`, and ends as soon as anything is asked for."""
        report = Report("", lambda _progress: None)
        self._submit(lambda: work(report), _Job(receiver, None, None))
        self._ahead = report

    def give_way(self) -> None:
        """End what nobody has asked for."""
        if self._ahead is not None:
            self._ahead.cancelled = True
            self._ahead = None

    def cancel(self) -> None:
        """Ask the long work that the line is about to stop; it does so when it next reports."""
        if self._long:
            self._long[0].cancelled = True

    def finish(self) -> None:
        """Wait until everything asked for is done and its answers are delivered."""
        if self._closed:
            return
        self.give_way()
        self._executor.submit(lambda: None).result()
        QCoreApplication.sendPostedEvents(self)

    def close(self) -> None:
        """Do what was asked for, then end the thread; whatever is asked for later is not done."""
        self._closed = True
        self.give_way()
        self._executor.shutdown(wait=True)

    def _only_latest(self, work: Callable[[], Value], key: str) -> Callable[[], Value]:
        ticket = object()
        self._latest[key] = ticket

        def checked() -> Value:
            if self._latest.get(key) is not ticket:
                raise SupersededError
            return work()

        return checked

    def _submit(self, work: Callable[[], Value], job: _Job[Value]) -> None:
        if self._closed:
            return
        self.give_way()
        if job.waited:
            self._waits += 1
            if self._waits == 1:
                self.wait_began.emit()
        future = self._executor.submit(work)
        future.add_done_callback(lambda done: self._answered.emit(job, done))

    @Slot(object, object)
    def _deliver(self, job: _Job[object], future: Future[object]) -> None:
        if job.report is not None:
            self._done(job.report)
        if job.waited:
            self._waits -= 1
            if not self._waits:
                self.wait_ended.emit()
        error = future.exception()
        if not shiboken6.isValid(job.receiver):
            return
        if error is not None:
            self._failed(job, error)
        elif job.then is not None:
            job.then(future.result())

    def _done(self, report: Report) -> None:
        told, self._long = self._long[0], [one for one in self._long if one is not report]
        if not self._long:
            self.long_ended.emit()
        elif told is report:
            self.long_began.emit(self._long[0].what)

    def _failed(self, job: _Job[object], error: BaseException) -> None:
        if isinstance(error, WorkCancelledError):
            if job.stopped is not None:
                job.stopped()
        elif isinstance(error, UserError):
            (job.failed or self.user_error.emit)(error)
        elif not isinstance(error, SupersededError):
            self.crashed.emit("".join(traceback.format_exception(error)))
