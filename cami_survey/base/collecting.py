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


@contextmanager
def paused() -> Iterator[None]:
    """It does not look at all within this: what is made here is made to stay until the end.

    One within another is part of it: the collector looks when the outermost ends, and has all to look at then.
    """
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
