"""Each appearance has its widget: typed into, given nonsense, cleared, taken back, in both languages, large."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QRect, Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from cami_survey.base.settings import Settings
from cami_survey.engine.api import Form
from cami_survey.ui import theme
from cami_survey.ui.interview.answers.calendar_popup import CalendarPopup, CalendarSheet
from cami_survey.ui.interview.answers.choice_cell import ChoiceCell
from cami_survey.ui.interview.answers.choices import ChoicesAnswer
from cami_survey.ui.interview.answers.finding import DropDownAnswer, FindAnswer
from cami_survey.ui.interview.answers.image_map import ImageMapAnswer, Region
from cami_survey.ui.interview.answers.moment import DateAnswer, MomentOfDayAnswer
from cami_survey.ui.interview.answers.number import CounterAnswer, DigitsAnswer, NumberAnswer
from cami_survey.ui.interview.answers.picker import PickerAnswer
from cami_survey.ui.interview.answers.rating import RatingAnswer
from cami_survey.ui.interview.answers.scale import RangeAnswer
from cami_survey.ui.interview.answers.text import UrlAnswer
from cami_survey.ui.interview.block import QuestionBlock
from tests.ui.interview.conftest import Open, Running
from tests.ui.interview.test_for_everybody import every_page

ALT, CONTROL = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ControlModifier
Key = Qt.Key
PERSIAN = Settings(question_language="fa", second_language="en")


@pytest.fixture
def run(open_form: Open, appearances: Form) -> Running:
    return open_form(appearances)


@pytest.fixture
def persian_run(open_form: Open, appearances: Form) -> Running:
    return open_form(appearances, settings=PERSIAN)


WIDGETS = {
    "numbers/herd": NumberAnswer,
    "numbers/calves": CounterAnswer,
    "numbers/phone": DigitsAnswer,
    "numbers/site": UrlAnswer,
    "numbers/trust": RangeAnswer,
    "numbers/bare": RangeAnswer,
    "numbers/upright": RangeAnswer,
    "numbers/stars": RatingAnswer,
    "numbers/share": PickerAnswer,
    "dates/day": DateAnswer,
    "dates/month": DateAnswer,
    "dates/ethiopian": DateAnswer,
    "dates/moment": MomentOfDayAnswer,
    "choices/fast": ChoicesAnswer,
    "choices/two": ChoicesAnswer,
    "choices/pack": ChoicesAnswer,
    "choices/bare_one": ChoicesAnswer,
    "choices/seen": ChoicesAnswer,
    "choices/searched": FindAnswer,
    "choices/where": ImageMapAnswer,
    "choices/read": ChoicesAnswer,
}


def test_every_appearance_has_its_widget(run: Running) -> None:
    for name, widget in WIDGETS.items():
        run.go_to(f"/data/{name}")
        assert type(run.answer(f"/data/{name}")) is widget, name


# In order: keys, what is stored. Nonsense is typed before and stored never.
TYPED = {
    "numbers/herd": ("12 500", "12500"),
    "numbers/calves": ("7", "7"),
    "numbers/weight": ("42,5", "42.5"),
    "numbers/phone": ("0312 904", "0312 904"),
    "numbers/trust": ("7", "7"),
    "numbers/upright": ("20", "20"),
    "numbers/stars": ("4", "4"),
    "dates/day": ("28.11.2026", "2026-11-28"),
    "dates/typed": ("2026-11-28", "2026-11-28"),
    "dates/month": ("November 2026", "2026-11-01"),
    "dates/year": ("2026", "2026-01-01"),
    "dates/persian": ("7 Azar 1405", "2026-11-28"),
    "dates/islamic": ("17 Jumada II 1448", "2026-11-28"),
    "dates/nepali": ("12 Mangsir 2083", "2026-11-28"),
    "dates/ethiopian": ("Hidar 2019", "2026-11-10"),
    "dates/coptic": ("19 Hator 1743", "2026-11-28"),
    "dates/myanmar": ("19 Tazaungmon 1388", "2026-11-28"),
    "dates/moment": ("7 Azar 1405 14:30", "2026-11-28T14:30"),
    "choices/two": ("13", "ash cedar"),
    "choices/bare_one": ("2", "ibex"),
    "choices/where": ("13", "argali saiga"),
    "choices/read": (" ", "OK"),
}


@pytest.mark.parametrize("name", TYPED)
def test_what_is_typed_is_stored_nonsense_is_not_and_it_can_be_cleared(run: Running, name: str) -> None:
    ref = f"/data/{name}"
    typed, stored = TYPED[name]
    run.go_to(ref)
    run.type("~~~")
    run.paste("<b>no‮nsense</b>\n\x00")
    run.press(Key.Key_Tab)
    assert run.value(ref) == ""
    run.go_to(ref)
    if name == "numbers/upright":
        run.press(Key.Key_End, Key.Key_Down, Key.Key_Down)
    else:
        run.clear()
        run.press(Key.Key_Space) if typed == " " else run.type(typed)
    assert run.value(ref).startswith(stored)
    run.clear()
    assert run.value(ref) == ""


@pytest.mark.parametrize("name", ["numbers/trust", "numbers/stars", "choices/two", "choices/bare_one", "choices/where"])
def test_the_last_answer_is_taken_back_by_one_key_until_one_goes_on(run: Running, name: str) -> None:
    ref = f"/data/{name}"
    run.go_to(ref)
    run.press("1")
    first = run.value(ref)
    run.press("3")
    assert run.value(ref) != first
    run.undo()
    assert run.value(ref) == first
    run.undo()
    assert run.value(ref) == ""
    run.press("2")
    kept = run.value(ref)
    run.press(Key.Key_Return)
    run.go_to(ref)
    run.undo()
    assert run.value(ref) == kept


@pytest.mark.parametrize("name", ["numbers/herd", "numbers/phone", "dates/persian"])
def test_typed_words_are_taken_back_as_in_every_field(run: Running, name: str) -> None:
    run.go_to(f"/data/{name}")
    run.type("123")
    run.undo()
    assert run.line().text() == ""


LOCAL = {
    "numbers/herd": ("۱۲۵۰۰", "12500", "۱۲٬۵۰۰"),
    "numbers/calves": ("۴", "4", "۴"),
    "numbers/weight": ("۴۲٫۵", "42.5", "۴۲٫۵"),
    "numbers/phone": ("۰۳۱۲", "0312", "۰۳۱۲"),
    "dates/day": ("۲۰۲۶/۱۱/۲۸", "2026-11-28", "۲۰۲۶/۱۱/۲۸"),
    "dates/persian": ("۷ آذر ۱۴۰۵", "2026-11-28", "۷ آذر ۱۴۰۵"),
    "dates/moment": ("۷ آذر ۱۴۰۵ ۱۴:۳۰", "2026-11-28T14:30", "۷ آذر ۱۴۰۵ ۱۴:۳۰"),
}


@pytest.mark.parametrize("name", LOCAL)
def test_digits_of_the_language_outside_latin_digits_inside(persian_run: Running, name: str) -> None:
    run, ref = persian_run, f"/data/{name}"
    typed, stored, shown = LOCAL[name]
    run.go_to(ref)
    line = run.line()
    run.type(typed)
    run.press(Key.Key_Return)
    assert run.value(ref).startswith(stored)
    assert line.text() == shown


@pytest.mark.parametrize(("language", "typed"), [("ar", "١٢٥٠"), ("ne", "१२५०"), ("dz", "༡༢༥༠"), ("my", "၁၂၅၀")])
def test_digits_of_any_script_are_taken(run: Running, language: str, typed: str) -> None:
    run.go_to("/data/numbers/herd")
    run.type(typed)
    assert run.value("/data/numbers/herd") == "1250"


def test_turning_the_language_keeps_place_and_answer_and_turns_the_page(run: Running) -> None:
    for name, value in (("numbers/trust", "7"), ("numbers/stars", "3"), ("dates/persian", "2026-11-28")):
        run.page.interview.set(f"/data/{name}", value)
        run.go_to(f"/data/{name}")
        for _turn in range(3):
            run.press(Key.Key_L, hold=CONTROL)
            assert run.here() == f"/data/{name}"
            assert run.value(f"/data/{name}") == value


# Counters


def test_a_counter_counts_by_keys_and_buttons(run: Running) -> None:
    run.go_to("/data/numbers/calves")
    answer = run.answer("/data/numbers/calves")
    assert isinstance(answer, CounterAnswer)
    run.press(Key.Key_Up, Key.Key_Up)
    run.click(answer.more)
    run.click(answer.less)
    assert run.value("/data/numbers/calves") == "2"
    run.press(Key.Key_Down, Key.Key_Down, Key.Key_Down)
    assert run.value("/data/numbers/calves") == "-1"


def test_thousands_are_grouped_when_the_number_is_left(run: Running) -> None:
    run.go_to("/data/numbers/herd")
    line = run.line()
    run.type("1250")
    run.press(Key.Key_Return)
    assert line.text() == "1,250"


# Addresses


def test_an_address_is_opened_and_only_one_of_the_web(run: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(QUrl(url).toString()) or True)
    run.go_to("/data/numbers/site")
    answer = run.answer("/data/numbers/site")
    assert isinstance(answer, UrlAnswer)
    for nonsense in ("", "file:///etc/passwd", "javascript:alert(1)", "two words"):
        run.clear()
        run.type(nonsense)
        assert not answer.open.isEnabled(), nonsense
    run.clear()
    run.type("www.cms.int/cami")
    run.click(answer.open)
    assert opened == ["http://www.cms.int/cami"]


# Ranges


def test_an_upright_line_takes_the_mouse_and_grows_upwards(run: Running) -> None:
    run.go_to("/data/numbers/upright")
    line = run.focus()
    run.click(line, QPoint(30, 2))
    assert run.value("/data/numbers/upright") == "40"
    run.click(line, QPoint(30, line.height() - 3))
    assert run.value("/data/numbers/upright") == "-20"


def test_a_picker_drops_down_and_finds_by_digits(run: Running) -> None:
    run.go_to("/data/numbers/share")
    run.press(Key.Key_Space)
    QTest.keyClicks(run.popup(), "0.7")
    QTest.keyClick(run.popup(), Key.Key_Return)
    assert run.value("/data/numbers/share") == "0.75"
    assert run.here() == "/data/dates/day"


def test_stars_are_given_by_mouse_and_the_same_star_takes_them_back(run: Running) -> None:
    run.go_to("/data/numbers/stars")
    stars = run.focus()
    run.click(stars, QPoint(4 + 44 * 2 + 20, 20))
    assert run.value("/data/numbers/stars") == "3"
    run.click(stars, QPoint(4 + 44 * 2 + 20, 20))
    assert run.value("/data/numbers/stars") == ""


def test_in_a_mirrored_page_the_first_star_is_at_the_right(persian_run: Running) -> None:
    persian_run.go_to("/data/numbers/stars")
    stars = persian_run.focus()
    persian_run.click(stars, QPoint(stars.width() - 20, 20))
    assert persian_run.value("/data/numbers/stars") == "1"
    persian_run.press(Key.Key_Left)
    assert persian_run.value("/data/numbers/stars") == "2"


# The calendar


def sheet(run: Running) -> CalendarSheet:
    popup = QApplication.activePopupWidget()
    assert isinstance(popup, CalendarPopup)
    return popup.sheet


def test_the_calendar_obeys_the_keys(run: Running) -> None:
    run.page.interview.set("/data/dates/day", "2026-11-28")
    run.go_to("/data/dates/day")
    run.press(Key.Key_F4)
    calendar = sheet(run)
    for key, hold, there in (
        (Key.Key_Left, None, "2026-11-27"),
        (Key.Key_Down, None, "2026-12-04"),
        (Key.Key_PageDown, None, "2027-01-04"),
        (Key.Key_PageUp, CONTROL, "2026-01-04"),
        (Key.Key_End, None, "2026-01-31"),
        (Key.Key_PageDown, None, "2026-02-28"),
    ):
        QTest.keyClick(calendar, key, hold or Qt.KeyboardModifier.NoModifier)
        assert calendar.here.isoformat() == there
    QTest.keyClick(calendar, Key.Key_Return)
    assert run.value("/data/dates/day") == "2026-02-28"
    assert run.focus() is run.answer("/data/dates/day").focusProxy()


def test_escape_leaves_the_calendar_and_the_date(run: Running) -> None:
    run.page.interview.set("/data/dates/day", "2026-11-28")
    run.go_to("/data/dates/day")
    run.press(Key.Key_Down, hold=ALT)
    QTest.keyClick(sheet(run), Key.Key_Left)
    QTest.keyClick(sheet(run), Key.Key_Escape)
    assert QApplication.activePopupWidget() is None
    assert run.value("/data/dates/day") == "2026-11-28"


@pytest.mark.parametrize(
    ("name", "stored", "key", "then"),
    [
        ("dates/month", "2026-11-01", Key.Key_Right, "2026-12-01"),
        ("dates/year", "2026-01-01", Key.Key_Right, "2027-01-01"),
        ("dates/ethiopian", "2026-11-10", Key.Key_Right, "2026-12-10"),
        ("dates/persian", "2026-11-28", Key.Key_PageDown, "2026-12-28"),
        ("dates/myanmar", "2026-11-28", Key.Key_Right, "2026-11-29"),
        ("dates/moment", "2026-11-28T14:30:00.000+00:00", Key.Key_Right, "2026-11-29T14:30"),
    ],
)
def test_the_calendar_picks_months_years_and_days_of_any_calendar(
    run: Running, name: str, stored: str, key: Qt.Key, then: str
) -> None:
    run.page.interview.set(f"/data/{name}", stored)
    run.go_to(f"/data/{name}")
    run.press(Key.Key_F4)
    QTest.keyClick(sheet(run), key)
    QTest.keyClick(sheet(run), Key.Key_Return)
    assert run.value(f"/data/{name}").startswith(then)


def test_the_mouse_turns_the_calendar_and_picks_a_day(run: Running) -> None:
    run.page.interview.set("/data/dates/day", "2026-11-28")
    run.go_to("/data/dates/day")
    answer = run.answer("/data/dates/day")
    assert isinstance(answer, DateAnswer)
    assert answer.button is not None
    run.click(answer.button)
    calendar = sheet(run)
    QTest.mouseClick(calendar, Qt.MouseButton.LeftButton, pos=QPoint(calendar.width() - 10, 10))
    assert calendar.title() == "December 2026"
    QTest.mouseClick(calendar, Qt.MouseButton.LeftButton, pos=calendar._places[23].box.center())
    assert run.value("/data/dates/day") == "2026-12-24"


def test_a_date_without_a_calendar_has_none(run: Running) -> None:
    run.go_to("/data/dates/typed")
    run.press(Key.Key_F4)
    assert QApplication.activePopupWidget() is None


def test_arrows_step_a_month_where_a_month_is_asked(run: Running) -> None:
    run.go_to("/data/dates/month")
    run.type("11/2026")
    run.press(Key.Key_Up, Key.Key_Up)
    assert run.value("/data/dates/month") == "2027-01-01"


# Choices


def cells(run: Running, name: str) -> list[ChoiceCell]:
    answer = run.answer(f"/data/{name}")
    assert isinstance(answer, ChoicesAnswer)
    return [cell for cell in answer.cells() if isinstance(cell, ChoiceCell)]


def test_quick_goes_on_as_soon_as_one_is_picked(run: Running) -> None:
    run.go_to("/data/choices/fast")
    run.press("2")
    assert run.value("/data/choices/fast") == "birch"
    assert run.here() == "/data/choices/two"
    run.click(cells(run, "choices/fast")[0])
    assert run.value("/data/choices/fast") == "ash"
    assert run.here() == "/data/choices/two"


def test_two_columns_are_two_and_packed_choices_are_as_wide_as_they_need(run: Running) -> None:
    run.go_to("/data/choices/two")
    assert len({cell.x() for cell in cells(run, "choices/two")}) == 2
    packed = cells(run, "choices/pack")
    assert len({cell.width() for cell in packed}) > 1
    assert len({cell.y() for cell in packed}) == 1


def test_pictures_stand_above_or_beside_the_words(run: Running) -> None:
    run.go_to("/data/choices/bare_one")
    assert {cell.shape_ for cell in cells(run, "choices/bare_one")} == {"tile"}
    run.go_to("/data/choices/liked")
    assert {cell.shape_ for cell in cells(run, "choices/liked")} == {"card"}
    assert all(cell.picture() is not None for cell in cells(run, "choices/liked"))


def test_a_form_without_its_pictures_still_has_its_choices(open_form: Open, appearances: Form) -> None:
    from dataclasses import replace

    run = open_form(replace(appearances, beside={"ibex.png": b"no picture", "map.svg": b"<svg"}))
    for name in ("choices/bare_one", "choices/where"):
        run.go_to(f"/data/{name}")
        assert all(cell.picture() is None and not isinstance(cell, Region) for cell in cells(run, name))
        run.press("2")
        assert run.value(f"/data/{name}") == "ibex"


def test_an_acknowledgement_is_given_and_taken_back_by_space(run: Running) -> None:
    run.go_to("/data/choices/read")
    run.press(Key.Key_Space)
    assert run.value("/data/choices/read") == "OK"
    run.press(Key.Key_Space)
    assert run.value("/data/choices/read") == ""


# Shapes


def at(answer: QWidget, x: int, y: int) -> QPoint:
    """A point of the picture, of which 400 units are the width."""
    assert isinstance(answer, ImageMapAnswer)
    box = answer.map_box(answer.width())
    return QPoint(box.x() + x * box.width() // 400, box.y() + y * box.width() // 400)


def click_shape(run: Running, x: int, y: int) -> None:
    answer = run.answer("/data/choices/where")
    point = at(answer, x, y)
    target = answer.childAt(point) or answer
    run.click(target, target.mapFrom(answer, point))


def test_shapes_are_picked_by_the_mouse_within_their_outline_only(run: Running) -> None:
    run.go_to("/data/choices/where")
    click_shape(run, 100, 100)
    click_shape(run, 340, 140)
    assert run.value("/data/choices/where") == "argali saiga"
    # The corner of the box around a circle, and the ground, are no shape.
    click_shape(run, 203, 23)
    click_shape(run, 200, 190)
    assert run.value("/data/choices/where") == "argali saiga"
    click_shape(run, 250, 70)
    click_shape(run, 100, 100)
    assert set(run.value("/data/choices/where").split()) == {"saiga", "ibex"}


def test_shapes_are_reached_by_arrows_and_what_has_none_stands_beneath(run: Running) -> None:
    run.go_to("/data/choices/where")
    run.press(Key.Key_Right, Key.Key_Space)
    assert run.value("/data/choices/where") == "ibex"
    answer = run.answer("/data/choices/where")
    assert isinstance(answer, ImageMapAnswer)
    below = next(cell for cell in cells(run, "choices/where") if not isinstance(cell, Region))
    assert below.y() > answer.map_box(answer.width()).bottom()
    run.click(below)
    assert run.value("/data/choices/where") == "ibex leopard"


# Everywhere


@pytest.mark.parametrize("size", [100, 200])
@pytest.mark.parametrize("width", [1440, 620])
@pytest.mark.parametrize("language", ["en", "fa"])
def test_every_appearance_has_names_and_room(
    open_form: Open, appearances: Form, qapp: QApplication, size: int, width: int, language: str
) -> None:
    theme.apply(qapp, text_size=size, motion=False)
    settings = Settings(question_language=language, second_language="en" if language == "fa" else "fa")
    blocks = every_page(open_form(appearances, settings=settings, size=(width, 900)))
    assert len(blocks) > 40


def test_a_drop_down_of_a_range_stays_within_its_block(run: Running) -> None:
    run.go_to("/data/numbers/share")
    answer = run.answer("/data/numbers/share")
    assert isinstance(answer, DropDownAnswer)
    assert QRect(QPoint(0, 0), answer.size()).contains(answer.field.geometry())


def test_the_picture_of_a_map_is_shown_once(run: Running) -> None:
    run.go_to("/data/choices/where")
    block = run.block("/data/choices/where")
    assert isinstance(block, QuestionBlock)
    assert block.answer.shows_picture
    assert block.media is None
