"""What the ethics statement tells the team, and what of it the public."""

from __future__ import annotations

import re

import pytest

from cami_survey.analysis.ethics import statement
from cami_survey.analysis.subjects.quality import quality
from tests.analysis.answered import answered


def counts(agreed: int, refused: int, threshold: int) -> list[int]:
    """The numbers of people that the statement says of so many herders."""
    people = [{"country": "KG", "consent": said} for said in ["yes"] * agreed + ["no"] * refused]
    told = " ".join(statement(answered(herder_interview=people), threshold))
    return [int(number) for number in re.findall(r"(\d+)(?= (?:people|person|of))", told)]


@pytest.mark.parametrize(
    ("agreed", "refused", "threshold", "said"),
    [(40, 2, 0, [42, 2]), (40, 2, 5, [42]), (3, 20, 5, [23]), (40, 8, 5, [48, 8]), (40, 0, 5, [40])],
)
def test_the_public_reads_no_small_number_of_refusals(
    agreed: int, refused: int, threshold: int, said: list[int]
) -> None:
    assert counts(agreed, refused, threshold) == said


def test_a_share_that_says_how_few_refused_is_not_told() -> None:
    people = [{"country": "KG", "consent": "yes"}] * 40 + [{"country": "KG", "consent": "no"}] * 2
    told = statement(answered(herder_interview=people), 5)
    assert not [sentence for sentence in told if "%" in sentence]
    assert any("fewer than 5" in sentence for sentence in told)


def test_how_few_were_asked_is_not_told_to_the_public() -> None:
    people = [{"country": "KG", "consent": "yes"}] * 3
    assert counts(3, 0, 5) == [5]
    told = statement(answered(herder_interview=people), 5)
    assert "Fewer than 5 people were asked whether they take part; more is not told." in told


def test_one_person_is_no_share() -> None:
    agreed = statement(answered(herder_interview=[{"country": "KG", "consent": "yes"}]), 0)
    assert "One person was asked, and agreed to take part." in agreed
    refused = statement(answered(herder_interview=[{"country": "KG", "consent": "no"}]), 0)
    assert "1 person did not agree." in refused
    assert not [sentence for sentence in (*agreed, *refused) if "%" in sentence]


def test_an_expert_who_is_not_to_be_listed_takes_part() -> None:
    herders = [{"country": "KG", "consent": "yes"}] * 3 + [{"country": "KG", "consent": "no"}]
    experts = [{"country": "KG", "exp_code": f"KG-E0{at}", "consent": "no"} for at in range(2)]
    material = answered(herder_interview=herders, expert_gap=experts)
    assert "1 person did not agree." in statement(material, 0)
    found = quality(material)
    assert found.messages[0].text.startswith("1 of 4 people asked")
    (row,) = found.tables[0].rows
    assert [cell.said for cell in row[1:]] == [4, 3, 1]
    unasked = statement(answered(expert_gap=experts), 0)
    assert "Whether people agreed to take part was not recorded." in unasked
