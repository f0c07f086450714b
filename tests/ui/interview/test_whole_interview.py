"""A whole herder interview from the first key to the final revision, without the mouse."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from cami_survey.base.settings import Settings
from cami_survey.operations import interviews, surveys
from cami_survey.store.api import SurveyFile
from cami_survey.ui.interview.page import InterviewPage
from cami_survey.ui.worker import Worker
from tests.conftest import Questionnaires
from tests.ui.interview.conftest import Running, shown

Key = Qt.Key
# What is not answered by the first choice, 5 or a word: name of the question -> keys.
WORDS = {
    "int_code": "KG-H0123",
    "grid": "KG-25-0417",
    "s_grid": "KG-25-0417",
    "s_year": "2026",
    "bar_year": "1998",
    "pl_n": "20",
    "country": "Kyrgyzstan",
}
CHOICES = {
    "livestock": "14",
    "presence": "13",
    "cards": "47",
    "barriers": "3",
    "needs": "12",
    "loc_prec": "3",
    "tr_why": "1",
}
MOST_STEPS = 200


@pytest.fixture
def survey(tmp_path: Path, questionnaires: Questionnaires) -> Iterator[SurveyFile]:
    opened = surveys.create(tmp_path / "field.cami", title="Naryn").value
    opened.add_form(questionnaires["herder_interview"])
    yield opened
    opened.close()


def give(run: Running, field: str) -> str:
    """Answer the question that has the focus by keys; returns what was given."""
    node = run.node(field)
    if node.control in ("select1", "select"):
        pick(run, field)
    elif node.type in ("int", "decimal"):
        run.type(WORDS.get(node.name, "5"))
    else:
        run.type(WORDS.get(node.name, "Some words"))
    return run.value(field)


def pick(run: Running, field: str) -> None:
    node = run.node(field)
    drops = "minimal" in node.appearance.split() or "autocomplete" in node.appearance.split()
    if drops:
        run.press(Key.Key_Space)
        search = run.popup()
        QTest.keyClicks(search, WORDS.get(node.name, ""))
        QTest.keyClick(search, Key.Key_Return)
        if node.control == "select":
            QTest.keyClick(search, Key.Key_Escape)
        QApplication.processEvents()
    else:
        for digit in CHOICES.get(node.name, "1"):
            run.press(digit)


@pytest.mark.parametrize("walk", ["page", "one-by-one"])
def test_a_whole_interview_by_keyboard(survey: SurveyFile, qtbot: QtBot, qapp: QApplication, walk: str) -> None:
    worker = Worker()
    page = InterviewPage(interviews.start(survey, "herder_interview"), Settings(walk=walk), worker=worker)
    run = shown(page, qtbot)
    given: dict[str, str] = {}
    for _step in range(MOST_STEPS):
        button = page.frame.footer.next_button
        if QApplication.focusWidget() is button and button.text() == "Finish":
            break
        if QApplication.focusWidget() is button:
            # A note alone on the screen is read, and Enter goes on.
            run.press(Key.Key_Return)
            continue
        field = run.here()
        node = page.course.node(field)
        if node is not None and node.kind == "question" and field not in given:
            given[field] = give(run, field)
        if run.here() == field:
            run.press(Key.Key_Return)
    assert [problem.field for problem in page.interview.session.problems()] == []
    with qtbot.waitSignal(page.finalised) as finalised:
        run.strike(Key.Key_Return)
    kept = survey.view(finalised.args[0])
    assert kept.state == "final"
    assert len(given) > 60
    assert {field: value for field, value in given.items() if kept.answers.fields.get(field, "") != value} == {}
    worker.finish()
    worker.close()
