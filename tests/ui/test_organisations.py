"""The register of organisations in the window: names across scripts made one by the keys, joined, taken apart again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from cami_survey.operations import forms, register, surveys
from cami_survey.store.api import SurveyFile
from cami_survey.ui.dialogs.organisations import OrganisationsDialog
from cami_survey.ui.kit.table import CELL, Table
from cami_survey.ui.shell import Shell
from tests.operations.test_analyses import FORM, told
from tests.ui.conftest import settle
from tests.ui.test_accessibility import complaints

Key = Qt.Key
CLUBS = ("Barskoon Klub", "Барскоон клуб", "Altai Reserve", "Altay Reserve", "Snow Ridge Society")


@pytest.fixture
def survey(window: Shell, tmp_path: Path) -> Iterator[SurveyFile]:
    made = surveys.create(tmp_path / "hub.cami", title="Hub").value
    (tmp_path / "clubs.md").write_text(FORM, "utf-8")
    forms.add(made, [tmp_path / "clubs.md"])
    window.desk.take(made)
    settle(window)
    yield made
    settle(window)


@pytest.fixture
def dialog(window: Shell, survey: SurveyFile) -> OrganisationsDialog:
    for name in CLUBS:
        told(survey, name, 5, 5)
    opened = OrganisationsDialog(window.desk, window)
    opened.show()
    settle(window)
    return opened


def press(window: Shell, table: Table, key: Qt.Key) -> None:
    table.setFocus()
    QTest.keyClick(table, key)
    settle(window)


def shown(table: Table) -> list[str]:
    model = table.model()
    return [model.data(model.index(row, 0), CELL).words for row in range(model.rowCount())]


def names(survey: SurveyFile) -> set[tuple[str, ...]]:
    """Every organisation by all its names."""
    return {tuple(sorted(one.names)) for one in register.register(survey).organisations}


def test_names_that_may_be_one_are_decided_by_the_keys(
    window: Shell, survey: SurveyFile, dialog: OrganisationsDialog
) -> None:
    assert complaints(dialog) == []
    assert len(dialog.pairs) == 2
    row = next(at for at, pair in enumerate(dialog.pairs) if pair.one.startswith("Alt"))
    dialog.proposed.selectRow(row)
    press(window, dialog.proposed, Key.Key_D)
    (pair,) = dialog.pairs
    press(window, dialog.proposed, Key.Key_O)
    assert dialog.pairs == ()
    assert not dialog.proposed.isVisible()
    assert f"{pair.other}, {pair.one}" in shown(dialog.register)
    assert ("Barskoon Klub", "Барскоон клуб") in names(survey)
    assert {("Altai Reserve",), ("Altay Reserve",)} < names(survey)
    dialog.reject()


def test_any_two_are_joined_and_taken_apart_again(
    window: Shell, survey: SurveyFile, dialog: OrganisationsDialog
) -> None:
    assert not dialog.join.isEnabled()
    for name in ("Snow Ridge Society", "Altai Reserve"):
        dialog.register.selectRow([one.name for one in dialog.organisations].index(name))
        press(window, dialog.register, Key.Key_Space)
    press(window, dialog.register, Key.Key_J)
    joined = "Snow Ridge Society, Altai Reserve"
    assert joined in shown(dialog.register)
    dialog.register.selectRow(shown(dialog.register).index(joined))
    press(window, dialog.register, Key.Key_A)
    assert len(names(survey)) == len(CLUBS)
    dialog.reject()


def test_an_empty_survey_says_that_nobody_is_named(window: Shell, survey: SurveyFile) -> None:
    dialog = OrganisationsDialog(window.desk, window)
    dialog.show()
    settle(window)
    assert dialog.none.isVisible()
    assert not dialog.register.isVisible()
    dialog.reject()
