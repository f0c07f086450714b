"""In which languages a question is read: one large, one small beneath, either alone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Literal

from PySide6.QtCore import QLocale, Qt

from cami_survey.base import texts
from cami_survey.ui.words import digits_of, locale_of

Shown = Literal["first", "both", "second"]
ORDER: tuple[Shown, ...] = ("first", "both", "second")
# Languages written from right to left, where a form names them without a code.
NAMED = {
    "arabic": "ar", "العربية": "ar", "dari": "fa", "دری": "fa", "farsi": "fa", "persian": "fa", "فارسی": "fa",
    "hebrew": "he", "pashto": "ps", "پښتو": "ps", "sorani": "ckb", "urdu": "ur", "اردو": "ur", "uyghur": "ug",
}  # fmt: skip
# Where Qt names a variety: American English, Spanish of Spain.
VARIETIES = {QLocale.Language.English: "English", QLocale.Language.Spanish: "Español"}
CODE = re.compile(r"\(([A-Za-z]{2,3}(?:-[A-Za-z0-9]+)*)\)\s*$")


def code_of(language: str) -> str:
    """The language code of a form's language: `fa` of "Persian (fa)" and of "Dari", empty if there is none."""
    found = CODE.search(language)
    return found.group(1) if found else NAMED.get(language.strip().casefold(), "")


def of_program(languages: Iterable[str]) -> str | None:
    """The form's language that the program speaks, for lists and headings; None, the form's first, if it has none."""
    return next((language for language in languages if code_of(language) == texts.language()), None)


def name_of(language: str) -> str:
    """The name of a form's language without its code, as the language itself writes it where Qt knows it."""
    code = code_of(language)
    if code and CODE.search(language):
        locale = QLocale(code)
        own = VARIETIES.get(locale.language()) or locale.nativeLanguageName()
        if own and locale.language() != QLocale.Language.C:
            return own[:1].upper() + own[1:]
    return CODE.sub("", language).strip()


@dataclass(frozen=True, slots=True)
class Reading:
    """The respondent's language `first`, the facilitator's `second` (empty if the form has one language only).

    `media` gives the bytes of a file that came with the form.
    """

    first: str = ""
    second: str = ""
    shown: Shown = "both"
    local_digits: bool = True
    # Those of the form, in its order: where to look for a text that is missing in the languages read.
    languages: tuple[str, ...] = ()
    media: Callable[[str], bytes | None] | None = field(default=None, compare=False, repr=False)

    @property
    def large(self) -> str:
        """The language that leads, which is the session's language."""
        return self.second if self.shown == "second" and self.second else self.first

    @property
    def small(self) -> str:
        """The language beneath, empty when only one is shown."""
        return self.second if self.shown == "both" else ""

    @property
    def code(self) -> str:
        """The code of the leading language."""
        return code_of(self.large)

    @property
    def right_to_left(self) -> bool:
        """Whether the page is mirrored."""
        return texts.is_right_to_left(self.code)

    @property
    def direction(self) -> Qt.LayoutDirection:
        """The layout direction of the page."""
        return Qt.LayoutDirection.RightToLeft if self.right_to_left else Qt.LayoutDirection.LeftToRight

    @property
    def locale(self) -> QLocale:
        """How numbers and dates are written in the leading language."""
        return locale_of(self.code or texts.language())

    def digits(self, text: str) -> str:
        """`text` with the digits of the leading language, where those are wished for."""
        return digits_of(text, self.locale) if self.local_digits else text

    def turned(self) -> Reading:
        """The next of first, both, second."""
        if not self.second:
            return self
        return replace(self, shown=ORDER[(ORDER.index(self.shown) + 1) % len(ORDER)])


def choose(languages: tuple[str, ...] | list[str], *, first: str = "", second: str = "") -> tuple[str, str]:
    """The respondent's and the facilitator's language among those of a form.

    `first` and `second` are wishes, as a form's name of the language or as a code; what the form lacks is passed over.
    The first is that of the program if somebody chose one and the form has it, else the form's first; the second is
    the program's own if it is not the first already, else English, else the next one.
    """
    known = list(languages)
    if not known:
        return "", ""
    # English is what the program speaks where nothing was chosen: it says nothing about who is asked.
    own = "" if texts.language() == texts.SOURCE_LANGUAGE else texts.language()
    leading = _find(known, first) or _find(known, own) or known[0]
    others = [one for one in known if one != leading]
    wishes = [second, texts.language(), texts.SOURCE_LANGUAGE]
    beneath = next((found for wish in wishes if (found := _find(others, wish))), others[0] if others else "")
    return leading, beneath


def _find(known: list[str], wish: str) -> str:
    if not wish:
        return ""
    return next((one for one in known if wish in (one, code_of(one))), "")
