"""Control cards: how often species that cannot live there were recognised, by facilitator."""

from __future__ import annotations

from collections.abc import Mapping

from .findings import TooFew
from .shares import Share, share


def control_rates(cards: Mapping[str, tuple[int, int]]) -> Mapping[str, Share | TooFew]:
    """Share of wrongly recognised control cards per facilitator, from how many were recognised and how many answered.

    A facilitator all of whose cards are without an answer is told of.
    """
    return {name: share(*cards[name]) for name in sorted(cards)}
