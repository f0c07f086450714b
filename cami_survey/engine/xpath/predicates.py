"""Predicates: what does not depend on the candidate is evaluated once; equality on big lists uses an index."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cami_survey.engine.tree import Node
from cami_survey.engine.xpath.code import Evaluate, as_boolean
from cami_survey.engine.xpath.compare import MIRROR, compare
from cami_survey.engine.xpath.context import Context
from cami_survey.engine.xpath.static import StaticNode
from cami_survey.engine.xpath.syntax import Call, Compare, Expr, Logic, NameTest, Number, Path, walk
from cami_survey.engine.xpath.values import Value

if TYPE_CHECKING:
    from cami_survey.engine.xpath.compiler import Compiler

Test = Callable[[Node, Context], bool]
LookUp = Callable[[Node, str, Context], list[Node] | None]
OF_THE_CONTEXT = frozenset({"position", "last"})
OF_THE_NODE_WITHOUT_ARGUMENTS = frozenset(
    {"string", "number", "name", "local-name", "namespace-uri", "string-length", "normalize-space", "lang", "position"}
)
VOLATILE = frozenset({"random", "uuid", "once", "randomize", "lang", "id"})


@dataclass(frozen=True, slots=True)
class Prepared:
    """A predicate. `prepare(node, context)` gives the test for the candidates below `node`.

    `position`: the one place a constant number picks. `look_up` finds the candidates in an index if there is one.
    """

    prepare: Callable[[Node, Context], Test]
    position: int | None = None
    look_up: LookUp | None = None


def prepared(compiler: Compiler, tree: Expr) -> Prepared:
    """The predicate of a syntax tree."""
    if isinstance(tree, Number):
        place = int(tree.value) if tree.value.is_integer() else 0
        return Prepared(lambda _node, _context: _never, position=place)
    if isinstance(tree, Compare):
        return _comparison(compiler, tree)
    if isinstance(tree, Logic):
        return _logic(compiler, tree)
    return _plain(compiler, tree)


def _never(_node: Node, _context: Context) -> bool:
    return False


def apply(predicate: Prepared, candidates: list[Node], node: Node, context: Context) -> list[Node]:
    """The candidates that pass, in their order."""
    if not candidates:
        return candidates
    if predicate.position is not None:
        place = predicate.position
        return candidates[place - 1 : place] if place > 0 else []
    inner = Context(context.environment, context.current, 1, len(candidates))
    test = predicate.prepare(node, inner)
    found = []
    for place, candidate in enumerate(candidates, 1):
        inner.position = place
        if test(candidate, inner):
            found.append(candidate)
    return found


def _plain(compiler: Compiler, tree: Expr) -> Prepared:
    code = compiler.code(tree)
    test = _by_type(code.run) if code.kind in ("number", "any") else as_boolean(code)
    return Prepared(lambda _node, _context: test)


def _by_type(run: Evaluate) -> Test:
    def test(node: Node, context: Context) -> bool:
        value = run(node, context)
        if isinstance(value, float):
            return value == context.position
        return bool(value)

    return test


def independent(tree: Expr) -> bool:
    """Whether a part of a predicate has one value for all candidates."""
    return not any(_depends(part) for part in _outside_own_predicates(tree))


def _outside_own_predicates(tree: Expr) -> list[Expr]:
    if isinstance(tree, Path) and (tree.absolute or tree.start is not None):
        return [tree] if tree.start is None else [tree, *_outside_own_predicates(tree.start)]
    return list(walk(tree))


def _depends(part: Expr) -> bool:
    if isinstance(part, Path):
        return not part.absolute and part.start is None
    if not isinstance(part, Call):
        return False
    if part.name in OF_THE_CONTEXT or part.name in VOLATILE:
        return True
    return not part.arguments and part.name in OF_THE_NODE_WITHOUT_ARGUMENTS


def _comparison(compiler: Compiler, tree: Compare) -> Prepared:
    if independent(tree.right) and not independent(tree.left):
        return _against_fixed(compiler, tree.operator, tree.left, tree.right)
    if independent(tree.left) and not independent(tree.right):
        return _against_fixed(compiler, MIRROR[tree.operator], tree.right, tree.left)
    return _plain(compiler, tree)


def _against_fixed(compiler: Compiler, sign: str, moving: Expr, fixed: Expr) -> Prepared:
    moving_run, fixed_run = compiler.code(moving).run, compiler.code(fixed).run

    def prepare(node: Node, context: Context) -> Test:
        value = fixed_run(node, context)
        zone = context.environment.zone
        return lambda candidate, inner: compare(sign, moving_run(candidate, inner), value, zone)

    column = _column(moving) if sign == "=" else ""
    return Prepared(prepare, look_up=_look_up(column, fixed_run) if column else None)


def _column(tree: Expr) -> str:
    if isinstance(tree, Path) and not tree.absolute and tree.start is None and len(tree.steps) == 1:
        step = tree.steps[0]
        if step.axis == "child" and isinstance(step.test, NameTest) and not (step.predicates or step.test.prefix):
            return "" if step.test.local == "*" else step.test.local
    return ""


def _look_up(column: str, fixed_run: Evaluate) -> LookUp:
    def look_up(node: Node, name: str, context: Context) -> list[Node] | None:
        if not isinstance(node, StaticNode):
            return None
        value: Value = fixed_run(node, context)
        return node.rows_where(name, column, value, context.environment.zone)

    return look_up


def _logic(compiler: Compiler, tree: Logic) -> Prepared:
    parts = [_boolean_part(compiler, operand) for operand in tree.operands]
    stop = tree.operator == "or"

    def prepare(node: Node, context: Context) -> Test:
        tests = [part.prepare(node, context) for part in parts]

        def test(candidate: Node, inner: Context) -> bool:
            for part in tests:
                if part(candidate, inner) is stop:
                    return stop
            return not stop

        return test

    by_place = any(isinstance(part, Call) and part.name in OF_THE_CONTEXT for part in walk(tree))
    narrow = None if stop or by_place else next((part.look_up for part in parts if part.look_up), None)
    return Prepared(prepare, look_up=_narrowed(narrow, prepare) if narrow else None)


def _narrowed(look_up: LookUp, prepare: Callable[[Node, Context], Test]) -> LookUp:
    def narrowed(node: Node, name: str, context: Context) -> list[Node] | None:
        found = look_up(node, name, context)
        if not found:
            return found
        test = prepare(node, context)
        return [candidate for candidate in found if test(candidate, context)]

    return narrowed


def _boolean_part(compiler: Compiler, tree: Expr) -> Prepared:
    """A part of a logical predicate: a number there is a truth value, not a position."""
    if isinstance(tree, (Compare, Logic)):
        return prepared(compiler, tree)
    test = as_boolean(compiler.code(tree))
    return Prepared(lambda _node, _context: test)
