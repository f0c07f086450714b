"""Reference tables in the window, by the keys: look, doubt a cell, bring a new version after its preview."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import load_workbook
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from cami_survey.operations import references
from cami_survey.reference.schemas import PROGRAMME, SCHEMAS
from cami_survey.store.api import SurveyFile
from cami_survey.ui.dialogs.doubt import DoubtDialog
from cami_survey.ui.kit.table import CELL
from cami_survey.ui.pages.forms import FormsPage
from cami_survey.ui.pages.tables import TablesPage
from cami_survey.ui.pages.tables_words import column_title
from cami_survey.ui.shell import Shell
from tests.ui.conftest import HERDER, settle
from tests.ui.test_accessibility import complaints


@pytest.fixture
def page(window: Shell, make_survey: Callable[..., SurveyFile], qtbot: QtBot) -> TablesPage:
    window.desk.take(make_survey("hub", HERDER))
    window.go("forms")
    settle(window)
    forms = window.pages["forms"]
    assert isinstance(forms, FormsPage)
    qtbot.keyClick(forms.tables_button, Qt.Key.Key_Space)
    settle(window)
    assert forms.tables is not None
    assert forms.currentWidget() is forms.tables
    return forms.tables


def corrected(survey: SurveyFile, folder: Path, cell: str, text: str) -> Path:
    """The table of species by country, written out, with one cell changed."""
    path = references.write_out(survey, "species_range", folder / "range.xlsx").value
    book = load_workbook(path)
    book["species_range"][cell] = text
    book.save(path)
    return path


def test_all_tables_are_listed_with_where_they_come_from(page: TablesPage, window: Shell) -> None:
    assert page.listing.names == references.shelf(window.desk.survey).names()
    assert page.listing.chosen() == "species"
    assert page.listing.table.hasFocus()
    assert "Mammal Diversity Database" in page.listing.said.text()
    assert complaints(window) == []


def test_enter_opens_a_table_and_a_word_finds_its_rows(page: TablesPage, window: Shell, qtbot: QtBot) -> None:
    qtbot.keyClick(page.listing.table, Qt.Key.Key_Return)
    assert page.currentWidget() is page.rows
    assert page.rows.table_name == "species"
    qtbot.keyClicks(page.rows.search.edit, "saiga")
    qtbot.waitUntil(lambda: len(page.rows.found) == 1)
    assert page.rows.found[0]["code"] == "SAITAT"
    assert complaints(window) == []
    page.rows.back.click()
    assert page.currentWidget() is page.listing
    page.listing.back.click()
    assert window.pages["forms"].currentWidget() is not page


def test_a_row_of_the_programme_that_is_not_official_says_so(page: TablesPage, window: Shell) -> None:
    page.open("pow_2014_2020")
    settle(window)
    standing = [page.rows.model.index(row, 2).data(CELL).text for row in range(page.rows.model.rowCount())]
    shown = [row["activity_no"] for row, says in zip(page.rows.found, standing, strict=True) if not says]
    assert "not official" in standing
    assert not any(number.endswith("*") for number in shown)


def test_a_cell_is_doubted_by_the_keys(page: TablesPage, window: Shell, qtbot: QtBot) -> None:
    page.open("species_range")
    page.rows.search.edit.setText("saitat cn")
    qtbot.waitUntil(lambda: len(page.rows.found) == 1)
    qtbot.keyClick(page.rows.table, Qt.Key.Key_Return)
    dialog = QApplication.activeModalWidget() or window.findChild(DoubtDialog)
    assert isinstance(dialog, DoubtDialog)
    assert complaints(dialog) == []
    dialog.picked.choose("vagrant")
    dialog._say()
    assert dialog.problem.text() == "A doubt needs a reason."
    qtbot.keyClicks(dialog.reason, "Seen at Bortala in 2024")
    dialog._say()
    settle(window)
    (dispute,) = references.shelf(window.desk.survey).disputes("species_range")
    assert (dispute.key, dispute.column, dispute.proposed) == (("SAITAT", "CN"), "presence", "vagrant")
    assert page.rows.model.index(0, 2).data(CELL).text == "doubted"


def test_a_version_is_previewed_then_taken(page: TablesPage, window: Shell, tmp_path: Path, qtbot: QtBot) -> None:
    survey = window.desk.survey
    page.look_at(corrected(survey, tmp_path, "G3", "Own count of 2025"))
    settle(window)
    assert page.bring is not None
    assert page.bring.model.index(0, 3).data(CELL).text == "Own count of 2025"
    assert complaints(window) == []
    page.bring.take.click()
    settle(window)
    assert page.bring is not None, "without version and origin nothing is taken"
    assert "a version and the place it comes from" in page.bring.problem.accessibleName()
    qtbot.keyClicks(page.bring.version, "2027.1")
    qtbot.keyClicks(page.bring.origin, "National report 2027")
    page.bring.take.click()
    settle(window)
    assert page.bring is None
    table = references.shelf(survey).table("species_range")
    assert (table.version, table.rows[1]["note"]) == ("2027.1", "Own count of 2025")
    assert "National report 2027" in page.listing._sources["species_range"]


def test_a_version_with_a_mistake_cannot_be_taken(page: TablesPage, window: Shell, tmp_path: Path) -> None:
    page.look_at(corrected(window.desk.survey, tmp_path, "C5", "perhaps"))
    settle(window)
    assert page.bring is not None
    assert not page.bring.take.isEnabled()
    assert "“perhaps” is not one of" in page.bring.model.index(0, 2).data(CELL).text
    page.bring.cancel.click()
    assert page.currentWidget() is page.listing


def test_a_file_that_is_no_table_is_refused_with_a_sentence(page: TablesPage, window: Shell) -> None:
    page.look_at(HERDER)
    settle(window)
    assert page.bring is None
    assert "is not a reference table" in window.feedback.shown_error()


def test_the_preview_says_which_forms_get_new_choices(page: TablesPage, window: Shell, tmp_path: Path) -> None:
    survey = window.desk.survey
    path = references.write_out(survey, "species", tmp_path / "species.xlsx").value
    book = load_workbook(path)
    sheet = book["species"]
    row = [cell.value for cell in sheet[2]]
    sheet.append(["LEPTOL", "Lepus tolai", "", "Tolai hare", *row[4:]])
    sheet.delete_rows(4)
    book.save(path)
    page.look_at(path)
    settle(window)
    assert page.bring is not None
    (told,) = page.bring.forms
    assert re.fullmatch(
        r"“CAMI herder and community interview” gets version \d+-t[0-9a-f]{6}: 1 new choice, 1 out of use", told.text()
    )
    assert complaints(window) == []
    page.bring.accepted.emit("COP15", "CMS COP15")
    settle(window)
    assert len(survey.forms()) == 2


def test_the_columns_of_every_table_have_titles_that_can_be_told_apart() -> None:
    for name, schema in SCHEMAS.items():
        titles = [column_title(column) for column in schema.columns]
        assert len(set(titles)) == len(titles), name
    assert not {column for column in PROGRAMME.columns if column_title(column) == column}
