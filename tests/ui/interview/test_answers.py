"""One widget for each kind of answer: what is typed, pasted, cleared; nothing wrong gets in unseen."""

from __future__ import annotations

from typing import cast

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QWidget

from cami_survey.engine.api import Form, load_form
from cami_survey.ui.interview.answers.barcode import BarcodeAnswer
from cami_survey.ui.interview.answers.choices import ChoicesAnswer, ScaleAnswer
from cami_survey.ui.interview.answers.finding import DropDownAnswer, FindAnswer
from cami_survey.ui.interview.answers.moment import DateAnswer, MomentOfDayAnswer, TimeAnswer
from cami_survey.ui.interview.answers.note import NoteAnswer
from cami_survey.ui.interview.answers.number import DecimalAnswer, NumberAnswer
from cami_survey.ui.interview.answers.rank import RankAnswer
from cami_survey.ui.interview.answers.scale import RangeAnswer
from cami_survey.ui.interview.answers.text import LongTextAnswer, SecretAnswer, TextAnswer, UnknownAnswer
from cami_survey.ui.interview.block import QuestionBlock
from tests.ui.interview.conftest import Open, Running

ALT, CONTROL = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
Key = Qt.Key


@pytest.fixture
def run(open_form: Open, kinds: Form) -> Running:
    return open_form(kinds)


def words_at(run: Running, ref: str) -> str:
    """What is said to be wrong at a question."""
    block = run.block(ref)
    assert isinstance(block, QuestionBlock)
    return block.message.words


ODD = b"""<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml">
<h:head><h:title>Odd</h:title><model><instance><data id="odd"><written><odd/></written></data></instance>
<bind nodeset="/data/written/odd" type="anyURI"/></model></h:head>
<h:body><group ref="/data/written"><input ref="/data/written/odd"><label>Which?</label></input></group></h:body>
</h:html>"""


@pytest.fixture(scope="module")
def odd() -> Form:
    return load_form(ODD)


@pytest.mark.parametrize(
    ("name", "widget"),
    [
        ("written/word", TextAnswer),
        ("written/story", LongTextAnswer),
        ("written/secret", SecretAnswer),
        ("written/whole", NumberAnswer),
        ("written/part", DecimalAnswer),
        ("written/day", DateAnswer),
        ("written/hour", TimeAnswer),
        ("written/moment", MomentOfDayAnswer),
        ("written/tag", BarcodeAnswer),
        ("chosen/one", ChoicesAnswer),
        ("chosen/some", ChoicesAnswer),
        ("chosen/rated", ScaleAnswer),
        ("chosen/found", FindAnswer),
        ("chosen/dropped", DropDownAnswer),
        ("chosen/several", DropDownAnswer),
        ("chosen/order", RankAnswer),
        ("chosen/worry", RangeAnswer),
    ],
)
def test_every_kind_has_its_widget(run: Running, name: str, widget: type) -> None:
    run.go_to(f"/data/{name}")
    block = run.block(f"/data/{name}")
    assert isinstance(block, QuestionBlock)
    assert type(block.answer) is widget


@pytest.mark.parametrize("name", ["word", "story"])
def test_a_text_may_be_as_long_as_it_is(run: Running, name: str) -> None:
    run.go_to(f"/data/written/{name}")
    run.paste("long " * 20_000)
    run.press(Key.Key_Tab)
    assert run.value(f"/data/written/{name}") == "long " * 20_000


def test_a_note_is_read_and_passed_over(run: Running) -> None:
    run.page.walk.open(1)
    block = run.block("/data/chosen/read")
    assert isinstance(block, QuestionBlock)
    assert type(block.answer) is NoteAnswer
    assert run.here() == "/data/chosen/one"


def test_text_is_kept_as_typed_and_cleared(run: Running) -> None:
    run.go_to("/data/written/word")
    run.type("Ак илбирс")
    assert run.value("/data/written/word") == "Ак илбирс"
    run.clear()
    assert run.value("/data/written/word") == ""


def test_typed_text_is_handed_over_within_the_third_of_a_second(run: Running) -> None:
    run.go_to("/data/written/word")
    run.type("a")
    run.qtbot.waitUntil(lambda: run.node("/data/written/word").text_value == "a", timeout=2000)


def test_a_long_text_takes_new_lines_by_alt_enter_and_leaves_by_enter(run: Running) -> None:
    run.go_to("/data/written/story")
    run.type("first")
    run.press(Key.Key_Return, hold=ALT)
    run.type("second")
    run.press(Key.Key_Return)
    assert run.value("/data/written/story") == "first\nsecond"
    assert run.here() == "/data/written/secret"


@pytest.mark.parametrize("nonsense", ["abc\x00def", "<b>&amp;</b>", "a" * 5000, "\u202eabc", "🐪", "line\nline"])
def test_pasted_nonsense_is_just_text(run: Running, nonsense: str) -> None:
    run.go_to("/data/written/word")
    run.paste(nonsense)
    shown = run.line().text()
    assert run.value("/data/written/word") == shown


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("12500", "12500"),
        ("-7", "-7"),
        ("۱۲۵۰۰", "12500"),
        ("४२", "42"),
        ("༤༢", "42"),
        ("007", "7"),
        ("12 500", "12500"),
    ],
)
def test_whole_numbers_of_any_script_are_stored_as_latin_digits(run: Running, typed: str, stored: str) -> None:
    run.go_to("/data/written/whole")
    run.type(typed)
    assert run.value("/data/written/whole") == stored


def test_letters_do_not_get_into_a_number_and_it_is_said_why(run: Running) -> None:
    run.go_to("/data/written/whole")
    run.type("1x2")
    assert run.line().text() == "12"
    assert "“x”" in words_at(run, "/data/written/whole") or run.value("/data/written/whole") == "12"


@pytest.mark.parametrize("nonsense", ["twelve", "1.5.5", "12 sheep", "--3", "1,23", "0x10", "١٢a"])
def test_nonsense_pasted_into_a_number_changes_nothing(run: Running, nonsense: str) -> None:
    run.go_to("/data/written/whole")
    run.type("8")
    run.paste(nonsense)
    assert run.line().text() == "8"
    assert nonsense in words_at(run, "/data/written/whole")
    assert run.value("/data/written/whole") == "8"


@pytest.mark.parametrize(
    ("pasted", "stored"), [("1,200", "1200"), (" 42\n", "42"), ("1\u202f200", "1200"), ("٣٤", "34")]
)
def test_numbers_are_pasted_in_any_usual_notation(run: Running, pasted: str, stored: str) -> None:
    run.go_to("/data/written/whole")
    run.paste(pasted)
    assert run.value("/data/written/whole") == stored


def test_a_large_number_is_grouped_for_reading_and_plain_for_writing(run: Running) -> None:
    run.go_to("/data/written/whole")
    run.type("12500")
    line = run.line()
    run.press(Key.Key_Return)
    assert line.text() == "12,500"
    run.go_to("/data/written/whole")
    assert line.text() == "12500"


def test_a_year_is_never_grouped(run: Running) -> None:
    run.go_to("/data/written/whole")
    run.type("2026")
    line = run.line()
    run.press(Key.Key_Return)
    assert line.text() == "2026"


@pytest.mark.parametrize(
    ("typed", "stored"), [("1.5", "1.5"), (".5", "0.5"), ("-0.25", "-0.25"), ("۱٫۵", "1.5"), ("3", "3.0")]
)
def test_fractions_are_stored_with_a_point(run: Running, typed: str, stored: str) -> None:
    run.go_to("/data/written/part")
    run.type(typed)
    assert run.value("/data/written/part") == stored


def test_a_number_is_not_rewritten_under_the_fingers(run: Running) -> None:
    run.go_to("/data/written/part")
    run.type("3")
    assert run.value("/data/written/part") == "3.0"
    assert run.line().text() == "3"
    run.type(".25")
    assert run.value("/data/written/part") == "3.25"


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("2026-11-22", "2026-11-22"),
        ("22/11/2026", "2026-11-22"),
        ("11/22/2026", "2026-11-22"),
        ("5 6 26", "2026-06-05"),
        ("9" * 30, ""),
    ],
)
def test_dates_are_read_in_several_ways(run: Running, typed: str, stored: str) -> None:
    run.go_to("/data/written/day")
    run.type(typed)
    run.press(Key.Key_Return)
    assert run.value("/data/written/day") == stored


def test_what_is_no_date_is_said_and_the_last_one_stands(run: Running) -> None:
    run.go_to("/data/written/day")
    run.type("2026-11-22")
    run.press(Key.Key_Return)
    run.go_to("/data/written/day")
    run.clear()
    run.type("2026-02-31")
    run.press(Key.Key_Return)
    assert run.value("/data/written/day") == "2026-11-22"
    assert "2026-02-31" in words_at(run, "/data/written/day")


def test_arrows_step_through_days_and_minutes(run: Running) -> None:
    run.go_to("/data/written/day")
    run.type("2026-12-31")
    run.press(Key.Key_Up)
    assert run.value("/data/written/day") == "2027-01-01"
    run.go_to("/data/written/hour")
    run.type("9:59")
    run.press(Key.Key_Up)
    assert run.value("/data/written/hour") == "10:00:00"


def test_a_moment_is_a_day_and_a_time(run: Running) -> None:
    run.go_to("/data/written/moment")
    run.type("2026-11-22 14:30")
    run.press(Key.Key_Return)
    assert run.value("/data/written/moment").startswith("2026-11-22T14:30:00")


def test_an_unknown_type_is_written_as_text_and_says_so(open_form: Open, odd: Form) -> None:
    run = open_form(odd)
    run.go_to("/data/written/odd")
    run.type("A-17")
    assert run.value("/data/written/odd") == "A-17"
    block = run.block("/data/written/odd")
    assert isinstance(block, QuestionBlock)
    assert isinstance(block.answer, UnknownAnswer)
    assert "anyURI" in block.answer.note()


def test_a_number_picks_a_choice_and_delete_takes_it_back(run: Running) -> None:
    run.go_to("/data/chosen/one")
    run.press("2")
    assert run.value("/data/chosen/one") == "birch"
    run.press("3")
    assert run.value("/data/chosen/one") == "cedar"
    run.press(Key.Key_Delete)
    assert run.value("/data/chosen/one") == ""


def test_a_letter_picks_the_only_choice_that_begins_with_it(run: Running) -> None:
    run.go_to("/data/chosen/one")
    run.press("c")
    assert run.value("/data/chosen/one") == "cedar"


def test_arrows_move_and_enter_picks_what_they_lead_to(run: Running) -> None:
    run.go_to("/data/chosen/one")
    run.press(Key.Key_Right)
    assert run.value("/data/chosen/one") == ""
    run.press(Key.Key_Return)
    assert run.value("/data/chosen/one") == "birch"
    assert run.here() == "/data/chosen/some"


def test_enter_alone_picks_nothing(run: Running) -> None:
    run.go_to("/data/chosen/one")
    run.press(Key.Key_Return)
    assert run.value("/data/chosen/one") == ""


def test_a_click_picks_and_a_second_one_takes_back(run: Running) -> None:
    run.go_to("/data/chosen/one")
    block = run.block("/data/chosen/one")
    assert isinstance(block, QuestionBlock)
    assert isinstance(block.answer, ChoicesAnswer)
    cell = block.answer.cells()[2]
    run.click(cell)
    assert run.value("/data/chosen/one") == "cedar"
    run.click(cell)
    assert run.value("/data/chosen/one") == ""


def test_several_choices_are_ticked_and_taken_back(run: Running) -> None:
    run.go_to("/data/chosen/some")
    run.press("3", "1")
    assert run.value("/data/chosen/some").split() == ["ash", "cedar"]
    run.press("3")
    assert run.value("/data/chosen/some") == "ash"


def test_too_many_choices_are_said_when_the_question_is_left(run: Running) -> None:
    run.go_to("/data/chosen/some")
    run.press("1", "2", "3")
    assert words_at(run, "/data/chosen/some") == ""
    run.press(Key.Key_Return)
    assert words_at(run, "/data/chosen/some") == "No more than two."
    run.go_to("/data/chosen/some")
    run.press("2")
    assert words_at(run, "/data/chosen/some") == ""


def test_do_not_know_and_refused_have_keys_of_their_own(run: Running) -> None:
    run.go_to("/data/chosen/rated")
    run.press("9")
    assert run.value("/data/chosen/rated") == "99"
    run.press("8")
    assert run.value("/data/chosen/rated") == "98"
    run.press("2")
    assert run.value("/data/chosen/rated") == "2"


def test_a_long_list_gets_shorter_while_typing(run: Running) -> None:
    run.go_to("/data/chosen/found")
    run.type("27")
    block = run.block("/data/chosen/found")
    assert isinstance(block, QuestionBlock)
    assert isinstance(block.answer, FindAnswer)
    assert [one.value for one in block.answer.finder.model.shown] == ["n27"]
    run.press(Key.Key_Return)
    assert run.value("/data/chosen/found") == "n27"
    assert run.here() == "/data/chosen/dropped"


def test_enter_passes_over_a_long_list_that_nobody_looked_into(run: Running) -> None:
    run.go_to("/data/chosen/found")
    run.press(Key.Key_Return)
    assert run.value("/data/chosen/found") == ""
    assert run.here() == "/data/chosen/dropped"


def test_enter_goes_on_from_a_long_list_that_is_answered_and_shift_enter_back(run: Running) -> None:
    run.page.interview.set("/data/chosen/found", "n27")
    run.go_to("/data/chosen/found")
    run.press(Key.Key_Return)
    assert run.here() == "/data/chosen/dropped"
    run.press(Key.Key_Return, hold=Qt.KeyboardModifier.ShiftModifier)
    run.press(Key.Key_Return, hold=Qt.KeyboardModifier.ShiftModifier)
    assert run.here() not in ("/data/chosen/dropped", "/data/chosen/found")
    assert run.value("/data/chosen/found") == "n27"


def test_arrows_lead_to_a_line_of_a_long_list_and_enter_picks_it(run: Running) -> None:
    run.go_to("/data/chosen/found")
    run.press(Key.Key_Down, Key.Key_Down, Key.Key_Return)
    assert run.value("/data/chosen/found") == "n2"
    assert run.here() == "/data/chosen/dropped"


def test_nothing_found_picks_nothing(run: Running) -> None:
    run.go_to("/data/chosen/found")
    run.type("zebra")
    run.press(Key.Key_Return)
    assert run.value("/data/chosen/found") == ""


def test_typing_drops_the_list_down_and_enter_picks_and_goes_on(run: Running) -> None:
    run.go_to("/data/chosen/dropped")
    run.press("3")
    search = run.popup()
    assert isinstance(search, QLineEdit)
    assert search.text() == "3"
    QTest.keyClicks(search, "0")
    QTest.keyClick(search, Key.Key_Return)
    QApplication.processEvents()
    assert run.value("/data/chosen/dropped") == "n30"
    assert run.here() == "/data/chosen/several"


def test_a_list_that_gets_shorter_stays_at_its_field_also_above_it(run: Running) -> None:
    run.go_to("/data/chosen/dropped")
    field = run.answer("/data/chosen/dropped")
    screen = field.screen().availableGeometry()
    window = run.page.window()
    window.move(window.x(), window.y() + screen.bottom() - field.mapToGlobal(QPoint(0, field.height())).y())
    run.press(Key.Key_Space)
    popup = QApplication.activePopupWidget()
    assert popup is not None
    top = field.mapToGlobal(QPoint(0, 0)).y()
    assert 0 <= top - popup.geometry().bottom() <= 8
    QTest.keyClicks(run.popup(), "30")
    assert 0 <= top - popup.geometry().bottom() <= 8, "the list has left its field"
    QTest.keyClick(run.popup(), Key.Key_Escape)


def test_a_list_says_that_nothing_fits(run: Running) -> None:
    run.go_to("/data/chosen/dropped")
    run.press(Key.Key_Space)
    QTest.keyClicks(run.popup(), "zebra")
    assert run.popup().accessibleDescription() == "No answer has these letters."
    QTest.keyClick(run.popup(), Key.Key_Return)
    assert run.value("/data/chosen/dropped") == ""
    QTest.keyClick(run.popup(), Key.Key_Escape)


def test_escape_closes_a_list_and_not_the_interview(run: Running) -> None:
    left: list[str] = []
    run.page.left.connect(left.append)
    run.go_to("/data/chosen/dropped")
    run.press(Key.Key_Space)
    QTest.keyClick(run.popup(), Key.Key_Escape)
    QApplication.processEvents()
    assert QApplication.activePopupWidget() is None
    assert run.here() == "/data/chosen/dropped"
    assert left == []


def test_several_are_ticked_in_an_open_list(run: Running) -> None:
    run.go_to("/data/chosen/several")
    run.press(Key.Key_Space)
    search = run.popup()
    for words in ("17", "4"):
        assert isinstance(search, QLineEdit)
        search.selectAll()
        QTest.keyClicks(search, words)
        QTest.keyClick(search, Key.Key_Return)
    QTest.keyClick(search, Key.Key_Escape)
    assert run.value("/data/chosen/several").split() == ["n4", "n17"]


def test_an_order_is_made_by_alt_and_arrows(run: Running) -> None:
    run.go_to("/data/chosen/order")
    assert run.value("/data/chosen/order") == ""
    run.press(Key.Key_Down, hold=ALT)
    assert run.value("/data/chosen/order") == "birch ash cedar"
    run.press(Key.Key_End, hold=ALT)
    assert run.value("/data/chosen/order") == "birch cedar ash"


def test_a_line_is_picked_up_by_space_and_put_at_a_place_by_its_number(run: Running) -> None:
    run.go_to("/data/chosen/order")
    run.press(Key.Key_Space, "3", Key.Key_Space)
    assert run.value("/data/chosen/order") == "birch cedar ash"
    run.press(Key.Key_Space, Key.Key_Up, Key.Key_Space)
    assert run.value("/data/chosen/order") == "birch ash cedar"


def test_a_line_is_dragged_by_the_mouse(run: Running) -> None:
    run.go_to("/data/chosen/order")
    block = run.block("/data/chosen/order")
    assert isinstance(block, QuestionBlock)
    assert isinstance(block.answer, RankAnswer)
    line = block.answer.lines()[0]
    middle = line.rect().center()
    QTest.mousePress(line, Qt.MouseButton.LeftButton, pos=middle)
    for _step in range(12):
        QTest.mouseMove(line, middle + QPoint(0, 12))
    QTest.mouseRelease(line, Qt.MouseButton.LeftButton, pos=middle)
    assert run.value("/data/chosen/order") == "birch cedar ash"


def test_an_order_that_is_right_already_is_confirmed(run: Running) -> None:
    run.go_to("/data/chosen/order")
    block = run.block("/data/chosen/order")
    assert isinstance(block, QuestionBlock)
    assert isinstance(block.answer, RankAnswer)
    run.click(block.answer.keep)
    assert run.value("/data/chosen/order") == "ash birch cedar"


def test_a_range_is_answered_by_arrows_digits_and_mouse(run: Running) -> None:
    run.go_to("/data/chosen/worry")
    assert run.value("/data/chosen/worry") == ""
    run.press("4")
    assert run.value("/data/chosen/worry") == "4"
    run.press(Key.Key_Right, Key.Key_Right)
    assert run.value("/data/chosen/worry") == "8"
    run.press(Key.Key_Right, Key.Key_Right, Key.Key_Right)
    assert run.value("/data/chosen/worry") == "10"
    run.press("5")
    assert run.value("/data/chosen/worry") == "10"
    run.press(Key.Key_Delete)
    assert run.value("/data/chosen/worry") == ""
    line = run.focus()
    run.click(line, QPoint(line.width() - 20, line.height() // 2))
    assert run.value("/data/chosen/worry") == "10"


def test_two_digits_pick_a_choice_beyond_the_ninth(open_form: Open, herder: Form) -> None:
    run = open_form(herder, fill={"/data/cons/adult": "yes", "/data/cons/consent": "yes"})
    run.go_to("/data/know/cards")
    run.press("1", "2")
    run.press("5")
    assert run.value("/data/know/cards").split() == ["ACIJUB", "PANHOD"]


@pytest.mark.parametrize("ref", ["/data/written/word", "/data/written/story", "/data/written/secret"])
def test_what_is_pasted_and_cannot_be_kept_is_not_shown(run: Running, ref: str) -> None:
    field = run.go_to(ref)
    run.paste("abc\x00def\x07\ufffe")
    seen = field.text() if isinstance(field, QLineEdit) else field.property("plainText")
    assert seen == run.value(ref) == "abcdef"


def test_enter_with_letters_that_find_nothing_shows_the_list_again_and_then_goes_on(run: Running) -> None:
    run.go_to("/data/chosen/found")
    run.type("zebra")
    run.press(Key.Key_Return)
    assert run.line().text() == ""
    assert run.here() == "/data/chosen/found"
    run.press(Key.Key_Return)
    assert run.value("/data/chosen/found") == ""
    assert run.here() == "/data/chosen/dropped"


HIDDEN = b"""| survey | | |
| | type | name | calculation |
| | calculate | total | 1 + 1 |
| settings | | |
| | form_title | form_id |
| | Nothing | nothing |
"""


def test_a_form_that_asks_nothing_opens_and_can_be_finished(open_form: Open) -> None:
    run = open_form(load_form(HIDDEN, name="nothing.md"))
    done: list[str] = []
    run.page.finalised.connect(done.append)
    run.page.walk_by("one-by-one")
    run.page.turn_language()
    run.page.finish()
    assert len(done) == 1


def test_a_whole_number_that_is_too_large_to_be_kept_is_told(run: Running) -> None:
    run.go_to("/data/written/whole")
    run.type("12")
    assert run.value("/data/written/whole") == "12"
    run.clear()
    run.type("9999999999")
    run.press(Key.Key_Return)
    assert "numbers up to 2,147,483,647" in words_at(run, "/data/written/whole")
    run.go_to("/data/written/whole")
    assert run.line().text() == run.value("/data/written/whole")
    run.clear()
    run.paste("9" * 21)
    assert "too large" in words_at(run, "/data/written/whole")
    assert run.line().text() == run.value("/data/written/whole") == ""


WAITING = b"""
| survey  |                   |        |        |                    |
|         | type              | name   | label  | choice_filter      |
|         | select_one state  | state  | State  |                    |
|         | select_one county | county | County | in_state=${state}  |
|         | text              | town   | Town   |                    |
| choices |                   |        |        |                    |
|         | list_name         | name   | label  | in_state           |
|         | state             | osh    | Osh    |                    |
|         | county            | alay   | Alay   | osh                |
"""


def test_enter_goes_past_a_list_that_waits_for_another_answer(open_form: Open) -> None:
    running = open_form(load_form(WAITING, name="waiting.md"))
    running.go_to("/data/state")
    running.press(Key.Key_Return)
    assert running.here() == "/data/town"
    running.go_to("/data/state")
    running.press(Key.Key_1)
    running.press(Key.Key_Return)
    assert running.here() == "/data/county"


COMPUTED = b"""| survey | | | | | |
| | type | name | label | calculation | appearance |
| | integer | herd | Animals? | | |
| | integer | fee | Fee? | ${herd} * 2 | |
| | decimal | tip | Tip? | ${herd} div 2 | |
| | text | word | In a word? | concat('herd ', ${herd}) | |
| | text | words | In words? | concat('herd of ', ${herd}) | multiline |
| | date | day | Day? | date('2026-05-01') | |
| | text | last | And? | | |
| settings | | | | | |
| | form_title | form_id | | | |
| | Computed | computed | | | |
"""


@pytest.mark.parametrize(
    ("name", "shown", "held"),
    [
        ("fee", "26", "26"), ("tip", "6.5", "6.5"), ("word", "herd 13", "herd 13"),
        ("words", "herd of 13", "herd of 13"), ("day", "01.05.2026", "2026-05-01"),
    ],
)  # fmt: skip
def test_a_computed_answer_that_is_emptied_is_shown_again_when_the_cursor_leaves(
    open_form: Open, name: str, shown: str, held: str
) -> None:
    run = open_form(load_form(COMPUTED, name="computed.md"))
    run.go_to("/data/herd")
    run.type("13")
    field = run.go_to(f"/data/{name}")
    run.clear()
    assert run.value(f"/data/{name}") == held
    assert words_of(field) == ""
    run.go_to("/data/last")
    assert words_of(field) == shown
    assert run.value(f"/data/{name}") == held


def words_of(field: QWidget) -> str:
    """What stands in a line or in several."""
    return field.toPlainText() if isinstance(field, QPlainTextEdit) else cast(QLineEdit, field).text()
