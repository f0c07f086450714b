"""How an interview begins: anew, from a record, from unsaved work."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cami_survey.base.clock import system_clock
from cami_survey.base.errors import UserError, nearest
from cami_survey.base.remarks import all_remarks
from cami_survey.base.texts import _
from cami_survey.operations.forms import form_of
from cami_survey.operations.running import FILE, Interview, Origin

if TYPE_CHECKING:
    from cami_survey.base.clock import Clock
    from cami_survey.base.records import Draft, RecordView
    from cami_survey.engine.api import Form
    from cami_survey.operations.running import Journal
    from cami_survey.store.api import SurveyFile


@dataclass(frozen=True, slots=True)
class Manner:
    """How an interview is held: in which language, by which clock, journalled how or (`kept` False) not at all."""

    language: str | None = None
    clock: Clock = system_clock
    journal: Journal | None = None
    kept: bool = True


def begin(
    survey: SurveyFile,
    form: Form,
    manner: Manner,
    answers: Mapping[str, str] | None = None,
    files: Mapping[str, str] | None = None,
) -> Interview:
    """A new interview, empty or with `answers` copied into it, and the `files` they name."""
    language = language_of(form, manner.language)
    session = form.open(language=language, clock=manner.clock, device=device_of(survey))
    if answers is not None:
        own = {field: text for field, text in session.answers().computed.items() if "[" not in field}
        session = form.open({**answers, **own}, language=language, clock=manner.clock, device=device_of(survey))
    record = survey.new_record()
    draft = None
    if manner.kept:
        draft = survey.start_draft(
            form_id=form.id,
            form_version=form.version,
            record=record,
            parents=(),
            values=session.values(),
            files=files,
        )
    origin = None if answers is None else Origin(fields={})
    return Interview(
        form,
        session,
        survey=survey,
        record=record,
        draft=draft,
        origin=origin,
        files=files,
        journal=manner.journal,
        clock=manner.clock,
    )


def begin_with(survey: SurveyFile, form: Form, manner: Manner, values: Mapping[str, str], record: str) -> Interview:
    """The interview of a record that is not here yet, held elsewhere: `values` as they are, also what is computed."""
    session = form.open(
        values, language=language_of(form, manner.language), clock=manner.clock, device=device_of(survey)
    )
    return Interview(
        form,
        session,
        survey=survey,
        record=record,
        origin=Origin(fields={}),
        journal=manner.journal,
        clock=manner.clock,
    )


def begin_from(survey: SurveyFile, view: RecordView, manner: Manner) -> Interview:
    """An interview that continues a draft record, or corrects a final one under a new instance ID."""
    form = form_of(survey, view.form_id, view.form_version)
    session = form.open(
        of_form({**view.answers.fields, **view.answers.computed}),
        language=language_of(form, manner.language),
        clock=manner.clock,
        device=device_of(survey),
        edit=view.state == "final",
    )
    remarks = all_remarks(view.answers.fields)
    place = survey.place(view.record) if view.state == "draft" else ""
    draft = None
    if manner.kept:
        draft = survey.start_draft(
            form_id=form.id,
            form_version=form.version,
            record=view.record,
            parents=view.heads,
            values={**session.values(), **remarks},
            files=view.answers.files,
            place=place,
        )
    return Interview(
        form,
        session,
        survey=survey,
        record=view.record,
        draft=draft,
        origin=_origin(view),
        values=remarks,
        files=view.answers.files,
        place=place,
        journal=manner.journal,
        clock=manner.clock,
    )


def carry_on(survey: SurveyFile, draft: Draft, manner: Manner) -> Interview:
    """The interview of a journal, as it stood when it was last written."""
    form = form_of(survey, draft.form_id, draft.form_version)
    language = language_of(form, manner.language)
    session = form.open(of_form(draft.values), language=language, clock=manner.clock, device=device_of(survey))
    attached = {name.removeprefix(FILE): text for name, text in draft.values.items() if name.startswith(FILE)}
    return Interview(
        form,
        session,
        survey=survey,
        record=draft.record,
        draft=draft.id,
        origin=_origin(survey.view(draft.record)) if draft.parents else Origin(fields={}),
        values=draft.values,
        files={**draft.files, **attached},
        place=draft.place,
        journal=manner.journal,
        clock=manner.clock,
        recalled=True,
    )


def unsaved(survey: SurveyFile, name: str) -> Draft | None:
    """The journal with this id, or the newest one of the record with this id."""
    found = [draft for draft in survey.drafts() if name in (draft.id, draft.record)]
    return max(found, key=lambda draft: draft.changed, default=None)


def language_in(names: Iterable[str], asked: str) -> str:
    """The language among `names` ("Russian (ru)") that is asked for by name, word or code; empty if there is none."""
    wish = asked.strip().casefold()
    for name in filter(None, names):
        if wish in (name.casefold(), *language_parts(name)):
            return name
    return ""


def language_parts(name: str) -> tuple[str, str]:
    """`russian` and `ru` of "Russian (ru)"."""
    word, _bracket, code = name.casefold().partition("(")
    return word.strip(), code.rstrip(") ")


def language_of(form: Form, language: str | None) -> str | None:
    """The form's own name of a language that is asked for by name, word or code; UserError if it does not have it."""
    if not language or language in form.languages:
        return language
    named = language_in(form.languages, language)
    if named:
        return named
    near = nearest(language, form.languages)
    known = ", ".join(form.languages) or _("none")
    raise UserError(
        "language.unknown",
        _("The form “{form}” has no language {language}.").format(form=form.title, language=language),
        advice=_("Did you mean {name}?").format(name=near) if near else _("It has: {names}.").format(names=known),
        where=language,
    )


def device_of(survey: SurveyFile) -> dict[str, str]:
    """What forms may ask of the device: its id and who holds it."""
    device = survey.device
    return {"deviceid": f"cami-survey:{device.id[:16]}", "username": device.facilitator}


def of_form(values: Mapping[str, str]) -> dict[str, str]:
    """The values without those of the record."""
    return {field: text for field, text in values.items() if not field.startswith("@")}


def _origin(view: RecordView) -> Origin:
    fields = view.answers.fields
    return Origin(view.heads, {**of_form(fields), **all_remarks(fields)}, view.state, view.answers.computed)
