"""What a method answers: a figure with its n, or that there is too little to say one."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

Reason = Literal["no data", "all refused", "nobody knew", "no known codes", "too few", "no spread"]
Code = TypeVar("Code", bound=Hashable)


@dataclass(frozen=True, slots=True)
class TooFew:
    """Too few to say: stands where a figure would stand. `n` answers were there, `needed` would have been enough."""

    reason: Reason
    n: int
    needed: int = 1


@dataclass(frozen=True, slots=True)
class Interval:
    """An interval in the unit of its figure; the confidence is what it really covers at least.

    Where its ends are values that somebody gave, `rank` of all values lie at each end or outside of it.
    """

    low: float
    high: float
    confidence: float = 0.95
    rank: int | None = None


@dataclass(frozen=True, slots=True)
class Heard(Generic[Code]):
    """Answers to one question with those apart that are none.

    `missing` was left empty, `strange` are codes that the question does not have; neither is ever counted as given.
    """

    given: tuple[Code, ...]
    refused: int = 0
    unknown: int = 0
    missing: int = 0
    strange: tuple[Code, ...] = ()

    @property
    def n(self) -> int:
        """How many answers figures rest on."""
        return len(self.given)

    def too_few(self, needed: int = 1) -> TooFew | None:
        """Why nothing can be said, or None where at least `needed` answers were given."""
        if self.n >= needed:
            return None
        return TooFew(self._reason(), self.n, needed)

    def _reason(self) -> Reason:
        return "too few" if self.given else silence(self.refused, self.unknown, len(self.strange))


def silence(refused: int, unknown: int, strange: int) -> Reason:
    """Why nothing can be said of a question to which nobody gave an answer that counts."""
    if strange:
        return "no known codes"
    if refused:
        return "all refused"
    return "nobody knew" if unknown else "no data"


def heard(
    answers: Iterable[Code | None],
    *,
    codes: Iterable[Code],
    refused: Iterable[Code] = (),
    unknown: Iterable[Code] = (),
) -> Heard[Code]:
    """Sort answers into given ones (of `codes`), refusals, don't-knows, missing (None) and strange ones."""
    known, no, unsure = frozenset(codes), frozenset(refused), frozenset(unknown)
    given: list[Code] = []
    strange: list[Code] = []
    counts = {"refused": 0, "unknown": 0, "missing": 0}
    for answer in answers:
        if answer is None:
            counts["missing"] += 1
        elif answer in no:
            counts["refused"] += 1
        elif answer in unsure:
            counts["unknown"] += 1
        else:
            (given if answer in known else strange).append(answer)
    return Heard(tuple(given), counts["refused"], counts["unknown"], counts["missing"], tuple(strange))
