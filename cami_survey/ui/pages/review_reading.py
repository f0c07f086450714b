"""One interview under review: its questions and answers, the queries on the question in hand, and the state to give.

Every act has a letter: A approves and goes on, I says it has issues, X rejects, C asks about the question in hand,
L closes its query, N and P go to the next and the one before.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QVBoxLayout, QWidget

from cami_survey.base import texts
from cami_survey.base.texts import _
from cami_survey.ui import theme, words
from cami_survey.ui.dialogs.say import SayDialog
from cami_survey.ui.feedback import modal
from cami_survey.ui.kit import Button, Card, Label, Panel, Pill, ScrollArea
from cami_survey.ui.kit.flow import Flow
from cami_survey.ui.kit.keyed import Keyed, press_by_keys
from cami_survey.ui.kit.lists import CellsModel
from cami_survey.ui.kit.table import Cell, Table
from cami_survey.ui.pages.page import Page, foot_line, framed
from cami_survey.ui.pages.review_words import last_step, query_words, said_head, state_words

if TYPE_CHECKING:
    from cami_survey.base.notices import Outcome
    from cami_survey.base.reviews import Query, Review
    from cami_survey.operations.details import Answer
    from cami_survey.store.api import SurveyFile
    from cami_survey.ui.desk import Desk

QUESTION, ANSWER = range(2)
PILLS = {"received": "plain", "issues": "warn", "approved": "good", "rejected": "error"}


@dataclass(frozen=True, slots=True)
class Looked:
    """An interview as it is reviewed: what was answered or asked about."""

    record: str
    code: str
    answers: tuple[Answer, ...]
    review: Review
    changed_since: bool


def look(survey: SurveyFile, record: str, language: str | None) -> Looked:
    """Read it, in the language of the questions, else of the program, if its form has that."""
    from cami_survey.operations import details, reviews
    from cami_survey.operations.beginnings import language_in
    from cami_survey.operations.wording import Wording

    wording = Wording(survey)
    view = survey.view(record)
    form = wording.form(view)
    review = reviews.placed(form, survey.review(record))
    known = language_in(form.languages, language or texts.language()) if form is not None else ""
    questions = details.asked(survey, record, language=known or None)
    queried = {query.field for query in review.queries}
    # What the form notes by itself, such as an id, has no words: nobody reviews it.
    noted = {one.field for one in questions if one.computed and not one.label}
    shown = tuple(one for one in questions if (one.value and one.field not in noted) or one.field in queried)
    return Looked(record, wording.code(view), shown, review, review.changed_since(view.heads))


class ReadingPage(Page):
    """`left` when the person goes back to the list."""

    left = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__("")
        self.desk = desk
        self.records: list[str] = []
        self.at = 0
        self.shown: Looked | None = None
        self._build()
        self._connect()
        self._measure()

    def _build(self) -> None:
        self.back = Button(_("Review"), "quiet", "arrow-left")
        self.pill = Pill("")
        self.place = Label("", tone="muted")
        self.head.insertWidget(0, self.back)
        self.head.insertWidget(2, self.pill)
        self.head.addWidget(self.place)
        self.told = Label("", tone="muted", wrap=True)
        self.model = CellsModel((_("Question"), _("Answer")), self)
        self.table = Table(_("Questions and answers"))
        self.table.setModel(self.model)
        self.comment = Button(_("Ask about this answer"), "secondary", "chat-text")
        self.close_query = Button(_("Close the query"), "secondary", "check")
        self.talk = ScrollArea(Panel("surface"))
        side = Card()
        inside = QVBoxLayout(side)
        inside.setContentsMargins(2, 2, 2, theme.M)
        inside.addWidget(self.talk, 1)
        acts = QWidget()
        acts.setLayout(Flow(self.comment, self.close_query))
        under = QVBoxLayout()
        under.setContentsMargins(theme.L, 0, theme.L, 0)
        under.addWidget(acts)
        inside.addLayout(under)
        self.across = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self.across.setSpacing(theme.L)
        self.across.addWidget(framed(self.table), 3)
        self.across.addWidget(side, 2)
        self.approve = Button(_("Approve"), "primary", "check")
        self.issues = Button(_("Has issues"), "secondary", "warning")
        self.reject = Button(_("Reject"), "secondary", "x-circle")
        self.before = Button(_("Previous"), "quiet", "arrow-left")
        self.next = Button(_("Next"), "quiet", "arrow-right")
        foot = QWidget()
        foot.setLayout(Flow(self.approve, self.issues, self.reject, self.before, self.next))
        self.body.addWidget(self.told)
        self.body.addLayout(self.across, 1)
        self.column.addWidget(foot_line(foot))
        self.hand_keys(self.table)

    def _connect(self) -> None:
        keys: list[Keyed] = [
            ("Escape", self.back, self.left.emit),
            ("A", self.approve, lambda: self._set("approved")),
            ("I", self.issues, lambda: self._set("issues")),
            ("X", self.reject, self._reject),
            ("C", self.comment, self._ask),
            ("L", self.close_query, self._close),
            ("P", self.before, lambda: self.walk(-1)),
            ("N", self.next, lambda: self.walk(1)),
        ]
        press_by_keys(self, keys)
        self.table.opened.connect(lambda _row: self._ask())
        self.table.selectionModel().currentChanged.connect(lambda *_indexes: self._show_thread())
        theme.look.changed.connect(self._measure)

    def _measure(self) -> None:
        self.table.set_row_height(theme.ROW)
        narrow = not theme.fits(self.width(), 860)
        direction = QBoxLayout.Direction
        self.across.setDirection(direction.TopToBottom if narrow else direction.LeftToRight)
        self.table.set_columns({ANSWER: 140 if narrow else 220}, stretch=QUESTION)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._measure()

    # ---- reading

    def begin(self, record: str, records: list[str]) -> None:
        """Show an interview; `records` are those to walk through."""
        self.records, self.at = records, records.index(record)
        self.refresh()

    def refresh(self) -> None:
        """Read the interview again; the keys stay on the question they are on."""
        if not self.records:
            return
        survey, record = self.desk.survey, self.records[self.at]
        language = self.desk.settings.question_language or None
        self.desk.worker.run(lambda: look(survey, record, language), self._take, receiver=self, key="reading")

    def _take(self, looked: Looked) -> None:
        if looked.record != self.records[self.at]:
            return
        same = self.shown is not None and self.shown.record == looked.record
        current = max(self.table.current_row(), 0) if same else 0
        self.shown = looked
        self.title.setText(looked.code or _("No code yet"))
        self.pill.show_words(state_words(looked.review.state), PILLS[looked.review.state])
        place = _("{number} of {count}")
        self.place.setText(place.format(number=words.number(self.at + 1), count=words.number(len(self.records))))
        self.told.setText(_about(looked))
        self.told.setVisible(bool(self.told.text()))
        by_field = _by_field(looked.review)
        self.model.show([_cells(answer, by_field.get(answer.field, [])) for answer in looked.answers])
        if looked.answers:
            self.table.setCurrentIndex(self.model.index(min(current, len(looked.answers) - 1), 0))
        self.before.setEnabled(self.at > 0)
        self.next.setEnabled(self.at + 1 < len(self.records))
        self._show_thread()

    def _answer(self) -> Answer | None:
        row = self.table.current_row()
        return self.shown.answers[row] if self.shown is not None and 0 <= row < len(self.shown.answers) else None

    def _queries(self) -> list[Query]:
        """Those on the question in hand, then those on the whole interview."""
        answer = self._answer()
        if self.shown is None:
            return []
        by_field = _by_field(self.shown.review)
        return [*(by_field.get(answer.field, []) if answer is not None else []), *by_field.get("", [])]

    def _show_thread(self) -> None:
        answer, queries = self._answer(), self._queries()
        inside = Panel("surface")
        column = QVBoxLayout(inside)
        column.setContentsMargins(theme.L, theme.L, theme.L, theme.L)
        column.setSpacing(theme.S)
        if answer is not None:
            column.addWidget(Label(answer.label or answer.name, "strong", wrap=True))
            column.addWidget(Label(answer.text or _("no answer"), wrap=True))
            if answer.comment:
                column.addWidget(Label(_("Comment: {text}").format(text=answer.comment), tone="muted", wrap=True))
        for query in queries:
            for widget in _thread(query):
                column.addWidget(widget)
        column.addStretch(1)
        self.talk.setWidget(inside)
        self.comment.setEnabled(answer is not None)
        self.close_query.setEnabled(any(query.state != "closed" for query in queries))

    # ---- doing

    def walk(self, by: int) -> None:
        """Go to the next interview or the one before."""
        if 0 <= self.at + by < len(self.records):
            self.at += by
            self.refresh()

    def _set(self, state: str, reason: str = "") -> None:
        if self.shown is None:
            return
        survey, record = self.desk.survey, self.shown.record

        def work() -> Outcome[list[Review]]:
            from cami_survey.operations import reviews

            return reviews.set_state(survey, [record], state, reason)

        self.desk.do(work, lambda _set: self.walk(1), receiver=self)

    def _reject(self) -> None:
        about = _("Whoever held the interview reads why.")
        dialog = SayDialog(_("Reject this interview"), about, _("Reject"), parent=self.window())
        dialog.said.connect(lambda reason: self._set("rejected", reason))
        modal(dialog)

    def _ask(self) -> None:
        answer = self._answer()
        if answer is None:
            return
        about = f"{answer.label or answer.name}\n{answer.text}"
        dialog = SayDialog(_("Ask about this answer"), about, _("Ask"), parent=self.window())
        dialog.said.connect(lambda text: self._comment(answer.field, text))
        modal(dialog)

    def _comment(self, field: str, text: str) -> None:
        if self.shown is None:
            return
        survey, record = self.desk.survey, self.shown.record

        def work() -> Outcome[Query]:
            from cami_survey.operations import reviews

            return reviews.comment(survey, record, field, text)

        self.desk.do(work, receiver=self)

    def _close(self) -> None:
        survey = self.desk.survey
        query = next((one for one in self._queries() if one.state != "closed"), None)
        if query is None:
            return

        def work() -> Outcome[Query]:
            from cami_survey.operations import reviews

            return reviews.close(survey, query)

        self.desk.do(work, receiver=self)


def _by_field(review: Review) -> dict[str, list[Query]]:
    found: dict[str, list[Query]] = {}
    for query in review.queries:
        found.setdefault(query.field, []).append(query)
    return found


def _about(looked: Looked) -> str:
    parts = [last_step(looked.review)]
    if looked.changed_since:
        parts.append(_("The answers have changed since."))
    if looked.review.parallel:
        parts.append(_("Somebody else set another state at the same time; set it once more."))
    return "  ".join(part for part in parts if part)


def _cells(answer: Answer, queries: list[Query]) -> list[Cell]:
    waiting = next((query for query in queries if query.state != "closed"), None)
    sub = waiting.text if waiting is not None else ""
    icon = "chat-text" if queries else ""
    token = "warn" if waiting is not None else "muted"
    return [
        Cell(answer.label or answer.name, sub, icon=icon, icon_token=token, sub_token="warn"),
        Cell(answer.text or _("no answer"), role="strong" if answer.text else "body"),
    ]


def _thread(query: Query) -> list[Label]:
    head = _("Query, {state}").format(state=query_words(query))
    labels = [Label(head, "strong", "muted" if query.state == "closed" else "warn", wrap=True)]
    for said in query.said:
        labels.append(Label(said_head(said), "small", "muted", wrap=True))
        if said.text:
            labels.append(Label(said.text, wrap=True))
    return labels
