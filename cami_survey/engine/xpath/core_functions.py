"""The functions of XPath 1.0, with ODK's additions to them."""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from cami_survey.engine.tree import (
    ATTRIBUTE,
    ELEMENT,
    INSTRUCTION,
    NAMESPACE,
    XML_NAMESPACE,
    Node,
    ancestors,
    descendants,
    relevant,
    says_nothing,
    string_value,
)
from cami_survey.engine.xpath.code import Code, Kind, as_boolean, as_number, as_text
from cami_survey.engine.xpath.context import Context
from cami_survey.engine.xpath.registry import function, miscounted, special
from cami_survey.engine.xpath.syntax import PARENT, UP, Call, Expr, Path
from cami_survey.engine.xpath.values import NAN, Value, node_number, to_text

if TYPE_CHECKING:
    from cami_survey.engine.xpath.compiler import Compiler


PARENT_OF_CURRENT = Path(False, Call("current", ()), (UP,))


@special("last", 0, 0, core=True)
def _last(_compiler: Compiler, _arguments: tuple[Expr, ...]) -> Code:
    return Code("number", lambda _node, context: float(context.size))


def _place_of_own_row(_node: Node, context: Context) -> float:
    row = context.current.parent
    return NAN if row is None else float(row.place)


@special("position", 0, 1, core=True)
def _position(compiler: Compiler, arguments: tuple[Expr, ...]) -> Code:
    if not arguments:
        return Code("number", lambda _node, context: float(context.position))
    if arguments[0] == PARENT:
        return Code("number", lambda node, _context: NAN if node.parent is None else float(node.parent.place))
    if arguments[0] == PARENT_OF_CURRENT:
        return Code("number", _place_of_own_row)
    nodes_of = compiler.nodes(arguments[0])

    def run(node: Node, context: Context) -> float:
        nodes = nodes_of(node, context)
        return float(nodes[0].place) if nodes else NAN

    return Code("number", run)


@function("count", "nodes", "number", core=True)
def _count(_context: Context, nodes: list[Node]) -> float:
    return float(len(relevant(nodes)))


@function("id", "value", "nodes", core=True)
def _id(context: Context, wanted: Value) -> list[Node]:
    texts = (
        [string_value(node) for node in wanted]
        if isinstance(wanted, list)
        else [to_text(wanted, context.environment.zone)]
    )
    ids = {word for text in texts for word in text.split()}
    top = [context.current, *ancestors(context.current)][-1]
    return [
        node
        for node in (top, *descendants(top))
        if node.kind == ELEMENT and (node.attribute("id") in ids or node.attribute("id", XML_NAMESPACE) in ids)
    ]


def _names(name: str, describe: Callable[[Node], str]) -> None:
    @special(name, 0, 1, core=True)
    def _build(compiler: Compiler, arguments: tuple[Expr, ...]) -> Code:
        if not arguments:
            return Code("string", lambda node, _context: describe(node))
        nodes_of = compiler.nodes(arguments[0])

        def run(node: Node, context: Context) -> str:
            nodes = nodes_of(node, context)
            return describe(nodes[0]) if nodes else ""

        return Code("string", run)


NAMED = (ELEMENT, ATTRIBUTE, INSTRUCTION, NAMESPACE)
_names("local-name", lambda node: node.name if node.kind in NAMED else "")
_names("namespace-uri", lambda node: node.uri if node.kind in (ELEMENT, ATTRIBUTE) else "")
_names("name", lambda node: (f"{node.prefix}:{node.name}" if node.prefix else node.name) if node.kind in NAMED else "")


def _own_text(node: Node, _context: Context) -> str:
    return string_value(node)


@special("string", 0, 1, core=True)
def _string(compiler: Compiler, arguments: tuple[Expr, ...]) -> Code:
    return Code("string", as_text(compiler.code(arguments[0])) if arguments else _own_text)


@special("string-length", 0, 1, core=True)
def _string_length(compiler: Compiler, arguments: tuple[Expr, ...]) -> Code:
    text_of = as_text(compiler.code(arguments[0])) if arguments else _own_text
    return Code("number", lambda node, context: float(len(text_of(node, context))))


@special("normalize-space", 0, 1, core=True)
def _normalize_space(compiler: Compiler, arguments: tuple[Expr, ...]) -> Code:
    text_of = as_text(compiler.code(arguments[0])) if arguments else _own_text
    return Code("string", lambda node, context: " ".join(text_of(node, context).split()))


@special("number", 0, 1, core=True)
def _number(compiler: Compiler, arguments: tuple[Expr, ...]) -> Code:
    if arguments:
        return Code("number", as_number(compiler.code(arguments[0])))
    return Code("number", lambda node, context: node_number(node, context.environment.zone))


@special("concat", 0, None, core=True)
def _concat(compiler: Compiler, arguments: tuple[Expr, ...]) -> Code:
    if not compiler.odk:
        texts = [as_text(compiler.code(argument)) for argument in arguments]
        if len(texts) < 2:
            raise miscounted("concat", 2, None, len(texts))
        return Code("string", lambda node, context: "".join(text(node, context) for text in texts))
    runs = [compiler.code(argument).run for argument in arguments]

    def run(node: Node, context: Context) -> str:
        zone = context.environment.zone
        parts: list[str] = []
        for part in runs:
            value = part(node, context)
            parts.append("".join(map(string_value, value)) if isinstance(value, list) else to_text(value, zone))
        return "".join(parts)

    return Code("string", run)


@function("starts-with", "text text", "boolean", core=True)
def _starts_with(_context: Context, text: str, start: str) -> bool:
    return text.startswith(start)


@function("contains", "text text", "boolean", core=True)
def _contains(_context: Context, text: str, part: str) -> bool:
    return part in text


@function("substring-before", "text text", "string", core=True)
def _substring_before(_context: Context, text: str, mark: str) -> str:
    return text.partition(mark)[0] if mark and mark in text else ""


@function("substring-after", "text text", "string", core=True)
def _substring_after(_context: Context, text: str, mark: str) -> str:
    if not mark:
        return text
    return text.partition(mark)[2]


def half_up(number: float) -> float:
    """XPath 1.0's `round`: halves go towards positive infinity."""
    if number != number or math.isinf(number) or number == 0:
        return number
    rounded = float(math.floor(number + 0.5)) if abs(number) < 2**52 else number
    return -0.0 if rounded == 0 and number < 0 else rounded


@function("substring", "text number number?", "string", core=True)
def _substring(_context: Context, text: str, start: float, length: float | None = None) -> str:
    first = half_up(start)
    end = math.inf if length is None else first + half_up(length)
    return "".join(letter for place, letter in enumerate(text, 1) if first <= place < end)


@function("translate", "text text text", "string", core=True)
def _translate(_context: Context, text: str, letters: str, others: str) -> str:
    table: dict[int, str | None] = {}
    for place, letter in enumerate(letters):
        table.setdefault(ord(letter), others[place] if place < len(others) else None)
    return text.translate(table)


def _conversion(name: str, kind: Kind, negate: bool) -> None:
    @special(name, 1, 1, core=True)
    def _build(compiler: Compiler, arguments: tuple[Expr, ...]) -> Code:
        test = as_boolean(compiler.code(arguments[0]))
        return Code(kind, (lambda node, context: not test(node, context)) if negate else test)


_conversion("boolean", "boolean", False)
_conversion("not", "boolean", True)


@function("true", "", "boolean", core=True)
def _true(_context: Context) -> bool:
    return True


@function("false", "", "boolean", core=True)
def _false(_context: Context) -> bool:
    return False


@special("lang", 1, 1, core=True)
def _lang(compiler: Compiler, arguments: tuple[Expr, ...]) -> Code:
    text_of = as_text(compiler.code(arguments[0]))

    def run(node: Node, context: Context) -> bool:
        wanted = text_of(node, context).lower()
        for element in (node, *ancestors(node)):
            language = element.attribute("lang", XML_NAMESPACE)
            if language is not None:
                return language.lower() == wanted or language.lower().startswith(wanted + "-")
        return False

    return Code("boolean", run)


@function("sum", "nodes", "number", core=True)
def _sum(context: Context, nodes: list[Node]) -> float:
    zone, skips_blanks = context.environment.zone, context.environment.skips_blanks
    total = 0.0
    for node in relevant(nodes):
        number = node._number
        number = node_number(node, zone) if number is None else number
        if number == number or not (skips_blanks and says_nothing(node)):
            total += number
    return total


def _whole(operation: Callable[[float], int], number: float) -> float:
    if number != number or math.isinf(number) or number == 0:
        return number
    whole = float(operation(number))
    return -0.0 if whole == 0 and number < 0 else whole


@function("floor", "number", "number", core=True)
def _floor(_context: Context, number: float) -> float:
    return _whole(math.floor, number)


@function("ceiling", "number", "number", core=True)
def _ceiling(_context: Context, number: float) -> float:
    return _whole(math.ceil, number)


@special("round", 1, 2, core=True)
def _round(compiler: Compiler, arguments: tuple[Expr, ...]) -> Code:
    number_of = compiler.number(arguments[0])
    if not compiler.odk:
        if len(arguments) > 1:
            raise miscounted("round", 1, 1, len(arguments))
        return Code("number", lambda node, context: half_up(number_of(node, context)))
    if len(arguments) == 1:
        return Code("number", lambda node, context: round_to(number_of(node, context), 0))
    places_of = compiler.number(arguments[1])

    def run(node: Node, context: Context) -> float:
        places = places_of(node, context)
        return round_to(number_of(node, context), int(places)) if math.isfinite(places) else NAN

    return Code("number", run)


def round_to(number: float, places: int) -> float:
    """ODK's `round`: halves go away from zero; `places` may be negative."""
    if not math.isfinite(number) or number == 0:
        return number
    exact, unit = Decimal(repr(number)), Decimal(1).scaleb(-max(min(places, 400), -400))
    last_digit = exact.adjusted() - len(exact.as_tuple().digits) + 1
    # What ends before that place stays: filled up with zeros, it may have more digits than decimals are reckoned with.
    return number if last_digit >= unit.adjusted() else float(exact.quantize(unit, ROUND_HALF_UP))
