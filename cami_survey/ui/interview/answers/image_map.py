"""Choices on a picture: shapes of an SVG that came with the form, each with the value of its choice as id."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QRectF, QSizeF, Qt
from PySide6.QtGui import QBitmap, QFocusEvent, QImage, QPainter, QPaintEvent
from PySide6.QtSvg import QSvgRenderer

from cami_survey.ui import theme
from cami_survey.ui.interview.answers.choice_cell import ChoiceCell
from cami_survey.ui.interview.answers.choice_cell import Shape as LayoutShape
from cami_survey.ui.interview.answers.choices import ChoicesAnswer
from cami_survey.ui.kit import painting

if TYPE_CHECKING:
    from cami_survey.engine.api import Node
    from cami_survey.ui.interview.answers.choice_list import Option
    from cami_survey.ui.interview.reading import Reading

TALLEST, MARK, OPACITY = 520, 20, 0.55


@dataclass(slots=True)
class Shape:
    """Where a shape lies in the picture as drawn, and which pixels of that place belong to it."""

    box: QRect
    mask: QImage


class Region(ChoiceCell):
    """A shape on the picture: only its own pixels take the mouse. The board paints it, without words."""

    def height_for(self, width: int, shape: LayoutShape) -> int:
        return 0

    def paintEvent(self, event: QPaintEvent) -> None:
        return

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.board.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.board.update()


class ImageMapAnswer(ChoicesAnswer):
    """Shapes are picked by mouse, arrows, digits and letters as other choices; what has no shape stands beneath.

    Without a picture that can be read all choices are cards.
    """

    def __init__(self, node: Node, reading: Reading) -> None:
        name = node.media.get("image", "")
        content = reading.media(name) if reading.media is not None and name else None
        self.picture = QSvgRenderer(content) if content else QSvgRenderer()
        self._shapes: dict[str, Shape] = {}
        self._drawn: tuple[int, int] = (0, 0)
        super().__init__(node, reading)
        self.shows_picture = self.picture.isValid()

    def make_cell(self, option: Option) -> ChoiceCell:
        if not self.picture.isValid() or not self.picture.elementExists(option.value):
            return super().make_cell(option)
        cell = Region(self, option, many=self.many)
        cell.toggled.connect(lambda _on: self.update())
        return cell

    # Where it stands

    def map_box(self, width: int) -> QRect:
        """Where the picture lies: as wide as the answer, unless it became too tall."""
        size = QSizeF(self.picture.defaultSize()) if self.picture.isValid() else QSizeF()
        if size.isEmpty():
            return QRect()
        fitted = size.scaled(QSizeF(width, theme.u(TALLEST)), Qt.AspectRatioMode.KeepAspectRatio).toSize()
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        return QRect(width - fitted.width() if rtl else 0, 0, fitted.width(), fitted.height())

    def _others(self) -> list[ChoiceCell]:
        return [cell for cell in self._cells if not isinstance(cell, Region)]

    def _others_top(self, width: int) -> int:
        box = self.map_box(width)
        return box.height() + theme.XS + theme.metrics("medium").height() + theme.S if not box.isEmpty() else 0

    def height_for(self, width: int) -> int:
        top, others = self._others_top(width), self._others()
        if not others:
            return max(top, theme.target())
        return top + max(box.bottom() for box in self.layout_.boxes(others, width)[1]) + 1

    def arrange(self, width: int, height: int) -> None:
        box, others = self.map_box(width), self._others()
        if width <= 0:
            return
        if others:
            self._place_others(others, width, height)
        if (box.width(), box.height()) != self._drawn:
            self._drawn = (box.width(), box.height())
            self._shapes = {cell.option.value: self._shape(cell.option.value, box) for cell in self._regions()}
        for cell in self._regions():
            shape = self._shapes.get(cell.option.value) or self._shape(cell.option.value, box)
            self._shapes[cell.option.value] = shape
            cell.setGeometry(shape.box.translated(box.topLeft()))
            cell.setMask(QBitmap.fromImage(shape.mask.createAlphaMask()))

    def _place_others(self, others: list[ChoiceCell], width: int, height: int) -> None:
        shape, boxes = self.layout_.boxes(others, width)
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        for cell, place in zip(others, boxes, strict=True):
            cell.shape_ = shape
            moved = place.translated(0, self._others_top(width))
            cell.setGeometry(painting.mirrored(QRect(0, 0, width, height), moved, rtl))

    def _regions(self) -> list[ChoiceCell]:
        return [cell for cell in self._cells if isinstance(cell, Region)]

    def _shape(self, value: str, box: QRect) -> Shape:
        """The shape of a choice, drawn alone."""
        view, scale = self.picture.viewBoxF(), box.width() / max(self.picture.viewBoxF().width(), 1.0)
        bounds = self.picture.transformForElement(value).mapRect(self.picture.boundsOnElement(value))
        place = QRectF(
            (bounds.x() - view.x()) * scale, (bounds.y() - view.y()) * scale,
            bounds.width() * scale, bounds.height() * scale,
        ).toAlignedRect().intersected(QRect(0, 0, box.width(), box.height()))  # fmt: skip
        image = QImage(place.size().expandedTo(QRect(0, 0, 1, 1).size()), QImage.Format.Format_ARGB32_Premultiplied)
        image.fill(Qt.GlobalColor.transparent)
        painter = QPainter(image)
        self.picture.render(painter, value, QRectF(image.rect()))
        painter.end()
        return Shape(QRect(place.topLeft(), image.size()), image)

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        box = self.map_box(self.width())
        if box.isEmpty():
            return
        painter = QPainter(self)
        # Pictures are drawn for white paper, whatever the theme.
        painter.fillRect(box, Qt.GlobalColor.white)
        self.picture.render(painter, QRectF(box))
        for cell in self._regions():
            if cell.isChecked():
                self._paint_chosen(painter, cell)
        focused = next((cell for cell in self._regions() if cell.hasFocus()), None)
        if focused is not None:
            # The ring of a dark theme is bright, and the paper is white: it has a line of the other shade around it.
            around = focused.geometry().adjusted(-5, -5, 5, 5)
            painting.body(painter, around, None, theme.colour("on_accent"), radius=6, width=2)
            painting.ring(painter, around.adjusted(2, 2, -2, -2), radius=4)
        painting.body(painter, box, None, theme.colour("line"), radius=2)
        self._paint_words(painter, box, focused)

    def _paint_chosen(self, painter: QPainter, cell: ChoiceCell) -> None:
        shape = self._shapes.get(cell.option.value)
        if shape is None:
            return
        tint = QImage(shape.mask)
        colouring = QPainter(tint)
        colouring.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceIn)
        colouring.fillRect(tint.rect(), theme.colour("accent"))
        colouring.end()
        painter.setOpacity(OPACITY)
        painter.drawImage(cell.geometry().topLeft(), tint)
        painter.setOpacity(1)
        side = theme.u(MARK)
        painting.tick(painter, painting.centred(cell.geometry(), side, side), True)

    def _paint_words(self, painter: QPainter, box: QRect, focused: ChoiceCell | None) -> None:
        """What is chosen, and before it what the arrows lead to."""
        chosen = ", ".join(cell.option.label for cell in self._regions() if cell.isChecked())
        leading = focused.option.words if focused is not None and not focused.isChecked() else ""
        line = QRect(0, box.bottom() + 1 + theme.XS, self.width(), theme.metrics("medium").height())
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        room = line
        if leading:
            long = min(theme.metrics("body").horizontalAdvance(leading) + theme.M, line.width() // 2)
            place = painting.mirrored(line, QRect(line.x(), line.y(), long, line.height()), rtl)
            painting.text(painter, place, leading, theme.font("body"), theme.colour("muted"), mirrored=rtl)
            room = painting.mirrored(line, line.adjusted(long, 0, 0, 0), rtl)
        painting.text(painter, room, chosen, theme.font("medium"), theme.colour("ink"), mirrored=rtl)
