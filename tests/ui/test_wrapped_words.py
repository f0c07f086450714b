"""Words in several lines: from right to left as from left to right, none is cut."""

from __future__ import annotations

from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QImage, QPainter

from cami_survey.ui import fonts, theme
from cami_survey.ui.interview.answers import choice_cell
from cami_survey.ui.kit import painting


def ink_of(image: QImage, top: int, bottom: int) -> tuple[int, int]:
    """The first and the last column that is not white between two rows."""
    white = QColor("white").rgb()
    found = [x for x in range(image.width()) if any(image.pixel(x, y) != white for y in range(top, bottom))]
    return found[0], found[-1]


def test_lines_from_right_to_left_begin_at_the_edge_and_are_not_cut(look: None) -> None:
    fonts.load("Arabic")
    words = "موافقید؟ «سم‌داران وحشی علف دام ما را بیش از اندازه می‌خورند»."
    font, room = theme.font("small"), 300
    for wide in range(246, 262, 3):
        image = QImage(room + 40, 120, QImage.Format.Format_RGB32)
        image.fill(QColor("white"))
        painter = QPainter(image)
        painting.text(painter, QRect(40, 0, wide, 120), words, font, QColor("black"), mirrored=True, wrap=True)
        painter.end()
        lines = [ink_of(image, 30, 60), ink_of(image, 62, 92)]
        assert all(left >= 40 for left, _right in lines), wide
        assert all(40 + wide - right <= 3 for _left, right in lines), wide


def test_words_that_fit_but_for_a_part_of_a_pixel_have_room_for_two_lines(look: None) -> None:
    measures = theme.metrics("digit")
    for words in ("Strongly agree", "Do not know", "2 – fair, with gaps", "Prefers not to answer"):
        for wide in range(measures.horizontalAdvance(words) - 2, measures.horizontalAdvance(words) + 3):
            needed = measures.boundingRect(QRect(0, 0, wide, 10_000), choice_cell.FLAGS, words).height()
            assert choice_cell._tall(words, "digit", wide) >= needed
