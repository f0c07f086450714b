"""The running interview: outline, questions and notes between a top line and a footer. Everything by the keyboard."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from cami_survey.base.clock import Clock, system_clock
from cami_survey.base.errors import UserError
from cami_survey.base.texts import _
from cami_survey.engine.api import Problems as Standing
from cami_survey.ui import theme
from cami_survey.ui.interview import digits, flow, reading
from cami_survey.ui.interview.block import AddBlock, Block, InstanceBlock, QuestionBlock, TitleBlock
from cami_survey.ui.interview.column import SIDE, Column
from cami_survey.ui.interview.course import Course
from cami_survey.ui.interview.flow import Stop
from cami_survey.ui.interview.footer import Footer
from cami_survey.ui.interview.frame import Crumbs, Hints, Overlay
from cami_survey.ui.interview.grid import column_heads
from cami_survey.ui.interview.notes import Notes
from cami_survey.ui.interview.outline import Outline
from cami_survey.ui.interview.panels import Jump, Problems
from cami_survey.ui.interview.progress import Pace
from cami_survey.ui.interview.saving import Saver
from cami_survey.ui.interview.table import TableBlock, least_width
from cami_survey.ui.interview.topline import ONE_BY_ONE, PAGE, TopLine, arrow
from cami_survey.ui.kit import Band, Button, Panel

if TYPE_CHECKING:
    from collections.abc import Callable

    from cami_survey.base.notices import Outcome
    from cami_survey.base.settings import Settings
    from cami_survey.engine.api import Changed, Node
    from cami_survey.operations.interviews import Interview, Saved
    from cami_survey.ui.worker import Worker

ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
PUSH_MS, LATER_MS = 250, 60
# Widths in px at 100 % below which a column is folded away.
THREE_COLUMNS, WITH_NOTES, NARROW = 1084, 1000, 800
Value = TypeVar("Value")


class InterviewPage(QWidget):
    """One interview, filled, looked at (`read_only`) or tried out (`preview`, nothing is saved).

    `left` and `finalised` carry the record's id once everything is kept; `outcome` then holds what the operation said.
    `walk_changed` carries the way to walk for the settings.
    """

    left = Signal(str)
    finalised = Signal(str)
    walk_changed = Signal(str)

    def __init__(
        self,
        interview: Interview,
        settings: Settings,
        *,
        worker: Worker | None = None,
        preview: bool = False,
        read_only: bool = False,
        back: str = "",
        clock: Clock = system_clock,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.interview, self.session = interview, interview.session
        self.preview, self.read_only = preview, read_only
        self.outcome: Outcome[Saved] | Outcome[Saved | Standing] | None = None
        self._worker = worker
        self._clock = clock
        self._closing = False
        first, second = reading.choose(
            tuple(interview.form.languages), first=settings.question_language, second=settings.second_language
        )
        self.reading = reading.Reading(first, second, local_digits=settings.digits == "language")
        if self.reading.large and self.session.language != self.reading.large:
            interview.set_language(self.reading.large)
        self.course = Course(self.session, interview.form.title)
        self._single = settings.walk == ONE_BY_ONE
        # The stop shown one by one, and the field the person is at.
        self._stop = ""
        self._here = ""
        self.saver = None if preview or read_only else Saver(interview, worker, clock, self)
        self._make(settings, back or _("Interviews"))
        self._connect()
        answered, _total = self.course.progress()
        self.pace = Pace(answered)
        self._show_reading()
        self._begin(interview.place)

    # Making

    def _make(self, settings: Settings, back: str) -> None:
        self.top = TopLine(self.reading, settings.walk, back)
        self.outline, self.notes = Outline(), Notes()
        self.column = Column(self._build)
        self.problems = Problems()
        self.footer = Footer()
        self.crumbs, self.hints = Crumbs(), Hints()
        self.bands = QVBoxLayout()
        self.bands.setContentsMargins(0, 0, 0, 0)
        self._band: Band | None = None
        self.stack = QStackedWidget()
        self.stack.addWidget(self.column)
        self.stack.addWidget(self.problems)
        self._ground = Panel("background")
        middle = QVBoxLayout(self._ground)
        middle.setContentsMargins(0, 0, 0, 0)
        middle.setSpacing(0)
        middle.addWidget(self.crumbs)
        middle.addWidget(self.stack, 1)
        middle.addWidget(self.hints)
        self._row = QHBoxLayout()
        self._row.setSpacing(0)
        self.outline.hide()
        self.notes.hide()
        self._row.addWidget(self.outline)
        self._row.addWidget(self._ground, 1)
        self._row.addWidget(self.notes)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.top)
        whole.addLayout(self.bands)
        whole.addLayout(self._row, 1)
        whole.addWidget(self.footer)
        self._overlay = Overlay(self)
        self._jump: Jump | None = None
        self._push = QTimer(self, singleShot=True, interval=PUSH_MS)
        self._later = QTimer(self, singleShot=True, interval=LATER_MS)
        if self.read_only:
            self.notes.set_read_only()
            self.footer.saved.show_read_only()
        elif self.preview:
            self.footer.saved.show_preview()

    def _connect(self) -> None:
        self.top.left.connect(self.leave)
        self.top.walked.connect(self.walk)
        self.top.read.connect(self._read)
        self.top.asked_outline.connect(self.show_outline)
        self.top.asked_notes.connect(self.show_notes)
        self.crumbs.asked.connect(self.show_outline)
        self.outline.chosen.connect(self._outline_chosen)
        self.notes.chosen.connect(self.go_to)
        self.notes.commented.connect(self._commented)
        self.notes.left.connect(self._back_from_notes)
        self.problems.chosen.connect(self.go_to)
        self.problems.closed.connect(self._close_problems)
        self.footer.back.connect(lambda: self._press(backwards=True))
        self.footer.next_.connect(lambda: self._press(backwards=False))
        self._push.timeout.connect(self.flush)
        self._later.timeout.connect(self._show_progress)
        if self.saver is not None:
            self.saver.saved.connect(self._saved)
            self.saver.failed.connect(self._failed)
        theme.look.changed.connect(self._look_changed)
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._focus_moved)

    def _build(self, stop: Stop) -> Block:
        """The block of a stop, about to be seen."""
        node = self._node(stop.field)
        block = self._block(stop, node)
        block.answered.connect(self._answered)
        block.typed.connect(self._typed)
        block.refused.connect(self._refused)
        block.finished.connect(self.go_on)
        block.asked.connect(self._repeat_asked)
        if self.read_only:
            block.set_read_only(True)
        told = {field: words for field, words in self.course.told.items() if flow.within(field, stop.field)}
        for field, words in told.items():
            block.tell(field, words)
        return block

    def _block(self, stop: Stop, node: Node) -> Block:
        if stop.kind == "table":
            table = TableBlock(stop, node, self.reading, self.course.node)
            table.moved.connect(lambda: self._arrived(table))
            return table
        if stop.kind == "instance":
            parent = node.parent
            removable = not self.read_only and parent is not None and parent.can_add
            instance = InstanceBlock(stop, node, self.reading, removable=removable)
            instance.show_name(*self.course.instance_name(node, self.reading))
            return instance
        if stop.kind == "add":
            return AddBlock(stop, node, self.reading)
        if stop.kind == "heading":
            return TitleBlock(stop, node, self.reading, page=stop.depth == 0)
        return QuestionBlock(stop, node, self.reading, alone=self._single)

    def _node(self, field: str) -> Node:
        node = self.course.node(field)
        if node is None:
            raise KeyError(field)
        return node

    # Where the person is

    def _begin(self, place: str) -> None:
        number = self.course.page_of(place) if place else -1
        if number < 0 or not self.course.is_asked(number):
            place, number = "", self.course.neighbour(-1)
        self._open(max(number, 0), place)

    def _as_table(self, repeat: Node) -> bool:
        if self._single:
            return False
        heads = column_heads(flow.columns(repeat), self.reading)
        return self.column.width_inside() >= theme.u(least_width([head.least for head in heads]))

    def page_stops(self) -> list[Stop]:
        """Everything on the open page, from top to bottom."""
        return self.course.stops(self.course.at, self._as_table)

    def _open(self, number: int, field: str = "", *, backwards: bool = False) -> None:
        """Open a page at `field`, or at its first or last question."""
        self._close_problems()
        if number != self.course.at or not self.column.stops():
            self.flush()
            self.column.empty()
            self.course.at = number
        self.course.visited_pages.add(number)
        self._show_stops(field, backwards=backwards)
        self._show_progress()
        if self.isVisible():
            self._focus(field, backwards=backwards)

    def _show_stops(self, field: str = "", *, backwards: bool = False) -> None:
        stops = self.page_stops()
        if self._single:
            stops = self._one(stops, field, backwards=backwards)
        number = self.course.at
        page = self.course.pages[number]
        title = [Stop("heading", page.field)] if page.field and self.course.label(number) else []
        self.column.show_stops([*title, *stops])

    def _one(self, stops: list[Stop], field: str, *, backwards: bool) -> list[Stop]:
        """The one stop to show, with the heads above it."""
        walkable = [stop for stop in stops if stop.kind in ("question", "add")]
        keys = [stop.key for stop in walkable]
        wanted = next((stop.key for stop in walkable if field and flow.within(stop.field, field)), "")
        if wanted:
            self._stop = wanted
        elif self._stop not in keys:
            self._stop = (keys[-1] if backwards else keys[0]) if keys else ""
        shown = [stop for stop in stops if stop.key == self._stop]
        heads = [
            stop for stop in stops if stop.kind == "instance" and shown and flow.within(shown[0].field, stop.field)
        ]
        return [*heads, *shown]

    def _focus(self, field: str = "", *, backwards: bool = False) -> None:
        """Bring the focus to `field`, or to where one starts."""
        for stop in self.column.stops():
            if field and stop.kind != "heading" and self._holds(stop, field):
                block = self.column.block(stop.key)
                if isinstance(block, TableBlock) and block.go_to_field(field):
                    self.column.reveal(block)
                    return
                if self.column.go(stop.key):
                    return
        key = self.column.neighbour("", backwards=backwards)
        if not key or not self.column.go(key, backwards=backwards):
            self.footer.next_button.setFocus(Qt.FocusReason.OtherFocusReason)
        elif not field and not backwards:
            self.column.verticalScrollBar().setValue(0)

    @staticmethod
    def _holds(stop: Stop, field: str) -> bool:
        if stop.kind in ("question", "add"):
            return stop.field == field or flow.within(stop.field, field)
        return stop.kind == "table" and flow.within(field, stop.field)

    def go_to(self, field: str) -> None:
        """Go to a question wherever it is."""
        self._overlay.close_over()
        number = self.course.page_of(field)
        if number >= 0:
            self._open(number, field)
            self._focus(field)

    def go_on(self) -> None:
        """Go to the next question."""
        self._go(backwards=False)

    def _go(self, *, backwards: bool) -> None:
        self.flush()
        block = self.column.here()
        if block is not None and block.step(backwards=backwards):
            return
        if self._single:
            self._go_single(backwards=backwards)
            return
        key = self.column.neighbour(block.stop.key if block is not None else "", backwards=backwards)
        if key and block is not None:
            self.column.go(key, backwards=backwards)
        else:
            self._turn(backwards=backwards)

    def _go_single(self, *, backwards: bool) -> None:
        keys = [stop.key for stop in self.page_stops() if stop.kind in ("question", "add")]
        at = keys.index(self._stop) if self._stop in keys else -1
        to = at + (-1 if backwards else 1)
        if 0 <= to < len(keys):
            self._judge_here()
            self._stop = keys[to]
            self._show_stops()
            self._show_later()
            self.column.verticalScrollBar().setValue(0)
            self._focus()
        else:
            self._turn(backwards=backwards)

    def _turn(self, *, backwards: bool) -> None:
        """Go to the next or previous page; at the end, to the button that finishes."""
        self.flush()
        number = self.course.neighbour(self.course.at, backwards=backwards)
        if number >= 0:
            self._judge_here()
            self._stop = ""
            self._open(number, backwards=backwards)
        elif not backwards:
            self.footer.next_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def _press(self, *, backwards: bool) -> None:
        """A button of the footer: a page further, or one question; at the end, finish."""
        self.flush()
        listing = self.stack.currentWidget() is self.problems
        if listing and backwards:
            self._close_problems()
        elif not backwards and (listing or self._is_last()):
            self.finish()
        elif self._single:
            self._go_single(backwards=backwards)
        else:
            self._turn(backwards=backwards)

    def _is_last(self) -> bool:
        if self.course.neighbour(self.course.at) >= 0:
            return False
        if not self._single:
            return True
        keys = [stop.key for stop in self.page_stops() if stop.kind in ("question", "add")]
        return not keys or self._stop == keys[-1]

    def _outline_chosen(self, name: str) -> None:
        self._overlay.close_over()
        kind, _gap, rest = name.partition(" ")
        self.flush()
        if kind == "page":
            self._judge_here()
            self._stop = ""
            self._open(int(rest))
            self._focus()
        else:
            self.go_to(rest)

    # Focus

    def _focus_moved(self, _old: QWidget | None, new: QWidget | None) -> None:
        if new is None or not self.column.isAncestorOf(new):
            return
        block = self.column.block_of(new)
        if block is not None:
            self._arrived(block)

    def _arrived(self, block: Block) -> None:
        """The person is at another question now: say what is wrong with the one that was left."""
        field = block.field
        if field == self._here:
            return
        self.flush()
        self._judge_here()
        self._here = field
        self.course.visited.add(field)
        self.interview_place(field)
        node = self.course.node(field)
        about = self.course.question(node) if node is not None else ""
        self.notes.show_comment(field, about, self.interview.comments.get(field, ""))
        self._show_later()

    def interview_place(self, field: str) -> None:
        """Keep where the person is."""
        if self.saver is not None:
            self.interview.place = field

    def _judge_here(self) -> None:
        """The question that had the focus is left."""
        if self._here and not self.read_only:
            self._tell(self._here, self.course.judge(self._here))

    def _tell(self, field: str, words: str) -> None:
        if not self.course.mark_told(field, words):
            return
        for block in self.column.blocks():
            if block.stop.field == field or (block.stop.kind == "table" and flow.within(field, block.stop.field)):
                block.tell(field, words)
        self._show_later()

    # Answers

    def _answered(self, field: str, value: str) -> None:
        if self.read_only:
            return
        self._take(self.interview.set(field, value))
        self.pace.tick(time.monotonic())
        self._tell_again(field)

    def _take(self, changed: Changed) -> None:
        """Show what a change changed, and nothing else."""
        fields = {node.field for ref in changed.refs if (node := self.course.node(ref)) is not None}
        fields.update(changed.values)
        self.course.touched(fields)
        self._show_stops()
        for block in list(self.column.blocks()):
            if self._concerns(block.stop, fields):
                self._refresh(block)
        for field in [told for told in self.course.told if told in fields]:
            self._tell_again(field)
        self._show_later()

    @staticmethod
    def _concerns(stop: Stop, fields: set[str]) -> bool:
        if stop.kind in ("table", "instance"):
            return any(flow.within(field, stop.field) for field in fields)
        return stop.field in fields

    def _refresh(self, block: Block) -> None:
        node = self.course.node(block.stop.field)
        if node is None:
            return
        block.show_node(node, self.reading)
        if isinstance(block, InstanceBlock):
            block.show_name(*self.course.instance_name(node, self.reading))

    def _tell_again(self, field: str) -> None:
        """What was said to be wrong is said until it is right."""
        if field in self.course.told:
            self._tell(field, self.course.judge(field))

    def _typed(self) -> None:
        if not self._push.isActive():
            self._push.start()

    def _refused(self, field: str, words: str) -> None:
        for block in self.column.blocks():
            if block.stop.field == field or (block.stop.kind == "table" and flow.within(field, block.stop.field)):
                block.tell(field, words)

    def flush(self) -> None:
        """Hand over everything that is typed."""
        self._push.stop()
        for block in self.column.blocks():
            block.flush()
        self.notes.flush()

    def _repeat_asked(self, act: str, field: str) -> None:
        if self.read_only:
            return
        self.flush()
        if act == "add":
            self._add(field)
        else:
            self._remove(field)

    def _add(self, repeat: str) -> None:
        self._take(self.interview.add_repeat(repeat))
        self._refresh_repeat(repeat)
        node = self._node(repeat)
        if node.children:
            self.go_to(node.children[-1].field)

    def _remove(self, instance: str) -> None:
        node = self.course.node(instance)
        if node is None or node.parent is None:
            return
        repeat = node.parent.field
        place = [one.field for one in node.parent.children].index(instance)
        for field in [told for told in self.course.told if flow.within(told, instance)]:
            self.course.mark_told(field, "")
        self._here = ""
        self._take(self.interview.remove_repeat(instance))
        self._refresh_repeat(repeat)
        left = self._node(repeat).children
        self.go_to(left[min(place, len(left) - 1)].field if left else repeat)

    def _refresh_repeat(self, repeat: str) -> None:
        self.course.count_anew()
        for block in list(self.column.blocks()):
            if flow.within(block.stop.field, repeat):
                self._refresh(block)

    def add_here(self) -> None:
        """Add a row to the repeat the person is in, or to the last one on the page that takes rows."""
        stops = [stop for stop in self.page_stops() if stop.kind in ("table", "add")]
        inside = [stop for stop in stops if self._here and flow.within(self._here, stop.field)]
        found = inside or [stop for stop in stops if self._after_here(stop)] or stops
        if found and not self.read_only:
            self.flush()
            self._add(found[0].field)

    def _after_here(self, stop: Stop) -> bool:
        keys = [one.key for one in self.page_stops()]
        block = self.column.here()
        return block is None or block.stop.key not in keys or keys.index(stop.key) >= keys.index(block.stop.key)

    # Languages and ways to walk

    def _read(self, shown: reading.Shown) -> None:
        self.flush()
        self.reading = replace(self.reading, shown=shown)
        self._turn_language()

    def turn_language(self) -> None:
        """First, both, second, and round again."""
        self.flush()
        self.reading = self.reading.turned()
        self._turn_language()

    def _turn_language(self) -> None:
        if self.session.language != self.reading.large:
            self.interview.set_language(self.reading.large)
        self.course.count_anew()
        self._show_reading()
        for block in list(self.column.blocks()):
            self._refresh(block)
        for field in list(self.course.told):
            self._tell(field, self.course.judge(field))
        self.column.relay()
        here = self.column.here()
        if here is not None:
            self.column.reveal(here)
        self._show_progress()

    def _show_reading(self) -> None:
        self.setLayoutDirection(self.reading.direction)
        self.top.show_reading(self.reading)
        rtl = self.reading.right_to_left
        self.footer.back_button.icon_name = arrow(True, rtl=rtl)
        if self.footer.next_button.icon_after:
            self.footer.next_button.icon_after = arrow(False, rtl=rtl)

    def walk(self, way: str) -> None:
        """Walk page by page or question by question."""
        single = way == ONE_BY_ONE
        if single == self._single:
            return
        self.flush()
        field = self._here
        self._single = single
        self.top.walk.choose(way)
        self.column.empty()
        self._show_stops(field)
        self._fold()
        self._show_progress()
        self._focus(field)
        self.walk_changed.emit(way)

    # Around the questions

    def _show_later(self) -> None:
        if not self._later.isActive():
            self._later.start()

    def _show_progress(self) -> None:
        self._later.stop()
        answered, total = self.course.progress()
        self.footer.show_progress(answered, total, self.pace.minutes_left(answered, total))
        rtl = self.reading.right_to_left
        finish = _("Close") if self.read_only else _("Finish")
        listing = self.stack.currentWidget() is self.problems
        self.footer.show_last(last=self._is_last() or listing, finish=finish, arrow=arrow(False, rtl=rtl))
        self.footer.back_button.setEnabled(listing or self._has_before())
        inner = [stop for stop in self.page_stops() if stop.kind == "instance"]
        items, done = self.course.outline(self.reading, inner)
        self.outline.show_items(items, f"page {self.course.at}", done)
        self.notes.show_back(self.course.come_back(self.reading))
        number = self.course.at
        tally = self.course.tally(number)
        small = self.course.small_label(number, self.reading)
        self.crumbs.show_place(
            " · ".join(part for part in (self.course.label(number), small) if part), *self._place_on_page(), tally
        )
        self.top.show_interview(self._code(), self.interview.form.title)

    def _has_before(self) -> bool:
        if self.course.neighbour(self.course.at, backwards=True) >= 0:
            return True
        keys = [stop.key for stop in self.page_stops() if stop.kind in ("question", "add")]
        return self._single and bool(keys) and self._stop != keys[0]

    def _place_on_page(self) -> tuple[int, int]:
        keys = [stop.key for stop in self.page_stops() if stop.kind in ("question", "add")]
        return (keys.index(self._stop) + 1 if self._stop in keys else 0), len(keys)

    def _code(self) -> str:
        return self.interview.summary().code or _("New interview")

    def _saved(self, at: str) -> None:
        locale = self.reading.locale
        words = digits.local(at, locale) if self.reading.local_digits else at
        self.footer.saved.show_time(words)
        self.crumbs.saved.show_time(words)
        self._clear_band()

    def _failed(self, error: UserError) -> None:
        self.footer.saved.show_failed()
        self.crumbs.saved.show_failed()
        self._clear_band()
        advice = error.advice or _("Your answers stay on the screen. Free some space, then save again.")
        band = Band("error", error.sentence, advice, closable=False)
        again = Button(_("Save again"))
        again.clicked.connect(self.save_again)
        band.add_action(again)
        self._band = band
        self.bands.addWidget(band)

    def save_again(self) -> None:
        """Try to write what could not be written."""
        if self.saver is not None:
            self.saver.retry()

    def _clear_band(self) -> None:
        if self._band is not None:
            self._band.hide()
            self._band.deleteLater()
            self._band = None

    def _commented(self, field: str, words: str) -> None:
        if not self.read_only:
            self.interview.comment(field, words)

    def mark_here(self) -> None:
        """Mark the question to come back to, or no longer."""
        marked = self.course.marked
        if self._here in marked:
            marked.remove(self._here)
        elif self._here:
            marked.append(self._here)
        self._show_later()

    def _look_changed(self) -> None:
        for block in list(self.column.blocks()):
            self._refresh(block)
        self._fold()

    # Columns

    def _fold(self) -> None:
        width = self.width()
        three, notes, narrow = (
            theme.fits(width, THREE_COLUMNS),
            theme.fits(width, WITH_NOTES),
            not theme.fits(width, NARROW),
        )
        self._overlay.close_over()
        self.outline.setVisible(three)
        self.notes.setVisible(notes)
        for column, units in ((self.outline, theme.OUTLINE), (self.notes, theme.NOTES)):
            column.setFixedWidth(theme.u(units))
        self.top.fold(outline=not three, notes=not notes, narrow=narrow)
        self.footer.fold(narrow=narrow)
        self.crumbs.setVisible(narrow)
        self.hints.setVisible(self._single and not self.read_only)
        side = self.column.width_inside() if self.column.isVisible() else 0
        self.crumbs.layout_sides(max((self._ground.width() - side) // 2, SIDE) if side else SIDE)

    def show_outline(self) -> None:
        """Go to the outline, over the questions where it is folded."""
        if not theme.fits(self.width(), THREE_COLUMNS):
            self._overlay.open_over(self.outline, start=True)
        self.outline.focus_current()

    def show_notes(self) -> None:
        """Go to the comment on the question in hand."""
        self.flush()
        if not theme.fits(self.width(), WITH_NOTES):
            self._overlay.open_over(self.notes, start=False)
        self.notes.comment.setFocus(Qt.FocusReason.OtherFocusReason)

    def _back_from_notes(self) -> None:
        self._overlay.close_over()
        self._focus(self._here)

    def jump(self) -> None:
        """Find a question by typing a part of it."""
        self.flush()
        if self._jump is None:
            self._jump = Jump(self)
            self._jump.picked.connect(self.go_to)
        self._jump.open_over(self, self.course.questions(self.reading))

    # Ending

    def finish(self) -> None:
        """Make the interview final, or list everything that stands in the way."""
        self.flush()
        if self.read_only:
            self.leave()
            return
        self._judge_here()
        if self.session.problems():
            self._show_problems()
            return
        self._end(self.interview.finalise, self._finished)

    def _show_problems(self) -> None:
        troubles = self.course.troubles(self.reading)
        for trouble in troubles:
            self._tell(trouble.field, trouble.words)
        self.stack.setCurrentWidget(self.problems)
        self.problems.show_troubles(troubles)
        self._show_progress()

    def _close_problems(self) -> None:
        if self.stack.currentWidget() is self.problems:
            self.stack.setCurrentWidget(self.column)
            self._show_progress()
            self._focus(self._here)

    def _finished(self, outcome: Outcome[Saved | Standing]) -> None:
        self.outcome = outcome
        if isinstance(outcome.value, Standing):
            self._show_problems()
        else:
            self.finalised.emit(outcome.value.record)

    def leave(self) -> None:
        """Save and go back."""
        if self._closing:
            return
        self.flush()
        if self.read_only or self.preview:
            self.left.emit(self.interview.record)
            return
        self._end(self.interview.leave, self._is_left)

    def _is_left(self, outcome: Outcome[Saved]) -> None:
        self.outcome = outcome
        self.left.emit(outcome.value.record)

    def _end(self, work: Callable[[], Outcome[Value]], then: Callable[[Outcome[Value]], object]) -> None:
        """Do the last thing after everything that is still being written."""
        self._closing = True
        if self._worker is None:
            try:
                outcome = work()
            except UserError as error:
                self._not_ended(error)
            else:
                self._closing = False
                then(outcome)
            return
        self.setEnabled(False)
        self._worker.run(work, lambda outcome: self._ended(outcome, then), receiver=self, failed=self._not_ended)

    def _ended(self, outcome: Outcome[Value], then: Callable[[Outcome[Value]], object]) -> None:
        self._closing = False
        self.setEnabled(True)
        then(outcome)

    def _not_ended(self, error: UserError) -> None:
        self._closing = False
        self.setEnabled(True)
        self._failed(error)
        self._focus(self._here)

    # Keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self._take_key(event):
            super().keyPressEvent(event)

    def _take_key(self, event: QKeyEvent) -> bool:
        key, held = Qt.Key(event.key()), event.modifiers()
        control = bool(held & Qt.KeyboardModifier.ControlModifier)
        if key in ENTER:
            if control:
                self.add_here()
            else:
                self._go(backwards=bool(held & Qt.KeyboardModifier.ShiftModifier))
            return True
        acts = {
            (Qt.Key.Key_J, True): self.jump,
            (Qt.Key.Key_L, True): self.turn_language,
            (Qt.Key.Key_D, True): self.mark_here,
            (Qt.Key.Key_F2, False): self.show_notes,
            (Qt.Key.Key_F3, False): self.show_outline,
            (Qt.Key.Key_F7, False): lambda: self.walk(PAGE if self._single else ONE_BY_ONE),
            (Qt.Key.Key_PageDown, False): lambda: self._turn(backwards=False),
            (Qt.Key.Key_PageUp, False): lambda: self._turn(backwards=True),
            (Qt.Key.Key_Escape, False): self._escape,
        }
        act = acts.get((key, control))
        if act is None:
            return False
        act()
        return True

    def _escape(self) -> None:
        if self._overlay.is_open():
            self._overlay.close_over()
            self._focus(self._here)
        elif self.stack.currentWidget() is self.problems:
            self._close_problems()
        else:
            self.leave()

    # Qt

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fold()
        self.column.relay()
        self._show_stops(self._here)

    def showEvent(self, event: QShowEvent) -> None:
        self._fold()
        self._show_stops(self._here)
        self._show_progress()
        if self.column.here() is None:
            self._focus(self._here or self.interview.place)

    def sizeHint(self) -> QSize:
        return QSize(theme.u(1200), theme.u(800))
