"""A list of sections at the side of a dialog."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from cami_survey.ui import theme
from cami_survey.ui.kit import painting
from cami_survey.ui.kit.button import PaintedButton


class NavItem(PaintedButton):
    """An icon and a word."""

    def __init__(self, icon: str, words: str) -> None:
        super().__init__()
        self.icon_name = icon
        self.setText(words)
        self.setAccessibleName(words)
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        words = theme.metrics("medium").horizontalAdvance(self.text())
        return QSize(theme.u(theme.ICON) + theme.S + words + 2 * theme.M + theme.S, theme.target())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        on = self.isChecked()
        inner = self.rect().adjusted(3, 3, -3, -3) if self.hasFocus() else self.rect()
        if on or self.underMouse():
            painting.body(painter, inner, theme.colour("accent_soft" if on else "hover"))
        if self.hasFocus():
            painting.ring(painter, self.rect())
        side = theme.u(theme.ICON)
        token = "accent_strong" if on else "ink"
        box = QRect(theme.M, (self.height() - side) // 2, side, side)
        icon_token = token if on else "muted"
        painting.icon(painter, painting.mirrored(self.rect(), box, self.mirrored()), self.icon_name, icon_token)
        x = theme.M + side + theme.S
        words = painting.mirrored(self.rect(), QRect(x, 0, self.width() - x - theme.S, self.height()), self.mirrored())
        font = theme.font("medium" if on else "body")
        painting.text(painter, words, self.text(), font, theme.colour(token), mirrored=self.mirrored())


class Nav(QWidget):
    """`chosen` carries a key. Up and Down move the choice."""

    chosen = Signal(str)

    def __init__(self, sections: list[tuple[str, str, str]], key: str) -> None:
        super().__init__()
        self.items: dict[str, NavItem] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for section, icon, words in sections:
            item = NavItem(icon, words)
            item.clicked.connect(lambda _checked=False, section=section: self.chosen.emit(section))
            self.items[section] = item
            column.addWidget(item)
        column.addStretch(1)
        self.choose(key)

    def choose(self, key: str) -> None:
        """Mark a section without a signal."""
        self.items[key].setChecked(True)
        for section, item in self.items.items():
            item.setFocusPolicy(Qt.FocusPolicy.StrongFocus if section == key else Qt.FocusPolicy.ClickFocus)
        self.setFocusProxy(self.items[key])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()), 0)
        if not step:
            super().keyPressEvent(event)
            return
        keys = list(self.items)
        current = next(section for section, item in self.items.items() if item.isChecked())
        key = keys[(keys.index(current) + step) % len(keys)]
        self.choose(key)
        self.items[key].setFocus(Qt.FocusReason.TabFocusReason)
        self.chosen.emit(key)
