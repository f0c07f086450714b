"""What a form that loads is asked about: each notice at its place, and silence where nothing is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from cami_survey.engine.api import examine_form

from .workbooks import workbook

OWN = sorted((Path(__file__).parents[2] / "forms").glob("*.xlsx"))
LISTS = """| choices |
| | list_name | name | label | region |
| | kinds | sheep | Sheep | north |
| | kinds | yak | Yak | south |
"""


def noticed(*rows: str, headers: str = "type | name | label | relevant | constraint | calculation", more: str = LISTS):
    found = examine_form(
        workbook("\n".join(["| survey |", f"| | {headers} |", *(f"| | {row} |" for row in rows), more]))
    )
    assert found.form is not None, found.problems
    return [(notice.code, notice.sheet, notice.row, notice.column) for notice in found.noticed]


KIND, COUNT = "select_one kinds | kind | Kind?", "integer | n | How many?"
FOUND = {
    "never": ([KIND, "text | a | A | false()"], ("form.unreachable", "survey", 3, "relevant")),
    "two choices at once": (
        [KIND, "text | a | A | ${kind} = 'yak' and ${kind} = 'sheep'"],
        ("form.unreachable", "survey", 3, "relevant"),
    ),
    "selected twice": (
        [KIND, "text | a | A | selected(${kind}, 'yak') and selected(${kind}, 'sheep')"],
        ("form.unreachable", "survey", 3, "relevant"),
    ),
    "against its group": (
        [KIND, "begin group | g | G | ${kind} = 'yak'", "text | a | A | ${kind} = 'sheep'", "end group |"],
        ("form.unreachable", "survey", 4, "relevant"),
    ),
    "no number between": (
        [KIND, COUNT, "text | a | A | ${n} > 5 and ${n} < 6"],
        ("form.unreachable", "survey", 4, "relevant"),
    ),
    "a choice that does not exist": (
        [KIND, "text | a | A | ${kind} = 'camel'"],
        ("form.unknown-choice", "survey", 3, "relevant"),
    ),
    "impossible constraint": (
        [KIND, COUNT + " | | . > 10 and . < 5"],
        ("form.impossible-constraint", "survey", 3, "constraint"),
    ),
    "only the empty answer": ([KIND, COUNT + " | | . = ''"], ("form.impossible-constraint", "survey", 3, "constraint")),
    "capitals": ([KIND, "text | Herd | A", "text | herd | B"], ("form.similar-name", "survey", 4, "name")),
    "a pattern for a part of the answer": (
        [KIND, "text | a | A | | regex(., '[A-Z]{2}')"],
        ("form.open-pattern", "survey", 3, "constraint"),
    ),
    "a pattern without an end": (
        [KIND, r"text | a | A | | regex(., '^[A-Z]{2}\$')"],
        ("form.open-pattern", "survey", 3, "constraint"),
    ),
    "unused list": ([COUNT], ("form.unused-list", "choices", 2, "list_name")),
    "many questions": (
        [KIND, "text | a | Who? When? Where? Why?"],
        ("form.many-questions", "survey", 3, "label"),
    ),
    "long question": ([KIND, f"text | a | {'word ' * 120}"], ("form.long-question", "survey", 3, "label")),
    "a calculation that fails at once": (
        [KIND, "calculate | a | | | | digest(${kind}, 'SHA-3')"],
        ("form.fails", "survey", 3, "calculation"),
    ),
    "lost letters": ([KIND, "text | a | ???? ?? ?????"], ("form.lost-letters", "survey", 3, "label")),
}  # fmt: skip


@pytest.mark.parametrize("name", FOUND)
def test_what_is_worth_a_look_is_noticed_at_its_place(name):
    rows, place = FOUND[name]
    assert place in noticed(*rows)


def test_names_that_differ_in_capitals_are_said_once():
    rows = ["text | Herd | A", "text | herd | B"]
    assert noticed(*rows, headers="type | name | label", more="") == [("form.similar-name", "survey", 3, "name")]


QUIET = {
    "either choice": "text | a | A | ${kind} = 'yak' or ${kind} = 'sheep'",
    "not empty": "text | a | A | ${kind} != '' and ${kind} = 'yak'",
    "a number between": "text | a | A | ${n} > 5 and ${n} < 7",
    "something not understood": "text | a | A | string-length(${kind}) > 3 and position(..) < 0",
    "a range": "integer | a | A | | . >= 0 and . <= 120",
    "a date": "date | a | A | | . <= today() and . >= date('2020-01-01')",
    "a condition with an escape": "integer | a | A | | (. > 10 and . < 5) or . = -99",
    "not": "text | a | A | not(${kind} = 'yak') and ${kind} = 'sheep'",
    "a pattern for the whole answer": "text | a | A | | regex(., '^[A-Z]{2}$') or regex(., '(^KG.*)')",
    "a pattern that anything may surround": "text | a | A | | regex(., '.*@.*')",
    "two questions": "text | a | Did it move? Where to?",
    "another row of a repeat": "text | a | A | ${n} = 1",
    "asked where nothing is answered": "text | a | A | selected(${kind}, '')",
}


@pytest.mark.parametrize("name", QUIET)
def test_what_is_in_order_is_not_mentioned(name):
    assert noticed(KIND, COUNT, QUIET[name]) == []


def test_every_language_is_asked_for_its_texts():
    assert noticed(
        "text | a | Who? | Qui ? | Say",
        "text | b | When? | | Say",
        headers="type | name | label::English | label::French | hint::English",
        more="",
    ) == [("form.missing-texts", "survey", 2, "hint::English"), ]  # fmt: skip


@pytest.mark.parametrize(
    ("wanted", "noticed_codes"),
    [
        ("region = 'north'", []),
        ("region = 'west'", ["form.dead-filter"]),
        ("oblast = ${o}", ["form.dead-filter"]),
        ("region = ${o}", []),
        ("region = ${o} or ${o} = ''", []),
    ],
)
def test_a_filter_that_finds_nothing_is_noticed(wanted, noticed_codes):
    rows = ["text | o | Oblast?", f"select_one kinds | k | K | {wanted}"]
    found = noticed(*rows, headers="type | name | label | choice_filter")
    assert [code for code, *_place in found] == noticed_codes
    assert all(place == ["survey", 3, "choice_filter"] for _code, *place in found)


@pytest.mark.parametrize(
    ("kind", "default", "noticed_codes"),
    [
        ("time", "10:00", ["form.impossible-default"]),
        ("time", "10:00:00", []),
        ("date", "28.02.2026", ["form.impossible-default"]),
        ("date", "today()", []),
        ("integer", "many", ["form.impossible-default"]),
        ("decimal", "2.50", []),
        ("geopoint", "42.87 74.59", []),
        ("text", "anything", []),
    ],
)
def test_a_default_that_is_no_answer_is_noticed(kind, default, noticed_codes):
    found = noticed(f"{kind} | a | A | {default}", headers="type | name | label | default", more="")
    assert [code for code, *_place in found] == noticed_codes
    assert all(place == ["survey", 2, "default"] for _code, *place in found)


@pytest.mark.parametrize("path", OWN, ids=lambda path: path.stem)
def test_the_questionnaires_of_the_house_give_no_cause(path):
    found = examine_form(path)
    assert found.form is not None
    assert found.noticed == ()


def test_an_ending_that_lies_is_noticed(tmp_path):
    path = tmp_path / "form.xls"
    path.write_bytes(workbook("| survey |\n| | type | name | label |\n| | text | a | A |\n"))
    found = examine_form(path)
    assert [(notice.code, bool(notice.repair)) for notice in found.noticed] == [("form.ending", True)]
    assert found.repaired is not None
    assert examine_form(found.repaired, name="form.xlsx").noticed == ()


def test_the_warnings_of_the_conversion_come_in_plain_words_with_their_place():
    found = examine_form(
        workbook("| survey |\n| | type | name | label |\n| | image | photo | Photo |\n| | | | |\n| | simserial | s | |")
    )
    told = {(notice.code, notice.row) for notice in found.noticed}
    assert told == {("form.max-pixels", 2), ("form.device", 4)}
    assert found.form is not None
    assert any("simserial" in text and "row 4" in text for text in found.form.warnings)


def test_an_xform_is_looked_at_too():
    form = examine_form(workbook("| survey |\n| | type | name | label | relevant |\n| | text | a | A | false() |")).form
    assert form is not None
    assert [(notice.code, notice.path) for notice in examine_form(form.xml).noticed] == [
        ("form.unreachable", "/data/a")
    ]
