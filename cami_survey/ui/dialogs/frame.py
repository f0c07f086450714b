"""The frame of a dialog: a title, a body, a foot with its buttons."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from cami_survey.base.texts import _
from cami_survey.ui import theme
from cami_survey.ui.kit import Button, Label, Panel, ScrollArea


class DialogFrame(QDialog):
    """`body` takes the content, `foot` the buttons; it grows with the text and scrolls when the screen is small.

    Enter presses the primary button from every field that has no use for it.
    """

    def __init__(self, title: str, words: str = "", parent: QWidget | None = None, *, width: int = 520) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self._width = width
        self._main: Button | None = None
        inside = QWidget()
        self.body = QVBoxLayout(inside)
        self.body.setContentsMargins(theme.XL, theme.XL, theme.XL, theme.L)
        self.body.setSpacing(theme.S)
        self.body.addWidget(Label(title, "h2", wrap=True))
        if words:
            self.body.addWidget(Label(words, tone="muted", wrap=True))
        self.body.addSpacing(theme.S)
        self.problem = Label("", tone="error", wrap=True)
        self.problem.hide()
        self._inside = inside
        scroll = ScrollArea(inside)
        ground = Panel("surface", "top")
        self.foot = QHBoxLayout(ground)
        self.foot.setContentsMargins(theme.XL, theme.M, theme.XL, theme.M)
        self.foot.setSpacing(theme.S)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(scroll, 1)
        column.addWidget(ground)

    def finish_with(self, words: str, icon: str = "", *, cancel: bool = True) -> Button:
        """Put Cancel, where there is something to cancel, and the primary button into the foot; returns the latter, not
        yet connected.
        """
        self.body.addWidget(self.problem)
        self.body.addStretch(1)
        self._main = main = Button(words, "primary", icon)
        self.foot.addStretch(1)
        if cancel:
            back = Button(_("Cancel"), "quiet")
            back.clicked.connect(self.reject)
            self.foot.addWidget(back)
        self.foot.addWidget(main)
        self.fit()
        return main

    def fit(self) -> None:
        """As tall as the content, at most nine tenths of the screen."""
        screen = QGuiApplication.primaryScreen().availableGeometry()
        inside = self._inside
        width = min(theme.u(self._width), round(screen.width() * 0.94))
        inside.setFixedWidth(width)
        inside.ensurePolished()
        layout = inside.layout()
        hints = (inside.sizeHint().height(), inside.minimumSizeHint().height())
        tall = max(*hints, layout.heightForWidth(width) if layout is not None else 0)
        inside.setMinimumWidth(0)
        inside.setMaximumWidth(16777215)
        foot = theme.target() + 2 * theme.M
        self.resize(width, min(tall + foot + 2, round(screen.height() * 0.9)))

    def showEvent(self, event: QShowEvent) -> None:
        # Words know how they wrap only once they have the fonts of the window.
        self.fit()
        super().showEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # Qt looks for the default button among its own push buttons only.
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._main is not None:
            self._main.click()
        else:
            super().keyPressEvent(event)

    def refuse(self, words: str) -> None:
        """Say at the end of the body why it cannot be done."""
        self.problem.setText(words)
        self.problem.setVisible(bool(words))
        if words:
            self.fit()


class Rows(QGridLayout):
    """Labelled fields, one under the other, with a hint under a field where one is needed."""

    def __init__(self) -> None:
        super().__init__()
        self.setContentsMargins(0, 0, 0, 0)
        self.setHorizontalSpacing(theme.L)
        self.setVerticalSpacing(theme.XS)
        self.setColumnStretch(1, 1)

    def add(self, words: str, field: QWidget, hint: str = "") -> tuple[QWidget, ...]:
        """A label, its field, and what should be known about it; returns them."""
        row = self.rowCount()
        label = Label(words)
        label.setBuddy(field)
        label.setMinimumHeight(theme.target())
        self.addWidget(label, row, 0, Qt.AlignmentFlag.AlignTop)
        self.addWidget(field, row, 1)
        self.setRowMinimumHeight(row + 2, theme.XS)
        if not hint:
            return label, field
        told = Label(hint, "small", "muted", wrap=True)
        self.addWidget(told, row + 1, 1)
        return label, field, told
