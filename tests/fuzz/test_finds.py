"""What the harnesses found once, so that it stays mended."""

from __future__ import annotations

from pathlib import Path

import pytest

from cami_survey.engine.api import FormError, XPathError, evaluate, load_form

FINDS = sorted((Path(__file__).parent / "finds").iterdir())


@pytest.mark.parametrize("path", FINDS, ids=lambda path: path.name)
def test_a_damaged_form_is_refused(path):
    with pytest.raises(FormError) as caught:
        load_form(path.read_bytes(), name=path.name)
    assert caught.value.sentence


def test_a_place_beyond_all_numbers_holds_nothing():
    assert evaluate("count(//a[" + "9" * 400 + "])", b"<a/>") == 0


def test_a_pattern_that_never_ends_is_an_error():
    with pytest.raises(XPathError, match="takes too long"):
        evaluate("regex('" + "a" * 60 + "', '^(a|aa)+b')", b"<a/>")
