"""The pages of a form and the questions on them: what is put to a person, and where."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cami_survey.engine.api import Node, Session

# Where a form says so of a question, nobody ever writes in it.
ALWAYS = frozenset({"true()", "true", "1"})
# The appearance of a question that only gives a grid its heads.
GRID_HEAD = "label"
SELECTS = frozenset({"select", "select1"})


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the form. `field` is its group, empty for questions that stand outside of every group."""

    field: str
    members: tuple[str, ...]


def pages_of(session: Session) -> tuple[Page, ...]:
    """The pages of an interview. A form that asks nothing has one page all the same."""
    return pages(session.top, lists="pages" in session.form.body_class) or (Page("", ()),)


def pages(root: Node, *, lists: bool = False) -> tuple[Page, ...]:
    """The pages under `root`: one per group or repeat, one for each run of questions outside of groups.

    With `lists`, as a form of the style "pages" wishes, every group of the appearance field-list is one, however deep.
    """
    own = root.field if root.kind == "group" else ""
    found: list[Page] = []
    loose: list[str] = []
    for node in root.children:
        if node.kind == "question":
            if is_asked(node):
                loose.append(node.field)
            continue
        if loose:
            found.append(Page(own, tuple(loose)))
            loose = []
        if node.kind == "repeat" or _asks(node):
            split = _is_chapter(node) or (lists and _holds_list(node))
            found += pages(node, lists=lists) if split else [Page(node.field, (node.field,))]
    if loose:
        found.append(Page(own, tuple(loose)))
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


def _holds_list(node: Node) -> bool:
    """Whether a group that is none itself holds a field-list."""
    if node.kind != "group" or "field-list" in words(node):
        return False
    inner = [child for child in node.children if child.kind == "group"]
    return any("field-list" in words(child) or _holds_list(child) for child in inner)


def words(node: Node) -> frozenset[str]:
    """The words of a node's appearance."""
    return _split(node.appearance)


@lru_cache(maxsize=1024)
def _split(appearance: str) -> frozenset[str]:
    return frozenset(appearance.split())


def is_asked(node: Node) -> bool:
    """Whether a question is put to anybody: calculations, hidden answers and the heads of a grid are not."""
    control = node.control
    if not control or node.kind != "question":
        return False
    wanted = words(node)
    return "hidden" not in wanted and not (GRID_HEAD in wanted and control in SELECTS)


def is_grid_head(node: Node) -> bool:
    """Whether a question only shows the words of its choices over those of a grid."""
    return node.control in SELECTS and GRID_HEAD in words(node)


def is_note(node: Node) -> bool:
    """Whether a question is only read: the form never lets anybody write in it."""
    return node.control == "input" and node.attributes.get("readonly", "") in ALWAYS
