"""Answers on a scale: counts, median, and how far people agree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log2

from .findings import Heard, TooFew, silence
from .medians import Median, Repeated, summary


@dataclass(frozen=True, slots=True)
class Likert:
    """One item: `counts` for every category of the scale, also empty ones; refusals and don't-knows apart."""

    counts: Mapping[int, int]
    n: int
    refused: int
    unknown: int
    missing: int
    strange: int
    median: Median | TooFew
    consensus: float | TooFew


def likert(answers: Heard[int], scale: Sequence[int]) -> Likert:
    """Summary of one item whose categories are `scale` in ascending order."""
    return likert_of(
        Counter(answers.given), scale, answers.refused, answers.unknown, answers.missing, len(answers.strange)
    )


def likert_of(
    counts: Mapping[int, int], scale: Sequence[int], refused: int, unknown: int, missing: int, strange: int
) -> Likert:
    """The same of answers that are counted; `counts` has no others than those of the scale."""
    frequencies = [counts.get(category, 0) for category in scale]
    n = sum(frequencies)
    lacking = None if n else TooFew(silence(refused, unknown, strange), 0)
    return Likert(
        dict(zip(scale, frequencies, strict=True)),
        n,
        refused,
        unknown,
        missing,
        strange,
        lacking or summary(Repeated(scale, frequencies)),
        lacking or consensus(frequencies),
    )


def consensus(frequencies: Sequence[int]) -> float | TooFew:
    """Consensus of Tastle and Wierman (2007): 1 all the same, 0 half at each end of equally spaced categories."""
    n, width = sum(frequencies), len(frequencies) - 1
    if not n:
        return TooFew("no data", 0)
    if width < 1:
        return TooFew("no spread", n)
    mean = sum(place * count for place, count in enumerate(frequencies)) / n
    parts = ((place, count / n) for place, count in enumerate(frequencies) if count)
    return 1 + sum(part * log2(1 - abs(place - mean) / width) for place, part in parts)


def potential_for_conflict(values: Sequence[int], limit: int) -> float | TooFew:
    """Potential for Conflict Index 2 (D1, power 1): 0 no conflict, 1 half at each end of the scale -limit to limit."""
    n = len(values)
    if n < 2:
        return TooFew("too few" if n else "no data", n, 2)
    distance = sum(abs(a - b) for a in values for b in values if a * b < 0)
    return distance / (2 * limit * (n * n - n % 2) / 2)
