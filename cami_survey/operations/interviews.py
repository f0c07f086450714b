"""Interviews: start, continue, correct, copy, delete. The running `Interview` itself is in `running`."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from cami_survey.base.clock import system_clock
from cami_survey.base.errors import UserError
from cami_survey.base.notices import Notice, Outcome
from cami_survey.base.texts import _, ngettext
from cami_survey.operations.beginnings import (
    Manner,
    begin,
    begin_from,
    carry_on,
    language_of,
    of_form,
    unsaved,
)
from cami_survey.operations.details import show, submission_xml
from cami_survey.operations.forms import form_of
from cami_survey.operations.running import Interview, Journal, Saved
from cami_survey.operations.scripts import fill
from cami_survey.operations.summaries import CODE_NAMES, last_name

if TYPE_CHECKING:
    from cami_survey.base.clock import Clock
    from cami_survey.engine.api import Form
    from cami_survey.store.api import SurveyFile

__all__ = [
    "Interview",
    "Saved",
    "bring_back",
    "delete",
    "duplicate",
    "fill",
    "look_at",
    "open_record",
    "preview",
    "resume",
    "show",
    "start",
    "submission_xml",
]


def start(
    survey: SurveyFile,
    form_id: str,
    *,
    language: str | None = None,
    clock: Clock = system_clock,
    journal: Journal | None = None,
) -> Interview:
    """A new interview in the newest version of a form; its initial values are journalled already."""
    return begin(survey, form_of(survey, form_id), Manner(language, clock, journal))


def preview(form: Form, *, language: str | None = None, clock: Clock = system_clock) -> Interview:
    """An interview to try a form out: nothing of it is kept."""
    return Interview(form, form.open(language=language_of(form, language), clock=clock))


def open_record(
    survey: SurveyFile,
    record: str,
    *,
    language: str | None = None,
    clock: Clock = system_clock,
    journal: Journal | None = None,
) -> Interview:
    """Continue a draft, or correct a final interview: unsaved work of `record` (or of that draft) first.

    What is in conflict and left as it is shown stays in conflict.
    """
    manner = Manner(language, clock, journal)
    draft = unsaved(survey, record)
    return carry_on(survey, draft, manner) if draft else begin_from(survey, survey.view(record), manner)


def look_at(survey: SurveyFile, record: str, *, language: str | None = None) -> Interview:
    """The interview as it stands, unsaved work included, to be looked at: nothing of it is written."""
    manner = Manner(language, kept=False)
    draft = unsaved(survey, record)
    interview = carry_on(survey, draft, manner) if draft else begin_from(survey, survey.view(record), manner)
    interview.draft = None
    return interview


def resume(
    survey: SurveyFile,
    record: str,
    *,
    language: str | None = None,
    clock: Clock = system_clock,
    journal: Journal | None = None,
) -> Interview:
    """Continue a draft where the person was; `record` is a record or a draft. A final interview is refused."""
    if unsaved(survey, record) is None and survey.view(record).state == "final":
        sentence = _("This interview is final.")
        raise UserError("interview.is-final", sentence, advice=_("Open it for correction instead."), where=record)
    return open_record(survey, record, language=language, clock=clock, journal=journal)


def duplicate(
    survey: SurveyFile,
    record: str,
    *,
    language: str | None = None,
    clock: Clock = system_clock,
    journal: Journal | None = None,
) -> Interview:
    """A new interview with the answers of another one, in the newest version of its form. Its code is left empty."""
    view = survey.view(record)
    answers = {
        field: text for field, text in of_form(view.answers.fields).items() if last_name(field) not in CODE_NAMES
    }
    manner = Manner(language, clock, journal)
    return begin(survey, form_of(survey, view.form_id), manner, answers, view.answers.files)


def delete(survey: SurveyFile, records: Sequence[str]) -> Outcome[None]:
    """Mark records as deleted; they can be brought back."""
    for record in records:
        survey.set_deleted(record, True)
    text = ngettext("{n} interview was deleted.", "{n} interviews were deleted.", len(records)).format(n=len(records))
    notice = Notice("interview.deleted", text)
    return Outcome(None, frozenset({"records"}), (notice,), partial(bring_back, survey, records))


def bring_back(survey: SurveyFile, records: Sequence[str]) -> Outcome[None]:
    """Undo a deletion."""
    for record in records:
        survey.set_deleted(record, False)
    text = ngettext("{n} interview is back.", "{n} interviews are back.", len(records)).format(n=len(records))
    return Outcome(None, frozenset({"records"}), (Notice("interview.back", text),), partial(delete, survey, records))
