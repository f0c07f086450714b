"""Packages opened, proven and read by a process of their own, a few ahead of the one that takes them in.

The process is given files and the identities that open them through a pipe, and answers through another: what a package
says of itself, then its facts as the store has checked them. Plain answers pass from memory to memory. Whatever stops
it, it says no more than that: the file is opened once more here, and that tells why, or merges it all the same.
"""

from __future__ import annotations

import gc
import multiprocessing
import pickle
import signal
import sys
import threading
from collections import deque
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from cami_survey.base.errors import UserError
from cami_survey.exchange.manifest import Manifest
from cami_survey.exchange.package import open_package

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from multiprocessing.connection import Connection
    from multiprocessing.process import BaseProcess

    from cami_survey.base.records import Fact
    from cami_survey.store.api import Batch

    Prepare = Callable[[Iterable[Fact]], Iterator[Batch]]

MOST_WAITING = 12 * 1024 * 1024
PATIENCE = 0.05
BYE_SECONDS = 10


class Door(Protocol):
    """Who is let in: raises UserError for the public key of a sender who is not. It goes to the other process."""

    def admit(self, public_key: bytes, /) -> None: ...


class NotReadError(Exception):
    """The other process did not bring the package to its end; it is to be opened here."""


@dataclass(frozen=True, slots=True)
class Task:
    """A package to open."""

    number: int
    path: str
    identities: tuple[str, ...]
    door: Door


@dataclass(frozen=True, slots=True)
class Opening:
    """What a package is, before its facts."""

    sha256: str
    encrypted: bool
    public_key: bytes
    manifest: Manifest


@dataclass(frozen=True, slots=True)
class Ready:
    """A package that was opened and found right; `batches` may be read once and raises NotReadError."""

    opening: Opening
    batches: Callable[[], Iterator[Batch]]


class ReadingAhead:
    """Packages in the order they are wanted. `idle` is called while nothing has come; it may raise to stop."""

    def __init__(self, prepare: Prepare, idle: Callable[[], None]) -> None:
        self._prepare = prepare
        self._idle = idle
        self._numbers: dict[Path, int] = {}
        self._process: BaseProcess | None = None
        self._tasks: _Outbox | None = None
        self._answers: Connection | None = None
        self._broken = multiprocessing.current_process().daemon

    def __enter__(self) -> ReadingAhead:
        return self

    def __exit__(self, *_details: object) -> None:
        self.close()

    def is_wanted(self, path: Path) -> bool:
        """Whether `want` was called with it."""
        return path in self._numbers

    @property
    def is_at_work(self) -> bool:
        """Whether the process was started and has not ended."""
        return self._tasks is not None and not self._broken

    def want(self, path: Path, identities: Sequence[str], door: Door) -> None:
        """Have a package read; nothing happens where no process can be started."""
        if self._broken:
            return
        number = self._numbers.setdefault(path, len(self._numbers))
        try:
            if self._tasks is None:
                self._start()
            assert self._tasks is not None
            self._tasks.put(Task(number, str(path), tuple(identities), door))
        except (OSError, ValueError, RuntimeError):
            self.close()

    def ready(self, path: Path) -> Ready | None:
        """The package at `path` once it is open; None if it was not wanted or has to be opened here."""
        number = self._numbers.get(path)
        if self._broken or number is None:
            return None
        try:
            opening = self._next(number)
        except NotReadError:
            return None
        return Ready(opening, lambda: self._batches(number))

    def _batches(self, number: int) -> Iterator[Batch]:
        while (batch := self._next(number)) is not None:
            yield batch

    def _next(self, number: int) -> Any:
        """What comes next of package `number`; what is left of earlier ones is passed over."""
        while not self._broken:
            try:
                assert self._answers is not None
                while not self._answers.poll(PATIENCE):
                    self._idle()
                found, answer = self._answers.recv()
            except (EOFError, OSError):
                self.close()
                break
            if found == number:
                if isinstance(answer, NotReadError):
                    raise answer
                return answer
        raise NotReadError

    def _start(self) -> None:
        context = multiprocessing.get_context("spawn")
        theirs, tasks = context.Pipe(duplex=False)
        self._answers, answers = context.Pipe(duplex=False)
        self._process = context.Process(target=serve, args=(theirs, answers, self._prepare), daemon=True)
        self._process.start()
        # Held by the other process alone, so that its end is noticed here.
        theirs.close()
        answers.close()
        # A pipe holds little: sent from here, a task could wait for a process that waits to be listened to.
        self._tasks = _Outbox(tasks, sys.maxsize)

    def close(self) -> None:
        """End the process, whatever it is at. Nothing is read ahead any more."""
        self._broken = True
        # First, so that nothing waits for it any more.
        if self._process is not None and self._process.pid is not None:
            self._process.kill()
            self._process.join(BYE_SECONDS)
        self._process = None
        for pipe in (self._tasks, self._answers):
            if pipe is not None:
                pipe.close()


def serve(tasks: Connection, answers: Connection, prepare: Prepare) -> None:
    """What the process does: read one package after the other until nobody asks any more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.set_threshold(200_000, *gc.get_threshold()[1:])
    outbox = _Outbox(answers, MOST_WAITING)
    while not outbox.is_closed:
        try:
            task: Task = tasks.recv()
        except (EOFError, OSError):
            return
        _read(task, prepare, outbox)


def _read(task: Task, prepare: Prepare, outbox: _Outbox) -> None:
    try:
        with open_package(Path(task.path), identities=task.identities, admit=task.door.admit) as package:
            opening = Opening(package.sha256, package.encrypted, package.public_key, package.manifest)
            outbox.put((task.number, opening))
            for batch in prepare(package.facts()):
                outbox.put((task.number, batch))
        outbox.put((task.number, None))
    except (UserError, OSError, MemoryError):
        outbox.put((task.number, NotReadError()))


class _Outbox:
    """Sends what is put into it by a thread of its own; `put` waits while more than `most` bytes were not taken yet."""

    def __init__(self, pipe: Connection, most: int) -> None:
        self._pipe = pipe
        self._most = most
        self._waiting: deque[bytes] = deque()
        self._changed = threading.Condition()
        self.is_closed = False
        self._sending = threading.Thread(target=self._send, daemon=True)
        self._sending.start()

    def put(self, what: object) -> None:
        data = pickle.dumps(what, pickle.HIGHEST_PROTOCOL)
        with self._changed:
            self._changed.wait_for(lambda: self.is_closed or sum(map(len, self._waiting)) < self._most)
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
