"""The kiosk: one form and nothing else. Who sits before it starts an interview, fills it, and it begins anew.

No list, no other interview, no settings. The window covers the screen and does not close; Ctrl+Shift+Q leaves.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from cami_survey.base.form_words import form_title
from cami_survey.base.texts import _
from cami_survey.ui import fonts, theme
from cami_survey.ui.desk import Desk
from cami_survey.ui.feedback import Feedback
from cami_survey.ui.interviewing import Interviewing, take_away
from cami_survey.ui.kit import Button, Label, Panel
from cami_survey.ui.kit.scene import Scene
from cami_survey.ui.opening import Opening
from cami_survey.ui.worker import Worker

if TYPE_CHECKING:
    from cami_survey.base.settings import Settings
    from cami_survey.operations.interviews import Interview
    from cami_survey.store.api import SurveyFile
    from cami_survey.ui.interview.page import InterviewPage

LEAVE = "Ctrl+Shift+Q"


class Kiosk(QMainWindow):
    """`start(path)` opens the survey; `closed` is called once it was left by the keys for it."""

    def __init__(self, settings: Settings, form_id: str, closed: Callable[[], object] = lambda: None) -> None:
        super().__init__()
        self.form_id, self._closed, self._released = form_id, closed, False
        self.worker, self.feedback = Worker(self), Feedback()
        self.desk = Desk(settings, self.worker, self.feedback)
        self.desk.setParent(self)
        self.running: InterviewPage | None = None
        self.setWindowFlag(Qt.WindowType.FramelessWindowHint)
        self._ways = Opening(self.desk, self, self._opened, lambda: None)
        self.interviewing = Interviewing(self.desk, self.run, self)
        self.face = _Face()
        self.face.begin.clicked.connect(self.begin)
        self.stack = QStackedWidget()
        self.stack.addWidget(self.face)
        ground = Panel("background")
        column = QVBoxLayout(ground)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.feedback.top)
        column.addWidget(self.stack, 1)
        self.setCentralWidget(ground)
        self.worker.user_error.connect(self.feedback.error)
        self.worker.crashed.connect(self.feedback.crash)
        QShortcut(QKeySequence(LEAVE), self, self.leave)

    def start(self, path: Path) -> None:
        """Open the survey that keeps what is answered here."""
        fonts.load("Arabic")
        self._ways.open_path(path)

    def _opened(self, survey: SurveyFile) -> None:
        self.desk.take(survey)
        form_id = self.form_id

        def work() -> str:
            from cami_survey.operations import forms

            return form_title(forms.form_of(survey, form_id).title)

        self.worker.run(work, self._ready, receiver=self)

    def _ready(self, title: str) -> None:
        self.setWindowTitle(title)
        self.face.offer(title)

    def begin(self) -> None:
        """Begin an interview."""
        self.interviewing.start(self.form_id)

    def run(self, interview: Interview, *, read_only: bool = False) -> None:
        """Give the window to an interview until it is finished or stopped."""
        from cami_survey.ui.interview.page import InterviewPage

        page = InterviewPage(
            interview, self.desk.settings, worker=self.worker, read_only=read_only, alone=True, back=_("Stop"),
            parent=self,
        )  # fmt: skip
        page.left.connect(lambda _record: self._stop(_("Stopped. What was answered is kept.")))
        page.finalised.connect(lambda _record: self._stop(_("Thank you. Everything is kept.")))
        self.running = page
        self.feedback.clear()
        self.stack.addWidget(page)
        self.stack.setCurrentWidget(page)

    def _stop(self, words: str) -> None:
        page, self.running = self.running, None
        if page is None:
            return
        take_away(page, self.stack)
        self.face.say(words)
        self.stack.setCurrentWidget(self.face)
        self.face.begin.setFocus(Qt.FocusReason.OtherFocusReason)
        self._ways.back_up_if_due()

    def leave(self) -> None:
        """Close the kiosk; an interview that runs is kept."""
        self._released = True
        self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self._released:
            event.ignore()
            return
        if self.running is not None:
            self.running.close_down()
            self.worker.finish()
        if self.desk.is_open:
            self._ways.close()
        self.worker.close()
        event.accept()
        self._closed()


class _Face(QWidget):
    """Between two interviews: what it is about, and the one thing to do."""

    def __init__(self) -> None:
        super().__init__()
        self.title, self.words = Label("", "title", wrap=True), Label("", tone="muted", wrap=True)
        self.begin = Button(_("Begin"), "primary", "play", tall=True)
        self.begin.setMinimumWidth(theme.u(280))
        self.begin.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.XXL, theme.XXL, theme.XXL, theme.XXL)
        column.setSpacing(theme.L)
        column.addStretch(2)
        column.addWidget(Scene(), 0, Qt.AlignmentFlag.AlignHCenter)
        for label in (self.title, self.words):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            column.addWidget(label)
        column.addWidget(self.begin, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(3)
        self.setFocusProxy(self.begin)

    def offer(self, title: str) -> None:
        """The form is there: one can begin."""
        self.title.setText(title)
        self.begin.show()
        self.begin.setFocus(Qt.FocusReason.OtherFocusReason)

    def say(self, words: str) -> None:
        """Say how the interview before ended."""
        self.words.setText(words)
