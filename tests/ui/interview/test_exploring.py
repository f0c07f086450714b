"""Random keys, clicks and pastes: no exception, no warning, no stuck page; what is kept is what the screen said.

The public forms are explored in a soak, for `CAMI_SURVEY_EXPLORE` steps each if that says how many.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from random import Random
from zlib import crc32

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication

from cami_survey.base.errors import UserError
from cami_survey.base.settings import Settings
from cami_survey.operations import forms, interviews, surveys
from cami_survey.store.api import SurveyFile
from cami_survey.ui import feedback
from cami_survey.ui.interview.page import InterviewPage
from tests.ui.interview.conftest import FORMS, MAP
from tests.ui.interview.explorer import Explorer

EVERY = Path(__file__).with_name("every.md")
OPEN_FORMS = Path(__file__).parents[3].parent / "shared" / "forms-open" / "forms"
SOAK = bool(os.environ.get("CAMI_SURVEY_SOAK"))
STEPS = int(os.environ.get("CAMI_SURVEY_EXPLORE") or (1500 if SOAK else 60))
FIRST = int(os.environ.get("CAMI_SURVEY_EXPLORE_FROM") or 0)
LOOK_EVERY, ENTER_EVERY = 10, 50
OWN = [FORMS / "herder_interview.xlsx", FORMS / "stakeholder_survey.xlsx", EVERY]
PAGE, ALONE = Settings(), Settings(walk="one-by-one")
PERSIAN = Settings(question_language="fa", second_language="en")
CASES = [(OWN[0], PAGE), (OWN[1], ALONE), (EVERY, PAGE), (EVERY, ALONE), (EVERY, PERSIAN)]
# What the interview notes by itself and what is told apart by its own time.
PASSING = ("/end", "/start", "/today", "/instanceID", "/instanceName", "/audit")


def _public() -> list[Path]:
    return sorted(OPEN_FORMS.iterdir()) if SOAK and OPEN_FORMS.is_dir() else [OPEN_FORMS]


@pytest.fixture
def survey(tmp_path: Path) -> Iterator[SurveyFile]:
    (tmp_path / "map.svg").write_bytes(MAP)
    opened = surveys.create(tmp_path / "field.cami", title="Field").value
    yield opened
    opened.close()


@pytest.fixture(autouse=True)
def nothing_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """A dialog of the system would wait for ever, and no other program is to be opened."""
    monkeypatch.setattr(feedback, "open_file", lambda *_about: None)
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda _url: True)


def added(survey: SurveyFile, source: Path, folder: Path) -> str:
    """Add a form to the survey; its id."""
    if source == EVERY:
        source = folder / EVERY.name
        source.write_bytes(EVERY.read_bytes())
    return forms.add(survey, [source]).value[0].form_id


def explore(survey: SurveyFile, form_id: str, seed: int, settings: Settings) -> None:
    """One person's restless minutes at a form, from the empty interview on; then it is continued from its journal."""
    random, record, left = Random(seed), "", STEPS
    while left > 0:
        interview = interviews.open_record(survey, record) if record else interviews.start(survey, form_id)
        page = InterviewPage(interview, settings)
        page.resize(1280, 860)
        page.show()
        page.activateWindow()
        explorer = Explorer(page, random)
        try:
            left -= walk(explorer, left)
            if not explorer.ended:
                compare_with_journal(survey, explorer)
                page.close_down()
        except BaseException as error:
            error.add_note(f"seed {seed}, form {form_id}: {explorer.told()}")
            raise
        finally:
            explorer.calm()
            page.close()
            page.deleteLater()
            QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        record = interview.record if _is_there(survey, interview.record) else ""


def _is_there(survey: SurveyFile, record: str) -> bool:
    try:
        survey.view(record)
    except UserError:
        return False
    return True


def walk(explorer: Explorer, most: int) -> int:
    """Go on until the interview ends; how many steps were made."""
    for step in range(1, most + 1):
        explorer.step()
        if explorer.ended:
            return step
        if step % LOOK_EVERY == 0:
            assert explorer.differences() == []
        if step % ENTER_EVERY == 0:
            assert explorer.goes_on(), f"Enter leads nowhere from {explorer.where()}"
            if explorer.ended:
                return step
    return most


def compare_with_journal(survey: SurveyFile, explorer: Explorer) -> None:
    """What was journalled is what the session holds, so a crash here would lose nothing."""
    explorer.calm()
    page = explorer.page
    page._flush()
    # What a form calculates may be said in the language that is read.
    language = page.interview.session.language
    now = page.interview.session.values()
    again = interviews.look_at(survey, page.interview.record, language=language).session.values()
    wrong = {
        field: (now.get(field), again.get(field))
        for field in {*now, *again}
        if now.get(field, "") != again.get(field, "") and not field.endswith(PASSING)
    }
    assert wrong == {}, "the journal holds something else"


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize(("source", "settings"), CASES, ids=["herder", "stakeholder", "every", "alone", "persian"])
def test_whatever_is_done_at_our_forms_is_kept_as_it_was_seen(
    survey: SurveyFile, source: Path, settings: Settings, tmp_path: Path
) -> None:
    form_id = added(survey, source, tmp_path)
    explore(survey, form_id, FIRST + crc32(source.name.encode()) % 1000, settings)


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("source", _public(), ids=lambda path: path.name[:40])
def test_whatever_is_done_at_a_public_form_is_kept_as_it_was_seen(
    survey: SurveyFile, source: Path, tmp_path: Path
) -> None:
    if not SOAK or not source.is_file():
        pytest.skip(f"explored in a soak, where there are public forms at {OPEN_FORMS}")
    try:
        form_id = added(survey, source, tmp_path)
    except UserError as error:
        pytest.skip(f"{source.name} cannot be converted: {error}")
    seed = FIRST + crc32(source.name.encode()) % 1000
    explore(survey, form_id, seed, (PAGE, ALONE)[seed % 2])
