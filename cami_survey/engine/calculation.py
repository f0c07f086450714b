"""Recalculation: a change goes through the graph in order of rank and stops where nothing changes."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from typing import TYPE_CHECKING

from cami_survey.engine.definitions import SELECTS, Control, Definition
from cami_survey.engine.errors import XPathError
from cami_survey.engine.graph import COMPUTED, Edge, Target
from cami_survey.engine.instance import Live
from cami_survey.engine.lexical import normal
from cami_survey.engine.surroundings import Surroundings, ancestor_of, below
from cami_survey.engine.tree import Node
from cami_survey.engine.xpath.context import Context
from cami_survey.engine.xpath.values import to_text

if TYPE_CHECKING:
    from cami_survey.engine.form import Form

MOST_EVALUATIONS = 1_000_000


def _stays(target: Target) -> bool:
    definition = target.definition
    editable = bool(definition.controls) and definition.bind.readonly is None
    return editable or target.expressions[0].volatile


class Calculator:
    """`looks` collects nodes whose look or value may have changed, `writes` nodes whose kept value changed.

    `resize(parent, repeat, count)` is called where a repeat count changes.
    """

    def __init__(self, form: Form, surroundings: Surroundings, resize: Callable[[Live, Definition, int], None]) -> None:
        self.graph = form.graph
        self.surroundings = surroundings
        self.resize = resize
        self.looks: dict[Node, None] = {}
        self.writes: dict[Live, None] = {}
        self.gone: set[Node] = set()
        self._heap: list[tuple[int, int, Target, Live]] = []
        self._queued: set[tuple[Target, Live]] = set()
        self._count = 0
        self._evaluate: dict[str, Callable[[Target, Live], None]] = {
            "relevant": self._relevant,
            "calculate": self._calculate,
            "count": self._repeat_count,
            "choices": self._choices,
        }
        self._ranked: dict[Live, str] = {}
        self._phantoms: dict[tuple[Live, Definition], Live] = {}

    def everything(self, *, resumed: bool = False) -> None:
        """Compute all targets once; `resumed`: what time, chance or a person gave stays as it is."""
        for target in self.graph.targets:
            kept = resumed and target.aspect == "calculate" and _stays(target)
            for node in self._homes(target, None):
                if not (kept and node.kept):
                    self.push(target, node)
        self.run()

    def say_again(self) -> None:
        """Compute what depends on the language."""
        for target in self.graph.targets:
            if any(expression.speaks for expression in target.expressions):
                for node in self._homes(target, None):
                    self.push(target, node)
        self.run()

    def push(self, target: Target, node: Live) -> None:
        if target.aspect not in COMPUTED:
            self.looks[node] = None
            return
        key = (target, node)
        if key not in self._queued:
            self._queued.add(key)
            self._count += 1
            heapq.heappush(self._heap, (target.rank, self._count, target, node))

    def run(self) -> None:
        """Evaluate until nothing waits."""
        heap, queued = self._heap, self._queued
        evaluations = 0
        while heap:
            _rank, _order, target, node = heapq.heappop(heap)
            queued.discard((target, node))
            if node in self.gone:
                continue
            evaluations += 1
            if evaluations > MOST_EVALUATIONS:
                heap.clear()
                queued.clear()
                return
            self._evaluate[target.aspect](target, node)

    def notify(self, node: Live, *, place: bool = False) -> None:
        """The node's visible value (or with `place` its position) has changed."""
        self.looks[node] = None
        for edge in self.graph.edges.get(node.definition, ()):
            if edge.place is place:
                self._follow(edge, node)

    def _follow(self, edge: Edge, node: Live) -> None:
        target = edge.target
        anchor = edge.anchor
        if edge.offset is not None:
            homes = self._further_on(target, node, edge.offset)
        elif anchor is None or anchor.nearest_repeat is None:
            homes = self._homes(target, None)
        else:
            start = ancestor_of(node, anchor)
            homes = [] if start is None else self._homes(target, start)
        for home in homes:
            self.push(target, home)

    def _further_on(self, target: Target, node: Live, offset: int) -> list[Live]:
        repeat = target.definition.nearest_repeat
        instance = ancestor_of(node, repeat) if repeat is not None else None
        if repeat is None or instance is None or not isinstance(instance.parent, Live):
            return []
        place = instance.position - 1 + offset
        others = instance.parent.instances(repeat)[max(place, 0) : max(place + 1, 0)]
        return [home for other in others for home in below(other, target.definition)]

    def _homes(self, target: Target, start: Live | None) -> list[Live]:
        definition = target.definition
        if target.aspect == "look" and definition.repeat is not None and definition.parent is not None:
            return [*self._at_or_below(definition.parent, start), *self._at_or_below(definition, start)]
        if target.aspect == "count" and definition.parent is not None:
            definition = definition.parent
        return self._at_or_below(definition, start)

    def _at_or_below(self, definition: Definition, start: Live | None) -> list[Live]:
        if start is None:
            return self.surroundings.at(definition)
        if start.definition.depth > definition.depth:
            climbed = ancestor_of(start, definition)
            return [climbed] if climbed is not None else []
        return below(start, definition)

    def put(self, node: Live, text: str) -> bool:
        """Write a value; whether it was another one."""
        if text == node.kept:
            return False
        node.write(text)
        self.writes[node] = None
        if node.relevant:
            self.notify(node)
        else:
            self.looks[node] = None
        return True

    def context(self, node: Node) -> Context:
        return Context(self.surroundings, node)

    def _calculate(self, target: Target, node: Live) -> None:
        if not node.relevant:
            return
        self.put(node, self.calculated(target, node))

    def calculated(self, target: Target, node: Live) -> str:
        """What the calculation of a node gives now; empty where it fails or gives NaN."""
        zone = self.surroundings.zone
        try:
            value = target.expressions[0].value(node, self.context(node))
        except XPathError:
            return ""
        if isinstance(value, float) and value != value:
            return ""
        return normal(to_text(value, zone), node.definition.bind.type, zone)

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
        for target in self.graph.by_definition.get(node.definition, ()):
            if target.aspect in ("calculate", "choices"):
                self.push(target, node)

    def _repeat_count(self, target: Target, parent: Live) -> None:
        phantom = self.phantom(parent, target.definition)
        number = target.expressions[0].number(phantom, self.context(phantom))
        count = int(number) if number == number and number > 0 else 0
        if number == number or not parent.instances(target.definition):
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
            for target in self.graph.by_definition.get(node.definition, ()):
                if target.aspect != "count":
                    self.push(target, node)
            for child in node.definition.children:
                for target in self.graph.by_definition.get(child, ()):
                    if target.aspect == "count":
                        self.push(target, node)
            waiting.extend(node.attributes)
            waiting.extend(reversed(node.children))

    def leave(self, instance: Live) -> None:
        """Nodes were removed: what read them waits for evaluation."""
        waiting: list[Node] = [instance]
        while waiting:
            node = waiting.pop()
            if not isinstance(node, Live):
                continue
            for edge in self.graph.edges.get(node.definition, ()):
                if not edge.place and edge.offset is None:
                    self._follow(edge, node)
            self.gone.add(node)
            self.looks.pop(node, None)
            self.writes.pop(node, None)
            waiting.extend(node.attributes)
            waiting.extend(node.children)
