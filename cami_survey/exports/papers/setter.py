"""typst, kept for as long as the program runs: it remembers what it set."""

from __future__ import annotations

import re
from functools import lru_cache
from threading import Lock
from typing import TYPE_CHECKING, Any

from cami_survey.base.places import fonts

if TYPE_CHECKING:
    from typst import Fonts

_CONTROLS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


class Setter:
    """Sets one text after the other, from whatever thread; several setters work beside each other."""

    def __init__(self) -> None:
        from typst import Compiler

        self._compiler = Compiler(font_paths=_fonts())
        self._one_at_a_time = Lock()

    def set(self, text: str, **wanted: Any) -> Any:
        """What typst makes of `text`: PDF, or what is `wanted` by its parameters `format` and `ppi`."""
        with self._one_at_a_time:
            return self._compiler.compile(input=text.encode(), **wanted)


@lru_cache(maxsize=1)
def _fonts() -> Fonts:
    """The fonts of the program, and those of the system for scripts that they lack."""
    from typst import Fonts

    return Fonts(include_system_fonts=True, include_embedded_fonts=False, font_paths=[str(fonts() / "noto")])


def quoted(text: str) -> str:
    """A typst string: whatever is in the words stays words."""
    made = _CONTROLS.sub(" ", text)
    return '"' + made.replace("\\", "\\\\").replace('"', '\\"') + '"'
