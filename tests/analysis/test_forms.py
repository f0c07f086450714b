"""What tables know of a form: read once, and no longer than the form is there."""

from __future__ import annotations

import gc
import weakref

from cami_survey.analysis.forms import definition_of
from cami_survey.engine.api import Form, load_form

FORM = b"| survey |\n| | type | name | label |\n| | text | camp | Camp? |\n| settings |\n| | form_id |\n| | camp |\n"


def loaded() -> Form:
    return load_form(FORM, name="camp.md")


def test_a_form_is_described_once_and_another_reading_of_it_again() -> None:
    form, other = loaded(), loaded()
    assert definition_of(form) is definition_of(form)
    assert definition_of(form) == definition_of(other)
    assert definition_of(form) is not definition_of(other)


def test_what_is_known_of_a_form_does_not_keep_it() -> None:
    form = loaded()
    definition_of(form)
    there = weakref.ref(form)
    del form
    gc.collect()
    assert there() is None
