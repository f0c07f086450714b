"""Drawing shared by painted widgets and delegates: bodies, rings, hairlines, ticks, radios, switches, text."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetrics,
    QPainter,
    QPainterPath,
    QPen,
    QStaticText,
    QTextLayout,
    QTextOption,
)

from cami_survey.ui import icons, theme

Side = Literal["start", "end", "centre"]
RIGHT_TO_LEFT_MARK = "\u200f"


def body(
    painter: QPainter,
    box: QRect | QRectF,
    fill: QColor | None,
    edge: QColor | None = None,
    *,
    radius: float = theme.RADIUS,
    width: float = 1.0,
    dashed: bool = False,
) -> None:
    """A rounded box whose edge lies wholly inside `box`."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    inset = width / 2 if edge is not None else 0.0
    shape = QRectF(box).adjusted(inset, inset, -inset, -inset)
    pen = QPen(edge, width) if edge is not None else QPen(Qt.PenStyle.NoPen)
    if dashed:
        pen.setStyle(Qt.PenStyle.DashLine)
    painter.setPen(pen)
    painter.setBrush(fill if fill is not None else Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(shape, radius - inset, radius - inset)
    painter.restore()


def ring(painter: QPainter, box: QRect | QRectF, *, radius: float = theme.RADIUS, on_accent: bool = False) -> None:
    """The focus ring along the edge of `box`; ink around accent-filled things, so that it is never lost."""
    body(painter, box, None, theme.colour("ink" if on_accent else "ring"), radius=radius, width=2.0)


def hairline(painter: QPainter, x: int, y: int, length: int, *, vertical: bool = False) -> None:
    """One pixel of line from (x, y), to the right or down."""
    size = (1, length) if vertical else (length, 1)
    painter.fillRect(QRect(x, y, *size), theme.colour("line"))


def tick(painter: QPainter, box: QRect | QRectF, checked: bool, *, enabled: bool = True, partial: bool = False) -> None:
    """A check box as large as `box`."""
    on = checked or partial
    fill = theme.colour("accent" if enabled else "faint") if on else theme.colour("surface")
    edge = None if on else theme.colour("edge" if enabled else "line")
    box = QRectF(box)
    body(painter, box, fill, edge, radius=box.width() * 0.25, width=1.5)
    if not on:
        return
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    pen = QPen(theme.colour("on_accent"), max(1.6, box.width() * 0.11))
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    painter.drawPath(_dash(box) if partial else _check(box))
    painter.restore()


def _check(box: QRectF) -> QPainterPath:
    def at(x: float, y: float) -> QPointF:
        return QPointF(box.x() + box.width() * x, box.y() + box.height() * y)

    path = QPainterPath(at(0.28, 0.52))
    path.lineTo(at(0.44, 0.67))
    path.lineTo(at(0.73, 0.36))
    return path


def _dash(box: QRectF) -> QPainterPath:
    path = QPainterPath(QPointF(box.x() + box.width() * 0.3, box.center().y()))
    path.lineTo(box.x() + box.width() * 0.7, box.center().y())
    return path


def radio(painter: QPainter, box: QRect | QRectF, checked: bool, *, enabled: bool = True) -> None:
    """A radio mark as large as `box`."""
    box = QRectF(box)
    fill = theme.colour("accent" if enabled else "faint") if checked else theme.colour("surface")
    edge = None if checked else theme.colour("edge" if enabled else "line")
    body(painter, box, fill, edge, radius=box.width() / 2, width=1.5)
    if checked:
        inset = box.width() * 0.34
        dot = box.adjusted(inset, inset, -inset, -inset)
        body(painter, dot, theme.colour("on_accent"), radius=dot.width() / 2)


def track(
    painter: QPainter, box: QRect | QRectF, share: float, *, token: str = "accent", mirrored: bool = False
) -> None:
    """A progress bar: `share` from 0 to 1 of `box` filled from the leading side."""
    box = QRectF(box)
    radius = box.height() / 2
    body(painter, box, theme.mix("ink", "surface", 0.09), radius=radius)
    length = box.width() * min(max(share, 0.0), 1.0)
    if length <= 0:
        return
    length = max(length, box.height())
    x = box.right() - length if mirrored else box.x()
    body(painter, QRectF(x, box.y(), length, box.height()), theme.colour(token), radius=radius)


def text(
    painter: QPainter,
    box: QRect,
    words: str,
    font: QFont,
    colour: QColor,
    *,
    side: Side = "start",
    mirrored: bool = False,
    wrap: bool = False,
) -> None:
    """Words in `box`, centred in its height, elided at their own end; `mirrored` when the layout is right-to-left."""
    if not words:
        return
    painter.setFont(font)
    painter.setPen(colour)
    if wrap:
        align = _CENTRE if side == "centre" else _AT_SIDE[(side == "start") == mirrored]
        if direction_of(words) == Qt.LayoutDirection.RightToLeft:
            _from_the_right(painter, box, words, font, align)
        else:
            painter.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
            painter.drawText(box, int(align) | _WRAP, words)
        return
    line, width, height = _laid(words, font, box.width())
    room = box.width() - width
    before = room / 2 if side == "centre" else room if (side == "start") == mirrored else 0
    painter.drawStaticText(QPointF(box.x() + before, box.y() + (box.height() - height) // 2), line)


_MIDDLE = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute
_CENTRE = Qt.AlignmentFlag.AlignHCenter | _MIDDLE
# By whether the words stand at the right.
_AT_SIDE = {False: Qt.AlignmentFlag.AlignLeft | _MIDDLE, True: Qt.AlignmentFlag.AlignRight | _MIDDLE}
_WRAP = int(Qt.TextFlag.TextWordWrap)


def _from_the_right(painter: QPainter, box: QRect, words: str, font: QFont, align: Qt.AlignmentFlag) -> None:
    """Words that run from right to left, in lines; Qt's own drawing moves each by the blank at its end and cuts it."""
    layout = QTextLayout(words.replace("\n", "\u2028"), font, painter.device())
    option = QTextOption(align)
    option.setTextDirection(Qt.LayoutDirection.RightToLeft)
    option.setWrapMode(QTextOption.WrapMode.WordWrap)
    layout.setTextOption(option)
    layout.beginLayout()
    tall = 0.0
    while (line := layout.createLine()).isValid():
        line.setLineWidth(box.width())
        line.setPosition(QPointF(0, tall))
        tall += line.height()
    layout.endLayout()
    layout.draw(painter, QPointF(box.x(), box.y() + (box.height() - round(tall)) // 2))


_LAID: dict[tuple[str, int, QFont], tuple[QStaticText, float, int]] = {}
LAID_KEPT = 4096


def _laid(words: str, font: QFont, width: int) -> tuple[QStaticText, float, int]:
    """The words as they fit into `width`, with their own width and height; kept, because shaping letters takes longer
    than drawing them, and a list says the same words in most of its rows."""
    key = (words, width, font)
    if key not in _LAID:
        if len(_LAID) >= LAID_KEPT:
            _LAID.clear()
        metrics = QFontMetrics(font)
        fitting = metrics.elidedText(words, Qt.TextElideMode.ElideRight, width)
        line = QStaticText(fitting)
        line.setTextFormat(Qt.TextFormat.PlainText)
        option = QTextOption()
        option.setTextDirection(direction_of(fitting))
        option.setWrapMode(QTextOption.WrapMode.NoWrap)
        line.setTextOption(option)
        line.prepare(font=font)
        # A letter of another script can make the line taller than the font says.
        _LAID[key] = line, line.size().width(), round(line.size().height())
    return _LAID[key]


def direction_of(words: str) -> Qt.LayoutDirection:
    """The direction in which `words` run."""
    right = words.isascii() is False and _starts_right(words)
    return Qt.LayoutDirection.RightToLeft if right else Qt.LayoutDirection.LeftToRight


def _starts_right(words: str) -> bool:
    for letter in words:
        code = ord(letter)
        if 0x590 <= code <= 0x8FF or 0xFB1D <= code <= 0xFEFC or letter == RIGHT_TO_LEFT_MARK:
            return True
        if letter.isalpha():
            return False
    return False


def icon(painter: QPainter, box: QRect | QRectF, name: str, token: str = "ink", *, filled: bool = False) -> None:
    """An icon in the colour of `token`."""
    icons.paint(painter, box, name, theme.colour(token), filled=filled)


def centred(box: QRect, width: int, height: int) -> QRect:
    """A rectangle of the given size in the middle of `box`."""
    return QRect(box.x() + (box.width() - width) // 2, box.y() + (box.height() - height) // 2, width, height)


def mirrored(box: QRect, inner: QRect, right_to_left: bool) -> QRect:
    """`inner` as it lies in `box` when the layout runs the other way."""
    if not right_to_left:
        return inner
    return QRect(box.x() + box.right() - inner.right(), inner.y(), inner.width(), inner.height())
