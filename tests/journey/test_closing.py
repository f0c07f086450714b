"""Closing the window in the middle of an interview is no more than a pause."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog

from tests.journey import herder
from tests.journey.conftest import FORMS, Begin
from tests.journey.hands import chosen_files


def test_the_interview_goes_on_where_the_window_was_closed(
    begin: Begin, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    me = begin()
    me.new_survey("Pause", tmp_path / "pause.cami")
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", chosen_files(FORMS / "herder_interview.xlsx"))
    me.import_forms()
    me.press("Ctrl+1", "Ctrl+N")
    me.in_interview()
    me.type(herder.CODE + "⏎")
    me.answer(herder.PLACE[:3])
    me.type("At-Ba")
    me.press("Ctrl+Q")
    me.wait(lambda: not me.window.isVisible(), "the window to be closed")

    again = begin()
    again.in_list()
    again.wait(lambda: again.reads(herder.CODE), "the interview in hand")
    again.type("⏎")
    again.in_interview()
    assert again.where() == "adm2"
    again.press("End")
    again.type("shy⏎")
    again.answer(herder.PLACE[4:6])
    again.type("⎋")
    again.in_list()
    survey = again.window.desk.survey
    (row,) = survey.rows()
    fields = survey.view(row.record).answers.fields
    assert (fields["/data/ident/adm2"], fields["/data/ident/grid"]) == ("At-Bashy", "KG-25-0417")
