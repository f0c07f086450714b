"""Wrapped text of the form: measured and painted, in its own direction, on the leading side of the page."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QTextCharFormat, QTextLayout, QTextOption

from cami_survey.ui import theme
from cami_survey.ui.interview.markup import Run
from cami_survey.ui.kit import painting

STAR = "\u00a0*"
# What breaks a line inside of a paragraph.
BREAK = "\u2028"


class Words:
    """One paragraph. `star` marks a question that has to be answered, `runs` are letters that look different."""

    def __init__(
        self, text: str, role: str, token: str = "ink", *, language: str = "", star: bool = False,
        runs: tuple[Run, ...] = (),
    ) -> None:  # fmt: skip
        self.runs = runs
        self.text = text.replace("\n", BREAK)
        self.role, self.token, self.language, self.star = role, token, language, star
        self._layout: QTextLayout | None = None
        self._laid: tuple[int, bool, object, str] | None = None
        self.height = 0

    def lay(self, width: int, rtl: bool) -> int:
        """Break the text to `width` px; returns its height."""
        font = theme.font(self.role, language=self.language)
        # Colours of runs are laid in, so another theme lays anew.
        laid = (width, rtl, font, theme.look.name if self.runs else "")
        if self._laid == laid:
            return self.height
        self._laid = laid
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
        if self.runs:
            layout.setFormats([_formatted(run, font, self.token) for run in self.runs])
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


def _formatted(run: Run, font: QFont, token: str) -> QTextLayout.FormatRange:
    """How a run is drawn in text of this font."""
    found = QTextLayout.FormatRange()
    found.start, found.length = run.start, run.length
    look, face = QTextCharFormat(), QFont(font)
    if run.bold:
        face.setWeight(QFont.Weight(min(font.weight() + 200, 800)))
    face.setItalic(run.italic)
    face.setUnderline(run.underlined or bool(run.link))
    face.setPointSizeF(font.pointSizeF() * run.size)
    look.setFont(face)
    wanted = theme.colour("accent") if run.link else _readable(QColor(run.colour)) if run.colour else None
    look.setForeground(wanted if wanted is not None else theme.colour(token))
    found.format = look
    return found


def _readable(colour: QColor) -> QColor | None:
    """A colour that a form wishes for, None where it could not be read on the present ground."""
    if not colour.isValid():
        return None
    least = 7.0 if theme.look.name == "sunlight" else 4.5
    return colour if contrast(colour, theme.colour("background")) >= least else None


def contrast(one: QColor, other: QColor) -> float:
    """The contrast of two colours, 1 to 21 (WCAG 2, relative luminance)."""
    first, second = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (first + 0.05) / (second + 0.05)


def _luminance(colour: QColor) -> float:
    parts = [
        part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4
        for part in (colour.redF(), colour.greenF(), colour.blueF())
    ]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
