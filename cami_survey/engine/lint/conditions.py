"""Whether a condition can ever be true, as far as plain comparisons tell. What is not understood counts as possible."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from cami_survey.engine.xpath.syntax import Call, Compare, Expr, Literal, Logic, NameTest, Negate, Number, Path

MOST_WAYS = 64
TURNED = {"=": "=", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
OPPOSITE = {"=": "!=", "!=": "=", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}


@dataclass(frozen=True, slots=True)
class Claim:
    """`path operator value`; `holds` stands for `selected(path, value)`. Path None: the claim is false in itself."""

    path: str | None
    operator: str = ""
    value: str = ""


Way = tuple[Claim, ...]
Resolve = Callable[[Path], str]
NEVER: Way = (Claim(None),)


def ways(expression: Expr, resolve: Resolve) -> list[Way]:
    """The combinations of claims that make the expression true; an empty combination asks for nothing."""
    match expression:
        case Logic(operator="or", operands=operands):
            return [way for operand in operands for way in ways(operand, resolve)][:MOST_WAYS] or [()]
        case Logic(operands=operands):
            return together([ways(operand, resolve) for operand in operands])
        case Compare():
            claim = _compared(expression, resolve)
            return [(claim,)] if claim is not None else [()]
        case Call(name="false", arguments=()):
            return [NEVER]
        case Call(name="selected", arguments=(Path() as path, (Literal() | Number()) as value)):
            known, wanted = resolve(path), (_constant(value) or "").strip()
            return [(Claim(known, "holds" if wanted else "=", wanted),)] if known else [()]
        case Call(name="not", arguments=(Compare() as inner,)):
            return _denied(inner, resolve)
        case Call(name="boolean", arguments=(inner,)):
            return ways(inner, resolve)
    return [()]


def _denied(inner: Compare, resolve: Resolve) -> list[Way]:
    """`not(a = 1)` is `a != 1`; an order is not turned round, since an empty answer is in none."""
    claim = _compared(inner, resolve) if inner.operator in ("=", "!=") else None
    if claim is None or claim.path is None:
        return [()]
    return [(Claim(claim.path, OPPOSITE[claim.operator], claim.value),)]


def together(parts: list[list[Way]]) -> list[Way]:
    """What holds when all of the parts hold."""
    made: list[Way] = [()]
    for part in parts:
        if len(made) * len(part) > MOST_WAYS:
            continue
        made = [(*one, *other) for one in made for other in part]
    return made


def _compared(expression: Compare, resolve: Resolve) -> Claim | None:
    left, operator, right = expression.left, expression.operator, expression.right
    if isinstance(right, Path) and not isinstance(left, Path):
        left, operator, right = right, TURNED[operator], left
    value = _constant(right)
    if isinstance(left, Path) and value is not None:
        known = resolve(left)
        return Claim(known, operator, value) if known else None
    one, other = _number(_constant(left) or ""), _number(value or "")
    if one is not None and other is not None:
        return None if _true(one, operator, other) else Claim(None)
    return None


def _constant(expression: Expr) -> str | None:
    match expression:
        case Literal(text=text):
            return text
        case Number(value=value):
            return f"{value:g}" if abs(value) > 1e15 or value != int(value) else str(int(value))
        case Negate(operand=Number(value=value)):
            return f"{-value:g}"
    return None


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _true(one: float, operator: str, other: float) -> bool:
    order = {"<": one < other, "<=": one <= other, ">": one > other, ">=": one >= other}
    return order.get(operator, (one == other) == (operator == "="))


def possible(way: Way, whole: Callable[[str], bool], single: Callable[[str], bool]) -> bool:
    """Whether all claims of a way can hold at once. `whole`: only whole numbers at that path; `single`: one choice."""
    by_path: dict[str, list[Claim]] = {}
    for claim in way:
        if claim.path is None:
            return False
        by_path.setdefault(claim.path, []).append(claim)
    return all(_agree(claims, whole(path), single(path)) for path, claims in by_path.items())


def _agree(claims: list[Claim], whole: bool, single: bool) -> bool:
    held = [claim.value for claim in claims if claim.operator == "holds"]
    same = [claim.value for claim in claims if claim.operator == "="] + (held if single else [])
    other = [claim.value for claim in claims if claim.operator == "!="]
    if any(not equal(same[0], text) for text in same[1:]) or any(equal(one, two) for one in same for two in other):
        return False
    if "" in same and (held or _bounded(claims)):
        return False
    return _room(claims, same, whole)


def equal(one: str, other: str) -> bool:
    """Whether two constants are the same answer: `1` and `1.0` are."""
    first, second = _number(one), _number(other)
    return one == other or (first is not None and first == second)


def _bounded(claims: list[Claim]) -> bool:
    return any(claim.operator in ("<", "<=", ">", ">=") for claim in claims)


def _room(claims: list[Claim], same: list[str], whole: bool) -> bool:
    """Whether a number is left between the bounds."""
    low, high, low_open, high_open = float("-inf"), float("inf"), False, False
    for operator, bound in _bounds(claims):
        if operator[0] == ">" and (bound, operator == ">") > (low, low_open):
            low, low_open = bound, operator == ">"
        if operator[0] == "<" and (bound, operator != "<") < (high, not high_open):
            high, high_open = bound, operator == "<"
    if whole and low_open and low.is_integer():
        low, low_open = low + 1, False
    if whole and high_open and high.is_integer():
        high, high_open = high - 1, False
    if low > high or (low == high and (low_open or high_open)):
        return False
    numbers = [number for number in map(_number, same) if number is not None]
    return all(
        not (number < low or number > high or (number == low and low_open) or (number == high and high_open))
        for number in numbers
    )


def _bounds(claims: list[Claim]) -> Iterator[tuple[str, float]]:
    for claim in claims:
        number = _number(claim.value)
        if claim.operator in ("<", "<=", ">", ">=") and number is not None:
            yield claim.operator, number


def plain_steps(path: Path) -> list[str] | None:
    """Names and `..` of a path without predicates or other axes; None for another."""
    if path.start is not None and path.start != Call("current", ()):
        return None
    steps: list[str] = []
    for step in path.steps:
        if step.predicates:
            return None
        if step.axis == "child" and isinstance(step.test, NameTest) and step.test.local != "*":
            steps.append(step.test.local)
        elif step.axis == "parent":
            steps.append("..")
        elif step.axis != "self":
            return None
    return steps
