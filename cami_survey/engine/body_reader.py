"""The body of an XForm: questions, groups, repeats, choices."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping

from lxml import etree

from cami_survey.base.texts import _
from cami_survey.engine.definitions import SELECTS, Action, Control, Definition, Item, Itemset, Repeat, Text, entered
from cami_survey.engine.expressions import Expression
from cami_survey.engine.model_reader import (
    ACTIONS,
    ModelReader,
    attributes_of,
    children_of,
    first_child,
    first_of_each_name,
    javarosa,
)
from cami_survey.engine.search import search_call, searched, without_search
from cami_survey.engine.texts import read_text
from cami_survey.engine.xml import split_tag
from cami_survey.engine.xpath.compiler import Compiler
from cami_survey.engine.xpath.syntax import Call, Literal, walk
from cami_survey.engine.xpath.values import NUMBER

MEDIA_TYPE = r"[\w*.+-]+/[\w*.+-]+"
MEDIA_TYPES = re.compile(rf"\s*{MEDIA_TYPE}(\s*,\s*{MEDIA_TYPE})*\s*\Z")
NO_TEXT = Text()
CHECKED = frozenset({"range", "upload"})
QUESTIONS = frozenset({"input", "select", "select1", "rank", "upload", "trigger", "range", "secret", "textarea"})


def is_number(text: str | None) -> bool:
    """Whether an attribute holds a number, and none that only reads like one (`1e999`)."""
    return text is not None and NUMBER.match(text) is not None and math.isfinite(float(text))


def appearances(text: str, kind: str) -> tuple[str, ...]:
    """The words of an appearance in small letters; `search` on a selection is an old word for `autocomplete`."""
    words = tuple((without_search(text) if kind in SELECTS else text).lower().split())
    if kind in SELECTS and "search" in words and "autocomplete" not in words:
        return ("autocomplete", *words)
    return words


class BodyReader:
    """Attaches controls to the definitions they are bound to, and collects actions."""

    def __init__(self, model: ModelReader) -> None:
        self.model = model
        self.compiler: Compiler = model.compiler
        self.actions: list[Action] = []
        self.queried: set[str] = set()
        self.searched: set[str] = set()

    def read(self, parent: etree._Element, context: Definition | None = None) -> None:
        """Everything below `parent`."""
        if context is None:
            self.actions.extend(self.model.read_actions(parent, None))
        for element in children_of(parent):
            name = split_tag(str(element.tag))[1]
            if name in QUESTIONS:
                self._question(element, name, context)
            elif name == "group":
                self._group(element, context)
            elif name == "repeat":
                self._repeat(element, context, Control("repeat"))

    def _find(self, written: Mapping[str, str], context: Definition | None) -> Definition | None:
        """What an element with these attributes is bound to."""
        reference = written.get("ref") or written.get("nodeset") or ""
        known = self.model.by_path.get(reference)
        if known is not None:
            return known
        if not reference and written.get("bind"):
            reference = self.model.by_bind.get(written["bind"], "")
        definition = self.model.find(reference, context)
        if definition is None and reference:
            text = _("The form shows {path}, which its data does not have.")
            self.model.problems.notice(text.format(path=reference))
        return definition

    def _question(self, element: etree._Element, name: str, context: Definition | None) -> None:
        written = attributes_of(element)
        definition = self._find(written, context)
        if definition is None:
            return
        inner = first_of_each_name(element)
        control = self._control(written, name, definition.path, inner)
        if name in SELECTS or name == "range":
            self._choices(element, control, definition)
        elif control.attributes.get("query"):
            self._external_choices(element, control, definition.path)
        if name in CHECKED:
            self._check(control, definition.path)
        definition.controls = entered(definition.controls, control)
        if not ACTIONS.isdisjoint(inner):
            self.actions.extend(self.model.read_actions(element, definition))

    def _check(self, control: Control, path: str) -> None:
        problems = self.model.problems
        if control.kind == "upload":
            media = control.attributes.get("mediatype")
            if media is not None and not MEDIA_TYPES.match(media):
                reason = _("“{text}” is not a media type such as image/*.").format(text=media)
                problems.add(reason, path, "form.mediatype")
        if control.kind == "range":
            missing = [name for name in ("start", "end", "step") if not is_number(control.attributes.get(name))]
            if missing:
                names = ", ".join(missing)
                problems.add(_("The range has no number for {names}.").format(names=names), path, "form.range")

    def _control(self, written: dict[str, str], kind: str, path: str, inner: Mapping[str, etree._Element]) -> Control:
        said, label, hint = written.get("appearance"), inner.get("label"), inner.get("hint")
        return Control(
            kind,
            appearances(said, kind) if said else (),
            None if label is None else self._text(label, "label", path),
            None if hint is None else self._text(hint, "hint", path),
            attributes=written,
        )

    def _text(self, found: etree._Element, name: str, path: str) -> Text | None:
        if not len(found) and found.get("ref") is None:
            return Text((found.text,)) if found.text else NO_TEXT
        return self.model.problems.expression(
            found.get("ref") or found.text or "", path, name, lambda: read_text(found, self.compiler)
        )

    def _group(self, element: etree._Element, context: Definition | None) -> None:
        written = attributes_of(element)
        definition = self._find(written, context)
        control = self._control(written, "group", definition.path if definition else "", first_of_each_name(element))
        wraps = False
        for repeat in children_of(element, "repeat"):
            around = definition is None or definition is self._find(attributes_of(repeat), definition)
            self._repeat(repeat, definition or context, control if around else Control("repeat"))
            wraps = wraps or around
        if definition is not None and not wraps:
            definition.group = control
        if not wraps:
            self.actions.extend(self.model.read_actions(element, definition))
        for child in children_of(element):
            name = split_tag(child.tag)[1]
            if name in QUESTIONS:
                self._question(child, name, definition or context)
            elif name == "group":
                self._group(child, definition or context)

    def _repeat(self, element: etree._Element, context: Definition | None, group: Control) -> None:
        written = attributes_of(element)
        definition = self._find(written, context)
        if definition is None:
            return
        if definition.parent is None or definition.is_attribute:
            text = _("{path} cannot repeat: only groups inside of the form's data do.")
            self.model.problems.add(text.format(path=definition.path), definition.path, "form.repeat-place")
            return
        self.model.problems.computed.add(definition.path)  # what is said of the group around it may be computed
        own = self._control(written, "repeat", definition.path, first_of_each_name(element))
        control = Control("repeat", group.appearance + own.appearance, group.label or own.label, group.hint)
        control.attributes = {**group.attributes, **own.attributes}
        count = self.model.expression(javarosa(element, "count"), definition.path, "jr:count")
        fixed = (javarosa(element, "noAddRemove") or "").strip() in ("true()", "true", "1")
        definition.repeat = Repeat(control, count, fixed)
        self.actions.extend(self.model.read_actions(element, definition))
        self.read(element, definition)

    def _choices(self, element: etree._Element, control: Control, definition: Definition) -> None:
        items = []
        for item in children_of(element, "item"):
            inner = first_of_each_name(item)
            value, label = inner.get("value"), inner.get("label")
            said = None if label is None else self._text(label, "label", definition.path)
            items.append(Item((value.text or "") if value is not None else "", said))
        control.items = tuple(items)
        self._searched_choices(element, control, definition.path)
        itemset = first_child(element, "itemset")
        if itemset is not None:
            control.itemset = self._itemset(itemset, definition.path)

    def _searched_choices(self, element: etree._Element, control: Control, path: str) -> None:
        """`search()` in the appearance: the written choice that is no number names the columns of the file."""
        written = search_call(element.get("appearance") or "")
        named = next((item for item in control.items if not item.value.strip().lstrip("-").isdigit()), None)
        if not written or named is None:
            return
        found = self.model.problems.expression(
            written, path, "appearance", lambda: searched(written, named, self.compiler)
        )
        if found is not None:
            control.itemset = found.itemset
            control.items = tuple(item for item in control.items if item is not named)
            self.searched.add(found.file)

    def _external_choices(self, element: etree._Element, control: Control, path: str) -> None:
        """`select_one_external`: an input whose `query` names the list."""
        nodes = self.model.expression(element.get("query"), path, "itemset")
        if nodes is not None:
            value, label = Expression("name", self.compiler), Expression("label", self.compiler)
            control.kind = "select1"
            control.itemset = Itemset(nodes, value, label, False)
            calls = (part for part in walk(nodes.tree) if isinstance(part, Call) and part.name == "instance")
            self.queried.update(part.arguments[0].text for part in calls if isinstance(part.arguments[0], Literal))

    def _itemset(self, element: etree._Element, path: str) -> Itemset | None:
        nodes = self.model.expression(element.get("nodeset"), path, "itemset")
        value_of, label_of = first_child(element, "value"), first_child(element, "label")
        value = self.model.expression(value_of.get("ref") if value_of is not None else "name", path, "value")
        label = self.model.expression(label_of.get("ref"), path, "label") if label_of is not None else None
        if nodes is None or value is None:
            return None
        translated = label is not None and isinstance(label.tree, Call) and label.tree.name == "jr:itext"
        if label is not None and isinstance(label.tree, Call) and translated:
            label = Expression(label.text, self.compiler, label.tree.arguments[0])
        return Itemset(nodes, value, label, translated, None, *self._sort(element, path))

    def _sort(self, element: etree._Element, path: str) -> tuple[Expression | None, bool]:
        """What the choices are ordered by, and whether the other way round."""
        found = first_child(element, "sort")
        if found is None:
            return None, False
        return self.model.expression(found.get("ref"), path, "sort"), found.get("order") == "descending"
