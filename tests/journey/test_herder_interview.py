"""From a new survey to the workbook: one herder interview, by keys alone."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog

from tests.journey import herder
from tests.journey.conftest import FORMS, Begin
from tests.journey.hands import Facilitator, chosen_files

MALFORMED = "Write two capital letters, a hyphen, H and three to five digits"
LONELY = 'No guarding" cannot stand together with other answers.'


def answer_first_half(me: Facilitator) -> None:
    """Up to the losses; two mistakes on the way are seen and corrected, and an answer loses its question."""
    me.type("KG-H12⏎")
    assert me.reads(MALFORMED)
    me.press("Shift+Return")
    me.write("int_code", herder.CODE + "⏎")
    me.wait(lambda: not me.reads(MALFORMED), "the code to be right")
    me.answer([*herder.PLACE, *herder.CONSENT, *herder.PERSON, *herder.HERD, herder.GUARD_WRONG])
    me.press("Shift+Return")
    assert me.reads(LONELY)
    me.answer([herder.GUARD])
    me.wait(lambda: not me.reads(LONELY), "the guards to be right")
    me.answer([*herder.CARDS, *herder.SIGHT_1])
    me.press("Ctrl+Return")
    me.answer(herder.SIGHT_2)
    me.type("⏎")
    me.answer(herder.MOVE_FIRST)
    me.press("Shift+Return")
    me.answer([herder.MOVE, *herder.BARRIERS])


def answer_second_half(me: Facilitator) -> None:
    """From the losses to the end, a part of it in Russian."""
    me.press("Ctrl+L")
    assert me.reads("Теряли ли вы за последние 12 месяцев скот")
    assert not me.reads("did you lose animals")
    me.answer(herder.LOSSES)
    me.press("Ctrl+L")
    assert not me.reads("Теряли ли вы за последние 12 месяцев скот")
    me.answer(herder.LOSSES_2)
    me.type("⏎")
    me.answer([*herder.ATTITUDES, *herder.PILE_1])
    me.press("Ctrl+Return")
    me.answer(herder.PILE_2)
    me.type("⏎")
    me.answer([*herder.NEEDS, herder.NOTES])


def test_an_interview_from_a_new_survey_to_the_workbook(
    begin: Begin, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    me = begin()
    me.new_survey("Ala-Too 2026", tmp_path / "ala-too.cami")
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", chosen_files(FORMS / "herder_interview.xlsx"))
    me.import_forms()
    assert me.reads("“CAMI herder and community interview” was added: 84 questions.")

    me.press("Ctrl+1", "Ctrl+N")
    me.in_interview()
    answer_first_half(me)
    assert me.where() == "loss_any"
    me.type("⎋")
    me.in_list()
    assert me.reads("KG-H0123 was saved. You can continue it at any time.")
    me.type("⏎")
    me.in_interview()
    assert me.where() == "loss_any"
    answer_second_half(me)

    me.tab_to("Finish")
    me.type("⏎")
    assert me.reads("1 answer is missing or wrong")
    me.type("⏎")
    me.answer([herder.YEARS])
    while me.focus_name() != "Finish":
        me.press("PgDown")
    me.type("⏎")
    me.in_list()
    assert me.reads("KG-H0123 is final.")

    labels = me.export(tmp_path / "labels.xlsx", "herder_interview")
    codes = me.export(tmp_path / "codes.xlsx", "herder_interview", codes=True)
    typed = [*herder.ANSWERED, *herder.GIVEN]
    assert labels.differences(typed, codes=False) == []
    assert codes.differences(typed, codes=True) == []
    (row,) = labels.rows("herder_interview")
    assert (row["_code"], row["_state"], row["_device"], row["_facilitator"]) == (
        herder.CODE,
        "final",
        "KG-07",
        "Aizada",
    )
    assert isinstance(row["_changed"], datetime)
    assert {name: len(labels.rows(f"herder_interview-{name}")) for name in herder.INSTANCES} == herder.INSTANCES
    # Every column was compared, and the private remark has none.
    assert labels.names() == {line.place.split()[-1] for line in typed} | herder.NOT_ASKED
    assert not any("two dogs" in text for text in labels.everything())
