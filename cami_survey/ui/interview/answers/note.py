"""A note is read, not answered: its words stand in the question itself, its links beneath."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QKeyEvent, QPainter, QPaintEvent

from cami_survey.base.sealed import shown
from cami_survey.ui import theme
from cami_survey.ui.interview.answers.base import Answer
from cami_survey.ui.interview.markup import marked
from cami_survey.ui.kit import Link, painting

if TYPE_CHECKING:
    from cami_survey.engine.api import Node
    from cami_survey.ui.interview.reading import Reading


class _Address(Link):
    """A link of a note: Space or a click opens it. Enter goes on as everywhere."""

    def __init__(self, words: str, address: str) -> None:
        super().__init__(f"{words} \u2197")
        self.setAccessibleName(words)
        self.setToolTip(address)
        self.clicked.connect(lambda: QDesktopServices.openUrl(QUrl(address)))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space:
            self.click()
        else:
            event.ignore()


class NoteAnswer(Answer):
    """Takes no room, or one line for a value that the form gave, and one for each link of the text."""

    focusable = False

    def __init__(self, node: Node, reading: Reading) -> None:
        super().__init__(node, reading)
        self.words = ""
        self._named: tuple[tuple[str, str], ...] = ()
        self.links: list[Link] = []
        self.show_node(node, reading)

    def show_node(self, node: Node, reading: Reading) -> None:
        self.reading = reading
        links = marked(node.label or "").links
        if links != self._named:
            self._show_links(links)
        if shown(node.text_value) != self.words:
            self.words = shown(node.text_value)
            self.taller.emit()
            self.update()

    def _show_links(self, links: tuple[tuple[str, str], ...]) -> None:
        for link in self.links:
            link.hide()
            link.deleteLater()
        self._named, self.links = links, [_Address(words, address) for words, address in links]
        for link in self.links:
            link.setParent(self)
            link.show()
        # A note is a place to stop at only where there is something to open.
        self.focusable = bool(self.links)
        if self.links:
            self.setFocusProxy(self.links[0])
        self.arrange(self.width(), self.height())
        self.taller.emit()

    def _words_height(self) -> int:
        return theme.metrics("strong").height() if self.words else 0

    def height_for(self, width: int) -> int:
        return self._words_height() + len(self.links) * theme.target()

    def arrange(self, width: int, height: int) -> None:
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        y = self._words_height()
        for link in self.links:
            size = link.sizeHint()
            box = QRect(0, y, min(size.width(), width), theme.target())
            link.setGeometry(painting.mirrored(QRect(0, 0, width, height), box, rtl))
            y += theme.target()

    def paintEvent(self, event: QPaintEvent) -> None:
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        box = QRect(0, 0, self.width(), self._words_height())
        painting.text(QPainter(self), box, self.words, theme.font("strong"), theme.colour("ink"), mirrored=rtl)
