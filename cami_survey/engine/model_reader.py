"""The model of an XForm: primary instance, binds, secondary instances, actions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TypeVar

from lxml import etree

from cami_survey.base.errors import nearest
from cami_survey.base.texts import _
from cami_survey.engine.definitions import EVENTS, NO_BIND, Action, Bind, Definition, Text
from cami_survey.engine.errors import FormError, FormProblem, XPathError, refuse, shortened
from cami_survey.engine.expressions import Expression
from cami_survey.engine.secondary import PRIMARY, Media, Outside, file_name, is_unicode, read_media
from cami_survey.engine.texts import message_from
from cami_survey.engine.tree import ELEMENT, Node
from cami_survey.engine.xml import light_element, split_tag, static_document
from cami_survey.engine.xpath.compiler import Compiler

OPENROSA = "http://openrosa.org/xforms"
JAVAROSA = "http://openrosa.org/javarosa"
ODK = "http://www.opendatakit.org/xforms"
ENTITIES = "http://www.opendatakit.org/xforms/entities"
ENTITIES_VERSIONS = ("2022.1", "2023.1", "2024.1", "2025.1")
PRELOAD, PRELOAD_PARAMETERS = f"{{{JAVAROSA}}}preload", f"{{{JAVAROSA}}}preloadParams"
CAMI = "urn:cami-survey:xforms"
CONSTRAINT_MESSAGE, REQUIRED_MESSAGE = f"{{{JAVAROSA}}}constraintMsg", f"{{{JAVAROSA}}}requiredMsg"
SOFT, SOFT_MESSAGE = f"{{{CAMI}}}soft", f"{{{CAMI}}}softMsg"
YES, NO = frozenset({"yes", "true", "true()", "1"}), frozenset({"", "no", "false", "false()", "0"})
EXPRESSIONS = frozenset({"relevant", "readonly", "required", "constraint", "calculate"})
ACTIONS = frozenset({"setvalue", "setgeopoint", "recordaudio"})
OF_ACTIONS = tuple(f"{{*}}{name}" for name in sorted(ACTIONS))
# What clients and servers add to a submission and want back; rootUuid is KoboToolbox's name of an interview for ever.
KEPT_META = ("deprecatedID", "rootUuid")


Made = TypeVar("Made")


class Problems:
    """Collects what is wrong, so that all of it can be told at once. `computed`: the paths that have an expression."""

    def __init__(self) -> None:
        self.found: list[FormProblem] = []
        self.noticed: list[FormProblem] = []
        self.computed: set[str] = set()

    def add(self, reason: str, path: str = "", code: str = "form.invalid") -> None:
        self.found.append(FormProblem(reason, code=code, path=path))

    def notice(self, reason: str, path: str = "", code: str = "form.noticed") -> None:
        """Something that stops nothing."""
        self.noticed.append(FormProblem(reason, code=code, path=path))

    def expression(self, written: str, path: str, use: str, make: Callable[[], Made]) -> Made | None:
        """What `make` gives; a bad expression becomes a problem that says where it stands, and None."""
        self.computed.add(path)
        try:
            return make()
        except XPathError as error:
            self.refused(written, path, use, error)
            return None

    def refused(self, written: str, path: str, use: str, error: XPathError) -> None:
        """An expression that cannot be used."""
        reason = _("{use} “{text}”: {reason}").format(use=use, text=shortened(written), reason=error.reason)
        found = FormProblem(reason, "form.expression", path=path, expression=written, character=error.character)
        self.found.append(found)

    def stop_if_any(self) -> None:
        if self.found:
            raise FormError(self.found)


def children_of(element: etree._Element, name: str = "") -> Iterator[etree._Element]:
    """Child elements, those of a local name if one is given. `parse_xml` leaves nothing else beside them."""
    return element.iterchildren(f"{{*}}{name}") if name else iter(element)


def first_child(element: etree._Element, name: str) -> etree._Element | None:
    """The first child element of a local name."""
    return next(element.iterchildren(f"{{*}}{name}"), None)


def first_of_each_name(element: etree._Element) -> dict[str, etree._Element]:
    """The first child element of each local name."""
    found: dict[str, etree._Element] = {}
    for child in element:
        name = split_tag(child.tag)[1]
        if name not in found:
            found[name] = child
    return found


def attributes_of(element: etree._Element) -> dict[str, str]:
    """The attributes of an element by name."""
    return dict(element.items())  # type: ignore[arg-type]


def javarosa(element: etree._Element, name: str) -> str | None:
    """An attribute of the JavaRosa namespace."""
    return element.get(f"{{{JAVAROSA}}}{name}")


def find_model(root: etree._Element) -> etree._Element:
    """The model element; FormError if this is no XForm."""
    head = first_child(root, "head")
    model = first_child(head, "model") if head is not None else None
    if model is None:
        raise refuse(_("This XML is not an XForm: it has no model."), "form.not-a-form")
    version = model.get(f"{{{ENTITIES}}}entities-version")
    if version is not None and not version.startswith(ENTITIES_VERSIONS):
        raise refuse(
            _("The form needs entities of version {version}, which is newer than this program knows.").format(
                version=version
            ),
            "form.entities-version",
        )
    return model


def read_primary(model: etree._Element) -> tuple[Definition, Node]:
    """The definition of the root node and the primary instance as written (templates and first instances)."""
    instance = first_child(model, "instance")
    root = next(children_of(instance), None) if instance is not None else None
    if root is None:
        raise refuse(_("The form has no primary instance."), "form.no-instance")
    written = raw_tree(root)
    definition = _definition(written, None)
    _complete_meta(definition)
    return definition, written


def _complete_meta(root: Definition) -> None:
    """Every interview has an instanceID, a deprecatedID once it was edited, and the rootUuid if a server gave one."""
    meta = root.by_name.get("meta")
    if meta is None or (meta.is_leaf and meta.text.strip()):
        meta = Definition("meta", root, OPENROSA, "orx") if meta is None else meta
    for name in ("instanceID", *KEPT_META):
        if name not in meta.by_name:
            Definition(name, meta, meta.uri, meta.prefix).optional = name in KEPT_META


def raw_tree(element: etree._Element) -> Node:
    """Elements as plain nodes, leaf texts kept."""
    node = light_element(element)
    if len(element):
        node.text = ""
        for child in element:
            node.append(raw_tree(child))
    return node


def _definition(written: Node, parent: Definition | None) -> Definition:
    known = parent.by_name.get(written.name) if parent is not None else None
    if known is None:
        definition = Definition(written.name, parent, written.uri, written.prefix, written.text)
    else:
        definition, known.several = known, True
    for attribute in written.attributes:
        name = f"@{attribute.name}"
        if attribute.uri != JAVAROSA and name not in definition.by_name:
            Definition(name, definition, attribute.uri, attribute.prefix, attribute.text)
    for child in written.children:
        _definition(child, definition)
    return definition


class ModelReader:
    """Reads binds, instances and actions into definitions found by path."""

    def __init__(self, root: Definition, compiler: Compiler, problems: Problems) -> None:
        self.root = root
        self.compiler = compiler
        self.problems = problems
        self.outside = Outside()
        self.by_bind: dict[str, str] = {}
        self._by_type: dict[str, Bind] = {}
        self.by_path = {definition.path: definition for definition in root.walk()}  # in the order of the data

    def find(self, reference: str, context: Definition | None = None) -> Definition | None:
        """The definition at a path, absolute or relative to `context`; attributes are not found."""
        path = reference.strip()
        if path in self.by_path:
            return self.by_path[path]
        current = None if path.startswith("/") else context or self.root
        for name in path.strip("/").split("/"):
            current = self._step(current, name.strip())
            if current is None:
                return None
        return current

    def _step(self, current: Definition | None, name: str) -> Definition | None:
        local = name.partition("[")[0].rpartition(":")[2]
        if name.startswith("@") and not local.startswith("@"):
            local = f"@{local}"
        if current is None:
            return self.root if local in (self.root.name, "*") else None
        if name in (".", "current()"):
            return current
        return current.parent if name == ".." else current.by_name.get(local)

    def expression(self, written: str | None, path: str, use: str) -> Expression | None:
        """The parsed expression; None without one, or with a problem noted."""
        if written is None or not written.strip():
            return None
        text = written.strip()
        return self.problems.expression(text, path, use, lambda: Expression(text, self.compiler))

    def read_binds(self, model: etree._Element) -> None:
        for element in children_of(model, "bind"):
            written = attributes_of(element)
            reference = written.pop("nodeset", "") or written.pop("ref", "")
            definition = self.by_path.get(reference) or self.find(reference)
            if written.get("id"):
                self.by_bind[written["id"]] = reference
            if definition is None:
                self._unknown(reference)
            elif definition.bind is NO_BIND and len(written) == 1 and "type" in written:
                definition.bind = self._typed(written["type"])
            else:
                self._bind(definition, written)

    def _typed(self, kind: str) -> Bind:
        """The bind that says nothing but a type: one for all nodes of it."""
        found = self._by_type.get(kind)
        if found is None:
            found = self._by_type[kind] = Bind(kind.rpartition(":")[2], attributes={"type": kind})
        return found

    def _unknown(self, reference: str) -> None:
        text = _("The form binds {path}, which its data does not have.").format(path=reference)
        like = nearest(reference, self.by_path)
        if like:
            text += " " + _("Did you mean {name}?").format(name=like)
        self.problems.notice(text)

    def _bind(self, definition: Definition, written: dict[str, str]) -> None:
        if "calculate" in written and written["calculate"].strip() == ".":
            del written["calculate"]  # a node that is what it is; whoever opens the form has filled it
        known = definition.bind
        if known is NO_BIND:
            bind = definition.bind = Bind(attributes=written)
        else:
            bind = definition.bind = replace(known, attributes={**known.attributes, **written})
        if "type" in written:
            bind.type = written["type"].rpartition(":")[2]
        self._bind_more(bind, written, definition.path)

    def _bind_more(self, bind: Bind, written: dict[str, str], path: str) -> None:
        for name, text in written.items():
            if name in EXPRESSIONS:
                found = self.expression(text, path, name)
                if found is not None:
                    setattr(bind, name, found)
        if PRELOAD in written:
            bind.preload = written[PRELOAD]
        if PRELOAD_PARAMETERS in written:
            bind.preload_parameters = written[PRELOAD_PARAMETERS]
        if CONSTRAINT_MESSAGE in written:
            bind.constraint_message = self._message(written, CONSTRAINT_MESSAGE, path) or bind.constraint_message
        if REQUIRED_MESSAGE in written:
            bind.required_message = self._message(written, REQUIRED_MESSAGE, path) or bind.required_message
        if SOFT in written:
            self._soften(bind, written, path)

    def _soften(self, bind: Bind, written: dict[str, str], path: str) -> None:
        """A soft constraint: an expression of its own, or yes for the form's constraint."""
        said = written[SOFT].strip()
        if said.lower() in NO:
            return
        if said.lower() in YES:
            bind.soft, bind.constraint = bind.constraint, None
        else:
            bind.soft = self.expression(said, path, "soft")
        spoken = bind.constraint_message if bind.constraint is None else None
        bind.soft_message = self._message(written, SOFT_MESSAGE, path) or spoken

    def _message(self, attributes: dict[str, str], name: str, path: str) -> Text | None:
        written = attributes.get(name)
        if not written:
            return None
        use = split_tag(name)[1]
        return self.problems.expression(written, path, use, lambda: message_from(written, self.compiler))

    def read_instances(self, model: etree._Element, media: Media) -> dict[str, Node]:
        """Documents of the secondary instances by id."""
        found: dict[str, Node] = {}
        for place, element in enumerate(children_of(model, "instance")):
            name = element.get("id")
            inner = next(children_of(element), None)
            source = element.get("src")
            if place == 0 and source is None:
                if name:
                    found[name] = PRIMARY
                continue
            if name is None:
                continue
            if name in found:
                self.problems.notice(_("The form has two lists “{name}”; the last one counts.").format(name=name))
            document = self._external(name, source, inner, media) if source else None
            if document is None and inner is not None:
                document = static_document(inner)
            if document is not None:
                found[name] = document
        return found

    def _external(self, listed: str, source: str, inner: etree._Element | None, media: Media) -> Node | None:
        name = file_name(source)
        if source.startswith("jr://instance/"):
            return Node(ELEMENT) if inner is None else None
        if inner is not None and self.outside.find(name, media) is None:
            return None
        return self.file_list(listed, name, media)

    def file_list(self, listed: str, name: str, media: Media) -> Node:
        """The document of a file beside the form; an empty one and a notice where it is missing."""
        self.outside.files[listed] = name
        content = self.outside.find(name, media)
        if content is not None:
            if name.endswith(".csv") and not is_unicode(content):
                lost = _("Letters of {name} are lost: it is not in UTF-8. Save it again as “CSV UTF-8”.")
                self.problems.noticed.append(FormProblem(lost.format(name=name), "form.encoding", expression=name))
            return read_media(content, name)
        text = _("The form needs the file {name}, which is not beside it: lists that come from it are empty.")
        self.problems.noticed.append(FormProblem(text.format(name=name), "form.missing-file", expression=name))
        return Node(ELEMENT)

    def read_actions(self, parent: etree._Element, trigger: Definition | None) -> list[Action]:
        """The actions that stand in the model, a control or a repeat."""
        if next(parent.iterchildren(*OF_ACTIONS), None) is None:
            return []
        found = (
            self._action(element, split_tag(element.tag)[1], trigger) for element in parent.iterchildren(*OF_ACTIONS)
        )
        return [action for action in found if action is not None]

    def _action(self, element: etree._Element, kind: str, trigger: Definition | None) -> Action | None:
        written = element.get("ref") or self.by_bind.get(element.get("bind") or "", "")
        target = self.expression(written, trigger.path if trigger else "", kind)
        definition = self.find(written, trigger)
        if target is None or definition is None:
            self.problems.add(
                _("{action} has the target “{path}”, which the form's data does not have.").format(
                    action=kind, path=written
                ),
                trigger.path if trigger else "",
                "form.unknown-node",
            )
            return None
        events = frozenset((element.get("event") or element.get(EVENT_ATTRIBUTE) or "").split())
        unknown = events - EVENTS
        if unknown:
            self.problems.add(
                _("{action} waits for “{event}”, which is not an event of forms.").format(
                    action=kind, event=", ".join(sorted(unknown))
                ),
                definition.path,
                "form.unknown-event",
            )
        value = self.expression(element.get("value"), definition.path, kind)
        text = element.get(f"{{{ODK}}}quality") or "" if kind == "recordaudio" else element.text or ""
        return Action(kind, target, definition, value, text, events, trigger)


EVENT_ATTRIBUTE = "{http://www.w3.org/2001/xml-events}event"
