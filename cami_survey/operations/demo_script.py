"""Writing the steps of a scripted interview."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

Step = dict[str, str]
Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class DemoInterview:
    """One demonstration interview: who fills it where and when, and the steps that do it.

    `device` is 0 or 1, the field laptop. A draft's steps stop half way; all others finalise without a problem.
    """

    form_id: str
    device: int
    steps: list[Step]
    draft: bool
    started: datetime
    minutes: int


@dataclass(slots=True)
class Script:
    """Steps in the making, with the chance that the answers are drawn from."""

    chance: random.Random
    steps: list[Step] = field(default_factory=list)

    def language(self, name: str) -> None:
        """Turn the form to a language."""
        self.steps.append({"language": name})

    def set(self, ref: str, value: object) -> None:
        """Answer one question."""
        self.steps.append({"set": ref, "value": str(value)})

    def answers(self, base: str, **values: object) -> None:
        """Answer the questions of one group or repeat instance; None leaves a question out."""
        for name, value in values.items():
            if value is not None:
                self.set(f"{base}/{name}", value)

    def instances(self, repeat: str, number: int) -> list[str]:
        """Make `number` instances of a repeat without count, which begins with one; their references."""
        if number == 0:
            self.steps.append({"remove_repeat": f"{repeat}[1]"})
        for _ in range(number - 1):
            self.steps.append({"add_repeat": repeat})
        return [f"{repeat}[{position}]" for position in range(1, number + 1)]

    def happens(self, probability: float) -> bool:
        """True with that probability."""
        return self.chance.random() < probability

    def pick(self, weights: Mapping[str, float]) -> str:
        """One key, drawn by weight."""
        return self.chance.choices(list(weights), list(weights.values()))[0]

    def some(self, weights: Mapping[str, float], number: int) -> list[str]:
        """`number` different keys, drawn by weight, in the order of the mapping."""
        left = dict(weights)
        drawn = {self._take(left) for _ in range(min(number, len(left)))}
        return [key for key in weights if key in drawn]

    def _take(self, left: dict[str, float]) -> str:
        key = self.pick(left)
        del left[key]
        return key


def choices(values: Iterable[str], order: Sequence[str]) -> str:
    """A select-multiple answer in the order of its list, as the screen gives it."""
    chosen = set(values)
    return " ".join(value for value in order if value in chosen)


def shares(chance: random.Random, total: int, parts: int) -> list[int]:
    """`total` counters on `parts` cards, at least one on each, the largest heap first."""
    cuts = sorted(chance.sample(range(1, total), parts - 1))
    heaps = [right - left for left, right in zip([0, *cuts], [*cuts, total], strict=True)]
    return sorted(heaps, reverse=True)
