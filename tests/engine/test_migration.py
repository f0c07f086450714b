"""Answers of one version of a form in another: kept, moved, changed, lost and new, and nothing passed over."""

from __future__ import annotations

import random
from functools import cache

import pytest

from cami_survey.engine.api import FormError, load_form

from .conftest import SPRING_MORNING
from .interviewer import Interviewer

HEADER = "| | type | name | label | calculation | default | repeat_count | relevant |"
CHOICES = """
| choices |
| | list_name | name | label |
| | animal | sheep | Sheep |
| | animal | yak | Yak |
| | animal | horse | Horse |
"""


def form(rows: str, version: str = "1", choices: str = CHOICES):
    """A form of `type name more` lines; `>` and `<` begin and end a group, `>>` and `<<` a repeat."""
    lines = ["| survey |", HEADER]
    for row in rows.strip().splitlines():
        words = row.split()
        match words[0]:
            case ">":
                lines.append(f"| | begin_group | {words[1]} | {words[1]} |")
            case ">>":
                count = " ".join(words[2:])
                lines.append(f"| | begin_repeat | {words[1]} | {words[1]} | | | {count} | |")
            case "<" | "<<":
                lines.append(f"| | {'end_group' if words[0] == '<' else 'end_repeat'} | | |")
            case "calculate":
                lines.append(f"| | calculate | {words[1]} | | {' '.join(words[2:])} |")
            case kind if kind.startswith("select"):
                lines.append(f"| | {kind} {words[1]} | {words[2]} | {words[2]} | | | | {' '.join(words[3:])} |")
            case kind:
                lines.append(f"| | {kind} | {words[1]} | {words[1]} | | {' '.join(words[2:])} | | |")
    settings = f"| settings |\n| | form_id | version |\n| | herd | {version} |\n"
    return load_form("\n".join([*lines, choices, settings]).encode())


def clock():
    return SPRING_MORNING


def answered(made, answers: dict[str, object], adds: tuple[str, ...] = ()):
    session = made.open(clock=clock)
    for ref in adds:
        session.add_repeat(ref)
    for ref, value in answers.items():
        session.set(ref, value)
    return session


def pairs(items) -> list[tuple[str, str, str]]:
    return [(item.name, item.value, item.new) for item in items]


@cache
def the_old():
    return form("text camp\n> a\ninteger n\ntext note\n<\nselect_one animal kept\ntext gone\ncalculate twice ${n} * 2")


@cache
def the_new():
    return form(
        "text camp\n> b\ninteger n\n<\ntext note\nselect_one animal kept\ntext fresh begin\ncalculate thrice ${n} * 3",
        "2",
        CHOICES.replace("yak", "camel").replace("Yak", "Camel"),
    )


@pytest.fixture
def old():
    return answered(
        the_old(),
        {"/data/camp": "Ak-Suu", "/data/a/n": 4, "/data/a/note": "late", "/data/kept": "yak", "/data/gone": "x"},
    )


@pytest.mark.parametrize("kind", ["xml", "values", "answers"])
@pytest.mark.parametrize("known", [True, False])
def test_every_answer_is_kept_moved_changed_or_lost(old, kind, known):
    answers = {"xml": old.to_xml(), "values": old.values(), "answers": old.answers()}[kind]
    report = the_new().migrate(answers, before=the_old() if known else None, clock=clock)
    assert [item for item in pairs(report.kept) if "ID" not in item[0]] == [("camp", "Ak-Suu", "Ak-Suu")]
    assert pairs(report.moved) == [("n", "4", "4"), ("note", "late", "late")]
    assert pairs(report.changed) == [("kept", "yak", "")]
    assert "yak" in report.changed[0].reason
    computed = ("twice", "8", "")
    told = known or kind == "answers"
    assert pairs(report.lost) == [("gone", "x", "")] + ([] if told else [computed])
    assert pairs(report.calculations) == ([computed] if told else [])
    assert report.new == ("/data/fresh",)
    session = the_new().open(report.answers, clock=clock)
    assert session.node("/data/b/n").value == 4
    assert session.node("/data/thrice").text_value == "12"
    assert session.instance_id == old.instance_id
    assert report.aside == {"/data/kept": "yak", "/data/gone": "x"} | ({} if told else {"/data/twice": "8"})


def test_a_new_question_begins_with_its_default_where_it_surely_is_new(old):
    for answers, before in ((old.to_xml(), None), (old.values(), the_old())):
        report = the_new().migrate(answers, before=before, clock=clock)
        assert report.answers["/data/fresh"] == "begin"
    assert "/data/fresh" not in the_new().migrate(old.values(), clock=clock).answers


def test_the_report_tells_which_form_and_version_the_answers_are_of(old):
    report = the_new().migrate(old.to_xml(), clock=clock)
    assert (report.form_id, report.version) == ("herd", "1")


def test_the_report_is_said_in_sentences(old):
    report = the_new().migrate(old.values(), before=the_old(), clock=clock)
    assert report.sentences[0] == "2 answers are kept aside."
    assert "2 answers are moved." in report.sentences
    assert report.sentences[-1] == "1 question is new."
    assert report.as_dict()["aside"]["/data/gone"] == "x"


def test_the_same_version_keeps_everything(old):
    report = the_old().migrate(old.values(), before=the_old(), clock=clock)
    assert [report.moved, report.changed, report.lost, report.new, report.calculations] == [()] * 5
    assert report.answers == old.values()


@pytest.mark.parametrize(
    ("before", "value", "after", "new", "kept"),
    [
        ("integer q", 3, "decimal q", "3.0", True),
        ("decimal q", 3.7, "integer q", "3", False),
        ("text q", "many", "integer q", "", False),
        ("text q", "12", "integer q", "12", True),
        ("date q", "2026-03-02", "dateTime q", "", False),
        ("date q", "2026-03-02", "text q", "2026-03-02", True),
        ("select_one animal q", "yak", "select_multiple animal q", "yak", True),
        ("select_multiple animal q", "sheep yak", "select_one animal q", "", False),
        ("select_multiple animal q", "yak", "select_one animal q", "yak", True),
        ("text q", "a  b", "calculate q 'z'", "z", False),
    ],
)
def test_an_answer_of_another_type_is_kept_only_where_it_says_the_same(before, value, after, new, kept):
    first, second = form(before), form("text other\n" + after, "2")
    report = second.migrate(answered(first, {"/data/q": value}).answers(), before=first, clock=clock)
    (item,) = [item for item in (*report.kept, *report.changed) if item.name == "q"]
    assert item.new == new
    assert (item in report.kept) is kept
    assert bool(item.reason) is not kept
    assert report.answers.get("/data/q", "") == new


@cache
def the_rows():
    return form(">> herd\ntext animal\ninteger head\n<<")


def rows_of(session, path="/data/herd"):
    return [[leaf.text_value for leaf in row.children] for row in session.node(path).children]


@pytest.fixture
def two_rows():
    added = ("/data/herd",)
    return answered(
        the_rows(),
        {
            "/data/herd[1]/animal": "yak",
            "/data/herd[1]/head": 3,
            "/data/herd[2]/animal": "goat",
            "/data/herd[2]/head": 9,
        },
        added,
    )


def test_rows_stay_rows_and_keep_their_keys(two_rows):
    second = form("> outer\n>> herd\ntext animal\ninteger head\ntext more\n<<\n<", "2")
    report = second.migrate(two_rows.values(), before=the_rows(), clock=clock)
    session = second.open(report.answers, clock=clock)
    assert rows_of(session, "/data/outer/herd") == [["yak", "3", ""], ["goat", "9", ""]]
    before = [row.key for row in two_rows.node("/data/herd").children]
    assert [row.key for row in session.node("/data/outer/herd").children] == before
    assert len(report.moved) == 4


def test_rows_of_a_submission_are_found_too(two_rows):
    second = form("> outer\n>> herd\ntext animal\ninteger head\n<<\n<", "2")
    report = second.migrate(two_rows.to_xml(), clock=clock)
    assert rows_of(second.open(report.answers, clock=clock), "/data/outer/herd") == [["yak", "3"], ["goat", "9"]]
    assert not report.lost


def test_several_rows_do_not_go_into_one_question(two_rows):
    second = form("text animal\n>> herd\ninteger head\n<<", "2")
    report = second.migrate(two_rows.values(), before=the_rows(), clock=clock)
    assert pairs(report.lost) == [("animal", "yak", ""), ("animal", "goat", "")]
    assert rows_of(second.open(report.answers, clock=clock)) == [["3"], ["9"]]


def test_one_row_goes_into_one_question_and_back():
    single = form("text animal\ninteger head")
    one = answered(the_rows(), {"/data/herd[1]/animal": "yak", "/data/herd[1]/head": 3})
    report = single.migrate(one.values(), before=the_rows(), clock=clock)
    assert pairs(report.moved) == [("animal", "yak", "yak"), ("head", "3", "3")]
    back = the_rows().migrate(single.open(report.answers, clock=clock).values(), before=single, clock=clock)
    assert rows_of(the_rows().open(back.answers, clock=clock)) == [["yak", "3"]]


def test_rows_that_a_count_takes_away_are_lost_with_their_answers(two_rows):
    second = form("integer n 1\n>> herd ${n}\ntext animal\ninteger head\n<<", "2")
    report = second.migrate(two_rows.values(), before=the_rows(), clock=clock)
    assert rows_of(second.open(report.answers, clock=clock)) == [["yak", "3"]]
    assert pairs(report.lost) == [("animal", "goat", ""), ("head", "9", "")]
    assert "row" in report.lost[0].reason


def test_a_name_that_two_questions_have_is_not_guessed():
    first = form("> a\ntext q\n<")
    second = form("> b\ntext q\n<\n> c\ntext q\n<", "2")
    report = second.migrate(answered(first, {"/data/a/q": "x"}).values(), before=first, clock=clock)
    assert pairs(report.lost) == [("q", "x", "")]
    assert "cannot be told" in report.lost[0].reason


def test_hidden_answers_are_carried_as_well():
    first = form("text camp\nselect_one animal kept ${camp} = 'x'")
    session = answered(first, {"/data/camp": "x", "/data/kept": "yak"})
    session.set("/data/camp", "y")
    report = first.migrate(session.values(), before=first, clock=clock)
    assert report.answers["/data/kept"] == "yak"


def test_unknown_elements_attributes_and_stray_text_are_told():
    xml = b"<data id='herd' version='0'>stray<camp>A</camp><x y='1'><z>2</z></x><z>3</z><meta><w>4</w></meta></data>"
    report = the_old().migrate(xml, clock=clock)
    assert sorted((item.field, item.value) for item in report.lost) == [
        ("/data", "stray"),
        ("/data/meta/w", "4"),
        ("/data/x/@y", "1"),
        ("/data/x/z", "2"),
        ("/data/z", "3"),
    ]


def test_answers_where_there_is_room_for_one_and_texts_between_rows_are_told():
    inside = "<camp>A</camp><camp>B</camp><camp/><herd>stray<animal>yak</animal></herd><z>1</z><z>2</z>"
    report = the_rows().migrate(f"<data id='herd'>{inside}</data>".encode(), clock=clock)
    assert accounted(report) == [
        ("/data/camp", "A"),
        ("/data/camp[k00000002]/@text", "B"),
        ("/data/herd[k00000001]/@text", "stray"),
        ("/data/herd[k00000001]/animal", "yak"),
        ("/data/z", "1"),
        ("/data/z[k00000002]/@text", "2"),
    ]
    assert report.answers["/data/herd[k00000001]/animal"] == "yak"
    again = the_rows().migrate({**report.aside, **report.answers}, clock=clock)
    assert again.aside == report.aside


def test_what_is_no_submission_is_refused():
    with pytest.raises(FormError):
        the_old().migrate(b"<data>", clock=clock)


def accounted(report) -> list[tuple[str, str]]:
    groups = (report.kept, report.moved, report.changed, report.lost, report.calculations)
    return sorted((item.field, item.value) for group in groups for item in group)


@pytest.mark.parametrize("seed", range(12))
def test_no_answer_is_passed_over_whatever_the_versions_are(seed):
    chance = random.Random(seed)
    first, second = random_form(chance), random_form(chance)
    session = first.open(clock=clock)
    Interviewer(session, chance).fill()
    values = session.values()
    given = sorted((field, text) for field, text in values.items() if not field.endswith("]"))
    for before in (first, None):
        report = second.migrate(values, before=before, clock=clock)
        assert accounted(report) == given
        assert second.open(report.answers, clock=clock).values() == report.answers
    report = second.migrate(session.to_xml(draft=True), clock=clock)
    assert sorted(value for _field, value in accounted(report)) == sorted(text for _field, text in given)
    back = first.migrate({**report.answers, **report.aside}, clock=clock)
    assert len(accounted(back)) >= len(report.kept)


KINDS = ("text", "integer", "decimal", "date", "select_one animal", "select_multiple animal")


def random_form(chance: random.Random):
    """Some of a dozen questions, each of some type, in some groups and repeats."""
    rows, open_ends = [], []
    for number in range(12):
        if chance.random() < 0.25 and len(open_ends) < 2:
            mark = chance.choice((">", ">>"))
            rows.append(f"{mark} g{chance.randrange(4)}x{len(rows)}")
            open_ends.append("<" * len(mark))
        if chance.random() < 0.8:
            rows.append(f"{chance.choice(KINDS)} q{number}")
        if open_ends and rows[-1][0] not in "<>" and chance.random() < 0.4:
            rows.append(open_ends.pop())
    if rows[-1][0] == ">":
        rows.append("text last")
    return form("\n".join(["text first", *rows, *reversed(open_ends)]))


@pytest.mark.parametrize(("given", "kept"), [("8", True), ("10", True), ("12", False), ("-1", False)])
def test_an_answer_beside_the_scale_of_now_is_told_with_the_scale(given, kept):
    made = load_form(
        b"| survey |\n| | type | name | label | parameters |\n| | range | worry | Worry | start=0 end=10 step=1 |\n"
    )
    report = made.migrate(f'<data id="data"><worry>{given}</worry></data>'.encode(), clock=clock)
    assert [item.value for item in report.kept] == [given] * kept
    reasons = [item.reason for item in report.changed]
    assert reasons == ["Not on the scale now, which goes from 0 to 10."] * (not kept)
    assert report.aside == ({} if kept else {"/data/worry": given})
