"""Packages go out and come in through the window; conflicts are settled by the keys."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QApplication, QMenu, QScrollArea
from pytestqt.qtbot import QtBot

from cami_survey.base.records import Answers, Summary
from cami_survey.operations import interviews, laptops, merges, packages, reviews, sharing, surveys
from cami_survey.operations.reviews import Task
from cami_survey.store.api import SurveyFile
from cami_survey.ui.dialogs.history import RecordHistory
from cami_survey.ui.kit import Button, IconButton, Label, Link
from cami_survey.ui.kit.table import CELL, Table
from cami_survey.ui.pages import exchange_home, exchange_merge, exchange_settle, interviews_history
from cami_survey.ui.pages.exchange import ExchangePage
from cami_survey.ui.pages.exchange_known import know
from cami_survey.ui.pages.exchange_merge import STATE
from cami_survey.ui.pages.exchange_settle import MINE, RESULT
from cami_survey.ui.shell import Shell
from tests.ui.conftest import HERDER, settle

NAMES = {"int_code": "KG-H0001", "adm1": "Naryn"}


def path_of(running: interviews.Interview, name: str) -> str:
    return next(node.path for node in running.form.nodes if node.name == name)


def answer(survey: SurveyFile, record: str | None, name: str, value: str) -> str:
    """Write one answer into a new interview or a draft."""
    running = interviews.start(survey, "herder_interview") if record is None else interviews.resume(survey, record)
    running.set(path_of(running, name), value)
    return running.leave().value.record


@pytest.fixture
def page(window: Shell, make_survey: Callable[..., SurveyFile]) -> ExchangePage:
    window.desk.take(make_survey("hub", HERDER))
    window.go("exchange")
    settle(window)
    found = window.pages["exchange"]
    assert isinstance(found, ExchangePage)
    return found


@pytest.fixture
def laptop(make_survey: Callable[..., SurveyFile]) -> SurveyFile:
    made = make_survey("kg-03", HERDER)
    answer(made, None, "int_code", "KG-H0001")
    return made


@pytest.fixture
def trusting(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The person says that fingerprints are the same; what was asked is kept."""
    asked: list[str] = []

    def yes(_parent: object, title: str, words: str, *_more: str) -> bool:
        asked.append(f"{title} {words}")
        return True

    monkeypatch.setattr(exchange_merge, "ask", yes)
    return asked


def test_a_package_for_a_known_recipient(page: ExchangePage, window: Shell, laptop: SurveyFile, tmp_path: Path) -> None:
    answer(window.desk.survey, None, "int_code", "KG-H0009")
    page.home.people_card.person.setText("Aizada")
    page.home.people_card.recipient.setText(laptop.device.recipient)
    page.home.people_card.add()
    settle(window)
    assert [tick.text() for tick in page.home.pack_card.chosen.values()] == ["Aizada"]
    page.home.pack_card.chosen[laptop.device.recipient].click()
    page.home.refresh()
    settle(window)
    assert page.home.pack_card.to() == []
    assert not page.home.pack_card.write.isEnabled()
    page.home.pack_card.chosen[laptop.device.recipient].click()
    out = tmp_path / "out"
    out.mkdir()
    page.home.pack_card.write_to(out)
    settle(window)
    written = list(out.glob("*.camipack"))
    assert len(written) == 1
    preview = merges.preview(laptop, written, enrol=True).value
    assert [source.counts.new for source in preview.sources] == [1]
    assert preview.sources[0].encrypted


def test_the_keys_stay_where_they_were_when_a_card_is_shown_anew(
    page: ExchangePage, window: Shell, laptop: SurveyFile, qtbot: QtBot
) -> None:
    people = page.home.people_card
    people.person.setText("Aizada")
    people.recipient.setFocus()
    qtbot.keyClicks(people.recipient, laptop.device.recipient)
    qtbot.keyClick(people.recipient, Qt.Key.Key_Return)
    settle(window)
    qtbot.waitUntil(lambda: QApplication.focusWidget() is page.home.people_card.recipient)
    laptops.enrol(window.desk.survey, laptops.card_code(laptop))
    page.home.refresh()
    settle(window)
    away = next(one for one in people.findChildren(IconButton) if "KG-03" in one.accessibleName())
    away.setFocus()
    qtbot.keyClick(away, Qt.Key.Key_Space)
    settle(window)

    def held() -> bool:
        now = QApplication.focusWidget()
        return now is not None and "KG-03" in now.accessibleName() and people.isAncestorOf(now)

    qtbot.waitUntil(held)


def test_without_anybody_known_only_plain_can_be_written(page: ExchangePage, window: Shell, tmp_path: Path) -> None:
    answer(window.desk.survey, None, "int_code", "KG-H0009")
    assert not page.home.pack_card.write.isEnabled()
    page.home.pack_card.plain.click()
    assert page.home.pack_card.write.isEnabled()
    page.home.pack_card.write_to(tmp_path)
    settle(window)
    assert len(list(tmp_path.glob("*.camipack"))) == 1
    assert window.feedback.shown_error() == "The package is not encrypted: whoever finds it can read it."


def test_an_unknown_laptop_is_merged_only_after_its_fingerprint_was_compared(
    page: ExchangePage, window: Shell, laptop: SurveyFile, trusting: list[str], qtbot: QtBot
) -> None:
    page.look_at([laptop.path])
    settle(window)
    assert page.preview is not None
    assert page.preview.ticked == set()
    assert not page.preview.main.isEnabled()
    qtbot.keyClick(page.preview.table, Qt.Key.Key_Space)
    assert page.preview.preview.sources[0].fingerprint in trusting[0]
    assert page.preview.ticked == {0}
    assert page.preview.cards["new"].number.text() == "1"
    page.preview.main.click()
    settle(window)
    assert window.desk.survey.counts()["all"] == 1
    assert [device.name for device in know(window.desk.survey).devices] == ["KG-03"]


def test_a_damaged_package_is_refused_with_its_reason(
    page: ExchangePage, window: Shell, laptop: SurveyFile, tmp_path: Path
) -> None:
    packed = packages.pack(laptop, tmp_path, plain=True).value.path
    packed.write_bytes(packed.read_bytes()[:-40])
    page.look_at([packed])
    settle(window)
    assert page.preview is not None
    assert page.preview.cards["refused"].number.text() == "1"
    page.preview.toggle(0)
    assert page.preview.ticked == set()
    assert packed.name in page.preview.said.text()
    page.preview.cancel.click()
    assert page.currentWidget() is page.home


def test_what_lies_beside_packages_is_ignored_and_listed(
    page: ExchangePage, window: Shell, laptop: SurveyFile, tmp_path: Path
) -> None:
    folder = tmp_path / "stick" / "inner"
    packages.pack(laptop, folder, plain=True)
    (tmp_path / "stick" / "letter.txt").write_text("Dear colleague")
    page.look_at([tmp_path / "stick"])
    settle(window)
    assert page.preview is not None
    assert page.preview.ignored.text() == "1 other file is ignored: letter.txt"
    assert QApplication.focusWidget() is page.preview.table
    assert len(page.preview.preview.sources) == 1


def state_of(page: ExchangePage, row: int = 0) -> str:
    assert page.preview is not None
    return str(page.preview.model.index(row, STATE).data(CELL).text)


def test_a_package_of_a_laptop_that_is_no_longer_trusted_says_whose_it_is(
    page: ExchangePage, window: Shell, laptop: SurveyFile, tmp_path: Path
) -> None:
    hub = window.desk.survey
    laptops.enrol(hub, laptops.card_code(laptop))
    laptops.revoke(hub, "KG-03")
    page.look_at([packages.pack(laptop, tmp_path, to=[hub.device.recipient]).value.path])
    settle(window)
    assert page.preview is not None
    assert page.preview.model.index(0, 0).data(CELL).text == "KG-03"
    assert state_of(page) == "From a laptop that is no longer trusted"
    assert "enrol the device again" in page.preview.said.text()


def test_a_laptop_whose_clock_is_in_2099_is_named_before_and_after(
    page: ExchangePage, window: Shell, tmp_path: Path
) -> None:
    def future() -> datetime:
        return datetime(2099, 3, 1, tzinfo=UTC)

    odd = surveys.create(tmp_path / "odd.cami", title="Odd", device_name="TJ-02", clock=future).value
    odd.save(
        record="r1", form_id="f", form_version="1", answers=Answers({"/data/a": "1"}), state="final", parents=(),
        summary=Summary(),
    )  # fmt: skip
    odd.close()
    laptops.enrol(window.desk.survey, laptops.card_code(odd))
    page.look_at([odd.path])
    settle(window)
    assert page.preview is not None
    assert state_of(page) == "Its clock was far ahead"
    assert page.preview.said.text().startswith("The clock of TJ-02 was more than a day ahead")
    page.preview.main.click()
    settle(window)
    assert window.feedback.shown_error().startswith("The clock of TJ-02 was more than a day ahead.")


def test_what_has_not_arrived_is_numbered_asked_for_and_offered_where_it_is(
    page: ExchangePage, window: Shell, laptop: SurveyFile, tmp_path: Path
) -> None:
    hub = window.desk.survey
    laptops.enrol(hub, laptops.card_code(laptop))
    late = answer(laptop, None, "int_code", "KG-H0002")
    package = packages.pack(laptop, tmp_path, to=[hub.device.recipient], records=[late]).value.path
    page.look_at([package])
    settle(window)
    assert page.preview is not None
    assert state_of(page) == "Change 1 has not arrived"
    assert page.preview.said.text().startswith("Change 1 of KG-03 exists and has not arrived.")
    page.preview.main.click()
    settle(window)
    (line,) = page.home.people_card.laptops.values()
    assert line.ask is not None
    page.home.people_card.write_receipt(hub.devices()[1], tmp_path / "back")
    settle(window)
    merges.merge(laptop, [tmp_path / "back"], enrol=True)
    (there,) = know(laptop).delivered.values()
    assert there.interviews == tuple(record for record in known_records(laptop) if record != late)


def known_records(survey: SurveyFile) -> list[str]:
    return [row.record for row in survey.rows()]


def test_warnings_of_a_merge_stay_while_conflicts_are_settled(
    page: ExchangePage, window: Shell, laptop: SurveyFile, conflict: str, tmp_path: Path
) -> None:
    page.go_home()
    late = answer(laptop, None, "int_code", "KG-H0007")
    answer(laptop, late, "int_code", "KG-H0008")
    other = answer(laptop, None, "int_code", "KG-H0009")
    package = packages.pack(laptop, tmp_path, to=[window.desk.survey.device.recipient], records=[other]).value.path
    page.merge([package], False)
    settle(window)
    assert page.settling is not None
    assert "have not arrived" in window.feedback.shown_error()


def test_replies_that_came_without_another_change_are_something_new(
    page: ExchangePage, window: Shell, laptop: SurveyFile, tmp_path: Path
) -> None:
    hub = window.desk.survey
    merges.merge(hub, [laptop.path], enrol=True)
    (record,) = known_records(hub)
    reviews.comment(laptop, record, "int_code", "Spelled right?")
    page.look_at([packages.pack(laptop, tmp_path, to=[hub.device.recipient]).value.path])
    settle(window)
    assert state_of(page) == "Queries, reviews, decisions"
    assert page.preview is not None
    page.preview.main.click()
    settle(window)
    assert "1 word about interviews came with it" in window.feedback.shown_done()


def test_of_many_laptops_those_that_miss_something_are_shown_first(
    page: ExchangePage, window: Shell, tmp_path: Path
) -> None:
    hub = window.desk.survey
    for number in range(8):
        other = SurveyFile.create(tmp_path / f"{number}.cami", title="x", device_name=f"MN-{number}")
        one, two = (
            other.save(
                record=name, form_id="f", form_version="1", answers=Answers({"/data/a": name}), state="final",
                parents=(), summary=Summary(),
            )
            for name in (f"a{number}", f"b{number}")
        )  # fmt: skip
        assert one != two
        laptops.enrol(hub, laptops.card_code(other))
        if number == 7:
            merges.merge(hub, [packages.pack(other, tmp_path / "out", plain=True, records=["b7"]).value.path])
        other.close()
    page.home.refresh()
    settle(window)
    people, pack = page.home.people_card, page.home.pack_card
    names = {device.id: device.name for device in hub.devices()}
    assert next(names[device] for device in people.laptops) == "MN-7"
    assert len(people.laptops) == 6
    people.all.click()
    assert len(people.laptops) == 8
    for width in (760, 1280):
        window.resize(width, 800)
        settle(window)
        people.all.click()
        settle(window)
        assert people.height() == people.heightForWidth(people.width())
    people.all.click()
    assert pack.whom.text() == "For 8 of 8…"
    pack.choose(pack.to()[:3])
    page.home.refresh()
    settle(window)
    assert (pack.whom.text(), len(pack.to())) == ("For 3 of 8…", 3)


def test_the_numbers_are_those_of_the_ticked_packages(
    page: ExchangePage, window: Shell, laptop: SurveyFile, trusting: list[str], tmp_path: Path
) -> None:
    paths = [packages.pack(laptop, tmp_path / "first", plain=True).value.path, tmp_path / "second.camipack"]
    shutil.copy(paths[0], paths[1])
    page.look_at(paths)
    settle(window)
    assert page.preview is not None
    new = page.preview.cards["new"].number
    page.preview.take([0, 1], trusted=True)
    settle(window)
    assert (new.text(), [source.counts.new for source in page.preview.preview.sources]) == ("1", [1, 0])
    page.preview.toggle(0)
    settle(window)
    assert new.text() == "1"
    page.preview.main.click()
    settle(window)
    assert window.desk.survey.counts()["all"] == 1


@pytest.fixture
def conflict(page: ExchangePage, window: Shell, laptop: SurveyFile) -> str:
    """The same answer written differently on two laptops; merged, and shown to be settled."""
    hub = window.desk.survey
    merges.merge(hub, [laptop.path], enrol=True)
    record = hub.rows()[0].record
    answer(hub, record, "int_code", "KG-H0002")
    answer(laptop, record, "int_code", "KG-H0003")
    merges.merge(hub, [laptop.path])
    page.settle("")
    settle(window)
    return record


def code_of(window: Shell) -> str:
    return window.desk.survey.rows()[0].summary.code


def test_a_conflict_is_settled_by_the_arrow_keys_and_undone(
    page: ExchangePage, window: Shell, conflict: str, qtbot: QtBot
) -> None:
    settling = page.settling
    assert settling is not None
    assert len(settling.questions) == 1
    assert not settling.apply.isEnabled()
    assert settling.model.index(0, MINE).data(CELL).text == "KG-H0002"
    qtbot.keyClick(settling.table, Qt.Key.Key_Left)
    assert settling.model.index(0, RESULT).data(CELL).text == "KG-H0002"
    qtbot.keyClick(settling.table, Qt.Key.Key_Right)
    assert settling.model.index(0, RESULT).data(CELL).text == "KG-H0003"
    assert window.desk.survey.conflicts() != []
    settling.apply.click()
    settle(window)
    assert window.desk.survey.conflicts() == []
    assert code_of(window) == "KG-H0003"
    assert page.currentWidget() is page.home
    window.feedback.undo()
    settle(window)
    assert len(window.desk.survey.conflicts()) == 1


def test_a_written_value_that_is_no_answer_is_named_until_it_was_put_right(
    page: ExchangePage, window: Shell, conflict: str
) -> None:
    settling = page.settling
    assert settling is not None
    field = settling.questions[0].field
    page.apply({(conflict, field): "no code"})
    settle(window)
    assert window.feedback.shown_error().startswith("“no code” is no answer")
    assert any(
        "What is the code of this interview?" in label.text() for label in window.feedback.top.findChildren(Label)
    )
    assert page.settling is settling
    page.apply({(conflict, field): "KG-H0004"})
    settle(window)
    assert window.feedback.shown_error() == ""
    assert code_of(window) == "KG-H0004"


@pytest.fixture
def many(page: ExchangePage, window: Shell, make_survey: Callable[..., SurveyFile]) -> list[str]:
    """Two answers of one interview against KG-03 and one of another against KG-05, to be settled."""
    hub, first, second = window.desk.survey, make_survey("kg-03", HERDER), make_survey("kg-05", HERDER)
    records = [answer(first, None, "int_code", "KG-H0001"), answer(first, None, "int_code", "KG-H0005")]
    for survey in (hub, second):
        merges.merge(survey, [first.path], enrol=True)
    for survey, told in ((hub, "hub"), (first, "three")):
        answer(survey, records[0], "adm2", told)
        answer(survey, records[0], "interviewer", told)
    for survey, told in ((hub, "hub"), (second, "five")):
        answer(survey, records[1], "adm2", told)
    merges.merge(hub, [first.path, second.path], enrol=True)
    page.settle("")
    settle(window)
    return records


def rows_of(page: ExchangePage) -> list[str]:
    """The rows to settle as they stand: what is said of a heading, mine and theirs of the others."""
    assert page.settling is not None
    rows = page.settling.model.rows
    return [row[0].text if row[0].heading else f"{row[2].text} {row[3].text}" for row in rows]


def test_conflicts_are_settled_interview_by_interview_with_the_keys(
    page: ExchangePage, window: Shell, many: list[str], qtbot: QtBot
) -> None:
    settling = page.settling
    assert settling is not None
    qtbot.keyClick(settling.table, Qt.Key.Key_I)
    title = "CAMI herder and community interview"
    assert sorted(rows_of(page)) == sorted(
        [f"KG-H0001 · {title}", "hub three", "hub three", f"KG-H0005 · {title}", "hub five"]
    )
    # The keys pass over the headings, and what is decided stays decided without them.
    for _conflict in range(3):
        assert settling.shown[settling.table.current_row()] is not None
        qtbot.keyClick(settling.table, Qt.Key.Key_Right)
        qtbot.keyClick(settling.table, Qt.Key.Key_Down)
    assert settling.apply.isEnabled()
    qtbot.keyClick(settling.table, Qt.Key.Key_I)
    assert len(rows_of(page)) == 3
    assert len(settling.decisions) == 3


def test_conflicts_of_one_device_are_chosen_and_settled_with_the_keys(
    page: ExchangePage, window: Shell, many: list[str], qtbot: QtBot
) -> None:
    settling = page.settling
    assert settling is not None
    assert settling.by_device.text() == "Device: any"
    qtbot.keyClick(settling.table, Qt.Key.Key_D)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    assert [action.text() for action in menu.actions()] == ["Any device", "HUB", "KG-03", "KG-05"]
    for _step in range(4):
        qtbot.keyClick(menu, Qt.Key.Key_Down)
    qtbot.keyClick(menu, Qt.Key.Key_Return)
    assert settling.by_device.text() == "Device: KG-05"
    assert rows_of(page) == ["hub five"]
    assert settling.rest.text() == "Take mine for the rest of these"
    settling.rest.click()
    assert len(settling.decisions) == 1
    assert not settling.apply.isEnabled()
    assert QApplication.focusWidget() is settling.table
    settling.show_device("")
    assert len(rows_of(page)) == 3


def enlarge(window: Shell) -> None:
    """The largest text in the window of a small laptop."""
    window.resize(1024, 700)
    window.change(replace(window.desk.settings, text_size=200))
    settle(window)


def is_seen(table: Table, row: int) -> bool:
    """Whether a row lies whole in what the page around its table shows."""
    around = table.parentWidget()
    while not isinstance(around, QScrollArea):
        around = around.parentWidget()
    box = QRect(0, table.rowViewportPosition(row), 8, table.rowHeight(row))
    top = table.viewport().mapTo(around.viewport(), box.topLeft())
    shown = around.viewport().rect().intersected(QRect(table.mapTo(around.viewport(), QPoint(0, 0)), table.size()))
    return shown.top() <= top.y() and top.y() + box.height() <= shown.bottom() + 1


def test_at_the_largest_text_every_package_of_a_preview_is_reached_and_read(
    page: ExchangePage, window: Shell, laptop: SurveyFile, tmp_path: Path, qtbot: QtBot
) -> None:
    enlarge(window)
    for number in range(5):
        packages.pack(laptop, tmp_path / "stick" / str(number), plain=True)
    page.look_at([tmp_path / "stick"])
    settle(window)
    assert page.preview is not None
    table = page.preview.table
    assert table.hasFocus()
    for row in range(5):
        assert table.current_row() == row
        assert is_seen(table, row), f"row {row} is out of view"
        qtbot.keyClick(table, Qt.Key.Key_Down)
        settle(window, 1)


def test_at_the_largest_text_every_conflict_is_reached_and_read(
    page: ExchangePage, window: Shell, many: list[str], qtbot: QtBot
) -> None:
    enlarge(window)
    assert page.settling is not None
    table = page.settling.table
    for row in range(3):
        assert table.current_row() == row
        assert is_seen(table, row), f"row {row} is out of view"
        qtbot.keyClick(table, Qt.Key.Key_Down)
        settle(window, 1)


def test_at_the_largest_text_the_cards_are_not_wider_than_the_window_and_tab_comes_to_settling_first(
    page: ExchangePage, window: Shell, many: list[str], qtbot: QtBot
) -> None:
    page.go_home()
    enlarge(window)
    home = page.home
    scroll = home.findChild(QScrollArea)
    assert scroll is not None
    assert scroll.widget().width() <= scroll.viewport().width()
    home.files.setFocus()
    qtbot.keyClick(home.files, Qt.Key.Key_Tab)
    held = QApplication.focusWidget()
    assert isinstance(held, Button)
    assert held.text() == "Settle"


@pytest.mark.parametrize("language", ["ky", "kk", "ru", "fa"])
def test_the_cards_are_not_wider_than_a_small_window_in_languages_of_long_words(
    page: ExchangePage, window: Shell, many: list[str], language: str
) -> None:
    window.resize(1024, 700)
    window.set_language(language)
    window.go("exchange")
    settle(window)
    here = window.pages["exchange"]
    assert isinstance(here, ExchangePage)
    inside = here.home.scroller.widget()
    assert inside is not None
    assert inside.width() <= here.home.scroller.viewport().width()


def test_tab_reaches_the_filters_of_conflicts_from_the_table(
    page: ExchangePage, window: Shell, many: list[str], qtbot: QtBot
) -> None:
    settling = page.settling
    assert settling is not None
    heard = []
    for _step in range(5):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        heard.append(QApplication.focusWidget())
    assert settling.by_interview in heard
    assert settling.by_device in heard


def test_the_question_under_the_keys_is_told_whole_and_space_shows_its_interview(
    page: ExchangePage, window: Shell, conflict: str, qtbot: QtBot
) -> None:
    settling = page.settling
    assert settling is not None
    assert "KG-H0002 (HUB" in settling.whole.text()
    assert "KG-H0003 (KG-03" in settling.whole.text()
    qtbot.keyClick(settling.table, Qt.Key.Key_Right)
    assert settling.whole.text().endswith("Result: KG-H0003")
    qtbot.keyClick(settling.table, Qt.Key.Key_Space)
    settle(window)
    assert window.running is not None
    assert window.running.interview.record == conflict
    window.running.leave()
    settle(window)
    assert (window.place, page.currentWidget()) == ("exchange", settling)
    assert list(settling.decisions) == [0]
    assert QApplication.focusWidget() is settling.table


def test_the_right_value_can_be_written(page: ExchangePage, window: Shell, conflict: str, qtbot: QtBot) -> None:
    from cami_survey.ui.dialogs.value import ValueDialog

    assert page.settling is not None
    qtbot.keyClick(page.settling.table, Qt.Key.Key_E)
    dialog = window.findChild(ValueDialog)
    assert dialog is not None
    assert dialog.field is not None
    dialog.field.setText("KG-H0004")
    qtbot.keyClick(dialog.field, Qt.Key.Key_Return)
    assert page.settling.model.index(0, RESULT).data(CELL).words == "KG-H0004, written by you"
    page.settling.apply.click()
    settle(window)
    assert code_of(window) == "KG-H0004"


def test_an_interview_to_settle_leads_there_from_the_list(page: ExchangePage, window: Shell, conflict: str) -> None:
    page.go_home()
    window.go("interviews")
    settle(window)
    window.settle(conflict)
    settle(window)
    assert window.place == "exchange"
    assert page.settling is not None
    assert [question.record for question in page.settling.questions] == [conflict]


def test_conflicts_are_settled_by_a_rule_and_opened_again(
    page: ExchangePage, window: Shell, conflict: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exchange_settle, "ask", lambda *_words: True)
    page.settle("")
    settle(window)
    assert page.settling is not None
    texts = [text for text, _device, _name in page.settling.rules()]
    assert texts[0] == "Always the newest answer"
    assert len(texts) == 3
    _text, device, name = page.settling.rules()[-1]
    page.settling.rule(device, name)
    settle(window)
    survey = window.desk.survey
    assert survey.conflicts() == []
    assert survey.history(conflict)[-1].reason == f"Rule: always the newest answer of {name}"
    assert page.currentWidget() is page.home
    window.feedback.undo()
    settle(window)
    assert len(survey.conflicts()) == 1


def test_a_merge_is_taken_back_by_one_undo_or_later_from_the_page(
    page: ExchangePage, window: Shell, laptop: SurveyFile
) -> None:
    page.merge([laptop.path], True)
    settle(window)
    survey = window.desk.survey
    assert survey.counts()["all"] == 1
    window.feedback.undo()
    settle(window)
    assert (survey.counts()["all"], survey.counts()["deleted"]) == (0, 1)
    answer(laptop, None, "int_code", "KG-H0002")
    page.merge([laptop.path], True)
    settle(window)
    assert survey.counts()["all"] == 1
    assert page.home.known is not None
    assert len(page.home.known.merged) == 1
    page.home.take_back()
    settle(window)
    assert (survey.counts()["all"], survey.counts()["deleted"]) == (0, 2)


def test_a_laptop_is_let_in_by_its_code_turned_away_and_taken_back(
    page: ExchangePage, window: Shell, laptop: SurveyFile
) -> None:
    page.home.people_card.code.setText(laptops.code_of(laptop).lower())
    page.home.people_card.let_in()
    settle(window)
    assert page.home.known is not None
    assert page.home.known.expected == {laptops.code_of(laptop)}
    page.merge([laptop.path], False)
    settle(window)
    survey = window.desk.survey
    assert survey.counts()["all"] == 1
    (line,) = page.home.people_card.laptops.values()
    line.turn.click()
    settle(window)
    assert [device.revoked for device in survey.devices() if not device.this_file] == [True]
    window.feedback.undo()
    settle(window)
    assert [device.trusted for device in survey.devices() if not device.this_file] == [True]


def test_a_laptop_is_let_in_by_a_picture_of_its_qr_code(
    page: ExchangePage, window: Shell, laptop: SurveyFile, tmp_path: Path
) -> None:
    squares = laptops.qr_squares(laptops.card_code(laptop))
    picture = Image.new("L", (len(squares) + 8, len(squares) + 8), 255)
    for y, line in enumerate(squares, 4):
        for x, dark in enumerate(line, 4):
            picture.putpixel((x, y), 0 if dark else 255)
    path = tmp_path / "from a phone.png"
    picture.resize((picture.width * 4, picture.height * 4)).save(path)
    page.home.people_card.read_picture(path)
    settle(window)
    assert [device.trusted for device in window.desk.survey.devices() if device.name == "KG-03"] == [True]
    path.write_bytes(b"no picture")
    page.home.people_card.read_picture(path)
    settle(window)
    assert window.feedback.shown_error() == "“from a phone.png” is not a picture that can be read."


def test_an_unknown_laptop_in_the_shared_folder_leads_to_its_fingerprint(
    page: ExchangePage, window: Shell, laptop: SurveyFile, tmp_path: Path
) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    sharing.set_folder(laptop, shared)
    sharing.exchange(laptop, to=[window.desk.survey.device.recipient])
    page.home.share(shared)
    settle(window)
    page.home.exchange()
    settle(window)
    assert "comes from a device this survey does not know" in window.feedback.shown_error()
    (look,) = [
        button for button in window.feedback.top.findChildren(Button) if button.text() == "Compare fingerprints…"
    ]
    look.click()
    settle(window)
    assert state_of(page) == "New laptop: compare its fingerprint first"


def test_what_a_laptop_lacks_is_written_for_it(
    page: ExchangePage, window: Shell, laptop: SurveyFile, tmp_path: Path
) -> None:
    answer(window.desk.survey, None, "int_code", "KG-H0009")
    page.merge([laptop.path], True)
    settle(window)
    (line,) = page.home.people_card.laptops.values()
    assert line.again is not None
    assert line.again.text() == "Write 1 interview for it…"
    page.home.people_card.write_lacking(window.desk.survey.devices()[1], tmp_path / "out")
    settle(window)
    written = list((tmp_path / "out").glob("*.camipack"))
    assert [source.counts.new for source in merges.merge(laptop, written, enrol=True).value.sources] == [1]


def test_through_the_shared_folder_interviews_come_and_go(
    page: ExchangePage, window: Shell, laptop: SurveyFile, tmp_path: Path
) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    survey = window.desk.survey
    laptops.enrol(survey, laptops.card_code(laptop))
    laptops.enrol(laptop, laptops.card_code(survey))
    sharing.set_folder(laptop, shared)
    sharing.exchange(laptop, to=["HUB"])
    answer(survey, None, "int_code", "KG-H0009")
    page.home.refresh()
    settle(window)
    page.home.share(shared)
    settle(window)
    page.home.exchange()
    settle(window)
    assert survey.counts()["all"] == 2
    sharing.exchange(laptop, to=["HUB"])
    assert laptop.counts()["all"] == 2


def test_refused_files_are_listed_with_their_reason_and_removed(
    page: ExchangePage, window: Shell, laptop: SurveyFile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exchange_home, "ask", lambda *_words: True)
    packed = packages.pack(laptop, tmp_path, plain=True).value.path
    packed.write_bytes(packed.read_bytes()[:-40])
    page.merge([packed], True)
    settle(window)
    assert page.home.known is not None
    assert [kept.name for kept in page.home.known.refused] == [packed.name]
    page.home._forget()
    settle(window)
    assert page.home.known.refused == []


def test_open_queries_stand_on_the_overview_and_lead_to_their_question(page: ExchangePage, window: Shell) -> None:
    survey = window.desk.survey
    record = answer(survey, None, "int_code", "KG-H0009")
    reviews.comment(survey, record, "int_code", "Is this not KG-H0090?")
    page.home.refresh()
    settle(window)
    asked: list[Task] = []
    window.desk.asked_to_answer.connect(asked.append)
    link = page.home.review_card.findChild(Link)
    assert link is not None
    link.click()
    assert [(task.record, task.query.text) for task in asked] == [(record, "Is this not KG-H0090?")]
    places: list[str] = []
    window.desk.go.connect(places.append)
    for button in page.home.review_card.findChildren(Button):
        button.click()
    assert places == ["review", "duplicates"]


def test_the_history_of_an_interview_tells_what_was_written_side_by_side(
    page: ExchangePage, window: Shell, conflict: str
) -> None:
    (row,) = window.desk.survey.rows()
    interviews_history.show_history(page, window.desk, row)
    settle(window)
    dialog = window.findChild(RecordHistory)
    assert dialog is not None
    words = [label.text() for label in dialog.findChildren(Label)]
    assert len([text for text in words if text.startswith("Written at the same time as")]) == 2
    dialog.accept()
