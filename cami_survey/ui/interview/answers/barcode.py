"""A bar code or QR code: typed, by a scanner that types, or read from a picture."""

from __future__ import annotations

from PySide6.QtCore import QRect
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from cami_survey.base.errors import UserError
from cami_survey.base.texts import _
from cami_survey.ui import feedback, theme
from cami_survey.ui.interview.answers.parts import AnswerButton, TakesFiles
from cami_survey.ui.interview.answers.text import TextAnswer
from cami_survey.ui.interview.files import Incoming, incoming
from cami_survey.ui.kit import TextField, painting

FIELD, LEAST = 360, 200


class BarcodeAnswer(TakesFiles, TextAnswer):
    """A line for the code, and a button that reads it from a picture, which may be dropped or pasted as well."""

    def make_field(self) -> QLineEdit:
        # Whether a picture is being read.
        self._waiting = False
        self.choose = AnswerButton(_("Read from a picture…"), icon="barcode")
        self.choose.setParent(self)
        self.choose.clicked.connect(self.ask)
        return _Field(self)

    def stops(self) -> list[QWidget]:
        return [self.edit] if self.choose.isHidden() else [self.edit, self.choose]

    def flush(self) -> None:
        if self._waiting and self.files is not None:
            # Whoever goes on takes the code along.
            self.files.wait()
        super().flush()

    def set_read_only(self, read_only: bool) -> None:
        self.read_only = read_only
        super().set_read_only(read_only)
        self.choose.setVisible(not read_only)

    def _field(self, width: int) -> int:
        """The width of the line: beside the button where both have room."""
        beside = width - self.choose.sizeHint().width() - theme.S
        return min(beside, theme.u(FIELD)) if beside >= theme.u(LEAST) else width

    def height_for(self, width: int) -> int:
        below = self._field(width) == width and not self.read_only
        return theme.target() * (2 if below else 1) + (theme.S if below else 0)

    def arrange(self, width: int, height: int) -> None:
        whole, wide, rtl = QRect(0, 0, width, height), self._field(width), self.rtl()
        self.edit.setGeometry(painting.mirrored(whole, QRect(0, 0, wide, theme.target()), rtl))
        at = QRect(wide + theme.S, 0, width, 0) if wide < width else QRect(0, theme.target() + theme.S, width, 0)
        size = self.choose.sizeHint()
        box = QRect(at.x(), at.y(), min(size.width(), width), size.height())
        self.choose.setGeometry(painting.mirrored(whole, box, rtl))

    def take(self, file: Incoming) -> None:
        if self.files is not None:
            self.flush()
            self._waiting = True
            self.files.read(lambda: _code_in(file), self._read, self._failed, self)

    def _read(self, code: str) -> None:
        self._waiting = False
        if self.read_only:
            return
        self.edit.setText(code)
        self.flush()
        self.edit.setFocus()

    def _failed(self, error: UserError) -> None:
        self._waiting = False
        self.refused.emit(" ".join(part for part in (error.sentence, error.advice) if part))

    def ask(self) -> None:
        """Let the person choose a picture of the code."""
        path = feedback.open_file(
            self, _("Choose a picture of the code"), _("Pictures") + " (*.jpg *.jpeg *.png *.webp *.bmp)"
        )
        if path is not None and not self.read_only:
            self.take(Incoming(path.name, path=path))


def _code_in(file: Incoming) -> str:
    from cami_survey.operations import attachments, barcodes

    content = attachments.content_of(file.path) if file.path is not None else file.content
    return barcodes.code_in(content, file.name)


class _Field(TextField):
    """Words are pasted as words, pictures are read."""

    def __init__(self, owner: BarcodeAnswer) -> None:
        super().__init__()
        self._owner = owner
        self.setAcceptDrops(False)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        data = QApplication.clipboard().mimeData()
        if event.matches(QKeySequence.StandardKey.Paste) and not data.hasText() and incoming(data):
            self._owner.paste()
        else:
            super().keyPressEvent(event)
