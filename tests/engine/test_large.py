"""Large lists, long and hostile expressions: the same answers as small ones, in bounded time."""

from __future__ import annotations

import gc

import pytest

from cami_survey.engine.api import load_form
from cami_survey.engine.xpath.compiler import Compiler

from .conftest import xform

ROWS = [
    ("n1", "One", "7", "a"),
    ("n2", "Two", "30", "b"),
    ("n3", "", "x", "a"),
    ("n4", "Four", "", "c"),
    ("n5", "Five", "7", "b"),
]
ITEMSET = (
    "<select1 ref='/data/q'><itemset nodeset=\"instance('l')/root/item[{}]\"><value ref='name'/></itemset></select1>"
)
FILTERS = [
    "pop &lt; 20",
    "pop &gt;= 7 and grp != /data/a",
    "grp = 'a' or pop = /data/n",
    "not(grp = /data/a)",
    "pop = 7",
    "pop = /data/n and starts-with(label, 'F')",
    "contains(label, 'o') or contains(label, 'O')",
    "selected('a c', grp)",
    "label",
    "string-length(label) = 3",
    "missing = ''",
    "not(missing)",
    "position() &lt; 3 and grp != 'c'",
    "pop &gt; 5 and position() &gt; 1",
    "number(pop) = number(pop)",
    "../item[1]/grp = grp",
    "grp = current()/../a",
    "grp = /data/a or name = 'n2'",
    "missing = '' or name = /data/none or grp = 'c'",
    "grp = true() or label = ''",
    "(grp = 'b' or pop = '7') and not(label = /data/a)",
    "name &gt; 'n2' or grp &lt; pop",
    "true()",
    "2",
    "starts-with(label, /data/none) and contains(label, 'o')",
    "not(contains(label, 'e'))",
    "not(starts-with(name, 'n1')) or not(missing = 'x')",
    "contains('One Two', label)",
    "/data/n &gt;= pop",
    "pop != /data/n",
    "pop != /data/none",
    "label != /data/none",
    "grp = /data/*",
    "grp != /data/*",
    "pop &lt;= /data/*",
    "pop = true()",
    "pop != false()",
    "pop &lt; true()",
    "grp != 'a' and grp != /data/a and (grp = 'b' or starts-with(grp, 'c'))",
]


@pytest.mark.parametrize("condition", FILTERS)
def test_a_filter_of_a_table_gives_what_it_gives_of_a_list_in_the_form(condition):
    columns = ("name", "label", "pop", "grp")
    table = "\n".join(",".join(row) for row in [columns, *ROWS])
    written = "".join(
        "<item>" + "".join(f"<{name}>{text}</{name}>" for name, text in zip(columns, row, strict=True)) + "</item>"
        for row in ROWS
    )
    offered = []
    for more in ("<instance id='l' src='jr://file-csv/l.csv'/>", f"<instance id='l'><root>{written}</root></instance>"):
        body = ITEMSET.format(condition)
        form = load_form(xform("<a>a</a><n>7</n><q/>", "", body, more), media={"l.csv": table.encode()})
        offered.append([choice.value for choice in form.open().node("/data/q").choices])
    assert offered[0] == offered[1]


@pytest.mark.parametrize("condition", [condition for condition in FILTERS if condition != "2"])
def test_a_filter_asked_of_texts_gives_what_it_gives_when_each_row_is_asked(condition):
    table = "\n".join(",".join(row) for row in [("name", "label", "pop", "grp"), *ROWS, ROWS[0], ("n6", "One")])
    offered = []
    for asked in (condition, f"position() &gt; 0 and ({condition})"):
        more = "<instance id='l' src='jr://file-csv/l.csv'/>"
        form = load_form(
            xform("<a>a</a><n>7</n><none/><q/>", "", ITEMSET.format(asked), more), media={"l.csv": table.encode()}
        )
        offered.append([choice.value for choice in form.open().node("/data/q").choices])
    assert offered[0] == offered[1]


def test_a_row_too_short_for_the_column_has_an_empty_cell():
    body = ITEMSET.format("pop = ''")
    form = load_form(
        xform("<q/>", "", body, "<instance id='l' src='jr://file-csv/l.csv'/>"),
        media={"l.csv": b"name,pop\nn1,2\nn2\nn3,"},
    )
    assert [choice.value for choice in form.open().node("/data/q").choices] == ["n2", "n3"]


def test_a_regular_expression_that_explodes_is_given_up(open_form):
    session = open_form(
        "<q/><found/>",
        "<bind nodeset='/data/q' constraint=\"regex(., '^(a|aa)+$')\"/>"
        "<bind nodeset='/data/found' calculate=\"regex(/data/q, '^(x|xx)+$')\"/>",
        "<input ref='/data/q'/>",
    )
    session.set("/data/q", "a" * 60 + "!")
    assert session.node("/data/q").violation == "constraint"
    session.set("/data/q", "x" * 60 + "!")
    assert session.node("/data/found").text_value == ""
    session.set("/data/q", "xx")
    assert session.node("/data/found").text_value == "true"


def test_sixty_groups_in_one_another_and_six_thousand_terms(open_form):
    names = [f"g{depth}" for depth in range(60)]
    path = "/data/" + "/".join(names) + "/q"
    long = " + ".join(["number(/data/n)"] * 6000)
    session = open_form(
        "".join(f"<{name}>" for name in names)
        + "<q/>"
        + "".join(f"</{name}>" for name in reversed(names))
        + "<n>1</n><all/><any/>",
        f"<bind nodeset='{path}' relevant='/data/n = 1'/><bind nodeset='/data/all' calculate='{long}'/>"
        f"<bind nodeset='/data/any' calculate=\"{' or '.join(['/data/n = 5'] * 6000)}\"/>",
        f"<input ref='{path}'/>",
    )
    assert session.node(path).relevant
    assert session.node("/data/all").text_value == "6000"
    session.set("/data/n", "2")
    assert (session.node("/data/all").text_value, session.node("/data/any").text_value) == ("12000", "false")
    assert not session.node(path).relevant


def test_the_collector_looks_at_a_large_form_while_it_is_opened_first(monkeypatch):
    form = load_form(xform("".join(f"<question_{place}>{'x' * 50}</question_{place}>" for place in range(1000))))
    looked = []
    monkeypatch.setattr(gc, "collect", looked.append)
    form.open()
    form.open()
    assert looked == [1]
    load_form(xform("<a/>")).open()
    assert looked == [1]


def test_an_answer_to_a_large_form_compiles_nothing(monkeypatch):
    """Also what was hidden until then, and in a form that is opened for the first time."""
    texts = "".join(f"<hint{number}>{'x' * 500}</hint{number}>" for number in range(110))
    binds = (
        "<bind nodeset='/data/more' relevant=\"/data/q = 'yes'\"/>"
        "<bind nodeset='/data/more/twice' calculate='concat(/data/q, string-length(/data/q) + 1)'/>"
    )
    form = load_form(xform(f"<q/><more><twice/></more>{texts}", binds, "<input ref='/data/q'/>"))
    session = form.open()
    monkeypatch.setattr(Compiler, "_compile", None)
    session.set("/data/q", "yes")
    assert session.node("/data/more/twice").value == "yes4"
