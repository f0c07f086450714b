"""A form as plain data: everything that reading its XForm found out, in lists, dicts, texts and numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict

from cami_survey.engine.compiled.trees import (
    Plain,
    flat_expression,
    flat_node,
    flat_parts,
    flat_text,
)
from cami_survey.engine.definitions import NO_BIND, Action, Bind, Control, Definition, Itemset, Repeat
from cami_survey.engine.form import Form
from cami_survey.engine.graph import Edge, Target
from cami_survey.engine.secondary import PRIMARY

ASPECTS = ("relevant", "readonly", "required", "constraint", "soft", "calculate")


HEAD = "head"
# What the head tells as the form has it, and what it is where the head leaves it out.
TOLD: dict[str, Plain] = {
    "id": "",
    "version": "",
    "title": "",
    "languages": [],
    "default_language": "",
    "body_class": [],
    "last_saved_names": [],
    "submission": {},
}
ALWAYS = (
    "namespaces",
    "definitions",
    "binds",
    "bodies",
    "repeats",
    "targets",
    "order",
    "edges",
    "written",
    "actions",
)


def section_names(head: Mapping[str, Plain]) -> list[str]:
    """The sections besides the head, in the order in which they stand."""
    texts, lists = head.get("texts", ()), head.get("lists", ())
    return [*ALWAYS, *(f"text {language}" for language in texts), *(f"list {name}" for name in lists)]


def flattened(form: Form) -> dict[str, Plain]:
    """The form without its XML and without the files beside it, in sections that can be read one by one."""
    return _Writer(form).sections()


class _Writer:
    def __init__(self, form: Form) -> None:
        self._form = form
        self._definitions = list(form.root.walk())
        self._numbers = {definition: number for number, definition in enumerate(self._definitions)}
        targets = (target for definition in self._definitions for target in definition.targets)
        self._targets = {target: number for number, target in enumerate(targets)}

    def sections(self) -> dict[str, Plain]:
        form, definitions = self._form, self._definitions
        return {
            HEAD: self._head(),
            "namespaces": form.namespaces,
            "definitions": [self._definition(definition) for definition in definitions],
            "binds": [0 if definition.bind is NO_BIND else _bind(definition.bind) for definition in definitions],
            "bodies": [self._body(definition) for definition in definitions],
            "repeats": [self._repeat(definition.repeat) for definition in definitions],
            "targets": [[self._numbers[target.definition], target.aspect, target.circular] for target in self._targets],
            "order": [self._target_numbers(targets) for targets in (form.graph.targets, *form.graph.circles)],
            "edges": [[self._edge(edge) for edge in definition.edges] for definition in definitions],
            "written": flat_node(form.written),
            "actions": [self._action(action) for action in form.actions],
            **{f"text {language}": self._table(language) for language in form.texts},
            **{f"list {name}": self._list(name) for name in self._lists()},
        }

    def _head(self) -> Plain:
        form = self._form
        return {
            **{name: getattr(form, name) for name in TOLD},
            "primary": form.compiler.primary,
            "noticed": [asdict(problem) for problem in form.noticed],
            "reviews": {language: [review.reviewer, review.day] for language, review in form.reviews.items()},
            "outside": self._outside(),
            "keyed": [self._numbers[definition] for definition in form.keyed],
            "preloaded": [self._numbers[definition] for definition in form.preloaded],
            "texts": list(form.texts),
            "lists": self._lists(),
        }

    def _outside(self) -> Plain:
        found = self._form.outside
        return [found.files, found.listed, found.asked] if found.lists or found.asked else []

    def _definition(self, definition: Definition) -> Plain:
        number = self._numbers
        parent, repeat = definition.parent, definition.nearest_repeat
        return [
            definition.name,
            -1 if parent is None else number[parent],
            definition.uri,
            definition.prefix,
            definition.text,
            -1 if repeat is None else number[repeat],
            definition.several + 2 * definition.optional + 4 * definition.targeted,
        ]

    def _body(self, definition: Definition) -> Plain:
        if not definition.controls and definition.group is None:
            return 0
        return [[_control(control) for control in definition.controls], definition.group and _control(definition.group)]

    def _repeat(self, repeat: Repeat | None) -> Plain:
        if repeat is None:
            return 0
        count = None if repeat.count is None else flat_expression(repeat.count)
        rows = -1 if repeat.rows is None else self._numbers[repeat.rows]
        return [_control(repeat.control), count, repeat.fixed, rows]

    def _table(self, language: str) -> Plain:
        table = self._form.texts[language]
        return {key: {name: flat_parts(parts) for name, parts in forms.items()} for key, forms in table.items()}

    def _lists(self) -> list[str]:
        """The lists that are in the form itself."""
        outside = {*self._form.outside.files, *self._form.outside.listed}
        return [name for name in self._form.instances if name not in outside]

    def _list(self, name: str) -> Plain:
        """The roots of a list; 0 for the form's own data."""
        document = self._form.instances[name]
        return 0 if document is PRIMARY else [flat_node(child) for child in document.children]

    def _action(self, action: Action) -> Plain:
        return [
            action.kind,
            flat_expression(action.target),
            self._numbers[action.definition],
            None if action.value is None else flat_expression(action.value),
            action.text,
            sorted(action.events),
            -1 if action.trigger is None else self._numbers[action.trigger],
        ]

    def _target_numbers(self, targets: Iterable[Target]) -> list[int]:
        return [self._targets[target] for target in targets]

    def _edge(self, edge: Edge) -> Plain:
        target = self._targets[edge.target]
        if edge.anchor is None and not edge.place and edge.offset is None and not edge.whole:
            return target
        way = None if edge.way is None else [self._numbers[step] for step in edge.way]
        anchor = -1 if edge.anchor is None else self._numbers[edge.anchor]
        return [target, anchor, edge.climb, way, edge.place, edge.offset, edge.onward, edge.beside, edge.whole]


def _bind(bind: Bind) -> Plain:
    written = bind.attributes
    return [
        bind.type,
        {
            aspect: flat_expression(expression, written.get(aspect, "").strip())
            for aspect in ASPECTS
            if (expression := getattr(bind, aspect)) is not None
        },
        flat_text(bind.constraint_message),
        flat_text(bind.soft_message),
        flat_text(bind.required_message),
        bind.preload,
        bind.preload_parameters,
        written,
    ]


def _control(control: Control) -> Plain:
    itemset = control.itemset
    return [
        control.kind,
        list(control.appearance),
        flat_text(control.label),
        flat_text(control.hint),
        [[item.value, flat_text(item.label)] for item in control.items],
        None if itemset is None else _itemset(itemset),
        control.attributes,
    ]


def _itemset(itemset: Itemset) -> Plain:
    return [
        flat_expression(itemset.nodes),
        flat_expression(itemset.value),
        None if itemset.label is None else flat_expression(itemset.label),
        itemset.translated,
        flat_text(itemset.columns),
        None if itemset.sort is None else flat_expression(itemset.sort),
        itemset.descending,
    ]
