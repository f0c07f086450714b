"""The event log of the interview at the window: where the person is, for how long, and what they do there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from cami_survey.operations import audit

if TYPE_CHECKING:
    from cami_survey.operations.audit import Trail
    from cami_survey.ui.interview.questions import Questions
    from cami_survey.ui.interview.walk import Walk


class Log(QObject):
    """Tells the trail of an interview whose form asks for it."""

    def __init__(self, trail: Trail, questions: Questions, walk: Walk, *, resumed: bool, parent: QObject) -> None:
        super().__init__(parent)
        self._trail, self._questions, self._course = trail, questions, questions.course
        self._at, self._page = "", -1
        trail.event(audit.RESUME if resumed else audit.START)
        questions.arrived.connect(self._arrived)
        questions.repeats.changed.connect(
            lambda act, ref: trail.event(audit.ADD if act == "add" else audit.DELETE, ref)
        )
        walk.jumped.connect(lambda: trail.event(audit.JUMP))

    def _arrived(self, field: str) -> None:
        self._go()
        if self._course.at != self._page:
            self._page = self._course.at
            group = self._course.node(self._course.pages[self._page].field)
            self._trail.open_page(group.ref if group is not None and group.kind != "root" else "")
        node = self._course.node(field)
        if node is not None and node.kind == "question":
            self._at = field
            self._trail.come(node.ref, node.text_value)

    def _go(self) -> None:
        node = self._course.node(self._at) if self._at else None
        self._at = ""
        self._trail.go(node.text_value if node is not None else "")

    def wrong(self) -> None:
        """The interview could not be finished."""
        for problem in self._course.session.problems():
            self._trail.event(audit.WRONG, problem.ref)

    def end(self) -> None:
        """The person leaves the last question and its page."""
        self._go()
        self._trail.close_page()
        self._page = -1
