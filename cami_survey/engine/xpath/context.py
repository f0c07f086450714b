"""What an expression can see besides its context node."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Mapping
from datetime import datetime, tzinfo

from cami_survey.base.clock import system_clock
from cami_survey.engine.errors import XPathError
from cami_survey.engine.tree import NO_NODES, Node, string_value
from cami_survey.engine.xpath.dates import CivilZone
from cami_survey.engine.xpath.values import Value

# What stands before a property of the device that is asked for as a URI.
SCHEMES = {
    "username": "username",
    "phonenumber": "tel",
    "email": "mailto",
    "subscriberid": "imsi",
    "simserial": "simserial",
}


class Environment:
    """The surroundings of an evaluation; sessions override what a lone document cannot know.

    `root` is the node absolute paths start below; `by_names` holds what is known of `absolute`, `sums_below` of
    `running_sums`, perhaps only the first of them; `zone` None stands for the machine's own time zone. `skips_blanks`:
    sums, least and greatest leave out what nobody has answered, as in Collect and Web Forms; in a lone document it
    makes them no number, as in XPath.
    """

    skips_blanks = False

    def __init__(self, root: Node, *, zone: tzinfo | None = None, clock: Callable[[], datetime] = system_clock) -> None:
        self.root = root
        self.zone = CivilZone(zone, clock())
        self.clock = clock
        self.language = ""
        self.device: dict[str, str] = {}
        self.locate: Callable[[], str] | None = None
        self.record: Callable[[str, str], None] | None = None
        self.random = random.Random()
        self.started: datetime | None = None
        self.version = ""
        self.by_names: dict[tuple[str, ...], list[Node]] = {}
        self.sums_below: dict[tuple[str, ...], dict[Node, list[float]]] = {}

    def absolute(self, names: tuple[str, ...]) -> list[Node]:
        """The nodes at a path of names below the root, in document order."""
        nodes = [self.root]
        for name in names:
            nodes = [child for node in nodes for child in node.children_named(name)]
        return nodes

    def derived(self, _names: tuple[str, ...], _leaf: bool, /) -> dict[object, Value] | None:
        """What was computed from all nodes at a path and is good until one of them changes; None if nobody knows.

        `_leaf`: from their texts, so that only leaves will do.
        """
        return None

    def running_sums(self, _parent: Node, _names: tuple[str, ...], /) -> list[float] | None:
        """Sums of the leaves at `names` below `parent` over the first 0, 1, 2 ... children called `names[0]`."""
        return None

    def instance(self, _name: str, /) -> Node | None:
        """The document of a secondary instance."""
        return None

    def text(self, key: str) -> Node:
        """A node with the text of an itext id in the current language."""
        raise XPathError(key)

    def choice_label(self, value: str, _path: str, _node: Node, /) -> str:
        """The label of a choice of the question at a path, seen from a node."""
        return value

    def label_of_choice(self, value: str, _question: Node, /) -> str:
        """The label of a choice of a question."""
        return value

    def repeat_position(self, _node: Node, /) -> float:
        """The 1-based position of the repeat instance a node is in; NaN outside."""
        return math.nan

    def pull(self, instance: str, column: str, key_column: str, key: str) -> str:
        """One cell of an external table, an empty string where there is none."""
        document = self.instance(instance)
        rows = NO_NODES if document is None else [row for root in document.children for row in root.children]
        for row in rows:
            if cell_text(row, key_column) == key:
                return cell_text(row, column) or ""
        return ""

    def counts(self, node: Node) -> bool:
        """Whether an answer counts in a checklist."""
        return bool(string_value(node))

    def failed(self, _expression: str, _node: Node, _reason: str, /) -> None:
        """An expression could not be evaluated at a node."""

    def now(self) -> datetime:
        """The moment now, in the zone of the evaluation."""
        return self.clock().astimezone(self.zone.zone)


def device_key(name: str) -> str:
    """`phoneNumber`, `phone number` and `phone_number` are one property."""
    return name.lower().replace(" ", "").replace("_", "")


def device_text(device: Mapping[str, str], name: str) -> str:
    """A property of the device, empty if nobody knows it; `uri:` before its name asks for it as a URI."""
    key = device_key(name)
    plain = key.removeprefix("uri:")
    text, scheme = device.get(plain, ""), SCHEMES.get(plain, "") if key != plain else ""
    return f"{scheme}:{text}" if text and scheme and not text.startswith(f"{scheme}:") else text


def cell_text(row: Node, column: str) -> str | None:
    """The text of a column of a row, `@name` for an attribute; None if the row has none."""
    if column.startswith("@"):
        return row.attribute(column[1:])
    return next((cell.text for cell in row.children_named(column)), None)


class Context:
    """The moving part of an evaluation: position and size of the predicate, the node of `current()`."""

    __slots__ = ("current", "environment", "position", "size")

    def __init__(self, environment: Environment, current: Node, position: int = 1, size: int = 1) -> None:
        self.environment = environment
        self.current = current
        self.position = position
        self.size = size
