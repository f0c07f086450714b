"""The program's own texts: one gettext catalogue for core, command line and window.

Source texts are English. `_` looks a text up at the time of the call, so a change of language shows at once.
"""

from __future__ import annotations

import gettext
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache

from cami_survey.base.places import shipped

DOMAIN = "cami_survey"
SOURCE_LANGUAGE = "en"
RIGHT_TO_LEFT = frozenset({"fa", "ps", "ur", "ug", "uz-Arab", "kk-Arab", "bal", "sd", "ks", "az-Arab", "ar", "he"})


@lru_cache(maxsize=8)
def _catalogue(language: str) -> gettext.NullTranslations:
    if language == SOURCE_LANGUAGE:
        return gettext.NullTranslations()
    return gettext.translation(DOMAIN, str(shipped("translations")), languages=[language], fallback=True)


class _Current:
    language = SOURCE_LANGUAGE


def set_language(code: str) -> None:
    """Texts are in this language from now on; an unknown one falls back to English."""
    _Current.language = code


@contextmanager
def speaking(code: str) -> Iterator[None]:
    """Texts are in this language for a while; an empty code changes nothing."""
    before = _Current.language
    set_language(code or before)
    try:
        yield
    finally:
        set_language(before)


def language() -> str:
    """The code of the program's language."""
    return _Current.language


def languages() -> list[str]:
    """Codes of the languages that have a catalogue, English first."""
    found = shipped("translations").glob(f"*/LC_MESSAGES/{DOMAIN}.mo")
    return [SOURCE_LANGUAGE, *sorted(path.parent.parent.name for path in found)]


def is_right_to_left(code: str) -> bool:
    """Whether the script of language `code` (BCP 47) runs from right to left."""
    return code in RIGHT_TO_LEFT or code.split("-")[0] in RIGHT_TO_LEFT


def _(text: str) -> str:
    """`text` in the program's language."""
    return _catalogue(_Current.language).gettext(text)


def translator(code: str) -> Callable[[str], str]:
    """What `_` is in another language than the program's: for words that stand beside others of that language."""
    return _catalogue(code).gettext


def ngettext(one: str, many: str, number: int) -> str:
    """`one` or `many` in the program's language, by its plural rule for `number`."""
    return _catalogue(_Current.language).ngettext(one, many, number)
