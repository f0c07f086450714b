"""What expressions of a running interview can see."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from datetime import datetime, tzinfo
from typing import Any, cast

from cami_survey.engine.definitions import Definition
from cami_survey.engine.form import Form
from cami_survey.engine.instance import Live, live_document
from cami_survey.engine.lexical import NUMBERS
from cami_survey.engine.results import Failure
from cami_survey.engine.secondary import PRIMARY
from cami_survey.engine.speaking import Speaker
from cami_survey.engine.tree import TEXT, Node, element_name, says_nothing, string_value
from cami_survey.engine.xpath.context import Context, Environment
from cami_survey.engine.xpath.static import StaticNode
from cami_survey.engine.xpath.values import Value, node_number

NO_SUMS: dict[Node, list[float]] = {}


class Surroundings(Environment):
    """The environment of a session. Nodes at a path without indices are remembered until instances come or go."""

    skips_blanks = True

    def __init__(self, form: Form, root: Live, clock: Callable[[], datetime], zone: tzinfo | None) -> None:
        super().__init__(live_document(root), zone=zone, clock=clock)
        self.form = form
        self.speaker = Speaker(form, self)
        # Documents that are this session's own and go before those of the form.
        self.instances: dict[str, Node] = {}
        self.primary = root
        self.version = form.version
        self.started = self.now()
        self.known: dict[Definition, list[Live]] = {}
        self._columns: dict[tuple[str, ...], Definition | None] = {}
        # By definition, what was computed from all its nodes: thrown away with the first change of one of them.
        self.remembered: dict[Definition, dict[object, Any]] = {}
        # By leaf and what holds the instances, the sums over the first 0, 1, 2 ... of them.
        self.sums: dict[Definition, dict[Node, list[float]]] = {}
        self._leaves: dict[tuple[Definition, tuple[str, ...]], Definition | None] = {}
        # By definition and expression, what failed first.
        self.failures: dict[tuple[Definition, str], Failure] = {}

    def at(self, definition: Definition) -> list[Live]:
        """All nodes of a definition, in document order; the list must not be changed."""
        found = self.known.get(definition)
        if found is None:
            found = self.known[definition] = self._find(definition)
        return found

    def _find(self, definition: Definition) -> list[Live]:
        parent = definition.parent
        if parent is None:
            return [self.primary]
        return [child for node in self.at(parent) for child in live_children(node, definition)]

    def absolute(self, names: tuple[str, ...]) -> list[Node]:
        definition = self.form.by_path.get("/" + "/".join(names))
        found = cast(list[Node], self.at(definition) if definition is not None else [])
        self.by_names[names] = found
        return found

    def changed(self, definition: Definition, node: Live | None = None) -> None:
        """A node of the definition has another value, or is new; without `node`, any number of them."""
        self.remembered.pop(definition, None)
        sums = self.sums.get(definition)
        if sums is None:
            return
        while node is not None and node.parent not in sums:
            node = node.parent
        if node is not None:
            del sums[node.parent][node.place :]  # type: ignore[index]
            return
        for known in sums.values():
            del known[1:]

    def derived(self, names: tuple[str, ...], leaf: bool) -> dict[object, Value] | None:
        try:
            column = self._columns[names]
        except KeyError:
            column = self._columns[names] = self.form.by_path.get("/" + "/".join(names))
        if column is None or (leaf and column.children):
            return None
        known = self.remembered.get(column)
        if known is None:
            known = self.remembered[column] = {}
        return known

    def running_sums(self, parent: Node, names: tuple[str, ...]) -> list[float] | None:
        if not isinstance(parent, Live):
            return None
        key = (parent.definition, names)
        leaf = self._leaves[key] if key in self._leaves else self._leaf(*key)
        if leaf is None:
            return None
        sums = self.sums.get(leaf, NO_SUMS).get(parent)
        if sums is None:
            sums = self.sums.setdefault(leaf, {})[parent] = [0.0]
            self.sums_below.setdefault(names, {})[parent] = sums
        instances = parent.children_named(names[0])
        if len(sums) <= len(instances):
            self._add_up(instances[len(sums) - 1 :], names, sums)
        return sums

    def _leaf(self, above: Definition, names: tuple[str, ...]) -> Definition | None:
        """The definition at names below another, which is kept; None if there is none, or it holds others."""
        leaf: Definition | None = above
        for name in names:
            leaf = leaf.by_name.get(name) if leaf is not None else None
        found = self._leaves[above, names] = leaf if leaf is not None and leaf.is_leaf else None
        return found

    def _add_up(self, instances: list[Node], names: tuple[str, ...], sums: list[float]) -> None:
        """Goes on with the sums from the last that is known."""
        total = sums[-1]
        for instance in instances:
            found = instance.children_named(names[1])
            for name in names[2:]:
                found = [child for node in found for child in node.children_named(name)]
            for node in found:
                if node.relevant:
                    number = node._number
                    number = node_number(node, self.zone) if number is None else number
                    if number == number or not says_nothing(node):
                        total += number
            sums.append(total)

    def forget(self, repeat: Definition) -> None:
        """Instances of a repeat came or went."""
        for definition in repeat.walk():
            self.changed(definition)
            self.known.pop(definition, None)
            self.by_names.pop(definition.names, None)

    def extend(self, instance: Live) -> None:
        """An instance was added after all others: lists grow instead of being made anew.

        What is remembered of its columns is dropped when the calculator is told of each of its nodes.
        """
        waiting: list[Node] = [instance]
        while waiting:
            node = waiting.pop()
            if isinstance(node, Live):
                found = self.known.get(node.definition)
                if found is not None:
                    found.append(node)
                waiting.extend(node.attributes)
                waiting.extend(reversed(node.children))

    def failed(self, expression: str, node: Node, reason: str) -> None:
        if isinstance(node, Live):
            self.failures.setdefault((node.definition, expression), Failure(node.definition.path, expression, reason))

    def instance(self, name: str) -> Node | None:
        found = self.instances.get(name) if self.instances else None
        if found is None:
            found = self.form.instances.get(name)
        return self.root if found is PRIMARY else found

    def text(self, key: str) -> Node:
        return Node(TEXT, text=self.speaker.itext(key, self.root))

    def choice_label(self, value: str, path: str, node: Node) -> str:
        if not value:
            return ""
        found = self._question(path, node)
        return "" if found is None else self.label_of_choice(value, found)

    def label_of_choice(self, value: str, question: Node) -> str:
        control = question.definition.control if isinstance(question, Live) else None
        if not value or control is None:
            return ""
        # A list that is filtered by its own labels asks for them while nobody knows yet which of its choices are open.
        filtering = question in self.speaker.filtering
        for choice in () if filtering else self.speaker.choices(control, question, self.language):
            if choice.value == value:
                return choice.label
        unfiltered = self.speaker.choices(control, question, self.language, unfiltered=True)
        return next((choice.label for choice in unfiltered if choice.value == value), "")

    def repeat_position(self, node: Node) -> float:
        repeat = node.definition.nearest_repeat if isinstance(node, Live) else None
        instance = ancestor_of(node, repeat) if isinstance(node, Live) and repeat is not None else None
        return math.nan if instance is None else float(instance.place)

    def _question(self, path: str, node: Node) -> Live | None:
        definition = self.form.by_path.get(path.strip())
        if definition is not None and isinstance(node, Live):
            return next(iter(self.nearest(definition, node)), None)
        written = self.form.compiler.text(path.strip()).run(node, Context(self, node))
        found = written[0] if isinstance(written, list) and written else None
        return found if isinstance(found, Live) else None

    def nearest(self, definition: Definition, node: Live) -> list[Live]:
        """The nodes of a definition, within the node's own instance of each repeat that both are in."""
        repeat = node.definition.nearest_repeat
        while repeat is not None:
            if repeat is definition or repeat in definition.lineage():
                instance = ancestor_of(node, repeat)
                return [] if instance is None else below(instance, definition)
            repeat = repeat.parent.nearest_repeat if repeat.parent is not None else None
        return self.at(definition)

    def counts(self, node: Node) -> bool:
        """The answer of a numeric question counts above nought, as the specification says; any other is a text."""
        if isinstance(node, Live) and node.definition.bind.type in NUMBERS:
            return node_number(node, self.zone) > 0
        return super().counts(node)

    def pull(self, instance: str, column: str, key_column: str, key: str) -> str:
        document = self.instance(instance) or self.instance(instance.removesuffix(".csv"))
        root = document.children[0] if document is not None and document.children else None
        if not isinstance(root, StaticNode) or "@" in key_column + column:
            return super().pull(instance, column, key_column, key)
        rows = root.rows_with("item", element_name(key_column), key)
        return next((string_value(cell) for row in rows[:1] for cell in row.children_named(element_name(column))), "")


def live_children(node: Live, definition: Definition) -> list[Live]:
    """The nodes of a definition directly below a node."""
    name = definition.name
    if name[0] == "@":
        attribute = node.child(definition)
        return [attribute] if attribute is not None else []
    return node.children_named(name)  # type: ignore[return-value]


def below(node: Live, definition: Definition) -> list[Live]:
    """The nodes of a definition below (or at) a node of one of its ancestors."""
    way: list[Definition] = []
    current: Definition | None = definition
    while current is not None and current is not node.definition:
        way.append(current)
        current = current.parent
    return down(node, reversed(way))


def down(node: Live, way: Iterable[Definition]) -> list[Live]:
    """The nodes that definitions lead to, one level each."""
    found = [node]
    for step in way:
        if len(found) == 1:
            found = live_children(found[0], step)
        else:
            found = [child for parent in found for child in live_children(parent, step)]
    return found


def ancestor_of(node: Live, definition: Definition) -> Live | None:
    """The node itself or the ancestor that has the definition."""
    current: Node | None = node
    while isinstance(current, Live):
        if current.definition is definition:
            return current
        current = current.parent
    return None
