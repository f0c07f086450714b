"""Texts of forms as they are shown: without the marks of their authors' tools."""

from __future__ import annotations

import pytest

from cami_survey.ui.interview.head import plain
from cami_survey.ui.interview.markup import unmarked
from cami_survey.ui.interview.reading import Reading, code_of, name_of


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("is**to provide the cluster** with data", "isto provide the cluster with data"),
        ("## Consent\nRead *slowly*, __aloud__.", "Consent\nRead slowly, aloud."),
        ('<span style="color:red">Stop</span> here<br/>and wait', "Stop here\nand wait"),
        ("See [the guide](https://example.org/a_b) first", "See the guide first"),
        ("An _important_ snake_case_name", "An important snake_case_name"),
        ("5 * 3 * 2", "5 * 3 * 2"),
        ("\\*not strong\\*", "*not strong*"),
        ("if a < b and c > d", "if a < b and c > d"),
        ("Number of animals <5", "Number of animals <5"),
    ],
)
def test_marks_are_taken_off_and_words_stay(written: str, shown: str) -> None:
    assert unmarked(written) == shown


def test_a_lone_hyphen_is_no_translation() -> None:
    assert plain(" - ") == ""


@pytest.mark.parametrize("language", ["Dari", "Arabic", "Persian (fa)", "پښتو"])
def test_a_language_read_from_the_right_mirrors_the_page_with_or_without_a_code(language: str) -> None:
    assert Reading(language, "English").right_to_left


def test_a_language_without_a_code_keeps_its_name() -> None:
    assert (code_of("Dari"), name_of("Dari")) == ("fa", "Dari")
    assert code_of("Swahili") == ""
