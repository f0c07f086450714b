"""What the ethics statement tells the team, and what of it the public."""

from __future__ import annotations

import re

import pytest

from cami_survey.analysis.ethics import statement
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
