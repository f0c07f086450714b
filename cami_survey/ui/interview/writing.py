"""Whether this computer has the letters in which a form is written."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from PySide6.QtGui import QTextLayout

from cami_survey.ui import theme
from cami_survey.ui.interview.reading import code_of

if TYPE_CHECKING:
    from cami_survey.engine.api import Form

# Letters of a script that are tried, and of a form that are read.
MOST_TRIED, MOST_READ = 12, 20_000
MARKS = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp", "Mn", "Mc", "Me"})


def texts_in(form: Form, language: str) -> str:
    """What the form says in a language: labels, hints and choices."""
    found: list[str] = []
    length = 0
    for node in form.nodes:
        said = [node.label(language), node.hint(language), *(choice.label for choice in node.choices(language))]
        found += [words for words in said if words]
        length += sum(map(len, said))
        if length > MOST_READ:
            break
    return " ".join(found)


def scripts_in(words: str) -> dict[str, str]:
    """The scripts of a text -> some of its letters. A script is the first word of a letter's Unicode name."""
    found: dict[str, str] = {}
    for letter in dict.fromkeys(words):
        if unicodedata.category(letter) in MARKS or not letter.isalpha():
            continue
        script = unicodedata.name(letter, "").partition(" ")[0].title()
        if script and len(found.get(script, "")) < MOST_TRIED:
            found[script] = found.get(script, "") + letter
    return found


# The next interview with a form has the same letters.
_found: WeakKeyDictionary[Form, dict[str, dict[str, str]]] = WeakKeyDictionary()


class Letters:
    """The letters of a form, looked for once in each language."""

    def __init__(self, form: Form) -> None:
        self._form = form
        self._scripts = _found.setdefault(form, {})
        self._missing: dict[str, list[str]] = {}

    def missing(self, languages: Iterable[str]) -> list[str]:
        """The scripts of these languages that would be drawn as empty boxes."""
        return list(dict.fromkeys(script for language in languages for script in self._without_font(language)))

    def _without_font(self, language: str) -> list[str]:
        if language not in self._missing:
            if language not in self._scripts:
                self._scripts[language] = scripts_in(texts_in(self._form, language))
            code, found = code_of(language), self._scripts[language].items()
            self._missing[language] = [script for script, letters in found if not _drawn(letters, code)]
        return self._missing[language]


def _drawn(letters: str, language: str) -> bool:
    """Whether some font has every one of these letters."""
    layout = QTextLayout(" ".join(letters), theme.font("question", language=language))
    layout.beginLayout()
    line = layout.createLine()
    line.setLineWidth(10_000)
    layout.endLayout()
    return all(0 not in run.glyphIndexes() for run in layout.glyphRuns())
