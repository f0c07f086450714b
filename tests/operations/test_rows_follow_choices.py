"""Answers stay with the choice they are about, whichever choices are ticked before or after."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cami_survey.engine.api import Form, load_form
from cami_survey.operations.interviews import Interview, preview

ANIMALS = ("sheep", "goat", "cattle", "yak", "horse")


@pytest.fixture(scope="module")
def herder() -> Form:
    return load_form(Path(__file__).parents[2] / "forms" / "herder_interview.xlsx")


@pytest.fixture
def interview(herder: Form) -> Interview:
    running = preview(herder)
    running.set("/data/cons/adult", "yes")
    running.set("/data/cons/consent", "yes")
    return running


def numbers(interview: Interview) -> dict[str, str]:
    """How many animals of each kind the interview says there are."""
    return {
        interview.session.node(f"{instance.field}/stock_sp").text_value: interview.session.node(
            f"{instance.field}/stock_n"
        ).text_value
        for instance in interview.session.node("/data/herd/stock").children
    }


def give(interview: Interview, kind: str, number: str) -> None:
    instance = list(numbers(interview)).index(kind) + 1
    interview.set(f"/data/herd/stock[{instance}]/stock_n", number)


def test_a_choice_ticked_before_others_does_not_take_their_answers(interview: Interview) -> None:
    interview.set("/data/herd/livestock", "goat yak")
    give(interview, "goat", "40")
    give(interview, "yak", "7")
    interview.set("/data/herd/livestock", "goat yak sheep")
    assert numbers(interview) == {"sheep": "", "goat": "40", "yak": "7"}


def test_a_choice_taken_back_takes_only_its_own_answers_and_brings_them_back(interview: Interview) -> None:
    interview.set("/data/herd/livestock", "sheep goat yak")
    for kind, number in (("sheep", "300"), ("goat", "40"), ("yak", "7")):
        give(interview, kind, number)
    interview.set("/data/herd/livestock", "sheep yak")
    assert numbers(interview) == {"sheep": "300", "yak": "7"}
    interview.set("/data/herd/livestock", "sheep yak goat")
    assert numbers(interview) == {"sheep": "300", "goat": "40", "yak": "7"}


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sets(st.sampled_from(ANIMALS)), min_size=1, max_size=6))
def test_whatever_is_ticked_every_answer_is_with_its_choice(herder: Form, steps: list[set[str]]) -> None:
    running = preview(herder)
    running.set("/data/cons/adult", "yes")
    running.set("/data/cons/consent", "yes")
    told = {kind: str(100 + place) for place, kind in enumerate(ANIMALS)}
    for ticked in steps:
        running.set("/data/herd/livestock", " ".join(sorted(ticked)))
        for kind, number in numbers(running).items():
            assert number in ("", told[kind])
            give(running, kind, told[kind])
        assert numbers(running) == {kind: told[kind] for kind in numbers(running)}
        assert set(numbers(running)) == ticked
