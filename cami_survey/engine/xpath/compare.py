"""Comparisons: XPath's rules for node sets, ODK's for dates."""

from __future__ import annotations

import operator
from collections.abc import Callable
from datetime import tzinfo
from typing import cast

from cami_survey.engine.tree import Node, string_value
from cami_survey.engine.xpath.code import Code, Evaluate, ToNodes, as_number
from cami_survey.engine.xpath.context import Context
from cami_survey.engine.xpath.values import Value, node_number, to_boolean, to_number

Test = Callable[[float, float], bool]
ORDER: dict[str, Test] = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}
MIRROR = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "!=": "!="}


def compare(sign: str, left: Value, right: Value, zone: tzinfo | None) -> bool:
    """`left sign right` for any two values."""
    if isinstance(left, list):
        return _nodes_against(sign, left, right, zone)
    if isinstance(right, list):
        return _nodes_against(MIRROR[sign], right, left, zone)
    if sign in ORDER:
        return ORDER[sign](to_number(left, zone), to_number(right, zone))
    return _equal(left, right, zone) is (sign == "=")


def _equal(left: Value, right: Value, zone: tzinfo | None) -> bool:
    if isinstance(left, bool) or isinstance(right, bool):
        return to_boolean(left) is to_boolean(right)
    if isinstance(left, float) or isinstance(right, float):
        return to_number(left, zone) == to_number(right, zone)
    return left == right


def _nodes_against(sign: str, nodes: list[Node], other: Value, zone: tzinfo | None) -> bool:
    if isinstance(other, bool):
        return compare(sign, bool(nodes), other, zone)
    if isinstance(other, list):
        return _nodes_against_nodes(sign, nodes, other, zone)
    if sign in ORDER or isinstance(other, float):
        number = to_number(other, zone)
        test = ORDER.get(sign) or (operator.eq if sign == "=" else operator.ne)
        return any(test(node_number(node, zone), number) for node in nodes)
    if sign == "=":
        return any(string_value(node) == other for node in nodes)
    return any(string_value(node) != other for node in nodes)


def _nodes_against_nodes(sign: str, left: list[Node], right: list[Node], zone: tzinfo | None) -> bool:
    if sign in ORDER:
        test = ORDER[sign]
        numbers = [node_number(node, zone) for node in right]
        return any(test(node_number(node, zone), number) for node in left for number in numbers)
    texts = {string_value(node) for node in right}
    if sign == "=":
        return any(string_value(node) in texts for node in left)
    return any(text != string_value(node) for node in left for text in texts)


def comparison(sign: str, left: Code, right: Code) -> Evaluate:
    """The fastest closure for what is known of both sides."""
    if isinstance(right.constant, str) and left.kind == "nodes" and sign in ("=", "!="):
        return _nodes_with_text(cast(ToNodes, left.run), right.constant, sign == "=")
    if isinstance(left.constant, str) and right.kind == "nodes" and sign in ("=", "!="):
        return _nodes_with_text(cast(ToNodes, right.run), left.constant, sign == "=")
    if isinstance(right.constant, float) and left.kind == "nodes":
        return _nodes_with_number(cast(ToNodes, left.run), sign, right.constant)
    if isinstance(left.constant, float) and right.kind == "nodes":
        return _nodes_with_number(cast(ToNodes, right.run), MIRROR[sign], left.constant)
    if left.kind == right.kind == "number":
        return _numbers(sign, left, right)
    run_left, run_right = left.run, right.run
    return lambda node, context: compare(
        sign, run_left(node, context), run_right(node, context), context.environment.zone
    )


def _numbers(sign: str, left: Code, right: Code) -> Evaluate:
    test = ORDER.get(sign) or (operator.eq if sign == "=" else operator.ne)
    first, second = as_number(left), as_number(right)
    return lambda node, context: test(first(node, context), second(node, context))


def _nodes_with_number(nodes_of: ToNodes, sign: str, number: float) -> Evaluate:
    """`../age > 17`, the commonest condition."""
    test = ORDER.get(sign) or (operator.eq if sign == "=" else operator.ne)

    def run(node: Node, context: Context) -> bool:
        for found in nodes_of(node, context):
            known = found._number
            if known is None or found.children:
                known = node_number(found, context.environment.zone)
            if test(known, number):
                return True
        return False

    return run


def _nodes_with_text(nodes_of: ToNodes, text: str, equal: bool) -> Evaluate:
    def run(node: Node, context: Context) -> bool:
        for found in nodes_of(node, context):
            if ((string_value(found) if found.children else found.text) == text) is equal:
                return True
        return False

    return run
