"""Questions about survey files: a new one, and the key of an encrypted one."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QStandardPaths, Signal
from PySide6.QtWidgets import QWidget

from cami_survey.base.texts import _
from cami_survey.ui.dialogs.frame import DialogFrame, Rows
from cami_survey.ui.feedback import save_file
from cami_survey.ui.kit import Button, Label, PasswordField, Shown, TextField, row, set_problem

SUFFIX = ".cami"
# Codes of errors that what was typed may be the reason of.
OF_KEY = ("file.key-or-damage", "recovery.")
FORBIDDEN = '<>:"/\\|?*'


@dataclass(frozen=True, slots=True)
class NewSurvey:
    """What a new survey file is made from. `key` is empty for a file without encryption."""

    path: Path
    title: str
    facilitator: str
    device_name: str
    key: str


def survey_filters() -> str:
    """What file dialogs show."""
    return _("Survey files") + f" (*{SUFFIX});;" + _("All files") + " (*)"


def file_name(title: str) -> str:
    """A file name that every system takes, made from a title."""
    name = "".join("-" if letter in FORBIDDEN or ord(letter) < 32 else letter for letter in title).strip(" .")
    return (name or "survey")[:80] + SUFFIX


def documents() -> Path:
    """The folder for documents, which not every system has made; the home folder then."""
    named = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    return Path(named) if named and Path(named).is_dir() else Path.home()


class NewSurveyDialog(DialogFrame):
    """Title, who, which laptop, an optional password, and where. `ready` carries a NewSurvey."""

    ready = Signal(object)

    def __init__(self, facilitator: str, device_name: str, parent: QWidget | None = None) -> None:
        super().__init__(
            _("New survey"), _("One file on this laptop that holds forms, interviews and their history."), parent
        )
        self.title = TextField(placeholder=_("Ala-Too 2026"), name=_("Title"))
        self.facilitator = TextField(facilitator, name=_("Facilitator"))
        self.device_name = TextField(device_name, placeholder="KG-07", name=_("Laptop"))
        self.password = PasswordField(_("Password"))
        self.again = PasswordField(_("Password again"))
        self.path = TextField(name=_("File"))
        self._chosen = False
        self.title.textChanged.connect(self._propose)
        choose = Button(_("Choose…"))
        choose.clicked.connect(self._choose)
        place = QWidget()
        place.setLayout(row(self.path, choose))
        rows = Rows()
        rows.add(_("Title"), self.title)
        rows.add(_("Facilitator"), self.facilitator)
        rows.add(_("Laptop"), self.device_name, _("A short name that stands in interview codes, such as KG-07."))
        hint = _("Encrypts the file. Without the password nobody can open it, we neither. Leave it empty for none.")
        rows.add(_("Password"), self.password)
        rows.add(_("Password again"), Shown(self.password, self.again), hint)
        rows.add(_("File"), place)
        self.body.addLayout(rows)
        self.finish_with(_("Make the survey"), "plus").clicked.connect(self._make)
        self._propose()
        self.title.setFocus()

    def ask_again(self, refused: NewSurvey, problem: str, *, about_key: bool = False) -> None:
        """Show what could not be made and why, so that nothing has to be typed twice but what was wrong."""
        self._chosen = True
        self.title.setText(refused.title)
        self.path.setText(str(refused.path))
        if not about_key:
            self.password.setText(refused.key)
            self.again.setText(refused.key)
        wrong = self.password if about_key else self.path
        set_problem(wrong, True)
        self.refuse(problem)
        wrong.setFocus()

    def _propose(self) -> None:
        if not self._chosen:
            self.path.setText(str(documents() / file_name(self.title.text().strip())))
            self.path.setCursorPosition(0)

    def _choose(self) -> None:
        path = save_file(self, _("New survey"), self.path.text(), survey_filters())
        if path is not None:
            self._chosen = True
            self.path.setText(str(path if path.suffix else path.with_suffix(SUFFIX)))
            self.path.setCursorPosition(0)

    def _make(self) -> None:
        missing = not self.title.text().strip()
        differ = self.password.text() != self.again.text()
        set_problem(self.title, missing)
        set_problem(self.again, differ)
        if missing or differ:
            self.refuse(_("Give the survey a title.") if missing else _("The two passwords are not the same."))
            return
        made = NewSurvey(
            Path(self.path.text()).expanduser(),
            self.title.text().strip(),
            self.facilitator.text().strip(),
            self.device_name.text().strip(),
            self.password.text(),
        )
        self.accept()
        self.ready.emit(made)


class KeyDialog(DialogFrame):
    """Asks for the password of an encrypted survey. `ready` carries it.

    Where that which was `typed` did not open it, it is there to be looked at and put right.
    """

    ready = Signal(str)

    def __init__(self, name: str, problem: str = "", parent: QWidget | None = None, *, typed: str = "") -> None:
        super().__init__(
            _("Open {name}").format(name=name), _("This survey is encrypted. Its password opens it."), parent
        )
        self.password = PasswordField(_("Password"))
        self.body.addWidget(Shown(self.password))
        hint = _("A recovery code from paper opens it too; parts of one are typed one after the other.")
        self.body.addWidget(Label(hint, "small", "muted", wrap=True))
        self.finish_with(_("Open"), "lock-key").clicked.connect(self._open)
        self.refuse(problem)
        self.password.setText(typed)
        self.password.selectAll()
        self.password.setFocus()

    def _open(self) -> None:
        self.accept()
        self.ready.emit(self.password.text())


class DrillDialog(DialogFrame):
    """Asks for the password that would have to open the backup after a disaster. `ready` carries it."""

    ready = Signal(str)

    def __init__(self, problem: str = "", parent: QWidget | None = None) -> None:
        words = _(
            "It is restored as if this computer were gone: by what you know or have on paper, not by what is open here."
        )
        super().__init__(_("Try the newest backup out"), words, parent)
        self.password = PasswordField(_("Password"))
        self.body.addWidget(Shown(self.password))
        hint = _("A recovery code from paper opens it too; parts of one are typed one after the other.")
        self.body.addWidget(Label(hint, "small", "muted", wrap=True))
        self.finish_with(_("Try it out"), "shield-check").clicked.connect(self._finish)
        self.refuse(problem)
        self.password.setFocus()

    def _finish(self) -> None:
        self.accept()
        self.ready.emit(self.password.text())
