"""Coverage of needs by measures: one cell per species, threat and country, each with its state."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from .findings import TooFew
from .shares import Share, share

State = Literal["no data", "not relevant", "covered", "partly", "uncovered"]
# Adequacy 0 to 3 on the scale of needs 0 to 4.
ADEQUACY = (0.0, 1.33, 2.67, 4.0)


@dataclass(frozen=True, slots=True)
class Cell:
    """`need` 0 to 4 (None: nobody rated it), `cover` 0 to 4 (None: nobody told), `gap` what the cover leaves."""

    state: State
    need: int | None
    cover: float | None
    gap: float | None


@dataclass(frozen=True, slots=True)
class Coverage:
    """Figures over cells where the species occurs: `covered` of the relevant ones, `data` of all."""

    cells: int
    covered: Share | TooFew
    data: Share | TooFew


@lru_cache(maxsize=256)
def cell(need: int | None, adequacy: int | None, effect: float = 1.0) -> Cell:
    """State of one cell from the threat rating 0 to 4, the measures' adequacy 0 to 3 and their effect 0 to 1.

    A need of 0 is a threat found not to matter here; a threat nobody rated is None. A need whose measures nobody told
    of is no data, not uncovered.
    """
    if need == 0:
        return Cell("not relevant", 0, None, 0.0)
    if need is None or adequacy is None:
        return Cell("no data", need, None, None)
    cover = ADEQUACY[adequacy] * effect
    gap = max(0.0, need - cover)
    state: State = "covered" if not gap else "partly" if cover else "uncovered"
    return Cell(state, need, cover, gap)


def coverage(cells: Iterable[Cell]) -> Coverage:
    """Coverage ratio and data ratio with the cells behind them."""
    states = [one.state for one in cells]
    known = len(states) - states.count("no data")
    relevant = known - states.count("not relevant")
    return Coverage(len(states), share(states.count("covered"), relevant), share(known, len(states)))
