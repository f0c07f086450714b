"""Conditions on one column of a list, asked of its texts rather than of a hundred thousand nodes."""

from __future__ import annotations

import operator
from collections.abc import Callable
from datetime import tzinfo
from typing import TYPE_CHECKING

from cami_survey.engine.tree import Node, string_value
from cami_survey.engine.xpath.code import as_text
from cami_survey.engine.xpath.compare import MIRROR, ORDER, compare
from cami_survey.engine.xpath.context import Context
from cami_survey.engine.xpath.syntax import Call, Compare, Expr, Logic, NameTest, Path, walk
from cami_survey.engine.xpath.values import Value, node_number, text_to_number, to_number

if TYPE_CHECKING:
    from cami_survey.engine.xpath.compiler import Compiler

TextTest = Callable[[str], bool]
PrepareTexts = Callable[[Node, Context], TextTest]
OF_THE_CONTEXT = frozenset({"position", "last"})
OF_THE_NODE_WITHOUT_ARGUMENTS = frozenset(
    {"string", "number", "name", "local-name", "namespace-uri", "string-length", "normalize-space", "lang", "position"}
)
VOLATILE = frozenset({"geo-scatter", "random", "uuid", "once", "randomize", "lang", "id"})


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
    if part.name in VOLATILE:
        return True
    return not part.arguments and (part.name in OF_THE_CONTEXT or part.name in OF_THE_NODE_WITHOUT_ARGUMENTS)


def child_alone(tree: Expr) -> str:
    """The name where an expression is a single child of a candidate; empty for any other."""
    if isinstance(tree, Path) and not tree.absolute and tree.start is None and len(tree.steps) == 1:
        step = tree.steps[0]
        if step.axis == "child" and isinstance(step.test, NameTest) and not (step.predicates or step.test.prefix):
            return "" if step.test.local == "*" else step.test.local
    return ""


def column_alone(tree: Expr) -> str:
    """The one child that a predicate looks at; empty if it looks at more, at its place, or at itself."""
    columns: set[str] = set()
    for part in walk(tree):
        if isinstance(part, Path) and not part.absolute and part.start is None:
            columns.add(child_alone(part))
        elif isinstance(part, Call) and (_depends(part) or part.name == "jr:choice-name"):
            return ""
    return columns.pop() if len(columns) == 1 else ""


def of_texts(compiler: Compiler, tree: Expr) -> PrepareTexts | None:
    """What prepares the test that a condition on one column makes of the text of a row's one cell; None for conditions
    that are asked of nodes.
    """
    match tree:
        case Logic():
            return _all_or_any(compiler, tree)
        case Compare(operator=sign, left=left, right=right) if child_alone(left) and independent(right):
            return _comparison(compiler, sign, right)
        case Compare(operator=sign, left=left, right=right) if child_alone(right) and independent(left):
            return _comparison(compiler, MIRROR[sign], left)
        case Call(name="contains" | "starts-with" as name, arguments=(text, part)) if child_alone(text):
            return _part_of_text(compiler, name, part) if independent(part) else None
        case Call(name="not", arguments=(inner,)):
            return _opposite(of_texts(compiler, inner))
    return None


def _opposite(prepare: PrepareTexts | None) -> PrepareTexts | None:
    if prepare is None:
        return None

    def prepared(node: Node, context: Context) -> TextTest:
        test = prepare(node, context)
        return lambda text: not test(text)

    return prepared


def _all_or_any(compiler: Compiler, tree: Logic) -> PrepareTexts | None:
    found = [of_texts(compiler, operand) for operand in tree.operands]
    parts = [prepare for prepare in found if prepare is not None]
    if len(parts) < len(found):
        return None
    stop = tree.operator == "or"

    def prepared(node: Node, context: Context) -> TextTest:
        tests = [prepare(node, context) for prepare in parts]

        def test(text: str) -> bool:
            for each in tests:
                if each(text) is stop:
                    return stop
            return not stop

        return test

    return prepared


def _part_of_text(compiler: Compiler, name: str, part: Expr) -> PrepareTexts:
    part_of = as_text(compiler.code(part))

    def prepared(node: Node, context: Context) -> TextTest:
        wanted = part_of(node, context)
        if name == "contains":
            return lambda text: wanted in text
        return lambda text: text.startswith(wanted)

    return prepared


def _comparison(compiler: Compiler, sign: str, fixed: Expr) -> PrepareTexts:
    value_of = compiler.code(fixed).run
    return lambda node, context: _against(sign, value_of(node, context), context.environment.zone)


def _against(sign: str, value: Value, zone: tzinfo | None) -> TextTest:
    """What `compare` says of a node with a text and a value."""
    if isinstance(value, bool):
        holds = compare(sign, True, value, zone)
        return lambda _text: holds
    if sign in ORDER or isinstance(value, float):
        numbers = [node_number(node, zone) for node in value] if isinstance(value, list) else [to_number(value, zone)]
        return _against_numbers(ORDER.get(sign) or (operator.eq if sign == "=" else operator.ne), numbers, zone)
    texts = {string_value(node) for node in value} if isinstance(value, list) else {value}
    if sign == "=":
        return lambda text: text in texts
    only = texts.pop() if len(texts) == 1 else None
    others = bool(texts)
    return (lambda _text: others) if only is None else (lambda text: text != only)


def _against_numbers(test: Callable[[float, float], bool], numbers: list[float], zone: tzinfo | None) -> TextTest:
    if len(numbers) == 1:
        number = numbers[0]
        return lambda text: test(text_to_number(text, zone), number)
    return lambda text: any(test(text_to_number(text, zone), number) for number in numbers)
