"""Control cards: how often species that cannot live there were recognised, by facilitator."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from cami_survey.base.heeding import heed

from .findings import TooFew
from .shares import Share, share


def control_rates(shown: Iterable[tuple[str, bool | None]]) -> Mapping[str, Share | TooFew]:
    """Share of wrongly recognised control cards per facilitator, from (facilitator, recognised).

    None is a card without an answer: it does not count, but its facilitator is told of.
    """
    heed()
    cards: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    for facilitator, recognised in shown:
        cards[facilitator] += recognised is not None
        wrong[facilitator] += recognised is True
    return {name: share(wrong[name], cards[name]) for name in sorted(cards)}
