"""The running interview as the window shows it: one page that fills, shows or tries out. Everything by the keyboard."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from cami_survey.base.clock import Clock, system_clock
from cami_survey.base.errors import UserError
from cami_survey.base.form_words import form_title
from cami_survey.base.texts import _
from cami_survey.engine.api import Problems as Standing
from cami_survey.ui import theme
from cami_survey.ui.interview import flow, hands, reading
from cami_survey.ui.interview.alike import Watch
from cami_survey.ui.interview.asides import Asides
from cami_survey.ui.interview.course import Course
from cami_survey.ui.interview.ending import Ending
from cami_survey.ui.interview.files import Files
from cami_survey.ui.interview.frame import Frame
from cami_survey.ui.interview.log import Log
from cami_survey.ui.interview.panels import Jump
from cami_survey.ui.interview.questions import Questions
from cami_survey.ui.interview.saving import Saver
from cami_survey.ui.interview.showing import Showing
from cami_survey.ui.interview.topline import ONE_BY_ONE, TopLine
from cami_survey.ui.interview.walk import Walk

if TYPE_CHECKING:
    from cami_survey.base.notices import Outcome
    from cami_survey.base.settings import Settings
    from cami_survey.operations.interviews import Interview, Saved
    from cami_survey.ui.worker import Worker


def _is_undo(event: QEvent) -> bool:
    return isinstance(event, QKeyEvent) and event.matches(QKeySequence.StandardKey.Undo)


class InterviewPage(QWidget):
    """One interview, filled, looked at (`read_only`) or tried out (`preview`: nothing is saved).

    `given_only` shows only what was answered. `alone`: whoever sits here may not see other interviews.

    `left` and `finalised` carry the record's id once everything is kept; `outcome` then holds what the operation said.
    `walk_changed` carries the way to walk, for the settings; `other_wanted` the record that is to be opened instead.
    """

    left = Signal(str)
    finalised = Signal(str)
    walk_changed = Signal(str)
    other_wanted = Signal(str)

    def __init__(
        self,
        interview: Interview,
        settings: Settings,
        *,
        worker: Worker | None = None,
        preview: bool = False,
        read_only: bool = False,
        given_only: bool = False,
        alone: bool = False,
        back: str = "",
        clock: Clock = system_clock,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.interview = interview
        self.preview, self.read_only = preview, read_only
        self._worker = worker
        self.reading = self._first_reading(settings)
        self.course = Course(interview.session, form_title(interview.form.title))
        self.course.reading = self.reading
        self.course.given_only = given_only and flow.holds_answers(interview.session.top)
        single = settings.walk == ONE_BY_ONE
        self.questions = Questions(
            interview, self.course, self.reading, read_only=read_only, single=single, parent=self
        )
        self.questions.use_files(Files(interview, worker, clock, self))
        self.walk = Walk(self.questions, self.course, self)
        self.frame = Frame(
            self.questions.column, TopLine(self.reading, settings.walk, back or _("Interviews"), interview.form.drafts)
        )
        self.saver = None if preview or read_only else Saver(interview, worker, clock, self)
        self.showing = Showing(interview, self.walk, self.frame, self.saver, self)
        self.asides = Asides(interview, self.questions, self.frame, worker, self)
        self.ending = Ending(interview, worker, self)
        self.log = self._begin_log()
        self.watch = None if alone else self._begin_watch()
        self._jump: Jump | None = None
        self._shown_page = -1
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.frame)
        self._connect()
        self.installEventFilter(self)
        self._show_mode()
        self.walk.begin(interview.place)
        if self.questions.here:
            self._arrived(self.questions.here)

    def _first_reading(self, settings: Settings) -> reading.Reading:
        """The languages wished for, as far as the form has them."""
        first, second = reading.choose(
            self.interview.form.languages, first=settings.question_language, second=settings.second_language
        )
        chosen = reading.Reading(
            first,
            second,
            local_digits=settings.digits == "language",
            languages=tuple(self.interview.form.languages),
            media=self.interview.form.media,
        )
        if chosen.large and self.interview.session.language != chosen.large:
            self.interview.set_language(chosen.large)
        return chosen

    def _begin_watch(self) -> Watch | None:
        interview = self.interview
        if interview.survey is None or self.read_only or interview.origin.parents:
            return None
        watch = Watch(interview, self._worker, self.frame, self)
        self.questions.answered.connect(watch.answered)
        watch.wanted.connect(self.other_wanted)
        return watch

    def _begin_log(self) -> Log | None:
        trail = self.interview.trail
        if trail is None or self.read_only:
            return None
        resumed = bool(self.interview.origin.parents or trail.lines)
        return Log(trail, self.questions, self.walk, resumed=resumed, parent=self)

    def _connect(self) -> None:
        top, notes, footer = self.frame.top, self.frame.notes, self.frame.footer
        top.left.connect(self.leave)
        top.walked.connect(self.walk_by)
        top.read.connect(lambda shown: self._read(replace(self.reading, shown=shown)))
        top.asked_notes.connect(self.show_notes)
        notes.chosen.connect(self.go_to)
        notes.left.connect(self._back_to_questions)
        self.frame.outline.chosen.connect(self._outline_chosen)
        self.frame.problems.chosen.connect(self.go_to)
        self.frame.problems.closed.connect(self._back_to_questions)
        footer.back.connect(lambda: self._press(backwards=True))
        footer.next_.connect(lambda: self._press(backwards=False))
        footer.missing.connect(self.show_missing)
        self.questions.arrived.connect(self._arrived)
        self.questions.repeats.removed.connect(self._removed)
        self.frame.done.undone.connect(self.bring_back)
        self.questions.asked_back.connect(self.bring_back)
        self.walk.moved.connect(self._moved)
        self.walk.ended.connect(self._ended)
        self.asides.changed.connect(self.showing.later)
        self.ending.left.connect(self.left)
        self.ending.finalised.connect(self.finalised)
        self.ending.standing.connect(self._show_problems)
        self.ending.failed.connect(self._not_ended)
        if self.log is not None:
            self.ending.ending.connect(self.log.end)
        theme.look.changed.connect(self._look_changed)

    def _show_mode(self) -> None:
        self.setLayoutDirection(self.reading.direction)
        self.frame.show_reading(self.reading)
        self.frame.show_walk(single=self.questions.single and not self.read_only)
        self.showing.code()
        self.frame.show_given(self.course.given_only)
        if self.read_only:
            self.frame.notes.set_read_only()
            self.frame.footer.saved.show_read_only()
        elif self.preview:
            self.frame.footer.saved.show_preview()

    # Where the person is

    def go_to(self, field: str) -> None:
        """Go to a question wherever it is."""
        self.frame.close_over()
        self.frame.list_problems(False)
        self.walk.jump_to(field)

    def _outline_chosen(self, name: str) -> None:
        kind, _gap, rest = name.partition(" ")
        if kind == "page":
            self.frame.close_over()
            self.frame.list_problems(False)
            self.walk.jumped.emit()
            self.walk.open(int(rest))
        else:
            self.go_to(rest)

    def _arrived(self, field: str) -> None:
        if self.saver is not None:
            self.interview.place = field
        self.asides.show_comment()
        self.showing.later()

    def _moved(self) -> None:
        self.frame.list_problems(False)
        stayed, self._shown_page = self.course.at == self._shown_page, self.course.at
        if stayed and not self.questions.single:
            self.showing.later()
        else:
            self.show_progress()

    def _ended(self) -> None:
        """Behind the last question the keys are at what comes next, which the last answer may have changed."""
        self.show_progress()
        self.frame.footer.next_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def _press(self, *, backwards: bool) -> None:
        listing = self.frame.lists_problems
        if listing and backwards:
            self._back_to_questions()
        elif not backwards and (listing or self.walk.is_last()):
            self.finish()
        else:
            self.walk.press(backwards=backwards)

    def _back_to_questions(self) -> None:
        self.frame.close_over()
        self.frame.list_problems(False)
        self.show_progress()
        self.walk.focus(self.questions.here)

    def walk_by(self, way: str) -> None:
        """Walk page by page or question by question."""
        single = way == ONE_BY_ONE
        if single != self.questions.single:
            self.frame.top.walk.choose(way)
            self.frame.show_walk(single=single and not self.read_only)
            self.walk.change(single=single)
            self.walk_changed.emit(way)

    def turn_language(self) -> None:
        """First, both, second, and round again."""
        self._read(self.reading.turned())

    def _read(self, chosen: reading.Reading) -> None:
        self.reading = self.course.reading = chosen
        self.setLayoutDirection(chosen.direction)
        self.frame.show_reading(chosen)
        self.questions.read(chosen)
        self.showing.letters()
        self.asides.show_comment()
        self.show_progress()

    # Around the questions

    def show_progress(self) -> None:
        """Show how far everything is."""
        self.showing.progress()

    def show_notes(self) -> None:
        """Go to the comment on the question in hand."""
        self.questions.flush()
        self.frame.show_notes()

    def jump(self) -> None:
        """Find a question by typing a part of it."""
        self.questions.flush()
        if self._jump is None:
            self._jump = Jump(self)
            self._jump.picked.connect(self.go_to)
        self._jump.open_over(self, self.course.questions(self.reading))

    def go_to_open(self) -> None:
        """Go to the next question without an answer, wherever it is."""
        self.questions.flush()
        field = self.course.next_open(self.questions.here)
        if field:
            self.go_to(field)
        else:
            self.frame.done.say(_("Every question that is asked has an answer."), undo=False)
            self.frame.done.show()

    def show_given(self) -> None:
        """In an interview that is looked at: show only what was answered, or everything again."""
        if not self.read_only:
            return
        here, self.course.given_only = self.questions.here, not self.course.given_only
        self.frame.show_given(self.course.given_only)
        if not self.course.is_asked(self.course.at):
            self.walk.begin("")
        self.questions.show_stops(here)
        self.show_progress()
        self.walk.focus(here)

    def _removed(self, name: str) -> None:
        if name:
            self.frame.done.say(_("{what} was removed with its answers.").format(what=name), undo=True)
        self.frame.done.setVisible(bool(name))

    def bring_back(self) -> None:
        """Bring back what was removed last."""
        self.frame.done.hide()
        self.questions.repeats.bring_back()

    # Saving and ending

    def finish(self) -> None:
        """Make the interview final, or list everything that stands in the way."""
        self._flush()
        if self.read_only:
            self.leave()
        elif len(self.interview.session.problems()):
            self._show_problems()
        else:
            self.ending.finish()

    def show_missing(self) -> None:
        """List everything that stands in the way of finishing; where that is nothing, say so and offer to finish.

        Asked for once more, it finishes.
        """
        self._flush()
        if self.read_only or (self.frame.lists_problems and not self.frame.problems.rows):
            self.finish()
        else:
            self._show_problems()

    def _show_problems(self) -> None:
        if self.log is not None:
            self.log.wrong()
        self.showing.problems()

    def leave(self) -> None:
        """Save and go back."""
        self._flush()
        if self.read_only or self.preview:
            self.left.emit(self.interview.record)
        else:
            self.ending.leave()

    def hold(self) -> None:
        """Keep what is being typed, without leaving."""
        self._flush()

    def close_down(self) -> None:
        """The window closes: save without asking anything."""
        self._flush()
        if not (self.read_only or self.preview):
            self.ending.close()

    @property
    def outcome(self) -> Outcome[Saved] | Outcome[Saved | Standing] | None:
        """What the operation said that ended the interview."""
        return self.ending.outcome

    def _flush(self) -> None:
        self.questions.flush()
        self.questions.finish_files()
        self.frame.notes.flush()

    def _not_ended(self, error: UserError) -> None:
        self.showing.failed(error)
        self.walk.focus(self.questions.here)

    # Keys and Qt

    def keyPressEvent(self, event: QKeyEvent) -> None:
        act = hands.act_of(self, event)
        if act is None:
            super().keyPressEvent(event)
        else:
            act()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # As long as something can be brought back here, Ctrl+Z is not for the window around.
        if event.type() == QEvent.Type.ShortcutOverride and not self.frame.done.isHidden() and _is_undo(event):
            event.accept()
            return True
        return False

    def escape(self) -> None:
        """Close what lies over the questions, else leave."""
        if self.frame.close_over() or self.frame.lists_problems:
            self._back_to_questions()
        else:
            self.leave()

    def _look_changed(self) -> None:
        self.questions.refresh_all()
        self.frame.fold()
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.isVisible():
            self._fit()

    def _fit(self) -> None:
        """Show what this width has room for; in a narrow window the line above the questions names the page."""
        self.questions.titled = not self.frame.narrow
        self.questions.show_stops(self.questions.here)
        self.show_progress()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.frame.fold()
        self._fit()
        if self.questions.column.here() is None:
            self.walk.focus(self.questions.here)

    def minimumSizeHint(self) -> QSize:
        return self.frame.minimumSizeHint()

    def sizeHint(self) -> QSize:
        return QSize(theme.u(1200), theme.u(800))
