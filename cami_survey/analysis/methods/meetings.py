"""What groups at a meeting rank, pile and score."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from operator import gt, lt
from statistics import median

from .findings import TooFew


def pairwise(orders: Sequence[Sequence[str]], items: Sequence[str]) -> dict[tuple[str, str], tuple[int, int]]:
    """For each pair how many orders prefer the first and the second; what an order leaves out comes after the rest."""
    places = {item: [_place(order, item) for order in orders] for item in items}
    return {
        (a, b): (sum(map(lt, places[a], places[b])), sum(map(gt, places[a], places[b])))
        for a, b in combinations(items, 2)
    }


def copeland(orders: Sequence[Sequence[str]], items: Sequence[str]) -> dict[str, float]:
    """Pairs won, ties as a half."""
    scores = dict.fromkeys(items, 0.0)
    for (a, b), (first, second) in pairwise(orders, items).items():
        scores[a] += (first > second) + (first == second) / 2
        scores[b] += (second > first) + (first == second) / 2
    return scores


def condorcet_winner(orders: Sequence[Sequence[str]], items: Sequence[str]) -> str | None:
    """The item that wins against every other one, or None where there is none."""
    if not orders:
        return None
    wins = dict.fromkeys(items, 0)
    for (a, b), (first, second) in pairwise(orders, items).items():
        wins[a] += first > second
        wins[b] += second > first
    return next((item for item, won in wins.items() if won == len(items) - 1), None)


def pile_shares(groups: Sequence[Mapping[str, int]]) -> dict[str, float] | TooFew:
    """Proportional piling: median over groups of each item's share of the counters, made to add up to 1.

    A group without counters does not count; an item a group did not pile has no counters there.
    """
    piled = [group for group in groups if sum(group.values())]
    items = dict.fromkeys(item for group in piled for item in group)
    return rescaled(
        {item: median(group.get(item, 0) / sum(group.values()) for group in piled) for item in items}, len(piled)
    )


def rescaled(shares: Mapping[str, float], groups: int) -> dict[str, float] | TooFew:
    """Median shares of so many groups, made to add up to 1."""
    total = sum(shares.values())
    if not total:
        return TooFew("no spread" if groups else "no data", groups)
    return {item: value / total for item, value in shares.items()}


def effectiveness(scores: Sequence[int | None]) -> float | TooFew:
    """METT score in percent of what the applicable questions (0 to 3) allow; None is a question that does not apply."""
    given = [score for score in scores if score is not None]
    if not given:
        return TooFew("no data", 0)
    return 100 * sum(given) / (3 * len(given))


def _place(order: Sequence[str], item: str) -> int:
    return order.index(item) if item in order else len(order)
