"""Writing a few lines: a query, a reply, a reason."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from cami_survey.base.texts import _
from cami_survey.ui.dialogs.frame import DialogFrame
from cami_survey.ui.kit import TextArea


class SayDialog(DialogFrame):
    """`said` carries the words; empty ones only if they are not `needed`."""

    said = Signal(str)

    def __init__(
        self, title: str, about: str, finish: str, *, needed: bool = True, parent: QWidget | None = None
    ) -> None:
        super().__init__(title, about, parent)
        self._needed = needed
        self.text = TextArea("", name=title, lines=4)
        self.body.addWidget(self.text)
        self.finish_with(finish, "check").clicked.connect(self._say)
        self.text.setFocus()

    def _say(self) -> None:
        words = self.text.toPlainText().strip()
        if self._needed and not words:
            self.refuse(_("Write a few words."))
            self.text.setFocus()
            return
        self.accept()
        self.said.emit(words)
