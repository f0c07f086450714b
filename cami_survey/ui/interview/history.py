"""The history of one answer: who changed it when, from what to what, and why."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from cami_survey.base.texts import _
from cami_survey.ui import words
from cami_survey.ui.dialogs.frame import DialogFrame
from cami_survey.ui.kit import Button, Label, Rule

if TYPE_CHECKING:
    from cami_survey.operations.histories import Change

Readable = Callable[[str], str]


class HistoryDialog(DialogFrame):
    """One paragraph per change, the newest first; `now` is the answer that no revision holds, None if one does."""

    def __init__(
        self, question: str, changes: Sequence[Change], now: str | None, readable: Readable, parent: QWidget
    ) -> None:
        super().__init__(_("History of an answer"), question, parent.window())
        self.lines = [line for line in _lines(changes, now, readable) if line]
        for head, text, why in self.lines or [(_("Nothing was answered here yet."), "", "")]:
            self.body.addWidget(Rule())
            self.body.addWidget(Label(head, "small", "muted", wrap=True))
            for part, role in ((text, "body"), (why, "small")):
                if part:
                    self.body.addWidget(Label(part, role, wrap=True))
        self.body.addStretch(1)
        close = Button(_("Close"), "primary")
        close.clicked.connect(self.accept)
        self.foot.addStretch(1)
        self.foot.addWidget(close)
        close.setFocus()
        self.fit()


def _lines(changes: Sequence[Change], now: str | None, readable: Readable) -> list[tuple[str, str, str]]:
    lines = []
    if now is not None:
        before = changes[0].after if changes else ""
        lines.append((_("Now, on this laptop, not yet saved"), _step(before, now, readable), ""))
    for change in changes:
        where = "" if change.device == change.who else f" · {change.device}"
        head = f"{words.day_and_clock(change.written)} · {change.who}{where}"
        why = _("Reason: {reason}").format(reason=change.reason) if change.reason else ""
        lines.append((head, _step(change.before, change.after, readable), why))
    return lines


def _step(before: str, after: str, readable: Readable) -> str:
    old, new = readable(before), readable(after)
    if not old:
        return _("“{new}” was given").format(new=new) if new else _("no answer")
    if not new:
        return _("“{old}” was taken away").format(old=old)
    return _("from “{old}” to “{new}”").format(old=old, new=new)
