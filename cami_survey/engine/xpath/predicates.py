"""Predicates: what does not depend on the candidate is evaluated once; equality on big lists uses an index."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from cami_survey.engine.tree import Node
from cami_survey.engine.xpath.code import Evaluate, as_boolean
from cami_survey.engine.xpath.columns import OF_THE_CONTEXT, child_alone, column_alone, independent, of_texts
from cami_survey.engine.xpath.compare import MIRROR, compare
from cami_survey.engine.xpath.context import Context
from cami_survey.engine.xpath.static import StaticNode
from cami_survey.engine.xpath.syntax import Call, Compare, Expr, Logic, Number, walk
from cami_survey.engine.xpath.values import Value

if TYPE_CHECKING:
    from cami_survey.engine.xpath.compiler import Compiler

Test = Callable[[Node, Context], bool]
LookUp = Callable[[Node, str, Context], list[Node] | None]
Scan = Callable[[Node, str, Context], set[int] | None]


@dataclass(frozen=True, slots=True)
class Prepared:
    """A predicate. `prepare(node, context)` gives the test for the candidates below `node`.

    `position`: the one place a constant number picks. `look_up` finds the candidates in an index if there is one,
    `scan` their numbers by testing each text of a column once.
    """

    prepare: Callable[[Node, Context], Test]
    position: int | None = None
    look_up: LookUp | None = None
    scan: Scan | None = None


def prepared(compiler: Compiler, tree: Expr) -> Prepared:
    """The predicate of a syntax tree."""
    made = _prepared(compiler, tree)
    column = column_alone(tree)
    if (
        made.position is None
        and made.scan is None
        and column
        and compiler.code(tree).kind in ("boolean", "string", "nodes")
    ):
        return replace(made, scan=_scan(compiler, tree, column, made.prepare))
    return made


def _prepared(compiler: Compiler, tree: Expr) -> Prepared:
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


def found_at_once(predicate: Prepared, node: Node, name: str, context: Context) -> list[Node] | None:
    """The children of `node` called `name` that pass, without a look at each of them; None if that is not possible."""
    found = predicate.look_up(node, name, context) if predicate.look_up else None
    if found is not None or predicate.scan is None or not isinstance(node, StaticNode):
        return found
    places = predicate.scan(node, name, context)
    return None if places is None else node.rows_at(sorted(places))


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

    column = child_alone(moving) if sign == "=" else ""
    if not column:
        return Prepared(prepare)
    tested = _scan(compiler, Compare(sign, moving, fixed), column, prepare)
    return Prepared(prepare, look_up=_look_up(column, fixed_run), scan=_equal(column, fixed_run, tested))


def _scan(compiler: Compiler, tree: Expr, column: str, prepare: Callable[[Node, Context], Test]) -> Scan:
    """The numbers of the rows that pass a condition on one column."""
    prepare_texts = of_texts(compiler, tree)

    def scan(node: Node, name: str, context: Context) -> set[int] | None:
        if not isinstance(node, StaticNode):
            return None
        inner = Context(context.environment, context.current)
        test = prepare(node, inner)
        of_text = None if prepare_texts is None else prepare_texts(node, inner)
        return node.scan(name, column, lambda row: test(row, inner), of_text)

    return scan


def _equal(column: str, fixed_run: Evaluate, tested: Scan) -> Scan:
    """The numbers of the rows that an index tells, otherwise found by testing."""

    def scan(node: Node, name: str, context: Context) -> set[int] | None:
        known = node.places_where(name, column, fixed_run(node, context)) if isinstance(node, StaticNode) else None
        return tested(node, name, context) if known is None else known

    return scan


def _all_scans(scans: list[Scan], either: bool) -> Scan:
    """Rows that pass all tests, or with `either` one of them."""

    def scan(node: Node, name: str, context: Context) -> set[int] | None:
        found: set[int] | None = None
        for one in scans:
            places = one(node, name, context)
            if places is None:
                return None
            found = places if found is None else found | places if either else found & places
        return found

    return scan


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
    scans = [part.scan for part in parts if part.scan]
    return Prepared(
        prepare,
        look_up=_narrowed(narrow, prepare) if narrow else None,
        scan=_all_scans(scans, stop) if len(scans) == len(parts) else None,
    )


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
    column = column_alone(tree)
    scan = _scan(compiler, tree, column, lambda _node, _context: test) if column else None
    return Prepared(lambda _node, _context: test, scan=scan)
