"""Expressions and nodes as lists of texts, and back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

from cami_survey.engine.definitions import Part, Text
from cami_survey.engine.expressions import Expression
from cami_survey.engine.tree import ATTRIBUTE, ELEMENT, Node
from cami_survey.engine.xpath.compiler import Compiler
from cami_survey.engine.xpath.parser import parse
from cami_survey.engine.xpath.static import StaticNode
from cami_survey.engine.xpath.syntax import (
    Arithmetic,
    Call,
    Compare,
    Expr,
    Filter,
    KindTest,
    Literal,
    Logic,
    NameTest,
    Negate,
    Number,
    Path,
    Step,
    Union,
)

Plain: TypeAlias = Any  # what JSON holds


def flat_tree(tree: Expr) -> Plain:
    """A syntax tree as lists."""
    match tree:
        case Number(value=value):
            return ["number", repr(value)]
        case Literal(text=text):
            return ["literal", text]
        case Logic(operator=operator, operands=parts):
            return ["logic", operator, [flat_tree(part) for part in parts]]
        case Compare(operator=operator, left=left, right=right):
            return ["compare", operator, flat_tree(left), flat_tree(right)]
        case Arithmetic(first=first, rest=rest):
            return ["arithmetic", flat_tree(first), [[sign, flat_tree(part)] for sign, part in rest]]
        case Negate(operand=operand):
            return ["negate", flat_tree(operand)]
        case Union(operands=parts):
            return ["union", [flat_tree(part) for part in parts]]
        case Call(name=name, arguments=parts):
            return ["call", name, [flat_tree(part) for part in parts]]
        case Filter(primary=primary, predicates=parts):
            return ["filter", flat_tree(primary), [flat_tree(part) for part in parts]]
        case Path(absolute=absolute, start=start, steps=steps):
            return ["path", absolute, None if start is None else flat_tree(start), [_flat_step(step) for step in steps]]


def _flat_step(step: Step) -> Plain:
    test = step.test
    named = isinstance(test, NameTest)
    pair = [test.prefix, test.local] if isinstance(test, NameTest) else [test.kind, test.target]
    return [step.axis, named, *pair, [flat_tree(part) for part in step.predicates]]


def _trees(parts: Plain) -> tuple[Expr, ...]:
    return tuple(tree_of(part) for part in parts)


def tree_of(flat: Plain) -> Expr:
    """The syntax tree that was made flat."""
    match flat:
        case ["number", text]:
            return Number(float(text))
        case ["literal", text]:
            return Literal(text)
        case ["logic", operator, parts]:
            return Logic(operator, _trees(parts))
        case ["compare", operator, left, right]:
            return Compare(operator, tree_of(left), tree_of(right))
        case ["arithmetic", first, rest]:
            return Arithmetic(tree_of(first), tuple((sign, tree_of(part)) for sign, part in rest))
        case ["negate", operand]:
            return Negate(tree_of(operand))
        case ["union", parts]:
            return Union(_trees(parts))
        case ["call", name, parts]:
            return Call(name, _trees(parts))
        case ["filter", primary, parts]:
            return Filter(tree_of(primary), _trees(parts))
        case ["path", absolute, start, steps]:
            return Path(absolute, None if start is None else tree_of(start), tuple(map(_step_of, steps)))
    raise ValueError(flat)


def _step_of(flat: Plain) -> Step:
    axis, named, first, second, predicates = flat
    return Step(axis, NameTest(first, second) if named else KindTest(first, second), _trees(predicates))


def flat_expression(expression: Expression, known: str = "") -> Plain:
    """The text of an expression, with its tree where that is not what the text says; 0 if the text is `known`."""
    if expression.tree == parse(expression.text):
        return 0 if expression.text == known else expression.text
    return [expression.text, flat_tree(expression.tree)]


def expression_of(flat: Plain, compiler: Compiler, known: str = "") -> Expression:
    """The expression that was made flat; its tree is made when somebody needs it."""
    if flat == 0:
        flat = known
    if isinstance(flat, str):
        return Expression.checked_before(flat, compiler, None)
    text, tree = flat
    return Expression.checked_before(text, compiler, lambda: tree_of(tree))


def flat_parts(parts: Sequence[Part]) -> Plain:
    """The parts of a text: texts, and expressions in lists of one."""
    return [part if isinstance(part, str) else [flat_expression(part)] for part in parts]


def parts_of(flat: Plain, compiler: Compiler) -> tuple[Part, ...]:
    """The parts that were made flat."""
    return tuple(part if isinstance(part, str) else expression_of(part[0], compiler) for part in flat)


def _call_of(key: str) -> str:
    return f"jr:itext('{key}')"


def flat_text(text: Text | None) -> Plain:
    """A label or message; the id alone where it is nothing but the text of an id."""
    if text is None:
        return None
    reference = text.reference
    if reference is None:
        return [flat_parts(text.parts)]
    if isinstance(reference.tree, Literal) and reference.text == _call_of(reference.tree.text) and not text.parts:
        return reference.tree.text
    return [flat_parts(text.parts), flat_expression(reference)]


def text_of(flat: Plain, compiler: Compiler) -> Text | None:
    """The label or message that was made flat."""
    if flat is None:
        return None
    if isinstance(flat, str):
        return Text(reference=Expression.checked_before(_call_of(flat), compiler, lambda: Literal(flat)))
    parts, *reference = flat
    return Text(parts_of(parts, compiler), expression_of(reference[0], compiler) if reference else None)


def flat_node(node: Node, uri: str = "", prefix: str = "") -> Plain:
    """An element with all below it; the name alone, or name and text, where it is a leaf like its parent."""
    if (node.uri, node.prefix) == (uri, prefix) and not node.attributes and not node.children:
        return [node.name, node.text] if node.text else node.name
    attributes = [[each.name, each.uri, each.text] for each in node.attributes]
    inner = [flat_node(child, node.uri, node.prefix) for child in node.children]
    return [node.name, node.text, node.uri, node.prefix, attributes, inner]


def node_of(flat: Plain, uri: str = "", prefix: str = "", *, static: bool = False) -> Node:
    """The element that was made flat. `static`: of a list, where elements with many children have an index."""
    if isinstance(flat, str):
        return Node(ELEMENT, flat, uri, prefix)
    if len(flat) == 2:
        return Node(ELEMENT, flat[0], uri, prefix, flat[1])
    name, text, uri, prefix, attributes, inner = flat
    node = (StaticNode if static and len(inner) > 3 else Node)(ELEMENT, name, uri, prefix, text)
    for attribute, attribute_uri, value in attributes:
        node.set_attribute(Node(ATTRIBUTE, attribute, attribute_uri, "", value))
    for child in inner:
        node.append(node_of(child, uri, prefix, static=static))
    return node
