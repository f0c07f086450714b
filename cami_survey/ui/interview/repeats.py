"""The instances of repeats on the page: added, taken out, brought back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from cami_survey.ui.interview import flow
from cami_survey.ui.interview.block import AddBlock
from cami_survey.ui.interview.removed import Removed, bring_back, remember
from cami_survey.ui.interview.table import TableBlock

if TYPE_CHECKING:
    from cami_survey.ui.interview.questions import Questions


class Repeats(QObject):
    """`go_to` carries a field to go to after an instance came or went, `changed` an act ("add", "remove") and its node.

    `removed` carries the name of the instance with answers that was taken out last and can be brought back, empty once
    there is none.
    """

    go_to = Signal(str)
    removed = Signal(str)
    changed = Signal(str, str)

    def __init__(self, questions: Questions) -> None:
        super().__init__(questions)
        self._questions = questions
        # Whether nothing was done since an instance was taken out.
        self.just_removed = False
        # What was taken out with its answers, with its name, the last one behind.
        self._taken_out: list[tuple[str, Removed]] = []

    def add(self, repeat: str) -> None:
        """Add an instance at the end and go there."""
        self._questions.take([self._questions.interview.add_repeat(repeat)], grown=repeat)
        node = self._questions.course.node(repeat)
        if node is not None and (instance := node.instance(-1)) is not None:
            self.changed.emit("add", instance.ref)
            self.go_to.emit(instance.field)

    def remove(self, instance: str) -> None:
        """Take an instance out with its answers."""
        node = self._questions.course.node(instance)
        if node is None or node.parent is None:
            return
        repeat = node.parent.field
        place = [one.field for one in node.parent.children].index(instance)
        name = self._questions.course.instance_name(node, self._questions.reading)[0]
        kept = None if flow.is_untouched(node) else remember(node, repeat)
        for field in [told for told in self._questions.course.told if flow.within(told, instance)]:
            self._questions.course.mark_told(field, "")
        self._questions.here = ""
        self.changed.emit("remove", node.ref)
        self._questions.take([self._questions.interview.remove_repeat(instance)], grown=repeat)
        left = self._questions.course.session.node(repeat).children
        self.go_to.emit(left[min(place, len(left) - 1)].field if left else repeat)
        if kept is not None:
            self._taken_out.append((name, kept))
            self.just_removed = True
            self.removed.emit(name)

    @property
    def can_bring_back(self) -> bool:
        """Whether something that was taken out has a place to come back to."""
        node = self._questions.course.node
        self._taken_out = [(name, kept) for name, kept in self._taken_out if node(kept.repeat) is not None]
        return bool(self._taken_out)

    def bring_back(self) -> None:
        """Bring the instance back that was taken out last, as the last one of its repeat."""
        if not self.can_bring_back:
            return
        _name, taken_out = self._taken_out.pop()
        self.just_removed = bool(self._taken_out)
        self._questions.flush()
        self._questions.take(list(bring_back(self._questions.interview, taken_out)))
        self.removed.emit(self._taken_out[-1][0] if self.can_bring_back else "")
        node = self._questions.course.node(taken_out.repeat)
        if node is not None and (instance := node.instance(-1)) is not None:
            self.go_to.emit(instance.field)

    def remove_here(self) -> bool:
        """Take out the instance one is in; beside the way to add, the last one if it is empty. Whether one was."""
        block = self._questions.column.here()
        if block is None or self._questions.read_only:
            return False
        beside = isinstance(block, AddBlock) or (isinstance(block, TableBlock) and block.add.hasFocus())
        instance = self._untouched(block.stop.field) if beside else self._open_instance(block.field)
        if instance:
            self._questions.flush()
            self.remove(instance)
        return bool(instance)

    def _untouched(self, repeat: str) -> str:
        node = self._questions.course.node(repeat)
        return flow.last_untouched(node) if node is not None else ""

    def _open_instance(self, field: str) -> str:
        """The innermost instance around `field` that a person can add and remove, empty if there is none."""
        instance = flow.instance_of(field)
        while instance:
            node = self._questions.course.node(instance)
            if node is not None and node.parent is not None and node.parent.can_add:
                return instance
            instance = flow.instance_of(instance.rpartition("/")[0])
        return ""

    def add_here(self) -> None:
        """Add a row to the repeat the person is in, else to the next one on the page that takes rows."""
        stops = self._questions.known_stops
        taking = [stop for stop in stops if stop.kind in ("table", "add")]
        inside = [stop for stop in taking if self._questions.here and flow.within(self._questions.here, stop.field)]
        block = self._questions.column.here()
        keys = [stop.key for stop in stops]
        at = keys.index(block.stop.key) if block is not None and block.stop.key in keys else 0
        found = inside or [stop for stop in taking if keys.index(stop.key) >= at] or taking
        if found and not self._questions.read_only:
            self._questions.flush()
            self.add(found[0].field)
