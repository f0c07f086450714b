"""Figures are drawn: everything that is said is there, nothing covers anything, the same in gives the same out."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from cami_survey.analysis.methods.findings import Interval, TooFew
from cami_survey.analysis.results import (
    BarChart,
    Cell,
    Chart,
    Column,
    DotChart,
    DotLine,
    Figure,
    GridChart,
    Mark,
    MatrixChart,
    NetworkChart,
    Node,
    Point,
    ResultTable,
    Tie,
)
from cami_survey.base import texts
from cami_survey.exports.drawing.canvas import Canvas, Drawing
from cami_survey.exports.drawing.figures import draw, height
from cami_survey.exports.drawing.look import PAPER, Look, ink_on, luminance, mixed
from cami_survey.exports.drawing.network import layout

SVG = "{http://www.w3.org/2000/svg}"
RTL = replace(PAPER, right_to_left=True)
QUADRANTS = ("Keep satisfied", "Manage closely", "Monitor", "Keep informed")


def grid(*points: Point) -> GridChart:
    return GridChart("Interest", "Influence", (1, 5), (3.5, 3.5), QUADRANTS, points)


DOTS = DotChart(
    ("works now", "importance"),
    (1, 5),
    ("very low", "very high"),
    (DotLine("Fences & roads", (Mark(0, 2.0, Interval(1.5, 2.5)), Mark(1, 4.5)), 44, "2.5", ("r1", "r2")),),
    "gap",
)
BARS = BarChart(("Wolf", "Winter"), ("Sheep",), ((3,), (12,)), (20, 21))
SCALE = BarChart(("I agree",), ("no", "neither", "yes"), ((0.2, 0.3, 0.5),), (10,), "percent")
MATRIX = MatrixChart("m", "gap 0", "4")
TABLE = ResultTable(
    "m",
    "M",
    (Column("s", "Species"), Column("a", "Poaching", "number"), Column("b", "Border fences", "number")),
    (
        (Cell("Argali"), Cell(3.2, 9, weight=0.8, records=("r7",)), Cell(TooFew("too few", 2, 5))),
        (Cell("Saiga"), Cell(None, hidden=True, tone="hidden"), Cell(None)),
    ),
)
NETWORK = NetworkChart(
    (Node("a", "Border guard", 1, "Authority"), Node("b", "Herders", 0.2, "Group")), (Tie("a", "b", False),)
)
ALL: list[Chart] = [grid(Point("Rangers", 4, 4, 12, Interval(3, 5))), DOTS, BARS, SCALE, MATRIX, NETWORK]


def drawn(chart: Chart, look: Look = PAPER, width: float = 640) -> Drawing:
    return draw(Figure("f", "F", "", chart, ""), (TABLE,), width, look)


def words(drawing: Drawing) -> list[str]:
    return [element.text or "" for element in etree.fromstring(drawing.svg.encode()).iter(f"{SVG}text")]


@pytest.mark.parametrize("chart", ALL, ids=lambda chart: type(chart).__name__)
@pytest.mark.parametrize("look", [PAPER, RTL], ids=["ltr", "rtl"])
def test_the_height_is_known_without_drawing(chart: Chart, look: Look) -> None:
    for width in (240, 333, 640, 900):
        assert height(Figure("f", "F", "", chart, ""), (TABLE,), width, look) == drawn(chart, look, width).height


def test_how_many_stand_behind_a_point_is_written_in_the_digits_of_the_language() -> None:
    texts.set_language("fa")
    try:
        drawing = drawn(grid(Point("Rangers", 4, 4, 12)))
    finally:
        texts.set_language("en")
    assert "۱۲" in drawing.svg
    assert drawing.spots[0].label == "Rangers, n = ۱۲"


@pytest.mark.parametrize(
    ("chart", "said"),
    [
        (ALL[0], {"Rangers", "12", "Interest", "Influence", *QUADRANTS}),
        (DOTS, {"Fences & roads", "2.5", "n 44", "works now", "importance", "gap", "1 very low", "5 very high"}),
        (BARS, {"Wolf", "Winter", "3", "12", "n 20", "n 21"}),
        (SCALE, {"no", "neither", "yes", "20 %", "30 %", "50 %"}),
        (MATRIX, {"Argali", "Saiga", "Poaching", "Border fences", "3.2", "n 2", "–", "hidden", "gap 0", "4"}),
        (NETWORK, {"Border guard", "Herders", "Authority", "Group", "Dashed: named by one side only."}),
    ],
    ids=["grid", "dots", "bars", "scale", "matrix", "network"],
)
def test_what_is_to_be_read_is_there(chart: Chart, said: set[str]) -> None:
    assert said <= {word.strip() for word in words(drawn(chart))}


@pytest.mark.parametrize("chart", ALL, ids=lambda chart: type(chart).__name__)
def test_the_same_figure_is_drawn_the_same_and_mirrored_where_one_reads_from_the_right(chart: Chart) -> None:
    assert drawn(chart) == drawn(chart)
    there, mirrored = drawn(chart), drawn(chart, RTL)
    assert sorted(words(there)) == sorted(words(mirrored))
    assert there.svg != mirrored.svg
    for left, right in zip(there.spots, mirrored.spots, strict=True):
        assert right.left == pytest.approx(there.width - left.left - left.width)


@pytest.mark.parametrize("look", [PAPER, RTL, replace(PAPER, text=24.0)], ids=["paper", "right to left", "200 %"])
@pytest.mark.parametrize("chart", ALL, ids=lambda chart: type(chart).__name__)
def test_everything_stays_on_the_sheet(chart: Chart, look: Look) -> None:
    drawing = drawn(chart, look)
    for spot in drawing.spots:
        assert spot.left >= -1
        assert spot.left + spot.width <= drawing.width + 1
        assert spot.top >= -1
        assert spot.top + spot.height <= drawing.height + 1


@given(st.lists(st.tuples(st.floats(1, 5), st.floats(1, 5), st.integers(1, 300)), max_size=25))
def test_names_in_a_grid_never_cover_each_other(places: list[tuple[float, float, int]]) -> None:
    points = [Point(f"Organisation {number}", x, y, n) for number, (x, y, n) in enumerate(places)]
    drawing = drawn(grid(*points))
    assert len(drawing.spots) == len(points)
    canvas = Canvas(640, PAPER)
    boxes = []
    for element in etree.fromstring(drawing.svg.encode()).iter(f"{SVG}text"):
        if (element.text or "").startswith("Organisation"):
            x, y = float(element.get("x", "")), float(element.get("y", ""))
            boxes.append((x, y - 8, x + canvas.measure(element.text or "", size=0.9), y + 2))
    for first, second in combinations(boxes, 2):
        assert first[0] >= second[2] or second[0] >= first[2] or first[1] >= second[3] or second[1] >= first[3]


def test_behind_a_mark_are_its_interviews() -> None:
    assert drawn(DOTS).spots[0].records == ("r1", "r2")
    assert drawn(MATRIX).spots[0].records == ("r7",)
    assert drawn(MATRIX).spots[0].label == "Argali, Poaching"


@pytest.mark.parametrize(
    "chart",
    [
        grid(),
        replace(DOTS, lines=()),
        BarChart((), ("s",), (), ()),
        NetworkChart((), ()),
        replace(BARS, values=((0,), (0,))),
    ],
    ids=["grid", "dots", "bars", "network", "zeros"],
)
def test_nothing_to_show_draws_an_empty_frame(chart: Chart) -> None:
    assert etree.fromstring(drawn(chart).svg.encode()).tag == f"{SVG}svg"


def test_markup_in_names_stays_words() -> None:
    chart = BarChart(("<script>&",), ("s",), ((1,),), (1,))
    assert "<script>&" in words(drawn(chart))


def test_a_narrow_matrix_turns_its_headings() -> None:
    columns = (Column("s", "Species"), *(Column(f"c{at}", "Unsustainable livestock", "number") for at in range(20)))
    table = ResultTable("m", "M", columns, ((Cell("Argali"), *(Cell(1.0, weight=0.2) for _ in range(20))),))
    svg = draw(Figure("f", "F", "", MATRIX, ""), (table,), 400).svg
    assert svg.count("rotate(-90") == 20


@pytest.mark.parametrize("look", [PAPER, RTL])
def test_the_name_of_a_row_of_a_matrix_is_never_cut(look: Look) -> None:
    name = "Department of pastures, forests and wildlife of the provincial government of the eastern mountains"
    joined = "Naturschutzverwaltungsangelegenheitenbehoerde"
    rows = tuple((Cell(said), Cell(1.0, 9), Cell(2.0, 9)) for said in (name, joined, "Saiga"))
    table = replace(TABLE, rows=rows)
    drawing = draw(Figure("f", "F", "", MATRIX, ""), (table,), 480, look)
    said = words(drawing)
    assert not any("…" in part for part in said)
    assert name in " ".join(said)
    assert joined in "".join(said)
    bottoms = [spot.top + spot.height for spot in drawing.spots[::2]]
    tops = [spot.top for spot in drawing.spots[::2]]
    assert all(bottom <= top for bottom, top in zip(bottoms, tops[1:], strict=False)), "rows lie below each other"
    assert bottoms[0] - tops[0] > 2 * (bottoms[2] - tops[2]), "a row is as tall as its name"


def test_figures_speak_the_language_of_the_reader() -> None:
    texts.set_language("fa")
    try:
        assert "۳٫۲" in words(drawn(MATRIX, RTL))
    finally:
        texts.set_language("en")


@given(st.text(max_size=80), st.floats(0, 300))
def test_words_are_cut_to_their_room(text: str, room: float) -> None:
    canvas = Canvas(640, PAPER)
    told = canvas.fitted(text, room)
    assert told in (text, "") or canvas.measure(told) <= room


def test_persian_words_keep_what_parts_their_letters() -> None:
    canvas = Canvas(640, PAPER)
    canvas.words(0, 10, "گونه\u200cها\u202e", room=600)
    assert "گونه\u200cها<" in canvas.drawing(20).svg
    assert canvas.measure("گونه\u200cها") == canvas.measure("گونهها")


def test_long_words_wrap_and_lose_nothing_that_has_room() -> None:
    canvas = Canvas(640, PAPER)
    assert canvas.wrapped("Road and rail", 60, 3) == ["Road and", "rail"]
    assert canvas.wrapped("", 60, 3) == []


def test_every_ground_is_readable() -> None:
    """A contrast of 4.4 or more, nearly the 4.5 of WCAG, along the whole ramp."""
    for step in range(101):
        ground = mixed(*PAPER.ramp, step / 100)
        assert _contrast(ground, ink_on(ground)) >= 4.4


def _contrast(first: str, second: str) -> float:
    low, high = sorted((luminance(first), luminance(second)))
    return (high + 0.05) / (low + 0.05)


@given(st.integers(0, 12), st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), max_size=20))
def test_a_network_lies_on_its_sheet(count: int, ties: list[tuple[int, int]]) -> None:
    names = tuple(f"n{at}" for at in range(count))
    places = layout(names, tuple((f"n{first}", f"n{second}") for first, second in ties))
    assert tuple(places) == names
    assert all(0 <= x <= 1.000001 and 0 <= y <= 1.000001 for x, y in places.values())


def test_names_that_differ_by_their_number_keep_it_where_they_are_cut() -> None:
    alike = "Company: transport, energy, mining and everything else that is built"
    nodes = tuple(Node(f"n{at}", f"{alike} {at}", 1) for at in (1, 2))
    drawn = draw(Figure("n", "N", "", NetworkChart(nodes, ()), ""), ()).svg
    assert re.findall(r"… (\d)<", drawn) == ["1", "2"]


def test_arabic_letters_that_join_are_letters_beside_brackets_too() -> None:
    from cami_survey.exports.papers.pictures import pictures

    drawn = []
    # As boxes, one for each letter, both words would be the same picture.
    for word in ("علاقه (x)", "فلامم (x)"):
        canvas = Canvas(200, RTL)
        canvas.words(150, 20, word)
        drawn.append(canvas.drawing(30).svg)
    first, second = pictures(drawn)
    assert first != second
