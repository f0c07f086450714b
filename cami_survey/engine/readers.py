"""Who reads a definition, worked out once for a session, and what waits to be computed."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from cami_survey.engine.definitions import Definition
from cami_survey.engine.graph import Edge, Target
from cami_survey.engine.instance import Live
from cami_survey.engine.surroundings import ancestor_of, down


class Waiting:
    """The nodes where a target is to be computed, first come first served, each once.

    `columns`: definitions that the target reads only by values of all their nodes, with the values it knows. Where
    they have become others it is to be computed everywhere.
    """

    __slots__ = ("columns", "known", "nodes")

    def __init__(self) -> None:
        self.nodes: deque[Live] = deque()
        self.known: set[Live] = set()
        self.columns: dict[Definition, Mapping[object, object]] = {}

    @property
    def is_called(self) -> bool:
        """Whether there is anything to compute."""
        return bool(self.nodes or self.columns)

    def clear(self) -> None:
        """Nothing is to be computed any more."""
        self.nodes.clear()
        self.known.clear()
        self.columns.clear()


class Readers(NamedTuple):
    """Who reads a definition: ranks of what has one home, nodes that only look different, what lies beside the changed
    node, what lies some instances further on, what reads values of the whole column, and edges to be followed.
    """

    at_once: tuple[int, ...]
    shown: tuple[Live, ...]
    nearby: tuple[tuple[Target, str], ...]
    ahead: tuple[tuple[int, str, int, Waiting], ...]
    columns: tuple[tuple[Target, Waiting], ...]
    others: tuple[Edge, ...]


def readers_of(
    definition: Definition,
    alone: Sequence[Live | None],
    waiting: Sequence[Waiting | None],
    at: Callable[[Definition], list[Live]],
) -> Readers:
    """The readers of a definition. By rank, `alone` is the one home a target has and `waiting` what waits where there
    are more; `at` gives the nodes of a definition.
    """
    at_once: dict[int, None] = {}
    shown: dict[Live, None] = {}
    nearby: dict[tuple[Target, str], None] = {}
    ahead: dict[tuple[int, str, int, Waiting], None] = {}
    columns: dict[tuple[Target, Waiting], None] = {}
    others = []
    for edge in definition.edges:
        target, home, rank = edge.target, edge.target.home, edge.target.rank
        queue = waiting[rank] if rank >= 0 else None
        if edge.place:
            continue
        if edge.anchor is None and rank >= 0 and alone[rank] is not None:
            at_once[rank] = None
        elif edge.anchor is None and rank < 0 and home.nearest_repeat is None:
            shown.update(dict.fromkeys(at(home)))
        elif edge.beside and (rank >= 0 or home.repeat is None):
            nearby[target, home.name] = None
        elif edge.whole and queue is not None and target.aspect == "calculate" and not target.circular:
            columns[target, queue] = None
        elif edge.offset is not None and edge.climb == 1 and len(edge.way or ()) == 1 and queue is not None:
            ahead[rank, home.name, edge.offset, queue] = None
        else:
            others.append(edge)
    return Readers(tuple(at_once), tuple(shown), tuple(nearby), tuple(ahead), tuple(columns), tuple(others))


def further_on(edge: Edge, node: Live, offset: int) -> list[Live]:
    """The target's nodes in the instance so many places behind the node's own."""
    instance = node.parent if edge.climb == 1 else _climb(node, edge.climb)
    other = None if instance is None else instance.further(offset)
    return [] if other is None else down(other, edge.way or ())  # type: ignore[arg-type]


def from_here_on(edge: Edge, node: Live, homes: list[Live]) -> list[Live]:
    """The target's nodes, of all its `homes`, in the node's own instance and in those behind it."""
    instance = _climb(node, edge.climb)
    if instance is None or not isinstance(instance.parent, Live):
        return []
    others, place = instance.parent.instances(instance.definition), instance.place - 1
    if len(others) == len(homes):
        return homes[place:]  # each has one at least, so that as many nodes as instances are one each
    return [home for other in others[place:] for home in down(other, edge.way or ())]


def homes_near(edge: Edge, node: Live) -> list[Live]:
    """Those below the node's own instance of the anchor."""
    anchor = _climb(node, edge.climb)
    if anchor is None:
        return []
    home = edge.target.home
    if edge.way is None:
        above = ancestor_of(anchor, home)
        found = [above] if above is not None else []
    else:
        found = down(anchor, edge.way)
    if edge.target.aspect == "look" and home.repeat is not None and home.parent is not None:
        parents = down(anchor, edge.way[:-1]) if edge.way else [anchor.parent]
        return [*(parent for parent in parents if isinstance(parent, Live)), *found]
    return found


def _climb(node: Live, steps: int) -> Live | None:
    """So many levels up; None above the root."""
    current: Live | None = node
    for _step in range(steps):
        current = current.parent if isinstance(current, Live) else None
    return current if isinstance(current, Live) else None
