"""Long computing that can be stopped: between two parts of it, it asks whoever waits for it.

So that what computes need not know for whom, and nothing is handed through that only passes it on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar

Step = Callable[[], None]
Row = TypeVar("Row")
Found = TypeVar("Found")
HEEDED_EVERY = 5000
# Seconds between two looks at who waits for work on another thread.
LOOKED_EVERY = 0.05


def _go_on() -> None:
    """Nobody waits, or nobody who could change their mind."""


_step: ContextVar[Step] = ContextVar("step", default=_go_on)


@contextmanager
def heeding(step: Step) -> Iterator[None]:
    """Within this, in this thread, `heed` calls `step`, which may raise to stop."""
    token = _step.set(step)
    try:
        yield
    finally:
        _step.reset(token)


def heed() -> None:
    """Called by long computing every few hundredths of a second."""
    _step.get()()


def heeded(rows: Iterable[Row]) -> Iterator[Row]:
    """The same rows; every few thousand of them heeds."""
    for at, row in enumerate(rows):
        if not at % HEEDED_EVERY:
            heed()
        yield row


def begun(work: Callable[[], Found]) -> Callable[[], Found]:
    """Begin work that cannot heed, on a thread of its own; what is returned waits for its result and heeds meanwhile.

    Where nobody waits any more the work comes to its end unseen, so it must leave nothing behind.
    """
    thread = ThreadPoolExecutor(1)
    found = thread.submit(work)
    thread.shutdown(wait=False)

    def result() -> Found:
        while not found.done():
            heed()
            wait([found], timeout=LOOKED_EVERY)
        heed()
        return found.result()

    return result
