"""The list as a model: pages as they are seen, headings between, memory that does not grow."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from PySide6.QtCore import Qt
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from cami_survey.base.records import RecordRow
from cami_survey.ui import words
from cami_survey.ui.kit.table import CELL
from cami_survey.ui.pages.interviews_model import (
    INTERVIEW,
    PAGE,
    PAGES_KEPT,
    STATE,
    InterviewsModel,
    Query,
    grouped,
)
from tests.ui.fakes import FakeSurvey, draft, row

TODAY = date(2026, 11, 22)


def filled(survey: FakeSurvey) -> InterviewsModel:
    model = InterviewsModel(survey)
    model.show(Query(), survey.day_counts())
    return model


def test_days_are_gathered_under_headings() -> None:
    days = [
        (TODAY, 3),
        (TODAY - timedelta(days=1), 2),
        (TODAY - timedelta(days=3), 1),
        (TODAY - timedelta(days=9), 4),
        (date(2026, 10, 30), 5),
        (date(2025, 10, 30), 1),
    ]
    groups = grouped(days, TODAY)
    assert [group.words for group in groups] == [
        "Today",
        "Yesterday",
        "Earlier in November",
        "October 2026",
        "October 2025",
    ]
    assert [(group.row, group.offset, group.count) for group in groups] == [
        (0, 0, 3),
        (4, 3, 2),
        (7, 5, 5),
        (13, 10, 5),
        (19, 15, 1),
    ]


def test_what_a_clock_far_ahead_wrote_does_not_pass_for_today() -> None:
    groups = grouped([(date(2099, 1, 1), 1), (TODAY, 2)], TODAY)
    assert [(group.words, group.count) for group in groups] == [("After today", 1), ("Today", 2)]
    assert "2099" in words.when(datetime(2099, 1, 1, 12, tzinfo=UTC))


def test_a_clock_of_yesterday_is_said_under_its_heading_alone() -> None:
    yesterday = datetime.now().astimezone() - timedelta(days=1)
    assert words.when(yesterday, headed=True) == words.clock(yesterday)
    assert words.when(yesterday) == words.day(yesterday.date())
    assert words.when(yesterday + timedelta(days=1)) == words.clock(yesterday)


def test_the_model_keeps_qts_rules(qtmodeltester: ModelTester, qtbot: QtBot) -> None:
    model = filled(FakeSurvey())
    qtmodeltester.check(model, force_py=True)


def test_headings_stand_between_the_records(qtbot: QtBot) -> None:
    survey = FakeSurvey()
    model = filled(survey)
    records = [model.record_at(number) for number in range(model.rowCount())]
    assert [record for record in records if record is not None] == list(survey.records)
    assert sum(record is None for record in records) == len(model.groups)
    assert model.flags(model.index(0, 0)) == Qt.ItemFlag.NoItemFlags


def test_a_record_is_found_where_it_is_shown(qtbot: QtBot) -> None:
    model = filled(FakeSurvey())
    for number in range(model.rowCount()):
        record = model.record_at(number)
        if record is not None:
            assert model.row_of(record.record) == number
    assert model.row_of("no such record") == -1


def many(count: int) -> list[RecordRow]:
    return [row(number) for number in range(count)]


def test_only_what_is_seen_is_read(qtbot: QtBot) -> None:
    survey = FakeSurvey(many(5000))
    model = filled(survey)
    model.record_at(1)
    model.record_at(2)
    assert survey.asked == [(0, PAGE)]
    model.record_at(model.rowCount() - 1)
    assert survey.asked[1:] == [(5000 - PAGE, PAGE)]


def test_pages_are_forgotten_again(qtbot: QtBot) -> None:
    survey = FakeSurvey(many(5000))
    model = filled(survey)
    for number in range(0, model.rowCount(), 10):
        model.record_at(number)
    assert model.kept() == PAGES_KEPT


def test_cells_say_what_a_person_sees(qtbot: QtBot) -> None:
    model = filled(FakeSurvey([draft(0, 18), row(0, conflicts=2), row(0)]))
    states = [model.index(number, STATE).data(Qt.ItemDataRole.AccessibleTextRole) for number in (1, 2, 3)]
    assert states == ["Draft · 18 of 84", "To settle, 2 conflicts", "Final"]
    assert model.index(1, STATE).data(CELL).share == 18 / 84
    assert model.index(2, INTERVIEW).data(CELL).icon == "warning"
    assert model.index(3, INTERVIEW).data(CELL).filled is False


def test_place_and_language_fold_under_the_code(qtbot: QtBot) -> None:
    model = filled(FakeSurvey([row(0)]))
    model.refold(narrow=True)
    assert model.index(1, INTERVIEW).data(CELL).sub == "At-Bashy · Kyrgyz"
