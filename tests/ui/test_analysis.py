"""The analysis page, by the keys: chapters, filters, the way back to interviews, copies, papers."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from cami_survey.analysis.results import Cell, Column, ResultTable
from cami_survey.operations import analyses, papers, surveys
from cami_survey.store.api import SurveyFile
from cami_survey.ui import theme
from cami_survey.ui.dialogs.behind import BehindDialog
from cami_survey.ui.dialogs.period import PeriodDialog
from cami_survey.ui.kit import Label
from cami_survey.ui.kit.blocks import Blocks
from cami_survey.ui.pages import analysis as analysis_page
from cami_survey.ui.pages import analysis_computing, analysis_period
from cami_survey.ui.pages.analysis import AnalysisPage
from cami_survey.ui.pages.analysis_card import TableBlock
from cami_survey.ui.pages.analysis_table import ResultView
from cami_survey.ui.shell import Shell
from cami_survey.ui.worker import WorkCancelledError
from tests.ui.conftest import settle
from tests.ui.test_accessibility import complaints


@pytest.fixture
def page(window: Shell, demonstrated: Path) -> Iterator[AnalysisPage]:
    window.desk.take(surveys.open_survey(demonstrated).value)
    window.go("analysis")
    settle(window)
    shown = window.pages["analysis"]
    assert isinstance(shown, AnalysisPage)
    yield shown
    settle(window)


def test_the_page_opens_no_window_of_its_own(page: AnalysisPage, window: Shell) -> None:
    """A part that is told to show before it has its place is one for an instant, and the keys go to it."""
    assert page.board is not None
    assert QApplication.activeWindow() is window


def titles(page: AnalysisPage) -> list[str]:
    return [card.analysis.title for card in page.cards]


def choose(page: AnalysisPage, window: Shell, chapter: str) -> None:
    page.chapter.choose(chapter)
    page.chapter.chosen.emit(chapter)
    settle(window)


def test_chapters_follow_each_other_by_the_keys(page: AnalysisPage, window: Shell, qtbot: QtBot) -> None:
    assert titles(page) == ["What there is"]
    assert page.cards[0].analysis.n == 55
    page.chapter.setFocus()
    qtbot.keyClick(focused(window), Qt.Key.Key_Right)
    settle(window)
    assert page.chapter.key() == "Stakeholders"
    assert "Power and interest" in titles(page)
    assert page.board is None
    assert complaints(window) == []
    qtbot.keyClick(focused(window), Qt.Key.Key_Left)
    qtbot.keyClick(focused(window), Qt.Key.Key_Left)
    settle(window)
    assert page.chapter.key() == "Data quality", "behind the first comes the last"


def test_the_first_chapter_has_the_leading_figures_and_a_way_to_all_of_each(
    page: AnalysisPage, window: Shell, qtbot: QtBot
) -> None:
    board = page.board
    assert board is not None
    assert [view.figure.title for view in board.figures][:2] == [
        "Who decides, who cares",
        "What matters most and works least",
    ]
    assert "What can be said" in [label.text() for label in board.findChildren(Label)]
    qtbot.keyClick(board.ways[1], Qt.Key.Key_Space)
    settle(window)
    QApplication.processEvents()
    assert page.chapter.key() == "Coverage"
    (card,) = [card for card in page.cards if card.analysis.name == "importance"]
    at = card.mapTo(page.sheets.viewport(), QPoint(0, 0)).y()
    assert 0 <= at < page.sheets.viewport().height(), "the analysis is in sight"


def test_leading_figures_follow_the_filters(page: AnalysisPage, window: Shell) -> None:
    form = page.filters["form"]
    herder = form.findText("herder", Qt.MatchFlag.MatchContains)
    form.choose(form.itemData(herder))
    form.chosen.emit(form.key())
    settle(window)
    assert page.board is not None
    assert page.board.figures[0].figure.title == "Households with losses, by cause"


def test_figures_and_sentences_stand_beside_each_other_where_there_is_room(page: AnalysisPage, window: Shell) -> None:
    window.resize(1440, 900)
    choose(page, window, "Stakeholders")
    figure, said = beside(page)
    assert figure.y() == said.y()
    assert figure.geometry().right() < said.x()
    window.resize(760, 900)
    settle(window)
    figure, said = beside(page)
    assert figure.geometry().bottom() < said.y()
    last = page.chapter.part_of(page.chapter.keys()[-1])
    assert page.chapter.rect().contains(last.geometry()), "tabs without room go on in the next line"


class Painted(QObject):
    """The heights of the cards of a page whenever it is painted."""

    def __init__(self, page: AnalysisPage) -> None:
        super().__init__(page)
        self.page = page
        self.heights: list[list[int]] = []
        page.sheets.viewport().installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint and self.page.cards:
            self.heights.append([card.height() for card in self.page.cards])
        return False


def test_figures_stand_below_each_other_once_text_has_grown(page: AnalysisPage, window: Shell) -> None:
    window.resize(1440, 900)
    settle(window)
    assert page.board is not None
    first, second = (view.parentWidget() for view in page.board.figures[:2])

    def top(part: QWidget | None) -> int:
        assert part is not None
        return part.mapTo(window, QPoint(0, 0)).y()

    assert top(first) == top(second)
    window.scale_text(100)
    settle(window)
    assert top(first) < top(second)


def test_a_chapter_is_never_painted_before_it_was_laid_out(page: AnalysisPage, window: Shell) -> None:
    window.resize(1440, 900)
    for chapter in ("Coverage", "Threats", "Stakeholders"):
        page.chapter.choose(chapter)
        painted = Painted(page)
        page.chapter.chosen.emit(chapter)
        settle(window)
        QApplication.processEvents()
        page.sheets.viewport().removeEventFilter(painted)
        ours = [heights for heights in painted.heights if len(heights) == len(page.cards)]
        assert ours
        laid_out = [card.height() for card in page.cards]
        # The bar at the side may still come and take a line's width.
        assert all(abs(one - end) < 40 for heights in ours for one, end in zip(heights, laid_out, strict=True)), ours


def beside(page: AnalysisPage) -> tuple[QWidget, QWidget]:
    """The first figure of the first card with its title, and what stands behind it."""
    card = page.cards[0]
    QApplication.processEvents()
    blocks = next(blocks for blocks in card.findChildren(Blocks))
    first, second = (blocks.itemAt(at).widget() for at in (0, 1))
    assert first is not None
    assert second is not None
    return first, second


def focused(window: Shell) -> QWidget:
    """What has the keys."""
    found = window.focusWidget()
    assert found is not None
    return found


def test_filters_change_what_is_counted_and_are_cleared_again(page: AnalysisPage, window: Shell, qtbot: QtBot) -> None:
    country = page.filters["country"]
    country.choose("KG")
    country.chosen.emit("KG")
    settle(window)
    assert page.cards[0].analysis.n < 55
    assert page.clear.isEnabled()
    qtbot.keyClick(page.clear, Qt.Key.Key_Space)
    settle(window)
    assert page.cards[0].analysis.n == 55


def test_a_period_is_a_month_a_year_or_any_two_days(
    page: AnalysisPage, window: Shell, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    period = page.period
    offered = [period.itemText(at) for at in range(period.count())]
    assert offered[:3] == ["Any time", "This month", "This year"]
    assert "October 2026" in offered
    period.setCurrentText("October 2026")
    period.activated.emit(period.currentIndex())
    settle(window)
    october = page.cards[0].analysis.n
    assert 0 < october < 55
    assert period.said() == "Period: October 2026"

    asked: list[PeriodDialog] = []
    monkeypatch.setattr(analysis_period, "modal", asked.append)
    qtbot.keyClick(period, Qt.Key.Key_End)
    (dialog,) = asked
    assert period.span() == ("2026-10", "2026-10"), "asking changes nothing yet"
    assert dialog.since.text() == dialog.until.text() == "2026-10"
    dialog.since.setText("1.11.2026")
    qtbot.keyClick(dialog, Qt.Key.Key_Return)
    assert "before the first" in dialog.problem.text()
    dialog.until.setText("soon")
    qtbot.keyClick(dialog, Qt.Key.Key_Return)
    assert dialog.problem.text().startswith("soon is no day")
    dialog.until.setText("")
    qtbot.keyClick(dialog, Qt.Key.Key_Return)
    settle(window)
    assert period.span() == ("2026-11-01", "")
    assert period.said() == "Period: from 2026-11-01"
    assert page.cards[0].analysis.n == 55 - october
    dialog.deleteLater()
    page.refresh()
    settle(window)
    assert period.said() == "Period: from 2026-11-01", "what was chosen stays when the survey is read again"


def test_a_day_is_picked_from_a_calendar_by_the_keys(qtbot: QtBot, look: None) -> None:
    dialog = PeriodDialog("2026-10-30", "")
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.keyClick(dialog.since.edit, Qt.Key.Key_F4)
    assert dialog.since.popup is not None
    sheet = dialog.since.popup.sheet
    assert complaints(dialog) == []
    qtbot.keyClick(sheet, Qt.Key.Key_T)
    assert sheet.here == date.today()
    sheet.go(date(2026, 10, 30))
    qtbot.keyClick(sheet, Qt.Key.Key_Right)
    qtbot.keyClick(sheet, Qt.Key.Key_Return)
    assert dialog.since.text() == "2026-10-31"
    qtbot.keyClick(dialog.until.edit, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert dialog.until.popup is not None
    assert dialog.until.popup.isVisible()
    qtbot.keyClick(dialog.until.popup.sheet, Qt.Key.Key_Escape)
    assert dialog.until.text() == ""
    dialog.close()


def test_the_public_sees_no_small_figure(page: AnalysisPage, window: Shell) -> None:
    choose(page, window, "Stakeholders")
    page.level.choose("public")
    page.level.chosen.emit("public")
    assert page.cards == [], "what the team sees goes at once"
    assert page.empty.isVisible()
    settle(window)
    assert not page.empty.isVisible()
    cells = [cell for card in page.cards for table in card.analysis.tables for row in table.rows for cell in row]
    assert all(not 0 < (cell.n or 0) < analysis_page.PUBLIC_FIGURES for cell in cells)
    assert all(not cell.records for cell in cells)


def test_hiding_is_stopped_with_nothing_shown_and_goes_on_by_the_keys(
    page: AnalysisPage, window: Shell, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, heard = analyses.for_public, threading.Event()

    def waiting(*about: Any, progress: Callable[[int, int], None], **more: Any) -> Any:
        while not heard.wait(0.01):
            progress(3, 25)
        return real(*about, progress=progress, **more)

    monkeypatch.setattr(analyses, "for_public", waiting)
    page.level.choose("public")
    page.level.chosen.emit("public")
    qtbot.waitUntil(window.progress.isVisible, timeout=30_000)
    assert window.progress.what.text() == "Hiding small figures"
    window.progress.cancelled.emit()
    qtbot.waitUntil(page.again.isVisible, timeout=30_000)
    assert page.cards == []
    assert not window.progress.isVisible()
    assert complaints(window) == []
    heard.set()
    assert window.focusWidget() is page.again
    qtbot.keyClick(page.again, Qt.Key.Key_Space)
    settle(window)
    assert titles(page) == ["What there is"]
    assert not page.again.isVisible()


def test_a_filter_that_is_changed_meanwhile_ends_what_was_computed_for_the_one_before(
    page: AnalysisPage, window: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, ended = analyses.for_public, []

    def waiting(material: Any, k: int, scope: analyses.Scope, *, progress: Callable[[int, int], None]) -> Any:
        try:
            while not scope.countries:
                progress(3, 25)
        except BaseException as error:
            ended.append(type(error))
            raise
        return real(material, k, scope, progress=progress)

    monkeypatch.setattr(analyses, "for_public", waiting)
    page.level.choose("public")
    page.level.chosen.emit("public")
    page.filters["country"].choose("KG")
    page.filters["country"].chosen.emit("KG")
    settle(window)
    assert ended in ([], [WorkCancelledError])
    assert titles(page) == ["What there is"]
    assert page.cards[0].analysis.n < 55
    assert not page.again.isVisible()
    assert not window.progress.isVisible()


def test_a_page_that_takes_long_shows_what_is_computed_in_turn(
    page: AnalysisPage, window: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(analysis_computing, "SHOWN_AFTER", 0.0)
    computed: list[list[str]] = []
    page.computing.found.connect(lambda found: computed.append(list(found)))
    choose(page, window, "Threats")
    settle(window, turns=20)
    assert len(computed) > 1
    assert all(len(found) == 1 for found in computed)
    assert [card.analysis.name for card in page.cards] == [name for found in computed for name in found]


def test_what_may_be_shown_next_is_computed_until_something_is_asked_for(
    page: AnalysisPage, window: Shell, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    material = page.material
    assert material is not None
    everything = material.within(page.scope())
    everything.kept_public.clear()
    page.show_chapter()
    qtbot.waitUntil(lambda: bool(everything.kept_public), timeout=30_000)
    begun, given_way = threading.Event(), []

    def endless(*_about: Any, progress: Callable[[int, int], None], **_more: Any) -> None:
        begun.set()
        while not time.sleep(0.01):
            try:
                progress(3, 25)
            except WorkCancelledError:
                given_way.append("analysis")
                raise

    monkeypatch.setattr(analyses, "for_public", endless)
    page.show_chapter()
    qtbot.waitUntil(begun.is_set, timeout=30_000)
    window.go("interviews")
    settle(window)
    assert given_way == ["analysis"]
    assert not window.progress.isVisible(), "nobody asked for it, so nobody is told"


def test_reading_is_stopped_and_begun_again(
    window: Shell, demonstrated: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, heard = analyses.load, threading.Event()

    def waiting(survey: SurveyFile, *, language: str, progress: Callable[[int, int], None]) -> analyses.Material:
        while not heard.wait(0.01):
            progress(200, 100_000)
        return real(survey, language=language, progress=progress)

    monkeypatch.setattr(analyses, "load", waiting)
    window.desk.take(surveys.open_survey(demonstrated).value)
    window.go("analysis")
    qtbot.waitUntil(window.progress.isVisible, timeout=30_000)
    assert window.progress.what.text() == "Reading the interviews"
    window.progress.cancelled.emit()
    shown = window.pages["analysis"]
    assert isinstance(shown, AnalysisPage)
    qtbot.waitUntil(shown.again.isVisible, timeout=30_000)
    heard.set()
    qtbot.keyClick(shown.again, Qt.Key.Key_Space)
    settle(window)
    assert titles(shown) == ["What there is"]


def test_behind_a_bar_are_its_interviews_and_enter_opens_one(
    page: AnalysisPage, window: Shell, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[BehindDialog] = []
    monkeypatch.setattr(analysis_page, "modal", shown.append)
    asked: list[str] = []
    window.desk.asked_to_open_record.disconnect()
    window.desk.asked_to_open_record.connect(asked.append)
    table = page.cards[0].tables[0]
    table.setCurrentIndex(table.model().index(0, 1))
    qtbot.keyClick(table, Qt.Key.Key_Return)
    settle(window)
    (dialog,) = shown
    assert len(dialog.records) == dialog.model.rowCount() > 0
    assert all(len(row[0].text) > 3 for row in dialog.model.rows)
    dialog.show()
    qtbot.keyClick(dialog.table, Qt.Key.Key_Return)
    QApplication.processEvents()
    assert asked == [dialog.records[0]]
    dialog.deleteLater()


def test_arrows_walk_through_a_figure(page: AnalysisPage, window: Shell, qtbot: QtBot) -> None:
    choose(page, window, "Stakeholders")
    view = page.cards[0].figures[0]
    opened: list[str] = []
    view.opened.connect(lambda what, _records: opened.append(what))
    view.setFocus()
    qtbot.keyClick(view, Qt.Key.Key_Right)
    qtbot.keyClick(view, Qt.Key.Key_Right)
    qtbot.keyClick(view, Qt.Key.Key_Return)
    settle(window)
    assert opened == [view.drawing().spots[1].label]
    for dialog in window.findChildren(BehindDialog):
        dialog.reject()


def test_figures_and_tables_are_copied(page: AnalysisPage, window: Shell, qtbot: QtBot) -> None:
    card = page.cards[0]
    picture, table = card.copies[:2]
    qtbot.keyClick(picture, Qt.Key.Key_Space)
    assert not QGuiApplication.clipboard().image().isNull()
    qtbot.keyClick(table, Qt.Key.Key_Space)
    text = QGuiApplication.clipboard().text()
    assert text.splitlines()[0].startswith("Country\t")
    assert "<td>Country</td>" in QGuiApplication.clipboard().mimeData().html()


def test_the_papers_are_made_where_asked(
    page: AnalysisPage, window: Shell, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "paper.docx"
    monkeypatch.setattr(analysis_page, "save_file", lambda *_asked: target)
    qtbot.keyClick(page.papers, Qt.Key.Key_Space)
    settle(window)
    assert target.stat().st_size > 10_000


def test_papers_that_were_stopped_say_so_and_leave_the_old_ones(
    page: AnalysisPage, window: Shell, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "paper.pdf"
    target.write_bytes(b"old")

    def stopped(*_about: object, **_more: object) -> None:
        raise WorkCancelledError

    monkeypatch.setattr(analysis_page, "save_file", lambda *_asked: target)
    monkeypatch.setattr(papers, "make", stopped)
    qtbot.keyClick(page.papers, Qt.Key.Key_Space)
    settle(window)
    assert window.feedback.shown_done() == "Stopped. What was not finished was taken back."
    assert target.read_bytes() == b"old"


def test_every_chapter_says_what_it_is(page: AnalysisPage, window: Shell) -> None:
    chapters = page.chapter.keys()
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    for at, chapter in enumerate(chapters):
        theme.apply(app, theme=("dark", "sunlight")[at % 2])
        choose(page, window, chapter)
        assert page.cards
        assert complaints(window) == []


def test_a_survey_without_interviews_says_so(window: Shell, tmp_path: Path) -> None:
    survey: SurveyFile = surveys.create(tmp_path / "empty.cami").value
    window.desk.take(survey)
    window.go("analysis")
    settle(window)
    shown = window.pages["analysis"]
    assert isinstance(shown, AnalysisPage)
    assert shown.cards[0].analysis.empty == "There are no finished interviews yet."
    assert shown.board is None
    assert not any(combo.isEnabled() for combo in shown.filters.values())


def test_filters_are_as_wide_as_what_is_chosen_and_their_lists_as_their_longest_words(
    page: AnalysisPage, window: Shell
) -> None:
    species = page.filters["species"]
    before = species.sizeHint().width()
    longest = max((species.itemText(at) for at in range(species.count())), key=theme.metrics("body").horizontalAdvance)
    species.setCurrentText(longest)
    assert species.sizeHint().width() > before
    assert species.said() == f"Species: {longest}"
    species.showPopup()
    assert species.view().minimumWidth() >= theme.metrics("body").horizontalAdvance(longest)
    species.hidePopup()


def test_the_rule_of_public_figures_stands_beside_the_level_where_there_is_room(
    page: AnalysisPage, window: Shell
) -> None:
    page.level.choose("public")
    page.level.chosen.emit("public")
    settle(window)
    assert page.rule.isVisible()
    assert "fewer than 5" in page.rule.text()
    window.resize(760, 800)
    settle(window)
    assert not page.rule.isVisible()


def test_what_is_cut_in_a_table_stands_below_it(qtbot: QtBot, look: None) -> None:
    long = "Department of pastures, forests and wildlife of the provincial government of the eastern mountains"
    columns = (Column("o", "Organisation"), *(Column(f"c{at}", f"Threat {at}", "count") for at in range(12)))
    table = ResultTable("t", "Organisations", columns, ((Cell(long), *(Cell(at) for at in range(12))),) * 100)
    block = TableBlock(table)
    qtbot.addWidget(block)
    block.resize(600, 500)
    block.show()
    assert not block.whole.isVisible()
    block.view.setFocus()
    block.view.setCurrentIndex(block.view.model().index(98, 0))
    qtbot.keyClick(block.view, Qt.Key.Key_Down)
    qtbot.keyClick(block.view, Qt.Key.Key_Right)
    assert block.whole.isVisible()
    assert block.whole.text() == f"{long} · Threat 0: 0"
    block.close()


def test_words_of_a_table_are_cut_only_where_there_is_no_room(window: Shell) -> None:
    long = "Department of pastures, forests and wildlife of the provincial government of the eastern mountains"
    table = ResultTable(
        "t", "Organisations", (Column("o", "Organisation"), Column("n", "n", "count")), ((Cell(long), Cell(3)),) * 14
    )
    view = ResultView(table)
    view.resize(1100, 400)
    view.show()
    QApplication.processEvents()
    assert view.columnWidth(0) > theme.metrics("strong").horizontalAdvance(long)
    view.resize(500, 400)
    QApplication.processEvents()
    assert view.columnWidth(0) + view.columnWidth(1) <= view.viewport().width()
    assert view.verticalScrollBar().maximum() == 0, "fourteen rows are shown whole"
    view.close()
    view.deleteLater()
