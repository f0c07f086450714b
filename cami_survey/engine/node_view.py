"""A node of a running interview: which one it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cami_survey.engine.definitions import Control, Definition
from cami_survey.engine.instance import Live
from cami_survey.engine.speaking import Speaker
from cami_survey.engine.static_nodes import node_kind
from cami_survey.engine.tree import Node

if TYPE_CHECKING:
    from cami_survey.engine.session import Session


class NodeView:
    """What a node is and where it lies; a repeat lies at the parent of its instances."""

    __slots__ = ("_live", "_repeat", "_session")

    def __init__(self, session: Session, live: Live, repeat: Definition | None = None) -> None:
        self._session = session
        self._live = live
        self._repeat = repeat

    def __eq__(self, other: object) -> bool:
        return isinstance(other, NodeView) and other._live is self._live and other._repeat is self._repeat

    def __hash__(self) -> int:
        return hash((id(self._live), id(self._repeat)))

    def __repr__(self) -> str:
        return f"<{self.kind} {self.ref}>"

    @property
    def _definition(self) -> Definition:
        return self._repeat or self._live.definition

    @property
    def _at(self) -> Live:
        """Where texts and conditions are evaluated."""
        if self._repeat is None:
            return self._live
        return self._session.calculator.phantom(self._live, self._repeat)

    @property
    def _speaker(self) -> Speaker:
        return self._session.surroundings.speaker

    @property
    def _body(self) -> Control | None:
        definition = self._definition
        if definition.repeat is not None:
            return definition.repeat.control
        return definition.control or definition.group

    @property
    def ref(self) -> str:
        """The path with positions."""
        return f"{self._live.ref}/{self._repeat.name}" if self._repeat else self._live.ref

    @property
    def field(self) -> str:
        """The stable name, with keys instead of positions."""
        return f"{self._live.field}/{self._repeat.name}" if self._repeat else self._live.field

    @property
    def path(self) -> str:
        """The path without indices."""
        return self._definition.path

    @property
    def name(self) -> str:
        return self._definition.name

    @property
    def key(self) -> str:
        """The key of a repeat instance; empty elsewhere."""
        return self._live.key if self._repeat is None else ""

    @property
    def kind(self) -> str:
        """root, group, repeat, repeat_instance or question."""
        if self._repeat is not None:
            return "repeat"
        return "repeat_instance" if self._definition.repeat is not None else node_kind(self._definition)

    @property
    def type(self) -> str:
        """The type of the bind (string, int, decimal, date ...)."""
        return self._definition.bind.type

    @property
    def control(self) -> str:
        """input, select, select1, rank, upload, trigger, range, group, repeat; empty for what nobody is asked."""
        return self._body.kind if self._body else ""

    @property
    def appearance(self) -> str:
        """The words that say how the node wants to look, one blank between."""
        return " ".join(self._body.appearance) if self._body else ""

    @property
    def attributes(self) -> dict[str, str]:
        """The attributes of the bind and the control as written (start, end, step, mediatype ...)."""
        return {**self._definition.bind.attributes, **(self._body.attributes if self._body else {})}

    @property
    def exists(self) -> bool:
        """False once the instance it belongs to was removed."""
        node: Node | None = self._live
        while isinstance(node, Live):
            parent = node.parent
            if (
                isinstance(parent, Live)
                and not node.definition.is_attribute
                and node not in parent.instances(node.definition)
            ):
                return False
            if node is self._session.root:
                return True
            node = parent
        return False

    @property
    def count(self) -> int:
        """The number of instances of a repeat; 0 elsewhere."""
        return len(self._live.instances(self._repeat)) if self._repeat is not None else 0

    @property
    def can_add(self) -> bool:
        """Whether a person may add an instance."""
        repeat = self._definition.repeat
        return self._repeat is not None and repeat is not None and repeat.count is None and not repeat.fixed
