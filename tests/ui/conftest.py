"""What tests of the window have: the program's style, a window whose settings stay in the test, real surveys."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from cami_survey.base.settings import Settings
from cami_survey.operations import surveys
from cami_survey.store.api import SurveyFile
from cami_survey.ui import shell as shell_module
from cami_survey.ui.shell import Shell
from cami_survey.ui.worker import Worker
from tests.conftest import Questionnaires

FORMS = Path(__file__).parents[2] / "forms"
HERDER, STAKEHOLDER = FORMS / "herder_interview.xlsx", FORMS / "stakeholder_survey.xlsx"


@pytest.fixture(scope="session")
def qapp_cls() -> type[QApplication]:
    return QApplication


@pytest.fixture
def look(qapp: QApplication) -> Iterator[None]:
    """The look of the program before and after."""
    qapp.setStyle("Fusion")
    shell_module.apply_look(Settings())
    yield
    # Windows of earlier tests would be styled again and again.
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    shell_module.apply_look(Settings())


@pytest.fixture
def worker(qtbot: QtBot) -> Iterator[Worker]:
    made = Worker()
    yield made
    made.close()


@pytest.fixture
def window(qtbot: QtBot, look: None) -> Iterator[Shell]:
    """The whole window, shown, with no survey."""
    made = Shell(Settings(facilitator="Aizada", device_name="KG-07"))
    made.resize(1280, 800)
    qtbot.addWidget(made)
    crashes: list[str] = []
    made.worker.crashed.disconnect(made.feedback.crash)
    made.worker.crashed.connect(crashes.append)
    made.show()
    made.start(None)
    settle(made)
    yield made
    settle(made)
    made.close()
    assert crashes == []


def settle(window: Shell, turns: int = 3) -> None:
    """Let the worker do what it was asked for, and the window show it."""
    for _turn in range(turns):
        window.worker.finish()
        QApplication.processEvents()


@pytest.fixture
def make_survey(tmp_path: Path, questionnaires: Questionnaires) -> Iterator[Callable[..., SurveyFile]]:
    """Makes survey files, with forms if asked."""
    made: list[SurveyFile] = []

    def make(name: str = "survey", *sources: Path) -> SurveyFile:
        survey = surveys.create(
            tmp_path / f"{name}.cami", title=name, device_name=name.upper(), facilitator="Aizada"
        ).value
        for source in sources:
            survey.add_form(questionnaires[source.stem])
        made.append(survey)
        return survey

    yield make
    for survey in made:
        survey.close()
