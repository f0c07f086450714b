"""The syntax tree of an XPath expression. Long chains of one operator are one flat node."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Number:
    value: float


@dataclass(frozen=True, slots=True)
class Literal:
    text: str


@dataclass(frozen=True, slots=True)
class Logic:
    """`or` or `and` over two or more operands."""

    operator: str
    operands: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Compare:
    """One of `= != < <= > >=`."""

    operator: str
    left: Expr
    right: Expr


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """Left-associative chain: `first`, then pairs of operator (`+ - * div mod`) and operand."""

    first: Expr
    rest: tuple[tuple[str, Expr], ...]


@dataclass(frozen=True, slots=True)
class Negate:
    operand: Expr


@dataclass(frozen=True, slots=True)
class Union:
    operands: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Call:
    """A function call. `name` is as written, with its prefix."""

    name: str
    arguments: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class NameTest:
    """`local` is `*` for any name; `prefix` is empty where none is written."""

    prefix: str
    local: str


@dataclass(frozen=True, slots=True)
class KindTest:
    """`node`, `text`, `comment` or `processing-instruction`; `target` only for the last."""

    kind: str
    target: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    axis: str
    test: NameTest | KindTest
    predicates: tuple[Expr, ...] = ()


@dataclass(frozen=True, slots=True)
class Path:
    """Steps from the context node, from the root (`absolute`), or from the nodes of `start`."""

    absolute: bool
    start: Expr | None
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Filter:
    """Predicates on any expression that gives nodes."""

    primary: Expr
    predicates: tuple[Expr, ...]


UP = Step("parent", KindTest("node"))
PARENT = Path(False, None, (UP,))
Expr = Number | Literal | Logic | Compare | Arithmetic | Negate | Union | Call | Path | Filter


def children(expression: Expr) -> tuple[Expr, ...]:
    """The direct parts of an expression, predicates of steps included."""
    match expression:
        case Logic(operands=parts) | Union(operands=parts) | Call(arguments=parts):
            return parts
        case Compare(left=left, right=right):
            return (left, right)
        case Arithmetic(first=first, rest=rest):
            return (first, *(operand for _, operand in rest))
        case Negate(operand=operand):
            return (operand,)
        case Filter(primary=primary, predicates=predicates):
            return (primary, *predicates)
        case Path(start=start, steps=steps):
            inner = tuple(predicate for step in steps for predicate in step.predicates)
            return inner if start is None else (start, *inner)
    return ()


def rebuilt(expression: Expr, change: Callable[[Expr], Expr]) -> Expr:
    """The expression with `change` made to each part, innermost first."""

    def again(part: Expr) -> Expr:
        return rebuilt(part, change)

    match expression:
        case Logic(operator=operator, operands=parts):
            made: Expr = Logic(operator, tuple(map(again, parts)))
        case Compare(operator=operator, left=left, right=right):
            made = Compare(operator, again(left), again(right))
        case Arithmetic(first=first, rest=rest):
            made = Arithmetic(again(first), tuple((sign, again(operand)) for sign, operand in rest))
        case Negate(operand=operand):
            made = Negate(again(operand))
        case Union(operands=parts):
            made = Union(tuple(map(again, parts)))
        case Call(name=name, arguments=parts):
            made = Call(name, tuple(map(again, parts)))
        case Filter(primary=primary, predicates=parts):
            made = Filter(again(primary), tuple(map(again, parts)))
        case Path(absolute=absolute, start=start, steps=steps):
            inner = tuple(Step(step.axis, step.test, tuple(map(again, step.predicates))) for step in steps)
            made = Path(absolute, None if start is None else again(start), inner)
        case _:
            made = expression
    return change(made)


def walk(expression: Expr) -> Iterator[Expr]:
    """The expression and everything in it, outermost first."""
    waiting = [expression]
    while waiting:
        current = waiting.pop()
        yield current
        waiting.extend(reversed(children(current)))
