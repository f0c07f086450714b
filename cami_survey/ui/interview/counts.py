"""How many questions are asked and answered: an instance of a repeat is counted anew when something in it changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cami_survey.operations.progress import Tally, added, tally
from cami_survey.ui.interview import flow

if TYPE_CHECKING:
    from cami_survey.engine.api import Node
    from cami_survey.ui.interview.course import Course


class Counts:
    """Keeps the tally of each instance and, for a repeat, of all its instances together."""

    def __init__(self, course: Course) -> None:
        self._course = course
        self._instances: dict[str, Tally] = {}
        # Repeat -> its instances together, but for those that wait to be counted again.
        self._totals: dict[str, Tally] = {}
        self._waiting: dict[str, set[str]] = {}

    def count(self, node: Node) -> Tally:
        """The questions below a node."""
        if node.kind == "question" or not node.relevant:
            return tally(node, self._course.told)
        if node.kind == "repeat":
            return self._repeat(node)
        if node.kind == "repeat_instance":
            return self.instance(node)
        return added(map(self.count, node.children))

    def _repeat(self, repeat: Node) -> Tally:
        field = repeat.field
        waiting = self._waiting.pop(field, set())
        if field in self._totals:
            nodes = [node for name in waiting if (node := self._course.node(name)) is not None]
            self._totals[field] += added(map(self.instance, nodes))
        else:
            self._totals[field] = added(map(self.instance, repeat.children))
        return self._totals[field]

    def instance(self, instance: Node) -> Tally:
        """The questions in an instance."""
        field = instance.field
        if field not in self._instances:
            self._instances[field] = tally(instance, self._course.told)
        return self._instances[field]

    def forget(self, instance: str) -> None:
        """Something in an instance changed, it came or it went."""
        repeat = instance.rpartition("[")[0]
        before = self._instances.pop(instance, Tally())
        if repeat in self._totals:
            waiting = self._waiting.setdefault(repeat, set())
            if instance not in waiting:
                self._totals[repeat] -= before
                waiting.add(instance)

    def forget_in(self, field: str) -> None:
        """Something changed that repeats lie in: all their instances are counted again."""
        for repeat in [known for known in self._totals if flow.within(known, field)]:
            del self._totals[repeat]
            self._waiting.pop(repeat, None)
            for instance in [known for known in self._instances if known.rpartition("[")[0] == repeat]:
                del self._instances[instance]

    def clear(self) -> None:
        """Nothing that was counted holds."""
        self._instances.clear()
        self._totals.clear()
        self._waiting.clear()


def place_of(instance: Node) -> int:
    """Which of its repeat an instance is, from 1 on."""
    ref = instance.ref
    return int(ref[ref.rfind("[") + 1 : -1])
