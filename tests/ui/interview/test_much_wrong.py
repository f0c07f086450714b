"""Hundreds of answers are missing: the list of them opens at once, and again, and says how many there are."""

from __future__ import annotations

from PySide6.QtCore import Qt

from cami_survey.engine.api import load_form
from cami_survey.ui.interview.panels import MOST_LISTED
from tests.ui.interview.conftest import Open

FORM = b"""| survey |
| | type | name | label | required |
| | begin repeat | r | Herd | |
| | text | a | Name | yes |
| | end repeat | | | |
| | text | z | Last | |
"""


def test_a_list_of_hundreds_of_missing_answers_has_its_first_lines(open_form: Open) -> None:
    run = open_form(load_form(FORM))
    for _one in range(149):
        run.page.interview.add_repeat("/data/r")
    run.page.questions.course.count_anew()
    run.page.questions.show_stops()
    problems = run.page.frame.problems
    for _time in range(2):
        run.press(Qt.Key.Key_F8)
        assert problems.title.text().startswith("150 ")
        assert len(problems.rows) == MOST_LISTED
        assert problems.more.isVisible()
        assert problems.rows[0].hasFocus()
    run.press(Qt.Key.Key_Return)
    assert run.here() == problems.rows[0].trouble.field
    # Mended but for a few: then all of them are listed.
    for node in run.node("/data/r").children[:120]:
        run.page.interview.set(node.children[0].field, "yak")
    run.press(Qt.Key.Key_F8)
    assert len(problems.rows) == 30
    assert problems.more.isHidden()
