"""Every question of our forms is reachable: for each there is an interview that comes to it and can be finished."""

from __future__ import annotations

import pytest

from cami_survey.engine.api import load_form
from tests.forms.converted import FORMS, NAMES, converted
from tests.forms.reaching import Search, is_possible


@pytest.mark.parametrize("name", NAMES)
def test_every_question_is_reached_by_an_interview_that_can_be_finished(name: str) -> None:
    form = load_form(converted(name)[0].encode(), media=FORMS)
    assert form.warnings == ()
    found, unreached = Search(form).interviews()
    assert unreached == set()
    assert len(found) == form.questions
    different = {id(steps): steps for steps in found.values()}.values()
    assert all(is_possible(form, steps) for steps in different)


def test_a_question_that_nobody_can_reach_is_found() -> None:
    table = """
| survey | | | | |
| | type | name | label | relevant |
| | select_one yn | herd | Do you keep animals? | |
| | integer | number | How many? | ${herd}='yes' |
| | text | never | Why? | ${herd}='maybe' |
| | text | below | And then? | ${herd}='no' and ${number} > 0 |
| choices | | | | |
| | list_name | name | label | |
| | yn | yes | Yes | |
| | yn | no | No | |
"""
    found, unreached = Search(load_form(table.encode())).interviews()
    assert unreached == {"/data/never", "/data/below"}
    assert set(found) == {"/data/herd", "/data/number"}


def test_an_interview_that_answers_what_is_not_asked_is_no_proof() -> None:
    table = """
| survey | | | | | |
| | type | name | label | relevant | required |
| | select_one yn | herd | Do you keep animals? | | yes |
| | integer | number | How many? | ${herd}='yes' | yes |
| choices | | | | | |
| | list_name | name | label | | |
| | yn | yes | Yes | | |
| | yn | no | No | | |
"""
    form = load_form(table.encode())
    assert is_possible(form, [("/data/herd", "yes"), ("/data/number", "3")])
    assert not is_possible(form, [("/data/herd", "no"), ("/data/number", "3")])
    assert not is_possible(form, [("/data/herd", "yes")])
