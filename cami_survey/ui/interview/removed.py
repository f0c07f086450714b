"""What was taken out of a repeat, to be brought back as it was."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cami_survey.operations.chapters import is_asked

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cami_survey.engine.api import Changed, Node
    from cami_survey.operations.interviews import Interview


@dataclass(frozen=True, slots=True)
class Removed:
    """An instance of a repeat with its answers; fields are relative to it, `inner` holds what its repeats held."""

    repeat: str
    answers: tuple[tuple[str, str], ...]
    inner: tuple[tuple[str, tuple[Removed, ...]], ...]


def remember(instance: Node, repeat: str) -> Removed:
    """Everything that was answered in `instance`, before it goes."""
    own = list(_inside(instance))
    answers = [(_relative(node, instance), node.text_value) for node in own if is_asked(node) and node.text_value]
    inner = [
        (name, tuple(remember(one, name) for one in node.children))
        for node in own
        if node.kind == "repeat" and (name := _relative(node, instance))
    ]
    return Removed(repeat, tuple(answers), tuple(inner))


def bring_back(interview: Interview, removed: Removed, around: str = "") -> Iterator[Changed]:
    """Add what was taken out, as the last of its repeat. What is done is done step by step, as one goes through it."""
    repeat = around + removed.repeat
    yield interview.add_repeat(repeat)
    yield from _refill(interview, removed, interview.session.node(repeat).children[-1].field)


def _refill(interview: Interview, removed: Removed, instance: str) -> Iterator[Changed]:
    for path, answer in removed.answers:
        yield interview.set(instance + path, answer)
    for path, kept in removed.inner:
        begun = interview.session.node(instance + path)
        # What the form itself begins with, or counts, is there already.
        for at, one in enumerate(kept):
            if at < len(begun.children):
                yield from _refill(interview, one, begun.children[at].field)
            elif begun.can_add:
                yield from bring_back(interview, one, instance)
        for extra in begun.children[len(kept) :] if begun.can_add else ():
            yield interview.remove_repeat(extra.field)


def _relative(node: Node, instance: Node) -> str:
    return node.field.removeprefix(instance.field)


def _inside(node: Node) -> Iterator[Node]:
    """The questions and repeats of an instance; what lies in those repeats is theirs."""
    for child in node.children:
        if child.kind == "group":
            yield from _inside(child)
        else:
            yield child
