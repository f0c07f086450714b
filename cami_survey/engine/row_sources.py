"""What the rows of a counted repeat are about.

Forms count a repeat by a selection and let a calculation in it name the row: `selected-at(X, position(..) - 1)`. Then
the n-th instance is about the n-th value of X, and its answers belong to that value, whatever its position.
"""

from __future__ import annotations

from collections.abc import Iterator

from cami_survey.engine.definitions import Definition
from cami_survey.engine.dependencies import Reach, Reader, reads_of
from cami_survey.engine.expressions import Expression
from cami_survey.engine.xpath.syntax import Arithmetic, Call, Expr, Number, Path


def mark_row_sources(root: Definition) -> tuple[Definition, ...]:
    """Sets `rows` of every counted repeat that shows the values of one node; gives these repeats, outer ones first."""
    found = []
    for definition in root.walk():
        repeat = definition.repeat
        if repeat is not None and repeat.count is not None:
            repeat.rows = _source(root, definition, repeat.count)
            if repeat.rows is not None:
                found.append(definition)
    return tuple(found)


def _source(root: Definition, repeat: Definition, count: Expression) -> Definition | None:
    shown = [source for child in repeat.walk() for source in _shown(root, repeat, child)]
    behind = _behind(root, repeat, count) if shown else set()
    return next((source for source in shown if source in behind), None)


def _shown(root: Definition, repeat: Definition, child: Definition) -> Iterator[Definition]:
    """The node whose values a child shows by position, if it does and the node is outside of the repeat."""
    calculate = child.bind.calculate
    if calculate is None or child.nearest_repeat is not repeat:
        return
    tree = calculate.tree
    if not isinstance(tree, Call) or tree.name != "selected-at" or len(tree.arguments) != 2:
        return
    listed, index = tree.arguments
    if not isinstance(listed, Path) or _reached(root, child, _position_of(index)) != {repeat}:
        return
    sources = _reached(root, child, listed)
    source = sources.pop() if len(sources) == 1 else None
    if source is not None and source.is_leaf and not source.is_attribute:
        around = source.nearest_repeat
        if around is None or around in repeat.lineage():
            yield source


def _position_of(index: Expr) -> Expr | None:
    """The path in `position(path) - 1`."""
    match index:
        case Arithmetic(first=Call(name="position", arguments=(path,)), rest=(("-", Number(value=1.0)),)):
            return path
    return None


def _reached(root: Definition, owner: Definition, path: Expr | None) -> set[Definition | None]:
    """Where a path without predicates leads from `owner`; nowhere for any other expression."""
    if not isinstance(path, Path) or any(step.predicates for step in path.steps):
        return set()
    return {reach.definition for reach in Reader(root, owner).nodes(path, (Reach(owner, owner),))}


def _behind(root: Definition, repeat: Definition, count: Expression) -> set[Definition]:
    """Everything the count depends on, also through calculations."""
    found: set[Definition] = set()
    waiting = [read.definition for read in reads_of((count,), repeat, root)]
    while waiting:
        definition = waiting.pop()
        if definition not in found:
            found.add(definition)
            calculate = definition.bind.calculate
            if calculate is not None:
                waiting += [read.definition for read in reads_of((calculate,), definition, root)]
    return found
