"""The project's own conformance cases."""

from __future__ import annotations

import pytest

from .cases import own_cases

CASES = own_cases()


def test_no_two_cases_have_one_name():
    names = [case.id for case in CASES]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_case(case):
    if not case.reason:
        case.check()
        return
    with pytest.raises(AssertionError):
        case.check()
