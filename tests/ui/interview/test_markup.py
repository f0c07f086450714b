"""Texts of forms as they are shown: without the marks of their authors' tools."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication

from cami_survey.base import texts
from cami_survey.ui import theme
from cami_survey.ui.interview.head import plain
from cami_survey.ui.interview.markup import Run, marked, unmarked
from cami_survey.ui.interview.reading import Reading, choose, code_of, name_of
from cami_survey.ui.interview.words import _readable, contrast


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


@pytest.mark.parametrize(
    ("written", "letters", "look"),
    [
        ("It is **important** here", "important", Run(bold=True)),
        ("It is <i>slow</i> here", "slow", Run(italic=True)),
        ("# Consent\nRead it.", "Consent", Run(bold=True, size=1.4)),
        ('<span style="color: #b00; font-size: 24px">Stop</span>', "Stop", Run(colour="#b00", size=1.5)),
        ("See [the _guide_](https://example.org/a_b_c).", "the ", Run(link="https://example.org/a_b_c")),
        ('<a href="https://example.org">here</a>', "here", Run(link="https://example.org")),
        ("***both***", "both", Run(bold=True, italic=True)),
        ('<font color="Teal">calm</font>', "calm", Run(colour="teal")),
        ('<span style="font-size:900%">huge</span>', "huge", Run(size=2.0)),
    ],
)
def test_markup_becomes_a_look(written: str, letters: str, look: Run) -> None:
    found = marked(written)
    run = next(run for run in found.runs if found.text[run.start : run.start + run.length] == letters)
    assert replace(run, start=0, length=0) == look


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("<ul><li>one</li><li>two</li></ul>after", "\u2022 one\n\u2022 two\nafter"),
        ("<ol><li>one</li><li>two</li></ol>", "1. one\n2. two"),
        ("Bring:\n- water\n* bread", "Bring:\n\u2022 water\n\u2022 bread"),
        ('<a href="javascript:alert(1)">press</a>', "press"),
        ('<img src="https://example.org/spy.png">words', "words"),
        ("<b>never closed", "never closed"),
        ("</b></li>closed twice</b>", "closed twice"),
        ("", ""),
    ],
)
def test_lists_and_broken_markup_leave_readable_words(written: str, shown: str) -> None:
    assert unmarked(written) == shown


def test_a_link_is_one_whatever_its_words_look_like() -> None:
    found = marked("See [the _guide_ here](https://example.org/a_b) and [more](http://example.org)")
    assert found.links == (("the guide here", "https://example.org/a_b"), ("more", "http://example.org"))


def test_only_addresses_of_the_web_are_links() -> None:
    assert marked('<a href="javascript:alert(1)">a</a> <a href="file:///etc/passwd">b</a>').links == ()


@given(st.text(alphabet="ab *_#<>/\\[]()-\n\u200f\u0627", max_size=80))
def test_no_text_breaks_the_reading_and_every_look_has_its_letters(words: str) -> None:
    found = marked(words)
    assert found.text == found.text.strip()
    for run in found.runs:
        assert 0 <= run.start < run.start + run.length <= len(found.text)


@pytest.mark.parametrize("name", ["light", "dark", "sunlight"])
def test_a_colour_that_cannot_be_read_on_the_ground_is_not_taken(qapp: QApplication, name: str) -> None:
    theme.apply(qapp, theme=name)
    for colour in ("#000080", "yellow", "white", "black", "red", "nonsense"):
        taken = _readable(QColor(colour))
        assert taken is None or contrast(taken, theme.colour("background")) >= 4.5
    assert (_readable(QColor("white")) is None) == (name != "dark")


def test_a_lone_hyphen_is_no_translation() -> None:
    assert plain(" - ") == ""


@pytest.mark.parametrize("language", ["Dari", "Arabic", "Persian (fa)", "پښتو"])
def test_a_language_read_from_the_right_mirrors_the_page_with_or_without_a_code(language: str) -> None:
    assert Reading(language, "English").right_to_left


@pytest.mark.parametrize(
    ("program", "wishes", "read"),
    [
        ("en", ("", ""), ("English (en)", "Russian (ru)")),
        ("ru", ("", ""), ("Russian (ru)", "English (en)")),
        ("ky", ("", ""), ("Kyrgyz (ky)", "English (en)")),
        ("tg", ("", ""), ("English (en)", "Russian (ru)")),
        ("ru", ("Kyrgyz (ky)", ""), ("Kyrgyz (ky)", "Russian (ru)")),
        ("ru", ("", "Kyrgyz (ky)"), ("Russian (ru)", "Kyrgyz (ky)")),
    ],
)
def test_a_facilitator_who_chose_nothing_reads_questions_in_the_language_of_the_program(
    program: str, wishes: tuple[str, str], read: tuple[str, str]
) -> None:
    texts.set_language(program)
    first, second = wishes
    assert choose(["English (en)", "Russian (ru)", "Kyrgyz (ky)"], first=first, second=second) == read


def test_english_which_nobody_chose_leaves_the_first_language_to_the_form() -> None:
    assert choose(["Persian (fa)", "English (en)"]) == ("Persian (fa)", "English (en)")


def test_a_language_without_a_code_keeps_its_name() -> None:
    assert (code_of("Dari"), name_of("Dari")) == ("fa", "Dari")
    assert code_of("Swahili") == ""


def test_a_language_is_called_by_itself_and_not_by_one_of_its_varieties() -> None:
    named = {
        "Spanish (es)": "Español",
        "Anglais (en)": "English",
        "Persian (fa)": "فارسی",
        "Portuguese (pt)": "Português",
    }
    assert {language: name_of(language) for language in named} == named
