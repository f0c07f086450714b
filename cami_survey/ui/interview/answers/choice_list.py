"""What can be chosen: the choices of a node in the languages shown, with their keys; finding one by typing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cami_survey.base.loose import loose
from cami_survey.base.texts import _
from cami_survey.ui.interview.head import plain
from cami_survey.ui.interview.reading import name_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cami_survey.engine.api import Choice, Node
    from cami_survey.ui.interview.reading import Reading

# Answers that are none: they stand apart from the others and keep their own key.
REFUSED = frozenset({"98", "-98", "refused", "ref", "rf"})
UNKNOWN = frozenset({"99", "-99", "dk", "dont_know", "dnk"})
REFUSED_KEY, UNKNOWN_KEY = 8, 9
MOST_APART = 2
# The number of a scale with which words begin, "0 – none" or "5. Agree"; not that of "2–5 animals", "1.5 km" or "1st".
SAID = re.compile(r"\s*\(?(\d{1,2})(?!\w|[.,]\d|\s*[-\u2010-\u2015]\s*\d)")
# What ODK writes where something was acknowledged.
ACKNOWLEDGED = "OK"


@dataclass(frozen=True, slots=True)
class Option:
    """One choice: its value, its words large and small, the number that picks it, whether it stands apart, its picture.

    The picture is the name of a file that came with the form.
    """

    value: str
    label: str
    small: str = ""
    number: int = 0
    apart: bool = False
    picture: str = ""

    @property
    def words(self) -> str:
        """What a screen reader says."""
        return f"{self.label}, {self.small}" if self.small and self.small != self.label else self.label


def options(node: Node, reading: Reading) -> list[Option]:
    """The choices of `node`, numbered: those of substance from 1, or as their words number them; "do not know" 9,
    "refused" 8 where free.
    """
    if node.control == "trigger":
        return [Option(ACKNOWLEDGED, _("OK"), number=1)]
    return _numbered(node.choices, node.choices_in(reading.small) if reading.small else [], reading.small)


# The lists read last, with what was made of them: one that no answer changes is the same object every time.
_KEPT: dict[tuple[int, int], tuple[list[Choice], list[Choice], list[Option]]] = {}
LISTS_KEPT, LONG = 16, 200


def _numbered(choices: list[Choice], other: list[Choice], language: str) -> list[Option]:
    """The choices with their numbers; long lists are remembered as long as they are the same."""
    key = (id(choices), id(other) if other else 0)
    kept = _KEPT.get(key)
    if kept is not None and kept[0] is choices and (not other or kept[1] is other):
        return kept[2]
    found = _number(choices, other, language)
    if len(choices) >= LONG:
        if len(_KEPT) >= LISTS_KEPT:
            _KEPT.clear()
        _KEPT[key] = (choices, other, found)
    return found


def _number(choices: list[Choice], other: list[Choice], language: str) -> list[Option]:
    small = {choice.value: plain(choice.label) for choice in other}
    large = {choice.value: _shown(choice, small, language) for choice in choices}
    usual = [choice for choice in choices if not _is_apart(choice.value)]
    aside = [choice for choice in choices if _is_apart(choice.value)]
    if not usual or len(aside) > MOST_APART:
        usual, aside = list(choices), []
    numbers = _numbers([large[choice.value] for choice in usual])
    last = max(numbers, default=0)
    found = [
        Option(
            choice.value,
            large[choice.value],
            _other(large[choice.value], small.get(choice.value, "")),
            number,
            picture=choice.media.get("image", ""),
        )
        for number, choice in zip(numbers, usual, strict=True)
    ]
    for number, choice in enumerate(aside, last + 1):
        own = UNKNOWN_KEY if choice.value in UNKNOWN else REFUSED_KEY
        found.append(
            Option(
                choice.value,
                large[choice.value],
                _other(large[choice.value], small.get(choice.value, "")),
                own if last < REFUSED_KEY else number,
                apart=True,
                picture=choice.media.get("image", ""),
            )
        )
    return found


def _numbers(words: Sequence[str]) -> list[int]:
    """The number that picks each choice: its place from 1, or the one of a scale that its words begin with.

    Where half of a scale and more are numbered one after the other, those between have theirs by their places.
    """
    said = {at: int(found[1]) for at, label in enumerate(words) if (found := SAID.match(label))}
    if said and 2 * len(said) >= len(words):
        first, number = next(iter(said.items()))
        for step in (1, -1):
            numbers = [number + step * (at - first) for at in range(len(words))]
            if min(numbers) >= 0 and all(numbers[at] == given for at, given in said.items()):
                return numbers
    return list(range(1, len(words) + 1))


def _shown(choice: Choice, small: Mapping[str, str], language: str) -> str:
    """The words of a choice; those of the other language, which is named, where there are none; else its value."""
    other = small.get(choice.value, "")
    return plain(choice.label) or (f"{other} [{name_of(language)}]" if other else choice.value)


def _is_apart(value: str) -> bool:
    return value in REFUSED or value in UNKNOWN


def _other(label: str, small: str) -> str:
    return "" if small == label or label.startswith(f"{small} [") else small


def starting_with(found: Sequence[Option], typed: str) -> list[int]:
    """Places of the options that have a word beginning with `typed`, in either language."""
    typed = loose(typed)
    first = [at for at, option in enumerate(found) if _begins(option, typed)]
    return first or [at for at, option in enumerate(found) if _word_begins(option, typed)]


def _begins(option: Option, typed: str) -> bool:
    return loose(option.label).startswith(typed) or loose(option.small).startswith(typed)


def _word_begins(option: Option, typed: str) -> bool:
    return any(word.startswith(typed) for word in loose(f"{option.label} {option.small}").split())


def folded(one: Option) -> str:
    """What is searched of an option, each part in a line of its own."""
    return loose(f"{one.label}\n{one.small}\n{one.value}")


def matching(found: Sequence[Option], typed: str, words: Sequence[str] = ()) -> list[Option]:
    """The options that contain every word of `typed`, those that begin with it first.

    `words` are the options as `folded` gives them, where they are known.
    """
    parts = loose(typed).split()
    if not parts:
        return list(found)
    texts = words or [folded(one) for one in found]
    hits = [at for at, text in enumerate(texts) if parts[0] in text]
    for part in parts[1:]:
        hits = [at for at in hits if part in texts[at]]
    first = [at for at in hits if texts[at].startswith(parts[0]) or f"\n{parts[0]}" in texts[at]]
    leading = set(first)
    return [found[at] for at in (*first, *(at for at in hits if at not in leading))]
