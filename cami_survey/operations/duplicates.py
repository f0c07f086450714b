"""Interviews that may be the same as one that begins: the same code, or a similar name, place and day.

Names are compared across scripts: written with Latin letters (anyascii), with the spellings that transliterations
differ in made alike, by the share of equal letters (rapidfuzz). Scripts that leave vowels out are compared by their
consonants.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Literal
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    from cami_survey.base.records import Summary
    from cami_survey.store.api import SurveyFile

ALIKE, PLACE_ALIKE, DAYS = 86, 80, 7
SHORTEST, MOST = 4, 3
# How transliterations of one name differ: English, Russian and Persian habits.
_SPELLINGS = (
    ("kh", "h"), ("zh", "j"), ("gh", "g"), ("dzh", "j"), ("ph", "f"), ("q", "k"), ("w", "v"), ("iy", "y"), ("yo", "o"),
    ("ii", "i"), ("ck", "k"), ("x", "ks"),
)  # fmt: skip
_OTHER = re.compile(r"[^a-z0-9]+")
_VOWELS = re.compile(r"[aeiouy]")
# Letters of one sound in Persian; the mark that joins without a blank.
_PERSIAN = str.maketrans("ضظذثصطحة", "زززسستهه", "\u200c\u0640عء")
_TWICE = re.compile(r"(.)\1+")
_ARABIC = re.compile(r"[\u0590-\u08ff\ufb1d-\ufefc]")


@dataclass(frozen=True, slots=True)
class Alike:
    """An interview that may be the same. `why`: the same code, or alike in name, place and day."""

    record: str
    why: Literal["code", "person"]
    summary: Summary
    score: float = 100.0


@lru_cache(maxsize=200_000)
def spelled(words: str) -> str:
    """Words of any script in plain Latin letters, spelled as alike as can be, in alphabetical order."""
    from anyascii import anyascii

    latin = words if words.isascii() else anyascii(words.translate(_PERSIAN))
    plain = _OTHER.sub(" ", latin.lower().replace("'", ""))
    for written, meant in _SPELLINGS:
        plain = plain.replace(written, meant)
    return " ".join(sorted(plain.split()))


@lru_cache(maxsize=200_000)
def consonants(words: str) -> str:
    """The consonants of words, for scripts that leave vowels out."""
    return _TWICE.sub(r"\1", _VOWELS.sub("", spelled(words)))


class Register:
    """The interviews of one form in a survey, as far as they are compared. Read on with `catch_up`, in parts."""

    def __init__(self, form_id: str) -> None:
        self._form_id = form_id
        self._seq = 0
        self._known: dict[str, Summary] = {}
        self._names: dict[str, str] = {}
        self._bones: dict[str, str] = {}
        self._voweless: dict[str, str] = {}
        self._codes: dict[str, set[str]] = {}

    @property
    def known(self) -> dict[str, Summary]:
        """The interviews it compares, by record."""
        return self._known

    def catch_up(self, survey: SurveyFile, at_once: int = 1000) -> bool:
        """Read what came into the survey since; False as long as there is more."""
        rows = survey.summaries_since(self._seq, self._form_id, at_once)
        for seq, record, summary in rows:
            self._seq = max(self._seq, seq)
            self._put(record, summary)
        return len(rows) < at_once

    def _put(self, record: str, summary: Summary | None) -> None:
        before = self._known.pop(record, None)
        if before is not None:
            self._codes.get(spelled(before.code), set()).discard(record)
            for spellings in (self._names, self._bones, self._voweless):
                spellings.pop(record, None)
        if summary is None:
            return
        self._known[record] = summary
        if summary.code:
            self._codes.setdefault(spelled(summary.code), set()).add(record)
        if len(summary.name) >= SHORTEST:
            self._names[record] = spelled(summary.name)
            self._bones[record] = consonants(summary.name)
            if is_voweless(summary.name):
                self._voweless[record] = self._bones[record]

    def alike(self, record: str, new: Summary) -> list[Alike]:
        """What may be the same interview as `record`, which is `new`: the surest first, a few at most."""
        same = self._codes.get(spelled(new.code), set()) - {record} if new.code else set()
        found = [Alike(other, "code", self._known[other]) for other in sorted(same)]
        found += [one for one in self._persons(new) if one.record not in same and one.record != record]
        return found[:MOST]

    def _persons(self, new: Summary) -> list[Alike]:
        if len(new.name) < SHORTEST:
            return []
        if is_voweless(new.name):
            scores = _scores(consonants(new.name), self._bones)
        else:
            scores = _scores(spelled(new.name), self._names) | _scores(consonants(new.name), self._voweless)
        found = [Alike(record, "person", self._known[record], score) for record, score in scores.items()]
        found = [one for one in found if self._is_near(new, one.summary)]
        return sorted(found, key=lambda one: (-one.score, one.record))

    @staticmethod
    def _is_near(new: Summary, other: Summary) -> bool:
        """Whether place and day speak for it, as far as both are known; one of them has to be."""
        days = _days(new.day, other.day)
        places = new.place and other.place
        if days is None and not places:
            return False
        if days is not None and days > DAYS:
            return False
        return not places or place_share(new.place, other.place) >= PLACE_ALIKE


_registers: WeakKeyDictionary[SurveyFile, dict[str, Register]] = WeakKeyDictionary()


def register_of(survey: SurveyFile, form_id: str) -> Register:
    """The register of a form, kept for as long as the survey is open, so that it is read once."""
    return _registers.setdefault(survey, {}).setdefault(form_id, Register(form_id))


def _scores(wanted: str, among: dict[str, str]) -> dict[str, float]:
    """Record -> share of equal letters in percent, of those that are alike."""
    from rapidfuzz import fuzz, process

    found = process.extract(wanted, among, scorer=fuzz.ratio, score_cutoff=ALIKE, limit=None)
    return {record: score for _text, score, record in found}


def alike_names(names: Mapping[str, str], least: float) -> dict[tuple[str, str], float]:
    """Pairs of keys, in order, whose names have at least `least` percent of equal letters, across scripts."""
    from rapidfuzz import fuzz, process

    latin = {key: spelled(name) for key, name in names.items()}
    bones = {key: consonants(name) for key, name in names.items()}
    voweless = {key: bones[key] for key, name in names.items() if _ARABIC.search(name)}
    found: dict[tuple[str, str], float] = {}
    for key in names:
        ways = [(bones[key], bones)] if key in voweless else [(latin[key], latin), (bones[key], voweless)]
        for wanted, among in ways:
            near = process.extract(wanted, among, scorer=fuzz.ratio, score_cutoff=least, limit=None)
            for _text, score, other in near:
                if other != key:
                    pair = (key, other) if key < other else (other, key)
                    found[pair] = max(score, found.get(pair, 0.0))
    return found


def is_voweless(words: str) -> bool:
    """Whether words are written in a script that leaves vowels out."""
    return _ARABIC.search(words) is not None


def place_share(one: str, other: str) -> float:
    """How alike the names of two places are, in percent of equal letters."""
    from rapidfuzz import fuzz

    shared: float = fuzz.ratio(spelled(one), spelled(other))
    voweless = is_voweless(one) or is_voweless(other)
    return max(shared, fuzz.ratio(consonants(one), consonants(other))) if voweless else shared


def _days(one: str, other: str) -> int | None:
    try:
        return abs((date.fromisoformat(one[:10]) - date.fromisoformat(other[:10])).days)
    except ValueError:
        return None
