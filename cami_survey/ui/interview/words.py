"""Wrapped text of the form: measured and painted, in its own direction, on the leading side of the page."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QTextCharFormat, QTextLayout, QTextOption

from cami_survey.ui import theme
from cami_survey.ui.kit import painting

STAR = "\u00a0*"
# What breaks a line inside of a paragraph.
BREAK = "\u2028"


class Words:
    """One paragraph. `star` marks a question that has to be answered."""

    def __init__(self, text: str, role: str, token: str = "ink", *, language: str = "", star: bool = False) -> None:
        self.text = text.replace("\n", BREAK)
        self.role, self.token, self.language, self.star = role, token, language, star
        self._layout: QTextLayout | None = None
        self._laid: tuple[int, bool, object] | None = None
        self.height = 0

    def lay(self, width: int, rtl: bool) -> int:
        """Break the text to `width` px; returns its height."""
        font = theme.font(self.role, language=self.language)
        if self._laid == (width, rtl, font):
            return self.height
        self._laid = (width, rtl, font)
        self._layout, self.height = (None, 0) if not self.text else self._break(font, width, rtl)
        return self.height

    def _break(self, font: QFont, width: int, rtl: bool) -> tuple[QTextLayout, int]:
        layout = QTextLayout(self.text + (STAR if self.star else ""), font)
        option = QTextOption()
        option.setTextDirection(painting.direction_of(self.text))
        side = Qt.AlignmentFlag.AlignRight if rtl else Qt.AlignmentFlag.AlignLeft
        option.setAlignment(side | Qt.AlignmentFlag.AlignAbsolute)
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        layout.setTextOption(option)
        layout.beginLayout()
        height = 0.0
        while (line := layout.createLine()).isValid():
            line.setLineWidth(width)
            line.setPosition(QPointF(0, height))
            height += line.height()
        layout.endLayout()
        return layout, round(height)

    def draw(self, painter: QPainter, x: int, y: int) -> int:
        """Paint at (x, y) what was laid before; returns its height."""
        if self._layout is None:
            return 0
        painter.setPen(theme.colour(self.token))
        marks = [_coloured(len(self.text), len(STAR), theme.colour("error"))] if self.star else []
        self._layout.draw(painter, QPointF(x, y), marks)
        return self.height


def _coloured(start: int, length: int, ink: QColor) -> QTextLayout.FormatRange:
    mark = QTextLayout.FormatRange()
    mark.start, mark.length = start, length
    look = QTextCharFormat()
    look.setForeground(ink)
    mark.format = look
    return mark
