"""What a session answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

# `unfinished`: a line of one point, an area that is none; it is kept, and has to be completed.
Condition = Literal["required", "unfinished", "constraint", "soft"]


@dataclass(frozen=True, slots=True)
class Changed:
    """`refs`: nodes whose look or value may have changed. `values`: field -> new text, None where gone or empty."""

    refs: frozenset[str] = frozenset()
    values: Mapping[str, str | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Problem:
    """An answer that does not do; one that is only `soft` can be excused.

    `message` is the form's own or a general sentence, in the language asked for.
    """

    ref: str
    field: str
    condition: Condition
    message: str
    label: str


@dataclass(frozen=True, slots=True)
class Failure:
    """An expression of the form at `path` that could not be evaluated, and why the first time."""

    path: str
    expression: str
    reason: str


@dataclass(frozen=True, slots=True)
class Problems:
    """Everything that stands in the way of completion, in the order of the form."""

    problems: tuple[Problem, ...]

    def __iter__(self) -> Iterator[Problem]:
        return iter(self.problems)

    def __len__(self) -> int:
        return len(self.problems)


@dataclass(frozen=True, slots=True)
class Finalised:
    """A complete interview: its submission XML and instanceID, and what completion itself changed."""

    xml: bytes
    instance_id: str
    changed: Changed
