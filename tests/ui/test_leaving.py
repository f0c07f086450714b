"""Exports for everybody from the window: what would leave is shown first."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import load_workbook
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from cami_survey.operations import disclosure, surveys
from cami_survey.ui.dialogs import export as export_dialog
from cami_survey.ui.dialogs.export import ExportDialog
from cami_survey.ui.dialogs.leaving import LeavingDialog
from cami_survey.ui.shell import Shell
from tests.ui.conftest import settle
from tests.ui.test_accessibility import complaints


@pytest.fixture
def dialog(window: Shell, demonstrated: Path, tmp_path: Path) -> ExportDialog:
    window.desk.take(surveys.open_survey(demonstrated).value)
    settle(window)
    made = ExportDialog(window.desk, parent=window)
    made.path.setText(str(tmp_path / "out.xlsx"))
    made.reader.choose("public")
    made.reader.chosen.emit("public")
    return made


def test_a_preview_names_every_question(
    dialog: ExportDialog, window: Shell, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[LeavingDialog] = []
    monkeypatch.setattr(export_dialog, "modal", shown.append)
    dialog.show()
    qtbot.keyClick(dialog.see, Qt.Key.Key_Space)
    settle(window)
    (seen,) = shown
    seen.show()
    told = {row[1].text for row in seen.table.model().rows}  # type: ignore[attr-defined]
    assert {"stays here", "empty where too few people share it"} <= told
    assert complaints(seen) == []
    heads = [row[0].text for row in seen.table.model().rows if row[0].heading]  # type: ignore[attr-defined]
    assert [head.partition(" · ")[0] for head in heads] == [
        "CAMI herder and community interview",
        "CAMI stakeholder survey (organisation)",
    ]
    assert seen.table.current_row() == 1, "the keys begin in the first question, not in the name of its form"
    assert "What is the code" in seen.whole.text()
    qtbot.keyClick(seen.table, Qt.Key.Key_End)
    assert seen.table.current_row() == len(seen.table.model().rows) - 1  # type: ignore[attr-defined]
    qtbot.keyClick(seen.table, Qt.Key.Key_Home)
    assert seen.table.current_row() == 1
    qtbot.keyClick(seen.table, Qt.Key.Key_Down)
    qtbot.keyClick(seen.table, Qt.Key.Key_Down)
    row = seen.table.model().rows[seen.table.current_row()]  # type: ignore[attr-defined]
    assert row[0].text in seen.whole.text(), "what is cut in the list stands under it"
    assert row[1].text in seen.whole.text()
    seen.reject()
    dialog.reject()


def test_the_export_for_everybody_is_written_by_those_rules(
    dialog: ExportDialog, window: Shell, tmp_path: Path
) -> None:
    assert not dialog.drafts.isEnabled()
    dialog.show()
    dialog.main.click()
    settle(window)
    assert dialog.leaving is not None
    dialog.leaving.main.click()
    settle(window)
    about = {row[0]: row[1] for row in load_workbook(tmp_path / "out.xlsx")["About"].iter_rows(values_only=True)}
    assert str(about["Disclosure"]).startswith("public")
    assert disclosure.exports(window.desk.survey)[-1].level == "public"
