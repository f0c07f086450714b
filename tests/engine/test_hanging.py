"""What hangs on an answer, found from the form alone; and where a question of another version is."""

from __future__ import annotations

import pytest

from cami_survey.engine.api import Form, load_form

FORM = """
| survey |
| | type | name | label | relevant | calculation | repeat_count | choice_filter | trigger |
| | text | name | Name | | | | | |
| | text | asked | Asked if named | ${name} != '' | | | | |
| | calculate | greeting | | | concat('Dear ', ${name}) | | | |
| | note | said | ${greeting} | | | | | |
| | begin group | more | More | ${greeting} != 'Dear ' | | | | |
| | integer | inside | Inside | | | | | |
| | end group | | | | | | | |
| | integer | beside | Beside | | | | | |
| | calculate | sum | | | ${inside} + ${beside} | | | |
| | select_one kinds | kind | Kind | | | | starts-with(name, ${name}) | |
| | calculate | long | | | string-length(${name}) | | | |
| | begin repeat | row | Row | | | ${long} | | |
| | text | cell | Cell | | | | | |
| | end repeat | | | | | | | |
| | text | copy | Copy | | ${name} | | | ${beside} |
| choices |
| | list_name | name | label |
| | kinds | a | A |
| settings |
| | form_id |
| | hanging |
"""


@pytest.fixture(scope="module")
def form() -> Form:
    return load_form(FORM.encode(), name="hanging.md")


def test_conditions_calculations_counts_choices_and_actions_are_followed_as_far_as_they_lead(form: Form) -> None:
    hanging = {path.rpartition("/")[2]: sorted(aspects) for path, aspects in form.hanging_on(["/data/name"]).items()}
    assert hanging == {
        "asked": ["relevant"],
        "greeting": ["calculate"],
        "more": ["relevant"],
        "inside": ["relevant"],
        "sum": ["calculate"],
        "kind": ["choices"],
        "long": ["calculate"],
        "row": ["count"],
        "cell": ["count"],
        "copy": ["calculate"],
    }


def test_what_reads_nothing_of_it_does_not_hang_on_it(form: Form) -> None:
    assert set(form.hanging_on(["/data/beside"])) == {"/data/sum", "/data/copy"}
    assert form.hanging_on(["/data/nowhere"]) == {}
    assert form.hanging_on([]) == {}


@pytest.mark.parametrize(
    ("field", "place"),
    [
        ("/data/name", "/data/name"),
        ("/data/inside", "/data/more/inside"),
        ("/data/old/inside", "/data/more/inside"),
        ("/data/row[2]/cell", "/data/row[2]/cell"),
        ("/data/camp/row[2]/cell", "/data/row[2]/cell"),
        ("/data/nowhere", ""),
    ],
)
def test_a_question_of_another_version_is_found_by_its_name(form: Form, field: str, place: str) -> None:
    assert form.place_of(field) == place
