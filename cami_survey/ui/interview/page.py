"""The running interview as the window shows it: one page that fills, shows or tries out. Everything by the keyboard."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from cami_survey.base.clock import Clock, system_clock
from cami_survey.base.errors import UserError
from cami_survey.base.texts import _
from cami_survey.engine.api import Problems as Standing
from cami_survey.operations.summaries import CODE_NAMES, last_name
from cami_survey.ui import theme
from cami_survey.ui.interview import digits, flow, hands, reading
from cami_survey.ui.interview.alike import Watch
from cami_survey.ui.interview.asides import Asides
from cami_survey.ui.interview.course import Course
from cami_survey.ui.interview.ending import Ending
from cami_survey.ui.interview.frame import WRITING, Frame
from cami_survey.ui.interview.log import Log
from cami_survey.ui.interview.panels import Jump
from cami_survey.ui.interview.progress import Pace
from cami_survey.ui.interview.questions import Questions
from cami_survey.ui.interview.saving import Saver
from cami_survey.ui.interview.topline import ONE_BY_ONE, TopLine
from cami_survey.ui.interview.walk import Walk
from cami_survey.ui.interview.writing import Letters
from cami_survey.ui.kit import Band

if TYPE_CHECKING:
    from cami_survey.base.notices import Outcome
    from cami_survey.base.settings import Settings
    from cami_survey.operations.interviews import Interview, Saved
    from cami_survey.ui.worker import Worker

LATER_MS = 60


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
        self._letters = Letters(interview.form)
        # Whether what is missing was listed: from then on there is a way back to the list.
        self._listed = False
        self.reading = self._first_reading(settings)
        self.course = Course(interview.session, interview.form.title)
        self.course.reading = self.reading
        self.course.given_only = given_only and flow.holds_answers(interview.session.top)
        self.pace = Pace(self.course.progress()[0])
        single = settings.walk == ONE_BY_ONE
        self.questions = Questions(
            interview, self.course, self.reading, read_only=read_only, single=single, parent=self
        )
        self.walk = Walk(self.questions, self.course, self)
        self.frame = Frame(self.questions.column, TopLine(self.reading, settings.walk, back or _("Interviews")))
        self.saver = None if preview or read_only else Saver(interview, worker, clock, self)
        self.asides = Asides(interview, self.questions, self.frame, worker, self)
        self.ending = Ending(interview, worker, self)
        self.log = self._begin_log()
        self.watch = None if alone else self._begin_watch()
        self._jump: Jump | None = None
        self._later = QTimer(self, singleShot=True, interval=LATER_MS)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.frame)
        self._connect()
        self._show_mode()
        QTimer.singleShot(0, self, self.warn_of_writing)
        self.walk.begin(interview.place)
        if self.questions.here:
            self._arrived(self.questions.here)

    def _first_reading(self, settings: Settings) -> reading.Reading:
        """The languages wished for, as far as the form has them."""
        first, second = reading.choose(
            self.interview.form.languages, first=settings.question_language, second=settings.second_language
        )
        known = tuple(self.interview.form.languages)
        chosen = reading.Reading(first, second, local_digits=settings.digits == "language", languages=known)
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
        footer.finish.connect(self.finish)
        self.questions.arrived.connect(self._arrived)
        self.questions.answered.connect(self._answered)
        self.questions.changed.connect(self._show_later)
        self.questions.removed.connect(self._removed)
        self.frame.done.undone.connect(self.bring_back)
        self.walk.moved.connect(self._moved)
        self.walk.ended.connect(lambda: footer.next_button.setFocus(Qt.FocusReason.OtherFocusReason))
        self._later.timeout.connect(self.show_progress)
        self.asides.changed.connect(self._show_later)
        self.ending.left.connect(self.left)
        self.ending.finalised.connect(self.finalised)
        self.ending.standing.connect(self._show_problems)
        self.ending.failed.connect(self._not_ended)
        if self.log is not None:
            self.ending.ending.connect(self.log.end)
        theme.look.changed.connect(self._look_changed)
        if self.saver is not None:
            self.saver.saved.connect(self._saved)
            self.saver.failed.connect(self._failed)

    def _show_mode(self) -> None:
        self.setLayoutDirection(self.reading.direction)
        self.frame.show_reading(self.reading)
        self.frame.show_walk(single=self.questions.single and not self.read_only)
        self._show_code()
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
        self._show_later()

    def _moved(self) -> None:
        self.frame.list_problems(False)
        self.show_progress()

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
        self.warn_of_writing()
        self.asides.show_comment()
        self.show_progress()

    def warn_of_writing(self) -> None:
        """Say which letters of the languages shown this computer does not have."""
        shown = [language for language in (self.reading.large, self.reading.small) if language]
        missing = self._letters.missing(shown or [""])
        if not missing:
            self.frame.clear_band(WRITING)
            return
        head = _("This computer has no font for: {scripts}.").format(scripts=", ".join(missing))
        advice = _("These words show as empty boxes. Install a font for them, for instance one of the Noto family.")
        self.frame.show_band(WRITING, Band("warn", head, advice))

    # Around the questions

    def _show_later(self) -> None:
        if not self._later.isActive():
            self._later.start()

    def show_progress(self) -> None:
        """Show how far everything is: footer, outline, what to come back to."""
        self._later.stop()
        course, frame = self.course, self.frame
        answered, total = course.progress()
        frame.footer.show_progress(answered, total, self.pace.minutes_left(answered, total))
        listing = frame.lists_problems
        finish = _("Close") if self.read_only else _("Finish")
        last = self.walk.is_last() or listing
        frame.footer.show_ends(first=self.walk.is_first() and not listing, last=last, finish=finish)
        frame.footer.show_again(self._listed and not last)
        inner = [stop for stop in self.questions.known_stops if stop.kind == "instance"]
        items, done = course.outline(self.reading, inner)
        frame.outline.show_items(items, f"page {course.at}", done)
        frame.notes.show_back(course.come_back(self.reading))
        if frame.narrow:
            small = course.small_label(course.at, self.reading)
            page = " · ".join(part for part in (course.label(course.at), small) if part)
            frame.crumbs.show_place(page, *self.walk.place(), course.tally(course.at))

    def _show_code(self) -> None:
        code = self.interview.summary().code
        # A name that the form puts together is nothing but its separators as long as nothing is answered.
        code = code if any(letter.isalnum() for letter in code) else _("New interview")
        self.frame.top.show_interview(code, self.interview.form.title)

    def _answered(self, field: str) -> None:
        self.pace.tick(time.monotonic())
        if last_name(field) in CODE_NAMES:
            self._show_code()

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
        self.questions.bring_back()

    # Saving and ending

    def _saved(self, at: str) -> None:
        self.frame.show_saved(digits.local(at, self.reading.locale) if self.reading.local_digits else at)

    def _failed(self, error: UserError) -> None:
        again = self.frame.show_failed(error)
        if self.saver is not None:
            again.clicked.connect(self.saver.retry)

    def finish(self) -> None:
        """Make the interview final, or list everything that stands in the way."""
        self._flush()
        if self.read_only:
            self.leave()
        elif len(self.interview.session.problems()):
            self._show_problems()
        else:
            self.ending.finish()

    def _show_problems(self) -> None:
        if self.log is not None:
            self.log.wrong()
        troubles = self.course.troubles(self.reading)
        for trouble in troubles:
            self.questions.tell(trouble.field, trouble.words)
        self._listed = True
        self.frame.list_problems(True)
        self.frame.problems.show_troubles(troubles)
        self.show_progress()

    def leave(self) -> None:
        """Save and go back."""
        self._flush()
        if self.read_only or self.preview:
            self.left.emit(self.interview.record)
        else:
            self.ending.leave()

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
        self.frame.notes.flush()

    def _not_ended(self, error: UserError) -> None:
        self._failed(error)
        self.walk.focus(self.questions.here)

    # Keys and Qt

    def keyPressEvent(self, event: QKeyEvent) -> None:
        act = hands.act_of(self, event)
        if act is None:
            super().keyPressEvent(event)
        else:
            act()

    def event(self, event: QEvent) -> bool:
        # As long as something can be brought back here, Ctrl+Z is not for the window around.
        override = event.type() == QEvent.Type.ShortcutOverride
        if override and not self.frame.done.isHidden() and _is_undo(event):
            event.accept()
            return True
        return super().event(event)

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
