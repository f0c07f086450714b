"""The theme cards of the settings, drawn from the tokens they stand for."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy

from cami_survey.ui import theme
from cami_survey.ui.kit import PaintedButton, painting


class ThemeCard(PaintedButton):
    """A small picture of a theme with a radio and its name; cards with one parent exclude each other."""

    def __init__(self, key: str, words: str, checked: bool) -> None:
        super().__init__()
        self.key = key
        self.setText(words)
        self.setAccessibleName(words)
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.setChecked(checked)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(theme.u(140), theme.u(112))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        on = self.isChecked()
        inner = self.rect().adjusted(4, 4, -4, -4) if self.hasFocus() else self.rect()
        edge = theme.colour("accent" if on else "line")
        painting.body(painter, inner, theme.colour("surface"), edge, width=2.0 if on else 1.0)
        if self.hasFocus():
            painting.ring(painter, self.rect(), radius=theme.RADIUS + 2)
        pad = theme.u(8)
        picture = QRect(inner.x() + pad, inner.y() + pad, inner.width() - 2 * pad, self.height() - theme.u(52))
        self._picture(painter, painting.mirrored(inner, picture, self.mirrored()))
        side = theme.u(theme.ICON)
        bottom = self.height() - theme.u(16) - side // 2 - (4 if self.hasFocus() else 0)
        mark = painting.mirrored(inner, QRect(inner.x() + theme.u(9), bottom - side // 2, side, side), self.mirrored())
        painting.radio(painter, mark, on)
        x = inner.x() + theme.u(9) + side + theme.S
        words = QRect(x, bottom - theme.u(14), inner.right() - x, theme.u(28))
        painting.text(
            painter, painting.mirrored(inner, words, self.mirrored()), self.text(),
            theme.font("strong" if on else "body"), theme.colour("ink"), mirrored=self.mirrored(),
        )  # fmt: skip

    def _picture(self, painter: QPainter, box: QRect) -> None:
        tokens = theme.THEMES[self.key]

        def part(x: float, y: float, width: float, height: float, colour: str, radius: float = 2) -> None:
            inner = QRect(
                box.x() + round(box.width() * x), box.y() + round(box.height() * y),
                round(box.width() * width), round(box.height() * height),
            )  # fmt: skip
            painting.body(painter, painting.mirrored(box, inner, self.mirrored()), QColor(colour), radius=radius)

        painting.body(painter, box, QColor(tokens.background), QColor(tokens.line), radius=4)
        part(0.01, 0.02, 0.1, 0.96, tokens.sunken, 3)
        part(0.025, 0.12, 0.07, 0.16, tokens.accent_soft)
        part(0.18, 0.18, 0.42, 0.08, tokens.ink)
        part(0.18, 0.38, 0.6, 0.06, tokens.muted)
        part(0.18, 0.62, 0.25, 0.22, tokens.accent, 4)
