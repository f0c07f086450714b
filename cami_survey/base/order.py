"""The order of words in the program's language, after the collations of CLDR 46 (alphabets, and own script first).

Qt sorts by CLDR too, but only where there is a window; the languages of the program need no more than their alphabets.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from cami_survey.base.texts import language

LATIN = "abcdefghijklmnopqrstuvwxyz"
CYRILLIC = "абвгдежзийклмнопрстуфхцчшщъыьэюя"
PERSIAN = "آابپتثجچحخدذرزژسشصضطظعغفقکگلمنوهی"
ALPHABETS = {
    "kk": "аәбвгғдежзийкқлмнңоөпрстуұүфхһцчшщъыіьэюя",
    "ky": "абвгдежзийклмнңоөпрстуүфхцчшщъыьэюя",
    "mn": "абвгдежзийклмноөпрстуүфхцчшщъыьэюя",
    "ru": CYRILLIC,
    "tg": "абвгғдежзиӣйкқлмнопрстуӯфхҳцчҷшщъыьэюя",
    "fa": PERSIAN,
}
UZBEK = {"oʻ": 1, "gʻ": 2, "sh": 3, "ch": 4}
"""Letters of two signs, which come behind z."""
ALIKE = {"ё": "е", "ي": "ی", "ك": "ک", "أ": "ا", "إ": "ا", "ئ": "ی", "ؤ": "و"}
SCRIPTS = (LATIN, CYRILLIC, PERSIAN)
Key = tuple[tuple[int, ...], str]

_UZBEK_LETTERS = re.compile("|".join(UZBEK) + "|.", re.DOTALL)


def ordered(text: str) -> Key:
    """What to sort words by: capitals count as small letters, ё as е; signs come first, then digits, then letters."""
    return _key(text, language())


@lru_cache(maxsize=10_000)
def _key(text: str, code: str) -> Key:
    small = unicodedata.normalize("NFC", text).casefold()
    letters = _UZBEK_LETTERS.findall(small) if code == "uz" else list(small)
    return tuple(_place(letter, code) for letter in letters), small


@lru_cache(maxsize=5_000)
def _place(letter: str, code: str) -> int:
    if code == "uz" and letter in UZBEK:
        return _in_script(LATIN, code) + len(LATIN) + UZBEK[letter]
    letter = ALIKE.get(letter, letter)
    own = ALPHABETS.get(code, LATIN)
    if letter in own:
        return 10_000 + own.index(letter)
    for script in SCRIPTS:
        if letter in script:
            return _in_script(script, code) + script.index(letter)
    base = unicodedata.normalize("NFD", letter)[0]
    if base != letter:
        return _place(base, code)
    if letter.isdigit():
        return 5_000 + int(unicodedata.digit(letter, 0))
    return 50_000 + ord(letter) if letter.isalpha() else ord(letter) % 5_000


def _in_script(script: str, code: str) -> int:
    """Where the letters of a script begin: those of the language's own alphabet come before all others."""
    own = ALPHABETS.get(code, LATIN)
    if own is script or script[0] == own[0]:
        return 10_000
    return 20_000 + 1_000 * SCRIPTS.index(script)
