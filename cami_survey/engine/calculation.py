"""Recalculation: a change goes through the graph in order of rank and stops where nothing changes."""

from __future__ import annotations

import heapq
from collections import Counter, deque
from collections.abc import Callable
from typing import TYPE_CHECKING

from cami_survey.engine.definitions import SELECTS, Control, Definition
from cami_survey.engine.errors import XPathError
from cami_survey.engine.expressions import LASTING, Expression
from cami_survey.engine.graph import Edge, Target
from cami_survey.engine.instance import Live
from cami_survey.engine.lexical import computed, short
from cami_survey.engine.surroundings import Surroundings, ancestor_of, down
from cami_survey.engine.tree import Node
from cami_survey.engine.xpath.context import Context

if TYPE_CHECKING:
    from cami_survey.engine.form import Form

MOST_EVALUATIONS = 1_000_000
MOST_ROUNDS = 10


def _stays(target: Target) -> bool:
    definition = target.definition
    editable = bool(definition.controls) and definition.bind.readonly is None
    return editable or target.expressions[0].volatile


def _climb(node: Live, steps: int) -> Live | None:
    """So many levels up; None above the root."""
    current: Live | None = node
    for _step in range(steps):
        current = current.parent if isinstance(current, Live) else None
    return current if isinstance(current, Live) else None


def _is_settled(rounds: Counter[tuple[Target, Live]], target: Target, node: Live) -> bool:
    """Whether conditions that go round in a circle have gone round often enough at this node."""
    rounds[target, node] += 1
    return rounds[target, node] > MOST_ROUNDS


class Waiting:
    """The nodes where a target is to be computed, first come first served, each once."""

    __slots__ = ("known", "nodes")

    def __init__(self) -> None:
        self.nodes: deque[Live] = deque()
        self.known: set[Live] = set()


class Calculator:
    """`looks` collects nodes whose look or value may have changed, `writes` nodes whose kept value changed.

    `changed` collects, in order, nodes of the `watched` definitions whose value changed.
    `resize(parent, repeat, count)` is called where a repeat count changes.
    """

    def __init__(self, form: Form, surroundings: Surroundings, resize: Callable[[Live, Definition, int], None]) -> None:
        self.graph = form.graph
        self.surroundings = surroundings
        self.resize = resize
        self.looks: dict[Node, None] = {}
        self.writes: dict[Live, None] = {}
        self.gone: set[Node] = set()
        self.watched: frozenset[Definition] = frozenset()
        self.changed: list[Live] = []
        self._new = False
        self._heap: list[int] = []
        self._waiting = [Waiting() for _target in form.graph.targets]
        self._context = Context(surroundings, surroundings.primary)
        self._evaluate: dict[str, Callable[[Target, Live], None]] = {
            "relevant": self._relevant,
            "calculate": self._calculate,
            "count": self._repeat_count,
            "choices": self._choices,
        }
        self._ranked: dict[Live, str] = {}
        self._phantoms: dict[tuple[Live, Definition], Live] = {}

    def everything(self, *, new: bool) -> None:
        """Compute all targets once. What time, chance or a person gave stays as it is unless all is `new`: then nobody
        has answered anything, and a repeat whose count is not known has no instance.
        """
        self._new = new
        for target in self.graph.targets:
            kept = not new and target.aspect == "calculate" and _stays(target)
            for node in self._homes(target):
                if not (kept and node.kept):
                    self.push(target, node)
        self.run()
        self._new = False

    def say_again(self) -> None:
        """Compute what depends on the language."""
        self._again(lambda expression: expression.speaks)

    def count_time(self) -> None:
        """Compute what tells how long the interview has taken."""
        self._again(lambda expression: expression.calls(LASTING))

    def _again(self, concerned: Callable[[Expression], bool]) -> None:
        for target in self.graph.targets:
            if any(concerned(expression) for expression in target.expressions):
                for node in self._homes(target):
                    self.push(target, node)
        self.run()

    def push(self, target: Target, node: Live) -> None:
        """The target is to be computed at the node."""
        rank = target.rank
        if rank < 0:
            self.looks[node] = None
            return
        waiting = self._waiting[rank]
        known = waiting.known
        if node not in known:
            if not known:
                heapq.heappush(self._heap, rank)
            known.add(node)
            waiting.nodes.append(node)

    def _push_all(self, target: Target, nodes: list[Live]) -> None:
        rank = target.rank
        if rank < 0:
            self.looks.update(dict.fromkeys(nodes))
            return
        waiting = self._waiting[rank]
        if waiting.known:
            nodes = [node for node in nodes if node not in waiting.known]
        elif nodes:
            heapq.heappush(self._heap, rank)
        waiting.known.update(nodes)
        waiting.nodes.extend(nodes)

    def run(self) -> None:
        """Evaluate until nothing waits; what has a lower rank and comes up meanwhile goes first."""
        heap, gone = self._heap, self.gone
        evaluations = 0
        rounds: Counter[tuple[Target, Live]] = Counter()
        while heap:
            rank = heap[0]
            target = self.graph.targets[rank]
            evaluate = self._evaluate[target.aspect]
            nodes, known = self._waiting[rank].nodes, self._waiting[rank].known
            circular = target.circular
            while nodes and heap[0] == rank:
                node = nodes.popleft()
                known.discard(node)
                if node not in gone and not (circular and _is_settled(rounds, target, node)):
                    evaluations += 1
                    evaluate(target, node)
            if evaluations > MOST_EVALUATIONS:
                self._give_up()
            elif not nodes:
                heap.remove(rank) if heap[0] != rank else heapq.heappop(heap)

    def notify(self, node: Live, *, place: bool = False) -> None:
        """The node's visible value (or with `place` its position) has changed."""
        self.looks[node] = None
        definition, surroundings = node.definition, self.surroundings
        if surroundings.remembered or surroundings.sums:
            surroundings.changed(definition, node)
        for edge in definition.edges:
            if edge.place is not place:
                continue
            target = edge.target
            if edge.anchor is None:
                homes = surroundings.known.get(target.home) if target.rank >= 0 else None
                if homes is not None and len(homes) == 1:
                    self.push(target, homes[0])
                else:
                    self._push_everywhere(target)
            elif edge.beside and target.rank >= 0 and node.parent is not None:
                for home in node.parent.children_named(target.home.name):
                    self.push(target, home)  # type: ignore[arg-type]
            else:
                self._follow(edge, node)

    def _push_everywhere(self, target: Target) -> None:
        homes = self.surroundings.at(target.home) if target.rank >= 0 else self._homes(target)
        if homes and not self._all_wait(target, homes):
            self._push_all(target, homes)

    def _follow(self, edge: Edge, node: Live) -> None:
        target = edge.target
        if edge.anchor is None:
            self._push_everywhere(target)
        elif edge.offset is not None:
            self._push_all(target, self._further_on(edge, node, edge.offset))
        elif not edge.onward:
            self._push_all(target, self._homes_near(edge, node))
        elif not self._all_wait(target, self._homes(target)):
            self._push_all(target, self._from_here_on(edge, node))

    def _all_wait(self, target: Target, homes: list[Live]) -> bool:
        """Whether every node of a target waits already: the next of a thousand rows need not say it again."""
        return target.rank >= 0 and not self.gone and len(self._waiting[target.rank].known) == len(homes)

    def _further_on(self, edge: Edge, node: Live, offset: int) -> list[Live]:
        """The target's nodes in the instance so many places behind the node's own."""
        instance = node.parent if edge.climb == 1 else _climb(node, edge.climb)
        if instance is None or instance.parent is None:
            return []
        place = instance.place - 1 + offset
        others = instance.parent.children_named(instance.name)
        return down(others[place], edge.way or ()) if 0 <= place < len(others) else []  # type: ignore[arg-type]

    def _from_here_on(self, edge: Edge, node: Live) -> list[Live]:
        """The target's nodes in the node's own instance and in those behind it."""
        instance = _climb(node, edge.climb)
        if instance is None or not isinstance(instance.parent, Live):
            return []
        others = instance.parent.instances(instance.definition)
        return [home for other in others[instance.place - 1 :] for home in down(other, edge.way or ())]

    def _look_ahead(self, edge: Edge, before: list[Live]) -> None:
        """What looks at the instance so many places ahead sees another one there."""
        for other in before[edge.offset :]:
            for home in down(other, edge.way or ()):
                self.push(edge.target, home)

    def _homes(self, target: Target) -> list[Live]:
        """All nodes where a target is computed; that a repeat looks different is seen at its parent too."""
        found = self.surroundings.at(target.home)
        if target.aspect == "look" and target.home.repeat is not None and target.home.parent is not None:
            return [*self.surroundings.at(target.home.parent), *found]
        return found

    def _homes_near(self, edge: Edge, node: Live) -> list[Live]:
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

    def _give_up(self) -> None:
        self._heap.clear()
        self._waiting = [Waiting() for _target in self.graph.targets]

    def put(self, node: Live, text: str) -> bool:
        """Write a value; whether it was another one."""
        if text == node.kept:
            return False
        node.write(text)
        if node.relevant:
            self._written(node)
        else:
            self.writes[node] = None
            self.looks[node] = None
        return True

    def context(self, node: Node) -> Context:
        """The context of an evaluation at `node`: one and the same object, good until the next call."""
        self._context.current = node
        return self._context

    def _calculate(self, target: Target, node: Live) -> None:
        if not node.relevant:
            return
        context, kind, whole = self._context, node.definition.bind.type, None
        context.current = node
        try:
            value = target.expressions[0].value(node, context)
        except XPathError:
            text = ""
        else:
            whole = short(value, kind)
            text = computed(value, kind, self.surroundings.zone) if whole is None else str(whole)
        if text != node.kept:
            node.kept = node.text = text
            node._number = value if whole else None  # type: ignore[assignment]
            self._written(node)

    def _written(self, node: Live) -> None:
        """A node that is shown has another value."""
        self.writes[node] = None
        if self.watched and node.definition in self.watched:
            self.changed.append(node)
        self.notify(node)

    def _relevant(self, target: Target, node: Live) -> None:
        included = target.expressions[0].truth(node, self.context(node))
        if included is not node.included:
            node.included = included
            self.spread(node)

    def spread(self, top: Live) -> None:
        """Relevance goes down from `top` to everything below it."""
        waiting: list[Node] = [top]
        while waiting:
            node = waiting.pop()
            if not isinstance(node, Live):
                continue
            parent = node.parent
            relevant = node.included and (not isinstance(parent, Live) or parent.relevant)
            if relevant is node.relevant:
                continue
            node.show(relevant)
            self.notify(node)
            if relevant:
                self._wake(node)
            waiting.extend(node.attributes)
            waiting.extend(node.children)

    def _wake(self, node: Live) -> None:
        for target in node.definition.targets:
            if target.aspect in ("calculate", "choices"):
                self.push(target, node)

    def _repeat_count(self, target: Target, parent: Live) -> None:
        phantom = self.phantom(parent, target.definition)
        number = target.expressions[0].number(phantom, self.context(phantom))
        count = int(number) if number == number and number > 0 else 0
        if number == number or self._new:
            self.resize(parent, target.definition, min(count, 10_000))

    def phantom(self, parent: Live, repeat: Definition) -> Live:
        """A stand-in for a repeat, from where its count is evaluated even without an instance."""
        key = (parent, repeat)
        if key not in self._phantoms:
            stand_in = Live(repeat)
            stand_in.parent = parent
            self._phantoms[key] = stand_in
        return self._phantoms[key]

    def _choices(self, _target: Target, node: Live) -> None:
        self.looks[node] = None
        if node.relevant and (node.kept or node in self._ranked):
            self.put(node, self.admitted(node, self._ranked.get(node, node.kept), chosen=False))

    def admitted(self, node: Live, text: str, *, chosen: bool = True) -> str:
        """The part of an answer that its choices allow: selections in the order of the list, ranks complete.

        `chosen`: a person has given it, so that a rank keeps this order when its list changes.
        """
        control = node.definition.control
        if control is None or control.kind not in SELECTS or (control.itemset is None and not control.items):
            return self._within_range(control, text) if control is not None and control.kind == "range" else text
        allowed = self.surroundings.speaker.values(control, node)
        if control.kind == "select":
            selected = set(text.split())
            return " ".join(dict.fromkeys(value for value in allowed if value in selected))
        if control.kind == "rank":
            if chosen:
                self._ranked[node] = text
            words = text.split()
            kept = [word for word in words if word in allowed]
            return " ".join(dict.fromkeys([*kept, *allowed])) if words else ""
        return text if text in allowed else ""

    def remember(self, node: Live) -> None:
        """An answer was restored."""
        if node.definition.control is not None and node.definition.control.kind == "rank":
            self._ranked[node] = node.kept

    def _within_range(self, control: Control, text: str) -> str:
        try:
            least, most = sorted((float(control.attributes["start"]), float(control.attributes["end"])))
            return text if not text or least <= float(text) <= most else ""
        except (KeyError, ValueError):
            return text

    def enter(self, instance: Live) -> None:
        """Nodes were added: everything that reads their kind, and all they compute themselves, waits for evaluation."""
        waiting: list[Node] = [instance]
        while waiting:
            node = waiting.pop()
            if not isinstance(node, Live):
                continue
            self.notify(node)
            for target in node.definition.targets:
                if target.aspect != "count":
                    self.push(target, node)
            for child in node.definition.children:
                for target in child.targets:
                    if target.aspect == "count":
                        self.push(target, node)
            waiting.extend(node.attributes)
            waiting.extend(reversed(node.children))

    def leave(self, instance: Live, before: list[Live]) -> None:
        """Nodes were removed: what read them waits for evaluation. `before`: the instances in front of the removed."""
        waiting: list[Node] = [instance]
        while waiting:
            node = waiting.pop()
            if not isinstance(node, Live):
                continue
            for edge in node.definition.edges:
                if edge.onward:
                    continue  # those behind have moved, which they read too
                if edge.offset is None and not edge.place:
                    self._follow(edge, node)
                elif edge.offset is not None and edge.offset < 0:
                    self._look_ahead(edge, before)
            self.gone.add(node)
            self.looks.pop(node, None)
            self.writes.pop(node, None)
            waiting.extend(node.attributes)
            waiting.extend(node.children)
