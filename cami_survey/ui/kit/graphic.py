"""What is painted and worked on: a map, a sheet to draw on."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QLabel, QWidget


class Graphic(QLabel):
    """Whoever inherits paints. Screen readers call it a graphic by its name; a bare widget would be nothing to them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        # Qt takes a label for a graphic if it holds a picture.
        clear = QPixmap(1, 1)
        clear.fill(Qt.GlobalColor.transparent)
        self.setPixmap(clear)
