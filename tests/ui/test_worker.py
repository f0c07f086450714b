"""Work is done in order, answers reach the living, errors go where they belong."""

from __future__ import annotations

import threading
import time

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from cami_survey.base.errors import UserError
from cami_survey.ui.worker import Progress, Report, WorkCancelledError, Worker


@pytest.fixture
def receiver(qtbot: QtBot) -> QObject:
    return QObject()


def test_work_is_done_in_order_on_one_other_thread(worker: Worker, receiver: QObject) -> None:
    done: list[int] = []
    threads: set[int] = set()

    def work(number: int) -> int:
        threads.add(threading.get_ident())
        time.sleep(0.01 if number == 0 else 0)
        return number

    for number in range(5):
        worker.run(lambda number=number: work(number), done.append, receiver=receiver)
    worker.finish()
    assert done == [0, 1, 2, 3, 4]
    assert len(threads) == 1
    assert threading.get_ident() not in threads


def test_answers_come_on_the_thread_of_the_window(worker: Worker, receiver: QObject) -> None:
    seen: list[int] = []
    worker.run(lambda: 1, lambda _one: seen.append(threading.get_ident()), receiver=receiver)
    worker.finish()
    assert seen == [threading.get_ident()]


def test_a_wait_is_told_from_the_first_of_it_to_the_last_also_where_it_fails(worker: Worker, receiver: QObject) -> None:
    told: list[str] = []
    worker.wait_began.connect(lambda: told.append("began"))
    worker.wait_ended.connect(lambda: told.append("ended"))
    worker.user_error.connect(lambda _error: told.append("refused"))

    def refused() -> None:
        raise UserError("no", "No.")

    worker.run(lambda: None, receiver=receiver)
    worker.run(lambda: None, lambda _none: told.append("first"), receiver=receiver, waited=True)
    worker.run(refused, receiver=receiver, waited=True)
    worker.finish()
    assert told == ["began", "first", "ended", "refused"]


def test_an_answer_for_something_gone_is_dropped(worker: Worker, receiver: QObject) -> None:
    gone = QObject()
    said: list[str] = []
    worker.run(lambda: "late", said.append, receiver=gone)
    gone.deleteLater()
    QApplication.sendPostedEvents(gone, 52)
    worker.finish()
    assert said == []


def test_of_jobs_with_one_key_only_the_last_that_waits_is_done(worker: Worker, receiver: QObject) -> None:
    gate = threading.Event()
    done: list[str] = []
    worker.run(lambda: gate.wait(5), receiver=receiver)
    for text in ("a", "ar", "arg"):
        worker.run(lambda text=text: text, done.append, receiver=receiver, key="search")
    gate.set()
    worker.finish()
    assert done == ["arg"]


def test_the_worlds_errors_go_to_the_caller_or_to_everybody(worker: Worker, receiver: QObject) -> None:
    error = UserError("file.not-a-survey", "This is no survey.")

    def refuse() -> None:
        raise error

    here: list[object] = []
    everywhere: list[object] = []
    worker.user_error.connect(everywhere.append)
    worker.run(refuse, receiver=receiver, failed=here.append)
    worker.finish()
    assert (here, everywhere) == ([error], [])
    worker.run(refuse, receiver=receiver)
    worker.finish()
    assert everywhere == [error]


def test_our_own_mistakes_arrive_as_a_report(worker: Worker, receiver: QObject) -> None:
    reports: list[str] = []
    worker.crashed.connect(reports.append)
    worker.run(lambda: [][1], receiver=receiver)
    worker.finish()
    assert "IndexError" in reports[0]
    assert "test_worker.py" in reports[0]


def test_long_work_tells_how_far_it_is(worker: Worker, receiver: QObject) -> None:
    told: list[Progress] = []
    began: list[str] = []
    ended: list[bool] = []
    worker.progressed.connect(told.append)
    worker.long_began.connect(began.append)
    worker.long_ended.connect(lambda: ended.append(True))

    def work(report: Report) -> str:
        for done in range(101):
            report(done, 100)
        return "whole"

    values: list[str] = []
    worker.run_long("Merging", work, values.append, receiver=receiver)
    worker.finish()
    assert began == ["Merging"]
    assert told[-1] == Progress("Merging", 100, 100, None)
    assert ended == [True]
    assert values == ["whole"]


def test_cancelled_work_stops_where_it_reports(worker: Worker, receiver: QObject) -> None:
    started = threading.Event()
    stopped: list[bool] = []
    values: list[int] = []

    def work(report: Report) -> int:
        for done in range(10_000):
            report(done, 10_000)
            started.set()
            time.sleep(0.001)
        return 1

    worker.run_long("Merging", work, values.append, receiver=receiver, stopped=lambda: stopped.append(True))
    assert started.wait(5)
    worker.cancel()
    worker.finish()
    assert stopped == [True]
    assert values == []


def test_the_line_is_about_the_long_work_that_was_asked_for_first(worker: Worker, receiver: QObject) -> None:
    gate, said = threading.Event(), list[str]()
    worker.long_began.connect(said.append)
    worker.long_ended.connect(lambda: said.append("ended"))

    def first(report: Report) -> None:
        while not gate.wait(0.01):
            report(1, 2)

    worker.run_long("Merging", first, receiver=receiver, stopped=lambda: said.append("stopped"))
    second = worker.run_long("Reading", lambda report: said.append("read"), receiver=receiver, key="read")
    worker.run_long("Reading", lambda report: said.append("read again"), receiver=receiver, key="read")
    worker.cancel()
    worker.finish()
    assert not second.cancelled
    assert [word for word in said if word != "read again"] == ["Merging", "Reading", "stopped", "Reading", "ended"]
    assert "read again" in said


def test_long_work_that_was_cancelled_before_it_began_is_not_begun(worker: Worker, receiver: QObject) -> None:
    gate, done = threading.Event(), list[str]()
    worker.run(lambda: gate.wait(30), receiver=receiver)
    report = worker.run_long(
        "Reading", lambda report: done.append("read"), receiver=receiver, stopped=lambda: done.append("stopped")
    )
    report.cancelled = True
    gate.set()
    worker.finish()
    assert done == ["stopped"]


def test_a_report_that_was_cancelled_raises() -> None:
    report = Report("Merging", lambda _progress: None)
    report.cancelled = True
    with pytest.raises(WorkCancelledError):
        report(1, 2)


def test_a_closed_worker_does_nothing_more(qtbot: QtBot, receiver: QObject) -> None:
    worker = Worker()
    worker.close()
    done: list[int] = []
    worker.run(lambda: 1, done.append, receiver=receiver)
    worker.finish()
    assert done == []
