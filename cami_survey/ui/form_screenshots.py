"""Pictures of every page of a form, half of it answered: how each kind of question looks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import cycle
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication

from cami_survey.ui.interview.files import Incoming, png
from cami_survey.ui.interview.page import InterviewPage

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtWidgets import QWidget

    from cami_survey.base.settings import Settings
    from cami_survey.engine.api import Node

# A page is shown whole as long as its picture can be looked at. What comes into view with its height is built and may
# need more, so that is asked some times.
TALLEST, TURNS = 8000, 4
GIVEN = {
    "string": "Camp at the upper spring, moved twice since May.", "int": "1250", "decimal": "42.5", "barcode": "KG-7",
    "date": "2026-11-28", "time": "14:30:00", "dateTime": "2026-11-28T14:30:00", "geopoint": "41.2 75.8 0 0",
    "geotrace": "41.2 75.8 0 0; 41.3 75.9 0 0; 41.25 76.1 0 0",
    "geoshape": "41.2 75.8 0 0; 41.3 75.9 0 0; 41.15 76.1 0 0; 41.2 75.8 0 0",
}  # fmt: skip
Save = Callable[[str, "QWidget"], None]


def save_form(source: Path, settings: Settings, size: tuple[int, int], save: Save) -> None:
    """Try a form out in a look, answer every other question and the files, and save a picture of each page."""
    from cami_survey.operations import forms, interviews

    page = InterviewPage(interviews.preview(forms.open_source(source)), settings, preview=True)
    page.resize(*size)
    page.show()
    answer_half(page)
    for number in range(len(page.course.pages)):
        if page.course.is_asked(number):
            page.resize(*size)
            page.walk.open(number)
            QApplication.processEvents()
            _show_whole(page, size)
            save(f"form_{source.stem}_{number + 1}", page)
    page.close()
    page.deleteLater()


def _show_whole(page: InterviewPage, size: tuple[int, int]) -> None:
    """Make a window as tall as what stands on the open page."""
    column = page.questions.column
    for _turn in range(TURNS):
        page.resize(size[0], min(max(size[1], page.height() - column.height() + column.sheet.height()), TALLEST))
        QApplication.processEvents()


def answer_half(page: InterviewPage) -> None:
    """Answer every other question of a form as far as its kind says how."""
    files = page.questions.files
    assert files is not None
    answered = cycle((True, False))
    for node in list(_questions(page.interview.session.top)):
        if node.control == "upload" and node.type == "binary":
            files.take(node.field, Incoming("camp.png", landscape()))
        elif next(answered) and (value := _value(node)):
            page.questions.answer(node.field, value)
    page.questions.finish_files()


def _questions(node: Node) -> Iterator[Node]:
    if node.kind == "question" and node.relevant and not node.readonly:
        yield node
    for child in node.children:
        yield from _questions(child)


def _value(node: Node) -> str:
    choices = [choice.value for choice in node.choices]
    if choices:
        several = node.control == "select" or node.control == "rank"
        return " ".join(choices[: 2 if node.control == "select" else None]) if several else choices[0]
    if node.control == "range":
        return node.attributes.get("start", "1")
    return GIVEN.get(node.type or "", "")


def landscape() -> bytes:
    """A picture as somebody might take it of a camp."""
    picture = QImage(640, 400, QImage.Format.Format_RGB32)
    picture.fill(QColor("#BFD4DE"))
    painter = QPainter(picture)
    painter.setPen(Qt.PenStyle.NoPen)
    for colour, box in (
        ("#7C9070", (0, 240, 640, 160)),
        ("#E8E2D4", (250, 190, 140, 90)),
        ("#B8562E", (305, 225, 30, 55)),
    ):
        painter.fillRect(*box, QColor(colour))
    painter.end()
    return png(picture)
