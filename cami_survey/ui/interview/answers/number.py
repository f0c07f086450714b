"""Answers in numbers: digits and separators of the language on the screen, 0-9 and a point in the record."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QApplication, QLineEdit

from cami_survey.base.texts import _
from cami_survey.engine.api import LARGEST_INTEGER
from cami_survey.ui import theme
from cami_survey.ui.interview import digits
from cami_survey.ui.interview.answers.text import TextAnswer
from cami_survey.ui.kit import IconButton, TextField, painting

if TYPE_CHECKING:
    from cami_survey.engine.api import Node
    from cami_survey.ui.interview.reading import Reading

# More digits need not be counted.
MOST_DIGITS = 20
# What a text of digits may hold.
DIGIT_TEXT = frozenset("0123456789+-., ()/#*")


class NumberField(TextField):
    """Takes nothing that cannot be part of a number, and says so."""

    def __init__(self, owner: NumberAnswer) -> None:
        super().__init__()
        self._owner = owner

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}.get(Qt.Key(event.key()), 0)
        if step and self._owner.step(step):
            return
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
        return NumberField(self)

    def parse(self, words: str) -> str | None:
        """The lexical form of what is written, None if it is no number or none that can be kept."""
        value = digits.whole(words)
        return value if not value or (len(value) <= MOST_DIGITS and abs(int(value)) <= LARGEST_INTEGER) else None

    def complaint(self, words: str) -> str:
        """Why `words` are not taken."""
        if digits.whole(words):
            most = self.grouped(str(LARGEST_INTEGER))
            return _("“{text}” is too large: numbers up to {most} are kept here.").format(text=words[:40], most=most)
        return _("Only a whole number can be written here, and “{text}” is none.").format(text=words[:40])

    def may_be_typed(self, words: str) -> bool:
        """Whether a key's text can be part of a number."""
        return all(digits.may_be_typed(char, fraction=self.FRACTION) for char in words)

    def step(self, by: int) -> bool:
        """Count up or down by the arrow keys; False where they do nothing here."""
        return False

    def plain(self, lexical: str) -> str:
        """A value as it is written while it is edited: not grouped."""
        locale = self.reading.locale
        words = lexical.replace(".", locale.decimalPoint())
        return self.reading.digits(words)

    def outside(self, lexical: str) -> str:
        if self.edit.hasFocus():
            return self.plain(lexical)
        return self.grouped(lexical)

    def grouped(self, lexical: str) -> str:
        """A value for reading."""
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
        words = self.plain(value) if plain else self.grouped(value)
        if words != self.edit.text():
            self.edit.setText(words)


class DecimalAnswer(NumberAnswer):
    """A number with a fraction; comma or point, stored with a point."""

    FRACTION = True

    def parse(self, words: str) -> str | None:
        return digits.decimal(words, self.reading.locale)

    def complaint(self, words: str) -> str:
        return _("Only a number can be written here, and “{text}” is none.").format(text=words[:40])


class CounterAnswer(NumberAnswer):
    """A whole number that is counted up and down, by buttons or arrow keys; nothing counts as none."""

    WIDTH = 152

    def __init__(self, node: Node, reading: Reading) -> None:
        self.less = IconButton("minus", _("One less (Down)"), framed=True)
        self.more = IconButton("plus", _("One more (Up)"), framed=True)
        super().__init__(node, reading)
        for button, by in ((self.less, -1), (self.more, 1)):
            button.setParent(self)
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.clicked.connect(lambda _checked=False, by=by: self._press(by))

    def _press(self, by: int) -> None:
        self.edit.setFocus(Qt.FocusReason.MouseFocusReason)
        self.step(by)

    def step(self, by: int) -> bool:
        if not self.read_only:
            value = int(self.inside(self.edit.text()) or "0") + by
            self.edit.setText(self.plain(str(value)))
            self.typed.emit()
        return True

    def arrange(self, width: int, height: int) -> None:
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        size = self.less.sizeHint()
        field = max(min(theme.u(self.WIDTH), width - 2 * (size.width() + theme.S)), theme.u(40))
        tall = min(height, theme.target())
        x = 0
        for part, wide in ((self.less, size.width()), (self.edit, field), (self.more, size.width())):
            part.setGeometry(painting.mirrored(self.rect(), QRect(x, 0, wide, tall), rtl))
            x += wide + theme.S

    def set_read_only(self, read_only: bool) -> None:
        super().set_read_only(read_only)
        self.read_only = read_only
        self.less.setEnabled(not read_only)
        self.more.setEnabled(not read_only)


class DigitsAnswer(NumberAnswer):
    """Text made of digits, as numbers of telephones and passports: nought at the beginning and signs stay."""

    WIDTH = 320

    def parse(self, words: str) -> str | None:
        text = digits.to_latin(words.strip())
        return text if all(letter in DIGIT_TEXT for letter in text) else None

    def may_be_typed(self, words: str) -> bool:
        return all(letter in DIGIT_TEXT for letter in digits.to_latin(words))

    def complaint(self, words: str) -> str:
        return _("Only digits can be written here, and “{text}” holds something else.").format(text=words[:40])

    def plain(self, lexical: str) -> str:
        return self.reading.digits(lexical)

    def grouped(self, lexical: str) -> str:
        return super().grouped(lexical) if self._grouped and lexical.isdecimal() else self.plain(lexical)
