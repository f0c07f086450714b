"""What waits to be computed, the lowest rank first, and who is put there when something changes."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from cami_survey.engine.definitions import Definition
from cami_survey.engine.graph import Edge, Target
from cami_survey.engine.instance import Live
from cami_survey.engine.readers import Readers, Waiting, from_here_on, further_on, homes_near, readers_of
from cami_survey.engine.surroundings import Surroundings, down
from cami_survey.engine.tree import Node


class Agenda:
    """By rank, `due` says whether a target waits, `homes` at which one node (None: there may be more), `waiting` at
    which of more. `looks` collects nodes whose look may have changed, `gone` those that are removed.
    """

    def __init__(self, targets: Sequence[Target], surroundings: Surroundings) -> None:
        self.surroundings = surroundings
        self.looks: dict[Node, None] = {}
        self.gone: set[Node] = set()
        self.homes = [self._only_home(target) for target in targets]
        self.due = bytearray(len(self.homes))
        self.waiting = [None if home is not None else Waiting() for home in self.homes]
        self._tellers: dict[Definition, Callable[[Live], None]] = {}

    def _only_home(self, target: Target) -> Live | None:
        """The one node where a target outside all repeats is computed; None where there may be more."""
        if target.circular or target.home.nearest_repeat is not None:
            return None
        homes = self.surroundings.at(target.home)
        return homes[0] if len(homes) == 1 else None

    def clear(self) -> None:
        """Nothing waits any more."""
        for rank, waiting in enumerate(self.waiting):
            self.due[rank] = 0
            if waiting is not None:
                waiting.clear()

    def push(self, target: Target, node: Live) -> None:
        """The target is to be computed at the node."""
        self._push_all(target, [node])

    def _push_all(self, target: Target, nodes: list[Live]) -> None:
        rank = target.rank
        if rank < 0:
            self.looks.update(dict.fromkeys(nodes))
            return
        if not nodes:
            return
        self.due[rank] = 1
        waiting = self.waiting[rank]
        if waiting is None:
            return
        if waiting.known:
            nodes = [node for node in nodes if node not in waiting.known]
        waiting.known.update(nodes)
        waiting.nodes.extend(nodes)

    def push_everywhere(self, target: Target) -> None:
        """The target is to be computed at all its nodes."""
        homes = self.surroundings.at(target.home) if target.rank >= 0 else self.homes_of(target)
        if homes and not self._all_wait(target, homes):
            self._push_all(target, homes)

    def _all_wait(self, target: Target, homes: list[Live]) -> bool:
        """Whether every node of a target waits already: the next of a thousand rows need not say it again."""
        waiting = self.waiting[target.rank] if target.rank >= 0 else None
        return waiting is not None and not self.gone and len(waiting.known) == len(homes)

    def homes_of(self, target: Target) -> list[Live]:
        """All nodes where a target is computed; that a repeat looks different is seen at its parent too."""
        found = self.surroundings.at(target.home)
        if target.aspect == "look" and target.home.repeat is not None and target.home.parent is not None:
            return [*self.surroundings.at(target.home.parent), *found]
        return found

    def notify(self, node: Live, *, place: bool = False) -> None:
        """The node's visible value (or with `place` its position) has changed."""
        self.looks[node] = None
        if not place:
            self.teller(node.definition)(node)
            return
        self.surroundings.changed(node.definition, node)
        for edge in node.definition.edges:
            if edge.place:
                self._follow(edge, node)

    def leave(self, node: Live, before: list[Live]) -> None:
        """A node was removed: what read it waits. `before`: the instances in front of the one it was in."""
        for edge in node.definition.edges:
            if edge.onward:
                continue  # those behind have moved, which they read too
            if edge.offset is None and not edge.place:
                self._follow(edge, node)
            elif edge.offset is not None and edge.offset < 0:
                self._look_ahead(edge, before)
        self.gone.add(node)
        self.looks.pop(node, None)

    def teller(self, definition: Definition) -> Callable[[Live], None]:
        """Tells who reads a definition that a node of it has another value."""
        known = self._tellers.get(definition)
        if known is None:
            known = self._tellers[definition] = self._make_teller(definition)
        return known

    def _readers_of(self, definition: Definition) -> Readers:
        return readers_of(definition, self.homes, self.waiting, self.surroundings.at)

    def runs_on(self, target: Target) -> bool:
        """Whether of all rows only the next one reads what a target gives in a row: telling once of many does then."""
        waiting = self.waiting[target.rank]
        if waiting is None:
            return False
        readers = self._readers_of(target.definition)
        own = (target.rank, target.definition.name, 1, waiting)
        return readers.ahead == (own,) and not readers.nearby and not readers.others

    def _make_teller(self, definition: Definition) -> Callable[[Live], None]:
        due, looks = self.due, self.looks
        remembered, sums, changed = self.surroundings.remembered, self.surroundings.sums, self.surroundings.changed
        at_once, shown, nearby, ahead, columns, others = self._readers_of(definition)
        further = bool(shown or nearby or others)
        behind = [self._look_behind(*each) for each in ahead]

        def tell_alone(node: Live) -> None:
            if definition in remembered or definition in sums:
                changed(definition, node)
            for rank in at_once:
                due[rank] = 1

        def tell(node: Live) -> None:
            for target, waiting in columns:
                self._tell_of_column(target, waiting, definition)
            if definition in remembered or definition in sums:
                changed(definition, node)
            for rank in at_once:
                due[rank] = 1
            for look in behind:
                look(node)
            if not further:
                return
            for home in shown:
                looks[home] = None
            for target, name in nearby:
                self._push_all(target, node.parent.children_named(name))  # type: ignore[union-attr, arg-type]
            for edge in others:
                self._follow(edge, node)

        return tell if further or behind or columns else tell_alone

    def _look_behind(self, rank: int, name: str, offset: int, waiting: Waiting) -> Callable[[Live], None]:
        """Tells what reads a node from the instance of its repeat that is so many places further on."""
        due, known, enter, queue = self.due, waiting.known, waiting.known.add, waiting.nodes.append

        def tell(node: Live) -> None:
            other = node.parent.further(offset)  # type: ignore[union-attr]
            if other is not None:
                due[rank] = 1
                for home in other.children_named(name):
                    if home not in known:
                        enter(home)  # type: ignore[arg-type]
                        queue(home)  # type: ignore[arg-type]

        return tell

    def _tell_of_column(self, target: Target, waiting: Waiting, definition: Definition) -> None:
        """A node of a column has another value, of which the target reads only what is remembered of the whole."""
        if definition in waiting.columns:
            return
        known = self.surroundings.remembered.get(definition)
        if not known:
            self.push_everywhere(target)
            return
        waiting.columns[definition] = known
        self.due[target.rank] = 1

    def _follow(self, edge: Edge, node: Live) -> None:
        target = edge.target
        if edge.offset is not None:
            self._push_all(target, further_on(edge, node, edge.offset))
        elif edge.anchor is None:
            self.push_everywhere(target)
        elif not edge.onward:
            self._push_all(target, homes_near(edge, node))
        else:
            homes = self.homes_of(target)
            if not self._all_wait(target, homes):
                self._push_all(target, from_here_on(edge, node, homes))

    def _look_ahead(self, edge: Edge, before: list[Live]) -> None:
        """What looks at the instance so many places ahead sees another one there."""
        for other in before[edge.offset :]:
            for home in down(other, edge.way or ()):
                self.push(edge.target, home)
