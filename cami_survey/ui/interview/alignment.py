"""Answers follow what they are about: a repeat counted by ticked choices keeps each answer with its choice.

Forms say `repeat_count = count-selected(animals)` and take the name of instance n from the n-th ticked choice. When a
choice is ticked or taken back in the middle, the names move on by one and the answers would stay: the yaks' number
would become the goats'. Here the answers move with the names, and those of a choice that was taken back are kept until
the interview is closed, in case it was a slip.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cami_survey.ui.interview import flow

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cami_survey.engine.api import Changed, Node
    from cami_survey.operations.interviews import Interview

# Relative path in the instance -> answer.
Answers = dict[str, str]
Held = dict[str, dict[str, Answers]]


class Alignment:
    """Sets an answer so that the counted repeats which hang on it stay in line."""

    def __init__(self, interview: Interview) -> None:
        self._interview = interview
        # Repeat -> code of the instance -> its answers, also of instances that are gone.
        self._kept: Held = {}

    def set(self, field: str, value: str) -> list[Changed]:
        """Give the answer; everything that was changed with it, in order."""
        session = self._interview.session
        if session.node(field).control != "select":
            return [self._interview.set(field, value)]
        before = {repeat.field: _codes(repeat) for repeat in _counted(session.top)}
        held = {repeat.field: _answers(repeat) for repeat in _counted(session.top)}
        for repeat, answers in held.items():
            self._kept.setdefault(repeat, {}).update(answers)
        changes = [self._interview.set(field, value)]
        for node in list(_counted(session.top)):
            if _codes(node) != before.get(node.field):
                changes += self._realign(node)
        return changes

    def _realign(self, repeat: Node) -> Iterator[Changed]:
        for instance, code in zip(repeat.children, _codes(repeat), strict=True):
            wanted = self._kept.get(repeat.field, {}).get(code, {})
            for path, node in list(_leaves(instance, instance.field)):
                answer = wanted.get(path, "")
                if node.text_value != answer:
                    yield self._interview.set(node.field, answer)


def _counted(node: Node) -> Iterator[Node]:
    """The repeats with a count outside of other repeats, whose instances are named by the form."""
    for child in node.children:
        if child.kind == "repeat":
            if not child.can_add and all(_codes(child)):
                yield child
        elif child.kind == "group":
            yield from _counted(child)


def _codes(repeat: Node) -> list[str]:
    """What each instance is about: the first thing that the form calculates in it; empty where there is nothing."""
    return [
        next((child.text_value for child in instance.children[:1] if child.computed), "")
        for instance in repeat.children
    ]


def _answers(repeat: Node) -> dict[str, Answers]:
    return {
        code: {path: node.text_value for path, node in _leaves(instance, instance.field) if node.text_value}
        for instance, code in zip(repeat.children, _codes(repeat), strict=True)
    }


def _leaves(node: Node, instance: str) -> Iterator[tuple[str, Node]]:
    """The asked questions of an instance with their paths in it; repeats inside stay where they are."""
    for child in node.children:
        if flow.is_asked(child) and not flow.is_note(child):
            yield child.field.removeprefix(instance), child
        elif child.kind == "group":
            yield from _leaves(child, instance)
