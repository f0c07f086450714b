"""The foot of a map: what is said about boundaries, whose tiles they are, and how long a piece of the map is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from cami_survey.base.texts import _
from cami_survey.ui import theme
from cami_survey.ui.kit import painting
from cami_survey.ui.words import number

if TYPE_CHECKING:
    from cami_survey.ui.map.view import MapView

BAR, ROUND, MOST_LINES = 90, (1, 2, 5), 4


def disclaimer() -> str:
    """What is said about boundaries on every map."""
    return _("Boundaries and names shown imply no official endorsement or acceptance by the United Nations.")


def box(view: MapView) -> QRectF:
    """Where the foot is."""
    tall = theme.metrics("digit").height() * _lines(view) + theme.S
    return QRectF(0, view.height() - tall, view.width(), tall)


def _lines(view: MapView) -> int:
    """How many lines the words take: whoever made the tiles is named whole."""
    measures = theme.metrics("digit")
    room = QRect(0, 0, max(view.width() - theme.u(BAR) - 3 * theme.M, 1), measures.height() * MOST_LINES)
    taken = measures.boundingRect(room, Qt.TextFlag.TextWordWrap, _about(view)).height()
    return min(max(round(taken / measures.height()), 1), MOST_LINES)


def paint(view: MapView, painter: QPainter) -> None:
    """Paint the words about boundaries, and how long a piece of the map is."""
    ground_box, rtl = box(view), view.layoutDirection() == Qt.LayoutDirection.RightToLeft
    ground = QColor(theme.colour("surface"))
    ground.setAlphaF(0.88)
    painter.fillRect(ground_box, ground)
    bar, words = _bar(view)
    whole = ground_box.toRect()
    piece = QRect(whole.right() - theme.M - bar, whole.y(), bar, whole.height())
    line = painting.mirrored(whole, piece, rtl)
    measures = theme.metrics("digit")
    painter.fillRect(line.x(), line.bottom() - 4, bar, 2, theme.colour("ink"))
    length = QRect(
        line.center().x() - theme.u(60), line.bottom() - 5 - measures.height(), theme.u(120), measures.height()
    )
    painting.text(painter, length, words, theme.font("digit"), theme.colour("ink"), side="centre")
    room = QRect(theme.S, whole.y(), whole.width() - theme.u(BAR) - 3 * theme.M, whole.height())
    painting.text(
        painter, painting.mirrored(whole, room, rtl), _about(view), theme.font("digit"), theme.colour("muted"),
        mirrored=rtl, wrap=_lines(view) > 1,
    )  # fmt: skip


def _about(view: MapView) -> str:
    credit = view.tiles.source.attribution if view.tiles is not None else ""
    return " ".join(part for part in (disclaimer(), credit) if part)


def _bar(view: MapView) -> tuple[int, str]:
    """The width in px of a piece of a round length, and that length in words."""
    most = view.metres_per_pixel() * theme.u(BAR)
    metres = max(size * 10**power for power in range(8) for size in ROUND if size * 10**power <= max(most, 1))
    words = _("{n} km").format(n=number(metres // 1000)) if metres >= 1000 else _("{n} m").format(n=number(metres))
    return max(round(metres / view.metres_per_pixel()), 2), words
