"""The way through a form: its pages, and on a page the stops from top to bottom."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterable, Iterator, MutableMapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from cami_survey.operations.chapters import SELECTS, is_asked, is_grid_head, is_note, words

if TYPE_CHECKING:
    from cami_survey.engine.api import Node

StopKind = Literal["heading", "fold", "question", "grid", "table", "instance", "add"]

WIDEST_TABLE = 8
# What fits a cell. Long texts, several choices and orders need the room of a card.
NARROW_TYPES = frozenset({"string", "text", "int", "integer", "decimal", "date", "time"})
WIDE_APPEARANCES = frozenset({"multiline", "map", "signature", "draw", "annotate", "image-map"})
# Questions of one list of choices that stand in one grid; `label` only gives its heads.
GRID_ROWS = frozenset({"list", "list-nolabel"})
# What pyxform calls the note that it makes of the label of a group of the appearance table-list.
TABLE_LIST_NAME = "generated_table_list_label_"
WIDTH = re.compile(r"w(\d{1,2})\Z")
# Into how many units a group divides its rows unless it says otherwise.
UNITS = 4
# The keys of instances in a field.
INSTANCES = re.compile(r"\[[^]]*\]")


AsTable = Callable[["Node"], bool] | None
Laid = MutableMapping[str, tuple["Stop", ...]] | None
"""What stands in an instance of a repeat, and in all instances together, by the field of the instance or the repeat."""


@dataclass(frozen=True, slots=True)
class Stop:
    """One thing on a page. `field` is its node; for `table` and `add` it is the repeat, for `grid` what heads it.

    `rows` are the questions of a grid; `width` is that of a question in units of
    its row, of which there are `units`; 0 for all of it.
    """

    kind: StopKind
    field: str
    depth: int = 0
    rows: tuple[str, ...] = ()
    width: int = 0
    units: int = UNITS
    # Names the stop for as long as the interview runs.
    key: str = dataclasses.field(init=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "key", f"{self.kind} {self.field}")

    def holds(self, field: str) -> bool:
        """Whether `field` is answered here."""
        if self.kind == "grid":
            return field in self.rows
        return field == self.field if self.kind == "question" else self.kind == "table" and within(field, self.field)


def named_by(group: Node) -> Node:
    """The node whose words name a group: of a list of questions as a table the note that its name became."""
    first = next((child for child in group.children if child.control), None) if group.kind == "group" else None
    moved = first is not None and first.name.startswith(TABLE_LIST_NAME)
    return first if first is not None and moved and not group.label else group


def _is_grid_row(node: Node) -> bool:
    return node.control in SELECTS and bool(GRID_ROWS & words(node)) and is_asked(node)


def _width(node: Node) -> int:
    return next((int(hit[1]) for word in words(node) if (hit := WIDTH.match(word))), 0)


def width_of(node: Node) -> tuple[int, int]:
    """The width of a question, 0 for all of its row, and into how many units the groups around it divide rows."""
    width, around, units = _width(node), node.parent, 0
    while width and around is not None and not units:
        units, around = _width(around), around.parent
    units = units or UNITS
    return (width if width < units else 0), units


def among(nodes: Sequence[Node], depth: int = 0, *, as_table: AsTable = None, laid: Laid = None) -> Iterator[Stop]:
    """What stands on the page for nodes that follow each other: questions of one grid stand together."""
    at = 0
    while at < len(nodes):
        taken, rows = _grid(nodes, at)
        if rows and as_table is not None and as_table(rows[0]):
            head = nodes[at] if is_grid_head(nodes[at]) else rows[0]
            yield Stop("grid", head.field, depth, rows=tuple(row.field for row in rows))
            at += taken
        else:
            yield from stops(nodes[at], depth, as_table=as_table, laid=laid)
            at += 1


def _grid(nodes: Sequence[Node], at: int) -> tuple[int, list[Node]]:
    """How many nodes from `at` on belong to one grid, and the rows of it that are asked at present."""
    first = nodes[at]
    if first.control not in SELECTS:
        return 0, []
    headed = is_grid_head(first) and first.relevant
    if not headed and not _is_grid_row(first):
        return 0, []
    end = at + headed
    found: list[Node] = []
    choices: list[str] | None = None
    while end < len(nodes) and (_is_grid_row(nodes[end]) or (not nodes[end].control and nodes[end].kind == "question")):
        node = nodes[end]
        if node.control and node.relevant:
            values = [choice.value for choice in node.choices]
            if choices is not None and (values != choices or node.control != found[0].control):
                break
            choices = values
            found.append(node)
        end += 1
    return end - at, found if choices else []


def stops(node: Node, depth: int = 0, *, as_table: AsTable = None, laid: Laid = None) -> Iterator[Stop]:
    """What stands on the page for `node` at present, from top to bottom; nothing irrelevant is among it.

    `as_table` says which repeats, and which grids by their first row, have the room for that; without it none has.
    What stands in an instance is looked up in `laid`, and put there.
    """
    if not node.relevant:
        return
    if node.kind == "question":
        if is_asked(node):
            width, units = width_of(node)
            yield Stop("question", node.field, depth, width=width, units=units)
        elif node.control and is_grid_head(node) and node.label:
            yield Stop("heading", node.field, depth)
    elif node.kind == "repeat":
        yield from _repeat(node, depth, as_table, laid)
    else:
        if depth and node.label:
            yield Stop("fold" if "compact" in words(node) else "heading", node.field, depth)
        yield from among(node.children, depth + 1, as_table=as_table, laid=laid)


def _repeat(node: Node, depth: int, as_table: AsTable, laid: Laid) -> Iterator[Stop]:
    if as_table is not None and is_table(node) and as_table(node):
        yield Stop("table", node.field, depth)
        return
    yield from _instances_of(node, depth, as_table, laid)
    if node.can_add:
        yield Stop("add", node.field, depth)


def _instances_of(repeat: Node, depth: int, as_table: AsTable, laid: Laid) -> tuple[Stop, ...]:
    found = laid.get(repeat.field) if laid is not None else None
    if found is None:
        instances = [instance for instance in repeat.children if instance.relevant]
        found = tuple(stop for instance in instances for stop in instance_stops(instance, depth, as_table, laid))
        if laid is not None:
            laid[repeat.field] = found
    return found


def instance_stops(instance: Node, depth: int, as_table: AsTable, laid: Laid) -> tuple[Stop, ...]:
    """What stands on the page for an instance of a repeat that stands at `depth`."""
    field = instance.field
    found = laid.get(field) if laid is not None else None
    if found is None:
        inner = among(instance.children, depth + 2, as_table=as_table, laid=laid)
        found = (Stop("instance", field, depth + 1), *inner)
        if laid is not None:
            laid[field] = found
    return found


def is_table(node: Node) -> bool:
    """Whether the instances of a repeat are narrow enough to be rows: up to eight short answers, added by a person."""
    if not node.can_add:
        return False
    cells = columns(node)
    return 0 < len(cells) <= WIDEST_TABLE and all(_is_narrow(cell) for cell in cells)


def columns(repeat: Node) -> list[Node]:
    """The asked questions of the first instance; nothing where there is no instance or where it holds groups."""
    first = repeat.instance(0)
    inner = first.children if first is not None else []
    if any(child.kind != "question" for child in inner):
        return []
    return [child for child in inner if is_asked(child)]


def _is_narrow(node: Node) -> bool:
    if words(node) & WIDE_APPEARANCES or is_note(node):
        return False
    return node.control == "select1" or (node.control == "input" and node.type in NARROW_TYPES)


def holds_answers(node: Node) -> bool:
    """Whether anything asked at a node or below was answered."""
    if not node.relevant:
        return False
    if node.kind == "question":
        return is_asked(node) and not is_note(node) and bool(node.text_value)
    return any(map(holds_answers, node.children))


def is_untouched(instance: Node) -> bool:
    """Whether nothing was answered in an instance of a repeat."""
    return all(
        not (is_asked(child) and child.text_value)
        and (child.kind == "question" or all(map(is_untouched, _instances(child))))
        for child in instance.children
    )


def _instances(node: Node) -> Iterable[Node]:
    return node.children if node.kind == "repeat" else (node,)


def last_untouched(repeat: Node) -> str:
    """The field of the last instance of an open repeat if nothing was answered in it; else empty."""
    last = repeat.instance(-1) if repeat.can_add else None
    return last.field if last is not None and is_untouched(last) else ""


def instance_of(field: str) -> str:
    """The field of the innermost repeat instance that `field` lies in, empty outside of repeats."""
    end = field.rfind("]")
    return field[: end + 1]


def within(field: str, ancestor: str) -> bool:
    """Whether `field` is `ancestor` or lies in it."""
    return field == ancestor or (field.startswith(ancestor) and field[len(ancestor)] in "/[")
