"""Who works with whom: organisations and the ties they report."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from .findings import TooFew

# Above so many nodes betweenness is estimated: from so many of them at most and at least, and by so many steps.
LARGEST, PIVOTS, LEAST, WORK = 250, 100, 5, 1_000_000


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
    told = dict.fromkeys((a, b) for a, b in ties)
    nodes = tuple(sorted({*others, *(name for tie in told for name in tie)}))
    told = dict.fromkeys((a, b) for a, b in told if a != b)
    if len(nodes) < 2:
        return TooFew("too few" if nodes else "no data", len(nodes), 2)
    near: dict[str, set[str]] = {node: set() for node in nodes}
    for a, b in told:
        near[a].add(b)
        near[b].add(a)
    possible = len(nodes) - 1
    naming, named = Counter(a for a, _ in told), Counter(b for _, b in told)
    return Network(
        nodes,
        tuple(sorted((a, b) for a, b in told if a < b and (b, a) in told)),
        tuple(sorted((a, b) for a, b in told if (b, a) not in told)),
        {node: named[node] for node in nodes},
        {node: naming[node] for node in nodes},
        {node: len(near[node]) / possible for node in nodes},
        _betweenness(near),
        sum(map(len, near.values())) / (len(nodes) * possible),
        _components(near),
        len(nodes) <= LARGEST,
    )


def _betweenness(near: Mapping[str, set[str]]) -> dict[str, float]:
    """Shares of shortest paths through each node (Brandes 2001).

    Of many nodes only a part, evenly spread over the names, are sources (Brandes and Pich 2007).
    """
    found = dict.fromkeys(near, 0.0)
    sources = list(near)[:: _step(near)]
    for source in sources:
        order, before, paths = _shortest(near, source)
        carried = dict.fromkeys(near, 0.0)
        for node in reversed(order):
            for earlier in before[node]:
                carried[earlier] += paths[earlier] / paths[node] * (1 + carried[node])
            if node != source:
                found[node] += carried[node]
    pairs = (len(near) - 1) * (len(near) - 2) * len(sources) / len(near)
    return {node: min(1.0, value / pairs) if pairs else 0.0 for node, value in found.items()}


def _step(near: Mapping[str, set[str]]) -> int:
    """Every how manyth node is a source: all of few, and of many as many as there is time for."""
    if len(near) <= LARGEST:
        return 1
    ends = sum(map(len, near.values())) or 1
    return max(1, len(near) // min(PIVOTS, max(LEAST, WORK // ends)))


def _shortest(near: Mapping[str, set[str]], source: str) -> tuple[list[str], dict[str, list[str]], dict[str, int]]:
    """Nodes in the order of their distance, who comes before each, and how many shortest paths lead there."""
    order: list[str] = []
    before: dict[str, list[str]] = {node: [] for node in near}
    paths = dict.fromkeys(near, 0)
    distance = {source: 0}
    paths[source] = 1
    waiting = deque([source])
    while waiting:
        node = waiting.popleft()
        order.append(node)
        for other in near[node]:
            if other not in distance:
                distance[other] = distance[node] + 1
                waiting.append(other)
            if distance[other] == distance[node] + 1:
                paths[other] += paths[node]
                before[other].append(node)
    return order, before, paths


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
