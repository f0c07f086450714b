"""How a page is laid out: grids, questions beside each other, folded groups, pages, notes with markup, much at once."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from cami_survey.base.settings import Settings
from cami_survey.engine.api import Form, load_form
from cami_survey.ui import theme
from cami_survey.ui.interview.answers.finding import FindAnswer
from cami_survey.ui.interview.answers.note import NoteAnswer
from cami_survey.ui.interview.headings import FoldBlock
from cami_survey.ui.interview.matrix import MatrixBlock
from tests.ui.interview.conftest import Open, Running

Key = Qt.Key
SHIFT, CONTROL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
WOLVES, FENCES, DOGS = (f"/data/grids/views/{name}" for name in ("wolves", "fences", "dogs"))
SPRING, AUTUMN = "/data/grids/pastures/spring", "/data/grids/pastures/autumn"


@pytest.fixture
def run(open_form: Open, appearances: Form) -> Running:
    return open_form(appearances)


def grid(run: Running) -> MatrixBlock:
    return next(block for block in run.page.questions.column.blocks() if isinstance(block, MatrixBlock))


def centre(run: Running, row: int, column: int) -> QPoint:
    block = grid(run)
    return block.view.visualRect(block.model.index(row, column)).center()


# Grids


def test_digits_pick_in_the_row_and_enter_goes_down_and_on(run: Running) -> None:
    run.go_to(WOLVES)
    run.press("4", Key.Key_Return, "2", Key.Key_Return, "9")
    assert [run.value(ref) for ref in (WOLVES, FENCES, DOGS)] == ["4", "2", "99"]
    assert run.here() == DOGS
    run.press(Key.Key_Return, hold=SHIFT)
    assert run.here() == FENCES
    run.press(Key.Key_Return, Key.Key_Return)
    assert run.here() == SPRING


def test_arrows_go_both_ways_and_space_picks_and_takes_back(run: Running) -> None:
    run.go_to(WOLVES)
    run.press(Key.Key_Right, Key.Key_Right, Key.Key_Down, Key.Key_Space)
    assert run.value(FENCES) == "3"
    run.press(Key.Key_Space)
    assert run.value(FENCES) == ""
    run.press(Key.Key_End, Key.Key_Space, Key.Key_Delete)
    assert run.value(FENCES) == ""
    run.undo()
    assert run.value(FENCES) == "99"


def test_a_grid_of_several_choices_ticks_and_takes_the_mouse(run: Running) -> None:
    run.go_to(SPRING)
    run.press("1", "3")
    QTest.mouseClick(grid(run).view.viewport(), Qt.MouseButton.LeftButton, pos=centre(run, 1, 2))
    assert (run.value(SPRING), run.value(AUTUMN)) == ("ash cedar", "birch")
    assert run.here() == AUTUMN
    run.press("1", "1")
    assert run.value(AUTUMN) == "birch"


def test_letters_and_pasted_words_change_nothing_in_a_grid(run: Running) -> None:
    run.go_to(WOLVES)
    run.type("~x7")
    run.paste("nonsense")
    assert run.value(WOLVES) == ""


def test_a_mirrored_grid_goes_the_other_way(open_form: Open, appearances: Form) -> None:
    run = open_form(appearances, settings=Settings(question_language="fa", second_language="en"))
    run.go_to(WOLVES)
    block = grid(run)
    assert block.view.visualRect(block.model.index(0, 0)).x() > block.view.visualRect(block.model.index(0, 1)).x()
    run.press(Key.Key_Left, Key.Key_Space)
    assert run.value(WOLVES) == "2"
    run.press(Key.Key_L, hold=CONTROL)
    run.press(Key.Key_L, hold=CONTROL)
    assert run.here() == WOLVES
    assert run.value(WOLVES) == "2"


@pytest.mark.parametrize(
    ("size", "width", "is_grid"),
    [(100, 1440, True), (200, 1440, True), (100, 760, True), (200, 760, False), (100, 480, False)],
)
def test_a_grid_where_there_is_room_else_questions(
    open_form: Open, appearances: Form, qapp: QApplication, size: int, width: int, is_grid: bool
) -> None:
    theme.apply(qapp, text_size=size, motion=False)
    run = open_form(appearances, size=(width, 900))
    run.go_to(FENCES)
    assert any(isinstance(block, MatrixBlock) for block in run.page.questions.column.blocks()) is is_grid
    run.press("2")
    assert run.value(FENCES) == "2"
    assert run.here() == FENCES


def test_the_heads_of_a_grid_are_asked_of_nobody(run: Running) -> None:
    fields = [option.value for option in run.page.course.questions(run.page.reading)]
    assert SPRING in fields
    assert "/data/grids/pastures/heads" not in fields


def test_a_grid_says_to_screen_readers_what_is_chosen(run: Running) -> None:
    run.go_to(WOLVES)
    run.press("4")
    model = grid(run).model
    said = [model.data(model.index(0, column), Qt.ItemDataRole.AccessibleTextRole) for column in (3, 4)]
    assert said == [
        "Wolves belong to our mountains.: Somewhat, تا حدی, not chosen",
        "Wolves belong to our mountains.: Fully, کاملاً, chosen",
    ]


CONDITIONS = """
| survey  |                  |       |            |              |                  |          |              |
|         | type             | name  | label      | appearance   | relevant         | required | constraint   |
|         | begin group      | g     | Things     | field-list   |                  |          |              |
|         | select_one n     | first | First      | list-nolabel |                  | yes      | . != 2       |
|         | select_one n     | next  | Next       | list-nolabel | ${first} = 3     |          |              |
|         | select_one n     | last  | Last       | list-nolabel |                  |          |              |
|         | end group        |       |            |              |                  |          |              |
| choices |                  |       |            |
|         | list_name        | name  | label      |
|         | n                | 1     | One        |
|         | n                | 2     | Two        |
|         | n                | 3     | Three      |
"""


def test_rows_come_and_go_and_what_is_wrong_is_said_below_the_grid(open_form: Open) -> None:
    run = open_form(load_form(CONDITIONS.encode(), media=None))
    run.go_to("/data/g/first")
    run.press("2", Key.Key_Return)
    assert run.here() == "/data/g/last"
    assert grid(run).message.words
    run.press(Key.Key_Up, "3")
    assert not grid(run).message.words
    run.press(Key.Key_Return)
    assert run.here() == "/data/g/next"
    run.press("1", Key.Key_Up, "1", Key.Key_Return)
    assert run.here() == "/data/g/last"


def test_a_page_of_a_table_list_is_named_by_the_words_of_its_group(run: Running) -> None:
    run.go_to(WOLVES)
    assert run.page.course.label(run.page.course.at) == "What do you think?"


# Beside each other


def test_widths_put_questions_beside_each_other_in_reading_order(run: Running) -> None:
    run.go_to("/data/laid/family")
    boxes = [run.block(f"/data/laid/{name}").geometry() for name in ("family", "given", "age", "village", "valley")]
    assert len({box.y() for box in boxes[:3]}) == 1
    assert len({box.y() for box in boxes[3:]}) == 1
    assert boxes[0].right() < boxes[1].x() < boxes[2].x()
    assert boxes[0].width() < boxes[3].width()
    run.press(Key.Key_Return, Key.Key_Return, Key.Key_Return)
    assert run.here() == "/data/laid/village"


def test_widths_are_mirrored_and_given_up_where_the_page_is_narrow(open_form: Open, appearances: Form) -> None:
    run = open_form(appearances, settings=Settings(question_language="fa"))
    run.go_to("/data/laid/family")
    assert run.block("/data/laid/family").x() > run.block("/data/laid/given").x()
    narrow = open_form(appearances, size=(480, 900))
    narrow.go_to("/data/laid/family")
    assert narrow.block("/data/laid/family").y() < narrow.block("/data/laid/given").y()


# Folded groups


def fold(run: Running) -> FoldBlock:
    return next(block for block in run.page.questions.column.blocks() if isinstance(block, FoldBlock))


def shown(run: Running) -> list[str]:
    return [stop.field for stop in run.page.questions.column.stops()]


def test_a_compact_group_is_folded_until_somebody_wants_it(run: Running) -> None:
    run.go_to("/data/laid/valley")
    assert "/data/laid/more/tents" not in shown(run)
    run.press(Key.Key_Return)
    assert fold(run).head.hasFocus()
    run.press(Key.Key_Return)
    assert run.here() == "/data/laid/last"
    run.press(Key.Key_Return, hold=SHIFT)
    run.press(Key.Key_Space)
    assert "/data/laid/more/tents" in shown(run)
    assert fold(run).head.accessibleName() == "More about the place, unfolded"
    run.press(Key.Key_Return)
    assert run.here() == "/data/laid/more/spring_name"
    run.click(fold(run).head)
    assert "/data/laid/more/tents" not in shown(run)


def test_going_to_a_question_unfolds_its_group(run: Running) -> None:
    run.go_to("/data/laid/more/tents")
    assert run.here() == "/data/laid/more/tents"


# Pages

PAGES = """
| survey   |             |      |         |            |
|          | type        | name | label   | appearance |
|          | begin group | a    | First   |            |
|          | text        | a1   | A1      |            |
|          | begin group | b    | Second  | field-list |
|          | text        | b1   | B1      |            |
|          | text        | b2   | B2      |            |
|          | end group   |      |         |            |
|          | text        | a2   | A2      |            |
|          | end group   |      |         |            |
|          | text        | c    | C       |            |
| settings |             |      |         |
|          | form_title  | form_id | style |
|          | P           | p    | {style} |
"""


def test_the_style_of_pages_makes_every_field_list_one() -> None:
    from cami_survey.operations.interviews import preview
    from cami_survey.ui.interview.course import Course

    def members(style: str) -> list[tuple[str, ...]]:
        session = preview(load_form(PAGES.replace("{style}", style).encode(), media=None)).session
        return [tuple(one.rpartition("/")[2] for one in page.members) for page in Course(session, "").pages]

    assert members("pages") == [("a1",), ("b",), ("a2",), ("c",)]
    assert members("theme-grid") == [("a",), ("c",)]


# Notes


def test_a_note_has_its_links_beneath_and_space_opens_them(run: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(QUrl(url).toString()) or True)
    run.go_to("/data/laid/explained")
    answer = run.answer("/data/laid/explained")
    assert isinstance(answer, NoteAnswer)
    assert answer.links[0].hasFocus()
    run.press(Key.Key_Space)
    assert opened == ["https://example.org/the_guide_book"]
    run.press(Key.Key_Return)
    assert run.here() == "/data/laid/family"


# Much at once

MANY = """
| survey  |                   |      |       |              |
|         | type              | name | label | appearance   |
|         | begin repeat      | r    | Herd  |              |
|         | text              | a    | Name  |              |
|         | select_multiple l | b    | Which |              |
|         | end repeat        |      |       |              |
|         | select_one v      | v    | Where | autocomplete |
| choices |                   |      |       |
|         | list_name         | name | label |
|         | l                 | 1    | One   |
|         | l                 | 2    | Two   |
{villages}
"""


def test_of_many_instances_only_those_near_are_built_and_what_is_far_is_put_away(open_form: Open) -> None:
    form = load_form(MANY.replace("{villages}", "| | v | 1 | V |").encode(), media=None)
    run = open_form(form)
    for _more in range(150):
        run.page.interview.add_repeat("/data/r")
    run.page.questions.show_stops()
    column = run.page.questions.column
    bar = column.verticalScrollBar()
    run.go_to("/data/r[2]/a")
    run.type("kept")
    most = 0
    while bar.value() < bar.maximum():
        bar.setValue(bar.value() + 600)
        most = max(most, sum(1 for _block in column.blocks()))
    assert most < 200
    assert len(column.stops()) > 450
    assert run.value("/data/r[2]/a") == "kept"
    run.go_to("/data/r[149]/b")
    run.press("2")
    assert run.value("/data/r[149]/b") == "2"
    run.go_to("/data/r[2]/a")
    assert run.line().text() == "kept"


def test_a_long_list_hands_its_rows_over_as_they_are_reached(open_form: Open) -> None:
    villages = "\n".join(f"| | v | c{n} | Village {n} |" for n in range(500))
    run = open_form(load_form(MANY.replace("{villages}", villages).encode(), media=None))
    run.go_to("/data/v")
    answer = run.answer("/data/v")
    assert isinstance(answer, FindAnswer)
    model = answer.finder.model
    assert (len(model.shown), model.rowCount()) == (500, 100)
    for _page in range(30):
        run.press(Key.Key_PageDown)
    assert model.rowCount() > 100
    run.type("village 49")
    assert [option.label for option in model.shown][:3] == ["Village 49", "Village 149", "Village 249"]
    run.type("0")
    run.press(Key.Key_Return)
    assert run.value("/data/v") == "c490"
