"""Lines for passwords: dots, a button that shows what they stand for, and a word when Caps Lock is on."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from cami_survey.base.texts import _
from cami_survey.ui import theme
from cami_survey.ui.kit.button import Button
from cami_survey.ui.kit.field import TextField
from cami_survey.ui.kit.frame import row
from cami_survey.ui.kit.text import Label

COMMANDS = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier


class PasswordField(TextField):
    """A line that shows dots. `capitals` says with each letter whether Caps Lock is on."""

    capitals = Signal(bool)

    def __init__(self, name: str) -> None:
        super().__init__(name=name)
        self.setEchoMode(QLineEdit.EchoMode.Password)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        letter, held = event.text(), event.modifiers()
        if len(letter) == 1 and letter.lower() != letter.upper() and not held & COMMANDS:
            # No system but Windows tells of the lock; a capital without Shift does everywhere.
            self.capitals.emit(letter.isupper() != bool(held & Qt.KeyboardModifier.ShiftModifier))
        super().keyPressEvent(event)


class Shown(QWidget):
    """The last of some password fields, with the button that shows or hides what is in all of them."""

    def __init__(self, *fields: PasswordField) -> None:
        super().__init__()
        self._fields = fields
        self.button = Button(_("Show"), "secondary", "eye")
        # A click leaves the cursor where it is.
        self.button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.button.clicked.connect(self._turn)
        self.told = Label(_("Caps Lock is on."), "small", "warn", wrap=True)
        self.told.hide()
        for field in fields:
            field.capitals.connect(self.told.setVisible)
        across = row(fields[-1], self.button)
        across.setStretch(0, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.XS)
        column.addLayout(across)
        column.addWidget(self.told)
        self.setFocusProxy(fields[-1])

    def _turn(self) -> None:
        hidden = self._fields[0].echoMode() == QLineEdit.EchoMode.Password
        for field in self._fields:
            field.setEchoMode(QLineEdit.EchoMode.Normal if hidden else QLineEdit.EchoMode.Password)
        self.button.setText(_("Hide") if hidden else _("Show"))
