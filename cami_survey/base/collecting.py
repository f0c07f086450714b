"""Python's collector of cycles, which looks at everything again and again while millions of texts go by."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

COLLECTED_AFTER = 50_000


@contextmanager
def seldom() -> Iterator[None]:
    """It looks seldom within this."""
    usual = gc.get_threshold()
    gc.set_threshold(COLLECTED_AFTER, *usual[1:])
    try:
        yield
    finally:
        gc.set_threshold(*usual)


class paused:  # noqa: N801 - read as a word of a `with`; a generator takes five times as long
    """It does not look at all within this: what is made here is many and made to stay.

    One within another is part of it: the collector looks when the outermost ends, and has all to look at then.
    """

    __slots__ = ("_was_on",)

    def __enter__(self) -> bool:
        """Whether it was on."""
        self._was_on = gc.isenabled()
        gc.disable()
        return self._was_on

    def __exit__(self, *_error: object) -> None:
        if self._was_on:
            gc.enable()
