"""A calculation of many rows gives by its own function what it gives as a closure."""

from __future__ import annotations

from unittest.mock import patch

import pytest
from hypothesis import assume, given, settings

from cami_survey.engine import calculation
from cami_survey.engine.api import load_form
from cami_survey.engine.xpath.fused import fused
from cami_survey.engine.xpath.parser import parse

from .conftest import SPRING_MORNING, xform
from .test_recalculation import Course, act, courses, loaded, picture

ALWAYS, NEVER = 1, 1_000_000
ROWS = ("", "0", "-0", "7", "2.5", "2026-03-02", "abc")
PARTS = (
    "2",
    "../x",
    "current()/../x",
    "../missing",
    "../..",
    "/data/a",
    "/data/a/missing",
    "/data/g",
    "/data/rep/x",
    "-(../x)",
    "position(..)",
    "position(..) - 1",
    "coalesce(../x, 0)",
    "coalesce(../x, coalesce(/data/a, 5))",
    "coalesce(../g, 3)",
    "coalesce('', 3)",
    "if(position(..) = 2, 0, ../x)",
    "if(../x = 7, 'word', '4')",
    "if(../x + 1 != 1, ../x, if(position(..) > 3, /data/a, -1))",
    "indexed-repeat(/data/rep/x, /data/rep, position(..) - 1)",
    "indexed-repeat(/data/rep/x, /data/rep, /data/a)",
    "coalesce(indexed-repeat(/data/rep/g/y, /data/rep, 2), 1)",
    "sum(/data/rep/x)",
    "string-length(../x)",
    "(../x + 1) * 2",
)
SIGNS = ("+", "-", "*", "div", "mod")


@pytest.fixture(scope="module")
def rows():
    instance = "<a>3</a><g><b/></g>" + "".join(f"<rep><x>{row}</x><g><y>4</y></g><c/></rep>" for row in ROWS)
    body = "<group ref='/data/rep'><repeat nodeset='/data/rep'><input ref='/data/rep/x'/></repeat></group>"
    return load_form(xform(instance, "", body)).open(clock=lambda: SPRING_MORNING)


@pytest.mark.parametrize("sign", SIGNS)
@pytest.mark.parametrize("left", PARTS)
def test_arithmetic_is_the_same_in_one_function(rows, left: str, sign: str):
    """Told apart to the sign of a zero and to what is no number."""
    compiler, calculator = rows.form.compiler, rows.calculator
    nodes = rows.surroundings.at(rows.form.by_path["/data/rep/c"])
    assert len(nodes) == len(ROWS)
    for right in PARTS:
        tree = parse(f"{left} {sign} {right}")
        swift, closure = fused(compiler, tree), compiler.code(tree).run
        assert swift is not None
        for node in nodes:
            given = repr(swift(node, calculator.context(node))), repr(closure(node, calculator.context(node)))
            assert given[0] == given[1], (left, sign, right, node.ref)


def test_names_of_the_form_never_become_source(rows):
    tree = parse("../x + coalesce(../name.with-dots, 'quote\" and \\ and newline') + /data/a")
    node = rows.surroundings.at(rows.form.by_path["/data/rep/c"])[3]
    swift = fused(rows.form.compiler, tree)
    assert repr(swift(node, rows.calculator.context(node))) == "nan"


@pytest.mark.parametrize("expression", ["../x", "'text'", "concat(../x, 1)", " + ".join(["../x"] * 500)])
def test_what_is_no_arithmetic_or_too_long_stays_as_it_is(rows, expression: str):
    assert fused(rows.form.compiler, parse(expression)) is None


def test_what_is_nested_deep_is_called(rows):
    tree = parse("1 + " + "coalesce(../missing, 1 + " * 20 + "../x" + ")" * 20)
    node = rows.surroundings.at(rows.form.by_path["/data/rep/c"])[3]
    assert fused(rows.form.compiler, tree)(node, rows.calculator.context(node)) == 28


@given(course=courses())
@settings(max_examples=40, deadline=None)
def test_a_change_reaches_everything_it_concerns_by_functions_too(course: Course):
    form = loaded(course.xml)
    assume(form is not None)
    assume(not form.graph.circles)
    with patch.object(calculation, "MANY", ALWAYS):
        session = form.open(clock=lambda: SPRING_MORNING)
    for step in course.steps:
        with patch.object(calculation, "MANY", ALWAYS):
            act(session, *step)
        with patch.object(calculation, "MANY", NEVER):
            anew = form.open(session.values(), clock=lambda: SPRING_MORNING)
        assert picture(session) == picture(anew), step
        assert session.values() == anew.values()
