"""Asking for a reason: why an unusual answer is kept, why a finished interview is changed."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from cami_survey.base.texts import _
from cami_survey.ui.dialogs.frame import DialogFrame
from cami_survey.ui.kit import TextField


class ReasonDialog(DialogFrame):
    """`given` carries the reason, which is never empty unless `optional`: then an empty one takes it back."""

    given = Signal(str)

    def __init__(
        self, title: str, words: str, do: str, *, before: str = "", optional: bool = False, parent: QWidget
    ) -> None:
        super().__init__(title, words, parent.window())
        self._optional = optional
        self.field = TextField(before, name=_("Reason"))
        self.field.setMaxLength(1000)
        self.field.selectAll()
        self.body.addWidget(self.field)
        self.finish_with(do, "check").clicked.connect(self._give)
        self.field.setFocus()

    def _give(self) -> None:
        reason = " ".join(self.field.text().split())
        if not reason and not self._optional:
            self.refuse(_("Write a reason, in a few words."))
            self.field.setFocus()
            return
        self.accept()
        self.given.emit(reason)
