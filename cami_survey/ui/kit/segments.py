"""One of a few, side by side: segments in a frame, tabs over a page."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QLayout, QSizePolicy, QWidget

from cami_survey.ui import theme
from cami_survey.ui.kit import painting
from cami_survey.ui.kit.button import PaintedButton
from cami_survey.ui.kit.flow import Flow

ARROWS = {Qt.Key.Key_Right: 1, Qt.Key.Key_Left: -1}


class _Segment(PaintedButton):
    def __init__(self, words: str) -> None:
        super().__init__()
        self.count = ""
        self.setCheckable(True)
        self.setText(words)
        self.setAccessibleName(words)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in ARROWS:
            # Qt would go to whatever lies at that side.
            event.ignore()
        else:
            super().keyPressEvent(event)

    def _words(self) -> str:
        return f"{self.text()}  {self.count}" if self.count else self.text()

    def sizeHint(self) -> QSize:
        width = theme.metrics("strong").horizontalAdvance(self._words()) + 2 * theme.u(16)
        return QSize(width, theme.target() - 6)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self.isChecked():
            painting.body(painter, self.rect(), theme.colour("raised"), theme.colour("line"), radius=theme.RADIUS - 2)
        if self.hasFocus():
            painting.ring(painter, self.rect(), radius=theme.RADIUS - 2)
        token = "ink" if self.isChecked() or self.underMouse() else "muted"
        role = "strong" if self.isChecked() else "medium"
        painting.text(
            painter, self.rect(), self._words(), theme.font(role), theme.colour(token if self.isEnabled() else "faint"),
            side="centre",
        )  # fmt: skip


class _OneOf(QWidget):
    """`options`: (key, words). Arrow keys move the choice; one Tab stop. `chosen` carries the key."""

    chosen = Signal(str)
    part: type[_Segment] = _Segment

    def __init__(self, options: Sequence[tuple[str, str]], key: str, name: str, line: QLayout) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self._buttons: dict[str, _Segment] = {}
        self._group = QButtonGroup(self)
        self._line = line
        self.setLayout(line)
        self._fill(options)
        self.choose(key or next(iter(self._buttons), ""))

    def _fill(self, options: Sequence[tuple[str, str]]) -> None:
        for option, words in options:
            button = self.part(words)
            button.clicked.connect(lambda _on=False, option=option: self._take(option))
            self._group.addButton(button)
            self._buttons[option] = button
            self._line.addWidget(button)

    def choose(self, key: str) -> None:
        """Mark `key` without a signal."""
        for option, button in self._buttons.items():
            button.setChecked(option == key)
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus if option == key else Qt.FocusPolicy.ClickFocus)
            if option == key:
                self.setFocusProxy(button)

    def _take(self, key: str) -> None:
        self.choose(key)
        self.chosen.emit(key)

    def part_of(self, key: str) -> QWidget:
        """What is pressed to choose `key`."""
        return self._buttons[key]

    def keys(self) -> list[str]:
        """What can be chosen, in order."""
        return list(self._buttons)

    def key(self) -> str:
        """The chosen key, empty if there is nothing to choose."""
        return next((option for option, button in self._buttons.items() if button.isChecked()), "")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = ARROWS.get(Qt.Key(event.key()), 0)
        if not step:
            super().keyPressEvent(event)
            return
        if self.layoutDirection() == Qt.LayoutDirection.RightToLeft:
            step = -step
        keys = list(self._buttons)
        key = keys[(keys.index(self.key()) + step) % len(keys)]
        self._buttons[key].setFocus(Qt.FocusReason.TabFocusReason)
        self._take(key)


class Segments(_OneOf):
    """One of a few in a frame."""

    def __init__(self, options: Sequence[tuple[str, str]], key: str = "", name: str = "") -> None:
        row = QHBoxLayout()
        row.setContentsMargins(3, 3, 3, 3)
        row.setSpacing(0)
        super().__init__(options, key, name, row)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_count(self, key: str, count: str) -> None:
        """Show a count, as it is written, after the words of `key`."""
        self._buttons[key].count = count
        self._buttons[key].updateGeometry()
        self._buttons[key].update()

    def notes(self) -> dict[str, str]:
        """What stands after the words of the options that have a count or a note."""
        return {key: button.count for key, button in self._buttons.items() if button.count}

    def set_note(self, key: str, note: str, explained: str) -> None:
        """Show a short note after the words of `key`; what it means is said by the pointer and to screen readers."""
        self.set_count(key, note)
        self._buttons[key].setToolTip(explained)
        self._buttons[key].setAccessibleDescription(explained)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        edge = theme.colour("line") if theme.look.name == "sunlight" else None
        painting.body(painter, self.rect(), theme.colour("sunken"), edge)


class _Tab(_Segment):
    """Words with a line below where they are chosen."""

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width() - 2 * theme.u(4), theme.target())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        token = "accent_strong" if self.isChecked() else "ink" if self.underMouse() else "muted"
        role = "strong" if self.isChecked() else "medium"
        painting.text(painter, self.rect(), self.text(), theme.font(role), theme.colour(token), side="centre")
        if self.isChecked():
            painter.fillRect(QRect(0, self.height() - 3, self.width(), 3), theme.colour("accent"))
        if self.hasFocus():
            painting.ring(painter, self.rect().adjusted(0, 2, 0, -5))


class Tabs(_OneOf):
    """The parts of a page, on more lines where it is narrow; a hairline lies under them. They are told later."""

    part = _Tab

    def __init__(self, name: str = "") -> None:
        super().__init__((), "", name, Flow(gap=0))
        # The keys wait here for what they go to.
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def set_options(self, options: Sequence[tuple[str, str]]) -> None:
        """Tell the parts, once; the first is chosen."""
        waited = self.hasFocus()
        self._fill(options)
        self.choose(options[0][0])
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        if waited:
            self.setFocus(Qt.FocusReason.OtherFocusReason)

    def paintEvent(self, event: QPaintEvent) -> None:
        painting.hairline(QPainter(self), 0, self.height() - 1, self.width())
