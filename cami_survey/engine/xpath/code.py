"""Compiled expressions: a closure with the type it is known to give, and the way from one type to another."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias, cast

from cami_survey.engine.tree import Node, string_value
from cami_survey.engine.xpath.context import Context
from cami_survey.engine.xpath.values import Value, node_number, to_boolean, to_number, to_text

Kind = Literal["number", "string", "boolean", "nodes", "any"]
Evaluate: TypeAlias = Callable[[Node, Context], Value]
ToNumber: TypeAlias = Callable[[Node, Context], float]
ToText: TypeAlias = Callable[[Node, Context], str]
ToBoolean: TypeAlias = Callable[[Node, Context], bool]
ToNodes: TypeAlias = Callable[[Node, Context], list[Node]]


@dataclass(frozen=True, slots=True)
class Code:
    """`run(node, context)` gives a value of `kind`; "any" where only the evaluation tells.

    `constant` holds the value of a literal, `number` a shorter way to `number(...)` of the value where there is one.
    """

    kind: Kind
    run: Evaluate
    constant: Value | None = None
    number: ToNumber | None = None


def as_number(code: Code) -> ToNumber:
    """`number(...)` of the code."""
    if code.kind == "number":
        return cast(ToNumber, code.run)
    if code.number is not None:
        return code.number
    run = code.run
    if code.constant is not None:
        value = to_number(code.constant, None) if not isinstance(code.constant, str) else math.nan
        if value == value:
            return lambda _node, _context: value
    if code.kind == "nodes":
        nodes_of = cast(ToNodes, run)

        def first_number(node: Node, context: Context) -> float:
            nodes = nodes_of(node, context)
            if not nodes:
                return math.nan
            number = nodes[0]._number
            return node_number(nodes[0], context.environment.zone) if number is None else number

        return first_number
    return lambda node, context: to_number(run(node, context), context.environment.zone)


def as_text(code: Code) -> ToText:
    """`string(...)` of the code."""
    if code.kind == "string":
        return cast(ToText, code.run)
    run = code.run
    if code.kind == "nodes":
        nodes_of = cast(ToNodes, run)

        def first_text(node: Node, context: Context) -> str:
            nodes = nodes_of(node, context)
            if not nodes:
                return ""
            first = nodes[0]
            return string_value(first) if first.children else first.text

        return first_text
    return lambda node, context: to_text(run(node, context), context.environment.zone)


def as_boolean(code: Code) -> ToBoolean:
    """`boolean(...)` of the code."""
    if code.kind == "boolean":
        return cast(ToBoolean, code.run)
    run = code.run
    return lambda node, context: to_boolean(run(node, context))
