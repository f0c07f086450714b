"""Soft constraints: what is unusual is said, and stands once somebody gave a reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from cami_survey.engine.api import Finalised, Form, Problems, load_form

HERD = """
| survey |
| | type | name | label | constraint | constraint_message | bind::cami:soft | bind::cami:softMsg |
| | integer | sheep | Sheep | . >= 0 | Not below nothing | . <= 500 | More than 500 is rare |
| | integer | goats | Goats | . <= ${sheep} | More goats than sheep | yes | |
| | begin repeat | camp | Camp | | | | |
| | integer | yurts | Yurts | | | . < 10 | |
| | end repeat | | | | | | |
| settings |
| | form_id | title | namespaces | attribute::cami:unknown |
| | herd | Herd | cami="urn:cami-survey:xforms" | -99 -999 |
"""


@pytest.fixture(scope="module")
def herd(tmp_path_factory: pytest.TempPathFactory) -> Form:
    path: Path = tmp_path_factory.mktemp("soft") / "herd.md"
    path.write_text(HERD, "utf-8")
    return load_form(path)


def test_an_unusual_answer_is_said_to_be_unusual(herd: Form) -> None:
    session = herd.open()
    session.set("/data/sheep", 900)
    node = session.node("/data/sheep")
    assert (node.violation, node.problem) == ("soft", "More than 500 is rare")
    (problem,) = session.problems()
    assert (problem.field, problem.condition) == ("/data/sheep", "soft")


def test_the_hard_constraint_comes_first_and_cannot_be_excused(herd: Form) -> None:
    session = herd.open()
    session.set("/data/sheep", -1)
    session.excuse("/data/sheep")
    assert session.node("/data/sheep").violation == "constraint"
    assert isinstance(session.finalise(), Problems)


def test_yes_makes_the_constraint_of_the_form_soft_with_its_message(herd: Form) -> None:
    session = herd.open()
    session.set("/data/sheep", 10)
    session.set("/data/goats", 20)
    assert (session.node("/data/goats").violation, session.node("/data/goats").problem) == (
        "soft",
        "More goats than sheep",
    )


def test_what_is_excused_stands_in_nobodys_way(herd: Form) -> None:
    session = herd.open()
    session.set("/data/sheep", 900)
    assert "/data/sheep" in session.excuse("/data/sheep").refs
    assert session.node("/data/sheep").valid
    assert isinstance(session.finalise(), Finalised)


def test_another_answer_is_not_excused(herd: Form) -> None:
    session = herd.open()
    session.set("/data/sheep", 900)
    session.excuse("/data/sheep")
    session.set("/data/sheep", 901)
    assert session.node("/data/sheep").violation == "soft"
    session.excuse("/data/sheep")
    session.excuse("/data/sheep", False)
    assert session.node("/data/sheep").violation == "soft"


def test_each_instance_has_its_own(herd: Form) -> None:
    session = herd.open()
    session.add_repeat("/data/camp")
    for place in (1, 2):
        session.set(f"/data/camp[{place}]/yurts", 30)
    session.excuse(session.node("/data/camp[2]/yurts").field)
    assert [problem.ref for problem in session.problems()] == ["/data/camp[1]/yurts"]


def test_a_change_elsewhere_shows_at_the_soft_question(herd: Form) -> None:
    session = herd.open()
    session.set("/data/goats", 20)
    assert "/data/goats" in session.set("/data/sheep", 10).refs


def test_what_a_form_says_of_itself_to_this_program(herd: Form) -> None:
    assert herd.marks == {"unknown": "-99 -999"}
    assert b"-999" in herd.open().to_xml()


def test_an_answer_that_is_not_asked_for_a_while_stays_excused(tmp_path: Path) -> None:
    path = tmp_path / "away.md"
    path.write_text(
        "| survey |\n| | type | name | label | relevant | bind::cami:soft |\n"
        "| | text | has | Has? | | |\n| | integer | n | How many? | ${has} = 'yes' | . < 5 |\n"
        '| settings |\n| | form_id | namespaces |\n| | away | cami="urn:cami-survey:xforms" |\n',
        "utf-8",
    )
    session = load_form(path).open()
    session.set("/data/has", "yes")
    session.set("/data/n", 9)
    session.set("/data/has", "no")
    session.excuse("/data/n")
    session.set("/data/has", "yes")
    assert session.node("/data/n").text_value == "9"
    assert session.node("/data/n").valid
