"""What is kept of how a page is laid is what the page would be laid anew, whatever comes, goes or changes."""

from __future__ import annotations

from random import Random

import pytest

from cami_survey.engine.api import load_form
from cami_survey.ui.interview import flow
from tests.ui.interview.conftest import Open

# Instances hold instances, what stands in one depends on its place, on another one and on what stands outside.
FORM = b"""| survey |
| | type | name | label | appearance | relevant |
| | begin group | g | Camps | | |
| | text | who | Who? | | |
| | begin repeat | camp | Camp | | |
| | text | place | Where? | multiline | |
| | text | first | What of the first? | multiline | position(..) = 1 |
| | text | guest | Which guest? | multiline | ${who} = 'a' |
| | begin group | herd | Herd | | ${place} = 'b' |
| | begin repeat | dog | Dog | | |
| | text | called | How is it called? | multiline | |
| | text | old | How old? | multiline | ${called} = 'a' |
| | end repeat | | | | |
| | end group | | | | |
| | end repeat | | | | |
| | end group | | | | |
"""


@pytest.mark.parametrize("seed", range(3))
def test_a_page_that_changed_is_laid_as_anew(open_form: Open, seed: int) -> None:
    random = Random(seed)
    run = open_form(load_form(FORM, name="camps.md"))
    questions, course = run.page.questions, run.page.course
    for _turn in range(30):
        fields = [stop.field for stop in questions.known_stops if stop.kind == "question"]
        instances = [stop.field for stop in questions.known_stops if stop.kind == "instance"]
        repeats = [stop.field for stop in questions.known_stops if stop.kind == "add"]
        act = random.randrange(6)
        if act == 0 and repeats:
            questions.repeats.add(random.choice(repeats))
        elif act == 1 and instances:
            questions.repeats.remove(random.choice(instances))
        elif act == 2:
            questions.repeats.bring_back()
        else:
            questions.answer(random.choice(fields), random.choice("ab"))
        anew = list(flow.among(course.members(course.pages[course.at]), as_table=questions._as_table))
        assert questions.stops() == anew
        assert questions.column.stops()[-len(anew) :] == anew
