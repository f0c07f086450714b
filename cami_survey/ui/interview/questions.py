"""The questions of the open page: an answer goes to the interview, and what it changes comes back to the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QTextEdit, QWidget

from cami_survey.base.texts import _
from cami_survey.ui import theme
from cami_survey.ui.interview import flow
from cami_survey.ui.interview.block import AddBlock, Block, InstanceBlock, QuestionBlock
from cami_survey.ui.interview.column import Column
from cami_survey.ui.interview.flow import Stop
from cami_survey.ui.interview.grid import column_heads
from cami_survey.ui.interview.headings import FoldBlock, TitleBlock
from cami_survey.ui.interview.matrix import MatrixBlock, grid_fits
from cami_survey.ui.interview.repeats import Repeats
from cami_survey.ui.interview.table import TableBlock, least_width

if TYPE_CHECKING:
    from cami_survey.engine.api import Changed, Node
    from cami_survey.operations.interviews import Interview
    from cami_survey.ui.interview.course import Course
    from cami_survey.ui.interview.files import Files, Incoming
    from cami_survey.ui.interview.message import Tone
    from cami_survey.ui.interview.reading import Reading

# Typed text is handed over this long after its first letter; a save is due within a second of the screen.
PUSH_MS = 250
# How many instances of a repeat the outline holds.
NEAR = 40
# So many of them come and go together.
STEADY = 10


def _written_in(watched: QObject) -> bool:
    """Whether words stand in the field that has the keyboard."""
    if isinstance(watched, QLineEdit):
        return bool(watched.text()) and not watched.isReadOnly()
    return isinstance(watched, QTextEdit | QPlainTextEdit) and bool(watched.toPlainText())


def _is_as_it_was(watched: QObject) -> bool:
    """Whether this is a text in which nothing can be taken back."""
    if isinstance(watched, QLineEdit):
        return not watched.isUndoAvailable()
    return isinstance(watched, QTextEdit | QPlainTextEdit) and not watched.document().isUndoAvailable()


def _names(stops: list[Stop], repeat: str) -> bool:
    """Whether a repeat is named by what stands first on its page."""
    return any(
        stop.field == repeat if stop.kind == "table" else stop.field.rpartition("[")[0] == repeat
        for stop in stops
        if stop.kind in ("table", "instance")
    )


class Questions(QObject):
    """Builds the blocks of the open page and refreshes those, and only those, that a change concerns.

    `arrived` carries the field the person came to, `changed` that something was answered or said to be wrong,
    `finished` asks to go on, `asked_reason` carries the field whose unusual answer is to be kept, `asked_back` asks to
    bring back what was taken out last.
    """

    arrived = Signal(str)
    answered = Signal(str)
    changed = Signal()
    finished = Signal()
    asked_reason = Signal(str)
    asked_back = Signal()

    def __init__(
        self, interview: Interview, course: Course, reading: Reading, *, read_only: bool, single: bool, parent: QObject
    ) -> None:
        super().__init__(parent)
        self.interview, self.course, self.reading = interview, course, reading
        self.read_only, self.single, self.titled = read_only, single, True
        # The stop shown one by one, and the field the person is at.
        self.alone = ""
        self.here = ""
        self.column = Column(self._build, self._renew)
        self.files: Files | None = None
        # Everything on the open page as it was last shown.
        self.known_stops: list[Stop] = []
        # Groups that the form keeps folded and a person opened.
        self._opened: set[str] = set()
        # All stops of the page, and for what they were found.
        self._stops_now: list[Stop] = []
        # The groups among them that can be folded.
        self._folds: list[str] = []
        self._stops_for: tuple[tuple[object, ...], Reading | None] = ((), None)
        self._tables: dict[tuple[str, int, float, str], bool] = {}
        self.repeats = Repeats(self)
        self._push = QTimer(self, singleShot=True, interval=PUSH_MS)
        self._push.timeout.connect(self.flush)
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._focus_moved)

    def use_files(self, files: Files) -> None:
        """Attach files through `files`, and look them up there."""
        self.files = files
        files.kept.connect(self._kept)
        files.refused.connect(self._not_kept)

    def finish_files(self) -> None:
        """Wait for the files that are being attached."""
        if self.files is not None:
            self.files.finish()

    # Building

    def _build(self, stop: Stop) -> Block:
        """The block of a stop, about to be seen."""
        node = self.course.node(stop.field)
        assert node is not None, stop.field
        block = self._block(stop, node)
        block.answered.connect(self._answered)
        block.typed.connect(self._typed)
        block.refused.connect(self._refused)
        block.finished.connect(self.finished)
        block.given.connect(self._given)
        block.asked.connect(self._asked)
        if self.read_only:
            block.set_read_only(True)
        for field in {**self.course.told, **self.interview.reasons}:
            if stop.holds(field):
                block.tell(field, *self._telling(field, self.course.told.get(field, "")))
        return block

    def _renew(self, block: Block) -> None:
        """Show what changed while a block was out of sight: its answer, its words, what was said of it."""
        self.refresh(block)
        for field in block.stop.rows or (block.stop.field,):
            block.tell(field, *self._telling(field, self.course.told.get(field, "")))

    def _block(self, stop: Stop, node: Node) -> Block:
        if stop.kind == "table":
            table = TableBlock(stop, node, self.reading, self.course.node)
            table.moved.connect(lambda: self._arrive(table))
            return table
        if stop.kind == "instance":
            parent = node.parent
            removable = not self.read_only and parent is not None and parent.can_add
            instance = InstanceBlock(stop, node, self.reading, removable=removable)
            instance.show_name(*self.course.instance_name(node, self.reading))
            return instance
        if stop.kind == "add":
            return AddBlock(stop, node, self.reading)
        if stop.kind == "grid":
            grid = MatrixBlock(stop, node, self.reading, self.course.node)
            grid.moved.connect(lambda: self._arrive(grid))
            return grid
        if stop.kind == "fold":
            return FoldBlock(stop, node, self.reading, opened=stop.field in self._opened)
        if stop.kind == "heading":
            return TitleBlock(stop, node, self.reading, page=stop.depth == 0)
        question = QuestionBlock(stop, node, self.reading, alone=self.single)
        if self.files is not None:
            question.use_files(self.files)
        return question

    # What stands on the page

    def _as_table(self, repeat: Node) -> bool:
        """Whether there is the room to show a repeat as a table, or as a grid the questions that follow a first one."""
        if self.single:
            return False
        width = self.column.width_inside()
        if repeat.kind == "question":
            return grid_fits(repeat, width)
        key = (repeat.field, width, theme.look.scale, self.reading.large)
        if key not in self._tables:
            heads = column_heads(flow.columns(repeat), self.reading)
            self._tables[key] = width >= theme.u(least_width([head.least for head in heads]))
        return self._tables[key]

    def stops(self) -> list[Stop]:
        """Everything on the open page, from top to bottom."""
        found = self._all_stops()
        if self.single:
            return [stop for stop in found if stop.kind != "fold"]
        closed = [field for field in self._folds if field not in self._opened]
        if not closed:
            return found
        return [stop for stop in found if not any(stop.field != one and flow.within(stop.field, one) for one in closed)]

    def _all_stops(self) -> list[Stop]:
        """The stops with those in folded groups; walked through anew only after a change."""
        course, reading = self.course, self.reading
        now = (course.turn, course.at, course.given_only, self.single, self.column.width_inside(), theme.look.scale)
        if (now, reading) != self._stops_for:
            if (now[1:], reading) != (self._stops_for[0][1:], self._stops_for[1]):
                course.lay_anew()
            self._stops_now, self._stops_for = course.stops(course.at, self._as_table), (now, reading)
            self._folds = [stop.field for stop in self._stops_now if stop.kind == "fold"]
        return self._stops_now

    def _open_around(self, field: str) -> None:
        """Unfold the groups that `field` lies in: somebody goes there."""
        node = self.course.node(field)
        while node is not None and node.parent is not None:
            node = node.parent
            self._opened.add(node.field)

    def instances(self) -> list[Stop]:
        """The instances on the open page that are nearest to the person: no list is read that holds them all."""
        found = [stop for stop in self.known_stops if stop.kind == "instance"]
        around = flow.instance_of(self.here)
        here = next((at for at, stop in enumerate(found) if stop.field == around), 0)
        first = min(max(here - NEAR // 2, 0), max(len(found) - NEAR, 0))
        # One more instance does not move all of the others.
        first -= first % STEADY
        return found[first : first + NEAR + STEADY]

    def walkable(self) -> list[str]:
        """The keys of the stops that are walked one by one."""
        return [stop.key for stop in self.stops() if stop.kind in ("question", "add")]

    def show_stops(self, field: str = "", *, backwards: bool = False) -> None:
        """Show what stands on the open page, or one of it: that of `field`, else the one before, else the first."""
        if field:
            self._open_around(field)
        stops = self.known_stops = self.stops()
        if self.single:
            stops = self._one(stops, field, backwards=backwards)
        page = self.course.pages[self.course.at]
        titled = self.titled and self.course.has_title(self.course.at) and not _names(stops[:1], page.field)
        title = [Stop("heading", page.field)] if titled else []
        self.column.show_stops([*title, *stops])

    def _one(self, stops: list[Stop], field: str, *, backwards: bool) -> list[Stop]:
        """The one stop to show, with the heads above it."""
        walkable = [stop for stop in stops if stop.kind in ("question", "add")]
        keys = [stop.key for stop in walkable]
        wanted = next((stop.key for stop in walkable if field and flow.within(stop.field, field)), "")
        if wanted:
            self.alone = wanted
        elif self.alone not in keys:
            self.alone = (keys[-1] if backwards else keys[0]) if keys else ""
        shown = [stop for stop in stops if stop.key == self.alone]
        heads = [
            stop for stop in stops if stop.kind == "instance" and shown and flow.within(shown[0].field, stop.field)
        ]
        return [*heads, *shown]

    def refresh_all(self) -> None:
        """Show every block as it stands now."""
        for block in list(self.column.blocks()):
            self.refresh(block)

    def refresh(self, block: Block) -> None:
        """Show a block as it stands now."""
        node = self.course.node(block.stop.field)
        if node is None:
            return
        block.show_node(node, self.reading)
        if isinstance(block, InstanceBlock):
            block.show_name(*self.course.instance_name(node, self.reading))

    # Answers

    def _answered(self, field: str, value: str) -> None:
        if self.read_only:
            return
        self.repeats.just_removed = False
        self.take([self.interview.set(field, value)], field)
        self._tell_again(field)
        self.answered.emit(field)

    def _given(self, field: str, file: Incoming) -> None:
        if self.files is not None and not self.read_only:
            self.files.take(field, file)

    def _kept(self, field: str, changed: Changed) -> None:
        self.take([changed])
        self._tell_again(field)
        self.answered.emit(field)

    def _not_kept(self, field: str, words: str) -> None:
        self._refused(field, words)
        for block in self.column.blocks():
            if isinstance(block, QuestionBlock) and block.stop.field == field:
                block.answer.not_taken()

    def answer(self, field: str, value: str) -> None:
        """Answer from outside of the answer's own widget."""
        self._answered(field, value)

    def excuse(self, field: str, reason: str) -> None:
        """Keep an unusual answer for a reason, or ask for another one."""
        self.take([self.interview.excuse(field, reason)])
        self.tell(field, self.course.judge(field))
        self._say(field, self.course.told.get(field, ""))

    def take(self, changes: list[Changed], origin: str = "", grown: str = "") -> None:
        """Show what changes changed, and nothing else; `grown` is a repeat that an instance came to or left."""
        refs = {ref for changed in changes for ref in changed.refs}
        fields = {node.field for ref in refs if (node := self.course.node(ref)) is not None}
        for changed in changes:
            fields.update(changed.values)
        if grown:
            self.course.grown(grown, fields)
        else:
            self.course.touched(fields)
        if fields - {origin}:
            self.show_stops()
        for block in list(self.column.blocks()):
            if self._concerns(block.stop, fields):
                self.refresh(block)
        for field in [told for told in self.course.told if told in fields]:
            self._tell_again(field)
        self.changed.emit()

    @staticmethod
    def _concerns(stop: Stop, fields: set[str]) -> bool:
        if stop.kind == "grid":
            return stop.field in fields or not fields.isdisjoint(stop.rows)
        if stop.kind in ("table", "instance", "add"):
            repeat = stop.field.rpartition("[")[0] if stop.kind == "instance" else stop.field
            return repeat in fields or any(flow.within(field, stop.field) for field in fields)
        return stop.field in fields

    def _typed(self) -> None:
        self.repeats.just_removed = False
        if not self._push.isActive():
            self._push.start()

    def flush(self) -> None:
        """Hand over everything that is typed."""
        self._push.stop()
        for block in list(self.column.blocks()):
            block.flush()

    # What is wrong

    def judge_here(self) -> None:
        """The question that had the focus is left: say what is wrong with it."""
        if self.here and not self.read_only:
            self.tell(self.here, self.course.judge(self.here))

    def tell(self, field: str, words: str) -> None:
        """Say at a question what is wrong, or that nothing is."""
        if self.course.mark_told(field, words):
            self._say(field, words)
            self.changed.emit()

    def _tell_again(self, field: str) -> None:
        """What was said to be wrong is said until it is right; what could not be typed is said no longer."""
        if field in self.course.told:
            self.tell(field, self.course.judge(field))
        else:
            self._say(field, "")

    def _refused(self, field: str, words: str) -> None:
        self._say(field, words, "wrong")

    def _say(self, field: str, words: str, tone: Tone | None = None) -> None:
        telling = (words, tone) if words and tone is not None else self._telling(field, words)
        for block in list(self.column.blocks()):
            if block.stop.holds(field):
                block.tell(field, *telling)

    def _telling(self, field: str, words: str) -> tuple[str, Tone]:
        """What to say at a question and how: what is wrong, what is unusual, or why that was kept."""
        if words:
            return words, "soft" if self.course.is_soft(field) else "wrong"
        reason = self.interview.reasons.get(field, "")
        return (_("Kept, because: {reason}").format(reason=reason) if reason else ""), "kept"

    # Where the person is

    def _focus_moved(self, old: QWidget | None, new: QWidget | None) -> None:
        if old is not None:
            old.removeEventFilter(self)
            self._leave(self.column.block_of(old), new)
        if new is None or not self.column.isAncestorOf(new):
            return
        new.installEventFilter(self)
        block = self.column.block_of(new)
        if block is not None:
            self._arrive(block)

    def _leave(self, block: Block | None, new: QWidget | None) -> None:
        """The cursor goes from `block` to `new`: what came back otherwise than it was written is shown now."""
        if not isinstance(block, QuestionBlock) or (new is not None and block.isAncestorOf(new)):
            return
        self.flush()
        if block in self.column.blocks():
            self.refresh(block)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Ctrl+Delete takes an instance out from wherever one is in it; in a text it deletes words first.

        Ctrl+Z brings it back if nothing was done since; else a text first takes its letters back.
        """
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and self._brings_back(watched, event):
            self.asked_back.emit()
            return True
        if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress:
            return super().eventFilter(watched, event)
        if event.key() != Qt.Key.Key_Delete or not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            return super().eventFilter(watched, event)
        return not _written_in(watched) and self.repeats.remove_here()

    def _brings_back(self, watched: QObject, event: QKeyEvent) -> bool:
        wanted = event.matches(QKeySequence.StandardKey.Undo) and (self.repeats.just_removed or _is_as_it_was(watched))
        return wanted and self.repeats.can_bring_back

    def _arrive(self, block: Block) -> None:
        """The person is at another question now: say what is wrong with the one that was left."""
        field = block.field
        if field == self.here:
            return
        self.flush()
        self.judge_here()
        self.here = field
        for other in self.column.blocks():
            if other is not block:
                other.forget()
        self.arrived.emit(field)

    # What a block asks for

    def _fold(self, group: str) -> None:
        """Show what is in a group, or put it away."""
        self._opened ^= {group}
        self.show_stops()
        for block in self.column.blocks():
            if isinstance(block, FoldBlock):
                block.show_opened(block.stop.field in self._opened)

    def _asked(self, act: str, field: str) -> None:
        if act == "fold":
            self.flush()
            self._fold(field)
            return
        if self.read_only:
            return
        self.flush()
        if act == "reason":
            self.asked_reason.emit(field)
        elif act == "add":
            self.repeats.add(field)
        else:
            self.repeats.remove(field)

    # Languages

    def read(self, reading: Reading) -> None:
        """Show everything in other languages; place and typed text stay."""
        self.flush()
        self.reading = reading
        if reading.large and self.course.session.language != reading.large:
            self.interview.set_language(reading.large)
        self.course.count_anew()
        self.refresh_all()
        for field in list(self.course.told):
            self.tell(field, self.course.judge(field))
        self.column.relay()
        here = self.column.here()
        if here is not None:
            self.column.reveal(here)
