"""What has changed in a running interview, told to whoever shows and keeps it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from cami_survey.engine.definitions import Definition
from cami_survey.engine.instance import Live
from cami_survey.engine.results import Changed
from cami_survey.engine.tree import ATTRIBUTE, Node

if TYPE_CHECKING:
    from cami_survey.engine.calculation import Calculator


def told(calculator: Calculator, references: References, created: Iterable[Live], removed: Iterable[str]) -> Changed:
    """What the calculator has collected, which begins anew; new instances with all they hold, fields that are gone."""
    values: dict[str, str | None] = dict.fromkeys(removed)
    for instance in (instance for instance in created if instance not in calculator.gone):
        values[instance.field] = instance.order
        for node in inside(instance):
            if node.definition.repeat is not None:
                values[node.field] = node.order
            elif is_answer(node) and node.kept:
                values[node.field] = node.kept
    gone, writes = calculator.gone, calculator.writes
    for node in writes:
        if is_answer(node):
            values[node._field or node.field] = node.kept or None
    seen: dict[Node, None] = calculator.looks | writes
    refs = references.of([node for node in seen if node not in gone] if gone else seen)
    calculator.looks.clear()
    calculator.writes.clear()
    calculator.gone.clear()
    return Changed(frozenset(refs), values)


def every(root: Live) -> Iterator[Live]:
    """The node and all below it, in document order."""
    waiting: list[Node] = [root]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Live):
            yield node
            waiting.extend(reversed(node.children))
            waiting.extend(reversed(node.attributes))


def inside(top: Live) -> Iterator[Live]:
    """All below a node."""
    return (node for node in every(top) if node is not top)


class References:
    """The references of nodes. Those of leaves in rows are kept by place: a thousand rows change again and again."""

    def __init__(self) -> None:
        self._rows: dict[Definition, dict[int, str]] = {}

    def of(self, nodes: Iterable[Node]) -> list[str]:
        """The references of nodes and of the repeats that lie at them."""
        known: dict[Node | None, str] = {}
        found = []
        rows = self._rows
        column: Definition | None = None
        spelled: dict[int, str] = {}
        for node in nodes:
            if not isinstance(node, Live):
                continue
            definition = node.definition
            if definition.nearest_repeat is None:
                ref = definition.path
            elif definition is column or definition in rows:
                if definition is not column:
                    column, spelled = definition, rows[definition]
                place = node.parent.place  # type: ignore[union-attr]
                ref = spelled.get(place) or self._spelled(definition, place)
            else:
                if _in_a_row(definition):
                    rows[definition] = {}
                ref = _ref(node, known)
            found.append(ref)
            if definition.children:
                found.extend(f"{ref}/{child.name}" for child in definition.children if child.repeat is not None)
        return found

    def _spelled(self, definition: Definition, place: int) -> str:
        ref = f"{definition.nearest_repeat.path}[{place}]/{definition.name}"  # type: ignore[union-attr]
        return self._rows[definition].setdefault(place, ref)


def _in_a_row(definition: Definition) -> bool:
    """Whether a definition is a leaf right in a repeat that is in no other."""
    above = definition.parent
    if above is None or above.parent is None or above is not definition.nearest_repeat:
        return False
    return definition.is_leaf and above.parent.nearest_repeat is None


def _ref(node: Live, known: dict[Node | None, str]) -> str:
    """The reference of a node; those of groups are kept in `known`, since many nodes lie in one."""
    definition, parent = node.definition, node.parent
    if parent is None or definition.nearest_repeat is None:
        return definition.path
    if definition.repeat is not None and parent.definition.nearest_repeat is None:
        return f"{definition.path}[{node.place}]"
    above = known.get(parent)
    if above is None:
        above = known[parent] = _ref(parent, known)
    ref = f"{above}/{definition.name}"
    return ref if definition.repeat is None else f"{ref}[{node.place}]"


def is_answer(node: Live) -> bool:
    """Whether the node holds an answer rather than other nodes or a fixed attribute of the form."""
    if node.kind == ATTRIBUTE:
        return node.definition.is_given
    return not (node.key or node.definition.children)
