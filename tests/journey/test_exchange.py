"""A refusal typed on one laptop, packed, and merged on another that sees this laptop for the first time."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog

from tests.journey import herder
from tests.journey.conftest import FORMS, Begin
from tests.journey.hands import Facilitator, chosen_files, chosen_folder, letters
from tests.journey.script import Line

REFUSAL = [
    Line("int_code", "KG-H0200⏎"),
    *herder.PLACE,
    Line("comm_consent", "1⏎"),
    Line("adult", "1⏎"),
    Line("consent", "2⏎"),
]


def pack(me: Facilitator) -> str:
    """Write a plain package; returns the fingerprint that the sender reads out."""
    me.press("Ctrl+2")
    me.wait(lambda: me.reads("Fingerprint") and me.reads("1 interview"), "the exchange page")
    me.tab_to("Encrypted, for people")
    me.type("↓")
    assert me.focus_name() == "Plain, readable by anybody who finds it"
    me.tab_to("Write the package…")
    me.type("⏎")
    me.wait(lambda: me.reads(".camipack"), "the package")
    return me.words_after("Fingerprint")


def test_a_package_brings_an_interview_into_another_survey(
    begin: Begin, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = tmp_path / "sent"
    sent.mkdir()
    me = begin()
    me.new_survey("Naryn", tmp_path / "naryn.cami")
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", chosen_files(FORMS / "herder_interview.xlsx"))
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", chosen_folder(sent))
    me.import_forms()
    me.press("Ctrl+1", "Ctrl+N")
    me.in_interview()
    me.answer(REFUSAL)
    assert me.focus_name() == "Finish"
    me.type("⏎")
    me.in_list()
    fingerprint = pack(me)
    survey = me.window.desk.survey
    (row,) = survey.rows()
    typed = survey.view(row.record)
    kept = {field.rpartition("/")[2]: text for field, text in typed.answers.fields.items()}
    assert [line.place for line in herder.PLACE if kept[line.place] != str(line.code or line.label)] == []

    (package,) = sent.iterdir()
    me.new_survey("Hub", tmp_path / "hub.cami")
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", chosen_files(package))
    me.press("Ctrl+2")
    me.wait(lambda: me.focus_name() == "Choose files…", "the exchange page")
    me.type("⏎")
    me.wait(lambda: me.focus_name() == "Packages", "the preview")
    assert me.reads("Merge 1 package")
    shown: list[str] = []

    def compare() -> None:
        question = me.dialog("Trust KG-07?")
        shown.append(me.words_in(question))
        me.type("⏎")

    me.meanwhile(compare)
    me.type(" ")
    me.no_dialog()
    assert len(letters(fingerprint)) >= 16
    assert letters(fingerprint) in letters(shown[0])
    me.tab_to("Merge 1 package")
    me.type("⏎")
    me.wait(lambda: me.window.desk.survey.counts()["final"] == 1, "the merge")
    me.press("Ctrl+1")
    me.in_list()
    assert me.reads("KG-H0200")

    merged = me.window.desk.survey.view(row.record)
    assert merged.answers == typed.answers
    assert (merged.state, merged.heads, merged.conflicts) == ("final", typed.heads, ())
    assert me.window.desk.survey.verify().ok
