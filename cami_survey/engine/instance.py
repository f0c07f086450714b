"""The live instance: nodes that know their definition, their repeat key and whether they are relevant."""

from __future__ import annotations

from cami_survey.engine.definitions import Definition
from cami_survey.engine.tree import ATTRIBUTE, DOCUMENT, ELEMENT, Node


class Live(Node):
    """A node of the primary instance.

    `text` is what expressions see (empty while not relevant), `kept` what the person or the form gave.
    `included` is the node's own relevance, `relevant` the inherited one. `key` and `order` are set on repeat instances.
    A group has no value, as in ODK Collect: a calculation in a group that reads the group would contain itself.
    """

    __slots__ = ("_field", "_keyed", "definition", "included", "kept", "key", "order", "relevant")

    gathers = False
    parent: Live | None
    children: list[Live]  # type: ignore[assignment]

    def __init__(self, definition: Definition, kind: int = ELEMENT) -> None:
        super().__init__(kind, definition.name.lstrip("@"), definition.uri, definition.prefix)
        self.definition = definition
        self.key = ""
        self.order = ""
        self.included = True
        self.relevant = True
        self.kept = ""
        self._field = ""
        # Repeat -> key -> instance, as long as none was taken away.
        self._keyed: dict[Definition, dict[str, Live]] | None = None

    def write(self, text: str) -> None:
        """A new value; expressions see it if the node is relevant."""
        self.kept = text
        self.text = text if self.relevant else ""
        self._number = None

    def show(self, relevant: bool) -> None:
        """The inherited relevance; the value hides or comes back."""
        self.relevant = relevant
        self.text = self.kept if relevant else ""
        self._number = None

    def leave_out(self) -> None:
        """Hide the node with everything below it."""
        self.included = False
        waiting = [self]
        while waiting:
            node = waiting.pop()
            node.show(False)
            waiting.extend(node.attributes)  # type: ignore[arg-type]
            waiting.extend(node.children)

    @property
    def field(self) -> str:
        """The stable name of the node: its path with the key of each repeat instance in brackets."""
        if not self._field:
            parent = self.parent
            above = parent.field if isinstance(parent, Live) else ""
            own = f"{above}/{self.definition.name}"
            self._field = f"{own}[{self.key}]" if self.key else own
        return self._field

    @property
    def ref(self) -> str:
        """The path with 1-based positions on repeat instances."""
        parent = self.parent
        above = parent.ref if isinstance(parent, Live) else ""
        own = f"{above}/{self.definition.name}"
        return f"{own}[{self.place}]" if self.definition.repeat is not None else own

    def instances(self, repeat: Definition) -> list[Live]:
        """The instances of a repeat directly below this node, in order."""
        return self.children_named(repeat.name)  # type: ignore[return-value]

    def instance(self, repeat: Definition, key: str) -> Live | None:
        """The instance of a repeat directly below this node that has this key."""
        if self._keyed is None:
            self._keyed = {}
        found = self._keyed.get(repeat, {}).get(key)
        if found is None:
            # Reversed: of two that have one key the first is meant.
            self._keyed[repeat] = {instance.key: instance for instance in reversed(self.instances(repeat))}
            found = self._keyed[repeat].get(key)
        return found

    def remove(self, child: Node) -> None:
        super().remove(child)
        self._keyed = None

    def arrange(self, instances: list[Live]) -> None:
        """Put instances of one repeat into this order; together they stay where they are."""
        places = sorted(self.position_of(instance) for instance in instances)
        for place, instance in zip(places, instances, strict=True):
            self.children[place] = instance
        self.named = None
        self._positions = None

    def child(self, definition: Definition) -> Live | None:
        """The first child node of a definition, attributes included."""
        if definition.is_attribute:
            return next(
                (node for node in self.attributes if isinstance(node, Live) and node.definition is definition), None
            )
        found = self.instances(definition)
        return found[0] if found else None

    def place_for(self, definition: Definition) -> int:
        """The index among all children where the next instance of `definition` belongs."""
        siblings = self.definition.children
        before = {id(sibling) for sibling in siblings[: siblings.index(definition) + 1]}
        for index in range(len(self.children), 0, -1):
            if id(self.children[index - 1].definition) in before:
                return index
        return 0


class StandIn(Live):
    """An instance of a repeat that is not there, seen from the place where the next one would come."""

    __slots__ = ()

    @property
    def place(self) -> int:
        return len(self.parent.children_named(self.name)) + 1 if self.parent is not None else 1


def live_document(root: Live) -> Node:
    """The document node above the root."""
    document = Node(DOCUMENT)
    document.append(root)
    return document


def plant(definition: Definition, source: Node | None = None) -> Live:
    """A node with everything below it, values from `source` (an element of the written form) or the definition.

    Repeats below get the instances that `source` shows, none without it.
    """
    node = Live(definition)
    for attribute in definition.attributes:
        live = Live(attribute, ATTRIBUTE)
        written = None if source is None else source.attribute(attribute.name[1:], attribute.uri)
        live.write(attribute.text if written is None else written)
        node.set_attribute(live)
    if definition.is_leaf:
        node.write(definition.text if source is None else source.text)
    for child in definition.children:
        for planted in _children(child, source):
            node.append(planted)
    return node


def _children(definition: Definition, source: Node | None) -> list[Live]:
    if source is None:
        return [] if definition.repeat is not None else [plant(definition)]
    written = [node for node in source.children_named(definition.name) if not is_template(node)]
    if definition.repeat is None:
        return [plant(definition, node) for node in written] or [plant(definition)]
    instances = [plant(definition, node) for node in written]
    for place, instance in enumerate(instances, 1):
        instance.key = str(place) if definition.repeat.count is not None else f"k{place:08x}"
        instance.order = str(place)
    return instances


def is_template(node: Node) -> bool:
    """Whether an element of the written form is the model of a repeat rather than an instance."""
    return node.attribute("template", "http://openrosa.org/javarosa") is not None
