"""Figures on paper are read without colours too."""

from __future__ import annotations

from itertools import pairwise

from cami_survey.analysis.results import BarChart
from cami_survey.exports.drawing.canvas import Canvas
from cami_survey.exports.drawing.lines import UNDERLINE, bars
from cami_survey.exports.drawing.look import PAPER, luminance

ROOM = 0.07


def test_tones_differ_in_lightness() -> None:
    greys = [luminance(colour) for colour in (PAPER.bad, PAPER.good, PAPER.notable, PAPER.quiet)]
    assert all(lighter - darker >= ROOM for darker, lighter in pairwise(greys))


def test_the_good_end_of_a_scale_is_underlined_in_the_bar_and_in_its_legend() -> None:
    scale = BarChart(("Wolves",), ("--", "-", "0", "+", "++"), ((0.2, 0.2, 0.2, 0.2, 0.2),), (20,), "percent")
    tones = BarChart(("Measures",), ("for", "against"), ((2, 3),), (5,), tones=("good", "bad"))
    assert [_lines(chart) for chart in (scale, tones)] == [4, 2]


def _lines(chart: BarChart) -> int:
    canvas = Canvas(600.0, PAPER)
    bars(canvas, chart)
    return canvas.drawing(300.0).svg.count(f'height="{UNDERLINE:.1f}"')
