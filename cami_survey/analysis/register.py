"""The register of organisations: which names mean the same one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a person found of two names: the same organisation, to be shown as `shown`, or two (`shown` empty)."""

    one: str
    other: str
    shown: str = ""


def folded(name: str) -> str:
    """A name without what never makes it another one: capitals and doubled blanks."""
    return " ".join(name.split()).casefold()


def pair(one: str, other: str) -> tuple[str, str]:
    """Two names in the order in which they are kept."""
    first, second = folded(one), folded(other)
    return (first, second) if first <= second else (second, first)


def shown_names(verdicts: Iterable[Verdict]) -> Mapping[str, str]:
    """The name to show, by folded name, from verdicts in the order of time.

    The latest verdict on a pair holds; matches join, so that A with B and B with C are one. Of several names to show
    for one organisation the one said last is taken.
    """
    latest: dict[tuple[str, str], Verdict] = {}
    for verdict in verdicts:
        latest.pop(pair(verdict.one, verdict.other), None)
        latest[pair(verdict.one, verdict.other)] = verdict
    roots: dict[str, str] = {}
    for names, verdict in latest.items():
        if verdict.shown:
            first, second = (_root(roots, name) for name in (*names,))
            roots[second] = first
    shown = {_root(roots, names[0]): verdict.shown for names, verdict in latest.items() if verdict.shown}
    return {name: shown[_root(roots, name)] for name in roots}


def _root(roots: dict[str, str], name: str) -> str:
    roots.setdefault(name, name)
    while roots[name] != name:
        name = roots[name]
    return name
