"""The reference engines' cases hold, or it is written down why one does not."""

from __future__ import annotations

import warnings

import pytest

from .report import tally
from .shared import FOLDER, reason_for, reasons, run_all


@pytest.fixture(scope="module")
def results():
    """All results; the runner leaves closing its files to Python."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        found = run_all()
    if found is None:
        pytest.skip(f"no conformance cases at {FOLDER}")
    return found


def test_every_settled_expression_gives_what_upstream_asserts(results):
    figures = tally(results)
    assert figures["odk"][0] == figures["odk"][1] >= 900
    assert figures["xpath10"][0] == figures["xpath10"][1] >= 700


def test_scenarios_run_as_upstream_asserts(results):
    assert tally(results)["main"][0] >= 297


def test_every_case_that_does_not_hold_has_its_reason(results):
    assert [result.id for result in results if result.wrong and not reason_for(result.id)] == []


def test_no_reason_is_left_over(results):
    wrong = [result.id for result in results if result.wrong]
    ends = [end for ends in reasons().values() for end in ends]
    assert [end for end in ends if not any(case.endswith(end) for case in wrong)] == []
