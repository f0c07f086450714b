"""Answers that are written: a line, several lines, a number, a date or a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import QMimeData, QRect, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QLineEdit

from cami_survey.base.texts import _
from cami_survey.ui import theme
from cami_survey.ui.interview import digits
from cami_survey.ui.interview.answers.base import Answer
from cami_survey.ui.interview.answers.dress import dress
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
            self._put(self.outside(value))
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
        if value is not None and value != self.sent:
            self.sent = value
            with self.echo:
                self.answered.emit(value)

    def height_for(self, width: int) -> int:
        return theme.target()

    def arrange(self, width: int, height: int) -> None:
        wide = min(width, theme.u(self.WIDTH)) if self.WIDTH else width
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

    LINES = 3

    def __init__(self, node: Node, reading: Reading) -> None:
        super().__init__(node, reading)
        self.sent, self.echo = "", Echo()
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
            if self.edit.toPlainText() != value:
                self.edit.setPlainText(value)
        self.set_read_only(self.read_only or node.readonly)

    def _typed(self) -> None:
        if self.edit.toPlainText() != self.sent:
            self.typed.emit()
        self._grow()

    def _grow(self) -> None:
        if self.height() and self.height_for(self.width()) != self.height():
            self.taller.emit()

    def flush(self) -> None:
        value = self.edit.toPlainText()
        if value != self.sent:
            self.sent = value
            with self.echo:
                self.answered.emit(value)

    def _lines(self) -> int:
        return min(max(self.LINES, int(self.edit.document().size().height())), 12)

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

    def insertFromMimeData(self, source: QMimeData) -> None:
        self.insertPlainText(source.text())


class _NumberField(TextField):
    """Takes nothing that cannot be part of a number, and says so."""

    def __init__(self, owner: NumberAnswer) -> None:
        super().__init__()
        self._owner = owner

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Paste):
            self.take(QApplication.clipboard().text())
            return
        words = event.text()
        plain = not event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
        if plain and words.isprintable() and words and not self._owner.may_be_typed(words):
            self._owner.refused.emit(self._owner.complaint(words))
            return
        super().keyPressEvent(event)

    def take(self, words: str) -> None:
        """Put pasted `words` in if they are a number."""
        if self.isReadOnly():
            return
        value = self._owner.parse(words)
        if value is None:
            self._owner.refused.emit(self._owner.complaint(" ".join(words.split())))
            return
        self.selectAll()
        self.insert(self._owner.plain(value))

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._owner.show_plain(True)
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._owner.show_plain(False)


class NumberAnswer(TextAnswer):
    """A whole number: digits of any script, grouped when it is not being written; stored as 0-9."""

    WIDTH = 232
    FRACTION: ClassVar[bool] = False

    def __init__(self, node: Node, reading: Reading) -> None:
        self._grouped = "thousands-sep" in node.appearance.split()
        super().__init__(node, reading)
        self.edit.setInputMethodHints(Qt.InputMethodHint.ImhPreferNumbers)

    def make_field(self) -> QLineEdit:
        return _NumberField(self)

    def parse(self, words: str) -> str | None:
        """The lexical form of what is written, None if it is no number."""
        return digits.whole(words)

    def complaint(self, words: str) -> str:
        """Why `words` are not taken."""
        return _("Only a whole number can be written here, and “{text}” is none.").format(text=words[:40])

    def may_be_typed(self, words: str) -> bool:
        """Whether a key's text can be part of a number."""
        return all(digits.may_be_typed(char, fraction=self.FRACTION) for char in words)

    def plain(self, lexical: str) -> str:
        """A value as it is written while it is edited: not grouped."""
        locale = self.reading.locale
        words = lexical.replace(".", locale.decimalPoint())
        return digits.local(words, locale) if self.reading.local_digits else words

    def outside(self, lexical: str) -> str:
        if self.edit.hasFocus():
            return self.plain(lexical)
        return digits.shown(lexical, self.reading.locale, local_digits=self.reading.local_digits, always=self._grouped)

    def inside(self, words: str) -> str | None:
        return self.parse(words)

    def _typed(self) -> None:
        # What a menu or the middle mouse button pasted did not pass the keys.
        words = self.edit.text()
        if self.parse(words) is None and not self.may_be_typed(words):
            self.edit.setText(self.plain(self.sent))
            self.refused.emit(self.complaint(words))
            return
        super()._typed()

    def show_plain(self, plain: bool) -> None:
        """Show the number for writing, or grouped for reading."""
        value = self.inside(self.edit.text())
        if value is None:
            # A lone sign or separator is left behind: the last number stands.
            self.refused.emit(self.complaint(self.edit.text()))
            value = self.sent
        words = self.plain(value) if plain else digits.shown(
            value, self.reading.locale, local_digits=self.reading.local_digits, always=self._grouped
        )  # fmt: skip
        if words != self.edit.text():
            self.edit.setText(words)


class DecimalAnswer(NumberAnswer):
    """A number with a fraction; comma or point, stored with a point."""

    FRACTION = True

    def parse(self, words: str) -> str | None:
        return digits.decimal(words, self.reading.locale)

    def complaint(self, words: str) -> str:
        return _("Only a number can be written here, and “{text}” is none.").format(text=words[:40])


class SecretAnswer(TextAnswer):
    """One line that nobody reads over the shoulder."""

    def make_field(self) -> QLineEdit:
        field = TextField()
        field.setEchoMode(QLineEdit.EchoMode.PasswordEchoOnEdit)
        return field


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
