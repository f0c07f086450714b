"""The question for whom names are sealed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from cami_survey.base.texts import _
from cami_survey.ui.dialogs.frame import DialogFrame, Rows
from cami_survey.ui.kit import Button, Label, TextField, Tick, set_problem

if TYPE_CHECKING:
    from cami_survey.operations.identity import Standing


@dataclass(frozen=True, slots=True)
class NamesAsked:
    """Who is to read names (recipients, or names the survey knows), and which questions are added or left."""

    to: tuple[str, ...]
    also: tuple[str, ...]
    leave: tuple[str, ...]


class NamesDialog(DialogFrame):
    """For whom names are sealed, and of which questions. `ready` carries a NamesAsked, `stopped` nothing."""

    ready = Signal(object)
    stopped = Signal()

    def __init__(self, found: Standing, parent: QWidget | None = None) -> None:
        about = _(
            "Who was asked is then readable on this laptop and for these people alone. Everybody else can merge, "
            "review, export and pass on the interviews, and reads “[sealed]” where a name stands."
        )
        super().__init__(_("Names for other people than the answers"), about, parent)
        known = (name if not name.endswith("…") else recipient for name, recipient in found.recipients)
        self.to = TextField(", ".join(known), name=_("Who can read names"))
        self.also = TextField("", name=_("Further questions"))
        rows = Rows()
        rows.add(_("Who can read names"), self.to, _("Recipients that begin with age1, or people this survey knows."))
        rows.add(
            _("Further questions"), self.also, _("Names of questions as the form writes them, such as interviewer.")
        )
        self.body.addLayout(rows)
        self.ticks: dict[str, Tick] = {}
        self._list_questions(found)
        if found.recipients:
            self.stop = Button(_("Seal no new names"), "secondary")
            self.stop.clicked.connect(self._stop)
            self.foot.addWidget(self.stop)
        self.finish_with(_("Seal names"), "lock-key").clicked.connect(self._finish)
        self.to.setFocus()

    def _list_questions(self, found: Standing) -> None:
        told = {one.name: one for one in found.questions}
        if told:
            self.body.addWidget(Label(_("These questions ask who somebody is:"), "small", "muted", wrap=True))
        for name, one in sorted(told.items()):
            if one.against:
                text = _("{question} is not sealed: {reason}").format(question=one.label, reason=one.against)
                self.body.addWidget(Label(text, "small", "warning", wrap=True))
                continue
            tick = self.ticks[name] = Tick(f"{one.label} ({name})", True)
            self.body.addWidget(tick)
        if not told:
            text = _("No form here asks for a name in a way that is known. Forms that come later are looked at again.")
            self.body.addWidget(Label(text, "small", "muted", wrap=True))

    def _stop(self) -> None:
        self.accept()
        self.stopped.emit()

    def _finish(self) -> None:
        people = _parted(self.to.text(), ",")
        set_problem(self.to, not people)
        if not people:
            self.refuse(_("Say who can read names."))
            return
        leave = tuple(name for name, tick in self.ticks.items() if not tick.isChecked())
        asked = NamesAsked(people, _parted(self.also.text().replace(",", " "), " "), leave)
        self.accept()
        self.ready.emit(asked)


def _parted(text: str, between: str) -> tuple[str, ...]:
    parts: Sequence[str] = text.split(between)
    return tuple(part.strip() for part in parts if part.strip())
