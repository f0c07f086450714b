"""What stands beside each other lines up, and nothing a field says is lost behind its button."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from cami_survey.base.settings import Settings
from cami_survey.engine.api import load_form
from cami_survey.ui import theme
from cami_survey.ui.interview.answers.moment import DateAnswer
from cami_survey.ui.interview.block import Block, QuestionBlock
from tests.ui.interview.conftest import Open

EVERY = Path(__file__).with_name("every.md")
BESIDE = """| survey |
| | type | name | label::English (en) | label::Russian (ru) | hint::English (en) | appearance |
| | begin group | g | Family | Семья | | w4 |
| | text | a | Name | Имя | | w1 |
| | integer | b | How many go with the herds in summer? | Сколько идут со стадами летом на пастбище? | Count all. | w1 |
| | date | c | Since when? | С когда? | | w1 |
| | text | d | Alone in its row | Один | | w4 |
| | end group | | | | | |
| settings |
| | style | default_language |
| | theme-grid | English (en) |
"""


@pytest.mark.parametrize("language", ["en", "ru"])
def test_answers_beside_each_other_begin_at_one_height(open_form: Open, qapp: QApplication, language: str) -> None:
    run = open_form(
        load_form(BESIDE.encode()),
        settings=Settings(question_language=language, second_language="en"),
        size=(1440, 900),
    )
    blocks = [run.block(f"/data/g/{name}") for name in "abc"]
    assert len({block.y() for block in blocks}) == 1, "they stand in one row"
    assert len(tops(blocks)) == 1
    assert len({block.words_height(block.width()) for block in blocks}) > 1, "their words take different room"
    assert run.block("/data/g/d").lead == 0, "this one has a row of its own"
    run.page.turn_language()
    assert len(tops(blocks)) == 1, "in other words too"
    # The row becomes a column: nobody keeps the room of the others.
    theme.apply(qapp, text_size=200, motion=False)
    run.page.resize(560, 900)
    QApplication.processEvents()
    assert len({block.y() for block in blocks}) == 3
    assert [block.lead for block in blocks] == [0, 0, 0]


def tops(blocks: list[Block]) -> set[int]:
    """Where the answers of these blocks begin."""
    return {block.y() + block.answer.y() for block in blocks if isinstance(block, QuestionBlock)}


@pytest.mark.parametrize("size", [100, 200])
@pytest.mark.parametrize("language", ["en", "fa"])
def test_an_example_of_a_day_is_never_lost_behind_the_button(
    open_form: Open, qapp: QApplication, size: int, language: str
) -> None:
    theme.apply(qapp, text_size=size, motion=False)
    run = open_form(load_form(EVERY), settings=Settings(question_language=language))
    for name in ("day", "month", "solar", "nepali", "moment"):
        run.go_to(f"/data/dated/{name}")
        answer = run.answer(f"/data/dated/{name}")
        assert isinstance(answer, DateAnswer)
        assert answer.button is not None
        words = theme.metrics("body").horizontalAdvance(answer.edit.placeholderText())
        assert words + answer.button.width() <= answer.edit.width(), name
        assert not answer.edit.textMargins().isNull()
