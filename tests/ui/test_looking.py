"""From the list by keys: looking at an interview without changing it; from a new interview to one that is the same."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from cami_survey.operations import forms, interviews
from cami_survey.store.api import SurveyFile
from cami_survey.ui.pages.interviews import InterviewsPage
from cami_survey.ui.shell import Shell
from tests.ui.conftest import settle

Key = Qt.Key
CONTROL = Qt.KeyboardModifier.ControlModifier
FORM = """
| survey |
| | type | name | label |
| | text | code | Code |
| | text | camp | Camp |
| | text | river | River |
| settings |
| | form_id | title |
| | herd | Herd |
"""


@pytest.fixture
def survey(tmp_path: Path, window: Shell) -> SurveyFile:
    path = tmp_path / "herd.md"
    path.write_text(FORM, "utf-8")
    made = SurveyFile.create(tmp_path / "w.cami", title="W")
    forms.add(made, [path])
    interview = interviews.start(made, "herd")
    interview.set("/data/code", "KG-1")
    interview.set("/data/river", "Naryn")
    interview.finalise()
    window.desk.take(made)
    settle(window)
    return made


def listed(window: Shell) -> InterviewsPage:
    page = window.pages["interviews"]
    assert isinstance(page, InterviewsPage)
    window.activateWindow()
    page.list.table.setFocus()
    return page


def test_one_key_looks_and_one_goes_back(window: Shell, survey: SurveyFile) -> None:
    seq = survey.last_seq()
    QTest.keyClick(listed(window).list.table, Key.Key_L, CONTROL)
    settle(window)
    page = window.running
    assert page is not None
    assert page.read_only
    shown = [stop.field for stop in page.questions.column.stops() if stop.kind == "question"]
    assert shown == ["/data/code", "/data/river"]
    QTest.keyClicks(window.focusWidget(), "x")
    QTest.keyClick(window.focusWidget(), Key.Key_Escape)
    settle(window)
    assert window.running is None
    assert (survey.last_seq(), survey.drafts()) == (seq, [])


def test_the_other_interview_is_opened_and_the_new_one_kept(window: Shell, survey: SurveyFile) -> None:
    (first,) = survey.rows()
    QTest.keyClick(listed(window).list.table, Key.Key_N, CONTROL)
    settle(window)
    page = window.running
    assert page is not None
    QTest.keyClicks(window.focusWidget(), "KG-1")
    QTest.keyClick(window.focusWidget(), Key.Key_Return)
    assert page.watch is not None
    page.watch.look()
    settle(window)
    QTest.keyClick(window.focusWidget(), Key.Key_O, CONTROL | Qt.KeyboardModifier.ShiftModifier)
    settle(window)
    assert window.running is not None
    assert window.running.interview.record == first.record
    assert sorted((row.state, row.summary.code) for row in survey.rows()) == [("draft", "KG-1"), ("final", "KG-1")]
    window.running.leave()
    settle(window)
