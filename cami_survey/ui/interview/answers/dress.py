"""Fields that are written in, dressed for the language of the page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QLineEdit, QWidget

from cami_survey.ui import fonts, theme

if TYPE_CHECKING:
    from cami_survey.ui.interview.reading import Reading


def dress(field: QWidget, reading: Reading) -> None:
    """Give `field` the font and the side of the language.

    A field takes its line height from the first family: with Latin first, words of a taller script hang too high in it.
    """
    font = theme.font("body", language=reading.code)
    if reading.right_to_left or reading.code.split("-")[0] in fonts.SCRIPTS:
        font = QFont(font)
        font.setFamilies([*font.families()[1:], fonts.LATIN])
    if field.font() != font:
        field.setFont(font)
    if isinstance(field, QLineEdit):
        side = Qt.AlignmentFlag.AlignRight if reading.right_to_left else Qt.AlignmentFlag.AlignLeft
        align = side | Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute
        if field.alignment() != align:
            field.setAlignment(align)
