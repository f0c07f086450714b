"""Repeats counted by a selection: every row belongs to a value, and its answers go where the value goes."""

from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cami_survey.engine.api import Changed, Session, UnknownNode, load_form
from cami_survey.engine.rows import key_of, keys_of

from .conftest import SPRING_MORNING, xform

KINDS = ("sheep", "goat", "2", "k3f", "horse")
LIST = "".join(f"<item><name>{kind}</name><label>{kind.title()}</label></item>" for kind in KINDS)


def herds(*, count: str = "count-selected(/data/kinds)", index: str = "position(..) - 1", kinds: str = "") -> bytes:
    """Ticked kinds of animals, a row for each with its number, and totals that depend on order and place."""
    return xform(
        f"<kinds>{kinds}</kinds><n/><stock jr:template=''><sp/><head/><g><note/></g><so_far/></stock><all/><said/>",
        f"<bind nodeset='/data/n' calculate=\"{count}\"/><bind nodeset='/data/stock/head' type='int'/>"
        f"<bind nodeset='/data/stock/sp' calculate=\"selected-at(/data/kinds, {index})\"/>"
        "<bind nodeset='/data/stock/g/note' relevant='../../head &gt; 10'/>"
        "<bind nodeset='/data/stock/so_far' type='int' calculate=\"coalesce(indexed-repeat(/data/stock/so_far,"
        ' /data/stock, position(..) - 1), 0) + coalesce(../head, 0)"/>'
        "<bind nodeset='/data/all' type='int' calculate=\"sum(/data/stock/head[. != ''])\"/>"
        "<bind nodeset='/data/said' calculate=\"join(' ', /data/stock/head)\"/>",
        "<select ref='/data/kinds'><label>Kinds</label><itemset nodeset=\"instance('kinds')/root/item\">"
        "<value ref='name'/><label ref='label'/></itemset></select>"
        "<group ref='/data/stock'><label><output value='../sp'/></label>"
        "<repeat nodeset='/data/stock' jr:count='/data/n'>"
        "<input ref='/data/stock/head'><label>Head of <output value='../sp'/></label></input>"
        "<input ref='/data/stock/g/note'><label>Note</label></input></repeat></group>",
        more=f"<instance id='kinds'><root>{LIST}</root></instance>",
    )


@pytest.fixture(scope="module")
def form():
    return load_form(herds())


@pytest.fixture
def session(form) -> Session:
    return form.open(clock=lambda: SPRING_MORNING)


def rows(session: Session) -> dict[str, str]:
    """Kind -> head, in the order of the rows."""
    return {
        session.node(f"{row.field}/sp").text_value: session.node(f"{row.field}/head").text_value
        for row in session.node("/data/stock").children
    }


def fold(values: dict[str, str], changed: Changed) -> dict[str, str]:
    return {field: text for field, text in {**values, **changed.values}.items() if text is not None}


def test_a_kind_ticked_late_takes_nobodys_answers(session):
    session.set("/data/kinds", "sheep horse")
    session.set("/data/stock[1]/head", 300)
    session.set("/data/stock[2]/head", 7)
    horse = session.node("/data/stock[horse]/head")
    changed = session.set("/data/kinds", "horse goat sheep")
    assert rows(session) == {"sheep": "300", "goat": "", "horse": "7"}
    assert (horse.ref, horse.field, horse.text_value) == ("/data/stock[3]/head", "/data/stock[horse]/head", "7")
    assert horse.label == "Head of horse"
    assert {"/data/stock", "/data/stock[2]", "/data/stock[3]", "/data/stock[3]/head"} <= changed.refs
    assert changed.values == {
        "/data/kinds": "sheep goat horse",
        "/data/n": "3",
        "/data/stock[goat]": "2",
        "/data/stock[goat]/sp": "goat",
        "/data/stock[goat]/so_far": "300",
        "/data/said": "300  7",
    }


def test_what_was_taken_back_comes_again(session):
    session.set("/data/kinds", "sheep goat horse")
    for place, head in enumerate((300, 40, 7), 1):
        session.set(f"/data/stock[{place}]/head", head)
    session.set("/data/stock[goat]/g/note", "white ones")
    kept = session.values()
    gone = session.set("/data/kinds", "sheep horse")
    assert rows(session) == {"sheep": "300", "horse": "7"}
    assert {field for field, text in gone.values.items() if text is None} == {
        f"/data/stock[goat]{inside}" for inside in ("", "/sp", "/head", "/g", "/g/note", "/so_far")
    }
    assert session.node("/data/stock[horse]/so_far").text_value == "307"
    with pytest.raises(UnknownNode):
        session.node("/data/stock[goat]")
    back = session.set("/data/kinds", "sheep goat horse")
    assert session.values() == kept
    assert fold(fold(kept, gone), back) == kept
    assert session.node("/data/stock[goat]/g/note").text_value == "white ones"


def test_another_kind_in_its_place_is_another_row(session):
    session.set("/data/kinds", "goat")
    session.set("/data/stock[1]/head", 40)
    session.set("/data/kinds", "horse")
    assert rows(session) == {"horse": ""}


def test_a_position_goes_on_to_mean_the_position(session):
    session.set("/data/kinds", "2 horse")
    assert [row.key for row in session.node("/data/stock").children] == ["v-2", "horse"]
    assert session.node("/data/stock[2]/sp").text_value == "horse"
    assert session.node("/data/stock[v-2]").ref == "/data/stock[1]"


@given(st.lists(st.text(min_size=1), min_size=2, max_size=8, unique=True))
def test_keys_are_safe_and_tell_values_apart(values):
    keys = [key_of(value) for value in values]
    assert len(set(keys)) == len(keys)
    for key in keys:
        assert re.fullmatch(r"[A-Za-z0-9_.%-]+", key)
        assert not re.fullmatch(r"[0-9]+|k[0-9a-f]+", key)


def test_rows_without_a_value_of_their_own_are_keyed_by_position():
    assert keys_of("goat 2 goat Як", 6) == ["goat", "v-2", "3", "%D0%AF%D0%BA", "5", "6"]
    assert keys_of("goat sheep", 1) == ["goat"]


@pytest.mark.parametrize(
    ("count", "index"),
    [
        ("if(selected(/data/kinds, 'none'), 0, count-selected(/data/kinds))", "position(..)-1"),
        ("count-selected( /data/kinds )", "position( current()/.. )  - 1"),
        ("count-selected(../kinds)", "position(/data/stock) - 1"),
    ],
)
def test_forms_write_it_in_several_ways(count, index):
    session = load_form(herds(count=count, index=index)).open()
    session.set("/data/kinds", "goat")
    assert session.node("/data/stock").children[0].key == "goat"


@pytest.mark.parametrize(
    ("count", "index"), [("2", "position(..) - 1"), ("count-selected(/data/kinds)", "position(..)")]
)
def test_other_counted_repeats_are_keyed_by_position(count, index):
    session = load_form(herds(count=count, index=index)).open()
    session.set("/data/kinds", "goat horse")
    assert [row.field for row in session.node("/data/stock").children] == ["/data/stock[1]", "/data/stock[2]"]


def test_answers_keyed_by_position_find_their_values(form):
    older = {
        "/data/kinds": "sheep horse",
        "/data/stock[1]": "1",
        "/data/stock[1]/head": "300",
        "/data/stock[2]": "2",
        "/data/stock[2]/sp": "horse",
        "/data/stock[2]/head": "7",
    }
    session = form.open(older)
    assert rows(session) == {"sheep": "300", "horse": "7"}
    assert session.node("/data/stock[2]").field == "/data/stock[horse]"
    newer = {**older, "/data/stock[horse]": "5", "/data/stock[horse]/head": "8"}
    assert rows(form.open(newer)) == {"sheep": "300", "horse": "8"}


def test_a_submission_has_positions_alone(form):
    stocks = "<stock><head>7</head></stock><stock><head>3</head></stock>"
    session = form.open(f"<data id='test'><kinds>horse sheep</kinds><n>2</n>{stocks}</data>".encode())
    assert rows(session) == {"sheep": "3", "horse": "7"}
    assert session.values()["/data/stock[horse]/head"] == "7"
    assert rows(form.open(session.to_xml())) == rows(session)


def test_what_the_form_fills_in_itself_is_named_too():
    session = load_form(herds(kinds="goat horse")).open()
    assert [row.key for row in session.node("/data/stock").children] == ["goat", "horse"]


def test_rows_inside_rows_belong_to_the_selection_beside_them():
    form = load_form(
        xform(
            "<camp jr:template=''><kinds/><stock jr:template=''><sp/><head/></stock></camp>",
            "<bind nodeset='/data/camp/stock/sp' calculate='selected-at(/data/camp/kinds, position(..) - 1)'/>",
            "<repeat nodeset='/data/camp'><select ref='/data/camp/kinds'><label>Kinds</label>"
            "<item><label>Goat</label><value>goat</value></item><item><label>Yak</label><value>yak</value></item>"
            "</select><repeat nodeset='/data/camp/stock' jr:count='count-selected(../kinds)'>"
            "<input ref='/data/camp/stock/head'/></repeat></repeat>",
        )
    )
    session = form.open()
    for camp, kinds in ((1, "yak"), (2, "goat yak")):
        session.add_repeat("/data/camp")
        session.set(f"/data/camp[{camp}]/kinds", kinds)
    session.set("/data/camp[1]/stock[yak]/head", "1")
    session.set("/data/camp[2]/stock[yak]/head", "2")
    kept = fold(session.values(), session.set("/data/camp[1]/kinds", "goat yak"))
    assert session.node("/data/camp[1]/stock[2]/head").text_value == "1"
    assert session.node("/data/camp[2]/stock[2]/head").text_value == "2"
    assert kept == session.values() == form.open(kept).values()
    assert form.open(session.to_xml()).to_xml() == session.to_xml()


STEPS = st.lists(
    st.tuples(st.lists(st.sampled_from(KINDS), unique=True), st.sampled_from(KINDS), st.integers(0, 99)), max_size=12
)


@given(steps=STEPS)
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_kind_keeps_its_answers_whatever_is_ticked(form, steps):
    session = form.open(clock=lambda: SPRING_MORNING)
    told: dict[str, str] = {}
    kept = session.values()
    for ticked, kind, head in steps:
        kept = fold(kept, session.set("/data/kinds", " ".join(ticked)))
        if kind in ticked:
            kept = fold(kept, session.set(f"/data/stock[{key_of(kind)}]/head", head))
            told[kind] = str(head)
        shown = [one for one in KINDS if one in ticked]
        assert rows(session) == {one: told.get(one, "") for one in shown}
        assert session.node("/data/said").text_value == " ".join(told.get(one, "") for one in shown)
        assert kept == session.values()
        again = form.open(kept, clock=lambda: SPRING_MORNING)
        assert again.values() == kept
        assert again.to_xml() == session.to_xml()
        heads = re.findall(r"<head>(\d*)</head>|<head/>", session.to_xml().decode())
        assert heads == [told.get(one, "") for one in shown]
        total = sum(int(told.get(one) or 0) for one in shown)
        assert not shown or session.node(f"/data/stock[{len(shown)}]/so_far").text_value == str(total)


def test_a_row_is_found_by_its_key_whatever_came_and_went(session: Session) -> None:
    seen: set[str] = set()
    for kinds in ("sheep goat horse", "goat", "sheep goat", "", "horse sheep", "2 k3f sheep"):
        session.set("/data/kinds", kinds)
        there = session.node("/data/stock").children
        assert [session.node(row.field) for row in there] == there
        gone = seen - {row.field for row in there}
        for field in gone:
            with pytest.raises(UnknownNode):
                session.node(field)
        seen |= {row.field for row in there}
    assert len(seen) == 5
