"""A process of its own beside this one: it is given tasks through a pipe and answers through another.

Started by `spawn`, so alike on all systems and without a window's threads. What it is told, secrets too, passes from
memory to memory and lies on no disk and in no list of processes. Whatever stops it, whoever asked does without.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import pickle
import signal
import sys
import threading
from collections import deque
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from cami_survey.base.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.connection import Connection
    from multiprocessing.process import BaseProcess

    Serve = Callable[..., None]

MOST_WAITING = 12 * 1024 * 1024
PATIENCE = 0.05
BYE_SECONDS = 10
COLLECTED_AFTER = 200_000


def processors() -> int:
    """How many processors this program may use."""
    allowed = getattr(os, "sched_getaffinity", None)
    return len(allowed(0)) if allowed else os.cpu_count() or 1


class GoneError(Exception):
    """There is no other process, or it has ended."""


class Beside:
    """The other process. It runs `serve(tasks, outbox, *about)`: a function of a module, given the end of the pipe that
    tasks come from, the outbox for what it has to say, and whatever `about` is.

    `idle` is called while nothing has come; it may raise to stop. GoneError where no process can be started.
    """

    def __init__(self, serve: Serve, idle: Callable[[], None], *about: object) -> None:
        self._idle = idle
        self._process: BaseProcess | None = None
        self._tasks: Outbox | None = None
        self._answers: Connection | None = None
        if multiprocessing.current_process().daemon:
            raise GoneError
        try:
            self._start(serve, about)
        except (OSError, ValueError, RuntimeError) as error:
            self.close()
            raise GoneError from error

    def _start(self, serve: Serve, about: tuple[object, ...]) -> None:
        context = multiprocessing.get_context("spawn")
        theirs, tasks = context.Pipe(duplex=False)
        self._answers, answers = context.Pipe(duplex=False)
        # As bytes, so that what it needs is loaded once the collector of cycles seldom looks.
        work = pickle.dumps((serve, about))
        self._process = context.Process(target=_run, args=(work, theirs, answers), daemon=True)
        self._process.start()
        # Held by the other process alone, so that its end is noticed here.
        theirs.close()
        answers.close()
        # A pipe holds little: sent from here, a task could wait for a process that waits to be listened to.
        self._tasks = Outbox(tasks, sys.maxsize)

    def __enter__(self) -> Beside:
        return self

    def __exit__(self, *_details: object) -> None:
        self.close()

    @property
    def is_at_work(self) -> bool:
        """Whether it was not closed."""
        return self._tasks is not None

    def send(self, task: object) -> None:
        """Give it a task."""
        if self._tasks is None:
            raise GoneError
        self._tasks.put(task)

    def receive(self) -> Any:
        """What it says next. GoneError once it has ended."""
        while not self._has_come():
            self._idle()
        return self._ask(lambda answers: answers.recv())

    def _has_come(self) -> bool:
        return bool(self._ask(lambda answers: answers.poll(PATIENCE)))

    def _ask(self, question: Callable[[Connection], Any]) -> Any:
        if self._answers is None:
            raise GoneError
        try:
            return question(self._answers)
        except (EOFError, OSError) as error:
            self.close()
            raise GoneError from error

    def kill(self) -> None:
        """End the process, whatever it is at."""
        if self._process is not None and self._process.pid is not None:
            self._process.kill()
            self._process.join(BYE_SECONDS)

    def close(self) -> None:
        """End the process; nothing can be sent or received any more."""
        # First, so that nothing waits for it any more.
        self.kill()
        for pipe in (self._tasks, self._answers):
            if pipe is not None:
                pipe.close()
        self._process = self._tasks = self._answers = None


def _run(work: bytes, tasks: Connection, answers: Connection) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.set_threshold(COLLECTED_AFTER, *gc.get_threshold()[1:])
    serve: Serve
    about: tuple[object, ...]
    serve, about = pickle.loads(work)
    outbox = Outbox(answers, MOST_WAITING)
    # Nobody asks any more, or something stands against it, which whoever asked will find in their own way.
    with suppress(EOFError, OSError, MemoryError, UserError):
        serve(tasks, outbox, *about)


class Outbox:
    """Sends what is put into it by a thread of its own; `put` waits while more than `most` bytes were not taken yet."""

    def __init__(self, pipe: Connection, most: int) -> None:
        self.most = most
        self._pipe = pipe
        self._waiting: deque[bytes] = deque()
        self._changed = threading.Condition()
        self.is_closed = False
        self._sending = threading.Thread(target=self._send, daemon=True)
        self._sending.start()

    def put(self, what: object) -> None:
        """Have it sent; nothing happens once nobody listens."""
        data = pickle.dumps(what, pickle.HIGHEST_PROTOCOL)
        with self._changed:
            self._changed.wait_for(lambda: self.is_closed or sum(map(len, self._waiting)) < self.most)
            self._waiting.append(data)
            self._changed.notify_all()

    def close(self) -> None:
        """Send nothing more. Whoever listened has ended, or this waits for it."""
        with self._changed:
            self.is_closed = True
            self._changed.notify_all()
        self._sending.join(BYE_SECONDS)
        self._pipe.close()

    def _send(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._waiting or self.is_closed)
                if self.is_closed:
                    return
                data = self._waiting[0]
            try:
                self._pipe.send_bytes(data)
            except OSError:
                self.is_closed = True
            with self._changed:
                self._waiting.popleft()
                self._changed.notify_all()
