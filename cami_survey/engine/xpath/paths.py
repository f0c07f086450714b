"""Location paths to closures, the common shapes first."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from cami_survey.engine.tree import ELEMENT, NO_NODES, Node, in_document_order
from cami_survey.engine.xpath.axes import AXES, REVERSE, STAYS_ORDERED, node_test
from cami_survey.engine.xpath.code import Code, ToNodes, ToNumber
from cami_survey.engine.xpath.context import Context
from cami_survey.engine.xpath.predicates import apply, found_at_once
from cami_survey.engine.xpath.syntax import Call, Expr, KindTest, NameTest, Path, Step
from cami_survey.engine.xpath.values import NAN, node_number

if TYPE_CHECKING:
    from cami_survey.engine.xpath.compiler import Compiler

HERE = Call("current", ())
StepCode = Callable[[list[Node], Context], list[Node]]
AWAY = {"preceding-sibling": -1, "following-sibling": 1}


def compile_path(compiler: Compiler, path: Path) -> Code:
    """The code of a path."""
    if path.start is None and compiler.lenient and not any(step.predicates for step in path.steps):
        simple = _absolute_names(path) if path.absolute else _up_and_down(path.steps)
        if simple is not None:
            return Code("nodes", simple, number=_number_at(path))
    if path.start == HERE and not any(step.predicates for step in path.steps):
        simple = _up_and_down(path.steps)
        if simple is not None:
            return _from_current(simple, _number_at(Path(False, None, path.steps)))
    start, steps = _start(compiler, path)
    if not steps:
        return Code("nodes", start)
    return Code("nodes", _chain(start, _step_codes(compiler, steps)))


def filtered(compiler: Compiler, nodes_of: ToNodes, predicates: tuple[Expr, ...]) -> Code:
    """Nodes of any expression, thinned by predicates."""
    tests = [compiler.predicate(predicate) for predicate in predicates]

    def run(node: Node, context: Context) -> list[Node]:
        found = nodes_of(node, context)
        for test in tests:
            found = apply(test, found, node, context)
        return found

    return Code("nodes", run)


def child_names(steps: tuple[Step, ...]) -> tuple[str, ...] | None:
    """The names of a path of plain child steps, None for any other path."""
    if all(_plain_child(step) for step in steps):
        return tuple(step.test.local for step in steps if isinstance(step.test, NameTest))
    return None


def _plain_child(step: Step) -> bool:
    test = step.test
    named = isinstance(test, NameTest) and not test.prefix and test.local != "*"
    return step.axis == "child" and named and not step.predicates


def _absolute_names(path: Path) -> ToNodes | None:
    names = child_names(path.steps)
    if not names:
        return None
    return _below_root(names)


def _from_current(simple: ToNodes, number: ToNumber | None) -> Code:
    """A path that begins at `current()`."""
    shorter = None if number is None else lambda _node, context: number(context.current, context)
    return Code("nodes", lambda _node, context: simple(context.current, context), number=shorter)


def _number_at(path: Path) -> ToNumber | None:
    """`number(path)` of `/names` and `../name`, the commonest of all, without a list in between."""
    names = child_names(path.steps if path.absolute else path.steps[1:])
    if path.absolute:
        return _number_below_root(names) if names else None
    sibling = names is not None and len(names) == 1 and _is_parent(path.steps[0])
    return _number_of_sibling(names[0]) if names and sibling else None


def _number_below_root(names: tuple[str, ...]) -> ToNumber:
    def number(_node: Node, context: Context) -> float:
        environment = context.environment
        found = environment.by_names.get(names)
        if found is None:
            found = environment.absolute(names)
        if not found:
            return NAN
        known = found[0]._number
        return node_number(found[0], environment.zone) if known is None or found[0].children else known

    return number


def _number_of_sibling(name: str) -> ToNumber:
    def number(node: Node, context: Context) -> float:
        parent = node.parent
        found = NO_NODES if parent is None else parent.children_named(name)
        if not found:
            return NAN
        known = found[0]._number
        return node_number(found[0], context.environment.zone) if known is None or found[0].children else known

    return number


def _below_root(names: tuple[str, ...]) -> ToNodes:
    def run(_node: Node, context: Context) -> list[Node]:
        found = context.environment.by_names.get(names)
        return context.environment.absolute(names) if found is None else found

    return run


def _is_parent(step: Step) -> bool:
    return step.axis == "parent" and step.test == KindTest("node")


def _up_and_down(steps: tuple[Step, ...]) -> ToNodes | None:
    """Paths such as `.`, `..`, `../name`, `../../group/name`."""
    if steps == (Step("self", KindTest("node")),):
        return lambda node, _context: [node]
    climb = 0
    while climb < len(steps) and _is_parent(steps[climb]):
        climb += 1
    names = child_names(steps[climb:])
    if names is None or (climb == 0 and not names):
        return None
    return _climb_to_child(climb, names[0]) if len(names) == 1 else _climb(climb, names)


def _climb_to_child(climb: int, name: str) -> ToNodes:
    if climb == 1:

        def sibling(node: Node, _context: Context) -> list[Node]:
            parent = node.parent
            return NO_NODES if parent is None else parent.children_named(name)

        return sibling
    climbed = _climb(climb, ())

    def run(node: Node, context: Context) -> list[Node]:
        found = climbed(node, context)
        return found[0].children_named(name) if found else found

    return run


def _climb(climb: int, names: tuple[str, ...]) -> ToNodes:
    def run(node: Node, _context: Context) -> list[Node]:
        current: Node | None = node
        for _ in range(climb):
            if current is None:
                break
            current = current.parent
        if current is None:
            return NO_NODES
        found = [current]
        for name in names:
            found = [child for parent in found for child in parent.children_named(name)]
        return found

    return run


def _root(_node: Node, context: Context) -> list[Node]:
    return [context.environment.root]


def _start(compiler: Compiler, path: Path) -> tuple[ToNodes, tuple[Step, ...]]:
    if path.start is not None:
        return compiler.nodes(path.start), path.steps
    if not path.absolute:
        return (lambda node, _context: [node]), path.steps
    plain = 0
    while compiler.lenient and plain < len(path.steps) and _plain_child(path.steps[plain]):
        plain += 1
    names = child_names(path.steps[:plain])
    if names:
        return _below_root(names), path.steps[plain:]
    return _root, path.steps


def _chain(start: ToNodes, steps: list[StepCode]) -> ToNodes:
    if len(steps) == 1:
        only = steps[0]
        return lambda node, context: only(start(node, context), context)

    def run(node: Node, context: Context) -> list[Node]:
        found = start(node, context)
        for step in steps:
            if not found:
                return found
            found = step(found, context)
        return found

    return run


def _step_codes(compiler: Compiler, steps: tuple[Step, ...]) -> list[StepCode]:
    """One code per step; from the first step that may mix up the order on, results are sorted."""
    codes: list[StepCode] = []
    ordered = True
    for step in steps:
        ordered = ordered and step.axis in STAYS_ORDERED
        codes.append(_step_code(compiler, step, ordered))
    return codes


def _step_code(compiler: Compiler, step: Step, ordered: bool) -> StepCode:
    select = _selector(compiler, step)
    if not step.predicates:
        return _bare_step(step, select, ordered)
    thin, backwards = _thinned(compiler, step, select), step.axis in REVERSE

    def run(nodes: list[Node], context: Context) -> list[Node]:
        if len(nodes) == 1:
            found = thin(nodes[0], context)
            return found[::-1] if backwards else found
        merged = [found for node in nodes for found in thin(node, context)]
        return merged if ordered else in_document_order(merged)

    return run


def _thinned(compiler: Compiler, step: Step, select: Callable[[Node], list[Node]]) -> ToNodes:
    """Where a step with predicates leads from one node."""
    first, *rest = [compiler.predicate(predicate) for predicate in step.predicates]
    names = child_names((Step("child", step.test),)) if compiler.lenient else None
    by_name = names[0] if names is not None and step.axis == "child" else ""

    def thin(node: Node, context: Context) -> list[Node]:
        looked_up = found_at_once(first, node, by_name, context) if by_name else None
        found = apply(first, select(node), node, context) if looked_up is None else looked_up
        for test in rest:
            found = apply(test, found, node, context)
        return found

    if names is None or step.axis not in AWAY or not first.position or rest:
        return thin
    return _one_beside(names[0], AWAY[step.axis] * first.position, thin)


def _one_beside(name: str, away: int, thin: ToNodes) -> ToNodes:
    """The sibling so many places further on of a node that is called as it; `thin` for any other node."""

    def run(node: Node, context: Context) -> list[Node]:
        if node.name != name or node.kind != ELEMENT or node.parent is None:
            return thin(node, context)
        found = node.further(away)
        return NO_NODES if found is None else [found]

    return run


def _bare_step(step: Step, select: Callable[[Node], list[Node]], ordered: bool) -> StepCode:
    backwards = step.axis in REVERSE

    def run(nodes: list[Node], _context: Context) -> list[Node]:
        if len(nodes) == 1:
            found = select(nodes[0])
            return found[::-1] if backwards else found
        merged = [found for node in nodes for found in select(node)]
        return merged if ordered else in_document_order(merged)

    return run


def _selector(compiler: Compiler, step: Step) -> Callable[[Node], list[Node]]:
    test = step.test
    if (
        compiler.lenient
        and step.axis == "child"
        and isinstance(test, NameTest)
        and not test.prefix
        and test.local != "*"
    ):
        local = test.local
        return lambda node: node.children_named(local)
    axis = AXES[step.axis]
    if test == KindTest("node"):
        return axis
    accepts = node_test(step.axis, test, compiler.namespaces, compiler.lenient)
    return lambda node: [found for found in axis(node) if accepts(found)]
