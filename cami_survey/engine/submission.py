"""The live instance as submission XML."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from lxml import etree

from cami_survey.engine.instance import Live
from cami_survey.engine.tree import Node

DECLARATION = b'<?xml version="1.0" encoding="UTF-8"?>'


def to_xml(root: Live, namespaces: Mapping[str, str]) -> bytes:
    """UTF-8 XML of the relevant nodes."""
    bound = {prefix or None: uri for prefix, uri in namespaces.items() if prefix}
    used = {node.uri for node in _live(root)}
    element = _element(root, {prefix: uri for prefix, uri in bound.items() if uri in used})
    etree.cleanup_namespaces(element)
    return DECLARATION + etree.tostring(element, encoding="utf-8")


def _live(root: Live) -> list[Live]:
    found: list[Live] = []
    waiting: list[Node] = [root]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Live):
            found.append(node)
            waiting.extend(node.attributes)
            waiting.extend(node.children)
    return found


def _element(node: Live, bound: dict[str | None, str]) -> etree._Element:
    if node.uri and not node.prefix:
        bound[None] = node.uri
    element: etree._Element = etree.Element(_tag(node), nsmap=cast(Any, bound))
    _fill(element, node)
    return element


def _tag(node: Node) -> str:
    return f"{{{node.uri}}}{node.name}" if node.uri else node.name


def _fill(element: etree._Element, node: Live) -> None:
    for attribute in node.attributes:
        if isinstance(attribute, Live) and (attribute.relevant):
            element.set(_tag(attribute), clean(attribute.kept))
    if node.kept and not node.children:
        element.text = clean(node.kept)
    for child in node.children:
        if child.definition.optional and not child.kept:
            continue
        if child.relevant:
            _fill(etree.SubElement(element, _tag(child)), child)


def clean(text: str) -> str:
    """The text without the characters XML cannot hold."""
    if text.isprintable():
        return text
    return "".join(letter for letter in text if letter in "\t\n\r" or (letter >= " " and letter not in "\ufffe\uffff"))
