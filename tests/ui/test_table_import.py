"""A table of others comes in through the Exchange page, by keys alone."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from cami_survey.operations import forms
from cami_survey.store.api import SurveyFile
from cami_survey.ui.dialogs.pick import PickDialog
from cami_survey.ui.pages.exchange import ExchangePage
from cami_survey.ui.pages.exchange_columns import ColumnsPage
from cami_survey.ui.pages.exchange_home import ExchangeHome
from cami_survey.ui.pages.exchange_rows import RowsPage
from cami_survey.ui.shell import Shell
from tests.ui.conftest import settle
from tests.ui.test_accessibility import complaints

FORM = """
| survey |  |  |  |  |
|  | type | name | label | required |
|  | text | int_code | Code | yes |
|  | integer | years | Years here |  |
|  | select_one yn | agrees | Agree? |  |
|  | text | phone | Telephone |  |
| choices |  |  |  |
|  | list_name | name | label |
|  | yn | yes | Yes |
|  | yn | no | No |
| settings |  |  |  |
|  | form_id | version |
|  | herders | 1 |
"""
TABLE = "Code;Yrs;agrees;Tel;_uuid;_submission_time\nKG-1;12;yes;0700;aa;2026-06-01\nKG-2;many;no;0701;bb;2026-06-01\n"
Open = Callable[[str], ExchangePage]


@pytest.fixture
def survey(make_survey: Callable[..., SurveyFile], tmp_path: Path) -> SurveyFile:
    """A survey with the form above."""
    made, source = make_survey("hub"), tmp_path / "form.md"
    source.write_text(FORM, encoding="utf-8")
    forms.add(made, [source])
    return made


@pytest.fixture
def exchange(window: Shell, survey: SurveyFile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Open:
    """Opens the Exchange page and chooses a table there."""

    def open_table(text: str) -> ExchangePage:
        source = tmp_path / "winter.csv"
        source.write_text(text, encoding="utf-8")
        monkeypatch.setattr("cami_survey.ui.pages.exchange_home.open_files", lambda *_asked: [source])
        if not window.desk.is_open:
            window.desk.take(survey)
        window.go("exchange")
        settle(window)
        page = window.pages["exchange"]
        assert isinstance(page, ExchangePage)
        page.home.foreign.setFocus()
        press(page.home.foreign, Qt.Key.Key_Space)
        settle(window)
        return page

    return open_table


def press(widget: QWidget, *keys: Qt.Key | str) -> None:
    """Keys that go to whatever has the keys, at first to this."""
    widget.activateWindow()
    for key in keys:
        target = QApplication.focusWidget() or widget
        QTest.keyClicks(target, key) if isinstance(key, str) else QTest.keyClick(target, key)
        QApplication.processEvents()


def dropped_on(page: ExchangeHome | ColumnsPage, path: Path) -> None:
    """A file is let go over a page."""
    said = QMimeData()
    said.setUrls([QUrl.fromLocalFile(str(path))])
    keys, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    page.dropEvent(QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, said, keys, none))


def shown(page: ColumnsPage) -> list[list[str]]:
    return [[page.model.index(row, column).data() for column in range(3)] for row in range(page.model.rowCount())]


def reached(begin: QWidget) -> set[QWidget | None]:
    """What Tab comes to from here, all the way round."""
    begin.setFocus()
    found: set[QWidget | None] = set()
    for _step in range(40):
        press(begin, Qt.Key.Key_Tab)
        found.add(QApplication.focusWidget())
    return found


def the_dialog(page: ColumnsPage) -> PickDialog:
    assert page.dialog is not None
    assert page.dialog.isVisible()
    return page.dialog


def test_columns_are_matched_looked_at_and_imported_by_keys_alone(
    window: Shell, survey: SurveyFile, exchange: Open
) -> None:
    page = exchange(TABLE)
    columns = page.tables.columns
    assert columns is not None
    assert "winter.csv is an export of KoboToolbox. It has 2 interviews." in columns.said.text()
    assert shown(columns) == [
        ["Code", "KG-1 · KG-2", "Code"],
        ["Yrs", "12 · many", "left out"],
        ["agrees", "yes · no", "Agree?"],
        ["Tel", "0700 · 0701", "left out"],
    ]
    # Letters open the search, Down and Enter take what was found.
    press(columns.table, Qt.Key.Key_Down, "y", "ears")
    dialog = the_dialog(columns)
    assert [one.label for one in dialog.shown] == ["Years here"]
    press(dialog.search.edit, Qt.Key.Key_Return)
    settle(window)
    assert shown(columns)[1] == ["Yrs", "12 · many", "Years here"]
    press(columns.table, Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Return)
    dialog = the_dialog(columns)
    assert dialog.shown[0].label == "Leave the column out"
    press(dialog.search.edit, *[Qt.Key.Key_Down] * 4, Qt.Key.Key_Return)
    settle(window)
    assert shown(columns)[3] == ["Tel", "0700 · 0701", "Telephone"]
    assert survey.counts()["all"] == 0
    columns.look.setFocus()
    press(columns.look, Qt.Key.Key_Space)
    settle(window)
    rows = page.tables.rows
    assert rows is not None
    flaws = [rows.model.index(0, column).data() for column in range(4)]
    assert flaws == ["B3 · winter", "Years here", "many", "“many” is not a number."]
    assert survey.counts()["all"] == 0, "nothing is written before the last button"
    assert rows.take.text() == "Import 1 interview"
    rows.take.setFocus()
    press(rows.take, Qt.Key.Key_Space)
    settle(window)
    (view,) = survey.views("herders")
    assert view.answers.fields["/data/phone"] == "0700"
    assert page.currentWidget() is page.home
    window.desk.feedback.undo()
    settle(window)
    assert survey.view(view.record).deleted


def test_a_column_is_left_out_with_delete_and_remembered(window: Shell, survey: SurveyFile, exchange: Open) -> None:
    page = exchange(TABLE.replace("many", "3"))
    columns = page.tables.columns
    assert columns is not None
    assert columns.anew.isHidden()
    press(columns.table, Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Delete)
    settle(window)
    assert shown(columns)[2][2] == "left out"
    columns.open_only.setFocus()
    press(columns.open_only, Qt.Key.Key_Space)
    assert [line[0] for line in shown(columns)] == ["Yrs", "agrees", "Tel"]
    columns.look.click()
    settle(window)
    rows = page.tables.rows
    assert isinstance(rows, RowsPage)
    rows.again.click()
    assert page.currentWidget() is columns, "back to the columns, with what was chosen"
    columns.look.click()
    settle(window)
    assert page.tables.rows is not None
    page.tables.rows.take.click()
    settle(window)
    assert [view.answers.fields.get("/data/agrees") for view in survey.views("herders")] == [None, None]
    columns = exchange(TABLE).tables.columns
    assert columns is not None
    assert shown(columns)[2][2] == "left out", "an earlier import said so"
    columns.anew.setFocus()
    press(columns.anew, Qt.Key.Key_Space)
    settle(window)
    assert shown(columns)[2][2] == "Agree?"


def test_what_was_matched_is_known_when_the_mended_table_comes_again(
    window: Shell, survey: SurveyFile, exchange: Open
) -> None:
    columns = exchange(TABLE).tables.columns
    assert columns is not None
    press(columns.table, Qt.Key.Key_Down, "y", "ears", Qt.Key.Key_Return)
    settle(window)
    columns.look.setFocus()
    press(columns.look, Qt.Key.Key_Space)
    settle(window)
    page = window.pages["exchange"]
    assert isinstance(page, ExchangePage)
    assert page.tables.rows is not None
    press(page.tables.rows.cancel, Qt.Key.Key_Space)
    assert survey.counts()["all"] == 0
    columns = exchange(TABLE.replace("many", "3")).tables.columns
    assert columns is not None
    assert shown(columns)[1][2] == "Years here"
    assert not columns.anew.isHidden()


def test_rows_that_are_here_are_counted_and_not_offered(window: Shell, survey: SurveyFile, exchange: Open) -> None:
    for number, words in ((2, "Import 2 interviews"), (0, "Import 0 interviews")):
        page = exchange(TABLE.replace("many", "3"))
        assert page.tables.columns is not None
        page.tables.columns.look.click()
        settle(window)
        rows = page.tables.rows
        assert rows is not None
        assert rows.take.text() == words
        assert rows.take.isEnabled() == bool(number)
        rows.show_face("rows")
        assert "Code: KG-1 · Agree? Yes" in rows.whole.text()
        (rows.take if number else rows.cancel).click()
        settle(window)
    assert survey.counts()["all"] == 2


def test_what_is_no_table_is_said_and_the_page_stays(window: Shell, survey: SurveyFile, exchange: Open) -> None:
    page = exchange("only a heading\n")
    assert "no rows below a heading" in window.feedback.shown_error()
    assert page.currentWidget() is page.home


def test_columns_that_answer_nothing_cannot_be_looked_at(window: Shell, survey: SurveyFile, exchange: Open) -> None:
    columns = exchange("x,y\n1,2\n").tables.columns
    assert columns is not None
    assert not columns.look.isEnabled()
    press(columns.table, Qt.Key.Key_Return)
    press(the_dialog(columns).search.edit, "phon", Qt.Key.Key_Return)
    settle(window)
    assert columns.look.isEnabled()


def test_every_step_says_what_is_on_it_and_tab_leads_to_its_buttons(
    window: Shell, survey: SurveyFile, exchange: Open
) -> None:
    page = exchange(TABLE)
    columns = page.tables.columns
    assert columns is not None
    assert complaints(window) == []
    press(columns.table, Qt.Key.Key_Return)
    dialog = the_dialog(columns)
    assert complaints(dialog) == []
    press(dialog.search.edit, Qt.Key.Key_Escape)
    assert columns.dialog is None
    assert {columns.look, columns.cancel, columns.form, columns.open_only} <= reached(columns.table)
    columns.look.click()
    settle(window)
    assert complaints(window) == []
    rows = page.tables.rows
    assert rows is not None
    assert {rows.take, rows.cancel, rows.again} <= reached(rows.table)


def test_a_table_that_is_dropped_shows_its_columns(window: Shell, survey: SurveyFile, tmp_path: Path) -> None:
    source = tmp_path / "winter.csv"
    source.write_text(TABLE, encoding="utf-8")
    window.desk.take(survey)
    window.go("exchange")
    settle(window)
    page = window.pages["exchange"]
    assert isinstance(page, ExchangePage)
    dropped_on(page.home, source)
    settle(window)
    assert isinstance(page.currentWidget(), ColumnsPage)


PHOTOS = """
| survey |  |  |  |
|  | type | name | label |
|  | image | photo | Photo |
|  | text | who | Who |
| settings |  |
|  | form_id |
|  | photos |
"""
SEEN = "photo,who,_uuid,_submission_time\none.jpg,A,a1,2026-06-01\ntwo.jpg,B,b2,2026-06-01\n"


def photographs(folder: Path) -> tuple[Path, Path]:
    """The files of two submissions as KoboToolbox gives them: the zip, and the folder it is unpacked into."""
    image = QImage(4, 4, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    image.save(str(folder / "white.png"), "JPG")
    with zipfile.ZipFile(folder / "media.zip", "w") as archive:
        for name in ("a1/one.jpg", "b2/two.jpg"):
            archive.write(folder / "white.png", f"aizada/attachments/f0/{name}")
    with zipfile.ZipFile(folder / "media.zip") as archive:
        archive.extractall(folder / "unpacked")
    return folder / "media.zip", folder / "unpacked"


@pytest.mark.parametrize("way", ["zip", "folder", "drop"])
def test_attached_files_are_given_to_a_table_that_is_open(
    window: Shell, survey: SurveyFile, exchange: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    (tmp_path / "photos.md").write_text(PHOTOS, encoding="utf-8")
    forms.add(survey, [tmp_path / "photos.md"])
    archive, unpacked = photographs(tmp_path)
    monkeypatch.setattr("cami_survey.ui.pages.exchange_columns.open_file", lambda *_asked: archive)
    monkeypatch.setattr("cami_survey.ui.pages.exchange_columns.open_folder", lambda *_asked: unpacked)
    page = exchange(SEEN)
    columns = page.tables.columns
    assert columns is not None
    if way == "drop":
        dropped_on(columns, archive)
    else:
        columns.attached_menu().actions()[way == "folder"].trigger()
    settle(window)
    name = "unpacked" if way == "folder" else "media.zip"
    assert f"2 attached files come from {name}." in columns.said.text()
    columns.look.click()
    settle(window)
    rows = page.tables.rows
    assert rows is not None
    rows.take.click()
    settle(window)
    assert [len(view.answers.files) for view in survey.views("photos")] == [1, 1]


def test_a_zip_without_attached_files_is_refused_and_the_columns_stay(
    window: Shell, survey: SurveyFile, exchange: Open, tmp_path: Path
) -> None:
    page = exchange(TABLE)
    columns = page.tables.columns
    assert columns is not None
    for name, content, said in (
        ("empty.zip", b"PK\x05\x06" + bytes(18), "empty.zip holds no attached files."),
        ("torn.zip", b"no zip", "torn.zip"),
    ):
        (tmp_path / name).write_bytes(content)
        dropped_on(columns, tmp_path / name)
        settle(window)
        assert said in window.feedback.shown_error()
        assert page.currentWidget() is columns
