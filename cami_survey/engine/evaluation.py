"""One expression over one document, without a session."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, tzinfo

from cami_survey.base.clock import system_clock
from cami_survey.engine.errors import XPathError
from cami_survey.engine.tree import ATTRIBUTE, COMMENT, ELEMENT, INSTRUCTION, NAMESPACE, TEXT, Node, descendants
from cami_survey.engine.xml import full_document
from cami_survey.engine.xpath.compiler import Compiler
from cami_survey.engine.xpath.context import Context, Environment
from cami_survey.engine.xpath.parser import parse, room_for_nesting
from cami_survey.engine.xpath.values import Value, to_boolean, to_number, to_text

EMPTY = b"<root/>"
CONVERSIONS: dict[str, Callable[[Value, tzinfo | None], Value]] = {
    "number": lambda value, zone: float(to_number(value, zone)),
    "string": to_text,
    "boolean": lambda value, _zone: to_boolean(value),
}


class _Document(Environment):
    """A document that may itself be a form: its own instances and texts are found."""

    def __init__(
        self, document: Node, root: Node, *, language: str, zone: tzinfo | None, clock: Callable[[], datetime]
    ) -> None:
        super().__init__(root, zone=zone, clock=clock)
        self.document = document
        self.language = language

    def _elements(self, name: str) -> list[Node]:
        return [node for node in descendants(self.document) if node.kind == ELEMENT and node.name == name]

    def instance(self, name: str) -> Node | None:
        return next((node for node in self._elements("instance") if node.attribute("id") == name), None)

    def text(self, key: str) -> Node:
        languages = self._elements("translation")
        chosen = next(
            (node for node in languages if node.attribute("lang") == self.language),
            next((node for node in languages if node.attribute("default") is not None), None),
        )
        for language in [chosen] if chosen else languages[:1]:
            for text in language.children_named("text"):
                if text.attribute("id") == key:
                    values = text.children_named("value")
                    plain = (
                        value for form in (None, "long", "short") for value in values if value.attribute("form") == form
                    )
                    return next(plain, Node(TEXT))
        return Node(TEXT)


def evaluate(
    expression: str,
    instance_xml: str | bytes | None = None,
    context: str = "/*",
    namespaces: Mapping[str, str] | None = None,
    *,
    root: str | None = None,
    language: str = "",
    zone: tzinfo | None = None,
    clock: Callable[[], datetime] = system_clock,
    odk: bool = True,
    kind: str = "",
) -> Value | list[tuple[str, str]]:
    """The value of an XPath expression: float, str, bool, or a list of (positional path, text) for nodes.

    `context` is the path of the context node, `root` of the element that absolute paths start below (the document
    without it). `kind` "number", "string" or "boolean" converts the value. `namespaces` binds prefixes, "" the
    namespace of names without prefix. `odk` False: XPath 1.0 alone. Raises XPathError, FormError for broken XML.
    """
    content = instance_xml.encode() if isinstance(instance_xml, str) else instance_xml or EMPTY
    document = full_document(content)
    plain = Compiler(dict(namespaces or {}), lenient=False, odk=True)

    def find(path: str) -> Node:
        surroundings = Environment(document)
        found = plain.nodes(parse(path))(document, Context(surroundings, document))
        if not found:
            raise XPathError(path)
        return found[0]

    start = document if root is None else find(root)
    node = find(context)
    surroundings = _Document(document, start, language=language, zone=zone, clock=clock)
    compiler = Compiler(dict(namespaces or {}), lenient=False, strict_functions=False, odk=odk)
    with room_for_nesting():
        value = compiler.text(expression).run(node, Context(surroundings, node))
    if kind in CONVERSIONS:
        return CONVERSIONS[kind](value, zone)
    if isinstance(value, list):
        return [(positional_path(found), to_text([found], zone)) for found in value]
    return value


def positional_path(node: Node) -> str:
    """`/*[1]/*[2]/text()[1]`, or `/*[1]/@*[name()='x']` for an attribute."""
    steps: list[str] = []
    while node.parent is not None:
        steps.append(_step(node, node.parent))
        node = node.parent
    return "/" + "/".join(reversed(steps))


KIND_STEPS = {ELEMENT: "*", TEXT: "text()", COMMENT: "comment()", INSTRUCTION: "processing-instruction()"}


def _step(node: Node, parent: Node) -> str:
    name = f"{node.prefix}:{node.name}" if node.prefix else node.name
    if node.kind == ATTRIBUTE:
        return f"@*[name()='{name}']"
    if node.kind == NAMESPACE:
        return f"namespace::{name}"
    place = sum(sibling.kind == node.kind for sibling in parent.children[: parent.position_of(node) + 1])
    return f"{KIND_STEPS[node.kind]}[{place}]"
