"""What matters most to several people: lists with spread and agreement, never bare sums of ranks."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import erfc, exp, fsum, lgamma, log, sqrt
from random import Random
from statistics import median
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cami_survey.analysis.factor import Factor, by_code, once_each, summed
from cami_survey.base.heeding import heed

from .findings import TooFew

# Draws of all judges; so many orders of single judges are drawn before somebody may stop it.
_DRAWS, _TOGETHER = 4999, 5000
# So many pairs of ranks are compared at once.
_PAIRS = 1_000_000
# From both on the approximation is as good as the permutations.
_MANY_JUDGES, _MANY_ITEMS = 8, 7


@dataclass(frozen=True, slots=True)
class Agreement:
    """Kendall's W from 0 to 1 among `judges`; `p_chi2` is the usual approximation.

    `p` is by random permutation below 8 judges or 7 items, and the approximation above.
    """

    judges: int
    items: int
    w: float
    chi2: float
    p_chi2: float
    p: float


@dataclass(frozen=True, slots=True)
class Priority:
    """One item: median rank (1 is first) of the `n` who ranked it, with the lowest and highest rank given."""

    item: str
    n: int
    median: float
    best: float
    worst: float


def kendall_w(ranks: Sequence[Sequence[float]]) -> Agreement | TooFew:
    """Agreement of complete rankings, one row per judge, ties as mean ranks, corrected for ties (Kendall 1948).

    The permutations are drawn from a fixed start, so that the same answers give the same p.
    """
    judges, items = len(ranks), len(ranks[0]) if ranks else 0
    if any(len(row) != items for row in ranks):
        raise ValueError("every judge ranks the same items")
    if judges < 2 or items < 2:
        return TooFew("too few" if judges else "no data", judges, 2)
    rows = mean_ranks(np.array(ranks, np.float64))
    # What ties lack of the squares of the ranks 1, 2, ... is a twelfth of the sum of t^3 - t.
    ties = 2 * judges * items * (items + 1) * (2 * items + 1) - round(12 * float((rows**2).sum()))
    most = judges**2 * (items**3 - items) - judges * ties
    if most <= 0:
        return TooFew("no spread", judges)
    squares = fsum(((rows.sum(axis=0) - judges * (items + 1) / 2) ** 2).tolist())
    w = 12 * squares / most
    chi2 = judges * (items - 1) * w
    tail = chi_square_tail(chi2, items - 1)
    few = judges < _MANY_JUDGES or items < _MANY_ITEMS
    return Agreement(judges, items, w, chi2, tail, _permuted(rows, squares) if few else tail)


def priorities(rankings: Sequence[Mapping[str, float]]) -> tuple[Priority, ...]:
    """Every item that anybody ranked, by median rank, then by how many ranked it; nothing where nobody did."""
    given: defaultdict[str, list[float]] = defaultdict(list)
    for ranking in rankings:
        for item, rank in ranking.items():
            given[item].append(rank)
    found = [Priority(item, len(rs), median(rs), min(rs), max(rs)) for item, rs in given.items()]
    return tuple(sorted(found, key=lambda one: (one.median, -one.n, one.item)))


def smith_s(lists: NDArray[Any], items: Factor, n: int) -> dict[str, float] | TooFew:
    """Salience of freely listed items (Smith 1993), 0 to 1: early and often named is high; most salient first.

    The list in which each item stands is a number from 0 to `n` - 1, the items of a list come in its order. An item
    named twice by one person counts where it came first. Empty lists count as respondents.
    """
    if not len(items):
        return TooFew("no data", n)
    once = np.sort(once_each(lists, items.codes))
    lists, codes = lists[once], items.codes[once]
    order = by_code(lists)
    lists, codes = lists[order], codes[order]
    sizes = np.bincount(lists, minlength=n)
    places = np.arange(len(lists)) - (np.cumsum(sizes) - sizes)[lists]
    number = len(items.levels)
    total = np.bincount(codes, minlength=number).tolist()
    weights = summed(codes, (sizes[lists] - places) / sizes[lists], number).tolist()
    named = sorted(np.flatnonzero(total).tolist(), key=lambda code: (-weights[code], -total[code], items.levels[code]))
    return {items.levels[code]: weights[code] / n for code in named}


def borda(orders: Sequence[Sequence[str]], items: Sequence[str]) -> dict[str, float]:
    """Points: rank r of k gets k - r; items an order leaves out share the mean of the points that remain."""
    points = dict.fromkeys(items, 0.0)
    for order in orders:
        rest = [item for item in items if item not in order]
        for place, item in enumerate(order, 1):
            points[item] += len(items) - place
        for item in rest:
            points[item] += (len(rest) - 1) / 2
    return points


def mean_ranks(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    """Ranks from 1 for the smallest in each row; equal values share the mean of their ranks."""
    judges, items = rows.shape
    ranks = np.empty(rows.shape)
    several = max(1, _PAIRS // items**2)
    for start in range(0, judges, several):
        heed()
        ours = rows[start : start + several, np.newaxis, :]
        own = ours.swapaxes(1, 2)
        ranks[start : start + several] = (ours < own).sum(axis=2) + (ours == own).sum(axis=2) / 2 + 0.5
    return ranks


def chi_square_tail(value: float, freedom: int) -> float:
    """Chance of at least `value` in a chi-square distribution with `freedom` degrees of freedom, in closed form."""
    if value <= 0:
        return 1.0
    half = value / 2
    start = 0.0 if freedom % 2 == 0 else 0.5
    # Powers and factorials of many items are too large for a number, their logarithms are not.
    powers = (start + step for step in range(freedom // 2))
    terms = (exp(power * log(half) - half - lgamma(power + 1)) for power in powers)
    return (erfc(sqrt(half)) if start else 0.0) + fsum(terms)


def _permuted(rows: NDArray[np.float64], squares: float) -> float:
    judges, items = rows.shape
    middle = judges * (items + 1) / 2
    drawn = _kept(judges - 1, items) if judges < _MANY_JUDGES else _drawn(judges - 1, items)
    as_far = 1
    for orders in drawn:
        sums = rows[0] + np.take_along_axis(rows[np.newaxis, 1:], orders, axis=2).sum(axis=1)
        as_far += int(np.count_nonzero(((sums - middle) ** 2).sum(axis=1) >= squares - 1e-9))
    return as_far / (_DRAWS + 1)


def _drawn(judges: int, items: int) -> Iterator[NDArray[np.int64]]:
    """What stands in each place after each of the draws, some draws after the others: every judge's items go on being
    shuffled, as `Random.shuffle` does it."""
    chance = Random(1).getrandbits
    orders = [list(range(items)) for _ in range(judges)]
    swaps = [(place, place + 1, (place + 1).bit_length()) for place in range(items - 1, 0, -1)]
    several = max(1, _TOGETHER // judges)
    for start in range(0, _DRAWS, several):
        heed()
        found = array("q")
        for _ in range(min(several, _DRAWS - start)):
            for order in orders:
                for place, limit, bits in swaps:
                    other = chance(bits)
                    while other >= limit:
                        other = chance(bits)
                    order[place], order[other] = order[other], order[place]
                found.extend(order)
        yield np.frombuffer(found, np.int64).reshape(-1, judges, items)


@lru_cache(maxsize=3)
def _kept(judges: int, items: int) -> list[NDArray[np.int64]]:
    """The draws of few judges, which are those of every meeting of so many groups."""
    return list(_drawn(judges, items))
