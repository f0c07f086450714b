"""A layout of blocks in reading order: as many side by side as there is room for, stretched to the whole width."""

from __future__ import annotations

from PySide6.QtCore import QMargins, QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayoutItem, QWidget, QWidgetItem

from cami_survey.ui import theme
from cami_survey.ui.kit.items import Items

Line = list[tuple[QLayoutItem, int]]
# So many px at 100 % tell how large text is.
MEASURE = 1000


class _Block(QWidgetItem):
    """A widget and the width it needs, which grows with the text."""

    def __init__(self, widget: QWidget, needed: int) -> None:
        super().__init__(widget)
        self._needed, self._measured_by = needed, theme.u(MEASURE)

    @property
    def needed(self) -> int:
        """In px at the size that text has now."""
        return self._needed * theme.u(MEASURE) // self._measured_by


class Blocks(Items):
    """Each widget comes with the width it needs; what a line has left goes to its blocks in proportion.

    A block that needs more than there is has the line for itself. With `even` all blocks of a line are as high as the
    highest, as cards are.
    """

    def __init__(self, *, gap: int = theme.L, even: bool = False) -> None:
        super().__init__()
        self._gap, self._even = gap, even
        self.setContentsMargins(QMargins())

    def add(self, widget: QWidget, needed: int) -> None:
        """Put a widget behind the others; `needed` is its width in px, at the size of text of now, below
        which it stands badly beside another.
        """
        self.addChildWidget(widget)
        self.addItem(_Block(widget, needed))

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation.Horizontal

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
        return [(item, _needed(item)) for item in self._items if not item.isEmpty()]

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
        mirrored = self.mirrored()
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


def _needed(item: QLayoutItem) -> int:
    return item.needed if isinstance(item, _Block) else item.sizeHint().width()


def _shared(width: int, needed: list[int]) -> list[int]:
    """A width cut in the proportion of what is needed, without a rest."""
    total, ends, used = max(sum(needed), 1), [], 0
    for one in needed:
        used += one
        ends.append(width * used // total)
    return [end - start for start, end in zip([0, *ends], ends, strict=False)]


def _height(item: QLayoutItem, width: int) -> int:
    return item.heightForWidth(width) if item.hasHeightForWidth() else item.sizeHint().height()
