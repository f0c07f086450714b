"""Values of whole columns of a repeat: computed once for all who ask, until a leaf of the column changes.

A thousand rows that each show their part of `sum(/data/rep/price)` add it up once, and running totals over
`/data/rep[position() <= ..]` or `../preceding-sibling::rep` look up one list of sums.
"""

from __future__ import annotations

from collections.abc import Callable
from math import ceil, floor
from typing import TYPE_CHECKING

from cami_survey.engine.tree import Node
from cami_survey.engine.xpath.code import Code, ToNumber, as_number
from cami_survey.engine.xpath.columns import independent
from cami_survey.engine.xpath.compare import MIRROR
from cami_survey.engine.xpath.context import Context
from cami_survey.engine.xpath.paths import child_names
from cami_survey.engine.xpath.syntax import PARENT, Call, Compare, Expr, Literal, Path, Step

if TYPE_CHECKING:
    from cami_survey.engine.xpath.compiler import Compiler
    from cami_survey.engine.xpath.values import Value

BEFORE = "preceding-sibling"
MANY = 1e9  # more than any repeat has instances
OF_A_COLUMN = frozenset({"count", "count-non-empty", "join", "max", "min", "sum"})


def shared(compiler: Compiler, call: Call, code: Code) -> Code:
    """The code of a call, or one that gives the same sooner."""
    if not compiler.lenient:
        return code
    column = column_of(call)
    if column is not None:
        return _remembered(code, child_names(column.steps) or (), leaf=call.name != "count")
    of_path = call.name == "sum" and isinstance(call.arguments[0], Path)
    sums = _running_sum(compiler, call.arguments[0], as_number(code)) if of_path else None  # type: ignore[arg-type]
    return code if sums is None else Code("number", sums)


def column_of(call: Call) -> Path | None:
    """The path of a column from which alone a call computes its value; None for any other call."""
    if call.name not in OF_A_COLUMN or not call.arguments:
        return None
    *before, column = call.arguments
    plain = isinstance(column, Path) and column.absolute and all(isinstance(part, Literal) for part in before)
    return column if plain and isinstance(column, Path) and child_names(column.steps) else None


def _remembered(code: Code, names: tuple[str, ...], *, leaf: bool) -> Code:
    run = code.run

    def remember(node: Node, context: Context) -> Value:
        known = context.environment.derived(names, leaf)
        if known is None:
            return run(node, context)
        value = known.get(run)
        if value is None:
            value = known[run] = run(node, context)
        return value

    return Code(code.kind, remember)


def _running_sum(compiler: Compiler, path: Path, general: ToNumber) -> ToNumber | None:
    """The sum over `parents/name[position() <= limit]/rest`; None for any other path."""
    place = next((place for place, step in enumerate(path.steps) if step.predicates or step.axis == BEFORE), None)
    if place is not None and path.steps[place].axis == BEFORE:
        return _sum_of_those_before(compiler, path, place, general)
    if place is None or len(path.steps[place].predicates) != 1 or (path.absolute and place == 0):
        return None
    step = path.steps[place]
    names = child_names((Step(step.axis, step.test), *path.steps[place + 1 :]))
    limit = limit_of_positions(step.predicates[0])
    if names is None or len(names) < 2 or limit is None or compiler.code(limit[1]).kind != "number":
        return None
    parents_of = compiler.nodes(Path(path.absolute, path.start, path.steps[:place]))
    inclusive, limit_of = limit[0] == "<=", compiler.number(limit[1])

    def run(node: Node, context: Context) -> float:
        parents = parents_of(node, context)
        if len(parents) != 1:
            return general(node, context)
        most = limit_of(parents[0], context)
        found = _sum_of_first(_how_many(most, inclusive), parents[0], names, context)
        return general(node, context) if found is None else found

    return run


def _sum_of_first(many: int, parent: Node, names: tuple[str, ...], context: Context) -> float | None:
    """The sum over so many of the first children of a node, or all; None where the environment keeps none."""
    environment = context.environment
    below = environment.sums_below.get(names)
    sums = None if below is None else below.get(parent)
    if sums is None or len(sums) <= many:
        sums = environment.running_sums(parent, names)
        if sums is None:
            return None
    return sums[many] if many < len(sums) else sums[-1]


def _sum_of_those_before(compiler: Compiler, path: Path, place: int, general: ToNumber) -> ToNumber | None:
    """The sum over `instance/preceding-sibling::name/rest`, the instance being called so too; None for another path."""
    step = path.steps[place]
    names = child_names((Step("child", step.test, step.predicates), *path.steps[place + 1 :]))
    if names is None or len(names) < 2:
        return None
    instance_of = _only(compiler, Path(path.absolute, path.start, path.steps[:place]))
    name = names[0]

    def run(node: Node, context: Context) -> float:
        instance = instance_of(node, context)
        parent = instance.parent if instance is not None and instance.name == name else None
        if parent is None or instance is None:
            return general(node, context)
        found = _sum_of_first(instance.place - 1, parent, names, context)
        return general(node, context) if found is None else found

    return run


def _only(compiler: Compiler, path: Path) -> Callable[[Node, Context], Node | None]:
    """The one node that a path leads to; None for none and for several."""
    if path == PARENT:
        return lambda node, _context: node.parent
    nodes_of = compiler.nodes(path)

    def only(node: Node, context: Context) -> Node | None:
        found = nodes_of(node, context)
        return found[0] if len(found) == 1 else None

    return only


def limit_of_positions(predicate: Expr) -> tuple[str, Expr] | None:
    """Sign and right side of `position() < x` or `position() <= x`, whichever way round it is written."""
    if not isinstance(predicate, Compare):
        return None
    sign, left, right = predicate.operator, predicate.left, predicate.right
    if right == Call("position", ()):
        sign, left, right = MIRROR[sign], right, left
    fits = left == Call("position", ()) and sign in ("<", "<=") and independent(right)
    return (sign, right) if fits else None


def _how_many(most: float, inclusive: bool) -> int:
    """How many of the positions 1, 2, 3 ... are below `most` (or there)."""
    if not 1.0 <= most <= MANY:
        return int(MANY) if most > MANY else 0
    return floor(most) if inclusive else ceil(most) - 1
