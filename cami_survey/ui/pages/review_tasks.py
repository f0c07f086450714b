"""Queries that are not closed: what was asked, what the answer was and is, what was replied.

Enter opens the interview at the very question. R replies, C asks again, L closes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from cami_survey.base.texts import _, ngettext
from cami_survey.ui import theme, words
from cami_survey.ui.dialogs.say import SayDialog
from cami_survey.ui.feedback import modal, open_folder
from cami_survey.ui.kit import Button, Label, Panel
from cami_survey.ui.kit.flow import Flow
from cami_survey.ui.kit.keyed import Keyed, press_by_keys
from cami_survey.ui.kit.lists import CellsModel
from cami_survey.ui.kit.table import Cell, Table
from cami_survey.ui.pages.page import Page, foot_line, framed
from cami_survey.ui.pages.review_words import said_head

if TYPE_CHECKING:
    from pathlib import Path

    from cami_survey.base.notices import Outcome
    from cami_survey.base.reviews import Query
    from cami_survey.operations.queries import Sent
    from cami_survey.operations.reviews import Task
    from cami_survey.ui.desk import Desk

INTERVIEW, ASKED, ANSWER = range(3)


class TasksPage(Page):
    """`left` when the person goes back."""

    left = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__(_("Queries"))
        self.desk = desk
        self.tasks: list[Task] = []
        self._build()
        self._connect()
        self._measure()

    def _build(self) -> None:
        self.back = Button(_("Review"), "quiet", "arrow-left")
        self.write = Button(_("Write query files"), "secondary", "export")
        self.head.insertWidget(0, self.back)
        self.head.addWidget(self.write)
        self.model = CellsModel((_("Interview"), _("Asked"), _("Answer")), self)
        self.table = Table(_("Queries"))
        self.table.setModel(self.model)
        self.count = Label("", tone="muted", wrap=True)
        self.asked = Label("", wrap=True)
        self.told = Label("", tone="muted", wrap=True)
        below = Panel("surface", "top")
        column = QVBoxLayout(below)
        column.setContentsMargins(theme.M, theme.M, theme.M, theme.M)
        for label in (self.asked, self.told, self.count):
            column.addWidget(label)
        self.open = Button(_("Open at the question"), "primary", "arrow-right")
        self.reply = Button(_("Reply"), "secondary", "chat-text")
        self.again = Button(_("Ask again"), "secondary", "question")
        self.close_query = Button(_("Close"), "secondary", "check")
        foot = QWidget()
        foot.setLayout(Flow(self.open, self.reply, self.again, self.close_query))
        self.body.addWidget(framed(self.table, below), 1)
        self.column.addWidget(foot_line(foot))
        self.hand_keys(self.table)

    def _connect(self) -> None:
        keys: list[Keyed] = [
            ("Escape", self.back, self.left.emit),
            ("O", self.open, self._open),
            ("R", self.reply, self._reply),
            ("C", self.again, self._ask),
            ("L", self.close_query, lambda: self._say("close", "")),
            ("W", self.write, self.choose),
        ]
        press_by_keys(self, keys)
        self.table.opened.connect(lambda _row: self._open())
        self.table.selectionModel().currentChanged.connect(lambda *_indexes: self._show_task())
        theme.look.changed.connect(self._measure)

    def _measure(self) -> None:
        self.table.set_row_height(theme.ROW)
        wide = theme.fits(self.width(), 760)
        self.table.setColumnHidden(ANSWER, not wide)
        self.table.set_columns({INTERVIEW: 176, ANSWER: 260}, stretch=ASKED)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._measure()

    def refresh(self) -> None:
        """Read the queries again; the keys stay on the one they are on."""
        survey = self.desk.survey

        def read() -> list[Task]:
            from cami_survey.operations import reviews

            return reviews.tasks(survey)

        self.desk.worker.run(read, self._take, receiver=self, key="tasks")

    def _take(self, tasks: list[Task]) -> None:
        current = self.task()
        before = self.table.current_row()
        self.tasks = tasks
        self.model.show([_cells(task) for task in tasks])
        names = [task.query.id for task in tasks]
        at = names.index(current.query.id) if current is not None and current.query.id in names else max(before, 0)
        if tasks:
            self.table.setCurrentIndex(self.model.index(min(at, len(tasks) - 1), 0))
        count = ngettext("{count} query is not closed.", "{count} queries are not closed.", len(tasks))
        self.count.setText(count.format(count=words.number(len(tasks))) if tasks else _("No query is open."))
        self._show_task()

    def task(self) -> Task | None:
        """The query the keys are on."""
        row = self.table.current_row()
        return self.tasks[row] if 0 <= row < len(self.tasks) else None

    def _show_task(self) -> None:
        task = self.task()
        for button in (self.open, self.reply, self.again, self.close_query):
            button.setEnabled(task is not None)
        self.write.setEnabled(any(one.query.state == "open" for one in self.tasks))
        self.asked.setText(
            "" if task is None else "\n".join(f"{said_head(one)}: {one.text}" for one in task.query.said)
        )
        self.told.setText("" if task is None else f"{task.label or _('The whole interview')} — {_change(task)}")
        for label in (self.asked, self.told):
            label.setVisible(task is not None)

    # ---- doing

    def _open(self) -> None:
        task = self.task()
        if task is not None:
            self.desk.asked_to_answer.emit(task)

    def _reply(self) -> None:
        task = self.task()
        if task is None:
            return
        needed = not task.changed
        about = task.query.text if needed else f"{task.query.text}\n{_change(task)}"
        dialog = SayDialog(_("Reply to the query"), about, _("Reply"), needed=needed, parent=self.window())
        dialog.said.connect(lambda text: self._say("reply", text))
        modal(dialog)

    def _ask(self) -> None:
        if self.task() is None:
            return
        dialog = SayDialog(_("Ask again"), _("The query is open again."), _("Ask"), parent=self.window())
        dialog.said.connect(lambda text: self._say("ask_again", text))
        modal(dialog)

    def _say(self, what: str, text: str) -> None:
        task, survey = self.task(), self.desk.survey
        if task is None:
            return

        def work() -> Outcome[Query]:
            from cami_survey.operations import reviews

            acts = {"reply": reviews.reply, "ask_again": reviews.ask_again, "close": reviews.close}
            return acts[what](survey, task.query, text)

        self.desk.do(work, receiver=self)

    def choose(self) -> None:
        """Choose a folder and write the query files there."""
        folder = open_folder(self, _("Folder for the query files"))
        if folder is not None:
            self.write_into(folder)

    def write_into(self, folder: Path) -> None:
        """Write the query files into a folder."""
        survey = self.desk.survey

        def work() -> Outcome[list[Sent]]:
            from cami_survey.operations import queries

            return queries.write(survey, folder)

        self.desk.do(work, receiver=self)


def _change(task: Task) -> str:
    if task.changed:
        return _("{before} → {now}").format(before=task.before or _("no answer"), now=task.now or _("no answer"))
    return task.now or _("no answer")


def _cells(task: Task) -> list[Cell]:
    replied = task.query.state == "answered"
    reply = task.query.reply
    said = reply.text if reply is not None and replied else ""
    return [
        Cell(
            task.code or _("No code yet"), _("replied") if replied else _("open"), role="strong", icon="chat-text",
            icon_token="accent" if replied else "warn", filled=True,
        ),
        Cell(task.query.text, task.label or _("The whole interview")),
        Cell(_change(task), said, token="warn" if task.changed else "ink"),
    ]  # fmt: skip
