"""The thirteen axes: from a node to the nodes it leads to, nearest first."""

from __future__ import annotations

from collections.abc import Callable

from cami_survey.engine.tree import (
    ATTRIBUTE,
    COMMENT,
    DOCUMENT,
    ELEMENT,
    INSTRUCTION,
    NAMESPACE,
    TEXT,
    XML_NAMESPACE,
    Node,
    ancestors,
    descendants,
    text_node,
)
from cami_survey.engine.xpath.syntax import KindTest, NameTest

Axis = Callable[[Node], list[Node]]
NodeTest = Callable[[Node], bool]
XMLNS = "http://www.w3.org/2000/xmlns/"
KINDS = {"text": TEXT, "comment": COMMENT, "processing-instruction": INSTRUCTION}


def _child(node: Node) -> list[Node]:
    if node.children or node.kind not in (ELEMENT, DOCUMENT):
        return node.children
    return [text_node(node)] if node.text else []


def _descendant(node: Node) -> list[Node]:
    if not node.children:
        return _child(node)
    found: list[Node] = []
    for inner in descendants(node):
        found.append(inner)
        if inner.kind == ELEMENT and inner.text and not inner.children:
            found.append(text_node(inner))
    return found


def _siblings(node: Node) -> tuple[list[Node], int]:
    parent = node.parent
    if parent is None or node.kind in (ATTRIBUTE, NAMESPACE) or not parent.children:
        return [], 0
    return parent.children, parent.position_of(node)


def _following_sibling(node: Node) -> list[Node]:
    siblings, place = _siblings(node)
    return siblings[place + 1 :]


def _preceding_sibling(node: Node) -> list[Node]:
    siblings, place = _siblings(node)
    return siblings[:place][::-1]


def _following(node: Node) -> list[Node]:
    found: list[Node] = []
    if node.kind in (ATTRIBUTE, NAMESPACE) and node.parent is not None:
        node = node.parent
        found.extend(_descendant(node))
    for start in (node, *ancestors(node)):
        for sibling in _following_sibling(start):
            found.append(sibling)
            found.extend(_descendant(sibling))
    return found


def _preceding(node: Node) -> list[Node]:
    if node.kind in (ATTRIBUTE, NAMESPACE) and node.parent is not None:
        node = node.parent
    found: list[Node] = []
    for start in (node, *ancestors(node)):
        for sibling in _preceding_sibling(start):
            found.extend(reversed(_descendant(sibling)))
            found.append(sibling)
    return found


def _attribute(node: Node) -> list[Node]:
    return [attribute for attribute in node.attributes if attribute.uri != XMLNS]


def _namespace(node: Node) -> list[Node]:
    if node.kind != ELEMENT:
        return []
    bound = {"xml": XML_NAMESPACE}
    for element in (*reversed(list(ancestors(node))), node):
        for attribute in element.attributes:
            if attribute.uri == XMLNS:
                bound[attribute.name if attribute.prefix else ""] = attribute.text
    made = [Node(NAMESPACE, prefix, text=uri) for prefix, uri in bound.items() if uri]
    for namespace in made:
        namespace.parent = node
    return made


def _parent(node: Node) -> list[Node]:
    return [] if node.parent is None else [node.parent]


AXES: dict[str, Axis] = {
    "ancestor": lambda node: list(ancestors(node)),
    "ancestor-or-self": lambda node: [node, *ancestors(node)],
    "attribute": _attribute,
    "child": _child,
    "descendant": _descendant,
    "descendant-or-self": lambda node: [node, *_descendant(node)],
    "following": _following,
    "following-sibling": _following_sibling,
    "namespace": _namespace,
    "parent": _parent,
    "preceding": _preceding,
    "preceding-sibling": _preceding_sibling,
    "self": lambda node: [node],
}
REVERSE = frozenset({"ancestor", "ancestor-or-self", "preceding", "preceding-sibling"})
STAYS_ORDERED = frozenset({"child", "attribute", "self", "namespace"})
PRINCIPAL = {"attribute": ATTRIBUTE, "namespace": NAMESPACE}


def node_test(axis: str, test: NameTest | KindTest, namespaces: dict[str, str], lenient: bool) -> NodeTest:
    """The test of one step. `lenient`: names without prefix match in any namespace, as form engines do."""
    if isinstance(test, KindTest):
        return _kind_test(test)
    kind = PRINCIPAL.get(axis, ELEMENT)
    local = test.local
    if local == "*" and not test.prefix:
        return lambda node: node.kind == kind
    if not test.prefix and lenient:
        return lambda node: node.kind == kind and node.name == local
    if test.prefix and test.prefix not in namespaces:
        return lambda node: node.kind == kind and node.prefix == test.prefix and local in (node.name, "*")
    uri = namespaces[test.prefix] if test.prefix else "" if kind != ELEMENT else namespaces.get("", "")
    if local == "*":
        return lambda node: node.kind == kind and node.uri == uri
    return lambda node: node.kind == kind and node.name == local and node.uri == uri


def _kind_test(test: KindTest) -> NodeTest:
    if test.kind == "node":
        return lambda _node: True
    kind = KINDS[test.kind]
    if test.target:
        return lambda node: node.kind == kind and node.name == test.target
    return lambda node: node.kind == kind
