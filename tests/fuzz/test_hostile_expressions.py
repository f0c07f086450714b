"""No expression does harm: it has a value, or an error that says why not, soon."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cami_survey.engine.api import XPathError, evaluate
from cami_survey.engine.xpath.functions import FUNCTIONS

from .expressions import expression

DOCUMENT = (
    b"<data><a id='1'>5</a><b>x y</b><r><n>1</n></r><r><n>2</n></r><c>2026-03-02</c>"
    b"<g>1 2 3 4;5 6 7 8;9 9 9 9</g></data>"
)
NAMES = sorted(FUNCTIONS)


def value(text: str) -> None:
    reason = "none"
    try:
        evaluate(text, DOCUMENT, "/data/r[1]/n")
    except XPathError as error:
        reason = str(error)
    assert reason


def test_random_expressions_have_a_value_or_a_reason(seeds, promptly):
    for seed in seeds:
        text = expression(random.Random(seed), NAMES)
        promptly(lambda text=text: value(text), f"seed {seed}: {text!r}")


@given(st.text(max_size=60))
def test_any_text_is_read_as_an_expression_or_refused(text):
    value(text)


@given(name=st.sampled_from(NAMES), arguments=st.lists(st.text(max_size=12), max_size=5))
def test_every_function_takes_any_texts(name, arguments):
    quoted = [f'"{text}"' if '"' not in text else f"'{text}'" for text in arguments]
    value(f"{name}({', '.join(quoted)})")


@pytest.mark.parametrize(
    "text",
    [
        "(" * 100_000,
        "-" * 100_000 + "1",
        "1" + "+1" * 50_000,
        "/a" * 20_000,
        "a" * 1_000_000,
        "[" * 5000,
        "'" + "x" * 5_000_000,
    ],
    ids=["brackets", "minus", "sum", "steps", "name", "predicates", "literal"],
)
def test_an_expression_without_measure_is_read_or_refused(text, promptly):
    promptly(lambda: value(text), text[:20])


@pytest.mark.parametrize("pattern", ["(a+)+$", "(a|aa)+$", "(a*)*b", "(.*)*x", "^(([a-z])+.)+[A-Z]([a-z])+$"])
def test_a_pattern_that_explodes_is_given_up(pattern, promptly):
    promptly(lambda: value(f"regex('{'a' * 60}!', '{pattern}')"), pattern)
