"""What the frame shows of an interview: how far it is, its name, whether it is saved, which letters are missing."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from cami_survey.base.form_words import form_title
from cami_survey.base.texts import _
from cami_survey.operations.progress import Pace
from cami_survey.operations.summaries import CODE_NAMES, last_name
from cami_survey.ui.interview.frame import AGAIN, FAILING, WRITING
from cami_survey.ui.interview.writing import Letters
from cami_survey.ui.kit import Band
from cami_survey.ui.words import counted

if TYPE_CHECKING:
    from cami_survey.base.errors import UserError
    from cami_survey.operations.interviews import Interview
    from cami_survey.ui.interview.frame import Frame
    from cami_survey.ui.interview.saving import Saver
    from cami_survey.ui.interview.walk import Walk

LATER_MS = 60


class Showing(QObject):
    """Brings outline, footer, notes and the line at the top up to date."""

    def __init__(self, interview: Interview, walk: Walk, frame: Frame, saver: Saver | None, parent: QObject) -> None:
        super().__init__(parent)
        self._interview, self._walk, self._frame, self._saver = interview, walk, frame, saver
        self._questions, self._course = walk.questions, walk.questions.course
        self._letters = Letters(interview.form)
        self._pace = Pace(self._course.progress()[0])
        self._failures = 0
        self._told_open_again = False
        # Whether what is missing was listed: from then on there is a way back to the list.
        self.listed = False
        self._wait = QTimer(self, singleShot=True, interval=LATER_MS)
        self._wait.timeout.connect(self.progress)
        self._questions.changed.connect(self.later)
        self._questions.answered.connect(self._answered)
        if saver is not None:
            saver.saved.connect(self._saved)
            saver.failed.connect(self.failed)
        QTimer.singleShot(0, self, self.letters)

    def later(self) -> None:
        """Show how far everything is once the hands rest."""
        if not self._wait.isActive():
            self._wait.start()

    def progress(self) -> None:
        """Show how far everything is: footer, outline, what to come back to."""
        self._wait.stop()
        course, frame, reading = self._course, self._frame, self._course.reading
        answered, total = course.progress()
        closed, minutes = self._interview.closed(answered), self._pace.minutes_left(answered, total)
        frame.footer.show_progress(answered + closed, total + closed, minutes)
        listing = frame.lists_problems
        finish = _("Close") if self._questions.read_only else _("Finish")
        # Pages that are not asked yet may be once what is missing before them is answered.
        goes_on = course.may_go_on() and not self._questions.read_only
        last = listing or (self._walk.is_last() and not goes_on)
        frame.footer.show_ends(first=self._walk.is_first() and not listing, last=last, finish=finish)
        frame.footer.show_again(self.listed and not last)
        self.failures()
        items, done = course.outline(reading, self._questions.instances())
        frame.outline.show_items(items, f"page {course.at}", done)
        frame.notes.show_back(course.come_back(reading, self._interview.queries))
        if frame.narrow:
            small = course.small_label(course.at, reading)
            page = " · ".join(part for part in (course.label(course.at), small) if part)
            frame.crumbs.show_place(page, *self._walk.place(), course.tally(course.at))

    def problems(self) -> None:
        """List everything that stands in the way of finishing."""
        troubles = self._course.troubles(self._course.reading)
        for trouble in troubles:
            self._questions.tell(trouble.field, trouble.words)
        self.listed = True
        self._frame.list_problems(True)
        self._frame.problems.show_troubles(troubles, self._course.unanswered())
        self.progress()

    def code(self) -> None:
        """Show what the interview is called."""
        code = self._interview.summary().code
        # A name that the form puts together is nothing but its separators as long as nothing is answered.
        code = code if any(letter.isalnum() for letter in code) else _("New interview")
        self._frame.top.show_interview(code, form_title(self._interview.form.title))

    def letters(self) -> None:
        """Say which letters of the languages shown this computer does not have."""
        reading = self._course.reading
        shown = [language for language in (reading.large, reading.small) if language]
        missing = self._letters.missing(shown or [""])
        if not missing:
            self._frame.clear_band(WRITING)
            return
        head = _("This computer has no font for: {scripts}.").format(scripts=", ".join(missing))
        advice = _("These words show as empty boxes. Install a font for them, for instance one of the Noto family.")
        self._frame.show_band(WRITING, Band("warn", head, advice))

    def failures(self) -> None:
        """Say what the form could not work out, the last of it, each once."""
        failures = self._interview.failures()
        if len(failures) > self._failures:
            self._failures = len(failures)
            self._frame.show_band(FAILING, Band("warn", failures[-1].text))

    def _answered(self, field: str) -> None:
        self._pace.tick(time.monotonic())
        interview = self._interview
        if interview.survey is not None and interview.origin.state == "final" and not self._told_open_again:
            self._told_open_again = True
            head = _("This interview was finished; from now on it is a draft again.")
            advice = _("Finish it anew when the correction is done. What was said before stays in its history.")
            self._frame.show_band(AGAIN, Band("info", head, advice))
        if last_name(field) in CODE_NAMES:
            self.code()

    def _saved(self, at: str) -> None:
        self._frame.show_saved(counted(at))

    def failed(self, error: UserError) -> None:
        """Say at once that saving failed, with a way to try again."""
        again = self._frame.show_failed(error)
        if self._saver is not None:
            again.clicked.connect(self._saver.retry)
