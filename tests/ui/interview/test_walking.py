"""From question to question without an answer, by one key, over all pages."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from cami_survey.base.settings import Settings
from cami_survey.engine.api import Form, load_form
from tests.ui.interview.conftest import Open, Running

FORM = b"""| survey |
| | type | name | label | readonly | relevant | appearance |
| | begin group | one | One | | | |
| | text | name | Who? | | | |
| | text | code | Code | yes | | |
| | note | told | Read this. | | | |
| | select_one l | herd | Herd? | | | |
| | text | size | How many? | | ${herd} = 'a' | |
| | end group | | | | | |
| | begin group | two | Two | | | |
| | begin repeat | dog | Dog | | | |
| | text | called | How is it called? | | | multiline |
| | end repeat | | | | | |
| | text | last | Anything else? | | | |
| | end group | | | | | |
| choices |
| | list_name | name | label |
| | l | a | Yes |
| | l | b | No |
"""


@pytest.fixture(scope="module")
def two_pages() -> Form:
    return load_form(FORM, name="two.md")


def onward(run: Running) -> str:
    run.press(Qt.Key.Key_J, hold=Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    return run.here()


@pytest.mark.parametrize("walk", ["page", "one-by-one"])
def test_one_key_goes_to_what_is_still_open(open_form: Open, two_pages: Form, walk: str) -> None:
    filled = {"/data/one/name": "Aizada", "/data/two/last": "No"}
    run = open_form(two_pages, fill=filled, settings=Settings(walk=walk))
    assert onward(run) == "/data/one/herd"
    run.press("1")
    assert onward(run) == "/data/one/size"
    run.type("12")
    assert onward(run).endswith("/called")
    assert onward(run).endswith("/called")
    run.type("Ala")
    assert onward(run).endswith("/called")
    assert "Every question" in run.page.frame.done.accessibleName()
    assert not run.page.frame.done.isHidden()


def test_what_is_asked_later_is_found_from_the_beginning_again(open_form: Open, two_pages: Form) -> None:
    run = open_form(two_pages, fill={"/data/one/herd": "b", "/data/two/dog[1]/called": "Ala"})
    run.go_to("/data/two/last")
    assert onward(run) == "/data/one/name"
    assert onward(run) == "/data/two/last"
