"""A query over the running interview: what was asked, and the way to reply to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QKeySequence, QShortcut

from cami_survey.base.texts import _
from cami_survey.ui.dialogs.say import SayDialog
from cami_survey.ui.feedback import modal
from cami_survey.ui.kit import Band, Button, KeyCap

if TYPE_CHECKING:
    from cami_survey.base.notices import Outcome
    from cami_survey.base.reviews import Query
    from cami_survey.operations.reviews import Task
    from cami_survey.ui.desk import Desk
    from cami_survey.ui.interview.page import InterviewPage

QUERY = "query"
KEYS = "Ctrl+Shift+R"


class Asking(QObject):
    """Belongs to the page of an interview that was opened to answer `task`."""

    def __init__(self, desk: Desk, page: InterviewPage, task: Task) -> None:
        super().__init__(page)
        self._desk, self._page, self.task = desk, page, task
        head = _("{name} asks: {text}").format(name=task.query.asked.by, text=task.query.text)
        advice = _("{question} Correct the answer, or reply; both go out with the next package.")
        self.band = Band("info", head, advice.format(question=task.label or _("The whole interview")))
        button = Button(_("Reply"))
        button.setToolTip(KEYS)
        button.clicked.connect(self.reply)
        self.band.add_action(button)
        self.band.add_action(KeyCap(KEYS))
        page.frame.show_band(QUERY, self.band)
        QShortcut(QKeySequence(KEYS), page, self.reply, context=Qt.ShortcutContext.WidgetWithChildrenShortcut)

    def reply(self) -> None:
        """Write a reply."""
        dialog = SayDialog(_("Reply to the query"), self.task.query.text, _("Reply"), parent=self._page.window())
        dialog.said.connect(self._say)
        modal(dialog)

    def _say(self, text: str) -> None:
        survey, query = self._desk.survey, self.task.query

        def work() -> Outcome[Query]:
            from cami_survey.operations import reviews

            return reviews.reply(survey, query, text)

        self._desk.do(work, lambda _said: self._page.frame.clear_band(QUERY), receiver=self)
