"""One stakeholder survey to the workbook, one question at a time, with a ranking put in order by keys."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog

from tests.journey import stakeholder
from tests.journey.conftest import FORMS, Begin
from tests.journey.hands import Facilitator, chosen_files


def rank(me: Facilitator) -> None:
    """Move a line with Alt, and pick one up with Space to put it down at a number."""
    assert me.where() == stakeholder.RANKED.place
    me.type("↓↓")
    me.press("Alt+Up", "Alt+Up")
    me.type("↓↓↓↓ 4 ⏎")


def test_a_survey_one_by_one(begin: Begin, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    me = begin()
    me.new_survey("Offices", tmp_path / "offices.cami")
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", chosen_files(FORMS / "stakeholder_survey.xlsx"))
    me.import_forms()
    me.press("Ctrl+1", "Ctrl+N")
    me.in_interview()
    me.press("F7")
    me.answer([*stakeholder.ORGANISATION, *stakeholder.SPECIES])
    me.type("⏎")
    me.answer(stakeholder.THREATS)
    me.type("⏎")
    me.answer(stakeholder.GAPS)
    rank(me)
    me.answer(stakeholder.NETWORK)
    me.type("⏎")
    me.answer(stakeholder.CLOSING)
    assert me.focus_name() == "Finish"
    me.type("⏎")
    me.in_list()
    assert me.reads("KG-0012 is final.")

    labels = me.export(tmp_path / "labels.xlsx", "stakeholder_survey")
    codes = me.export(tmp_path / "codes.xlsx", "stakeholder_survey", codes=True)
    assert labels.differences(stakeholder.ANSWERED, codes=False) == []
    assert codes.differences(stakeholder.ANSWERED, codes=True) == []
    assert labels.names() == {line.place.split()[-1] for line in stakeholder.ANSWERED} | stakeholder.NOT_ASKED
