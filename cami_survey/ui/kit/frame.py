"""Grounds to put things on: panels with hairlines, cards, pills, key caps, progress, scroll areas."""

from __future__ import annotations

from typing import TypeVar

from PySide6.QtCore import QEvent, QObject, QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QApplication,
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from cami_survey.ui import theme
from cami_survey.ui.kit import painting

_L = TypeVar("_L", bound=QBoxLayout)


class Panel(QWidget):
    """A flat ground in the colour of `token` with hairlines on some of its sides: "top", "bottom", "start", "end"."""

    def __init__(self, token: str = "surface", *lines: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.token, self.lines = token, lines

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.colour(self.token))
        mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        for line in self.lines:
            if line in ("top", "bottom"):
                painting.hairline(painter, 0, 0 if line == "top" else self.height() - 1, self.width())
            else:
                right = (line == "end") != mirrored
                painting.hairline(painter, self.width() - 1 if right else 0, 0, self.height(), vertical=True)


class Card(QFrame):
    """A framed ground with rounded corners."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("card", True)


class Rule(QWidget):
    """A hairline across."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(1, 1)

    def paintEvent(self, event: QPaintEvent) -> None:
        painting.hairline(QPainter(self), 0, 0, self.width())


class Pill(QWidget):
    """A short word on a soft ground; `tone`: accent, warn, error, good or plain."""

    def __init__(self, words: str = "", tone: str = "accent") -> None:
        super().__init__()
        self.words, self.tone = words, tone
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(words)

    def show_words(self, words: str, tone: str = "accent") -> None:
        """Say something else."""
        self.words, self.tone = words, tone
        self.setAccessibleName(words)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(theme.metrics("pill").horizontalAdvance(self.words) + 2 * theme.u(12), theme.u(theme.PILL))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        soft, strong = ("sunken", "muted") if self.tone == "plain" else (f"{self.tone}_soft", self.tone)
        strong = "accent_strong" if strong == "accent" else strong
        painting.body(painter, self.rect(), theme.colour(soft), radius=self.height() / 2)
        painting.text(painter, self.rect(), self.words, theme.font("pill"), theme.colour(strong), side="centre")


class KeyCap(QWidget):
    """A key of the keyboard."""

    def __init__(self, key: str) -> None:
        super().__init__()
        self.key = key
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(key)

    def sizeHint(self) -> QSize:
        width = theme.metrics("keycap").horizontalAdvance(self.key) + 2 * theme.u(8)
        return QSize(max(width, theme.u(26)), theme.u(theme.KEY))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        edge = theme.colour("button_edge")
        painting.body(painter, self.rect(), theme.colour("background"), edge, radius=4)
        painting.text(painter, self.rect(), self.key, theme.font("keycap"), theme.colour("muted"), side="centre")


class ProgressLine(QWidget):
    """A thin bar: `share` from 0 to 1."""

    def __init__(self, share: float = 0.0, *, thickness: int = 6, token: str = "accent") -> None:
        super().__init__()
        self.share, self.thickness, self.token = share, thickness, token
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_share(self, share: float) -> None:
        """Show another share."""
        if self.share != share:
            self.share = share
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(theme.u(120), theme.u(self.thickness))

    def paintEvent(self, event: QPaintEvent) -> None:
        mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        thick = theme.u(self.thickness)
        box = QRect(0, (self.height() - thick) // 2, self.width(), thick)
        painting.track(QPainter(self), box, self.share, token=self.token, mirrored=mirrored)


class Mark(QWidget):
    """An icon that only shows something."""

    def __init__(self, icon: str, token: str = "muted", *, size: int = theme.ICON, filled: bool = False) -> None:
        super().__init__()
        self.icon, self.token, self.size_, self.filled = icon, token, size, filled
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_icon(self, icon: str, token: str, *, filled: bool = False) -> None:
        """Show another icon."""
        self.icon, self.token, self.filled = icon, token, filled
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(theme.u(self.size_), theme.u(self.size_))

    def paintEvent(self, event: QPaintEvent) -> None:
        painting.icon(QPainter(self), self.rect(), self.icon, self.token, filled=self.filled)


class ScrollArea(QScrollArea):
    """Scrolls `inside` up and down only; the ground of what lies behind shows through.

    What gets the keys is brought into view, unless a mouse button is down: under the mouse nothing may move away.
    """

    def __init__(self, inside: QWidget) -> None:
        super().__init__()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(inside)
        inside.setAutoFillBackground(False)
        self.viewport().setAutoFillBackground(False)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._follow)

    def _follow(self, _before: QWidget | None, now: QWidget | None) -> None:
        pressed = QApplication.mouseButtons() != Qt.MouseButton.NoButton
        inside = self.widget()
        if now is not None and not pressed and inside is not None and inside.isAncestorOf(now):
            self.ensureWidgetVisible(now, 0, theme.S)


class SnugScrollArea(ScrollArea):
    """As tall as what is inside where there is room, and scrolled where there is not."""

    def __init__(self, inside: QWidget) -> None:
        super().__init__(inside)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)

    def sizeHint(self) -> QSize:
        inside = self.widget()
        return inside.sizeHint() if inside is not None else super().sizeHint()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()
        return super().eventFilter(watched, event)


def row(*things: QWidget | int | None, gap: int = theme.S) -> QHBoxLayout:
    """A row of widgets; a number is a gap of so many px, None takes the free room."""
    return _fill(QHBoxLayout(), things, gap)


def column(*things: QWidget | int | None, gap: int = theme.S) -> QVBoxLayout:
    """A column of widgets; a number is a gap of so many px, None takes the free room."""
    return _fill(QVBoxLayout(), things, gap)


def _fill(layout: _L, things: tuple[QWidget | int | None, ...], gap: int) -> _L:
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(gap)
    for thing in things:
        if thing is None:
            layout.addStretch(1)
        elif isinstance(thing, int):
            layout.addSpacing(thing)
        else:
            layout.addWidget(thing)
    return layout
