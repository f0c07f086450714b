"""Which languages the person's system is set to, without Qt: for the first start, when no language was chosen yet."""

from __future__ import annotations

import locale
import os
import sys
from collections.abc import Iterable

VARIABLES = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")


def preferred() -> list[str]:
    """Codes such as ky_KG or ru, best first; empty where the system does not say."""
    named = [code for variable in VARIABLES for code in os.environ.get(variable, "").split(":") if code]
    if sys.platform == "win32":
        import ctypes

        named.append(locale.windows_locale.get(ctypes.windll.kernel32.GetUserDefaultUILanguage(), ""))
    return [code.split(".")[0].split("@")[0] for code in named]


def first_of(offered: Iterable[str], wanted: Iterable[str]) -> str:
    """The first of `wanted` that is offered, a regional or written variety counting as its language; "" for none.

    A language that is wanted in a script the program does not have it in (uz-Cyrl) still counts: it is understood
    when read aloud, and the next best is another language.
    """
    known = {code.lower(): code for code in offered}
    for code in wanted:
        parts = code.replace("_", "-").lower().split("-")
        for length in range(len(parts), 0, -1):
            found = known.get("-".join(parts[:length]))
            if found is not None:
                return found
    return ""
