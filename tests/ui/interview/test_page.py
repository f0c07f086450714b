"""The running interview by keyboard: going through it, what is said to be wrong, what folds away, languages."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from cami_survey.base.settings import Settings
from cami_survey.engine.api import Form, load_form
from cami_survey.ui import theme
from cami_survey.ui.interview.block import InstanceBlock, QuestionBlock
from cami_survey.ui.interview.table import TableBlock
from tests.ui.interview.conftest import RUSSIAN, Open, Running

CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
Key = Qt.Key
AGREED = {"/data/cons/adult": "yes", "/data/cons/consent": "yes"}


@pytest.fixture
def run(open_form: Open, herder: Form) -> Running:
    return open_form(herder, fill=AGREED)


def shown(run: Running) -> list[str]:
    """The fields of everything on the page."""
    return [stop.field for stop in run.page.questions.column.stops()]


def message(run: Running, ref: str) -> str:
    block = run.block(ref)
    assert isinstance(block, QuestionBlock)
    return block.message.words


def states(run: Running) -> dict[str, str]:
    run.page.show_progress()
    return {item.label: item.state for item in run.page.frame.outline.items() if not item.inner}


# Walking


def test_it_starts_at_the_first_question(run: Running) -> None:
    assert run.here() == "/data/ident/int_code"


def test_enter_goes_on_and_shift_enter_back(run: Running) -> None:
    run.press(Key.Key_Return)
    assert run.here() == "/data/ident/interviewer"
    run.press(Key.Key_Return, hold=SHIFT)
    assert run.here() == "/data/ident/int_code"


def test_tab_goes_from_question_to_question(run: Running) -> None:
    run.press(Key.Key_Tab)
    assert run.here() == "/data/ident/interviewer"
    run.press(Key.Key_Backtab)
    assert run.here() == "/data/ident/int_code"


def test_enter_on_the_last_question_opens_the_next_page(run: Running) -> None:
    run.go_to("/data/ident/others")
    run.type("2")
    run.press(Key.Key_Return)
    assert run.here() == "/data/cons/comm_consent"
    run.press(Key.Key_Return, hold=SHIFT)
    assert run.here() == "/data/ident/others"


def test_page_keys_turn_pages(run: Running) -> None:
    run.press(Key.Key_PageDown, Key.Key_PageDown)
    assert run.here() == "/data/who/sex"
    run.press(Key.Key_PageUp)
    assert run.page.course.label(run.page.course.at) == "Consent"


def test_pages_nobody_is_asked_are_passed_over(open_form: Open, herder: Form) -> None:
    run = open_form(herder, fill={"/data/cons/adult": "no"})
    run.press(Key.Key_PageDown)
    assert run.here() == "/data/cons/comm_consent"
    run.press(Key.Key_PageDown)
    assert run.page.course.at == 1
    assert QApplication.focusWidget() is run.page.frame.footer.next_button


def test_one_key_changes_the_way_to_walk_and_keeps_the_place(run: Running) -> None:
    ways: list[str] = []
    run.page.walk_changed.connect(ways.append)
    run.go_to("/data/who/age")
    run.press(Key.Key_F7)
    assert run.here() == "/data/who/age"
    assert [field for field in shown(run) if field != "/data/who"] == ["/data/who/age"]
    run.press("2", Key.Key_Return)
    assert run.here() == "/data/who/role"
    run.press(Key.Key_Return, hold=SHIFT)
    assert run.value("/data/who/age") == "a30"
    run.press(Key.Key_F7)
    assert "/data/who/years" in shown(run)
    assert run.here() == "/data/who/age"
    assert ways == ["one-by-one", "page"]


def test_a_whole_page_one_by_one_and_on_to_the_next(open_form: Open, herder: Form) -> None:
    run = open_form(herder, fill=AGREED, settings=Settings(walk="one-by-one"))
    run.go_to("/data/who/sex")
    visited = []
    for _step in range(6):
        visited.append(run.here().rsplit("/", 1)[-1])
        run.press(Key.Key_Return)
    assert visited == ["sex", "age", "role", "years", "presence", "livestock"]


def test_jump_finds_a_question_by_a_part_of_it(run: Running) -> None:
    run.press(Key.Key_J, hold=CONTROL)
    search = run.popup()
    QTest.keyClicks(search, "large predators")
    QTest.keyClick(search, Key.Key_Return)
    QApplication.processEvents()
    assert run.here() == "/data/att/at2"


def test_the_outline_opens_a_page_by_mouse_and_by_keyboard(run: Running) -> None:
    run.press(Key.Key_F3)
    run.press(Key.Key_Down, Key.Key_Down, Key.Key_Return)
    assert run.here() == "/data/who/sex"


def test_the_focused_question_is_always_in_view(run: Running) -> None:
    for _step in range(10):
        run.press(Key.Key_Return)
        block = run.page.questions.column.here()
        assert block is not None
        top = block.mapTo(run.page.questions.column.viewport(), block.rect().topLeft()).y()
        assert 0 <= top < run.page.questions.column.viewport().height()


def test_a_far_question_is_in_view_after_the_page_has_slid_there(
    open_form: Open, herder: Form, qapp: QApplication
) -> None:
    cards = "PANUNC OVIAMM SAITAT LYNLYN CAMFER BOSMUT ACIJUB PROGUT GAZSUB EQUKIA"
    answers = {f"/data/know/card[{number}]/id_res": "right" for number in range(1, 11)}
    run = open_form(herder, fill={**AGREED, "/data/know/cards": cards, **answers})
    theme.apply(qapp, motion=True)
    for ref in ("/data/know/card[5]/local_name", "/data/know/move", "/data/know/card[2]/local_name"):
        run.go_to(ref)
        run.qtbot.wait(250)
        column, block = run.page.questions.column, run.block(ref)
        top = block.mapTo(column.viewport(), block.rect().topLeft()).y()
        assert 0 <= top <= column.viewport().height() - block.height()


def test_only_what_is_near_is_built(open_form: Open, herder: Form) -> None:
    cards = "PANUNC OVIAMM SAITAT LYNLYN CAMFER BOSMUT ACIJUB PROGUT GAZSUB EQUKIA"
    run = open_form(herder, fill={**AGREED, "/data/know/cards": cards})
    run.go_to("/data/know/cards")
    column = run.page.questions.column
    assert len(column.stops()) > 40
    assert len(list(column.blocks())) < 15


# What is wrong


def test_a_wrong_answer_is_said_when_it_is_left_and_not_before(run: Running) -> None:
    run.type("kg1")
    assert message(run, "/data/ident/int_code") == ""
    run.press(Key.Key_Return)
    assert message(run, "/data/ident/int_code") != ""
    assert states(run)["Interview details"] == "wrong"


def test_it_is_said_no_longer_once_it_is_right(run: Running) -> None:
    run.type("kg1")
    run.press(Key.Key_Return)
    run.go_to("/data/ident/int_code")
    run.clear()
    run.type("KG-H0123")
    assert run.value("/data/ident/int_code") == "KG-H0123"
    assert message(run, "/data/ident/int_code") == ""
    run.press(Key.Key_Return)
    run.type("F1")
    run.page.questions.flush()
    assert states(run)["Interview details"] == "begun"


def test_a_missing_answer_is_said_after_it_was_visited(run: Running) -> None:
    assert message(run, "/data/ident/int_code") == ""
    run.press(Key.Key_Return)
    assert message(run, "/data/ident/int_code") != ""
    assert message(run, "/data/ident/adm2") == ""


def test_finishing_lists_everything_at_once_and_each_row_goes_there(run: Running) -> None:
    run.page.finish()
    panel = run.page.frame.problems
    expected = [problem.field for problem in run.page.interview.session.problems()]
    assert [row.trouble.field for row in panel.rows] == expected
    assert len(expected) > 20
    assert all(row.trouble.words for row in panel.rows)
    target = next(at for at, field in enumerate(expected) if field == "/data/att/at3")
    for _step in range(target):
        run.press(Key.Key_Down)
    run.press(Key.Key_Return)
    assert run.here() == "/data/att/at3"
    assert message(run, "/data/att/at3") != ""


def test_what_is_wrong_can_be_come_back_to(run: Running) -> None:
    run.type("kg1")
    run.press(Key.Key_Return)
    run.press(Key.Key_D, hold=CONTROL)
    run.page.show_progress()
    assert [(one.field, one.kind) for one in run.page.frame.notes.back()] == [
        ("/data/ident/int_code", "wrong"),
        ("/data/ident/interviewer", "flag"),
    ]
    run.press(Key.Key_D, hold=CONTROL)
    run.page.show_progress()
    assert [one.field for one in run.page.frame.notes.back()] == ["/data/ident/int_code"]


# What folds away


def test_a_question_appears_without_taking_the_focus_and_keeps_its_answer_when_it_folds(run: Running) -> None:
    run.go_to("/data/know/move")
    assert "/data/know/move_txt" not in shown(run)
    run.press("1")
    assert run.here() == "/data/know/move"
    assert "/data/know/move_txt" in shown(run)
    run.press(Key.Key_Return)
    run.type("north")
    run.press(Key.Key_Return, hold=SHIFT)
    run.press("2")
    assert "/data/know/move_txt" not in shown(run)
    run.press("1")
    assert "/data/know/move_txt" in shown(run)
    assert run.value("/data/know/move_txt") == "north"


def test_blocks_that_stay_are_the_same_widgets(run: Running) -> None:
    run.go_to("/data/herd/livestock")
    before = {block.stop.key: block for block in run.page.questions.column.blocks()}
    run.press("1", "2")
    after = {block.stop.key: block for block in run.page.questions.column.blocks()}
    assert before["question /data/herd/livestock"] is after["question /data/herd/livestock"]
    assert run.here() == "/data/herd/livestock"


def test_a_counted_repeat_is_a_section_for_each_with_its_name(run: Running) -> None:
    run.go_to("/data/herd/livestock")
    run.press("1", "4")
    run.go_to("/data/herd/stock[2]/stock_n")
    block = run.block("/data/herd/stock[2]")
    assert isinstance(block, InstanceBlock)
    assert "Yaks" in block.title
    assert block.count == "2 of 2"
    assert block.remove.isHidden()


def test_no_consent_skips_the_rest(open_form: Open, herder: Form) -> None:
    given = {
        "int_code": "KG-H0123",
        "interviewer": "F1",
        "country": "KG",
        "adm1": "KG-N",
        "adm2": "Naryn",
        "loc_prec": "adm",
        "lang": "ru",
        "interp": "no",
        "others": "0",
    }
    run = open_form(herder, fill={**AGREED, **{f"/data/ident/{name}": value for name, value in given.items()}})
    assert states(run)["Interview details"] == "done"
    assert states(run)["Livestock and pastures"] == "open"
    run.go_to("/data/cons/comm_consent")
    run.press("1")
    run.go_to("/data/cons/consent")
    run.press("2")
    assert states(run)["Livestock and pastures"] == "skipped"


# Repeats as tables


@pytest.fixture
def table(run: Running) -> TableBlock:
    run.go_to("/data/know/sight[1]/s_sp")
    block = run.block("/data/know/sight")
    assert isinstance(block, TableBlock)
    return block


def test_a_row_is_filled_by_the_keyboard(run: Running, table: TableBlock) -> None:
    QTest.keyClick(run.focus(), "a")
    search = run.popup()
    QTest.keyClicks(search, "rgal")
    QTest.keyClick(search, Key.Key_Return)
    QApplication.processEvents()
    assert run.value("/data/know/sight[1]/s_sp") == "OVIAMM"
    run.press("1", Key.Key_Return)
    assert run.value("/data/know/sight[1]/s_obs") == "live"
    run.type("2026")
    run.press(Key.Key_Return)
    run.press("4", Key.Key_Return)
    run.type("KG-25-0417")
    run.press(Key.Key_Return)
    run.type("35")
    run.press(Key.Key_Return)
    run.press("1")
    row = {name: run.value(f"/data/know/sight[1]/{name}") for name in ("s_year", "s_season", "s_grid", "s_n", "s_conf")}
    assert row == {"s_year": "2026", "s_season": "autumn", "s_grid": "KG-25-0417", "s_n": "35", "s_conf": "high"}


def test_control_enter_adds_a_row_and_goes_to_it(run: Running, table: TableBlock) -> None:
    run.press(Key.Key_Return, hold=CONTROL)
    assert run.node("/data/know/sight").count == 2
    assert run.here() == run.node("/data/know/sight[2]/s_sp").field
    assert len(table.model.rows) == 2


def test_a_row_is_removed_and_the_others_keep_their_answers(run: Running, table: TableBlock) -> None:
    for number, year in enumerate(("2024", "2025", "2026"), 1):
        if number > 1:
            run.press(Key.Key_Return, hold=CONTROL)
        run.page.interview.set(f"/data/know/sight[{number}]/s_year", year)
    run.go_to("/data/know/sight[2]/s_sp")
    run.press(Key.Key_Delete, hold=CONTROL)
    assert [run.value(f"/data/know/sight[{number}]/s_year") for number in (1, 2)] == ["2024", "2026"]
    assert run.here() == run.node("/data/know/sight[2]/s_sp").field


def test_cells_that_are_not_asked_are_passed_over(run: Running, table: TableBlock) -> None:
    run.page.interview.set("/data/know/sight[1]/s_obs", "sign")
    run.go_to("/data/know/sight[1]/s_grid")
    run.press(Key.Key_Return)
    assert run.here().endswith("/s_conf")


def test_a_wrong_cell_is_said_below_the_table(run: Running, table: TableBlock) -> None:
    run.go_to("/data/know/sight[1]/s_year")
    run.type("1066")
    run.press(Key.Key_Return)
    assert table.message.words != ""
    field = run.node("/data/know/sight[1]/s_year").field
    assert field in table.told


def test_arrows_move_between_cells(run: Running, table: TableBlock) -> None:
    run.go_to("/data/know/sight[1]/s_year")
    run.press(Key.Key_Right)
    assert run.here().endswith("/s_season")
    run.press(Key.Key_Left, Key.Key_Left)
    assert run.here().endswith("/s_obs")


def test_the_question_of_the_cell_is_written_above_the_table(run: Running, table: TableBlock) -> None:
    run.go_to("/data/know/sight[1]/s_year")
    assert table.asked_now.words.label == "In which year was it?"


def test_a_narrow_window_shows_cards_instead_of_a_table(open_form: Open, herder: Form) -> None:
    run = open_form(herder, fill=AGREED, size=(700, 900))
    run.go_to("/data/know/sight[1]/s_year")
    assert isinstance(run.block("/data/know/sight[1]/s_year"), QuestionBlock)
    run.press(Key.Key_Return, hold=CONTROL)
    assert run.node("/data/know/sight").count == 2


# Languages


def test_both_languages_are_shown_the_respondents_large(open_form: Open, herder: Form) -> None:
    run = open_form(herder, settings=RUSSIAN)
    block = run.block("/data/ident/int_code")
    assert isinstance(block, QuestionBlock)
    assert block.head.words.label == run.node("/data/ident/int_code").label_in("Russian (ru)")
    assert "What is the code of this interview?" in block.head.words.small


def test_control_l_turns_the_languages_and_keeps_place_and_typed_text(open_form: Open, herder: Form) -> None:
    run = open_form(herder, settings=RUSSIAN)
    run.go_to("/data/ident/adm2")
    run.type("Нары")
    line = run.line()
    run.press(Key.Key_L, hold=CONTROL)
    assert run.page.reading.shown == "second"
    block = run.block("/data/ident/adm2")
    assert isinstance(block, QuestionBlock)
    assert block.head.words.label.startswith("In which district")
    assert QApplication.focusWidget() is line
    run.type("н")
    assert run.value("/data/ident/adm2") == "Нарын"
    run.press(Key.Key_L, hold=CONTROL)
    assert run.page.reading.shown == "first"
    assert block.head.words.small == ""


def test_choices_turn_with_the_language(open_form: Open, herder: Form) -> None:
    run = open_form(herder, fill=AGREED, settings=RUSSIAN)
    run.go_to("/data/who/sex")
    block = run.block("/data/who/sex")
    assert isinstance(block, QuestionBlock)
    cell = block.answer.findChildren(type(QApplication.focusWidget()))[0]
    russian = cell.accessibleName()
    run.press("1")
    run.press(Key.Key_L, hold=CONTROL)
    assert cell.accessibleName() == "Woman"
    assert "Woman" in russian
    assert russian != "Woman"
    assert run.value("/data/who/sex") == "f"


def test_a_right_to_left_language_mirrors_the_page(open_form: Open, persian: Form) -> None:
    run = open_form(persian, settings=Settings(second_language="en"))
    assert run.page.layoutDirection() == Qt.LayoutDirection.RightToLeft
    assert run.page.frame.outline.x() > run.page.frame.notes.x()
    run.press(Key.Key_L, hold=CONTROL)
    assert run.page.layoutDirection() == Qt.LayoutDirection.LeftToRight
    assert run.page.frame.outline.x() < run.page.frame.notes.x()


def test_arrows_follow_the_direction_of_reading(open_form: Open, persian: Form) -> None:
    run = open_form(persian)
    run.go_to("/data/wild/good")
    run.press(Key.Key_Left, Key.Key_Left, Key.Key_Return)
    assert run.value("/data/wild/good") == "3"


def test_numbers_are_read_and_written_in_the_digits_of_the_language(open_form: Open, persian: Form) -> None:
    run = open_form(persian)
    run.go_to("/data/who/sheep")
    run.type("۱۲۵۰۰")
    line = run.line()
    run.press(Key.Key_Return)
    assert run.value("/data/who/sheep") == "12500"
    assert line.text() == "۱۲٬۵۰۰"


def test_latin_digits_can_be_asked_for(open_form: Open, persian: Form) -> None:
    run = open_form(persian, settings=Settings(digits="latin"))
    run.go_to("/data/who/sheep")
    run.type("۴۲")
    line = run.line()
    run.press(Key.Key_Return)
    assert line.text() == "42"


# Comments, reading, windows


def test_a_comment_is_kept_with_its_question(run: Running) -> None:
    run.go_to("/data/who/years")
    run.press(Key.Key_F2)
    assert QApplication.focusWidget() is run.page.frame.notes.comment
    run.type("He counted twice.")
    run.press(Key.Key_Escape)
    assert run.page.interview.comments == {"/data/who/years": "He counted twice."}
    assert run.here() == "/data/who/years"
    run.press(Key.Key_Return)
    assert run.page.frame.notes.comment.toPlainText() == ""
    run.press(Key.Key_Return, hold=SHIFT)
    assert run.page.frame.notes.comment.toPlainText() == "He counted twice."


def test_escape_leaves(run: Running) -> None:
    left: list[str] = []
    run.page.left.connect(left.append)
    run.press(Key.Key_Escape)
    assert left == [""]


def test_a_read_only_interview_cannot_be_changed(open_form: Open, herder: Form) -> None:
    run = open_form(herder, fill={**AGREED, "/data/who/sex": "m", "/data/ident/adm2": "Naryn"}, read_only=True)
    run.go_to("/data/ident/adm2")
    run.type("x")
    run.go_to("/data/who/sex")
    run.press("1", Key.Key_Delete)
    run.go_to("/data/know/sight[1]/s_year")
    run.type("2026")
    run.press(Key.Key_Return, hold=CONTROL)
    assert run.value("/data/ident/adm2") == "Naryn"
    assert run.value("/data/who/sex") == "m"
    assert run.value("/data/know/sight[1]/s_year") == ""
    assert run.node("/data/know/sight").count == 1


@pytest.mark.parametrize(
    ("width", "outline", "notes", "crumbs"),
    [(1440, True, True, False), (1050, False, True, False), (900, False, False, False), (700, False, False, True)],
)
def test_columns_fold_as_the_window_gets_narrow(
    open_form: Open, herder: Form, width: int, outline: bool, notes: bool, crumbs: bool
) -> None:
    frame = open_form(herder, size=(width, 800)).page.frame
    seen = (frame.outline.isVisible(), frame.notes.isVisible(), frame.crumbs.isVisible())
    assert seen == (outline, notes, crumbs)


def test_folded_columns_open_over_the_page_and_go_back(open_form: Open, herder: Form) -> None:
    run = open_form(herder, size=(700, 800), fill=AGREED)
    run.press(Key.Key_F3)
    assert run.page.frame.outline.isVisible()
    run.press(Key.Key_Down, Key.Key_Return)
    assert not run.page.frame.outline.isVisible()
    assert run.here() == "/data/cons/comm_consent"
    run.press(Key.Key_F2)
    run.type("Windy.")
    run.press(Key.Key_Escape)
    assert not run.page.frame.notes.isVisible()
    assert run.page.interview.comments == {"/data/cons/comm_consent": "Windy."}


def test_progress_counts_what_is_asked_and_what_will_probably_be(open_form: Open, herder: Form) -> None:
    run = open_form(herder)
    answered, total = run.page.course.progress()
    assert answered == 0
    assert total > 60
    run.page.interview.set("/data/cons/adult", "no")
    run.page.course.count_anew()
    assert run.page.course.progress()[0] == 1


def test_an_interview_is_not_finished_on_a_page_behind_which_others_may_be_asked(open_form: Open, herder: Form) -> None:
    run = open_form(herder)
    footer = run.page.frame.footer
    run.go_to("/data/cons/comm_consent")
    assert footer.next_button.text() == "Next"
    run.click(footer.next_button)
    assert run.page.frame.lists_problems
    assert footer.next_button.text() == "Finish"


# Back to what is missing


def test_f8_lists_what_is_missing_again_from_anywhere(run: Running) -> None:
    assert run.page.frame.footer.again.isHidden()
    run.press(Key.Key_F8)
    assert run.page.frame.lists_problems
    run.press(Key.Key_Return)
    assert not run.page.frame.lists_problems
    assert run.here() == "/data/ident/int_code"
    assert run.page.frame.footer.again.isVisible()
    run.type("KG-H0123")
    run.press(Key.Key_F8)
    assert run.page.frame.lists_problems
    assert "/data/ident/int_code" not in [row.trouble.field for row in run.page.frame.problems.rows]


def test_the_list_says_how_to_be_rid_of_an_empty_row(run: Running) -> None:
    run.press(Key.Key_F8)
    words = {row.trouble.field: row.trouble.words for row in run.page.frame.problems.rows}
    told = [field for field, said in words.items() if "Ctrl+Delete" in said]
    assert told
    assert all("/sight[" in field or "/pile[" in field for field in told)


def test_a_long_note_above_does_not_hide_the_first_question(open_form: Open) -> None:
    reading = " ".join(["Read this aloud, slowly."] * 250)
    form = load_form(
        f"""
        | survey |             |       |           |
        |        | type        | name  | label     |
        |        | begin group | first | First     |
        |        | note        | intro | {reading} |
        |        | text        | asked | Asked     |
        |        | end group   |       |           |
        """.encode()
    )
    run = open_form(form, size=(760, 600))
    assert run.here() == "/data/first/asked"
    block, bar = run.block("/data/first/asked"), run.page.questions.column.verticalScrollBar()
    assert bar.value() <= block.y() < block.geometry().bottom() <= bar.value() + bar.pageStep()


def test_what_is_acknowledged_is_ticked_not_written(open_form: Open) -> None:
    form = load_form(b"""
        | survey |             |      |             |
        |        | type        | name | label       |
        |        | acknowledge | seen | I have read |
        |        | text        | then | And then    |
        """)
    run = open_form(form)
    run.press("1")
    assert run.value("/data/seen") == "OK"
    run.press(Key.Key_Return)
    assert run.here() == "/data/then"


SHARED = """
| survey |
| | type | name | label::English (en) | label::Russian (ru) | calculation |
| | decimal | amount | Amount? | Сумма? | |
| | integer | guests | Guests? | Гости? | |
| | decimal | each | For each? | На каждого? | ${amount} div ${guests} |
"""


def test_what_comes_back_shows_what_changed_while_it_was_out_of_sight(open_form: Open) -> None:
    settings = Settings(walk="one-by-one", question_language="en", second_language="ru")
    run = open_form(load_form(SHARED.encode()), settings=settings, fill={"/data/amount": "8", "/data/guests": "2"})
    run.go_to("/data/each")
    assert run.line().text() == "4"
    run.go_to("/data/guests")
    run.clear()
    run.page.turn_language()
    run.press(Key.Key_Return)
    assert run.here() == "/data/each"
    assert run.line().text() == run.value("/data/each") == ""
    assert run.line().accessibleName().startswith("На каждого?")
