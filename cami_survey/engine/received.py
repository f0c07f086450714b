"""Submission XML as it comes in: from any ODK client, of any version of the form, or from somebody who means harm."""

from __future__ import annotations

from lxml import etree

from cami_survey.base.texts import _
from cami_survey.engine.definitions import Definition
from cami_survey.engine.errors import FormError, refuse
from cami_survey.engine.form import Form
from cami_survey.engine.tree import Node
from cami_survey.engine.xml import is_element, light_element, parse_xml, split_tag

LARGEST_SUBMISSION = 20_000_000
MOST_ANSWERS = 100_000


def read_submission(form: Form, xml: bytes) -> etree._Element:
    """The root element; FormError if this is no submission of the form that can be read."""
    element = parse_xml(xml, largest=LARGEST_SUBMISSION)
    name = split_tag(str(element.tag))[1]
    if element.get("encrypted") == "yes":
        raise refuse(_("The answers are encrypted for a server; only there can they be read."), "form.encrypted")
    if name != form.root.name:
        raise refuse(
            _("The answers are of another form: they begin with {found} instead of {wanted}.").format(
                found=name, wanted=form.root.name
            ),
            "form.other-form",
        )
    return element


class Known:
    """The part of a submission that the form knows, as light nodes.

    Of an element that the form has once, the first that holds anything counts.
    """

    def __init__(self, form: Form) -> None:
        self._once = {definition for definition in form.root.walk() if _is_once(definition)}
        self._count = 0

    def tree(self, definition: Definition, element: etree._Element) -> Node:
        self._count += 1
        if self._count > MOST_ANSWERS:
            raise too_many()
        node = light_element(element)
        found: dict[Definition, Node] = {}
        for child in element:
            inner = definition.by_name.get(split_tag(child.tag)[1]) if is_element(child) else None
            if inner is None or (inner in found and _holds(found[inner])):
                continue
            known = self.tree(inner, child)
            if inner in found:
                node.remove(found[inner])
            if inner in self._once:
                found[inner] = known
            node.append(known)
        if node.children:
            node.text = ""
        return node


def _is_once(definition: Definition) -> bool:
    return definition.repeat is None and not definition.several


def _holds(node: Node) -> bool:
    return bool(node.text.strip()) or any(map(_holds, node.children))


def too_many() -> FormError:
    """The refusal of answers beyond `MOST_ANSWERS`."""
    text = _("The answers fill more than {n} places; no interview is that long.").format(n=MOST_ANSWERS)
    return refuse(text, "form.too-large")
