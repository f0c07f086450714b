"""Who works with whom: organisations and the ties they report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from operator import itemgetter

from cami_survey.base.heeding import heed

from .findings import TooFew

# Above so many nodes betweenness is estimated: from so many of them at most and at least, and by so many steps.
LARGEST, PIVOTS, LEAST, WORK = 250, 100, 5, 1_000_000
Ties = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Network:
    """Ties without direction.

    `confirmed` ties were named by both sides, `one_sided` by one (who named, whom). `degree` and `betweenness` are
    normalised to 0 to 1, `density` is the share of possible ties. `components` come largest first. Betweenness is not
    `exact` where it was estimated, with more than `LARGEST` nodes.
    """

    nodes: tuple[str, ...]
    confirmed: tuple[tuple[str, str], ...]
    one_sided: tuple[tuple[str, str], ...]
    named_by: Mapping[str, int]
    names: Mapping[str, int]
    degree: Mapping[str, float]
    betweenness: Mapping[str, float]
    density: float
    components: tuple[tuple[str, ...], ...]
    exact: bool = True


def network(ties: Iterable[tuple[str, str]], others: Iterable[str] = ()) -> Network | TooFew:
    """The network of `ties` (who named, whom); `others` are organisations nobody linked.

    Ties to oneself are left out.
    """
    told: Collection[tuple[str, str]] = dict.fromkeys(ties)
    nodes = tuple(sorted({*others, *chain.from_iterable(told)}))
    told = [(a, b) for a, b in told if a != b]
    if len(nodes) < 2:
        return TooFew("too few" if nodes else "no data", len(nodes), 2)
    near: dict[str, set[str]] = {node: set() for node in nodes}
    for a, b in told:
        near[a].add(b)
        near[b].add(a)
    possible = len(nodes) - 1
    naming, named = (Counter(map(itemgetter(side), told)) for side in (0, 1))
    confirmed, one_sided = _sorted_out(told, nodes)
    return Network(
        nodes,
        confirmed,
        one_sided,
        {node: named[node] for node in nodes},
        {node: naming[node] for node in nodes},
        {node: len(near[node]) / possible for node in nodes},
        _betweenness(near),
        sum(map(len, near.values())) / (len(nodes) * possible),
        _components(near),
        len(nodes) <= LARGEST,
    )


def _sorted_out(told: Iterable[tuple[str, str]], nodes: Sequence[str]) -> tuple[Ties, Ties]:
    """Ties that both sides named, and that one side named, in the order of `nodes`; sorted as whole numbers."""
    size, place = len(nodes), {node: at for at, node in enumerate(nodes)}
    numbers = {place[a] * size + place[b] for a, b in told}
    both = {number for number in numbers if number % size * size + number // size in numbers}
    confirmed, one_sided = (
        tuple((nodes[number // size], nodes[number % size]) for number in sorted(some))
        for some in (both, numbers - both)
    )
    return tuple((a, b) for a, b in confirmed if a < b), one_sided


def _betweenness(near: Mapping[str, set[str]]) -> dict[str, float]:
    """Shares of shortest paths through each node (Brandes 2001).

    Of many nodes only a part, evenly spread over the names, are sources (Brandes and Pich 2007).
    """
    place = {node: at for at, node in enumerate(near)}
    ends = [[place[other] for other in others] for others in near.values()]
    found = [0.0] * len(ends)
    sources = range(0, len(ends), _step(near))
    for source in sources:
        heed()
        _pass_on(ends, source, found)
    pairs = (len(near) - 1) * (len(near) - 2) * len(sources) / len(near)
    return {node: min(1.0, value / pairs) if pairs else 0.0 for node, value in zip(near, found, strict=True)}


def _step(near: Mapping[str, set[str]]) -> int:
    """Every how manyth node is a source: all of few, and of many as many as there is time for."""
    if len(near) <= LARGEST:
        return 1
    ends = sum(map(len, near.values())) or 1
    return max(1, len(near) // min(PIVOTS, max(LEAST, WORK // ends)))


def _pass_on(ends: Sequence[Sequence[int]], source: int, found: list[float]) -> None:
    """Add to each node in `found` its share of the shortest paths from `source`; nodes are places in `ends`."""
    order, distance, paths = _shortest(ends, source)
    carried = [0.0] * len(ends)
    for node in reversed(order[1:]):
        share, nearer = (1 + carried[node]) / paths[node], distance[node] - 1
        for other in ends[node]:
            if distance[other] == nearer:
                carried[other] += paths[other] * share
        found[node] += carried[node]


def _shortest(ends: Sequence[Sequence[int]], source: int) -> tuple[list[int], list[int], list[int]]:
    """Nodes in the order of their distance; of each its distance (-1: out of reach) and number of shortest paths."""
    distance, paths, order = [-1] * len(ends), [0] * len(ends), [source]
    distance[source], paths[source] = 0, 1
    for node in order:
        further, ways = distance[node] + 1, paths[node]
        for other in ends[node]:
            if distance[other] < 0:
                distance[other] = further
                paths[other] = ways
                order.append(other)
            elif distance[other] == further:
                paths[other] += ways
    return order, distance, paths


def _components(near: Mapping[str, set[str]]) -> tuple[tuple[str, ...], ...]:
    left, found = dict.fromkeys(sorted(near)), []
    while left:
        reached = _reached(near, next(iter(left)))
        found.append(tuple(sorted(reached)))
        for node in reached:
            del left[node]
    return tuple(sorted(found, key=lambda names: (-len(names), names)))


def _reached(near: Mapping[str, set[str]], start: str) -> set[str]:
    reached, waiting = {start}, [start]
    while waiting:
        new = near[waiting.pop()] - reached
        reached |= new
        waiting += new
    return reached
