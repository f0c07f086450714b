"""What can be chosen: the choices of a node in the languages shown, with their keys; finding one by typing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

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
# What ODK writes where something was acknowledged.
ACKNOWLEDGED = "OK"


@dataclass(frozen=True, slots=True)
class Option:
    """One choice: its value, its words large and small, the number that picks it, and whether it stands apart."""

    value: str
    label: str
    small: str = ""
    number: int = 0
    apart: bool = False

    @property
    def words(self) -> str:
        """What a screen reader says."""
        return f"{self.label}, {self.small}" if self.small and self.small != self.label else self.label


def options(node: Node, reading: Reading) -> list[Option]:
    """The choices of `node`, numbered: those of substance from 1; "do not know" 9, "refused" 8 where free."""
    if node.control == "trigger":
        return [Option(ACKNOWLEDGED, ACKNOWLEDGED, number=1)]
    other = node.choices_in(reading.small) if reading.small else ()
    small = {choice.value: plain(choice.label) for choice in other}
    large = {choice.value: _shown(choice, small, reading) for choice in node.choices}
    usual = [choice for choice in node.choices if not _is_apart(choice.value)]
    aside = [choice for choice in node.choices if _is_apart(choice.value)]
    if not usual or len(aside) > MOST_APART:
        usual, aside = list(node.choices), []
    kept = len(usual) < REFUSED_KEY
    found = [
        Option(choice.value, large[choice.value], _other(large[choice.value], small.get(choice.value, "")), number)
        for number, choice in enumerate(usual, 1)
    ]
    for number, choice in enumerate(aside, len(usual) + 1):
        own = UNKNOWN_KEY if choice.value in UNKNOWN else REFUSED_KEY
        found.append(
            Option(
                choice.value,
                large[choice.value],
                _other(large[choice.value], small.get(choice.value, "")),
                own if kept else number,
                apart=True,
            )
        )
    return found


def _shown(choice: Choice, small: Mapping[str, str], reading: Reading) -> str:
    """The words of a choice; those of the other language, which is named, where there are none; else its value."""
    other = small.get(choice.value, "")
    return plain(choice.label) or (f"{other} [{name_of(reading.small)}]" if other else choice.value)


def _is_apart(value: str) -> bool:
    return value in REFUSED or value in UNKNOWN


def _other(label: str, small: str) -> str:
    return "" if small == label or label.startswith(f"{small} [") else small


def starting_with(found: Sequence[Option], typed: str) -> list[int]:
    """Places of the options that have a word beginning with `typed`, in either language."""
    typed = typed.casefold()
    first = [at for at, option in enumerate(found) if _begins(option, typed)]
    return first or [at for at, option in enumerate(found) if _word_begins(option, typed)]


def _begins(option: Option, typed: str) -> bool:
    return option.label.casefold().startswith(typed) or option.small.casefold().startswith(typed)


def _word_begins(option: Option, typed: str) -> bool:
    return any(word.startswith(typed) for word in f"{option.label} {option.small}".casefold().split())


def matching(found: Sequence[Option], typed: str) -> list[Option]:
    """The options that contain every word of `typed`, those that begin with it first."""
    parts = typed.casefold().split()
    if not parts:
        return list(found)
    hits = [one for one in found if all(part in f"{one.label} {one.small} {one.value}".casefold() for part in parts)]
    return sorted(hits, key=lambda one: not _begins(one, parts[0]))
