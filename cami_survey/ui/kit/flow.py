"""A layout that puts things side by side and goes to a new line when there is no more room."""

from __future__ import annotations

from PySide6.QtCore import QMargins, QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayoutItem, QWidget

from cami_survey.ui import theme
from cami_survey.ui.kit.items import Items


class Flow(Items):
    """Follows the direction of the layout. With `grow` the longest field of a line takes what is left of it."""

    def __init__(self, *widgets: QWidget, gap: int = theme.S, end: bool = False, grow: bool = False) -> None:
        super().__init__()
        self._gap, self._end, self._grow = gap, end, grow
        self.setContentsMargins(QMargins())
        for widget in widgets:
            self.addWidget(widget)

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    def heightForWidth(self, width: int) -> int:
        lines = self._lines(width)
        return sum(max(item.sizeHint().height() for item in line) for line in lines) + self._gap * max(
            len(lines) - 1, 0
        )

    def sizeHint(self) -> QSize:
        shown = [item for item in self._items if not item.isEmpty()]
        width = sum(item.sizeHint().width() for item in shown) + self._gap * max(len(shown) - 1, 0)
        return QSize(width, max((item.sizeHint().height() for item in shown), default=0))

    def minimumSize(self) -> QSize:
        shown = [item.minimumSize() for item in self._items if not item.isEmpty()]
        return QSize(
            max((size.width() for size in shown), default=0), max((size.height() for size in shown), default=0)
        )

    def setGeometry(self, box: QRect) -> None:
        super().setGeometry(box)
        mirrored = self.mirrored()
        y = box.y()
        for line in self._lines(box.width()):
            used = sum(item.sizeHint().width() for item in line) + self._gap * (len(line) - 1)
            x = box.width() - used if self._end else 0
            fields = [item for item in line if self._grow and item.expandingDirections() & Qt.Orientation.Horizontal]
            grows = max(fields, key=lambda item: item.sizeHint().width(), default=None)
            for item in line:
                size = item.sizeHint()
                if item is grows:
                    size.setWidth(max(size.width() + box.width() - used, item.minimumSize().width()))
                left = box.right() + 1 - x - size.width() if mirrored else box.x() + x
                item.setGeometry(QRect(QPoint(left, y), size))
                x += size.width() + self._gap
            y += max(item.sizeHint().height() for item in line) + self._gap

    def _lines(self, width: int) -> list[list[QLayoutItem]]:
        lines: list[list[QLayoutItem]] = []
        used = 0
        for item in self._items:
            if item.isEmpty():
                continue
            need = item.sizeHint().width()
            if not lines or used + self._gap + need > width:
                lines.append([item])
                used = need
            else:
                lines[-1].append(item)
                used += self._gap + need
        return lines
