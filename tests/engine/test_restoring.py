"""A draft survives a crash: what a session says it changed is enough to have it again."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cami_survey.base.places import shipped
from cami_survey.engine.api import Changed, FormNode, Session, load_form

from .conftest import SPRING_MORNING, xform

NESTED = xform(
    "<camp/><n>2</n><herd jr:template=''><animal/><head/><calf jr:template=''><name/><say/></calf></herd>"
    "<fold><ewe/></fold><total/><seen/><note/><list/><order/><meta><instanceID/></meta>",
    "<bind nodeset='/data/n' type='int'/><bind nodeset='/data/herd/head' type='int' constraint='. &lt; 100'/>"
    "<bind nodeset='/data/herd/calf' relevant='../head &gt; 5'/>"
    "<bind nodeset='/data/herd/calf/say' calculate=\"concat(../name, ' ', position(..), ' of ', ../../animal)\"/>"
    "<bind nodeset='/data/total' type='int' calculate='sum(/data/herd/head[. != \"\"])'/>"
    "<bind nodeset='/data/seen' calculate='random()'/>"
    "<bind nodeset='/data/note' relevant='/data/total &gt; 20' required='true()'/>"
    "<bind nodeset='/data/meta/instanceID' jr:preload='uid'/>",
    "<input ref='/data/camp'><label>Camp</label></input><input ref='/data/n'><label>How many folds</label></input>"
    "<group ref='/data/herd'><label>Herd</label><repeat nodeset='/data/herd'>"
    "<input ref='/data/herd/animal'><label>Animal in <output value='/data/camp'/></label></input>"
    "<input ref='/data/herd/head'><label>Head of <output value='../animal'/></label></input>"
    "<group ref='/data/herd/calf'><label>Calf</label><repeat nodeset='/data/herd/calf'>"
    "<input ref='/data/herd/calf/name'><label>Name</label></input></repeat></group></repeat></group>"
    "<group ref='/data/fold'><label>Fold</label><repeat nodeset='/data/fold' jr:count='/data/n'>"
    "<input ref='/data/fold/ewe'><label>Ewe</label></input></repeat></group>"
    "<input ref='/data/note'><label>Note</label></input>"
    "<select ref='/data/list'><label>Kept</label><item><label>Sheep</label><value>sheep</value></item>"
    "<item><label>Yak</label><value>yak</value></item></select>"
    "<odk:rank ref='/data/order'><label>Order</label><itemset nodeset=\"instance('a')/root/item"
    "[selected(/data/list, name)]\"><value ref='name'/><label ref='label'/></itemset></odk:rank>",
    more="<instance id='a'><root><item><name>sheep</name><label>Sheep</label></item>"
    "<item><name>yak</name><label>Yak</label></item></root></instance>",
)
ANSWERS = [
    "",
    "1",
    "2",
    "3",
    "17",
    "60",
    "yes",
    "no",
    "sheep",
    "yak",
    "sheep yak",
    "live dog",
    "ж",
    "2020-02-02",
    "right",
]


def nodes_of(session: Session) -> list[FormNode]:
    """Every node, repeats and instances included."""
    waiting, found = [session.top], []
    while waiting:
        node = waiting.pop()
        found.append(node)
        waiting.extend(reversed(node.children))
    return found


def picture(session: Session) -> list[tuple[object, ...]]:
    """All that a person sees of a session."""
    return [
        (node.field, node.ref, node.text_value, node.relevant, node.readonly, node.required, node.problem, node.label)
        for node in nodes_of(session)
    ]


def step(session: Session, chance: random.Random) -> Changed:
    """Something a person may do."""
    nodes = nodes_of(session)
    repeats = [node for node in nodes if node.can_add]
    instances = [node for node in nodes if node.kind == "repeat_instance" and node.parent and node.parent.can_add]
    act = chance.random()
    if act < 0.15 and repeats:
        return session.add_repeat(chance.choice(repeats).ref)
    if act < 0.22 and instances:
        return session.remove_repeat(chance.choice(instances).ref)
    questions = [node for node in nodes if node.kind == "question" and node.control and not node.readonly]
    node = chance.choice(questions)
    offered = [choice.value for choice in node.choices]
    answer = " ".join(chance.sample(offered, min(len(offered), 3))) if offered and act < 0.8 else chance.choice(ANSWERS)
    return session.set(node.ref, answer)


def fold(values: dict[str, str], changed: Changed) -> dict[str, str]:
    """A journal's way of keeping what changed."""
    kept = {**values, **changed.values}
    return {field: text for field, text in kept.items() if text is not None}


def check(form, seed: int, steps: int) -> None:
    chance = random.Random(seed)
    session = form.open(clock=lambda: SPRING_MORNING)
    kept = session.values()
    for _number in range(steps):
        kept = fold(kept, step(session, chance))
        assert kept == session.values()
    again = form.open(kept, clock=lambda: SPRING_MORNING)
    assert again.values() == session.values()
    assert picture(again) == picture(session)
    assert again.to_xml() == session.to_xml()


@pytest.fixture(scope="module")
def nested():
    return load_form(NESTED)


@given(seed=st.integers(0, 2**32))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_course_of_an_interview_can_be_taken_up_again(nested, seed):
    check(nested, seed, 25)


@pytest.mark.parametrize("name", ["herder_interview.xlsx", "stakeholder_survey.xlsx"])
def test_the_questionnaires_can_be_taken_up_again(name):
    source = shipped("forms") / name
    if not source.is_file():
        pytest.skip(f"{name} is not in the folder of forms")
    form = load_form(Path(source))
    for seed in range(4):
        check(form, seed, 60)


def test_answers_are_kept_apart_from_what_the_form_computes(nested):
    session = nested.open(clock=lambda: SPRING_MORNING)
    session.add_repeat("/data/herd")
    session.set("/data/herd[1]/head", 30)
    answers = session.answers()
    key = session.node("/data/herd[1]").key
    assert key.startswith("k")
    assert answers.fields == {
        "/data/n": "2",
        f"/data/herd[{key}]": "1",
        f"/data/herd[{key}]/head": "30",
        "/data/fold[1]": "1",
        "/data/fold[2]": "2",
    }
    assert set(answers.computed) == {"/data/total", "/data/seen", "/data/meta/instanceID"}


def test_what_is_hidden_is_kept_but_not_handed_on(nested):
    session = nested.open(clock=lambda: SPRING_MORNING)
    session.add_repeat("/data/herd")
    session.set("/data/herd[1]/head", 30)
    session.set("/data/note", "many")
    session.set("/data/herd[1]/head", 3)
    assert session.node("/data/note").text_value == ""
    assert session.answers().fields["/data/note"] == "many"
    assert "/data/note" not in session.answers(relevant_only=True).fields
    session.set("/data/herd[1]/head", 50)
    assert session.node("/data/note").text_value == "many"


def test_brackets_without_a_key_name_no_row(nested):
    values = {"/data/n": "1", "/data/fold[1]": "1", "/data/fold[]": "1", "/data/fold[]/ewe": "Ak"}
    session = nested.open(values, clock=lambda: SPRING_MORNING)
    assert [node.key for node in session.node("/data/fold").children] == ["1"]


def test_a_count_fills_up_rows_of_which_some_are_missing(nested):
    values = {"/data/n": "3", "/data/fold[2]": "x", "/data/fold[2]/ewe": "Ak", "/data/fold[3]": "3"}
    session = nested.open(values, clock=lambda: SPRING_MORNING)
    assert sorted(node.key for node in session.node("/data/fold").children) == ["1", "2", "3"]
    again = nested.open(session.values(), clock=lambda: SPRING_MORNING)
    assert picture(again) == picture(session)
    assert "Ak" in session.values().values()


def test_a_group_that_hid_itself_is_still_hidden_when_the_submission_is_read(open_form):
    parts = (
        "<source>user</source><inputs><source>user</source><name/></inputs><seen/>",
        "<bind nodeset='/data/inputs' relevant=\"./source = 'user'\"/>"
        "<bind nodeset='/data/seen' calculate='string-length(/data/inputs/source)'/>",
        "<group ref='/data/inputs'><input ref='/data/inputs/source'/><input ref='/data/inputs/name'/></group>",
    )
    session = open_form(*parts)
    shown = session.to_xml()
    assert open_form(*parts, answers=shown).node("/data/inputs").relevant
    session.set("/data/inputs/source", "another")
    hidden = session.to_xml()
    assert b"<inputs>" not in hidden
    again = open_form(*parts, answers=hidden)
    assert not again.node("/data/inputs").relevant
    assert not again.node("/data/inputs/source").relevant
    assert again.to_xml() == hidden
