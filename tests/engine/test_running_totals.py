"""Totals that go on from row to row, in the ways in which forms write them."""

from __future__ import annotations

from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cami_survey.engine import calculation
from cami_survey.engine.api import Form, load_form

from .conftest import SPRING_MORNING, xform
from .test_recalculation import STEPS, act, picture

BEFORE = "indexed-repeat(/data/rep/total, /data/rep, position(..) - 1)"
WRITTEN = {
    "coalesce": f"coalesce({BEFORE}, 0) + ../x",
    "if": f"if(position(..) = 1, 0, {BEFORE}) + ../x",
    "two back": "coalesce(indexed-repeat(/data/rep/total, /data/rep, position(..) - 2), 0) + ../x",
    "cut off": f"if({BEFORE} &gt; 6, 0, coalesce({BEFORE}, 0) + ../x)",
    "words": f"concat({BEFORE}, ../x)",
    "first rows": "sum(/data/rep[position() &lt;= position(current()/..)]/x)",
    "rows before": "sum(../preceding-sibling::rep/x) + ../x",
    "totals before": "sum(../preceding-sibling::rep/total) + ../x",
    "row before": "coalesce(../preceding-sibling::rep[1]/total, 0) + ../x",
    "two before": "coalesce(../preceding-sibling::rep[2]/total, 0) + ../x",
    "row behind": "coalesce(../following-sibling::rep[1]/x, 0) + ../x",
    "large rows before": "count(../preceding-sibling::rep[x &gt; 1]) + sum(../preceding-sibling::rep/x)",
    "another name": "sum(../preceding-sibling::a) + sum(../preceding-sibling::*/x) + ../x",
}
READERS = {
    "nobody": "",
    "a sum": "<bind nodeset='/data/all' calculate='sum(/data/rep/total)'/>",
    "a share": "<bind nodeset='/data/rep/other' calculate='../total div sum(/data/rep/total)'/>",
    "its row": "<bind nodeset='/data/rep/other' calculate='../total + 1'/>",
    "a condition": "<bind nodeset='/data/rep/y' relevant='../total &gt; 3'/>",
    "the last": "<bind nodeset='/data/all' calculate='/data/rep[last()]/total'/>",
}


def form(total: str, readers: str, kind: str, relevant: str = "") -> Form:
    binds = f"<bind nodeset='/data/rep/x' type='int'/><bind nodeset='/data/rep/total' type='{kind}'{relevant}"
    return load_form(
        xform(
            "<a/><rep jr:template=''><x/><y/><total/><other/></rep><all/>",
            f'{binds} calculate="{total}"/>{readers}',
            "<input ref='/data/a'/><group ref='/data/rep'><repeat nodeset='/data/rep'><input ref='/data/rep/x'/>"
            "<input ref='/data/rep/y'><label>So far <output value='/data/all'/></label></input></repeat></group>",
        )
    )


@given(
    total=st.sampled_from(sorted(WRITTEN)),
    readers=st.sampled_from(sorted(READERS)),
    kind=st.sampled_from(["int", "decimal", "string"]),
    relevant=st.sampled_from(["", " relevant='../x != 2'", " relevant='/data/a != 1'"]),
    rows=st.integers(0, 6),
    steps=STEPS,
    many=st.sampled_from([1, 1000]),
)
@settings(max_examples=120, deadline=None)
def test_a_total_is_what_computing_anew_gives(total, readers, kind, relevant, rows, steps, many):
    made = form(WRITTEN[total], READERS[readers], kind, relevant)
    with patch.object(calculation, "MANY", many):
        session = made.open(clock=lambda: SPRING_MORNING)
        for place in range(1, rows + 1):
            session.add_repeat("/data/rep")
            session.set(f"/data/rep[{place}]/x", str(place % 4))
        for step in steps:
            act(session, *step)
            anew = made.open(session.values(), clock=lambda: SPRING_MORNING)
            assert picture(session) == picture(anew), step
            assert session.values() == anew.values()


@pytest.mark.parametrize("written", ["coalesce", "if", "first rows", "rows before", "row before"])
def test_a_change_is_told_for_every_row_behind_it(written: str):
    session = form(WRITTEN[written], READERS["a sum"], "int").open()
    for place in range(1, 101):
        session.add_repeat("/data/rep")
        session.set(f"/data/rep[{place}]/x", "1")
    key = session.node("/data/rep[60]").field
    changed = session.set("/data/rep[60]/x", "2")
    totals = {ref for ref in changed.refs if ref.endswith("/total")}
    assert totals == {f"/data/rep[{place}]/total" for place in range(60, 101)}
    assert changed.values[f"{key}/total"] == "61"
    assert session.node("/data/all").value == "5091"
    session.remove_repeat("/data/rep[1]")
    assert [session.node(f"/data/rep[{place}]/total").value for place in (1, 58, 59, 99)] == [1, 58, 60, 100]


def test_each_row_is_computed_once(monkeypatch):
    found = []
    evaluating = calculation._run_of

    def noted(expression, many):
        run = evaluating(expression, many)
        return lambda node, context: found.append(node.ref) or run(node, context)

    monkeypatch.setattr(calculation, "_run_of", noted)
    session = form(WRITTEN["coalesce"], "", "int").open()
    for place in range(1, 6):
        session.add_repeat("/data/rep")
        session.set(f"/data/rep[{place}]/x", "1")
    found.clear()
    session.set("/data/rep[2]/x", "3")
    assert found == [f"/data/rep[{place}]/total" for place in range(2, 6)]
    found.clear()
    session.form.open(session.values())
    assert found == [f"/data/rep[{place}]/total" for place in range(1, 6)]
    found.clear()
    session.set("/data/rep[2]/x", "3")
    assert found == []
