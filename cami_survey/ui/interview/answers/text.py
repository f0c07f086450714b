"""Answers that are written in words: a line, several lines, a secret."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import QRect, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QFocusEvent, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from cami_survey.base.sealed import shown
from cami_survey.base.texts import _
from cami_survey.ui import theme
from cami_survey.ui.interview.answers.base import Answer
from cami_survey.ui.interview.answers.dress import dress
from cami_survey.ui.interview.answers.parts import AnswerButton, ManyStops
from cami_survey.ui.kit import TextArea, TextField, painting, set_problem

if TYPE_CHECKING:
    from cami_survey.engine.api import Node
    from cami_survey.ui.interview.reading import Reading

ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
# Keys that belong to the page.
LEAVING = (*ENTER, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown, Qt.Key.Key_Escape)


class Echo:
    """Tells the form's own changes from the answer that was just given and came back tidied ("3" as "3.0").

    Nobody's words are rewritten under the fingers: while the answer is being given, what comes back is no news.
    """

    def __init__(self) -> None:
        self._giving = False
        self._value = ""

    def __enter__(self) -> None:
        self._giving = True

    def __exit__(self, *_error: object) -> None:
        self._giving = False

    def is_news(self, value: str) -> bool:
        """Whether `value` came from elsewhere."""
        news = not self._giving and value != self._value
        self._value = value
        return news


class TextAnswer(Answer):
    """One line of text."""

    # In px at 100 %; 0 takes the whole width.
    WIDTH: ClassVar[int] = 0

    def __init__(self, node: Node, reading: Reading) -> None:
        super().__init__(node, reading)
        self.sent, self.echo = "", Echo()
        self.edit = self.make_field()
        self.edit.setParent(self)
        self.edit.textEdited.connect(self._typed)
        self.setFocusProxy(self.edit)
        self.show_node(node, reading)

    def make_field(self) -> QLineEdit:
        """The line to write in."""
        return TextField()

    def show_node(self, node: Node, reading: Reading) -> None:
        self.reading = reading
        dress(self.edit, reading)
        value = node.text_value
        if self.echo.is_news(value) or not self.edit.hasFocus():
            self.sent = value
            self._put(self.outside(shown(value)))
        self.set_read_only(self.read_only or node.readonly)

    def _put(self, words: str) -> None:
        if self.edit.text() != words:
            self.edit.setText(words)

    def outside(self, lexical: str) -> str:
        """A stored value as it is written on the screen."""
        return lexical

    def inside(self, words: str) -> str | None:
        """What is on the screen as it is stored; None for what cannot be."""
        return words

    def _typed(self) -> None:
        self.typed.emit()

    def flush(self) -> None:
        value = self.inside(self.edit.text())
        if value is not None and value != shown(self.sent):
            self.sent = value
            with self.echo:
                self.answered.emit(value)

    def height_for(self, width: int) -> int:
        return theme.target()

    def least(self) -> int:
        """The width in px that the line needs, 0 for all there is."""
        return theme.u(self.WIDTH)

    def arrange(self, width: int, height: int) -> None:
        wide = min(width, self.least() or width)
        box = QRect(0, 0, wide, height)
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        self.edit.setGeometry(painting.mirrored(self.rect(), box, rtl))

    def set_wrong(self, wrong: bool) -> None:
        set_problem(self.edit, wrong)

    def set_read_only(self, read_only: bool) -> None:
        if self.edit.isReadOnly() != read_only:
            self.edit.setReadOnly(read_only)


class LongTextAnswer(Answer):
    """Several lines. Enter goes on as everywhere; Alt+Enter begins a new line."""

    LINES, MOST = 3, 12

    def __init__(self, node: Node, reading: Reading) -> None:
        super().__init__(node, reading)
        self.sent, self.echo = "", Echo()
        # The form may ask for more lines.
        rows = node.attributes.get("rows", "")
        self._least = max(self.LINES, int(rows)) if rows.isdecimal() else self.LINES
        self.edit = _Area(self)
        self.edit.setParent(self)
        self.edit.textChanged.connect(self._typed)
        self.setFocusProxy(self.edit)
        self.show_node(node, reading)

    def show_node(self, node: Node, reading: Reading) -> None:
        self.reading = reading
        dress(self.edit, reading)
        value = node.text_value
        if self.echo.is_news(value) or not self.edit.hasFocus():
            self.sent = value
            if self.edit.toPlainText() != shown(value):
                self.edit.setPlainText(shown(value))
        self.set_read_only(self.read_only or node.readonly)

    def _typed(self) -> None:
        if self.edit.toPlainText() != shown(self.sent):
            self.typed.emit()
        self._grow()

    def _grow(self) -> None:
        if self.height() and self.height_for(self.width()) != self.height():
            self.taller.emit()

    def flush(self) -> None:
        value = self.edit.toPlainText()
        if value != shown(self.sent):
            self.sent = value
            with self.echo:
                self.answered.emit(value)

    def _lines(self) -> int:
        return min(max(self._least, int(self.edit.document().size().height())), self.MOST)

    def height_for(self, width: int) -> int:
        hint = theme.u(theme.KEY) + theme.XS
        return theme.metrics("body").lineSpacing() * self._lines() + 2 * theme.M + hint

    def arrange(self, width: int, height: int) -> None:
        self.edit.setGeometry(0, 0, width, height - theme.u(theme.KEY) - theme.XS)

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self.edit.hasFocus() or self.edit.isReadOnly():
            return
        painter = QPainter(self)
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        box = QRect(0, self.height() - theme.u(theme.KEY), self.width(), theme.u(theme.KEY))
        painting.text(
            painter, box, _("Alt+Enter: new line"), theme.font("keycap"), theme.colour("muted"), side="end",
            mirrored=rtl,
        )  # fmt: skip

    def set_wrong(self, wrong: bool) -> None:
        set_problem(self.edit, wrong)

    def set_read_only(self, read_only: bool) -> None:
        if self.edit.isReadOnly() != read_only:
            self.edit.setReadOnly(read_only)


class _Area(TextArea):
    def __init__(self, owner: LongTextAnswer) -> None:
        super().__init__()
        self._owner = owner

    def keyPressEvent(self, event: QKeyEvent) -> None:
        control = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if event.key() in ENTER and event.modifiers() & Qt.KeyboardModifier.AltModifier:
            self.insertPlainText("\n")
            self.ensureCursorVisible()
        elif event.key() in LEAVING or (control and event.key() in (Qt.Key.Key_J, Qt.Key.Key_L, Qt.Key.Key_D)):
            event.ignore()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._owner.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._owner.update()


class SecretAnswer(TextAnswer):
    """One line that nobody reads over the shoulder."""

    def make_field(self) -> QLineEdit:
        field = TextField()
        field.setEchoMode(QLineEdit.EchoMode.PasswordEchoOnEdit)
        return field


class UrlAnswer(ManyStops, TextAnswer):
    """An address of the web, with a way to open it. Only http and https are opened."""

    def __init__(self, node: Node, reading: Reading) -> None:
        self.open = AnswerButton(_("Open"), "secondary", after="arrow-square-out")
        super().__init__(node, reading)
        self.open.setParent(self)
        self.open.clicked.connect(self._open)
        self.edit.textChanged.connect(self._show_open)
        self._show_open()

    def address(self) -> QUrl | None:
        """What would be opened, None for what is no address of the web."""
        url = QUrl.fromUserInput(self.edit.text().strip())
        return url if url.isValid() and url.scheme() in ("http", "https") and "." in url.host() else None

    def _show_open(self) -> None:
        self.open.setEnabled(self.address() is not None)

    def _open(self) -> None:
        url = self.address()
        if url is not None:
            QDesktopServices.openUrl(url)

    def stops(self) -> list[QWidget]:
        return [self.edit, self.open] if self.open.isEnabled() else [self.edit]

    def arrange(self, width: int, height: int) -> None:
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        wide, tall = self.open.sizeHint().width(), min(height, theme.target())
        room = max(width - wide - theme.S, 0)
        self.edit.setGeometry(painting.mirrored(self.rect(), QRect(0, 0, room, tall), rtl))
        self.open.setGeometry(painting.mirrored(self.rect(), QRect(room + theme.S, 0, wide, tall), rtl))


class UnknownAnswer(TextAnswer):
    """A type of answer this program has no widget for: its text can be written, and a line says so."""

    def __init__(self, node: Node, reading: Reading) -> None:
        super().__init__(node, reading)
        self._type = str(node.type or node.control or "")

    def note(self) -> str:
        """The line that says why this is plain text."""
        return _("Answers of type “{type}” have no field of their own yet: write the value as text.").format(
            type=self._type
        )

    def height_for(self, width: int) -> int:
        return theme.target() + theme.XS + theme.metrics("small").height() * (2 if width < theme.u(560) else 1)

    def arrange(self, width: int, height: int) -> None:
        self.edit.setGeometry(0, 0, width, theme.target())

    def paintEvent(self, event: QPaintEvent) -> None:
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        top = theme.target() + theme.XS
        box = QRect(0, top, self.width(), self.height() - top)
        painting.text(
            QPainter(self), box, self.note(), theme.font("small"), theme.colour("muted"), mirrored=rtl, wrap=True
        )
