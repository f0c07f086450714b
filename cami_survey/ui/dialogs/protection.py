"""Questions about protection: a new password, a recovery code for paper."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from cami_survey.base.texts import _
from cami_survey.ui import words
from cami_survey.ui.dialogs.frame import DialogFrame, Rows
from cami_survey.ui.feedback import ask, save_file
from cami_survey.ui.kit import Button, Combo, Label, PasswordField, Shown, Switch, TextField, row, set_problem

MOST_PEOPLE = 7


@dataclass(frozen=True, slots=True)
class NewKey:
    """The password it had, empty for none, and the one it shall have, None for none."""

    old: str
    new: str | None


class NewKeyDialog(DialogFrame):
    """Encrypt, or change or take away the password. `ready` carries a NewKey."""

    ready = Signal(object)

    def __init__(self, encrypted: bool, problem: str = "", parent: QWidget | None = None) -> None:
        title = _("Change the password") if encrypted else _("Encrypt this survey")
        words = _(
            "The file is written anew, checked, and takes the place of the old one. "
            "Without password and recovery code nobody can open it, we neither."
        )
        super().__init__(title, words, parent)
        self.encrypted = encrypted
        self.old, self.new = PasswordField(_("Password until now")), PasswordField(_("New password"))
        self.again = PasswordField(_("New password again"))
        self.off = Switch(_("No password any more"), False)
        rows = Rows()
        if encrypted:
            rows.add(_("Password until now"), self.old)
        rows.add(_("New password"), self.new, _("Four or five words that have nothing to do with each other."))
        fields = (self.old, self.new, self.again) if encrypted else (self.new, self.again)
        rows.add(_("New password again"), Shown(*fields))
        self.body.addLayout(rows)
        if encrypted:
            for field in (self.new, self.again):
                self.off.toggled.connect(field.setDisabled)
            across = row(self.off, Label(_("No password any more"), wrap=True))
            across.setStretch(1, 1)
            self.body.addLayout(across)
        else:
            left = _("Old backups and freed parts of the disk may still hold readable answers.")
            self.body.addWidget(Label(left, "small", "muted", wrap=True))
        words_of = _("Change it") if encrypted else _("Encrypt")
        self.finish_with(words_of, "lock-key").clicked.connect(self._finish)
        self.refuse(problem)
        (self.old if encrypted else self.new).setFocus()

    def _finish(self) -> None:
        from cami_survey.operations.protection import SHORTEST

        plain = self.encrypted and self.off.isChecked()
        short = not plain and len(self.new.text().strip()) < SHORTEST
        differ = not plain and self.new.text() != self.again.text()
        set_problem(self.new, short)
        set_problem(self.again, differ)
        if short:
            self.refuse(_("A password has {n} characters at least.").format(n=SHORTEST))
        elif differ:
            self.refuse(_("The two passwords are not the same."))
        else:
            asked = NewKey(self.old.text(), None if plain else self.new.text())
            self.accept()
            self.ready.emit(asked)


class RecoveryDialog(DialogFrame):
    """Among how many people, how many of them are needed, and where the sheets go. `ready` carries all three."""

    ready = Signal(object, int, int)

    def __init__(self, folder: Path, stem: str, parent: QWidget | None = None) -> None:
        words = _(
            "A code on paper opens the survey and its backups when the password is lost. "
            "It is written on the sheet alone: print it, keep it apart from the laptop, and delete the file."
        )
        super().__init__(_("Make a recovery code"), words, parent)
        self.total = Combo(
            [("1", _("one sheet")), *((str(n), _("{n} people").format(n=n)) for n in range(2, MOST_PEOPLE + 1))],
            "1",
            _("Who gets it"),
        )
        self.needed = Combo([], "", _("Needed to open"))
        self.total.chosen.connect(self._total_chosen)
        self.path = TextField(str(folder / f"{stem}-recovery.pdf"), name=_("File"))
        choose = Button(_("Choose…"))
        choose.clicked.connect(self._choose)
        place = QWidget()
        place.setLayout(row(self.path, choose))
        rows = Rows()
        rows.add(_("Who gets it"), self.total, _("Split among people, none of them can open the survey alone."))
        rows.add(_("Needed to open"), self.needed)
        rows.add(_("File"), place, _("A stick is better than this laptop."))
        self.body.addLayout(rows)
        self.finish_with(_("Make the code"), "printer").clicked.connect(self._finish)
        self._total_chosen("1")
        self.total.setFocus()

    def _total_chosen(self, total: str) -> None:
        n = int(total)
        options = [("1", _("this sheet"))] if n == 1 else [(str(k), _("any {k}").format(k=k)) for k in range(2, n + 1)]
        self.needed.set_options(options, str(min(2, n)))
        self.needed.setEnabled(n > 2)

    def _choose(self) -> None:
        filters = "PDF (*.pdf);;" + _("Web pages") + " (*.html)"
        path = save_file(self, _("Recovery sheet"), self.path.text(), filters)
        if path is not None:
            self.path.setText(str(path))

    def _finish(self) -> None:
        path = Path(self.path.text().strip())
        if not path.parent.is_dir() or not path.name:
            set_problem(self.path, True)
            self.refuse(_("There is no such folder."))
            return
        self.accept()
        self.ready.emit(path, int(self.needed.key()), int(self.total.key()))


class RecoveryCodesDialog(DialogFrame):
    """The recovery codes of a survey by name, each to be taken away. `removed` carries the recipient of one."""

    removed = Signal(str)

    def __init__(self, recipients: Sequence[str], parent: QWidget | None = None) -> None:
        about = _(
            "The name of a code stands on its sheet. A code that is taken away opens this file and its later backups "
            "no longer. If the paper was lost, change the password as well: backups from before still open with it."
        )
        super().__init__(_("Recovery codes"), about, parent)
        self.buttons: dict[str, Button] = {}
        for recipient in recipients:
            self.body.addWidget(self._line(recipient))
        self.body.addStretch(1)
        done = Button(_("Close"), "primary")
        done.clicked.connect(self.reject)
        self.foot.addStretch(1)
        self.foot.addWidget(done)
        self.fit()
        done.setFocus()

    def _line(self, recipient: str) -> QWidget:
        line = QWidget()
        away = Button(_("Take away…"), "danger", "trash")
        away.setAccessibleName(_("Take the code {name} away").format(name=recipient))
        away.clicked.connect(lambda: self._ask(recipient))
        self.buttons[recipient] = away
        across = row(Label(words.breakable(recipient), "small", wrap=True), away)
        across.setStretch(0, 1)
        line.setLayout(across)
        return line

    def _ask(self, recipient: str) -> None:
        about = _("Whoever holds the sheet cannot open this file with it any more.")
        if ask(self, _("Take this code away?"), about, _("Take away"), danger=True):
            self.accept()
            self.removed.emit(recipient)
