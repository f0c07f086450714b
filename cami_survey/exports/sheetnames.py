"""Names for sheets as Excel allows them."""

from __future__ import annotations

import re

LONGEST = 31
_FORBIDDEN = re.compile(r"[\[\]:*?/\\\x00-\x1f\ud800-\udfff\ufffe\uffff]")


class SheetNames:
    """Hands out sheet names: legal, at most 31 characters, distinct without regard to case."""

    def __init__(self) -> None:
        # Excel keeps this name for itself in every language.
        self._taken = {"history"}

    def take(self, wanted: str, suffix: str = "") -> str:
        """The name nearest to `wanted` with `suffix` behind it that is still free."""
        stem = _FORBIDDEN.sub("_", wanted).strip().strip("'") or "_"
        number = 1
        while True:
            tail = suffix if number == 1 else f"{suffix}~{number}"
            name = _shortened(stem, LONGEST - len(tail)) + tail
            if name.casefold() not in self._taken:
                self._taken.add(name.casefold())
                return name
            number += 1


def _shortened(stem: str, limit: int) -> str:
    """`stem` in at most `limit` UTF-16 units; of a form and its repeat, as much of the repeat as fits beside six."""
    form, dash, repeat = stem.rpartition("-")
    if dash and len(stem) > limit and len(repeat) <= limit - 7:
        stem = form[: limit - 1 - len(repeat)] + dash + repeat
    short = stem[:limit]
    while len(short.encode("utf-16-le", "replace")) > 2 * limit:
        short = short[:-1]
    return short.rstrip("'")
