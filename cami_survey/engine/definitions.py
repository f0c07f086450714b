"""The parts of a form that never change: nodes of the model, binds, controls, texts, actions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from cami_survey.engine.expressions import Expression
from cami_survey.engine.xpath.syntax import Call, Path

if TYPE_CHECKING:
    from cami_survey.engine.graph import Edge, Target

Part = str | Expression
Languages = Mapping[str, dict[str, dict[str, Sequence[Part]]]]

SELECTS = frozenset({"select", "select1", "rank", "odk:rank"})


@dataclass(frozen=True, slots=True)
class Text:
    """A label, hint or message: the id (an expression) of an itext, or its own parts where there is none."""

    parts: tuple[Part, ...] = ()
    reference: Expression | None = None

    @property
    def is_plain(self) -> bool:
        """Whether it says the same for ever."""
        if self.reference is not None:
            return False
        for part in self.parts:  # noqa: SIM110 - asked of every label; a generator takes three times as long
            if isinstance(part, Expression):
                return False
        return True

    @property
    def expressions(self) -> Iterator[Expression]:
        if self.reference is not None:
            yield self.reference
        for part in self.parts:
            if isinstance(part, Expression):
                yield part


@dataclass(slots=True)
class Bind:
    """The model item properties of a node. Missing expressions are None. `soft`: a constraint that can be excused.

    `attributes`: as written, without the path. Nodes may share one that has no expression: it is not changed.
    """

    type: str = "string"
    relevant: Expression | None = None
    readonly: Expression | None = None
    required: Expression | None = None
    constraint: Expression | None = None
    soft: Expression | None = None
    calculate: Expression | None = None
    constraint_message: Text | None = None
    soft_message: Text | None = None
    required_message: Text | None = None
    preload: str = ""
    preload_parameters: str = ""
    attributes: dict[str, str] = field(default_factory=dict)


NO_BIND = Bind()


@dataclass(frozen=True, slots=True)
class Item:
    """A choice written in the control itself."""

    value: str
    label: Text | None


@dataclass(frozen=True, slots=True)
class Itemset:
    """Choices taken from nodes. `label` is a path from a choice node, `translated` says that it gives an itext id.

    `columns`: a text that names the children which make the label, separated by commas. `sort`: a path from a choice
    node to what the choices are ordered by, the other way round if `descending`.
    """

    nodes: Expression
    value: Expression
    label: Expression | None
    translated: bool
    columns: Text | None = None
    sort: Expression | None = None
    descending: bool = False

    @property
    def fixed(self) -> bool:
        """Whether the list is the same for ever: a whole secondary instance, nothing filtered or shuffled."""
        tree = self.nodes.tree
        whole = isinstance(tree, Path) and isinstance(tree.start, Call) and tree.start.name == "instance"
        spoken = self.sort is not None and self.sort.speaks
        return whole and isinstance(tree, Path) and not spoken and not any(step.predicates for step in tree.steps)


@dataclass(slots=True)
class Control:
    """A question, group or repeat of the body. `kind` is the element's name."""

    kind: str
    appearance: tuple[str, ...] = ()
    label: Text | None = None
    hint: Text | None = None
    items: tuple[Item, ...] = ()
    itemset: Itemset | None = None
    attributes: dict[str, str] = field(default_factory=dict)

    @property
    def texts(self) -> list[Text]:
        """What it says, with what the choices written in it say."""
        found = [] if self.label is None else [self.label]
        if self.hint is not None:
            found.append(self.hint)
        if self.items:
            found += [item.label for item in self.items if item.label is not None]
        return found


@dataclass(slots=True)
class Repeat:
    """What makes a node repeat. `count` None: people add and remove unless `fixed`.

    `rows`: the node whose values the counted instances are about, one each; they are keyed by these values.
    """

    control: Control
    count: Expression | None = None
    fixed: bool = False
    rows: Definition | None = None


NOTHING: list[Any] = []
NO_NAMES: dict[str, Definition] = {}


Entry = TypeVar("Entry")


def entered(found: list[Entry], item: Entry) -> list[Entry]:
    """A list of a definition with one more: what is empty is one list for all, most of which are leaves."""
    if found is NOTHING:
        return [item]
    found.append(item)
    return found


class Source(Protocol):
    """Where a definition has what was not read yet."""

    def fill(self, definition: Definition, name: str) -> None:
        """Sets the attribute of that name."""


LATER = frozenset({"bind", "controls", "edges", "group", "repeat", "targets"})


class Definition:
    """A node of the model. `path` is written without indices; `controls` are the body elements bound to it.

    `targeted`: an action writes it. `optional`: the submission leaves it out while it is empty.
    `several`: the form's own data shows it more than once beside itself. `targets`: what the form computes of it;
    `edges`: what is to be computed when it changes. What is `LATER` comes from the `source` once somebody looks.
    """

    __slots__ = (
        "attributes",
        "bind",
        "by_name",
        "children",
        "controls",
        "depth",
        "edges",
        "group",
        "name",
        "nearest_repeat",
        "number",
        "optional",
        "parent",
        "path",
        "prefix",
        "repeat",
        "several",
        "source",
        "targeted",
        "targets",
        "text",
        "uri",
    )

    bind: Bind
    controls: list[Control]
    group: Control | None
    repeat: Repeat | None
    edges: list[Edge]
    targets: list[Target]

    def __init__(
        self,
        name: str,
        parent: Definition | None,
        uri: str = "",
        prefix: str = "",
        text: str = "",
        source: Source | None = None,
    ) -> None:
        self.name = name
        self.parent = parent
        self.uri = uri
        self.prefix = prefix
        self.text = text
        self.path: str = f"{parent.path if parent else ''}/{name}"
        self.depth: int = parent.depth + 1 if parent else 1
        self.children: list[Definition] = NOTHING
        self.by_name: dict[str, Definition] = NO_NAMES
        self.attributes: list[Definition] = NOTHING
        self.nearest_repeat: Definition | None = None
        self.targeted = False
        self.several = False
        self.optional = False
        self.source = source
        self.number = 0
        if source is None:
            self.bind = NO_BIND
            self.controls, self.group, self.repeat = NOTHING, None, None
            self.edges = self.targets = NOTHING
        if parent is not None:
            if name[0] == "@":
                parent.attributes = entered(parent.attributes, self)
            else:
                parent.children = entered(parent.children, self)
            if parent.by_name is NO_NAMES:
                parent.by_name = {}
            parent.by_name[name] = self

    def __getattr__(self, name: str) -> object:
        if name not in LATER or self.source is None:
            raise AttributeError(name)
        self.source.fill(self, name)
        return object.__getattribute__(self, name)

    @property
    def is_attribute(self) -> bool:
        return self.name[0] == "@"

    @property
    def is_given(self) -> bool:
        """Whether an attribute holds an answer rather than a constant of the form."""
        return self.bind is not NO_BIND or self.targeted

    @property
    def is_leaf(self) -> bool:
        """Whether the node holds a value rather than other nodes."""
        return not self.children

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the path."""
        return tuple(self.path[1:].split("/"))

    @property
    def control(self) -> Control | None:
        """The question that stands for this node, the first if there are several."""
        return self.controls[0] if self.controls else None

    def walk(self) -> Iterator[Definition]:
        """This node and all below, in order."""
        waiting = [self]
        while waiting:
            current = waiting.pop()
            yield current
            if current.children:
                waiting.extend(reversed(current.children))
            if current.attributes:
                waiting.extend(reversed(current.attributes))

    def lineage(self) -> Iterator[Definition]:
        """Parent, its parent, and so on."""
        current = self.parent
        while current is not None:
            yield current
            current = current.parent

    @property
    def computed(self) -> bool:
        """Whether the form gives the value: by a calculation, a preload, or as metadata."""
        if self.bind.calculate is not None or self.bind.preload:
            return True
        return self.name == "meta" or any(above.name == "meta" and above.depth == 2 for above in self.lineage())

    def __repr__(self) -> str:
        return f"<Definition {self.path}>"


FIRST_LOAD, LOAD, NEW_REPEAT, CHANGED = (
    "odk-instance-first-load",
    "odk-instance-load",
    "odk-new-repeat",
    "xforms-value-changed",
)
READY = "xforms-ready"
REVALIDATE = "xforms-revalidate"
EVENTS = frozenset({FIRST_LOAD, LOAD, NEW_REPEAT, CHANGED, READY, REVALIDATE})


@dataclass(frozen=True, slots=True)
class Action:
    """A `setvalue`, `setgeopoint` or `recordaudio` (`text` is the quality of its sound then).

    `trigger` is the node whose control or repeat holds it.
    """

    kind: str
    target: Expression
    definition: Definition
    value: Expression | None
    text: str
    events: frozenset[str]
    trigger: Definition | None
