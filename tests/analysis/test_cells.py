"""What is said of several at once."""

from __future__ import annotations

import pytest

from cami_survey.analysis.cells import listed
from cami_survey.base.texts import speaking


@pytest.mark.parametrize(
    ("code", "names", "said"),
    [
        ("en", ["Argali", "Urial"], "Argali, Urial"),
        ("ru", ["Цены, рынок", "Урбан"], "Цены, рынок; Урбан"),
        ("fa", ["پلنگ", "قوچ"], "پلنگ، قوچ"),
        ("fa", ["1.2 Overgrazing, livestock", "گرگ"], "\u20681.2 Overgrazing, livestock\u2069؛ گرگ"),
        ("fa", ["خرس، روباه", "Волк"], "خرس، روباه؛ \u2068Волк\u2069"),
        ("fa", [], ""),
    ],
)
def test_names_are_listed_with_the_marks_of_the_language(code: str, names: list[str], said: str) -> None:
    with speaking(code):
        assert listed(names) == said
