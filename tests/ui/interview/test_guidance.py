"""What the form tells the facilitator stands beside the question; a language nobody has reviewed says so."""

from __future__ import annotations

from cami_survey.base.settings import Settings
from cami_survey.engine.api import Form
from tests.ui.interview.conftest import Open

BOTH = Settings(question_language="Kyrgyz (ky)", second_language="English (en)")


def test_guidance_is_in_the_language_of_the_facilitator(herder: Form, open_form: Open) -> None:
    running = open_form(herder, settings=BOTH, fill={"/data/cons/adult": "yes", "/data/cons/consent": "yes"})
    notes = running.page.frame.notes
    running.go_to("/data/know/cards")
    assert "Two control cards belong to every pack" in notes.guidance.text()
    assert not notes.guidance.isHidden()
    running.go_to("/data/who/age")
    assert notes.guidance.text() == ""
    assert notes.guidance.isHidden()
    assert notes.guided.isHidden()


def test_what_a_note_tells_is_told_at_the_question_after_it(herder: Form, open_form: Open) -> None:
    running = open_form(herder, settings=BOTH)
    running.go_to("/data/cons/adult")
    assert running.page.frame.notes.guidance.text().startswith("Speak rather than read.")
    running.go_to("/data/cons/comm_consent")
    assert running.page.frame.notes.guidance.text() == ""


def test_the_switch_of_languages_names_drafts(herder: Form, persian: Form, open_form: Open) -> None:
    segments = open_form(herder, settings=BOTH).page.frame.top.languages
    assert segments.notes() == {"first": "draft"}
    assert open_form(persian).page.frame.top.languages.notes() == {}
