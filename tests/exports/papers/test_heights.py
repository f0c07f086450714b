"""Heights of rows that a paper tells are those that typst finds out itself."""

from __future__ import annotations

import re
from itertools import product
from random import Random
from typing import get_args

import pytest

from cami_survey.exports.drawing.canvas import Weight
from cami_survey.exports.papers.heights import lines, row_height
from cami_survey.exports.papers.setter import Setter, quoted
from cami_survey.exports.papers.tables import RULES

WORDS = {
    "en": "herders, rangers on winter-pastures, 2.8 (2.0–3.5); keep/tell: “Argali” 25 % AVALANCHE To. WAY “f-fi” n 12",
    "ru": "пастбища и егеря: зимой-весной 2,8 (2,0–3,5); «Архар» 25 % ГУСЬ и/или Тёплый От ЖУЖЖАНИЕ съезд",
    "fa": "دامداران و محیط‌بانان در چراگاه زمستانی ۲٫۸ (۲٫۰–۳٫۵)؛ قوچ وحشی ۲۵ ٪ پارک ملی سازمان",
}
ROOMS = (6.0, 9.0, 13.0, 21.0, 34.0)


def sentences(language: str) -> list[str]:
    draw, words = Random(3), WORDS[language].split()
    return [" ".join(draw.choices(words, k=draw.randint(1, 14))) for _one in range(60)]


@pytest.mark.parametrize("language", list(WORDS))
def test_a_row_is_told_as_high_as_typst_makes_it_or_left_to_it(language: str) -> None:
    told = [
        (text, room, weight, high)
        for text, room, weight in product(sentences(language), ROOMS, get_args(Weight))
        if (high := row_height([text], [room], weight))
    ]
    fonts = f'#set text(font: ("Noto Sans", "Noto Sans Arabic"), lang: "{language}")\n#set par(justify: false)\n'
    pages = (
        f"#page(width: {8 * room + 8}pt, height: auto, margin: 0pt, "
        f"table(columns: (1fr,), text(weight: {weight}, {quoted(text)})))"
        for text, room, weight, _high in told
    )
    drawn = Setter().set(fonts + RULES + "\n".join(pages), format="svg")
    found = [float(re.search(r'viewBox="0 0 \S+ (\S+)"', one.decode())[1]) for one in drawn]  # type: ignore[index]
    assert len(told) > 100
    apart = [8 * high + 3 - there for there, (*_cell, high) in zip(found, told, strict=True)]
    assert min(apart) > -0.02, "no words lie on those of the next row"
    assert sum(one > 0.02 for one in apart) < 0.03 * len(apart)


def test_most_rows_are_certain() -> None:
    every = [(text, room) for text, room in product([*sentences("en"), *sentences("ru")], ROOMS)]
    assert sum(bool(lines(text, room)) for text, room in every) > 0.7 * len(every)


def test_letters_of_other_fonts_and_lines_of_two_make_a_row_uncertain() -> None:
    assert lines("n = 12", 40) == 1
    assert not lines("雪豹", 40)
    assert not lines("two\nlines", 40)
    assert row_height(["one", "یک"], [9, 9]) > row_height(["one", "two"], [9, 9]) > 0
    assert not row_height(["one", "雪豹"], [9, 9])
