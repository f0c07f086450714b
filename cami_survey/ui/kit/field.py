"""Fields to write or choose in: one line, several lines, search, drop-down."""

from __future__ import annotations

import re
from collections.abc import Sequence

from PySide6.QtCore import QEvent, QMimeData, QObject, QRect, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QListView,
    QPlainTextEdit,
    QSizePolicy,
    QSpacerItem,
    QWidget,
)

from cami_survey.base.texts import _
from cami_survey.ui import theme
from cami_survey.ui.kit import painting


def set_problem(field: QWidget, wrong: bool) -> None:
    """Give a field the edge of something wrong, or take it away."""
    if bool(field.property("problem")) != wrong:
        field.setProperty("problem", wrong)
        field.style().unpolish(field)
        field.style().polish(field)


# What comes with pasted text from other programs, is never seen, and no file of answers can hold.
UNSEEN = re.compile("[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\ud800-\\udfff\\ufffe\\uffff]+")

# Qt would cut a line after 32,767 letters without a word.
ENDLESS = 2**31 - 1


class TextField(QLineEdit):
    """One line of text, without control characters."""

    def __init__(
        self, words: str = "", *, placeholder: str = "", name: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setMaxLength(ENDLESS)
        self.setText(words)
        self.setPlaceholderText(placeholder)
        self.setAccessibleName(name or placeholder)
        self.textChanged.connect(self._clean)

    def sizeHint(self) -> QSize:
        """Wide enough for its placeholder, which is lost when it is cut."""
        usual = super().sizeHint()
        return QSize(max(usual.width(), self._placeholder_width()), usual.height())

    def minimumSizeHint(self) -> QSize:
        least = super().minimumSizeHint()
        return QSize(max(least.width(), min(self._placeholder_width(), theme.u(320))), least.height())

    def _placeholder_width(self) -> int:
        words = self.placeholderText()
        return theme.metrics("body").horizontalAdvance(words) + 2 * theme.M + 4 if words else 0

    def _clean(self, words: str) -> None:
        if UNSEEN.search(words):
            place = self.cursorPosition()
            self.setText(UNSEEN.sub("", words))
            self.setCursorPosition(place - len(words[:place]) + len(UNSEEN.sub("", words[:place])))


class TextArea(QPlainTextEdit):
    """Several lines of text, as tall as `lines`, without control characters; Tab leaves it."""

    def __init__(self, words: str = "", *, placeholder: str = "", name: str = "", lines: int = 3) -> None:
        super().__init__(words)
        self._lines = lines
        self.setPlaceholderText(placeholder)
        self.setAccessibleName(name or placeholder)
        self.setTabChangesFocus(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def insertFromMimeData(self, source: QMimeData) -> None:
        self.insertPlainText(UNSEEN.sub("", source.text()))

    def sizeHint(self) -> QSize:
        return QSize(theme.u(240), theme.metrics("body").lineSpacing() * self._lines + 2 * theme.M)

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.u(80), self.sizeHint().height())


class SearchField(QWidget):
    """A line with a glass before it. `changed` at every keystroke, `down` when Down or Enter leaves for the list.

    Without `leads_down` both keys belong to what the line lies in.
    """

    changed = Signal(str)
    down = Signal()

    def __init__(self, placeholder: str, name: str = "", *, leads_down: bool = True) -> None:
        super().__init__()
        self._leads_down = leads_down
        self.edit = QLineEdit(self)
        self.edit.setProperty("bare", True)
        self.edit.setPlaceholderText(placeholder)
        self.edit.setAccessibleName(name or placeholder)
        self.edit.setClearButtonEnabled(False)
        self.edit.textChanged.connect(self.changed)
        self.edit.installEventFilter(self)
        self.setFocusProxy(self.edit)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        # Margins of a layout stay where they are when the direction turns; what is in it changes sides.
        self._glass = QSpacerItem(0, 0)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.M, 2, theme.M, 2)
        row.setSpacing(0)
        row.addItem(self._glass)
        row.addWidget(self.edit)
        theme.look.changed.connect(self._measure)
        self._measure()

    def _measure(self) -> None:
        self._glass.changeSize(theme.u(40) - theme.M, 0)
        layout = self.layout()
        if layout is not None:
            layout.invalidate()

    def text(self) -> str:
        """What is searched for."""
        return self.edit.text()

    def clear(self) -> None:
        """Search for nothing."""
        self.edit.clear()

    def sizeHint(self) -> QSize:
        return QSize(theme.u(theme.SEARCH), theme.target())

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.u(140), theme.target())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self.update()
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if self._leads_down and event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self.down.emit()
                return True
            if event.key() == Qt.Key.Key_Escape and self.edit.text():
                self.edit.clear()
                return True
        return super().eventFilter(watched, event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        focused = self.edit.hasFocus()
        edge = theme.colour("ring" if focused else "edge")
        painting.body(painter, self.rect(), theme.colour("surface"), edge, width=2.0 if focused else 1.0)
        side = theme.u(theme.ICON)
        box = QRect(theme.u(13), (self.height() - side) // 2, side, side)
        mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        painting.icon(painter, painting.mirrored(self.rect(), box, mirrored), "magnifying-glass", "muted")


class Combo(QComboBox):
    """A drop-down list. `options`: (key, words); `chosen` carries the key.

    As wide as its longest words. A `brief` one is a filter: as wide as what is chosen, and where that is not its first
    option, which stands for everything, it says its name before and looks like something that is on.
    """

    chosen = Signal(str)

    def __init__(
        self, options: Sequence[tuple[str, str]] = (), key: str = "", name: str = "", *, brief: bool = False
    ) -> None:
        super().__init__()
        self._brief = brief
        self.setView(QListView())
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
        self.set_options(options, key)
        self.activated.connect(lambda index: self.chosen.emit(str(self.itemData(index))))
        if brief:
            self.currentTextChanged.connect(lambda _words: self.updateGeometry())

    def set_options(self, options: Sequence[tuple[str, str]], key: str = "") -> None:
        """Replace what can be chosen; `key` is chosen if it is there."""
        self.clear()
        for option, words in options:
            self.addItem(words, option)
        self.choose(key)

    def choose(self, key: str) -> None:
        """Choose `key` without a signal; the first option if it is not there."""
        self.setCurrentIndex(max(self.findData(key), 0) if self.count() else -1)

    def key(self) -> str:
        """The chosen key, empty if there is nothing to choose."""
        value = self.currentData()
        return "" if value is None else str(value)

    def said(self) -> str:
        """What it shows."""
        if not self._limits():
            return self.currentText()
        return _("{name}: {chosen}").format(name=self.accessibleName(), chosen=self.currentText())

    def _limits(self) -> bool:
        return self._brief and self.currentIndex() > 0

    def sizeHint(self) -> QSize:
        texts = [self.said()] if self._brief else [self.itemText(index) for index in range(self.count())]
        role = "strong" if self._limits() else "body"
        words = max(map(theme.metrics(role).horizontalAdvance, texts), default=0)
        return QSize(min(words, theme.u(360)) + theme.u(12 + 40), theme.target())

    def minimumSizeHint(self) -> QSize:
        return QSize(min(self.sizeHint().width(), theme.u(120)), theme.target())

    def showPopup(self) -> None:
        if self._brief:
            texts = [self.itemText(index) for index in range(self.count())]
            longest = max(map(theme.metrics("body").horizontalAdvance, texts), default=0)
            self.view().setMinimumWidth(min(longest, theme.u(360)) + theme.u(12 + 40))
        super().showPopup()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.showPopup()
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        # A wheel meant for the page must not change an answer.
        event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        focused, on = self.hasFocus(), self._limits()
        edge = "ring" if focused else "accent" if on else "edge" if self.isEnabled() else "line"
        radius = self.height() / 2 if self._brief else theme.RADIUS
        ground = theme.colour("accent_soft" if on else "surface")
        painting.body(painter, self.rect(), ground, theme.colour(edge), width=2.0 if focused else 1.0, radius=radius)
        mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        side = theme.u(14)
        caret = QRect(self.width() - theme.u(12) - side, (self.height() - side) // 2, side, side)
        painting.icon(painter, painting.mirrored(self.rect(), caret, mirrored), "caret-down", "muted")
        words = QRect(theme.u(12), 0, self.width() - theme.u(12 + 36), self.height())
        painting.text(
            painter, painting.mirrored(self.rect(), words, mirrored), self.said(),
            theme.font("strong" if on else "body"),
            theme.colour("accent_strong" if on else "ink" if self.isEnabled() else "faint"), mirrored=mirrored,
        )  # fmt: skip
