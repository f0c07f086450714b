"""The demonstration interviews: plausible, the same every time, and acceptable to the questionnaires."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cami_survey.engine.api import Finalised, Form, load_form
from cami_survey.operations.demo_answers import interviews
from cami_survey.operations.demo_script import DemoInterview
from cami_survey.reference import places, species

FORMS = Path(__file__).parents[2] / "forms"
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
SEEDS = (1, 2, 3)


@pytest.fixture(scope="module")
def demo() -> list[DemoInterview]:
    return interviews(now=NOW)


@pytest.fixture(scope="module")
def forms() -> dict[str, Form]:
    return {name: load_form(FORMS / f"{name}.xlsx", media=FORMS) for name in ("herder_interview", "stakeholder_survey")}


def answers(interview: DemoInterview) -> dict[str, str]:
    return {step["set"]: step["value"] for step in interview.steps if "set" in step}


def herders(demo: list[DemoInterview]) -> list[dict[str, str]]:
    return [answers(item) for item in demo if item.form_id == "herder_interview"]


def test_sixty_interviews_on_two_laptops(demo: list[DemoInterview]) -> None:
    assert Counter(item.form_id for item in demo) == {"herder_interview": 45, "stakeholder_survey": 15}
    assert {item.device for item in demo} == {0, 1}
    assert min(Counter(item.device for item in demo).values()) >= 20
    assert sum(item.draft for item in demo) == 5


def test_the_same_seed_and_time_give_the_same_interviews(demo: list[DemoInterview]) -> None:
    assert interviews(now=NOW) == demo
    assert interviews(2, now=NOW) != demo


def test_all_took_place_before_now_in_daylight_and_not_two_at_once(demo: list[DemoInterview]) -> None:
    assert [item.started for item in demo] == sorted(item.started for item in demo)
    assert all(8 <= item.started.hour <= 18 for item in demo)
    for device in (0, 1):
        mine = [item for item in demo if item.device == device]
        ends = [item.started + timedelta(minutes=item.minutes) for item in mine]
        assert all(end <= following.started for end, following in zip(ends, mine[1:], strict=False))
        assert ends[-1] < NOW


def test_codes_are_unique(demo: list[DemoInterview]) -> None:
    codes = [answers(item).get("/data/ident/int_code") or answers(item)["/data/ident/resp_code"] for item in demo]
    assert len(set(codes)) == 60


def test_some_people_do_not_agree(demo: list[DemoInterview]) -> None:
    consent = Counter(each.get("/data/cons/consent", "minor") for each in herders(demo))
    assert consent == {"yes": 41, "no": 2, "withdrawn": 1, "minor": 1}


def test_the_province_lies_in_the_country(demo: list[DemoInterview]) -> None:
    units = {unit.code: unit.iso_a2 for unit in places.provinces()}
    assert all(units[each["/data/ident/adm1"]] == each["/data/ident/country"] for each in herders(demo))


def test_animals_are_seen_only_where_they_live(demo: list[DemoInterview]) -> None:
    seen = [
        (value, each["/data/ident/country"])
        for each in herders(demo)
        for ref, value in each.items()
        if ref.endswith("/s_sp")
    ]
    assert len(seen) >= 30
    assert all(code in species.species_of(country) for code, country in seen)


def test_two_control_cards_are_among_the_cards(demo: list[DemoInterview]) -> None:
    for each in herders(demo):
        cards = each.get("/data/know/cards", "").split()
        absent = species.absent_from(each["/data/ident/country"])
        assert len([card for card in cards if card in absent]) == (2 if cards else 0)


def test_the_counters_add_up_to_twenty_where_the_facilitator_says_so(demo: list[DemoInterview]) -> None:
    for each in herders(demo):
        if each.get("/data/prio/pile_ok") == "yes":
            assert sum(int(value) for ref, value in each.items() if ref.endswith("/pl_n")) == 20


def test_attitudes_differ_between_places(demo: list[DemoInterview]) -> None:
    def burden(country: str) -> list[int]:
        given = [int(each.get("/data/att/at1", 99)) for each in herders(demo) if each["/data/ident/country"] == country]
        return [value for value in given if value < 98]

    steppe, mountains = burden("KZ"), burden("KG")
    assert sum(steppe) / len(steppe) > sum(mountains) / len(mountains)


def run(interview: DemoInterview, form: Form):
    session = form.open(clock=lambda: interview.started)
    for step in interview.steps:
        if "set" in step:
            assert session.node(step["set"]).relevant, step
            session.set(step["set"], step["value"])
        elif "add_repeat" in step:
            session.add_repeat(step["add_repeat"])
        elif "remove_repeat" in step:
            session.remove_repeat(step["remove_repeat"])
        else:
            session.set_language(step["language"])
    return session


@pytest.mark.parametrize("seed", SEEDS)
def test_every_finished_interview_finalises_without_a_problem(seed: int, forms: dict[str, Form]) -> None:
    for interview in interviews(seed, now=NOW):
        if not interview.draft:
            result = run(interview, forms[interview.form_id]).finalise()
            assert isinstance(result, Finalised), (answers(interview), result)


def test_drafts_are_not_finished(demo: list[DemoInterview], forms: dict[str, Form]) -> None:
    for interview in demo:
        if interview.draft:
            assert run(interview, forms[interview.form_id]).problems()
