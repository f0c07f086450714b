"""Packages opened, proven and read by a process of their own, a few ahead of the one that takes them in.

The process is given files and the identities that open them through a pipe, and answers through another: what a package
says of itself, then its facts as the store has checked them. Plain answers pass from memory to memory. Whatever stops
it, it says no more than that: the file is opened once more here, and that tells why, or merges it all the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from cami_survey.base.beside import Beside, GoneError
from cami_survey.base.errors import UserError
from cami_survey.exchange.manifest import Manifest
from cami_survey.exchange.package import open_package

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from multiprocessing.connection import Connection

    from cami_survey.base.beside import Outbox
    from cami_survey.base.records import Fact
    from cami_survey.store.api import Batch

    Prepare = Callable[[Iterable[Fact]], Iterator[Batch]]


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
        self._reader: Beside | None = None
        self._broken = False

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
        return self._reader is not None and not self._broken

    def want(self, path: Path, identities: Sequence[str], door: Door) -> None:
        """Have a package read; nothing happens where no process can be started."""
        if self._broken:
            return
        number = self._numbers.setdefault(path, len(self._numbers))
        try:
            if self._reader is None:
                self._reader = Beside(serve, self._idle, self._prepare)
            self._reader.send(Task(number, str(path), tuple(identities), door))
        except GoneError:
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
        while self._reader is not None and not self._broken:
            try:
                found, answer = self._reader.receive()
            except GoneError:
                self.close()
                break
            if found == number:
                if isinstance(answer, NotReadError):
                    raise answer
                return answer
        raise NotReadError

    def close(self) -> None:
        """End the process, whatever it is at. Nothing is read ahead any more."""
        self._broken = True
        if self._reader is not None:
            self._reader.close()


def serve(tasks: Connection, outbox: Outbox, prepare: Prepare) -> None:
    """What the process does: read one package after the other until nobody asks any more."""
    while not outbox.is_closed:
        task: Task = tasks.recv()
        _read(task, prepare, outbox)


def _read(task: Task, prepare: Prepare, outbox: Outbox) -> None:
    try:
        with open_package(Path(task.path), identities=task.identities, admit=task.door.admit) as package:
            opening = Opening(package.sha256, package.encrypted, package.public_key, package.manifest)
            outbox.put((task.number, opening))
            for batch in prepare(package.facts()):
                outbox.put((task.number, batch))
        outbox.put((task.number, None))
    except (UserError, OSError, MemoryError):
        outbox.put((task.number, NotReadError()))
