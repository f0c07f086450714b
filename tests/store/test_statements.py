"""What people say about the survey itself travels like answers, signed, and is never changed."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import orjson
import pytest

from cami_survey.base.errors import UserError
from cami_survey.base.records import Fact
from cami_survey.store.api import SurveyFile
from tests.store.conftest import Laptops
from tests.store.interviews import merge


def told(survey: SurveyFile) -> list[tuple[str, str]]:
    return [(one.subject, one.body["reason"]) for one in survey.statements("reference.dispute")]


def doubt(survey: SurveyFile, subject: str, reason: str) -> None:
    survey.state("reference.dispute", subject, {"reason": reason})


def test_a_statement_is_there_with_who_said_it(survey: SurveyFile) -> None:
    doubt(survey, "species_range/SAITAT/CN", "extinct since the 1960s")
    (one,) = survey.statements("reference.dispute")
    assert (one.subject, one.body) == ("species_range/SAITAT/CN", {"reason": "extinct since the 1960s"})
    assert one.this_device
    assert one.device == survey.device.id
    assert survey.statements("reference.table") == []
    assert survey.statements("reference.dispute", ["species_range/SAITAT/CN"]) == [one]
    assert survey.statements("reference.dispute", ["species_range/SAITAT/KZ"]) == []


def test_statements_travel_and_meet_in_the_same_order_everywhere(laptop: Laptops) -> None:
    one, two = laptop("one"), laptop("two")
    doubt(one, "a", "first")
    doubt(two, "a", "second")
    merge(one, two)
    merge(two, one)
    merge(two, one)
    assert told(one) == told(two)
    assert sorted(told(one)) == [("a", "first"), ("a", "second")]
    assert [said.device_name for said in two.statements("reference.dispute") if not said.this_device] == ["one"]
    assert two.verify().ok
    assert two.verify().counts["statements"] == 2


def test_the_file_of_a_statement_comes_with_it(laptop: Laptops) -> None:
    one, two = laptop("one"), laptop("two")
    file = one.attach(b"code,name\n", "species.csv")
    one.state("reference.table", "species", {"file": file})
    one.state("reference.table", "species", {"file": file})
    merge(two, one)
    assert two.attachment(two.statements("reference.table")[0].body["file"]) == b"code,name\n"


def facts_of(survey: SurveyFile) -> list[Fact]:
    return [fact for fact in survey.facts() if fact.kind == "statement"]


def test_a_statement_without_its_file_is_refused(laptop: Laptops) -> None:
    one, two = laptop("one"), laptop("two")
    one.state("reference.table", "species", {"file": one.attach(b"code,name\n", "species.csv")})
    with pytest.raises(UserError, match=r"forged \(form \w+\)"):
        two.accept(facts_of(one), package="p", source="s")
    assert two.statements("reference.table") == []


@pytest.mark.parametrize(
    "change",
    [
        {"subject": "b"},
        {"topic": "Reference Table"},
        {"body": {"reason": 5}},
        {"body": ["reason"]},
        {"body": {"file": "../etc/passwd"}},
        {"public_key": "00" * 32},
        {"hlc": "soon"},
        {"signature": "00" * 64},
        {"subject": "x" * 10_000},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_forged_statement_is_refused(laptop: Laptops, change: dict[str, object]) -> None:
    one, two = laptop("one"), laptop("two")
    doubt(one, "a", "why")
    (fact,) = facts_of(one)
    head = orjson.dumps(orjson.loads(fact.head) | change, option=orjson.OPT_SORT_KEYS)
    name = hashlib.sha256(b"cami-survey/statement/1\0" + head).hexdigest()
    with pytest.raises(UserError, match="damaged or forged"):
        two.accept([replace(fact, id=name, head=head)], package="p", source="s")
    assert two.statements("reference.dispute") == []
