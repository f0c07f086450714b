"""Labels and messages: reading them, and saying them in a language."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from lxml import etree

from cami_survey.engine.definitions import Languages, Part, Text
from cami_survey.engine.expressions import Expression
from cami_survey.engine.tree import Node
from cami_survey.engine.xml import is_element, split_tag
from cami_survey.engine.xpath.context import Context
from cami_survey.engine.xpath.syntax import Call

if TYPE_CHECKING:
    from cami_survey.engine.xpath.compiler import Compiler

ITEXT_CALL = "jr:itext"


def read_parts(source: etree._Element, compiler: Compiler) -> tuple[Part, ...]:
    """The mixed content of a label, its `output` elements as expressions."""
    parts: list[Part] = [source.text] if source.text else []
    for child in source:
        if is_element(child) and split_tag(str(child.tag))[1] == "output":
            written = child.get("value") or child.get("ref") or "''"
            parts.append(Expression(written, compiler))
        elif is_element(child):
            parts.extend(read_parts(child, compiler))
        if child.tail:
            parts.append(child.tail)
    return tuple(parts)


def read_text(source: etree._Element, compiler: Compiler) -> Text:
    """A label, hint or value element."""
    reference = source.get("ref")
    parts = read_parts(source, compiler)
    if not reference:
        return Text(parts)
    found = text_from(reference, compiler)
    return Text(parts, found.reference) if found.reference is not None else found


def text_from(written: str, compiler: Compiler) -> Text:
    """A text given as an attribute: `jr:itext('id')`, a path, or the text itself."""
    if written.lstrip().startswith((ITEXT_CALL, "itext(")):
        tree = Expression(written.replace("itext(", "jr:itext(") if "jr:" not in written else written, compiler).tree
        assert isinstance(tree, Call)
        return Text(reference=Expression(written, compiler, tree.arguments[0]))
    return Text((Expression(written, compiler),))


def message_from(written: str, compiler: Compiler) -> Text:
    """A message of a bind: `jr:itext('id')` or plain text."""
    if written.lstrip().startswith(ITEXT_CALL):
        return text_from(written, compiler)
    return Text((written,))


def read_languages(itext: etree._Element | None, compiler: Compiler) -> tuple[Languages, str]:
    """Language -> id -> form ("" for plain text) -> parts; and the name of the default language."""
    found: dict[str, dict[str, dict[str, Sequence[Part]]]] = {}
    default = ""
    for translation in itext if itext is not None else ():
        if not is_element(translation):
            continue
        name = translation.get("lang") or ""
        if translation.get("default") is not None:
            default = name
        table = found.setdefault(name, {})
        for text in translation:
            if is_element(text):
                table[text.get("id") or ""] = _forms(text, compiler)
    return found, default or next(iter(found), "")


def _forms(text: etree._Element, compiler: Compiler) -> dict[str, Sequence[Part]]:
    return {value.get("form") or "": read_parts(value, compiler) for value in text if is_element(value)}


def say(parts: Sequence[Part], node: Node, context: Context) -> str:
    """The parts as one text, outputs evaluated at `node`."""
    return "".join(part if isinstance(part, str) else part.string(node, context) for part in parts)


def tidy(text: str) -> str:
    """Layout of the XML file is not part of a label: edges trimmed, runs of blanks within a line made one."""
    return "\n".join(line.strip() for line in text.strip().split("\n")) if text else ""
