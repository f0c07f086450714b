"""Reviewing an interview: how far it is, and what is asked about which of its answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from cami_survey.base.texts import _
from cami_survey.ui import theme
from cami_survey.ui.dialogs.frame import DialogFrame
from cami_survey.ui.kit import Combo, IconButton, Label, Mark, Rule, Segments, TextArea, row

if TYPE_CHECKING:
    from cami_survey.operations.reviews import Query, Review

LONGEST = 60


class ReviewDialog(DialogFrame):
    """`reviewed` carries the state, and field -> query for what is asked anew, None for what is asked no more."""

    reviewed = Signal(str, object)

    def __init__(self, name: str, review: Review, answers: Sequence[tuple[str, str, str]], parent: QWidget) -> None:
        """`answers` are field, question and answer as they are read."""
        super().__init__(_("Review"), name, parent, width=640)
        self.labels = {field: label for field, label, _text in answers}
        self.changes: dict[str, str | None] = {}
        states = [
            ("received", _("Received")),
            ("issues", _("Has issues")),
            ("approved", _("Approved")),
            ("rejected", _("Rejected")),
        ]
        self.state = Segments(states, review.state, _("State of the review"))
        self.body.addWidget(self.state)
        self.body.addSpacing(theme.S)
        self.lines: dict[str, QWidget] = {}
        for query in review.queries:
            self.lines[query.field] = self._line(query)
            self.body.addWidget(self.lines[query.field])
        self.body.addWidget(Rule())
        self.body.addWidget(Label(_("Ask about an answer"), "strong"))
        options = [(field, _named(label, text)) for field, label, text in answers]
        self.question = Combo(options, name=_("Question"))
        self.query = TextArea(placeholder=_("What is to be looked at again?"), name=_("Query"), lines=3)
        self.body.addWidget(self.question)
        self.body.addWidget(self.query)
        self.query.textChanged.connect(self._asked)
        self.finish_with(_("Save"), "check").clicked.connect(self._save)
        self.state.setFocus()

    def _line(self, query: Query) -> QWidget:
        line = QWidget()
        column = QVBoxLayout(line)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        label = self.labels.get(query.field) or query.field.rpartition("/")[2]
        away = IconButton("trash", _("Ask no more: {question}").format(question=label), small=True, token="muted")
        away.clicked.connect(lambda: self.drop(query.field))
        open_ = query.reply is None
        head = row(Mark("question" if open_ else "check-circle", "warn" if open_ else "good"), gap=theme.M)
        head.addWidget(Label(label, "strong", wrap=True), 1)
        head.addWidget(away)
        column.addLayout(head)
        said = _("open") if open_ else _("the answer was changed") if query.changed else query.reply or ""
        for text, tone in ((query.text, "ink"), (said, "muted")):
            column.addLayout(row(theme.XXL, Label(text, "small", tone, wrap=True), gap=0))
        return line

    def drop(self, field: str) -> None:
        """Ask this no more."""
        self.changes[field] = None
        self.lines[field].hide()

    def _asked(self) -> None:
        if self.query.toPlainText().strip() and self.state.key() == "received":
            self.state.choose("issues")

    def _save(self) -> None:
        text = self.query.toPlainText().strip()
        changes = dict(self.changes)
        if text and self.question.key():
            changes[self.question.key()] = text
        state = self.state.key()
        self.accept()
        self.reviewed.emit(state, changes)


def _named(label: str, text: str) -> str:
    shown = label if len(label) <= LONGEST else label[: LONGEST - 1] + "…"
    return f"{shown} — {text[:LONGEST]}" if text else shown
