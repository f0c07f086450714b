"""What the harnesses found once, so that it stays mended."""

from __future__ import annotations

from pathlib import Path

import pytest

from cami_survey.engine.api import FormError, XPathError, evaluate, load_form
from tests.engine.conftest import xform

FINDS = sorted((Path(__file__).parent / "finds").iterdir())


@pytest.mark.parametrize("path", FINDS, ids=lambda path: path.name)
def test_a_damaged_form_is_refused(path):
    with pytest.raises(FormError) as caught:
        load_form(path.read_bytes(), name=path.name)
    assert caught.value.sentence


def test_a_place_beyond_all_numbers_holds_nothing():
    assert evaluate("count(//a[" + "9" * 400 + "])", b"<a/>") == 0


def test_a_pattern_that_never_ends_is_an_error():
    with pytest.raises(XPathError, match="takes too long"):
        evaluate("regex('" + "a" * 60 + "', '^(a|aa)+b')", b"<a/>")


@pytest.mark.parametrize(
    ("expression", "rounded"),
    [("round('1E100')", 1e100), ("round('-1e300', 2)", -1e300), ("round(1234.5, 400)", 1234.5), ("round(7, -400)", 0)],
)
def test_a_number_beyond_all_places_can_be_rounded(expression, rounded):
    assert evaluate(expression, b"<a/>") == rounded


@pytest.mark.parametrize("step", ["text()", "@b", "comment()", "node()[descendant-or-self::text()]"])
def test_what_is_no_element_has_a_position(step):
    assert evaluate(f"position({step})", b"<a b='1'>x<b/><!--y--></a>") == 1


RANGE = "<range ref='/data/n' start='{start}' end='5' step='1'><label>N</label></range>"


@pytest.mark.parametrize("start", ["1e999", "-1e999", "nan", "9" * 400])
def test_a_range_from_beyond_all_numbers_is_refused(start):
    form = xform("<n/>", "<bind nodeset='/data/n' type='int'/>", RANGE.format(start=start))
    with pytest.raises(FormError, match="no number for start"):
        load_form(form)


def test_the_whole_form_cannot_repeat():
    form = xform(
        "<n/>", "", "<group ref='/data'><repeat nodeset='/data' jr:count='3'><input ref='/data/n'/></repeat></group>"
    )
    with pytest.raises(FormError, match="/data cannot repeat"):
        load_form(form)


@pytest.mark.parametrize("count", ["1 div /data/n", "-1 div /data/n", "9" * 400, "/data/far", "0 div /data/n"])
def test_a_count_beyond_all_numbers_counts_nothing(count):
    form = load_form(
        xform(
            "<n>0</n><far>1e999</far><row><m/></row>",
            "<bind nodeset='/data/n' type='int'/>",
            f"<input ref='/data/n'/><group ref='/data/row'><repeat nodeset='/data/row' jr:count='{count}'>"
            "<input ref='/data/row/m'/></repeat></group>",
        )
    )
    session = form.open()
    assert session.node("/data/row").count == 0
    session.set("/data/n", 1)
    session.set("/data/n", 0)
    assert form.open(session.values()).values() == session.values()


def test_a_place_beyond_all_numbers_in_the_order_of_computation():
    index = f"position(..) - {'9' * 400}"
    form = xform(
        "<row><m/><before/></row>",
        f"<bind nodeset='/data/row/before' calculate='indexed-repeat(/data/row/m, /data/row, {index})'/>",
        "<group ref='/data/row'><repeat nodeset='/data/row'><input ref='/data/row/m'/></repeat></group>",
    )
    assert load_form(form).open().node("/data/row[1]/before").value is None
