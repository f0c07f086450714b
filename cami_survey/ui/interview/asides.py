"""What is done beside answering the question in hand: comment, mark, reason, history, the codes for no answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from cami_survey.base.sealed import shown
from cami_survey.base.texts import _
from cami_survey.operations import nonresponse
from cami_survey.ui.feedback import modal
from cami_survey.ui.interview.answers.choice_list import options
from cami_survey.ui.interview.head import guidance
from cami_survey.ui.interview.reasons import ReasonDialog

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from cami_survey.engine.api import Node
    from cami_survey.operations.histories import Change
    from cami_survey.operations.interviews import Interview
    from cami_survey.operations.nonresponse import Kind
    from cami_survey.ui.interview.frame import Frame
    from cami_survey.ui.interview.questions import Questions
    from cami_survey.ui.interview.reading import Reading
    from cami_survey.ui.worker import Worker


class Asides(QObject):
    """`changed` says that the outline and the list to come back to look different now."""

    changed = Signal()

    def __init__(
        self, interview: Interview, questions: Questions, frame: Frame, worker: Worker | None, page: QWidget
    ) -> None:
        super().__init__(page)
        self._interview, self._questions, self._frame, self._worker = interview, questions, frame, worker
        self._page = page
        frame.notes.commented.connect(self._comment)
        questions.asked_reason.connect(self.give_reason_for)

    def _here(self) -> Node | None:
        """The question in hand, with everything typed handed over."""
        self._questions.flush()
        node = self._questions.course.node(self._questions.here) if self._questions.here else None
        return node if node is not None and node.kind == "question" else None

    def show_comment(self) -> None:
        """Show the comment on the question in hand, and what the form tells the facilitator of it."""
        field, course = self._questions.here, self._questions.course
        node = course.node(field)
        told = guidance(node, self._questions.reading) if node is not None else ""
        query = self._interview.queries.get(field, "")
        asked = _("The reviewer asks: {query}").format(query=query) if query else ""
        self._frame.notes.show_guidance("\n".join(part for part in (asked, told) if part))
        about = course.question(node) if node is not None else ""
        self._frame.notes.show_comment(field, about, self._interview.comments.get(field, ""))

    def _comment(self, field: str, words: str) -> None:
        if not self._questions.read_only:
            self._interview.comment(field, words)

    def mark(self) -> None:
        """Mark the question to come back to, or no longer."""
        self._questions.course.turn_mark(self._questions.here)
        self.changed.emit()

    # No answer

    def give_none(self, kind: Kind) -> None:
        """Answer with the question's code for this kind of nonresponse; once more takes it away."""
        node = self._here()
        if node is None or self._questions.read_only:
            return
        form = self._interview.form
        code = nonresponse.code_of(node, kind, form.marks, form.languages)
        if not code:
            words = {
                "unknown": _("This question has no code for “does not know”."),
                "refused": _("This question has no code for “does not want to say”."),
            }
            self._frame.done.say(words[kind], undo=False, icon="info")
            self._frame.done.show()
            return
        self._frame.done.hide()
        self._questions.answer(node.field, "" if node.text_value == code else code)

    # Reasons

    def give_reason(self) -> None:
        """Keep the unusual answer in hand with a reason, or change the reason it was kept with."""
        if self._here() is not None:
            self.give_reason_for(self._questions.here)

    def give_reason_for(self, field: str) -> None:
        """Ask for the reason of an unusual answer."""
        node = self._questions.course.node(field)
        before = self._interview.reasons.get(field, "")
        if node is None or self._questions.read_only or (node.violation != "soft" and not before):
            return
        words = "\n".join(part for part in (self._questions.course.question(node), node.problem) if part)
        dialog = ReasonDialog(
            _("Why is this answer kept?"),
            words,
            _("Keep the answer"),
            before=before,
            optional=bool(before),
            parent=self._page,
        )
        dialog.given.connect(lambda reason: self._questions.excuse(field, reason))
        modal(dialog)

    # History

    def show_history(self) -> None:
        """Show who changed the answer in hand, when, from what to what and why."""
        node = self._here()
        survey, record = self._interview.survey, self._interview.record
        if node is None:
            return
        if survey is None or not self._interview.origin.parents:
            self._show(node.field, ())
            return

        def work() -> tuple[Change, ...]:
            from cami_survey.operations import histories

            return histories.history_of(survey, record, node.field).value

        if self._worker is None:
            self._show(node.field, work())
        else:
            self._worker.run(work, lambda found: self._show(node.field, found), receiver=self)

    def _show(self, field: str, changes: tuple[Change, ...]) -> None:
        from cami_survey.ui.interview.history import HistoryDialog

        node = self._questions.course.node(field)
        if node is None:
            return
        kept = changes[0].after if changes else ""
        now = shown(node.text_value) if shown(node.text_value) != kept else None
        reading, question = self._questions.reading, self._questions.course.question(node)
        dialog = HistoryDialog(question, changes, now, lambda text: readable(node, text, reading), self._page)
        modal(dialog)


def readable(node: Node, text: str, reading: Reading) -> str:
    """An answer of `node` as a person reads it: labels for chosen values."""
    labels = {option.value: option.label for option in options(node, reading)}
    if not labels:
        return text
    return ", ".join(labels.get(value) or value for value in ([text] if node.control == "select1" else text.split()))
