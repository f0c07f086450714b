"""An instance that was taken out of a repeat comes back with everything that was in it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from cami_survey.engine.api import Form, load_form
from cami_survey.operations.interviews import Interview, preview
from cami_survey.ui.interview import counts
from cami_survey.ui.interview.flow import is_untouched, last_untouched
from cami_survey.ui.interview.removed import bring_back, remember
from tests.ui.interview.conftest import Open, Running

CONTROL = Qt.KeyboardModifier.ControlModifier
FORM = b"""
| survey |              |         |        |
|        | type         | name    | label  |
|        | begin repeat | camp    | Camp   |
|        | text         | place   | Place  |
|        | begin group  | herd    | Herd   |
|        | integer      | size    | Size   |
|        | end group    |         |        |
|        | begin repeat | dog     | Dog    |
|        | text         | called  | Called |
|        | end repeat   |         |        |
|        | end repeat   |         |        |
"""
ANSWERS = {"place": "Ak-Sai", "herd/size": "120", "dog[1]/called": "Ala", "dog[2]/called": "Kara"}


def camps() -> Interview:
    """Two camps, the first of them answered."""
    form: Form = load_form(FORM)
    interview = preview(form)
    interview.add_repeat("/data/camp[1]/dog")
    for path, answer in ANSWERS.items():
        interview.set(f"/data/camp[1]/{path}", answer)
    interview.add_repeat("/data/camp")
    return interview


def test_what_repeats_inside_held_comes_back_too() -> None:
    interview = camps()
    node = interview.session.node
    kept = remember(node("/data/camp[1]"), node("/data/camp").field)
    interview.remove_repeat("/data/camp[1]")
    list(bring_back(interview, kept))
    assert node("/data/camp").count == 2
    assert {path: node(f"/data/camp[2]/{path}").text_value for path in ANSWERS} == ANSWERS
    assert node("/data/camp[2]/dog").count == 2


def test_an_instance_is_untouched_as_long_as_nothing_in_it_is_answered() -> None:
    interview = camps()
    node = interview.session.node
    assert not is_untouched(node("/data/camp[1]"))
    assert last_untouched(node("/data/camp")) == node("/data/camp[2]").field
    interview.add_repeat("/data/camp[2]/dog")
    assert last_untouched(node("/data/camp")) == node("/data/camp[2]").field
    interview.set("/data/camp[2]/dog[1]/called", "Boro")
    assert last_untouched(node("/data/camp")) == ""


CARDS = b"""| survey | | | | |
| | type | name | label | appearance |
| | begin repeat | visit | Visit | |
| | text | who | Who? | |
| | text | story | What happened? | multiline |
| | end repeat | | | |
| settings | | |
| | form_title | form_id |
| | Visits | visits |
"""


def test_one_more_among_many_is_counted_alone(open_form: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    run = open_form(load_form(CARDS, name="visits.md"))
    for _more in range(10):
        run.page.questions.repeats.add("/data/visit")
    run.page.show_progress()
    counted: list[str] = []
    real = counts.tally
    monkeypatch.setattr(counts, "tally", lambda node, told: (counted.append(node.field), real(node, told))[1])
    run.page.questions.repeats.add("/data/visit")
    run.page.show_progress()
    assert 0 < len(counted) < 6
    run.type("Aizada")
    assert run.page.course.progress()[0] == 0
    run.page.questions.flush()
    assert run.page.course.progress()[0] == 1
    stops = [stop.kind for stop in run.page.questions.known_stops]
    instances = len(run.node("/data/visit").children)
    assert (stops.count("instance"), stops.count("question")) == (instances, 2 * instances)


def camps_of(run: Running) -> list[str]:
    return [one.children[0].text_value for one in run.node("/data/visit").children]


def three_visits(open_form: Open) -> Running:
    run = open_form(load_form(CARDS, name="visits.md"))
    for at, who in enumerate(("Aizada", "Bakyt", "Cholpon"), 1):
        if at > 1:
            run.press(Qt.Key.Key_Return, hold=CONTROL)
        run.type(who)
    run.page.questions.flush()
    return run


def test_what_was_removed_last_comes_back_first_whatever_has_the_keyboard(open_form: Open) -> None:
    run = three_visits(open_form)
    for _time in range(2):
        run.go_to("/data/visit[1]/story")
        run.press(Qt.Key.Key_Delete, hold=CONTROL)
    assert camps_of(run) == ["Cholpon"]
    run.undo()
    assert camps_of(run) == ["Cholpon", "Bakyt"]
    assert run.page.frame.done.isVisible()
    run.undo()
    assert camps_of(run) == ["Cholpon", "Bakyt", "Aizada"]
    assert run.page.frame.done.isHidden()


def test_letters_written_since_are_taken_back_before_what_was_removed(open_form: Open) -> None:
    run = three_visits(open_form)
    run.go_to("/data/visit[1]/story")
    run.press(Qt.Key.Key_Delete, hold=CONTROL)
    run.go_to("/data/visit[1]/story")
    run.type("x")
    run.undo()
    assert (run.value("/data/visit[1]/story"), camps_of(run)) == ("", ["Bakyt", "Cholpon"])
    run.undo()
    assert camps_of(run) == ["Bakyt", "Cholpon", "Aizada"]


def test_what_has_no_place_to_come_back_to_does_not_come_back(open_form: Open) -> None:
    run = open_form(load_form(FORM, name="camps.md"), fill={"/data/camp[1]/dog[1]/called": "Ala"})
    repeats = run.page.questions.repeats
    repeats.remove(run.node("/data/camp[1]/dog[1]").field)
    repeats.remove(run.node("/data/camp[1]").field)
    assert not repeats.can_bring_back
    repeats.bring_back()
    assert run.node("/data/camp").count == 0
