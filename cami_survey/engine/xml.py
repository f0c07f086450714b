"""Reading XML safely into lxml, and from there into light trees."""

from __future__ import annotations

from functools import lru_cache

from lxml import etree

from cami_survey.base.texts import _
from cami_survey.engine.errors import FormError, refuse
from cami_survey.engine.tree import (
    ATTRIBUTE,
    COMMENT,
    DOCUMENT,
    ELEMENT,
    INSTRUCTION,
    TEXT,
    Node,
)
from cami_survey.engine.xpath.axes import XMLNS
from cami_survey.engine.xpath.static import StaticNode

LARGEST_XML = 200_000_000
# Beyond this, libxml2 has to be told to take texts of more than ten megabytes.
LARGE = 9_000_000
TOO_DEEP = "Excessive depth"
DEEPEST = etree.XPath("boolean(" + "/*" * 256 + ")")


def parse_xml(
    content: bytes | str, name: str = "", *, largest: int = LARGEST_XML, comments: bool = False
) -> etree._Element:
    """The root element, without comments and instructions unless they are asked for.

    FormError if the XML is broken, too large, too deeply nested or brings a document type.
    """
    if len(content) > largest:
        text = _("The XML is larger than {limit} MB.").format(limit=largest // 1_000_000)
        raise refuse(text, "form.too-large", name)
    large = len(content) > LARGE and _is_plain(content)
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=large,
        remove_blank_text=False,
        remove_comments=not comments,
        remove_pis=not comments,
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise _unreadable(error, name) from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise refuse(_("XML with a document type is not accepted."), "form.doctype", name)
    if large and DEEPEST(root):
        raise _too_deep(name)
    return root


def _unreadable(error: etree.XMLSyntaxError | ValueError, name: str) -> FormError:
    """The refusal in words for people who have not met libxml2."""
    words = str(error)
    if TOO_DEEP in words:
        return _too_deep(name)
    if "amplification" in words or "entity reference loop" in words:
        return refuse(_("The XML would grow beyond all bounds when it is read."), "form.too-large", name)
    line = getattr(error, "lineno", None)
    reason = _reasons().get(getattr(error, "code", 0), _("it is not well-formed"))
    if line is None:
        return refuse(_("The XML cannot be read: {reason}.").format(reason=reason), "form.broken-xml", name)
    text = _("The XML cannot be read: {reason} (line {line}).")
    return refuse(text.format(reason=reason, line=line), "form.broken-xml", name)


def _too_deep(name: str) -> FormError:
    return refuse(_("The XML is nested more than 256 levels deep."), "form.too-deep", name)


def _reasons() -> dict[int, str]:
    """What is wrong most often, by libxml2's numbers."""
    kind = etree.ErrorTypes
    unclosed = _("an element does not end, or ends in the wrong place")
    letters = _("a character is not allowed, or not in the encoding of the file")
    return {
        kind.ERR_DOCUMENT_EMPTY: _("there is no XML in it"),
        kind.ERR_TAG_NAME_MISMATCH: unclosed,
        kind.ERR_TAG_NOT_FINISHED: unclosed,
        kind.ERR_GT_REQUIRED: unclosed,
        kind.ERR_DOCUMENT_END: _("something stands after its end"),
        kind.ERR_INVALID_CHAR: letters,
        kind.ERR_INVALID_ENCODING: letters,
        kind.ERR_UNSUPPORTED_ENCODING: _("its encoding is not known here"),
        kind.ERR_UNDECLARED_ENTITY: _("a word between “&” and “;” is not known"),
        kind.ERR_LT_IN_ATTRIBUTE: _("an attribute holds “<”, which is written “&lt;” there"),
        kind.ERR_ATTRIBUTE_REDEFINED: _("an attribute stands twice in one element"),
        kind.NS_ERR_UNDEFINED_NAMESPACE: _("a prefix before “:” has no namespace"),
    }


def _is_plain(content: bytes | str) -> bool:
    """Whether the content is UTF-8 without entities of its own, which could grow beyond all bounds."""
    if isinstance(content, str):
        return "<!DOCTYPE" not in content
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return b"<!DOCTYPE" not in content


def is_element(node: etree._Element) -> bool:
    """Whether an lxml node is an element rather than a comment or an instruction."""
    return isinstance(node.tag, str)


@lru_cache(maxsize=20_000)
def split_tag(tag: str) -> tuple[str, str]:
    """Namespace and local name of lxml's `{uri}name`."""
    if tag[0] == "{":
        uri, _brace, local = tag[1:].partition("}")
        return uri, local
    return "", tag


def light_element(source: etree._Element, make: type[Node] = Node) -> Node:
    """An element with its attributes and leaf text, without children."""
    uri, local = split_tag(str(source.tag))
    node = make(ELEMENT, local, uri, source.prefix or "", source.text or "")
    for tag, text in source.items():
        attribute_uri, name = split_tag(str(tag))
        node.set_attribute(Node(ATTRIBUTE, name, attribute_uri, "", str(text)))
    return node


def static_document(source: etree._Element) -> Node:
    """A secondary instance: elements, attributes and leaf texts that never change."""
    document = Node(DOCUMENT)
    document.append(_static(source))
    return document


def _static(source: etree._Element) -> Node:
    node = light_element(source, StaticNode if len(source) > 3 else Node)
    for child in source:
        if is_element(child):
            node.append(_static(child))
    if node.children:
        node.text = ""
    return node


def full_document(content: bytes) -> Node:
    """A whole XML document with texts, comments, instructions and namespace declarations."""
    root = parse_xml(content, comments=True)
    document = Node(DOCUMENT)
    for before in reversed(list(root.itersiblings(preceding=True))):
        document.append(_full(before, {}))
    document.append(_full(root, {}))
    for after in root.itersiblings():
        document.append(_full(after, {}))
    return document


def _full(source: etree._Element, bound: dict[str | None, str]) -> Node:
    if isinstance(source, etree._ProcessingInstruction):
        return Node(INSTRUCTION, str(source.target or ""), text=source.text or "")
    if not is_element(source):
        return Node(COMMENT, text=source.text or "")
    node = light_element(source)
    node.text = ""
    for prefix, uri in source.nsmap.items():
        if bound.get(prefix) != uri:
            node.set_attribute(Node(ATTRIBUTE, prefix or "xmlns", XMLNS, "xmlns" if prefix else "", str(uri)))
    for attribute in node.attributes:
        if attribute.uri and attribute.uri != XMLNS:
            attribute.prefix = next(
                (prefix or "" for prefix, uri in source.nsmap.items() if uri == attribute.uri), "xml"
            )
    _append_text(node, source.text)
    for child in source:
        node.append(_full(child, source.nsmap))
        _append_text(node, child.tail)
    return node


def _append_text(node: Node, text: str | None) -> None:
    if text:
        node.append(Node(TEXT, text=text))
