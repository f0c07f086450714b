"""Plain data to a form again. Nothing is made before somebody needs it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import accumulate, pairwise
from typing import Any, TypeVar

import orjson

from cami_survey.base.collecting import paused
from cami_survey.engine.compiled.trees import (
    Plain,
    expression_of,
    node_of,
    parts_of,
    text_of,
)
from cami_survey.engine.compiled.writing import HEAD, TOLD, section_names
from cami_survey.engine.definitions import NO_BIND, Action, Bind, Control, Definition, Item, Itemset, Part, Repeat
from cami_survey.engine.errors import FormProblem
from cami_survey.engine.form import Form
from cami_survey.engine.graph import Edge, Graph, Target
from cami_survey.engine.reviews import Review
from cami_survey.engine.secondary import PRIMARY, Media, Outside, document_of
from cami_survey.engine.templates import first_instances, templates
from cami_survey.engine.tree import ELEMENT, Node
from cami_survey.engine.xpath.compiler import Compiler

SIZE = 8  # bytes that tell the size of the index
Made = TypeVar("Made")


class CompiledForm(Form):
    """A form whose parts are made when somebody asks for them."""

    __slots__ = ("parts",)

    parts: Parts

    def __getattr__(self, name: str) -> Any:
        make = MAKE.get(name)
        if make is None:
            raise AttributeError(name)
        with paused():
            made = make(self)
        setattr(self, name, made)
        return made


def restored(sections: Sections, xml: bytes, media: Media) -> Form | None:
    """The form of this XML; None where the files beside it are not what they were when it was read in full: what was
    noticed of them then may no longer hold.
    """
    content: Mapping[str, bytes | None] | None = {}
    if "outside" in sections.head:
        content = Outside(*sections.head["outside"]).contents(media)
    if content is None:
        return None
    form = CompiledForm.__new__(CompiledForm)
    form.parts = Parts(sections, content)
    form.xml, form.beside, form.opened = xml, media, False
    return form


class Sections:
    """The sections of a compiled form: the head and the sizes of the others, which stand behind as JSON each.

    What the head leaves out is empty.
    """

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._start = SIZE + int.from_bytes(content[:SIZE], "big")
        self.head, self._sizes = orjson.loads(content[SIZE : self._start])

    @cached_property
    def _places(self) -> dict[str, tuple[int, int]]:
        """Where each section begins and ends."""
        ends = [*accumulate(self._sizes, initial=self._start)]
        return dict(zip(section_names(self.head), pairwise(ends), strict=True))

    def read(self, name: str) -> Plain:
        """What a section holds."""
        start, end = self._places[name]
        with paused():
            return orjson.loads(memoryview(self._content)[start:end])


def packed(sections: Mapping[str, Plain]) -> bytes:
    """The sections as bytes. JSONEncodeError for what JSON cannot hold."""
    head = {name: plain for name, plain in sections[HEAD].items() if plain}
    written = [orjson.dumps(sections[name]) for name in section_names(head)]
    front = orjson.dumps([head, [len(section) for section in written]])
    return len(front).to_bytes(SIZE, "big") + front + b"".join(written)


class Lazily(Mapping[str, Made]):
    """What is made of each name once somebody asks for it."""

    def __init__(self, names: Iterable[str], make: Callable[[str], Made]) -> None:
        self._names = dict.fromkeys(names)
        self._make = make
        self._made: dict[str, Made] = {}

    def __getitem__(self, name: str) -> Made:
        found = self._made.get(name)
        if found is None:
            if name not in self._names:
                raise KeyError(name)
            with paused():
                found = self._made[name] = self._make(name)
        return found

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


class Parts:
    """Makes the parts of one form, each once."""

    def __init__(self, sections: Sections, content: Mapping[str, bytes | None]) -> None:
        self.head = sections.head
        self._sections = sections
        self._content = content
        self._known: dict[str, Plain] = {}
        self._definitions: list[Definition] = []
        self._targets: list[Target] = []

    @cached_property
    def compiler(self) -> Compiler:
        """What compiles the expressions of the form."""
        made = Compiler(self.namespaces)
        made.primary = self.head.get("primary", "")
        return made

    @cached_property
    def outside(self) -> Outside:
        """The lists that come from files beside the form."""
        return Outside(*self.head.get("outside", ()))

    def _section(self, name: str) -> Plain:
        """A section that is looked at again and again."""
        found = self._known.get(name)
        if found is None:
            found = self._known[name] = self._sections.read(name)
        return found

    @property
    def definitions(self) -> list[Definition]:
        """All definitions in the order of the data."""
        made = self._definitions
        if not made:
            section = self._sections.read("definitions")
            for number, (name, parent, uri, prefix, text, _repeat, marks) in enumerate(section):
                definition = Definition(name, made[parent] if number else None, uri, prefix, text, self)
                definition.number = number
                if marks:
                    definition.several, definition.optional = bool(marks & 1), bool(marks & 2)
                    definition.targeted = bool(marks & 4)
                made.append(definition)
            for definition, written in zip(made, section, strict=True):
                if written[5] >= 0:
                    definition.nearest_repeat = made[written[5]]
        return made

    def fill(self, definition: Definition, name: str) -> None:
        """What a definition holds besides its place: its bind, its controls, or its part of the graph."""
        if name == "bind":
            flat = self._section("binds")[definition.number]
            definition.bind = NO_BIND if flat == 0 else self._bind(flat)
        elif name == "edges":
            definition.edges = [self._edge(edge) for edge in self._section("edges")[definition.number]]
        elif name == "targets":
            self._fill_targets()
        elif name == "repeat":
            repeat = self._section("repeats")[definition.number]
            definition.repeat = None if repeat == 0 else self._repeat(repeat)
        else:
            controls, group = self._section("bodies")[definition.number] or ((), None)
            definition.controls = [self._control(control) for control in controls]
            definition.group = None if group is None else self._control(group)

    def _fill_targets(self) -> None:
        for definition in self.definitions:
            definition.targets = []
        for target in self.targets:
            target.definition.targets.append(target)

    def _bind(self, flat: Plain) -> Bind:
        kind, aspects, constraint, soft, required, preload, parameters, written = flat
        bind = Bind(kind)
        for aspect, expression in aspects.items():
            known = written[aspect].strip() if expression == 0 else ""
            setattr(bind, aspect, expression_of(expression, self.compiler, known))
        bind.constraint_message, bind.soft_message, bind.required_message = (
            text_of(text, self.compiler) for text in (constraint, soft, required)
        )
        bind.preload, bind.preload_parameters, bind.attributes = preload, parameters, written
        return bind

    def _control(self, flat: Plain) -> Control:
        kind, appearance, label, hint, items, itemset, attributes = flat
        return Control(
            kind,
            tuple(appearance),
            text_of(label, self.compiler),
            text_of(hint, self.compiler),
            tuple(Item(value, text_of(text, self.compiler)) for value, text in items),
            None if itemset is None else self._itemset(itemset),
            attributes,
        )

    def _itemset(self, flat: Plain) -> Itemset:
        nodes, value, label, translated, columns, sort, descending = flat
        return Itemset(
            expression_of(nodes, self.compiler),
            expression_of(value, self.compiler),
            None if label is None else expression_of(label, self.compiler),
            translated,
            text_of(columns, self.compiler),
            None if sort is None else expression_of(sort, self.compiler),
            descending,
        )

    def _repeat(self, flat: Plain) -> Repeat:
        control, count, fixed, rows = flat
        counted = None if count is None else expression_of(count, self.compiler)
        return Repeat(self._control(control), counted, fixed, self.definitions[rows] if rows >= 0 else None)

    @property
    def targets(self) -> list[Target]:
        if not self._targets:
            for number, aspect, circular in self._sections.read("targets"):
                target = Target(self.definitions[number], aspect)
                target.circular = circular
                self._targets.append(target)
        return self._targets

    def graph(self) -> Graph:
        """The order of computation."""
        ranked, *circles = [[self.targets[number] for number in each] for each in self._sections.read("order")]
        for rank, target in enumerate(ranked):
            target.rank = rank
        return Graph(ranked, circles)

    def _edge(self, flat: Plain) -> Edge:
        if isinstance(flat, int):
            return Edge(self.targets[flat], None, 0, None, False)
        target, anchor, climb, way, *more = flat
        steps = None if way is None else tuple(self.definitions[step] for step in way)
        above = self.definitions[anchor] if anchor >= 0 else None
        return Edge(self.targets[target], above, climb, steps, *more)

    def texts(self) -> Lazily[dict[str, dict[str, Sequence[Part]]]]:
        """Texts by language and id."""
        return Lazily(self.head.get("texts", ()), self._table)

    def _table(self, language: str) -> dict[str, dict[str, Sequence[Part]]]:
        """The texts of a language; those that show an answer are made, the others are what they are."""
        table = self._sections.read(f"text {language}")
        for forms in table.values():
            for name, parts in forms.items():
                if len(parts) != 1 or not isinstance(parts[0], str):
                    forms[name] = parts_of(parts, self.compiler)
        return table  # type: ignore[no-any-return]

    def actions(self) -> tuple[Action, ...]:
        return tuple(self._action(*action) for action in self._sections.read("actions"))

    def _action(
        self, kind: str, target: Plain, written: int, value: Plain, text: str, events: list[str], trigger: int
    ) -> Action:
        return Action(
            kind,
            expression_of(target, self.compiler),
            self.definitions[written],
            None if value is None else expression_of(value, self.compiler),
            text,
            frozenset(events),
            self.definitions[trigger] if trigger >= 0 else None,
        )

    def lists(self) -> Lazily[Node]:
        """The documents of the secondary instances by id."""
        return Lazily((*self.head.get("lists", ()), *self.outside.lists), self._document)

    def _document(self, name: str) -> Node:
        if name in self.outside.lists:
            return self.outside.document(name, self._content)
        flat = self._sections.read(f"list {name}")
        if flat == 0:
            return PRIMARY
        return document_of(node_of(flat[0], static=True)) if flat else Node(ELEMENT)

    def written(self) -> Node:
        """The primary instance as written."""
        return node_of(self._sections.read("written"))

    def chosen(self, name: str) -> tuple[Definition, ...]:
        """The definitions whose numbers the head holds under a name."""
        return tuple(self.definitions[number] for number in self.head.get(name, ()))

    def told(self, name: str) -> Any:
        """What the head tells; lists that a form keeps are tuples."""
        found = self.head.get(name, TOLD[name])
        return tuple(found) if isinstance(found, list) else found

    @property
    def namespaces(self) -> dict[str, str]:
        """The namespaces of the form by prefix."""
        return self._section("namespaces")  # type: ignore[no-any-return]


def _told(name: str) -> Callable[[CompiledForm], Any]:
    return lambda form: form.parts.told(name)


MAKE: dict[str, Callable[[CompiledForm], Any]] = {
    **{name: _told(name) for name in TOLD},
    "made_media": lambda _form: {},
    "namespaces": lambda form: form.parts.namespaces,
    "outside": lambda form: form.parts.outside,
    "reviews": lambda form: {
        language: Review(*review) for language, review in form.parts.head.get("reviews", {}).items()
    },
    "noticed": lambda form: tuple(FormProblem(**problem) for problem in form.parts.head.get("noticed", ())),
    "root": lambda form: form.parts.definitions[0],
    "by_path": lambda form: {definition.path: definition for definition in form.parts.definitions},
    "written": lambda form: form.parts.written(),
    "texts": lambda form: form.parts.texts(),
    "instances": lambda form: form.parts.lists(),
    "actions": lambda form: form.parts.actions(),
    "graph": lambda form: form.parts.graph(),
    "compiler": lambda form: form.parts.compiler,
    "keyed": lambda form: form.parts.chosen("keyed"),
    "preloaded": lambda form: form.parts.chosen("preloaded"),
    "templates": lambda form: templates(form.root, form.written),
    "first_instances": lambda form: first_instances(form.root, form.written),
}
