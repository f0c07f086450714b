"""The disk is full while somebody types: it is said at once, and nothing that was typed is lost."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QLineEdit

from cami_survey.store.api import SurveyFile
from tests.journey import herder
from tests.journey.conftest import FORMS, Begin
from tests.journey.hands import Facilitator, chosen_files

# More than the free room of a page of the file, so that the file has to grow.
LONG = "At-Bashy, " * 1500
FULL = "The disk is full"


def limit(survey: SurveyFile, pages: int) -> None:
    """Let the file grow to so many pages; to SQLite that is a full disk."""
    with survey._db.write() as connection:
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")


def size(survey: SurveyFile) -> int:
    with survey._db.write() as connection:
        return int(connection.exec_driver_sql("PRAGMA page_count").scalar_one())


@pytest.fixture
def typing(begin: Begin, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Facilitator:
    """An interview at its fourth question."""
    me = begin()
    me.new_survey("Full", tmp_path / "full.cami")
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", chosen_files(FORMS / "herder_interview.xlsx"))
    me.import_forms()
    me.press("Ctrl+1", "Ctrl+N")
    me.in_interview()
    me.type(herder.CODE + "⏎")
    me.answer(herder.PLACE[:3])
    me.wait(lambda: me.reads("Saved "), "the first answers to be saved")
    return me


def kept(me: Facilitator) -> dict[str, str]:
    """What the journal of the running interview holds, by the names of the questions."""
    (draft,) = me.window.desk.survey.drafts()
    return {field.rpartition("/")[2]: text for field, text in draft.values.items()}


def paste(me: Facilitator, words: str) -> None:
    QGuiApplication.clipboard().setText(words)
    me.press("Ctrl+V")


def test_a_full_disk_is_said_at_once_and_after_it_everything_is_saved(typing: Facilitator) -> None:
    me, survey = typing, typing.window.desk.survey
    limit(survey, size(survey))
    paste(me, LONG)
    me.wait(lambda: me.reads(FULL), "the band")
    assert me.reads("Not saved")
    assert me.where() == "adm2"
    line = me.focus()
    assert isinstance(line, QLineEdit)
    assert line.text() == LONG
    assert "adm2" not in kept(me)

    # Whoever goes on meanwhile loses nothing either.
    me.type("⏎")
    me.answer(herder.PLACE[4:6])
    assert me.reads(FULL)
    limit(survey, 100_000)
    me.wait(lambda: not me.reads(FULL) and not me.reads("Not saved"), "the end of the band")
    values = kept(me)
    assert (values["adm2"], values["loc_prec"], values["grid"]) == (LONG, "g25", "KG-25-0417")
    assert (values["int_code"], values["adm1"]) == (herder.CODE, "KG-N")

    me.type("⎋")
    me.in_list()
    (row,) = survey.rows()
    fields = {field.rpartition("/")[2]: text for field, text in survey.view(row.record).answers.fields.items()}
    assert (fields["adm2"], fields["grid"]) == (LONG, "KG-25-0417")
    assert survey.verify().ok


def test_leaving_on_a_full_disk_stays_in_the_interview_until_there_is_room(typing: Facilitator) -> None:
    me, survey = typing, typing.window.desk.survey
    limit(survey, size(survey))
    paste(me, LONG)
    me.type("⎋")
    me.wait(lambda: me.reads(FULL) and me.window.running is not None and me.window.running.isEnabled(), "the band")
    me.in_interview()
    assert me.where() == "adm2"
    limit(survey, 100_000)
    me.type("⎋")
    me.in_list()
    assert me.reads(f"{herder.CODE} was saved.")
    (row,) = survey.rows()
    assert LONG in survey.view(row.record).answers.fields.values()
