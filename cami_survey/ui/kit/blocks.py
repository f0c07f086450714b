"""A layout of blocks in reading order: as many side by side as there is room for, stretched to the whole width."""

from __future__ import annotations

from PySide6.QtCore import QMargins, QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget, QWidgetItem

from cami_survey.ui import theme

Line = list[tuple[QLayoutItem, int]]


class Blocks(QLayout):
    """Each widget comes with the width it needs; what a line has left goes to its blocks in proportion.

    A block that needs more than there is has the line for itself. With `even` all blocks of a line are as high as the
    highest, as cards are.
    """

    def __init__(self, *, gap: int = theme.L, even: bool = False) -> None:
        super().__init__()
        self._items: Line = []
        self._gap, self._even = gap, even
        self.setContentsMargins(QMargins())

    def add(self, widget: QWidget, needed: int) -> None:
        """Put a widget behind the others; `needed` is its width in px below which it stands badly beside another."""
        self.addChildWidget(widget)
        self._items.append((QWidgetItem(widget), needed))

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append((item, item.sizeHint().width()))

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem:
        return self._items[index][0] if 0 <= index < len(self._items) else None  # type: ignore[return-value]

    def takeAt(self, index: int) -> QLayoutItem:
        return self._items.pop(index)[0] if 0 <= index < len(self._items) else None  # type: ignore[return-value]

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation.Horizontal

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._place(QRect(0, 0, width, 0), move=False)

    def sizeHint(self) -> QSize:
        wide = max((needed for _item, needed in self._shown()), default=0)
        return QSize(wide, self.heightForWidth(wide) if wide else 0)

    def minimumSize(self) -> QSize:
        return QSize(max((item.minimumSize().width() for item, _needed in self._shown()), default=0), 0)

    def setGeometry(self, box: QRect) -> None:
        super().setGeometry(box)
        self._place(box, move=True)

    def _shown(self) -> Line:
        return [(item, needed) for item, needed in self._items if not item.isEmpty()]

    def _lines(self, width: int) -> list[Line]:
        lines: list[Line] = []
        used = 0
        for item, needed in self._shown():
            if lines and used + self._gap + needed <= width:
                lines[-1].append((item, needed))
                used += self._gap + needed
            else:
                lines.append([(item, needed)])
                used = needed
        return lines

    def _place(self, box: QRect, *, move: bool) -> int:
        """Give every block its place if `move`; returns the height of all."""
        parent = self.parentWidget()
        mirrored = parent is not None and parent.layoutDirection() == Qt.LayoutDirection.RightToLeft
        y = box.y()
        for line in self._lines(box.width()):
            widths = _shared(box.width() - self._gap * (len(line) - 1), [needed for _item, needed in line])
            heights = [_height(item, width) for (item, _needed), width in zip(line, widths, strict=True)]
            x = box.x()
            for (item, _needed), width, height in zip(line, widths, heights, strict=True):
                if move:
                    left = box.x() + box.right() + 1 - x - width if mirrored else x
                    item.setGeometry(QRect(QPoint(left, y), QSize(width, max(heights) if self._even else height)))
                x += width + self._gap
            y += max(heights) + self._gap
        return max(y - self._gap - box.y(), 0)


def _shared(width: int, needed: list[int]) -> list[int]:
    """A width cut in the proportion of what is needed, without a rest."""
    total, ends, used = max(sum(needed), 1), [], 0
    for one in needed:
        used += one
        ends.append(width * used // total)
    return [end - start for start, end in zip([0, *ends], ends, strict=False)]


def _height(item: QLayoutItem, width: int) -> int:
    return item.heightForWidth(width) if item.hasHeightForWidth() else item.sizeHint().height()
