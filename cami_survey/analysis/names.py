"""Names that are distinct without regard to case, as spreadsheets and databases want them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence


def distinct(wanted: Sequence[tuple[str, str]]) -> list[str]:
    """One distinct name for each pair of a short and a long name, in order.

    The short name where nobody else wants it, else the long one, else the long one with " (2)", " (3)" behind.
    """
    asked = Counter(short.casefold() for short, _long in wanted)
    taken: set[str] = set()
    names = []
    for short, long in wanted:
        name = _free(short if asked[short.casefold()] == 1 else long, taken)
        taken.add(name.casefold())
        names.append(name)
    return names


def _free(name: str, taken: set[str]) -> str:
    candidate, number = name, 2
    while candidate.casefold() in taken:
        candidate, number = f"{name} ({number})", number + 1
    return candidate
