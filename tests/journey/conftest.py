"""The real window over a real survey file, and somebody with a keyboard before it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from cami_survey.base import settings as settings_file
from cami_survey.base.settings import Settings
from cami_survey.ui.shell import Shell, apply_look, show_later
from tests.journey.hands import Facilitator

FORMS = Path(__file__).parents[2] / "forms"
Begin = Callable[[], Facilitator]


@pytest.fixture
def look(qapp: QApplication) -> Iterator[None]:
    """The look of the program before and after; things are where they are at once."""
    qapp.setStyle("Fusion")
    apply_look(Settings(motion=False))
    yield
    apply_look(Settings())


@pytest.fixture
def begin(qtbot: QtBot, look: None) -> Iterator[Begin]:
    """Opens the program; what was open is closed at the end, and nothing is left behind."""
    opened: list[Shell] = []
    crashes: list[str] = []

    def start() -> Facilitator:
        window = Shell(replace(settings_file.load(), facilitator="Aizada", device_name="KG-07", motion=False))
        opened.append(window)
        window.resize(1440, 900)
        window.worker.crashed.disconnect(window.feedback.crash)
        window.worker.crashed.connect(crashes.append)
        window.show()
        show_later(window, None)
        facilitator = Facilitator(window, qtbot)
        facilitator.wait(window.isActiveWindow, "the window")
        return facilitator

    yield start
    for window in opened:
        window.close()
        window.deleteLater()
    QApplication.processEvents()
    assert crashes == []
    assert [one for one in QApplication.topLevelWidgets() if one.isVisible()] == []
    assert [one.name for one in threading.enumerate() if one.name.startswith("store")] == []
