"""What instances of repeats look like when they come, and which of them the form itself brings."""

from __future__ import annotations

from cami_survey.engine.definitions import Definition
from cami_survey.engine.instance import is_template
from cami_survey.engine.tree import Node


def templates(root: Definition, written: Node) -> dict[Definition, Node]:
    """What a new instance of each repeat looks like: the marked template, otherwise the first instance."""
    return _templates(root, written, _way_to_repeats(root))


def first_instances(root: Definition, written: Node) -> dict[Definition, list[Node]]:
    """The instances that the form itself brings, of repeats outside other repeats."""
    return _first_instances(root, written, _way_to_repeats(root))


def _way_to_repeats(root: Definition) -> set[Definition]:
    """The repeats and everything they lie in."""
    repeats = [definition for definition in root.walk() if definition.repeat is not None]
    return {above for repeat in repeats for above in (repeat, *repeat.lineage())}


def _templates(definition: Definition, written: Node, way: set[Definition]) -> dict[Definition, Node]:
    found: dict[Definition, Node] = {}
    for child in (child for child in definition.children if child in way):
        nodes = written.children_named(child.name)
        nodes = [node for node in nodes if is_template(node)] or nodes
        if nodes:
            if child.repeat is not None:
                found[child] = nodes[0]
            found.update(_templates(child, nodes[0], way))
    return found


def _first_instances(definition: Definition, written: Node, way: set[Definition]) -> dict[Definition, list[Node]]:
    found: dict[Definition, list[Node]] = {}
    for child in (child for child in definition.children if child in way):
        nodes = [node for node in written.children_named(child.name) if not is_template(node)]
        if child.repeat is not None:
            found[child] = nodes
        elif nodes:
            found.update(_first_instances(child, nodes[0], way))
    return found
