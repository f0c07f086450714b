"""Forms refused for small reasons: each is named at its place, and repaired where only one repair makes sense."""

from __future__ import annotations

import io
import re
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from openpyxl.styles import PatternFill

from cami_survey.engine.api import FormError, examine_form, load_form
from cami_survey.engine.mending.expressions import repaired as repaired_expression
from cami_survey.engine.mending.names import is_legal, legal
from cami_survey.engine.mending.references import like_name

from .workbooks import workbook

COMPUTED = b'<c r="A3" t="str"><f>CONCATENATE("case","id")</f><v>caseid</v></c>'
KINDS = "| choices |\n| | list_name | name | label |\n| | kinds | sheep | Sheep |\n| | kinds | yak | Yak |\n"


def sheet(*rows: str, headers: str = "type | name | label | relevant | calculation", more: str = "") -> str:
    return "\n".join(["| survey |", f"| | {headers} |", *(f"| | {row} |" for row in rows), more])


def survey(*rows: str, **options: str) -> bytes:
    return workbook(sheet(*rows, **options))


COUNTS = "type|name|label|repeat_count|jr:count"
GLUED = "type|name|label::English|required_message::Frenchrequired_message::English"
# What is wrong, where it is, what the copy has there.
REPAIRABLE = {
    "legacy type: caseid": (sheet("caseid | id |"), ("form.unknown-type", "survey", 2, "type"), "hidden"),
    "legacy type: text audit": (sheet("text audit | t |"), ("form.unknown-type", "survey", 2, "type"), "hidden"),
    "legacy type: hidden string": (sheet("hidden string | t |"), ("form.unknown-type", "survey", 2, "type"), "hidden"),
    "legacy type: speed": (
        sheet("speed violations count | t |"),
        ("form.unknown-type", "survey", 2, "type"),
        "hidden",
    ),
    "legacy type: numeric": (sheet("numeric | n | N"), ("form.unknown-type", "survey", 2, "type"), "decimal"),
    "type in capitals": (sheet("Integer | n | N"), ("form.unknown-type", "survey", 2, "type"), "integer"),
    "type with a slip": (sheet("integre | n | N"), ("form.unknown-type", "survey", 2, "type"), "integer"),
    "select one using": (
        sheet("Select one using kinds | k | K", more=KINDS),
        ("form.unknown-type", "survey", 2, "type"),
        "select_one kinds",
    ),
    "begin-repeat": (
        sheet("begin-repeat | r | R", "text | t | T", "end repeat |"),
        ("form.unknown-type", "survey", 2, "type"),
        "begin_repeat",
    ),
    "calculate_here": (
        sheet("calculate_here | c | | | 1 + 1"),
        ("form.unknown-type", "survey", 2, "type"),
        "calculate",
    ),
    "nothing to calculate": (
        sheet("calculate | c | |", "text | t | T"),
        ("form.missing-calculation", "survey", 2, "calculation"),
        None,
    ),
    "no label": (sheet("text | herd_size |"), ("form.missing-label", "survey", 2, "label"), "herd size"),
    "no name": (sheet("text | | Which herd?"), ("form.missing-name", "survey", 2, "name"), "which_herd"),
    "illegal name": (sheet("text | herd size | H"), ("form.illegal-name", "survey", 2, "name"), "herd_size"),
    "name with a digit first": (sheet("text | 1st | H"), ("form.illegal-name", "survey", 2, "name"), "q_1st"),
    "name twice": (sheet("text | a | A", "text | a | B"), ("form.duplicate-name", "survey", 3, "name"), "a_2"),
    "repeat called data": (
        sheet("begin repeat | data | D", "text | t | T", "end repeat |"),
        ("form.duplicate-name", "survey", 2, "name"),
        "data",
    ),
    "question called data that another refers to": (
        sheet("text | data | D", "text | b | B ${data}", "text | c | C | ${data} = 'x'"),
        ("form.duplicate-name", "survey", 2, "name"),
        "data",
    ),
    "reference in capitals": (
        sheet("text | herd | H", "text | b | B | ${Herd} = 'x'"),
        ("form.unknown-reference", "survey", 3, "relevant"),
        "${herd} = 'x'",
    ),
    "reference with a slip": (
        sheet("text | herders | H", "text | b | B | ${herder} = 'x'"),
        ("form.unknown-reference", "survey", 3, "relevant"),
        "${herders} = 'x'",
    ),
    "comparison inside a reference": (
        sheet("text | herd | H", "text | b | B | ${herd=1}"),
        ("form.broken-reference", "survey", 3, "relevant"),
        "${herd} =1",
    ),
    "round bracket": (
        sheet("text | herd | H", "text | b | B | ${herd) = 1"),
        ("form.broken-reference", "survey", 3, "relevant"),
        "${herd} = 1",
    ),
    "bracket missing": (
        sheet("integer | herd | H", "calculate | b | | | if(${herd} > 1, 2, 3"),
        ("form.expression", "survey", 3, "calculation"),
        "if(${herd} > 1, 2, 3)",
    ),
    "quote too many": (
        sheet("integer | herd | H | | |", "text | b | B | ${herd} > 1 '"),
        ("form.expression", "survey", 3, "relevant"),
        "${herd} > 1",
    ),
    "a time without quotes": (
        sheet("calculate | t | | | 14:30:00"),
        ("form.expression", "survey", 2, "calculation"),
        "'14:30:00'",
    ),
    "decimal comma": (
        sheet("integer | n | N", "text | b | B | ${n} >= 140,5"),
        ("form.expression", "survey", 3, "relevant"),
        "${n} >= 140.5",
    ),
    "group called meta": (
        sheet("begin group | g | G", "begin group | meta | M", "text | t | T", "end group |", "end group |"),
        ("form.reserved-name", "survey", 3, "name"),
        "meta_",
    ),
    "filter without a choice": (
        sheet("text | t | T | x = ${nobody}", headers="type | name | label | choice_filter"),
        ("form.needless-filter", "survey", 2, "choice_filter"),
        None,
    ),
    "list yes_no": (
        sheet("select_one yes_no | a | A", more=KINDS),
        ("form.missing-list", "survey", 2, "type"),
        "select_one yes_no",
    ),
    "list yes_no without any list": (
        sheet("select_one yes_no | a | A"),
        ("form.missing-list", "survey", 2, "type"),
        "select_one yes_no",
    ),
    "list in capitals": (
        sheet("select_one Kinds | a | A", more=KINDS),
        ("form.missing-list", "survey", 2, "type"),
        "select_one kinds",
    ),
    "choice twice": (
        sheet("select_one kinds | a | A", more=KINDS + "| | kinds | yak | yak |"),
        ("form.duplicate-choice", "choices", 4, "name"),
        None,
    ),
    "choice twice with another label": (
        sheet("select_one kinds | a | A", more=KINDS + "| | kinds | yak | Wild yak |"),
        ("form.duplicate-choice", "choices", 4, "name"),
        "yak_2",
    ),
    "choice with a space": (
        sheet("select_multiple kinds | a | A", more=KINDS + "| | kinds | wild yak | Wild yak |"),
        ("form.choice-with-space", "choices", 4, "name"),
        "wild_yak",
    ),
    "header twice": (
        sheet("text | a | A |", "text | b | | B", headers="type | name | label | label"),
        ("form.duplicate-column", "survey", 1, "label"),
        None,
    ),
    "two headers of one meaning": (
        sheet("begin repeat | r | R | 2 |", "text | t | T", "end repeat |", headers=COUNTS),
        ("form.header", "survey", 1, "jr:count"),
        None,
    ),
    "messages of one meaning": (
        sheet("text | t | T | | No!", headers="type|name|label|constraint_message|bind::jr:constraintMsg"),
        ("form.header", "survey", 1, "bind::jr:constraintMsg"),
        None,
    ),
    "headers glued together": (
        sheet("text | t | T | Must | en", headers=GLUED),
        ("form.header", "survey", 1, "required_message::Frenchrequired_message::English"),
        "required_message::French",
    ),
    "attribute called tag": (
        sheet("begin group|g|G|x", "text|t|T", "end group|", headers="type|name|label|instance::tag"),
        ("form.header", "survey", 1, "instance::tag"),
        "unused::tag",
    ),
    "title among the questions": (
        sheet("set form title | Herds", "text | t | T"),
        ("form.setting-in-survey", "survey", 2, "type"),
        None,
    ),
    "trigger without brackets": (
        sheet("text | a | A", "calculate | b | | a | 1", headers="type|name|label|trigger|calculation"),
        ("form.broken-reference", "survey", 3, "trigger"),
        "${a}",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REPAIRABLE)
def test_what_has_one_repair_is_repaired_in_a_copy(name):
    source, place, becomes = REPAIRABLE[name]
    found = examine_form(workbook(source))
    assert found.form is None
    problem = next(p for p in found.problems if (p.code, p.sheet, p.row, p.column) == place)
    assert problem.repair
    assert found.repaired is not None
    assert load_form(found.repaired).questions >= 0
    _code, page, row, column = place
    cells = load_workbook(io.BytesIO(found.repaired))[page]
    headers = [cell.value for cell in cells[1]]
    if becomes is not None and row == 1:
        assert becomes in headers
    elif becomes is not None:
        assert cells.cell(row, headers.index(column) + 1).value == becomes


LEFT = {
    "unknown type": (sheet("hologram | h | H"), ("form.unknown-type", "survey", 2, "type")),
    "unknown question": (
        sheet("text | herd | H", "text | b | B | ${pasture} = 1"),
        ("form.unknown-reference", "survey", 3, "relevant"),
    ),
    "two that could be meant": (
        sheet("text | herd1 | H", "text | herd2 | H", "text | b | B | ${herd} = 1"),
        ("form.unknown-reference", "survey", 4, "relevant"),
    ),
    "unknown list": (sheet("select_one camels | a | A", more=KINDS), ("form.missing-list", "survey", 2, "type")),
    "name twice and referred to": (
        sheet("text | a | A", "text | a | B", "text | c | C | ${a} = 1"),
        ("form.duplicate-name", "survey", 3, "name"),
    ),
    "choice twice and asked for": (
        sheet("select_one kinds | a | A", "text | b | B | ${a} = 'yak'", more=KINDS + "| | kinds | yak | Wild yak |"),
        ("form.duplicate-choice", "choices", 4, "name"),
    ),
    "columns that disagree": (
        sheet("text | a | A | B", headers="type | name | label | label"),
        ("form.duplicate-column", "survey", 1, "label"),
    ),
    "group without an end": (
        sheet("begin group | g | G", "text | a | A"),
        ("form.unmatched-group", "survey", 2, "type"),
    ),
    "end without a group": (sheet("text | a | A", "end group |"), ("form.unmatched-group", "survey", 3, "type")),
    "no type": (sheet("| a | A", "text | b | B"), ("form.missing-type", "survey", 2, "type")),
    "choice without a name": (
        sheet("select_one kinds | a | A", more=KINDS + "| | kinds | | Goat |"),
        ("form.missing-name", "choices", 4, "name"),
    ),
    "unknown function": (sheet("text | a | A | frobnicate(1)"), ("form.expression", "survey", 2, "relevant")),
    "circle": (
        sheet("calculate | a | | | ${b} + 1", "calculate | b | | | ${a} + 1"),
        ("form.cycle", "survey", 2, "calculation"),
    ),
    "questions from another file": (sheet("include | other | O"), ("form.unknown-type", "survey", 2, "type")),
}  # fmt: skip


@pytest.mark.parametrize("name", LEFT)
def test_what_only_a_person_can_know_is_explained_and_left(name):
    source, place = LEFT[name]
    found = examine_form(workbook(source))
    problem = next(p for p in found.problems if (p.code, p.sheet, p.row, p.column) == place)
    assert problem.reason
    assert not problem.repair
    assert found.repaired is None


def test_a_column_the_conversion_breaks_down_over_is_found_by_trying():
    found = examine_form(survey("text | t | T | odd", headers="type | name | label | label::English::again"))
    assert [(problem.row, problem.column) for problem in found.problems] == [(1, "label::English::again")]


def test_one_problem_that_is_left_leaves_no_copy():
    found = examine_form(survey("caseid | id |", "hologram | h | H"))
    assert [bool(problem.repair) for problem in found.problems] == [True, False]
    assert found.repaired is None


def test_what_other_columns_tell_apart_may_stand_twice():
    found = examine_form(
        workbook("""
| survey |
| | type | name | label | choice_filter |
| | text | d | D | |
| | select_one camps | c | C | district = ${d} |
| choices |
| | list_name | name | label | district |
| | camps | other | Other | north |
| | camps | other | Other | south |
""")
    )
    assert "allow_choice_duplicates" in found.problems[0].repair
    assert found.repaired is not None
    session = load_form(found.repaired).open()
    session.set("/data/d", "south")
    assert [choice.value for choice in session.node("/data/c").choices] == ["other"]


def test_a_filter_of_a_list_that_is_missing_is_no_second_problem():
    found = examine_form(
        survey("text | d | D |", "select_one camps | c | C | x = ${d}", headers="type | name | label | choice_filter")
    )
    assert [problem.code for problem in found.problems] == ["form.missing-list"]
    assert found.problems[0].row == 3


def test_a_list_that_another_program_hands_over_comes_from_a_file():
    found = examine_form(
        survey("calculate | last | | instance('summary')/root/visit", headers="type | name | label | calculation")
    )
    assert [(problem.code, problem.row) for problem in found.problems] == [("form.unknown-instance", 2)]
    assert "summary.xml" in found.problems[0].repair
    assert found.repaired is not None
    summary = b"<root><visit>2026-03-02</visit></root>"
    assert load_form(found.repaired).open().node("/data/last").text_value == ""
    with_file = load_form(found.repaired, media={"summary.xml": summary}).open()
    assert with_file.node("/data/last").text_value == "2026-03-02"


def test_a_list_of_nearly_that_name_is_left_to_a_person():
    found = examine_form(
        survey(
            "select_one kinds | k | K |",
            "calculate | c | | count(instance('kindss')/root/item)",
            headers="type | name | label | calculation",
            more=KINDS,
        )
    )
    assert [problem.repair for problem in found.problems] == [""]


def test_a_new_name_is_followed_by_its_references():
    found = examine_form(survey("integer | herd size | H", "text | b | B | ${herd size} > 1"))
    assert found.repaired is not None
    session = load_form(found.repaired).open()
    assert not session.node("/data/b").relevant
    session.set("/data/herd_size", 5)
    assert session.node("/data/b").relevant


def test_a_copy_keeps_everything_else_of_the_workbook():
    source = survey("caseid | id | | |", "text | a | A | |", more="| notes |\n| | for the team | |")
    book = load_workbook(io.BytesIO(source))
    book["survey"]["A3"].fill = PatternFill("solid", fgColor="FFFF00")
    book["survey"].column_dimensions["C"].width = 60
    book["survey"].freeze_panes = "A2"
    target = io.BytesIO()
    book.save(target)
    found = examine_form(target.getvalue())
    assert found.repaired is not None
    copy = load_workbook(io.BytesIO(found.repaired))
    assert copy.sheetnames == ["survey", "notes"]
    assert copy["notes"]["A1"].value == "for the team"
    assert copy["survey"]["A3"].fill.fgColor.rgb == "00FFFF00"
    assert copy["survey"].column_dimensions["C"].width == 60
    assert copy["survey"].freeze_panes == "A2"
    assert copy["survey"]["A2"].value == "hidden"


def test_a_formula_among_the_changed_cells_becomes_its_text():
    source = survey("text | a | A | |", "caseid | id | |")
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(source)) as archive, zipfile.ZipFile(made, "w") as changed:
        for name in archive.namelist():
            sheet = re.sub(rb'<c r="A3"[^>]*>.*?</c>', COMPUTED, archive.read(name), flags=re.DOTALL)
            changed.writestr(name, sheet)
    found = examine_form(made.getvalue())
    assert [problem.row for problem in found.problems] == [3]
    assert found.repaired is not None
    assert load_workbook(io.BytesIO(found.repaired))["survey"]["A3"].value == "hidden"


def test_a_form_in_text_is_repaired_as_a_workbook():
    found = examine_form(b"survey\n,type,name,label\n,text,pasture,\n", name="p.csv")
    assert found.repaired is not None
    assert load_form(found.repaired).open().node("/data/pasture").label == "pasture"


def test_two_files_of_one_name_are_told_at_the_second():
    found = examine_form(survey("select_one_from_file camps.csv | a | A", "select_one_from_file camps.geojson | b | B"))
    assert [(problem.code, problem.row, problem.column) for problem in found.problems] == [
        ("form.instance-clash", 3, "type")
    ]
    assert "“camps”" in found.problems[0].reason


def test_what_is_wrong_behind_an_unreadable_expression_is_told_too():
    found = examine_form(
        survey(
            "text | a | A",
            "text | b | B | ${a} && ${b}",
            "text | c | C | selectd(${a}, 'x')",
            'calculate | d | | | ${a} = "x',
            "calculate | e | | | nwo()",
            "text | f | F | ${a} => 3",
            "text | g | G | ${a} ${b}",
        )
    )
    told = {(problem.row, problem.column): problem.reason for problem in found.problems}
    assert list(told) == [
        (3, "relevant"), (4, "relevant"), (5, "calculation"), (6, "calculation"), (7, "relevant"), (8, "relevant")
    ]  # fmt: skip
    assert "“&& b" in told[3, "relevant"]
    assert "Did you mean selected" in told[4, "relevant"]
    assert "Did you mean >=?" in told[7, "relevant"]
    assert "“b” is not expected here" in told[8, "relevant"]


def test_several_hundred_missing_lists_are_refused_quickly_and_not_all_told():
    rows = [f"select_one list{number} | q{number} | Q" for number in range(400)]
    with pytest.raises(FormError) as caught:
        load_form(survey(*rows, more=KINDS))
    assert 50 <= len(caught.value.problems) <= 110
    assert all(problem.where for problem in caught.value.problems)


@given(st.text(max_size=40))
def test_every_name_has_a_legal_one_near_it(name):
    assert is_legal(legal(name))


@given(st.text(alphabet="abc_1", min_size=1, max_size=8), st.lists(st.text(alphabet="abc_1", min_size=1), max_size=6))
def test_a_likely_name_is_one_that_exists(name, known):
    assert like_name(name, known) in ("", *known)


@given(st.text(alphabet="ab()'\"<>=+ 1,.${}", max_size=30))
def test_a_repaired_expression_can_be_read(text):
    made = repaired_expression(text)
    assert made == "" or repaired_expression(made) == ""


def test_a_type_that_is_the_name_of_a_list_is_asked_about():
    found = examine_form(survey("kinds | k | K", "weather | w | W", more=KINDS))
    first, second = found.problems
    assert "is “select_one kinds” meant?" in first.reason
    assert "meant" not in second.reason
    assert found.repaired is None
