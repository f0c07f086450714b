"""The live instance as submission XML."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from lxml import etree

from cami_survey.engine.definitions import Definition
from cami_survey.engine.instance import Live
from cami_survey.engine.lexical import storable
from cami_survey.engine.tree import Node

DECLARATION = b'<?xml version="1.0" encoding="UTF-8"?>'


def to_xml(root: Live, namespaces: Mapping[str, str], *, draft: bool = False) -> bytes:
    """UTF-8 XML of the relevant nodes; of a draft, of all nodes."""
    bound = {prefix or None: uri for prefix, uri in namespaces.items() if prefix}
    used = {node.uri for node in _live(root)}
    element = _element(root, {prefix: uri for prefix, uri in bound.items() if uri in used}, draft)
    etree.cleanup_namespaces(element)
    return DECLARATION + etree.tostring(element, encoding="utf-8")


def attachments(root: Live) -> tuple[str, ...]:
    """The file names that the relevant answers of files and the audit log are, each once, in the order of the form."""
    named = (node.kept.strip() for node in _live(root) if node.relevant and _names_file(node.definition))
    return tuple(dict.fromkeys(name for name in named if name))


def _names_file(definition: Definition) -> bool:
    if not definition.is_leaf:
        return False
    above = definition.parent
    uploads = any(control.kind == "upload" for control in definition.controls)
    audit = definition.name == "audit" and above is not None and above.name == "meta"
    return uploads or audit or definition.bind.type == "binary"


def _live(root: Live) -> list[Live]:
    found: list[Live] = []
    waiting: list[Node] = [root]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Live):
            found.append(node)
            waiting.extend(reversed(node.children))
            waiting.extend(node.attributes)
    return found


def _element(node: Live, bound: dict[str | None, str], draft: bool) -> etree._Element:
    if node.uri and not node.prefix:
        bound[None] = node.uri
    element: etree._Element = etree.Element(_tag(node), nsmap=cast(Any, bound))
    _fill(element, node, draft)
    return element


def _tag(node: Node) -> str:
    return f"{{{node.uri}}}{node.name}" if node.uri else node.name


def _fill(element: etree._Element, node: Live, draft: bool) -> None:
    for attribute in node.attributes:
        if isinstance(attribute, Live) and (draft or attribute.relevant):
            element.set(_tag(attribute), storable(attribute.kept))
    if node.kept and not node.children:
        element.text = storable(node.kept)
    for child in node.children:
        if child.definition.optional and not child.kept:
            continue
        if draft or child.relevant:
            _fill(etree.SubElement(element, _tag(child)), child, draft)
