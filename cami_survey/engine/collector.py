"""The garbage collector waits where many objects are made."""

from __future__ import annotations

import gc


class without_collector:  # noqa: N801 - read as a word of a `with`; a generator takes five times as long
    """Many small objects are made and none dropped: the garbage collector would only look at them again and again."""

    __slots__ = ("_was_on",)

    def __enter__(self) -> bool:
        """Whether it was on."""
        self._was_on = gc.isenabled()
        gc.disable()
        return self._was_on

    def __exit__(self, *_error: object) -> None:
        if self._was_on:
            gc.enable()
