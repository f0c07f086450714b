"""The way through a form: its pages, and on a page the stops from top to bottom."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from cami_survey.engine.api import Node

StopKind = Literal["heading", "question", "table", "instance", "add"]

WIDEST_TABLE = 8
# What fits a cell. Long texts, several choices and orders need the room of a card.
NARROW_TYPES = frozenset({"string", "text", "int", "integer", "decimal", "date", "time"})
ALWAYS = frozenset({"true()", "true", "1"})
WIDE_APPEARANCES = frozenset({"multiline", "map", "signature", "draw", "annotate", "image-map"})


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the form. `field` is its group, empty for questions that stand outside of every group."""

    field: str
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Stop:
    """One thing on a page. `field` is its node; for `table` and `add` it is the repeat."""

    kind: StopKind
    field: str
    depth: int = 0

    @property
    def key(self) -> str:
        """Names the stop for as long as the interview runs."""
        return f"{self.kind} {self.field}"


def pages(root: Node) -> tuple[Page, ...]:
    """The pages under `root`: one per group or repeat, one for each run of questions outside of groups."""
    found: list[Page] = []
    loose: list[str] = []
    for node in root.children:
        if node.kind == "question":
            if is_asked(node):
                loose.append(node.field)
            continue
        if loose:
            found.append(Page("", tuple(loose)))
            loose = []
        if node.kind == "repeat" or _asks(node):
            found += pages(node) if _is_chapter(node) else [Page(node.field, (node.field,))]
    if loose:
        found.append(Page("", tuple(loose)))
    return tuple(found)


def _asks(node: Node) -> bool:
    return is_asked(node) or node.kind == "repeat" or any(_asks(child) for child in node.children)


def _is_chapter(node: Node) -> bool:
    """Whether a group holds nothing but groups: then they are the pages, unless the form wants them together."""
    inner = [child for child in node.children if child.kind != "question" or is_asked(child)]
    return (
        node.kind == "group"
        and "field-list" not in words(node)
        and len(inner) > 1
        and all(child.kind == "group" for child in inner)
    )


def words(node: Node) -> frozenset[str]:
    """The words of a node's appearance."""
    return frozenset(node.appearance.split())


def is_asked(node: Node) -> bool:
    """Whether a question is put to anybody: calculations and hidden answers are not."""
    return node.kind == "question" and bool(node.control) and "hidden" not in words(node)


def stops(node: Node, depth: int = 0, *, as_table: Callable[[Node], bool] | None = None) -> Iterator[Stop]:
    """What stands on the page for `node` at present, from top to bottom; nothing irrelevant is among it.

    `as_table` says which repeats have the room to be tables; without it none is.
    """
    if not node.relevant:
        return
    if node.kind == "question":
        if is_asked(node):
            yield Stop("question", node.field, depth)
    elif node.kind == "repeat":
        yield from _repeat(node, depth, as_table)
    else:
        if depth and node.label:
            yield Stop("heading", node.field, depth)
        for child in node.children:
            yield from stops(child, depth + 1, as_table=as_table)


def _repeat(node: Node, depth: int, as_table: Callable[[Node], bool] | None) -> Iterator[Stop]:
    if as_table is not None and is_table(node) and as_table(node):
        yield Stop("table", node.field, depth)
        return
    for instance in node.children:
        if instance.relevant:
            yield Stop("instance", instance.field, depth + 1)
            for child in instance.children:
                yield from stops(child, depth + 2, as_table=as_table)
    if node.can_add:
        yield Stop("add", node.field, depth)


def is_note(node: Node) -> bool:
    """Whether a question is only read: the form never lets anybody write in it."""
    return node.control == "input" and node.attributes.get("readonly", "") in ALWAYS


def is_table(node: Node) -> bool:
    """Whether the instances of a repeat are narrow enough to be rows: up to eight short answers, added by a person."""
    if not node.can_add:
        return False
    cells = columns(node)
    return 0 < len(cells) <= WIDEST_TABLE and all(_is_narrow(cell) for cell in cells)


def columns(repeat: Node) -> list[Node]:
    """The asked questions of the first instance; nothing where there is no instance or where it holds groups."""
    inner = next((instance.children for instance in repeat.children), [])
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
    last = next(reversed(repeat.children), None) if repeat.can_add else None
    return last.field if last is not None and is_untouched(last) else ""


def instance_of(field: str) -> str:
    """The field of the innermost repeat instance that `field` lies in, empty outside of repeats."""
    end = field.rfind("]")
    return field[: end + 1]


def within(field: str, ancestor: str) -> bool:
    """Whether `field` is `ancestor` or lies in it."""
    return field == ancestor or (field.startswith(ancestor) and field[len(ancestor)] in "/[")
