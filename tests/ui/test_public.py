"""What leaves for the public is shown before it is written, beside what left before; the record of exports is read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from openpyxl import load_workbook
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from cami_survey.operations import disclosure, surveys
from cami_survey.operations.exports import export
from cami_survey.store.api import SurveyFile
from cami_survey.ui.dialogs.export import ExportDialog
from cami_survey.ui.dialogs.exported import ExportedDialog
from cami_survey.ui.dialogs.leaving import LeavingDialog
from cami_survey.ui.kit import Label
from cami_survey.ui.pages import analysis as analysis_page
from cami_survey.ui.pages.analysis import AnalysisPage
from cami_survey.ui.shell import Shell
from tests.ui.conftest import settle
from tests.ui.test_accessibility import complaints


@pytest.fixture
def survey(window: Shell, demonstrated: Path) -> Iterator[SurveyFile]:
    opened = surveys.open_survey(demonstrated).value
    window.desk.take(opened)
    settle(window)
    yield opened
    settle(window)


def warned(dialog: LeavingDialog) -> list[str]:
    """The earlier exports that are named, under the sentence that says what to beware of."""
    said = [label.text() for label in dialog.findChildren(Label)]
    named = [text for text in said if " there, " in text]
    assert bool(named) == any("side by side" in text for text in said)
    return named


def for_everybody(window: Shell, target: Path) -> ExportDialog:
    dialog = ExportDialog(window.desk, "herder_interview", window)
    dialog.show()
    assert not dialog.least.isVisible()
    dialog.reader.choose("public")
    dialog.reader.chosen.emit("public")
    dialog.path.setText(str(target))
    return dialog


def test_an_export_for_everybody_is_looked_at_before_it_is_written(
    window: Shell, survey: SurveyFile, tmp_path: Path
) -> None:
    dialog = for_everybody(window, tmp_path / "out.xlsx")
    dialog.least.choose("5")
    dialog.places.choose("shift")
    dialog.keep_as.setText("Ministry")
    dialog.main.click()
    settle(window)
    shown = dialog.leaving
    assert shown is not None
    assert warned(shown) == []
    assert complaints(shown) == []
    assert not (tmp_path / "out.xlsx").exists(), "nothing is written before it was looked at"
    QTest.keyClick(shown.main, Qt.Key.Key_Space)
    settle(window)
    about = {row[0]: row[1] for row in load_workbook(tmp_path / "out.xlsx")["About"].iter_rows(values_only=True)}
    assert "fewer than 5" in str(about["Disclosure"])
    again = ExportDialog(window.desk, "", window)
    again.profile.choose("Ministry")
    again.profile.chosen.emit("Ministry")
    assert (again.reader.key(), again.least.key(), again.places.key()) == ("public", "5", "shift")
    again.show()
    assert again.least.isVisible()
    again.reject()


def test_a_second_export_with_other_limits_is_warned_of(window: Shell, survey: SurveyFile, tmp_path: Path) -> None:
    export(survey, tmp_path / "all.xlsx", forms=["herder_interview"], public=disclosure.rules())
    dialog = for_everybody(window, tmp_path / "kg.xlsx")
    dialog.countries.choose(["KG"])
    dialog.main.click()
    settle(window)
    shown = dialog.leaving
    assert shown is not None
    (said,) = warned(shown)
    assert said.startswith("all.xlsx of ")
    assert "countries: all there, KG here" in said
    shown.reject()
    settle(window)
    assert not (tmp_path / "kg.xlsx").exists()
    assert dialog.isVisible(), "the wishes can be changed"
    dialog.reject()


def test_the_record_of_exports_is_read_with_everything_of_a_row(
    window: Shell, survey: SurveyFile, tmp_path: Path
) -> None:
    (first,) = listed(window)
    assert first[:3] == ["interviews.xlsx", "Only the team", "55"]
    export(survey, tmp_path / "all.xlsx", public=disclosure.rules())
    export(survey, tmp_path / "team.xlsx")
    found = listed(window)
    assert [line[:2] for line in found[:2]] == [["team.xlsx", "Only the team"], ["all.xlsx", "Everybody"]]
    assert found[2] == first


def listed(window: Shell) -> list[list[str]]:
    dialog = ExportedDialog(window.desk, window)
    dialog.show()
    settle(window)
    assert complaints(dialog) == []
    assert all(one.sha256 in dialog.whole.text() for one in dialog.exports[:1])
    model = dialog.model
    found = [[model.index(row, column).data() for column in range(6)] for row in range(model.rowCount())]
    dialog.reject()
    return found


def test_a_paper_for_the_public_shows_what_it_hides_and_what_left_before(
    window: Shell, survey: SurveyFile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(analysis_page, "save_file", lambda *_asked: tmp_path / "paper.docx")
    window.go("analysis")
    settle(window)
    page = window.pages["analysis"]
    assert isinstance(page, AnalysisPage)
    page.level.choose("public")
    page.papers.click()
    settle(window)
    assert page.leaving is not None
    assert warned(page.leaving) == []
    page.leaving.main.click()
    settle(window)
    assert (tmp_path / "paper.docx").exists()
    page.filters["country"].choose("KG")
    page.papers.click()
    settle(window)
    shown = page.leaving
    assert shown is not None
    (said,) = warned(shown)
    assert "paper.docx" in said
    assert "countries: all there, KG here" in said
    assert any(shown.table.model().index(row, 2).data() for row in range(shown.table.model().rowCount()))
    shown.reject()
    settle(window)
    assert [one.name for one in disclosure.exports(survey) if one.level == "public"] == ["paper.docx"]
