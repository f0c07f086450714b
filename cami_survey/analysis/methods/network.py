"""Who works with whom: organisations and the ties they report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cami_survey.analysis.factor import different, parted, spread, summed
from cami_survey.base.heeding import heed

from .findings import TooFew

# Above so many nodes betweenness is estimated: from so many of them at most and at least, and by so many steps.
LARGEST, PIVOTS, LEAST, WORK = 250, 100, 5, 1_000_000
Nodes = NDArray[np.int64]
"""Numbers of nodes."""
Ties = NDArray[np.int64]
"""A tie in each row: the numbers of two nodes."""
Shares = NDArray[np.float64]
"""One share per node."""


@dataclass(frozen=True, slots=True, eq=False)
class Network:
    """Ties without direction between nodes that are numbers from 0 to `n` - 1.

    `confirmed` ties were named by both sides, `one_sided` by one (who named, whom); both are in the order of numbers.
    `named_by` and `names` count for each node the others who named it and whom it named. `degree` and `betweenness`
    are normalised to 0 to 1, `density` is the share of possible ties. `components` come largest first. Betweenness is
    not `exact` where it was estimated, with more than `LARGEST` nodes.
    """

    n: int
    confirmed: Ties
    one_sided: Ties
    named_by: Nodes
    names: Nodes
    degree: Shares
    betweenness: Shares
    density: float
    components: Sequence[Nodes]
    exact: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class _Near:
    """The neighbours of all nodes, those of one behind those of the one before, and how many each has."""

    ends: Nodes
    sizes: NDArray[np.int32]

    @property
    def n(self) -> int:
        return len(self.sizes)


def network(n: int, ties: Ties) -> Network | TooFew:
    """The network of `n` nodes and these `ties` (who named, whom), also several times the same; those to oneself are
    left out."""
    if n < 2:
        return TooFew("too few" if n else "no data", n, 2)
    naming, named = ties[ties[:, 0] != ties[:, 1]].T
    # The pair, and behind it who of the two named the other.
    ids = different((np.minimum(naming, named) * n + np.maximum(naming, named)) * 2 + (naming > named))
    pairs, turned = ids // 2, ids % 2 > 0
    again = np.zeros(len(ids), np.bool_)
    again[1:] = pairs[1:] == pairs[:-1]
    single = ~again
    single[:-1] &= ~again[1:]
    low, high = pairs // n, pairs % n
    naming, named = np.where(turned, high, low), np.where(turned, low, high)
    near = _near(n, pairs[~again])
    return Network(
        n,
        np.stack([low, high], axis=1)[again],
        _sorted(naming[single] * n + named[single], n),
        np.bincount(named, minlength=n),
        np.bincount(naming, minlength=n),
        near.sizes / (n - 1),
        _betweenness(near),
        len(near.ends) / (n * (n - 1)),
        _components(near),
        n <= LARGEST,
    )


def _near(n: int, pairs: NDArray[np.int64]) -> _Near:
    """Pairs of numbers as neighbours of each other."""
    ends = np.sort(np.concatenate([pairs, pairs % n * n + pairs // n]))
    return _Near(ends % n, np.bincount(ends // n, minlength=n).astype(np.int32))


def _sorted(ids: NDArray[np.int64], n: int) -> Ties:
    ids = np.sort(ids)
    return np.stack([ids // n, ids % n], axis=1)


def _betweenness(near: _Near) -> Shares:
    """Shares of shortest paths through each node (Brandes 2001).

    Of many nodes only a part, evenly spread over the numbers, are sources (Brandes and Pich 2007).
    """
    n = near.n
    sources = np.arange(0, n, _step(near))
    found = np.zeros(n)
    together = max(1, WORK // max(n, len(near.ends)))
    for first in range(0, len(sources), together):
        found += _passed_on(near, sources[first : first + together])
    pairs = (n - 1) * (n - 2) * len(sources) / n
    return np.minimum(1.0, found / pairs) if pairs else found


def _step(near: _Near) -> int:
    """Every how manyth node is a source: all of few, and of many as many as there is time for."""
    if near.n <= LARGEST:
        return 1
    return max(1, near.n // min(PIVOTS, max(LEAST, WORK // max(1, len(near.ends)))))


def _passed_on(near: _Near, sources: Nodes) -> Shares:
    """For each node the sum of its shares in the shortest paths from these sources."""
    n = near.n
    found = np.zeros(n)
    steps = _steps(near, sources)
    carried: Shares = np.empty(0)
    ways: Shares = np.empty(0)
    for step in reversed(steps):
        heed()
        share = (1 + carried) / ways
        carried = summed(step.rows, step.ways[step.rows] * share[step.further], len(step.nodes))
        ways = step.ways
        if step is not steps[0]:
            found += summed(step.nodes, carried, n)
    return found


@dataclass(frozen=True, slots=True, eq=False)
class _Step:
    """Nodes that are equally far from their sources, with the number of shortest paths to each. Their ties with nodes
    that are one step further: the place of the node here, and that of the other among the next."""

    nodes: Nodes
    ways: Shares
    rows: NDArray[np.int32]
    further: Nodes


def _steps(near: _Near, sources: Nodes) -> list[_Step]:
    """From each source on as far as ties lead, all sources at once."""
    n = near.n
    # A node is another one for every source.
    seen = np.zeros(len(sources) * n, np.bool_)
    places = np.empty(len(seen), np.int64)
    here = np.arange(len(sources)) * n + sources
    ways: Shares = np.ones(len(sources))
    seen[here] = True
    steps = []
    while len(here):
        heed()
        nodes = here % n
        rows, ends = spread(near.sizes, nodes)
        others = (here - nodes)[rows] + near.ends[ends]
        fresh = ~seen[others]
        rows, others = rows[fresh], others[fresh]
        seen[others] = True
        here = _distinct(others, places)
        places[here] = np.arange(len(here))
        steps.append(_Step(nodes, ways, rows, places[others]))
        ways = summed(steps[-1].further, ways[rows], len(here))
    return steps


def _distinct(numbers: Nodes, places: Nodes) -> Nodes:
    """Each number once, in the order in which they turn up; `places` is written over."""
    places[numbers] = len(numbers)
    rows = np.arange(len(numbers))
    np.minimum.at(places, numbers, rows)
    first: NDArray[np.bool_] = places[numbers] == rows
    return numbers[first]


def _components(near: _Near) -> list[Nodes]:
    """The nodes of each part, the largest part first; of parts of one size that with the lowest number."""
    n = near.n
    nodes = np.repeat(np.arange(n), near.sizes)
    lowest = np.arange(n)
    while True:
        heed()
        before = lowest
        lowest = before.copy()
        # Whoever is linked with a lower one, and whoever they take for their lowest, take that.
        np.minimum.at(lowest, nodes, before[near.ends])
        np.minimum.at(lowest, before, lowest.copy())
        lowest = lowest[lowest]
        if np.array_equal(lowest, before):
            break
    parts = [part for part in parted(lowest, n) if len(part)]
    return sorted(parts, key=len, reverse=True)
