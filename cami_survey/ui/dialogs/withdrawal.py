"""A respondent took back consent: what that means, and the code typed once more."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from cami_survey.base.texts import _, ngettext
from cami_survey.ui.dialogs.frame import DialogFrame, Rows
from cami_survey.ui.kit import Label, Switch, TextField, row, set_problem


class WithdrawalDialog(DialogFrame):
    """`ready` carries the reason and whether backups shall forget too."""

    ready = Signal(str, bool)

    def __init__(self, code: str, backups: int, parent: QWidget | None = None) -> None:
        words = _(
            "The answers, pictures and recordings of this interview are gone for good, here and wherever packages of "
            "this survey are merged. Its number stays, so that it is known to be gone. This cannot be taken back."
        )
        super().__init__(_("Consent was taken back: {code}").format(code=code), words, parent)
        self._code = code
        self.code = TextField(name=_("Code of the interview"))
        self.reason = TextField(name=_("Reason"))
        rows = Rows()
        rows.add(
            _("Code of the interview"), self.code, _("Type it, so that it is the right one: {code}").format(code=code)
        )
        rows.add(_("Reason"), self.reason, _("It travels with the packages. No names."))
        self.body.addLayout(rows)
        self.backups = Switch(_("Backups forget it too"), backups > 0)
        if backups:
            text = ngettext("Write {n} backup anew without it", "Write {n} backups anew without it", backups)
            across = row(self.backups, Label(text.format(n=backups), wrap=True))
            across.setStretch(1, 1)
            self.body.addLayout(across)
        far = _("Copies on sticks, in mails and exported tables are not reached from here.")
        self.body.addWidget(Label(far, "small", "muted", wrap=True))
        self.finish_with(_("Drop the answers"), "trash").clicked.connect(self._finish)
        self.code.setFocus()

    def _finish(self) -> None:
        right = self.code.text().strip().casefold() == self._code.casefold()
        set_problem(self.code, not right)
        if not right:
            self.refuse(_("That is not the code of this interview."))
            return
        self.accept()
        self.ready.emit(self.reason.text().strip(), self.backups.isChecked())
