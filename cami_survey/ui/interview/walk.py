"""Walking through an interview: page by page or one question at a time, by keys, outline, jump and buttons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from cami_survey.ui.interview import flow
from cami_survey.ui.interview.matrix import MatrixBlock
from cami_survey.ui.interview.table import TableBlock

if TYPE_CHECKING:
    from cami_survey.ui.interview.course import Course
    from cami_survey.ui.interview.flow import Stop
    from cami_survey.ui.interview.questions import Questions


class Walk(QObject):
    """Moves the focus. `moved` follows every step to another page or question, `ended` a step past the last one.

    `jumped` comes before a step to anywhere but the neighbour.
    """

    moved = Signal()
    ended = Signal()
    jumped = Signal()

    def __init__(self, questions: Questions, course: Course, parent: QObject) -> None:
        super().__init__(parent)
        self.questions, self._course = questions, course
        self._column = questions.column
        questions.finished.connect(lambda: self.go(backwards=False))
        questions.repeats.go_to.connect(self.go_to)

    def begin(self, place: str) -> None:
        """Open the page where the person was, or the first one; the focus comes with `focus`."""
        number = self._course.page_of(place) if place else -1
        if number < 0 or not self._course.is_asked(number):
            place, number = "", self._course.neighbour(-1)
        self._show(max(number, 0), place)
        self.questions.here = place

    def open(self, number: int, field: str = "", *, backwards: bool = False) -> None:
        """Open a page at `field`, or at its first or last question."""
        self._show(number, field, backwards=backwards)
        self.moved.emit()
        self.focus(field, backwards=backwards)

    def _show(self, number: int, field: str, *, backwards: bool = False) -> None:
        if number != self._course.at or not self._column.stops():
            self.questions.flush()
            self.questions.judge_here()
            self.questions.here = ""
            self._column.empty()
            self._course.at = number
            self.questions.alone = ""
        self._course.visited_pages.add(number)
        self.questions.show_stops(field, backwards=backwards)

    def focus(self, field: str = "", *, backwards: bool = False) -> None:
        """Bring the focus to `field`, else to where one starts."""
        if field and any(self._focus_stop(stop, field) for stop in self._stops_at(field)):
            return
        key = self._column.neighbour("", backwards=backwards)
        if not key or not self._column.go(key, backwards=backwards):
            self.ended.emit()
        elif not backwards:
            self._column.show_top(key)

    def _stops_at(self, field: str) -> list[Stop]:
        """The stops that may be meant: quickly told apart, since there may be thousands."""
        stops = self._column.stops_from(f"instance {field}")
        return [stop for stop in stops if stop.kind in ("table", "grid") or stop.field.startswith(field)]

    def _focus_stop(self, stop: Stop, field: str) -> bool:
        if stop.kind in ("table", "grid") and stop.holds(field):
            table = self._column.block(stop.key)
            if isinstance(table, TableBlock | MatrixBlock) and table.go_to_field(field):
                self._column.reveal(table)
                return True
        if stop.kind == "grid" and any(flow.within(row, field) for row in stop.rows):
            return self._column.go(stop.key)
        if stop.kind in ("question", "add", "table") and flow.within(stop.field, field):
            return self._column.go(stop.key)
        return False

    def jump_to(self, field: str) -> None:
        """Go to a question that the person has chosen from a list."""
        self.jumped.emit()
        self.go_to(field)

    def go_to(self, field: str) -> None:
        """Go to a question, a cell or an instance, wherever it is."""
        number = self._course.page_of(field)
        if number >= 0:
            self.open(number, field)

    def go(self, *, backwards: bool) -> None:
        """Go to the next question, or the one before; from the last to the next page."""
        self.questions.flush()
        block = self._column.here()
        if block is not None and block.step(backwards=backwards):
            return
        if self.questions.single:
            self.step(backwards=backwards)
            return
        key = self._column.neighbour(block.stop.key, backwards=backwards) if block is not None else ""
        if key:
            self._column.go(key, backwards=backwards)
        else:
            self.turn(backwards=backwards)

    def step(self, *, backwards: bool) -> None:
        """One by one: show the next question, or the one before."""
        keys = self.questions.walkable()
        at = keys.index(self.questions.alone) if self.questions.alone in keys else -1
        to = at + (-1 if backwards else 1)
        if not 0 <= to < len(keys):
            self.turn(backwards=backwards)
            return
        self.questions.judge_here()
        self.questions.alone = keys[to]
        self.questions.show_stops()
        self._column.verticalScrollBar().setValue(0)
        self.moved.emit()
        self.focus()

    def turn(self, *, backwards: bool) -> None:
        """Go to the next or previous page that is asked."""
        self.questions.flush()
        number = self._course.neighbour(self._course.at, backwards=backwards)
        if number >= 0:
            self.questions.alone = ""
            self.open(number, backwards=backwards)
        elif not backwards:
            self.ended.emit()

    def press(self, *, backwards: bool) -> None:
        """A button: a page further or back, or one question."""
        self.questions.flush()
        if self.questions.single:
            self.step(backwards=backwards)
        else:
            self.turn(backwards=backwards)

    def change(self, *, single: bool) -> None:
        """Walk the other way from here."""
        self.questions.flush()
        field = self.questions.here
        self.questions.single = single
        self._column.empty()
        self.questions.show_stops(field)
        self.moved.emit()
        self.focus(field)

    # Where one is

    def is_last(self) -> bool:
        """Whether there is nothing after this."""
        if self._course.neighbour(self._course.at) >= 0:
            return False
        if not self.questions.single:
            return True
        keys = self.questions.walkable()
        return not keys or self.questions.alone == keys[-1]

    def is_first(self) -> bool:
        """Whether there is nothing before this."""
        if self._course.neighbour(self._course.at, backwards=True) >= 0:
            return False
        if not self.questions.single:
            return True
        keys = self.questions.walkable()
        return not keys or self.questions.alone == keys[0]

    def place(self) -> tuple[int, int]:
        """One by one: which question of the page this is, and of how many; 0 when the whole page is seen."""
        if not self.questions.single:
            return 0, 0
        keys = self.questions.walkable()
        return (keys.index(self.questions.alone) + 1 if self.questions.alone in keys else 0), len(keys)
