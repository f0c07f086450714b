"""One choice on the page, painted: a card with a mark, a line of a list, or a cell of a scale."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QFontMetrics, QImage, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton

from cami_survey.ui import theme
from cami_survey.ui.interview.pictures import draw, picture
from cami_survey.ui.kit import painting

if TYPE_CHECKING:
    from cami_survey.ui.interview.answers.choice_list import Option
    from cami_survey.ui.interview.answers.choices import ChoicesAnswer

Shape = Literal["card", "line", "cell", "tile"]
FLAGS = int(Qt.TextFlag.TextWordWrap) | int(Qt.AlignmentFlag.AlignLeft)
MARK, SIDE, GAP, DIGIT, CELL_SIDE = 20, 14, 12, 22, 6
# A small picture beside the words and the room of one above them, in px at 100 %.
THUMB, TILE, TILE_WIDTH = 48, 112, 168


def _tall(text: str, role: str, width: int) -> int:
    measures = theme.metrics(role)
    # The advance is rounded: words that just fit may be a part of a pixel wider.
    if measures.horizontalAdvance(text) < width and "\n" not in text:
        return measures.height()
    return measures.boundingRect(QRect(0, 0, max(width, 1), 10_000), FLAGS, text).height()


class ChoiceCell(QAbstractButton):
    """A choice to tick or to pick. The board moves the focus between its cells and owns the keys."""

    def __init__(self, board: ChoicesAnswer, option: Option, *, many: bool) -> None:
        super().__init__(board)
        self.board, self.option, self.many = board, option, many
        self.shape_: Shape = "card"
        self.digit = ""
        self._image = picture(board.reading, option.picture)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.show_option(option)

    def show_option(self, option: Option) -> None:
        """Show another wording or key."""
        if option.picture != self.option.picture:
            self._image = picture(self.board.reading, option.picture)
        self.option = option
        digit = self.board.written(option.number)
        if (option.words, digit) != (self.accessibleName(), self.digit):
            self.digit = digit
            self.setAccessibleName(option.words)
            self.setAccessibleDescription(digit)
        self.update()

    def picture(self) -> QImage | None:
        """The picture of the choice, if the form has one."""
        return self._image

    def _lead(self) -> int:
        """The width before the words of a card or a line: mark, picture, and what is around them."""
        if self.picture() is not None:
            return theme.u(6 + THUMB + GAP)
        return theme.u(SIDE + MARK + GAP) if self.board.looks.marks else theme.u(SIDE)

    def wish_width(self, shape: Shape) -> int:
        """The width in px at which the words stand in one line."""
        words = theme.metrics("medium").horizontalAdvance(self.option.label) + 2
        words = max(words, theme.metrics("small").horizontalAdvance(self.option.small) + 2 if self.option.small else 0)
        if shape == "tile":
            image = self.picture()
            wide = image.width() * theme.u(TILE) // max(image.height(), 1) if image is not None else words
            return max(min(wide, theme.u(2 * TILE_WIDTH)), theme.u(TILE_WIDTH // 2)) + 2 * theme.u(8)
        return self._lead() + words + theme.u(DIGIT + 4)

    @property
    def role(self) -> str:
        """The role of the words in a cell of a scale: smaller for what stands apart, and where room is short."""
        return "small" if self.option.apart or self.board.tight else "medium"

    def least_width(self) -> int:
        """The width in px that the longest word needs in a cell of a scale."""
        words = [theme.metrics(self.role).horizontalAdvance(word) for word in self.option.label.split()]
        small = [theme.metrics("digit").horizontalAdvance(word) for word in self.option.small.split()]
        return max([0, *words, *small]) + 2 * theme.u(CELL_SIDE) + 2

    def small_height(self, width: int) -> int:
        """The height of the second language in a cell of `width` px."""
        return _tall(self.option.small, "digit", width - 2 * theme.u(CELL_SIDE)) if self.option.small else 0

    def height_for(self, width: int, shape: Shape) -> int:
        """The height that the words need at `width` px."""
        if shape == "cell":
            room = width - 2 * theme.u(CELL_SIDE)
            label = _tall(self.option.label, self.role, room)
            small = self.board.small_height()
            return max(theme.u(72 if self.board.bilingual else 56), theme.u(18) + label + small + theme.u(12))
        if shape == "tile":
            return self._tile_height(width)
        room = width - self._lead() - theme.u(DIGIT + 4)
        label = _tall(self.option.label, "medium", room)
        if shape == "line":
            return max(theme.u(56 if self.board.tall_lines else 44), label + self._small_below(room) + theme.u(18))
        small = _tall(self.option.small, "small", room) if self.option.small else 0
        least = 64 if self.picture() is not None else 52 if self.board.bilingual else 44
        return max(theme.u(least), label + small + theme.u(14))

    def _tile_height(self, width: int) -> int:
        room = width - 2 * theme.u(8)
        words = sum(_tall(words, role, room) for words, role in self._tile_words() if words)
        image = theme.u(TILE) if self.picture() is not None else theme.u(24)
        return theme.u(8) + image + theme.u(6) + words + theme.u(10)

    def _tile_words(self) -> tuple[tuple[str, str], tuple[str, str]]:
        return (self.option.label, "medium"), (self.option.small, "small")

    def _small_below(self, room: int) -> int:
        if not self.option.small or self._fits_beside(room):
            return 0
        return _tall(self.option.small, "small", room)

    def _fits_beside(self, room: int) -> bool:
        label = theme.metrics("medium").horizontalAdvance(self.option.label)
        return label + theme.M + theme.metrics("small").horizontalAdvance(self.option.small) <= room

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self.board.take_key(self, event):
            event.ignore()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        event.ignore()

    def focusNextPrevChild(self, forwards: bool) -> bool:
        return self.board.focusNextPrevChild(forwards)

    def hitButton(self, at: object) -> bool:
        return not self.board.read_only

    def _mirrored(self) -> bool:
        return self.layoutDirection() == Qt.LayoutDirection.RightToLeft

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        on, focused = self.isChecked(), self.hasFocus()
        solid = on and self.shape_ == "cell"
        inner = self.rect().adjusted(3, 3, -3, -3) if focused else self.rect()
        quiet = "background" if self.option.apart or self.board.read_only else "surface"
        fill = "accent" if solid else "accent_soft" if on else "hover" if self._hovered() else quiet
        edge = "accent" if on else "line"
        painting.body(
            painter, inner, theme.colour(fill), theme.colour(edge), radius=theme.RADIUS - 3 * focused,
            width=2.0 if on and theme.look.name == "sunlight" and not solid else 1.0,
        )  # fmt: skip
        if focused:
            painting.ring(painter, self.rect(), on_accent=solid)
        if self.shape_ == "cell":
            self._paint_cell(painter, "on_accent" if solid else "ink")
        elif self.shape_ == "tile":
            self._paint_tile(painter)
        else:
            self._paint_card(painter)

    def _hovered(self) -> bool:
        return self.underMouse() and not self.board.read_only

    def _paint_cell(self, painter: QPainter, token: str) -> None:
        whole, rtl = self.rect(), self._mirrored()
        muted = "on_accent" if token == "on_accent" else "muted"
        corner = QRect(theme.u(8), theme.u(6), theme.u(20), theme.u(14))
        self._words(painter, corner, self.digit, "digit", muted)
        side = theme.u(CELL_SIDE)
        room = whole.width() - 2 * side
        # All cells of a scale keep their words on one line, whatever each of them needs below.
        below = self.board.small_height() + theme.u(8)
        top = theme.u(18)
        middle = QRect(side, top, room, whole.height() - top - below)
        painting.text(
            painter, middle, self.option.label, theme.font(self.role), theme.colour(token), side="centre",
            mirrored=rtl, wrap=True,
        )  # fmt: skip
        if self.option.small:
            tall = self.small_height(whole.width())
            base = QRect(side, whole.height() - below + (below - theme.u(6) - tall) // 2, room, tall)
            painting.text(
                painter, base, self.option.small, theme.font("digit"), theme.colour(muted), side="centre",
                mirrored=rtl, wrap=True,
            )  # fmt: skip

    def _paint_card(self, painter: QPainter) -> None:
        whole = self.rect()
        self._paint_lead(painter)
        left = self._lead()
        room = whole.width() - left - theme.u(DIGIT + 4)
        if self.shape_ == "line" and self.option.small and self._fits_beside(room):
            self._paint_beside(painter, left, room)
        else:
            self._paint_below(painter, left, room)
        width = theme.u(DIGIT)
        if self.shape_ == "line":
            digit = QRect(whole.width() - width - theme.u(12), 0, width, whole.height())
            self._words(painter, digit, self.digit, "small", "muted", end=True)
        else:
            digit = QRect(whole.width() - width - theme.u(8), theme.u(5), width, theme.u(14))
            self._words(painter, digit, self.digit, "digit", "muted", end=True)

    def _paint_lead(self, painter: QPainter) -> None:
        """The mark, the picture with the mark on it, or where marks are not wanted that of what is chosen."""
        whole, rtl, side, image = self.rect(), self._mirrored(), theme.u(MARK), self.picture()
        if image is not None:
            thumb = theme.u(THUMB)
            box = QRect(theme.u(7), (whole.height() - thumb) // 2, thumb, thumb)
            draw(painter, painting.mirrored(whole, box, rtl), image, whole=False)
            side = theme.u(18)
            self._paint_mark(painter, QRect(box.x() + theme.u(3), box.y() + theme.u(3), side, side))
        else:
            self._paint_mark(painter, QRect(theme.u(SIDE), (whole.height() - side) // 2, side, side))

    def _paint_mark(self, painter: QPainter, box: QRect) -> None:
        if not self.board.looks.marks:
            if not self.isChecked():
                return
            # Without marks only what is chosen has one, in the corner below: colour alone says nothing.
            side = theme.u(16)
            whole = self.rect()
            box = QRect(whole.width() - side - theme.u(6), whole.height() - side - theme.u(6), side, side)
        mark = painting.tick if self.many or not self.board.looks.marks else painting.radio
        place = painting.mirrored(self.rect(), box, self._mirrored())
        mark(painter, place, self.isChecked(), enabled=not self.board.read_only)

    def _paint_tile(self, painter: QPainter) -> None:
        whole, rtl, image, edge = self.rect(), self._mirrored(), self.picture(), theme.u(8)
        tall = theme.u(TILE) if image is not None else theme.u(24)
        box = QRect(edge, edge, whole.width() - 2 * edge, tall)
        if image is not None:
            draw(painter, box, image, whole=True)
        side = theme.u(18)
        self._paint_mark(painter, QRect(edge + theme.u(3), edge + theme.u(3), side, side))
        y = box.bottom() + 1 + theme.u(6)
        for words, role in self._tile_words():
            if words:
                room = QRect(edge, y, box.width(), _tall(words, role, box.width()))
                ink = theme.colour("ink" if role == "medium" else "muted")
                painting.text(painter, room, words, theme.font(role), ink, side="centre", mirrored=rtl, wrap=True)
                y += room.height()
        width = theme.u(DIGIT)
        digit = QRect(whole.width() - width - theme.u(8), theme.u(5), width, theme.u(14))
        self._words(painter, digit, self.digit, "digit", "muted", end=True)

    def _paint_beside(self, painter: QPainter, left: int, room: int) -> None:
        role = "strong" if self.board.tall_lines else "medium"
        length = theme.metrics(role).horizontalAdvance(self.option.label) + 2
        self._words(painter, QRect(left, 0, length, self.height()), self.option.label, role, "ink")
        after = left + length + theme.M
        self._words(
            painter, QRect(after, 1, room - length - theme.M, self.height()), self.option.small, "small", "muted"
        )

    def _paint_below(self, painter: QPainter, left: int, room: int) -> None:
        label = _tall(self.option.label, "medium", room)
        small = _tall(self.option.small, "small", room) if self.option.small else 0
        top = (self.height() - label - small) // 2
        self._words(painter, QRect(left, top, room, label), self.option.label, "medium", "ink", wrap=True)
        if small:
            self._words(painter, QRect(left, top + label, room, small), self.option.small, "small", "muted", wrap=True)

    def _words(
        self, painter: QPainter, box: QRect, words: str, role: str, token: str, *, end: bool = False, wrap: bool = False
    ) -> None:
        rtl = self._mirrored()
        # A word wider than its cell is cut; wrapped text that fits one line is drawn as one, which is faster.
        wrap = wrap and QFontMetrics(theme.font(role)).horizontalAdvance(words) > box.width()
        painting.text(
            painter, painting.mirrored(self.rect(), box, rtl), words, theme.font(role), theme.colour(token),
            side="end" if end else "start", mirrored=rtl, wrap=wrap,
        )  # fmt: skip
