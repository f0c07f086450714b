"""Finds, for each question of a form, an interview that reaches it: a search that learns which answers open more."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from cami_survey.engine.api import Finalised, Form, Node, Session

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
TEXTS = ("Naryn", "KG-0012", "KG-H0123", "KG-E014", "KG-M03", "KG-25-0417")
NUMBERS = (0, 1, 2, 3, 5, 10, 20, 1990, 2015, 2020, 2026)
DAYS = ("2026-05-04", "2026-05-06", "2025-11-02", "2027-01-10")
TRIES, RUNS = 40, 60
Step = tuple[str, str]


@dataclass
class Search:
    """Interviews with answers chosen at random: those never tried, or rather those that opened more before."""

    form: Form
    seed: int = 1
    tried: Counter[Step] = field(default_factory=Counter)
    worth: dict[Step, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)
        self.wanted = {node.path for node in self.form.nodes if node.asks}

    def interviews(self) -> tuple[dict[str, list[Step]], set[str]]:
        """Question -> the answers of an interview that asks it; and the questions that no interview asked."""
        found: dict[str, list[Step]] = {}
        for _run in range(RUNS):
            steps = self._interview()
            reached = {field_of(ref) for ref, _value in steps}
            for ref, value in steps:
                key = field_of(ref), value
                self.tried[key] += 1
                self.worth[key] = max(self.worth.get(key, 0), len(reached))
            for name in reached - found.keys():
                found[name] = steps
            if found.keys() >= self.wanted:
                break
        return found, self.wanted - found.keys()

    def _interview(self) -> list[Step]:
        session = self.form.open(clock=lambda: NOW)
        steps: list[Step] = []
        while todo := [node.ref for node in asked(session.top) if not node.text_value and node.ref not in dict(steps)]:
            for ref in todo:
                if session.node(ref).relevant and ref not in dict(steps):
                    steps.append((ref, self._answer(session, ref)))
        return steps

    def _answer(self, session: Session, ref: str) -> str:
        """Give an answer that the question takes."""
        options = self._options(session.node(ref))
        for value in options:
            session.set(ref, value)
            if session.node(ref).valid:
                return value
        raise AssertionError(f"{ref} takes none of {options}")

    def _options(self, node: Node) -> list[str]:
        """What to try, best first."""
        choices = [choice.value for choice in node.choices]
        if node.control == "rank":
            return [" ".join(self.random.sample(choices, len(choices)))]
        if node.control == "select":
            sizes = [self.random.randint(1, min(3, len(choices))) for _try in range(TRIES)]
            return [" ".join(self.random.sample(choices, size)) for size in sizes] + choices
        if choices:
            return self._ordered(node, choices)
        kinds = {"int": NUMBERS, "decimal": NUMBERS, "date": DAYS}
        return self._shuffled([str(value) for value in kinds.get(node.type, TEXTS)])

    def _ordered(self, node: Node, choices: list[str]) -> list[str]:
        """Mostly what was never tried; else rather what opened much."""
        name, curious = field_of(node.ref), self.random.random() < 0.8
        draw = {value: self.random.random() ** (1 / self.worth.get((name, value), 1)) for value in choices}
        return sorted(choices, key=lambda value: (curious and self.tried[name, value] > 0, -draw[value]))

    def _shuffled(self, values: list[str]) -> list[str]:
        return self.random.sample(values, len(values))


def asked(node: Node) -> Iterator[Node]:
    """The questions that would be on the screens now, in their order."""
    for child in node.children:
        if not child.relevant:
            continue
        if child.kind != "question":
            yield from asked(child)
        elif child.control and child.type != "note" and not child.readonly and not child.computed:
            yield child


def field_of(ref: str) -> str:
    """The path of a question without the positions of repeats."""
    return re.sub(r"\[[^\]]*\]", "", ref)


def is_possible(form: Form, steps: list[Step]) -> bool:
    """Whether the interview can be held as it is written, every answer to a question that is asked, to its end."""
    session = form.open(clock=lambda: NOW)
    for ref, value in steps:
        node = session.node(ref)
        if not (node.exists and node.relevant):
            return False
        session.set(ref, value)
        if not session.node(ref).valid:
            return False
    return isinstance(session.finalise(), Finalised)
