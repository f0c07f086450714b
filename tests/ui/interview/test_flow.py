"""Beside the answers: reasons for unusual ones, the codes for none, history, finished interviews, what was given."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from cami_survey.base.settings import Settings
from cami_survey.engine.api import Form, load_form
from cami_survey.operations import audit, forms, interviews
from cami_survey.operations.running import Interview, Saved
from cami_survey.store.api import SurveyFile
from cami_survey.ui import theme
from cami_survey.ui.interview.block import QuestionBlock
from cami_survey.ui.interview.history import HistoryDialog
from cami_survey.ui.interview.page import InterviewPage
from cami_survey.ui.interview.reasons import ReasonDialog
from tests.ui.interview.conftest import Open, Running, shown

Key = Qt.Key
CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
HEADS = "label::English (en) | label::Russian (ru)"
FORM = f"""
| survey |
| | type | name | {HEADS} | constraint | bind::cami:soft | bind::cami:softMsg | parameters |
| | audit | audit | | | | | | track-changes=true |
| | begin group | herd | Herd | Стадо | | | | |
| | text | code | Code | Код | | | | |
| | integer | sheep | Sheep | Овцы | . >= 0 or . = -99 | . <= 500 | More than 500 is rare | |
| | select_one yn | dogs | Dogs? | Собаки? | | | | |
| | text | camp | Camp | - | | | | |
| | end group | | | | | | | |
| | begin group | more | More | Ещё | | | | |
| | begin repeat | dog | Dog | Собака | | | | |
| | integer | age | Age | Возраст | | . < 20 | | |
| | text | called | Name | Имя | | | | |
| | end repeat | | | | | | | |
| | text | last | Last | Последний | | | | |
| | end group | | | | | | | |
| choices |
| | list_name | name | label::English (en) | label::Russian (ru) |
| | yn | yes | Yes | Да |
| | yn | no | No | - |
| | yn | dk | Don't know | Не знаю |
| | yn | rf | Refused | Отказ |
| settings |
| | form_id | title | namespaces | default_language |
| | flow | Flow | cami="urn:cami-survey:xforms" | English (en) |
"""


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    written: Path = tmp_path_factory.mktemp("flow") / "flow.md"
    written.write_text(FORM, "utf-8")
    return written


@pytest.fixture(scope="module")
def flow(path: Path) -> Form:
    return load_form(path)


@pytest.fixture
def survey(tmp_path: Path, path: Path) -> Iterator[SurveyFile]:
    with SurveyFile.create(tmp_path / "w.cami", title="W", facilitator="Aizada") as made:
        forms.add(made, [path])
        yield made


def message(run: Running, ref: str) -> str:
    block = run.block(ref)
    assert isinstance(block, QuestionBlock)
    return block.message.words if not block.message.isHidden() else ""


def dialog(kind: type[ReasonDialog] | type[HistoryDialog]) -> ReasonDialog | HistoryDialog:
    found = [widget for widget in QApplication.topLevelWidgets() if isinstance(widget, kind) and widget.isVisible()]
    assert len(found) == 1, f"{len(found)} dialogs are open"
    return found[0]


def write_reason(words: str) -> None:
    asked = dialog(ReasonDialog)
    assert isinstance(asked, ReasonDialog)
    QTest.keyClicks(asked.field, words)
    QTest.keyClick(asked.field, Key.Key_Return)
    QApplication.processEvents()


def at(page_of: Interview, qtbot: QtBot, settings: Settings | None = None, *, read_only: bool = False) -> Running:
    return shown(InterviewPage(page_of, settings or Settings(walk="page"), read_only=read_only), qtbot)


# Unusual answers


def test_an_unusual_answer_is_kept_with_a_reason(open_form: Open, flow: Form) -> None:
    run = open_form(flow)
    run.go_to("/data/herd/sheep")
    run.type("900")
    run.press(Key.Key_Return)
    assert message(run, "/data/herd/sheep") == "More than 500 is rare"
    run.press(Key.Key_Return, hold=SHIFT)
    run.press(Key.Key_F5)
    write_reason("counted twice")
    assert run.page.interview.reasons == {"/data/herd/sheep": "counted twice"}
    assert message(run, "/data/herd/sheep") == "Kept, because: counted twice"
    assert run.page.course.told == {}
    assert run.here() == "/data/herd/sheep"
    run.clear()
    run.type("901")
    run.press(Key.Key_Return)
    assert message(run, "/data/herd/sheep") == "More than 500 is rare"


def test_a_reason_is_needed_and_can_be_taken_back(open_form: Open, flow: Form) -> None:
    run = open_form(flow, fill={"/data/herd/sheep": 900})
    run.go_to("/data/herd/sheep")
    run.press(Key.Key_F5)
    write_reason("   ")
    asked = dialog(ReasonDialog)
    assert isinstance(asked, ReasonDialog)
    assert asked.problem.text() != ""
    write_reason("so it is")
    run.press(Key.Key_F5)
    again = dialog(ReasonDialog)
    assert isinstance(again, ReasonDialog)
    assert again.field.text() == "so it is"
    QTest.keyClick(again.field, Key.Key_Delete)
    QTest.keyClick(again.field, Key.Key_Return)
    assert run.page.interview.reasons == {}
    assert message(run, "/data/herd/sheep") == "More than 500 is rare"


def test_the_button_of_the_band_asks_as_well(open_form: Open, flow: Form) -> None:
    run = open_form(flow, fill={"/data/herd/sheep": 900})
    run.go_to("/data/herd/sheep")
    run.press(Key.Key_Return)
    block = run.block("/data/herd/sheep")
    assert isinstance(block, QuestionBlock)
    run.click(block.message.keep)
    write_reason("counted")
    assert message(run, "/data/herd/sheep") == "Kept, because: counted"


def test_a_usual_answer_and_a_wrong_one_have_nothing_to_be_excused(open_form: Open, flow: Form) -> None:
    run = open_form(flow, fill={"/data/herd/sheep": 9})
    run.go_to("/data/herd/sheep")
    run.press(Key.Key_F5)
    run.page.interview.set("/data/herd/sheep", -5)
    run.press(Key.Key_F5)
    assert [widget for widget in QApplication.topLevelWidgets() if isinstance(widget, ReasonDialog)] == []


def test_a_cell_of_a_table_is_kept_with_a_reason(open_form: Open, flow: Form) -> None:
    run = open_form(flow, fill={"/data/more/dog[1]/age": 30})
    run.go_to("/data/more/dog[1]/age")
    run.press(Key.Key_F5)
    write_reason("the oldest")
    assert list(run.page.interview.reasons.values()) == ["the oldest"]
    assert len(run.page.interview.session.problems()) == 0


def test_finishing_lists_what_is_unusual_until_it_has_a_reason(survey: SurveyFile, qtbot: QtBot) -> None:
    interview = interviews.start(survey, "flow")
    interview.set("/data/herd/sheep", 900)
    run = at(interview, qtbot)
    run.press(Key.Key_F8)
    assert [row.trouble.words for row in run.page.frame.problems.rows] == ["More than 500 is rare"]
    run.press(Key.Key_Return)
    assert run.here() == "/data/herd/sheep"
    run.press(Key.Key_F5)
    write_reason("counted")
    run.press(Key.Key_F8)
    with qtbot.waitSignal(run.page.finalised):
        run.strike(Key.Key_F8)
    view = survey.view(interview.record)
    assert view.answers.fields["@reason:/data/herd/sheep"] == "counted"


def test_f8_says_that_nothing_is_missing_before_it_finishes(survey: SurveyFile, qtbot: QtBot) -> None:
    interview = interviews.start(survey, "flow")
    interview.set("/data/herd/sheep", 40)
    run = at(interview, qtbot)
    here = run.here()
    run.press(Key.Key_F8)
    problems = run.page.frame.problems
    assert run.page.frame.lists_problems
    assert problems.title.text() == "Nothing that has to be answered is missing"
    assert f"{run.page.course.unanswered()} questions have no answer" in problems.words.text()
    assert run.focus() is run.page.frame.footer.next_button
    assert run.page.frame.footer.next_button.text() == "Finish"
    run.press(Key.Key_Escape)
    assert (run.page.frame.lists_problems, run.here()) == (False, here)
    run.press(Key.Key_F8)
    with qtbot.waitSignal(run.page.finalised):
        run.strike(Key.Key_Return)
    assert survey.view(interview.record).state == "final"


# No answer


def test_one_key_says_that_nobody_knows_and_one_that_nobody_wants_to_say(open_form: Open, flow: Form) -> None:
    run = open_form(flow)
    run.go_to("/data/herd/dogs")
    run.press(Key.Key_F9)
    assert run.value("/data/herd/dogs") == "dk"
    run.press(Key.Key_F9, hold=SHIFT)
    assert run.value("/data/herd/dogs") == "rf"
    run.press(Key.Key_F9, hold=SHIFT)
    assert run.value("/data/herd/dogs") == ""


def test_a_number_that_is_being_typed_gives_way_to_its_code(open_form: Open, flow: Form) -> None:
    run = open_form(flow)
    run.go_to("/data/herd/sheep")
    run.type("12")
    run.press(Key.Key_F9)
    assert run.value("/data/herd/sheep") == "-99"
    assert "99" in run.line().text()


def test_a_question_without_such_a_code_says_so(open_form: Open, flow: Form) -> None:
    run = open_form(flow)
    run.go_to("/data/herd/camp")
    run.press(Key.Key_F9)
    assert run.value("/data/herd/camp") == ""
    assert "no code" in run.page.frame.done.words.text()


# Languages


def test_a_missing_text_is_shown_in_another_language_which_is_named(open_form: Open, flow: Form) -> None:
    run = open_form(flow, settings=Settings(question_language="ru", second_language="en"))
    block = run.block("/data/herd/camp")
    assert isinstance(block, QuestionBlock)
    assert block.head.words.label == "Camp [English]"
    assert block.head.words.small == ""
    dogs = run.block("/data/herd/dogs")
    names = [child.accessibleName() for child in dogs.findChildren(type(dogs.answer).__mro__[-3])]
    assert any("No [English]" in name for name in names)


def test_turning_the_language_keeps_place_and_typed_text(open_form: Open, flow: Form) -> None:
    run = open_form(flow, settings=Settings(question_language="ru", second_language="en"))
    run.go_to("/data/herd/camp")
    run.type("Ала")
    for _turn in range(3):
        run.press(Key.Key_L, hold=CONTROL)
        assert run.here() == "/data/herd/camp"
        assert run.line().text() == "Ала"


# Finished interviews and the history of an answer


def finished(survey: SurveyFile) -> str:
    interview = interviews.start(survey, "flow")
    interview.set("/data/herd/camp", "Alay")
    saved = interview.finalise().value
    assert isinstance(saved, Saved)
    return saved.record


def test_a_finished_interview_is_changed_for_a_reason(survey: SurveyFile, qtbot: QtBot) -> None:
    record = finished(survey)
    run = at(interviews.open_record(survey, record), qtbot)
    run.go_to("/data/herd/camp")
    run.clear()
    run.type("At-Bashy")
    run.press(Key.Key_F8, Key.Key_F8)
    with qtbot.waitSignal(run.page.finalised):
        write_reason("map read wrong")
    assert [step.reason for step in survey.history(record)] == ["", "map read wrong"]
    assert [step.state for step in survey.history(record)] == ["final", "final"]


def test_who_thinks_better_of_it_stays_in_the_interview(survey: SurveyFile, qtbot: QtBot) -> None:
    record = finished(survey)
    run = at(interviews.open_record(survey, record), qtbot)
    run.go_to("/data/herd/camp")
    run.type("x")
    run.press(Key.Key_Escape)
    QTest.keyClick(dialog(ReasonDialog), Key.Key_Escape)
    QApplication.processEvents()
    assert len(survey.history(record)) == 1
    assert run.page.isEnabled()
    assert run.page.interview.draft is not None


def test_a_finished_interview_that_was_only_looked_through_asks_nothing(survey: SurveyFile, qtbot: QtBot) -> None:
    run = at(interviews.open_record(survey, finished(survey)), qtbot)
    with qtbot.waitSignal(run.page.left):
        run.strike(Key.Key_Escape)


def test_a_window_that_closes_leaves_the_change_in_the_journal(survey: SurveyFile, qtbot: QtBot) -> None:
    record = finished(survey)
    run = at(interviews.open_record(survey, record), qtbot)
    run.go_to("/data/herd/camp")
    run.type("x")
    run.page.close_down()
    assert len(survey.history(record)) == 1
    assert interviews.open_record(survey, record).needs_reason


def test_the_history_of_an_answer_opens_by_a_key(survey: SurveyFile, qtbot: QtBot) -> None:
    record = finished(survey)
    interview = interviews.open_record(survey, record)
    interview.set("/data/herd/camp", "At-Bashy")
    interview.finalise(reason="map read wrong")
    run = at(interviews.open_record(survey, record), qtbot)
    run.go_to("/data/herd/camp")
    run.clear()
    run.type("Naryn")
    run.press(Key.Key_F6)
    told = dialog(HistoryDialog)
    assert isinstance(told, HistoryDialog)
    now, changed, first = told.lines
    assert now[1] == "from “At-Bashy” to “Naryn”"
    assert (changed[1], changed[2]) == ("from “Alay” to “At-Bashy”", "Reason: map read wrong")
    assert "Aizada" in changed[0]
    assert first[1] == "“Alay” was given"
    QTest.keyClick(told, Key.Key_Escape)
    QApplication.processEvents()
    assert run.here() == "/data/herd/camp"


def test_a_new_answer_has_no_history(open_form: Open, flow: Form) -> None:
    run = open_form(flow)
    run.go_to("/data/herd/camp")
    run.press(Key.Key_F6)
    told = dialog(HistoryDialog)
    assert isinstance(told, HistoryDialog)
    assert told.lines == []
    QTest.keyClick(told, Key.Key_Return)


# What was given


def test_only_what_was_answered_is_shown_on_wish(open_form: Open, flow: Form) -> None:
    run = open_form(flow, fill={"/data/herd/sheep": 9, "/data/more/last": "x"}, read_only=True)
    everything = {stop.field for stop in run.page.questions.column.stops()}
    run.press(Key.Key_G, hold=CONTROL)
    assert {stop.field for stop in run.page.questions.column.stops() if stop.kind == "question"} == {"/data/herd/sheep"}
    run.press(Key.Key_PageDown)
    assert [stop.field for stop in run.page.questions.column.stops() if stop.kind == "question"] == ["/data/more/last"]
    run.press(Key.Key_PageUp)
    run.press(Key.Key_G, hold=CONTROL)
    assert {stop.field for stop in run.page.questions.column.stops()} == everything


def test_nothing_is_hidden_while_one_answers(open_form: Open, flow: Form) -> None:
    run = open_form(flow)
    before = run.page.questions.column.stops()
    run.press(Key.Key_G, hold=CONTROL)
    assert run.page.questions.column.stops() == before


# The event log


def test_the_log_tells_where_the_person_was(survey: SurveyFile, qtbot: QtBot) -> None:
    interview = interviews.start(survey, "flow")
    run = at(interview, qtbot)
    run.type("KG-1")
    run.press(Key.Key_Return)
    run.type("7")
    run.press(Key.Key_J, hold=CONTROL)
    search = run.popup()
    QTest.keyClicks(search, "Last")
    QTest.keyClick(search, Key.Key_Return)
    QApplication.processEvents()
    run.go_to("/data/more/dog[1]/age")
    run.press(Key.Key_Return, hold=CONTROL)
    run.press(Key.Key_F8)
    with qtbot.waitSignal(run.page.finalised):
        run.strike(Key.Key_F8)
    view = survey.view(interview.record)
    lines = survey.attachment(view.answers.files[audit.FILE_NAME]).decode().splitlines()
    told = [line.split(",") for line in lines]
    assert told[0] == ["event", "node", "start", "end", "old-value", "new-value"]
    walked = [(event, node) for event, node, *_rest in told[1:]]
    assert walked[0] == ("form start", "")
    assert walked[1:3] == [("question", "/data/herd/code"), ("jump", "")]
    assert ("group questions", "/data/herd") in walked
    assert ("add repeat", "/data/more/dog[2]") in walked
    assert [event for event, _node in walked[-3:]] == ["form save", "form finalize", "form exit"]
    typed = {node: (old, new) for event, node, _start, _end, old, new in told if event == "question"}
    assert (typed["/data/herd/code"], typed["/data/herd/sheep"]) == (("", "KG-1"), ("", "7"))


def test_screen_readers_hear_the_key_that_keeps_an_unusual_answer(open_form: Open, flow: Form) -> None:
    run = open_form(flow, fill={"/data/herd/sheep": 900})
    run.go_to("/data/herd/sheep")
    run.press(Key.Key_Return)
    block = run.block("/data/herd/sheep")
    assert isinstance(block, QuestionBlock)
    assert "F5" in block.message.accessibleName()


@pytest.mark.parametrize("size", [100, 200])
@pytest.mark.parametrize("width", [1440, 760])
@pytest.mark.parametrize("language", ["en", "fa"])
def test_the_way_to_keep_an_unusual_answer_has_room(
    open_form: Open, flow: Form, qapp: QApplication, size: int, width: int, language: str
) -> None:
    theme.apply(qapp, text_size=size, motion=False)
    run = open_form(flow, fill={"/data/herd/sheep": 900}, size=(width, 900))
    if language == "fa":
        run.page.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    run.go_to("/data/herd/sheep")
    run.press(Key.Key_Return)
    block = run.block("/data/herd/sheep")
    assert isinstance(block, QuestionBlock)
    message = block.message
    parts = (message.keep, message.cap)
    assert block.rect().contains(message.geometry())
    assert all(message.rect().contains(part.geometry()) and part.isVisible() for part in parts)
    assert not parts[0].geometry().intersects(parts[1].geometry())
    assert message.keep.height() >= message.keep.sizeHint().height()
    assert (message.keep.geometry().center().x() < message.width() // 2) == (language == "fa")
