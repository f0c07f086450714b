"""Two laptops work on the animals of one herder interview; the animals stay apart."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cami_survey.base.places import shipped
from cami_survey.operations.forms import add
from cami_survey.operations.interviews import Interview, open_record, start
from cami_survey.operations.merges import merge
from cami_survey.operations.packages import pack
from cami_survey.store.api import SurveyFile
from tests.exchange.surveys import survey

STOCK = "/data/herd/stock"


@pytest.fixture
def laptops(tmp_path: Path) -> Iterator[tuple[SurveyFile, SurveyFile]]:
    """Two survey files with the herder interview."""
    source = shipped("forms") / "herder_interview.xlsx"
    if not source.is_file():
        pytest.skip("herder_interview.xlsx is not in the folder of forms")
    made = survey(tmp_path / "naryn", "KG-01"), survey(tmp_path / "osh", "KG-02")
    for file in made:
        add(file, [source])
    yield made
    for file in made:
        file.close()


def give(interview: Interview, answers: dict[str, str]) -> None:
    for ref, text in answers.items():
        interview.set(ref, text)


def numbers(file: SurveyFile, record: str) -> dict[str, str]:
    """Kind of animal -> how many, in the order of the interview."""
    session = open_record(file, record).session
    rows = session.node(STOCK).children
    return {
        session.node(f"{row.field}/stock_sp").text_value: session.node(f"{row.field}/stock_n").text_value
        for row in rows
    }


@pytest.fixture
def apart(
    laptops: tuple[SurveyFile, SurveyFile], tmp_path: Path
) -> Callable[[dict[str, str], dict[str, str]], tuple[SurveyFile, str]]:
    """Sheep and horses are known to both; each goes on alone, then everything meets."""

    def meet(here: dict[str, str], there: dict[str, str]) -> tuple[SurveyFile, str]:
        naryn, osh = laptops
        interview = start(naryn, "herder_interview")
        give(interview, {"/data/cons/adult": "yes", "/data/cons/consent": "yes", "/data/herd/livestock": "sheep horse"})
        give(interview, {f"{STOCK}[1]/stock_n": "300", f"{STOCK}[2]/stock_n": "7"})
        record = interview.leave().value.record
        merge(osh, [pack(naryn, tmp_path / "there", plain=True).value.path], enrol=True)
        for file, answers in ((naryn, here), (osh, there)):
            one = open_record(file, record)
            give(one, answers)
            one.leave()
        merge(naryn, [pack(osh, tmp_path / "back", plain=True).value.path], enrol=True)
        return naryn, record

    return meet


def test_goats_ticked_here_and_horses_corrected_there_are_no_conflict(apart):
    file, record = apart(
        {"/data/herd/livestock": "sheep goat horse", f"{STOCK}[2]/stock_n": "40"}, {f"{STOCK}[2]/stock_n": "9"}
    )
    assert file.conflicts(record) == []
    assert numbers(file, record) == {"sheep": "300", "goat": "40", "horse": "9"}
    assert file.view(record).answers.fields[f"{STOCK}[horse]/stock_n"] == "9"


def test_a_kind_taken_back_here_does_not_touch_another_corrected_there(apart):
    file, record = apart({"/data/herd/livestock": "horse"}, {f"{STOCK}[2]/stock_n": "9"})
    assert file.conflicts(record) == []
    assert numbers(file, record) == {"horse": "9"}


def test_the_same_kind_ticked_on_both_is_one_row(apart):
    ticked = {"/data/herd/livestock": "sheep goat horse"}
    file, record = apart({**ticked, f"{STOCK}[2]/stock_n": "40"}, {**ticked, f"{STOCK}[3]/stock_n": "9"})
    assert file.conflicts(record) == []
    assert numbers(file, record) == {"sheep": "300", "goat": "40", "horse": "9"}


def test_different_kinds_ticked_are_a_question_of_the_selection_alone(apart):
    file, record = apart(
        {"/data/herd/livestock": "sheep goat horse", f"{STOCK}[2]/stock_n": "40"},
        {"/data/herd/livestock": "sheep yak horse", f"{STOCK}[2]/stock_n": "12"},
    )
    assert [conflict.field for conflict in file.conflicts(record)] == ["/data/herd/livestock"]
    file.resolve(record, {"/data/herd/livestock": "sheep goat yak horse"})
    assert file.conflicts(record) == []
    assert numbers(file, record) == {"sheep": "300", "goat": "40", "yak": "12", "horse": "7"}


def test_an_interview_looked_at_is_not_changed(apart):
    file, record = apart({"/data/herd/livestock": "sheep goat horse"}, {f"{STOCK}[2]/stock_n": "9"})
    heads = file.view(record).heads
    looked_at = open_record(file, record)
    assert not looked_at.changed
    looked_at.leave()
    assert file.view(record).heads == heads


def test_a_kind_taken_back_here_and_corrected_there_is_a_question(apart):
    file, record = apart({"/data/herd/livestock": "sheep"}, {f"{STOCK}[2]/stock_n": "9"})
    assert [conflict.field for conflict in file.conflicts(record)] == [f"{STOCK}[horse]"]
