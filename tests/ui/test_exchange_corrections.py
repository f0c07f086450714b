"""A corrected workbook comes back through the Exchange page."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from openpyxl import load_workbook
from PySide6.QtCore import Qt

from cami_survey.operations.exports import export
from cami_survey.store.api import SurveyFile
from cami_survey.ui.pages.exchange import ExchangePage
from cami_survey.ui.shell import Shell
from tests.ui.conftest import HERDER, settle
from tests.ui.test_exchange import answer


def corrected(survey: SurveyFile, folder: Path, **cells: object) -> Path:
    """An export of drafts in which somebody changed cells of the first interview."""
    target = folder / "out.xlsx"
    export(survey, target, include_drafts=True)
    book = load_workbook(target)
    sheet = book["herder_interview"]
    titles = [cell.value for cell in sheet[1]]
    for name, value in cells.items():
        sheet.cell(2, titles.index(name) + 1).value = value
    book.save(target)
    return target


def test_changed_cells_are_shown_and_taken_with_one_button(
    window: Shell, make_survey: Callable[..., SurveyFile], tmp_path: Path
) -> None:
    survey = make_survey("hub", HERDER)
    window.desk.take(survey)
    record = answer(survey, None, "int_code", "KG-H0001")
    window.go("exchange")
    settle(window)
    page = window.pages["exchange"]
    assert isinstance(page, ExchangePage)
    page.look_at_corrections(corrected(survey, tmp_path, int_code="KG-H0007", others="spring"))
    settle(window)
    shown = page.correcting
    assert shown is not None
    texts = [[shown.model.index(row, column).data() for column in range(5)] for row in range(shown.model.rowCount())]
    assert ["KG-H0001", "KG-H0007"] in [line[2:4] for line in texts]
    assert any("spring" in line[4] and "herder_interview!" in line[4] for line in texts)
    shown.table.setCurrentIndex(shown.model.index(len(texts) - 1, 0))
    assert shown.found.cells[-1].against in shown.whole.text(), "the whole sentence can be read"
    assert shown.take.text() == "Correct 1 answer"
    assert shown.take.focusPolicy() & Qt.FocusPolicy.TabFocus
    shown.take.click()
    settle(window)
    assert page.correcting is None
    assert survey.codes([record])[record] == "KG-H0007"
    assert survey.history(record)[-1].reason == "from Excel"


def test_a_workbook_nobody_touched_says_so(
    window: Shell, make_survey: Callable[..., SurveyFile], tmp_path: Path
) -> None:
    survey = make_survey("hub", HERDER)
    window.desk.take(survey)
    answer(survey, None, "int_code", "KG-H0001")
    window.go("exchange")
    settle(window)
    page = window.pages["exchange"]
    assert isinstance(page, ExchangePage)
    page.look_at_corrections(corrected(survey, tmp_path))
    settle(window)
    assert page.correcting is None
