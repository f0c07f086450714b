"""Double interviews: found across scripts, looked at side by side, joined or kept apart, and asked only once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from cami_survey.base.errors import UserError
from cami_survey.operations import doubles, interviews
from cami_survey.operations.forms import add
from cami_survey.operations.merges import merge
from cami_survey.operations.packages import pack
from cami_survey.store.api import SurveyFile
from tests.exchange.surveys import survey

FORM = """| survey | | | | |
| | type | name | label | calculation |
| | text | code | Code | |
| | text | resp_name | Name | |
| | text | adm2 | District | |
| | date | int_date | Day | |
| | integer | yaks | Yaks | |
| | integer | dogs | Dogs | |
| | calculate | animals | | coalesce(${yaks}, 0) + coalesce(${dogs}, 0) |
| settings | | | | |
| | form_title | form_id | version | |
| | Camp visit | camp | 1 | |
"""


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[SurveyFile]:
    (tmp_path / "camp.md").write_text(FORM)
    with survey(tmp_path / "hub", "KG-HUB") as file:
        add(file, [tmp_path / "camp.md"])
        yield file


def visit(file: SurveyFile, **answers: str) -> str:
    running = interviews.start(file, "camp")
    for name, value in {"adm2": "Naryn", "int_date": "2026-11-20", **answers}.items():
        running.set(f"/data/{name}", value)
    return running.leave().value.record


@pytest.fixture
def pair(hub: SurveyFile) -> tuple[str, str]:
    """One herder, asked twice: once in Cyrillic letters and once in Latin ones."""
    one = visit(hub, code="KG-1", resp_name="Нурлан Асанов", yaks="12")
    other = visit(hub, code="KG-2", resp_name="Nurlan Asanov", yaks="14", dogs="2")
    visit(hub, code="KG-3", resp_name="Gulmira Toktogulova", yaks="3")
    return one, other


def test_the_same_person_in_two_scripts_is_offered_as_a_pair(hub: SurveyFile, pair: tuple[str, str]) -> None:
    (found,) = doubles.pairs(hub).value
    assert ((found.one, found.other), found.why) == (pair, "person")
    shown = {one.label: (one.texts, one.differs) for one in doubles.compare(hub, *pair)}
    assert shown["Yaks"] == (("12", "14"), True)
    assert shown["Dogs"] == (("", "2"), False)
    assert shown["District"] == (("Naryn", "Naryn"), False)


def test_what_was_found_distinct_is_not_offered_again_also_where_it_travels(
    hub: SurveyFile, pair: tuple[str, str], tmp_path: Path
) -> None:
    doubles.distinct(hub, *pair)
    assert doubles.pairs(hub).value == []
    with survey(tmp_path / "far", "TJ-HUB") as far:
        merge(far, [pack(hub, tmp_path / "stick", plain=True).value.path], enrol=True)
        assert len(far.rows()) == 3
        assert doubles.pairs(far).value == []
    running = interviews.open_record(hub, pair[0])
    running.set("/data/dogs", "1")
    running.leave()
    assert doubles.pairs(hub).value == []


def test_joined_one_stands_with_the_answers_of_both_and_what_is_computed_of_them(
    hub: SurveyFile, pair: tuple[str, str]
) -> None:
    one, other = pair
    before = hub.view(one).answers
    outcome = doubles.join(hub, one, other, {"/data/yaks": "other"})
    answers = hub.view(one).answers
    told = (answers.fields["/data/resp_name"], answers.fields["/data/yaks"], answers.fields["/data/dogs"])
    assert told == ("Нурлан Асанов", "14", "2")
    assert answers.computed["/data/animals"] == "16"
    assert [row.record for row in hub.rows("deleted")] == [other]
    assert doubles.pairs(hub).value == []
    assert outcome.undo is not None
    outcome.undo()
    assert dict(hub.view(one).answers.fields) == dict(before.fields)
    assert hub.view(one).answers.computed == before.computed
    assert hub.rows("deleted") == []
    assert len(doubles.pairs(hub).value) == 1


def test_the_same_code_comes_first(hub: SurveyFile, pair: tuple[str, str]) -> None:
    twice = {visit(hub, code="KG-9", resp_name="A"), visit(hub, code="kg 9", resp_name="B")}
    first = doubles.pairs(hub).value[0]
    assert ({first.one, first.other}, first.why) == (twice, "code")


def test_progress_is_told_and_can_stop_it(hub: SurveyFile, pair: tuple[str, str]) -> None:
    told: list[tuple[int, int]] = []
    doubles.pairs(hub, lambda done, total: told.append((done, total)))
    assert told == [(0, 3)]


def test_an_interview_is_no_double_of_itself(hub: SurveyFile, pair: tuple[str, str]) -> None:
    with pytest.raises(UserError) as error:
        doubles.join(hub, pair[0], pair[0])
    assert error.value.code == "doubles.not-a-pair"
