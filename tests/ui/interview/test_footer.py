"""The line at the bottom: whatever window and size of text, its buttons are whole and nothing lies over another."""

from __future__ import annotations

from itertools import pairwise

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

from cami_survey.base.settings import Settings
from cami_survey.engine.api import Form
from cami_survey.ui import theme
from tests.ui.interview.conftest import Open, Running


def shown_parts(run: Running) -> list[QWidget]:
    """What is seen of the line, in the order it stands."""
    footer = run.page.frame.footer
    return sorted(
        (part for part in footer.children() if isinstance(part, QWidget) and part.isVisible()),
        key=lambda part: part.x(),
    )


@pytest.mark.parametrize("language", ["ru", "fa"])
@pytest.mark.parametrize("size", [100, 150, 200])
@pytest.mark.parametrize("width", [683, 760, 1100, 1440])
def test_nothing_at_the_bottom_is_cut(
    open_form: Open, herder: Form, qapp: QApplication, width: int, size: int, language: str
) -> None:
    theme.apply(qapp, text_size=size, motion=False)
    run = open_form(herder, settings=Settings(question_language=language), size=(width, 900))
    footer = run.page.frame.footer
    for again in (False, True):
        footer.show_again(again)
        footer.layout().activate()
        parts = shown_parts(run)
        assert {footer.back_button, footer.next_button} <= set(parts)
        assert footer.again.isVisible() is again
        for part in parts:
            assert footer.rect().contains(part.geometry()), part
            assert part.width() >= part.minimumSizeHint().width(), part
        for one, other in pairwise(parts):
            assert one.geometry().right() < other.x(), (one, other)
    footer.show_again(False)
    run.press(Qt.Key.Key_F8)
    assert all(footer.rect().contains(part.geometry()) for part in shown_parts(run))
