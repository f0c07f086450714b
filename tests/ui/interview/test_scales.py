"""Scales whose values have words, numbers of several digits, and long texts of as many lines as the form wants."""

from __future__ import annotations

from itertools import pairwise

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from cami_survey.engine.api import Form, load_form
from cami_survey.ui import theme
from cami_survey.ui.interview.answers import scale_words
from cami_survey.ui.interview.answers.choice_list import options
from cami_survey.ui.interview.answers.scale import RangeAnswer
from cami_survey.ui.interview.answers.text import LongTextAnswer
from cami_survey.ui.interview.reading import Reading
from tests.ui.interview.conftest import FORMS, Open, Running

Key = Qt.Key
SCALES = b"""| survey |
| | type | name | label | appearance | parameters |
| | range | share | Which share? | | start=0 end=100 step=5 |
| | range | warm | How warm? | Vertical | start=-20 end=40 step=0.5 |
| | range | trust | How far? | | start=0 end=10 step=1 tick_interval=5 tick_labelset=ends placeholder=6 |
| | range | mood | In which mood? | | start=1 end=4 step=1 tick_labelset=moods |
| | text | story | What happened? | Multiline | rows=8 |
| choices |
| | list_name | name | label |
| | ends | 0 | Not at all |
| | ends | 5 | Half and half |
| | ends | 10 | Wholly |
"""
SCALES += b"".join(b"| | moods | %d | Extraordinarily %d |\n" % (place, place) for place in range(1, 5))


@pytest.fixture(scope="module")
def scales(qapp: QApplication) -> Form:
    return load_form(SCALES)


def scale(run: Running, ref: str) -> RangeAnswer:
    run.go_to(ref)
    answer = run.answer(ref)
    assert isinstance(answer, RangeAnswer)
    return answer


@pytest.mark.parametrize(
    ("ref", "keys", "value"),
    [
        ("share", "45", "45"), ("share", "100", "100"), ("share", "1005", "5"), ("share", "47", ""),
        ("share", "-5", "5"), ("warm", "12.5", "12.5"), ("warm", "12,5", "12.5"), ("warm", "-7", "-7"),
        ("warm", "-7.25", "-7"), ("share", "۴۵", "45"), ("trust", "10", "10"), ("trust", "99", "9"),
    ],
)  # fmt: skip
def test_a_number_is_typed_digit_by_digit(open_form: Open, scales: Form, ref: str, keys: str, value: str) -> None:
    run = open_form(scales)
    run.go_to(f"/data/{ref}")
    run.type(keys)
    held = run.value(f"/data/{ref}")
    assert (float(held) if held else "") == (float(value) if value else "")


def test_what_was_typed_is_forgotten_by_an_arrow_and_elsewhere(open_form: Open, scales: Form) -> None:
    run = open_form(scales)
    run.go_to("/data/share")
    run.type("5")
    run.press(Key.Key_Up)
    run.type("5")
    assert run.value("/data/share") == "5"
    run.press(Key.Key_Return)
    run.go_to("/data/share")
    run.type("5")
    assert run.value("/data/share") == "5"


def test_values_have_the_words_of_the_form(open_form: Open, scales: Form) -> None:
    run = open_form(scales)
    answer = scale(run, "/data/trust")
    assert answer.named == {0: "Not at all", 5: "Half and half", 10: "Wholly"}
    run.type("10")
    assert answer.line.accessibleDescription() == "10 Wholly"
    run.type("7")
    assert answer.line.accessibleDescription() == "7"


def test_the_first_arrow_begins_where_the_form_says(open_form: Open, scales: Form) -> None:
    run = open_form(scales)
    run.go_to("/data/trust")
    assert run.value("/data/trust") == ""
    run.press(Key.Key_Right)
    assert run.value("/data/trust") == "6"
    run.press(Key.Key_Right)
    assert run.value("/data/trust") == "7"


def test_a_knob_that_is_dragged_is_one_answer_and_taken_back_at_once(open_form: Open, scales: Form) -> None:
    run = open_form(scales)
    answer = scale(run, "/data/share")
    run.type("20")
    given: list[str] = []
    answer.answered.connect(given.append)
    line = answer.line
    places = [QPoint(line.width() * tenth // 10, line.height() // 2) for tenth in range(3, 9)]
    QTest.mousePress(line, Qt.MouseButton.LeftButton, pos=places[0])
    for place in places:
        QTest.mouseMove(line, place)
    QTest.mouseRelease(line, Qt.MouseButton.LeftButton, pos=places[-1])
    assert len(given) == 1
    assert float(run.value("/data/share")) >= 75
    run.undo()
    assert run.value("/data/share") == "20"


@pytest.mark.parametrize("size", [100, 200])
@pytest.mark.parametrize("width", [1440, 700, 420])
def test_words_of_values_do_not_lie_over_each_other(
    open_form: Open, scales: Form, qapp: QApplication, size: int, width: int
) -> None:
    theme.apply(qapp, text_size=size, motion=False)
    answer = scale(open_form(scales, size=(width, 900)), "/data/trust")
    line, track = answer.line, answer.line._track()
    if answer.upright:
        heights = sorted(line._at(place).y() for place in answer.named)
        assert all(after - before >= theme.metrics("small").height() for before, after in pairwise(heights))
        return
    rooms = scale_words.rooms(answer.named, answer.steps.count, track.width())
    for one, other in pairwise(sorted(answer.named)):
        apart = line._at(other).x() - line._at(one).x()
        assert sum(rooms[place] // (1 if place in (0, 10) else 2) for place in (one, other)) <= apart + 2 * theme.u(12)


def test_a_line_stands_upright_where_its_words_have_no_room(open_form: Open, scales: Form) -> None:
    run = open_form(scales)
    assert not scale(run, "/data/mood").upright
    run.page.resize(420, 900)
    QApplication.processEvents()
    answer = scale(run, "/data/mood")
    assert answer.upright
    heights = [answer.line._at(place).y() for place in sorted(answer.named)]
    assert all(below - above >= theme.metrics("small").height() for below, above in pairwise(heights))
    run.type("3")
    assert run.value("/data/mood") == "3"


def test_a_long_text_has_as_many_lines_as_the_form_wants(open_form: Open, scales: Form) -> None:
    run = open_form(scales)
    run.go_to("/data/story")
    answer = run.answer("/data/story")
    assert isinstance(answer, LongTextAnswer)
    assert answer.edit.height() >= 8 * theme.metrics("body").lineSpacing()


def keys_of(labels: list[str]) -> list[int]:
    listed = "".join(f"| | scale | v{at} | {label} |\n" for at, label in enumerate(labels))
    survey = "| survey |\n| | type | name | label |\n| | select_one scale | q | How much? |\n"
    sheet = f"{survey}| choices |\n| | list_name | name | label |\n{listed}"
    node = load_form(sheet.encode()).open().node("/data/q")
    return [option.number for option in options(node, Reading())]


@pytest.mark.parametrize(
    ("labels", "keys"),
    [
        (["0 – none", "1 – weak", "2 – fair", "3 – adequate"], [0, 1, 2, 3]),
        (["5. Very good", "4. Good", "3. Fair", "2. Bad", "1. Very bad"], [5, 4, 3, 2, 1]),
        (["Not at all", "1", "2", "3", "Wholly"], [0, 1, 2, 3, 4]),
        ([*(str(number) for number in range(10)), "10 for sure"], [*range(11)]),
        (["۰ هیچ", "۱ کم", "۲ زیاد"], [0, 1, 2]),
        (["No", "Yes"], [1, 2]),
        (["1", "2–5", "6–20", "More"], [1, 2, 3, 4]),
        (["1st brigade", "4th brigade", "7th brigade"], [1, 2, 3]),
        (["-1 worse", "0 same", "1 better"], [1, 2, 3]),
        (["7 yaks", "A goat", "3 sheep"], [1, 2, 3]),
    ],
)  # fmt: skip
def test_the_key_of_a_choice_is_the_number_that_its_words_say(labels: list[str], keys: list[int]) -> None:
    assert keys_of(labels) == keys


def test_the_number_that_is_said_is_the_one_to_press(open_form: Open) -> None:
    run = open_form(load_form(FORMS / "expert_gap.xlsx"))
    run.go_to("/data/meas/m_law")
    run.type("0")
    assert run.value("/data/meas/m_law") == "0"
    run.type("2")
    assert run.value("/data/meas/m_law") == "2"


def test_a_line_has_the_number_of_each_of_its_ticks_where_they_have_room(open_form: Open, scales: Form) -> None:
    run = open_form(scales)
    assert scale(run, "/data/mood").numbered() == [0, 1, 2, 3]
    assert scale(run, "/data/trust").numbered() == [0, 5, 10]
    assert scale(run, "/data/share").numbered() == [*range(21)]
    run.page.resize(420, 900)
    QApplication.processEvents()
    assert scale(run, "/data/share").numbered() == [0, 20]
