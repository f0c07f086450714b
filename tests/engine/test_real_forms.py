"""Public forms from the field: each is read, or refused with a reason."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from cami_survey.engine.api import FormError, load_form

FOLDER = Path(__file__).parents[2].parent / "shared" / "forms-open" / "forms"
EVERY = 1 if os.environ.get("CAMI_SURVEY_SOAK") else 12
FORMS = sorted(FOLDER.iterdir())[::EVERY] if FOLDER.is_dir() else []


def test_there_are_forms_to_read():
    if not FORMS:
        pytest.skip(f"no public forms at {FOLDER}")


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.name[:40])
def test_a_form_from_the_field_opens_or_says_why_not(path):
    try:
        form = load_form(path)
    except FormError as error:
        refused = error
    else:
        refused = None
    if refused is not None:
        assert all(problem.reason for problem in refused.problems)
        return
    for node in form.nodes:
        assert isinstance(node.label(), str)
    session = form.open()
    kept = session.values()
    assert form.open(kept).values() == kept
    assert session.to_xml().startswith(b"<?xml")
