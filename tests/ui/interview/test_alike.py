"""What is told at the beginning: an interview that may be the same, letters that no font has, what a form fails at."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication
from pytestqt.qtbot import QtBot

from cami_survey.base.settings import Settings
from cami_survey.engine.api import load_form
from cami_survey.operations import forms, interviews
from cami_survey.operations.running import Saved
from cami_survey.store.api import SurveyFile
from cami_survey.ui.interview import writing
from cami_survey.ui.interview.frame import ALIKE, FAILING, WRITING
from cami_survey.ui.interview.page import InterviewPage
from tests.ui.interview.conftest import Open, Running, shown

FORM = """
| survey |
| | type | name | label::English (en) | label::Tibetan (bo) |
| | text | code | Code | ཨང་ |
| | text | resp_name | Name | མིང་ |
| | text | adm2 | District | རྫོང་ |
| settings |
| | form_id | title | default_language |
| | camp | Camp | English (en) |
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    written = tmp_path / "camp.md"
    written.write_text(FORM, "utf-8")
    return written


@pytest.fixture
def survey(tmp_path: Path, path: Path) -> Iterator[SurveyFile]:
    with SurveyFile.create(tmp_path / "w.cami", title="W") as made:
        forms.add(made, [path])
        interview = interviews.start(made, "camp")
        for name, text in {"code": "KG-1", "resp_name": "Айзада Жумабекова", "adm2": "Ат-Башы"}.items():
            interview.set(f"/data/{name}", text)
        assert isinstance(interview.finalise().value, Saved)
        yield made


def begun(survey: SurveyFile, qtbot: QtBot) -> Running:
    page = InterviewPage(interviews.start(survey, "camp"), Settings())
    return shown(page, qtbot)


def told(run: Running) -> str:
    assert run.page.watch is not None
    run.page.questions.flush()
    run.page.watch.look()
    return run.page.frame.band_words(ALIKE)


def test_the_same_code_is_told_and_the_other_can_be_opened(survey: SurveyFile, qtbot: QtBot) -> None:
    run = begun(survey, qtbot)
    run.type("KG-1")
    run.press(Qt.Key.Key_Return)
    assert "with this code already" in told(run)
    assert "Айзада" in told(run)
    (record,) = [row.record for row in survey.rows("final")]
    button = next(child for child in run.page.findChildren(QAbstractButton) if child.text() == "Open that one")
    with qtbot.waitSignal(run.page.other_wanted) as asked:
        run.click(button)
    assert asked.args == [record]


def test_a_similar_person_is_told_across_scripts_and_no_longer_when_mended(survey: SurveyFile, qtbot: QtBot) -> None:
    run = begun(survey, qtbot)
    run.go_to("/data/resp_name")
    run.type("Aizada Zhumabekova")
    run.press(Qt.Key.Key_Return)
    run.type("At-Bashy")
    assert "same person" in told(run)
    run.clear()
    run.type("Osh")
    assert told(run) == ""


def test_it_looks_by_itself_after_a_code_was_typed(survey: SurveyFile, qtbot: QtBot) -> None:
    run = begun(survey, qtbot)
    run.type("KG-1")
    run.press(Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: run.page.frame.band_words(ALIKE) != "", timeout=5000)
    # The keys stay where the person types.
    assert run.page.questions.column.isAncestorOf(QApplication.focusWidget())


def test_one_that_goes_on_is_not_compared(survey: SurveyFile, qtbot: QtBot) -> None:
    (row,) = survey.rows("final")
    page = InterviewPage(interviews.open_record(survey, row.record), Settings())
    assert shown(page, qtbot).page.watch is None


def test_an_interview_that_is_looked_at_shows_what_was_answered(survey: SurveyFile, qtbot: QtBot) -> None:
    (row,) = survey.rows("final")
    before = survey.last_seq()
    page = InterviewPage(interviews.look_at(survey, row.record), Settings(), read_only=True, given_only=True)
    run = shown(page, qtbot)
    assert [stop.field for stop in page.questions.column.stops()] == ["/data/code", "/data/resp_name", "/data/adm2"]
    run.type("x")
    with qtbot.waitSignal(page.left):
        run.strike(Qt.Key.Key_Escape)
    assert survey.last_seq() == before
    assert survey.drafts() == []


# Letters


def test_letters_that_no_font_has_are_named(
    open_form: Open, path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "_drawn", lambda letters, _language: letters.isascii())
    run = open_form(load_form(path))
    qtbot.waitUntil(lambda: run.page.frame.band_words(WRITING) != "")
    assert "Tibetan" in run.page.frame.band_words(WRITING)
    run.press(Qt.Key.Key_L, hold=Qt.KeyboardModifier.ControlModifier)
    run.press(Qt.Key.Key_L, hold=Qt.KeyboardModifier.ControlModifier)
    assert run.page.frame.band_words(WRITING) == ""


def test_the_letters_of_a_form_are_read_once_for_all_its_interviews(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    monkeypatch.setattr(writing, "texts_in", lambda _form, language: read.append(language) or "Сөз")
    form = load_form(path)
    for made in (form, form, load_form(path)):
        for _again in range(2):
            assert writing.Letters(made).missing(["ky", "en"]) == []
    assert read == ["ky", "en"] * 2


def test_the_fonts_of_the_program_have_its_scripts_and_not_every_one() -> None:
    assert writing.scripts_in("Sheep, овцы! ۱۲ گوسفند") == {"Latin": "Shep", "Cyrillic": "овцы", "Arabic": "گوسفند"}
    for words in ("Sheep", "овцы", "گوسفند"):
        assert writing._drawn(words, "")
    # Letters of the last private plane, which no font has.
    assert not writing._drawn("\U0010f400\U0010f401", "")


def test_a_form_that_fails_at_something_says_so_once_and_goes_on(qtbot: QtBot) -> None:
    form = load_form(
        b"| survey |\n| | type | name | label | calculation |\n| | text | camp | Camp? | |\n"
        b"| | calculate | mark | | digest(${camp}, 'SHA-3') |\n| settings |\n| | form_id |\n| | camp |\n",
        name="camp.md",
    )
    run = shown(InterviewPage(interviews.preview(form), Settings(), preview=True), qtbot)
    assert run.page.frame.band_words(FAILING) == (
        "This form cannot work out “mark”: digest() knows MD5, SHA-1, SHA-256, SHA-384, SHA-512, not “SHA-3”."
        " It counts as empty, everything else works. Tell whoever made the form."
    )
    run.page.frame.clear_band(FAILING)
    run.type("Kara-Suu")
    run.press(Qt.Key.Key_Return)
    run.page.show_progress()
    assert run.page.frame.band_words(FAILING) == ""
    assert run.page.interview.session.node("/data/camp").value == "Kara-Suu"
