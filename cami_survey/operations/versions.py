"""An interview begun in one version of its form goes on in another; what has no place there is kept aside."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cami_survey.base.clock import system_clock
from cami_survey.base.errors import UserError
from cami_survey.base.notices import Notice, Outcome
from cami_survey.base.remarks import (
    ASIDE,
    COMMENT,
    DISTINCT,
    QUERY,
    REASON,
    REPLY,
    REVIEW,
    SAME,
    all_remarks,
    remark_name,
    remarks_in,
)
from cami_survey.base.texts import _
from cami_survey.operations.beginnings import device_of, of_form, unsaved
from cami_survey.operations.forms import form_of
from cami_survey.operations.running import FILE, Interview, Origin

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cami_survey.base.clock import Clock
    from cami_survey.base.records import State
    from cami_survey.engine.api import Form, Migration
    from cami_survey.store.api import SurveyFile


@dataclass(frozen=True, slots=True)
class CarriedOver:
    """What carrying an interview over would do, or with a `revision` has done. `code` is what the list shows."""

    record: str
    code: str
    form_id: str
    before: str
    after: str
    migration: Migration
    revision: str = ""

    def as_dict(self) -> dict[str, Any]:
        """For `--json`."""
        answers = self.migration.as_dict()
        answers.pop("answers")
        named = ("record", "code", "form_id", "before", "after", "revision")
        return {**answers, **{name: getattr(self, name) for name in named}}


@dataclass(frozen=True, slots=True)
class _Standing:
    """An interview as it stands, unsaved work first."""

    form_id: str
    version: str
    values: Mapping[str, str]
    files: Mapping[str, str]
    parents: tuple[str, ...]
    state: State
    draft: str | None = None


def preview(
    survey: SurveyFile, record: str, *, version: str | None = None, clock: Clock = system_clock
) -> Outcome[CarriedOver]:
    """What would become of the answers of `record` in a version of its form, without one the newest."""
    return Outcome(_carry(survey, record, version, clock)[0])


def carry(
    survey: SurveyFile, record: str, *, version: str | None = None, clock: Clock = system_clock
) -> Outcome[CarriedOver]:
    """Make it so: one draft revision in the other version. A final interview is corrected under a new instance ID.

    What has no place is kept aside in the record, and offered again when it is carried over once more.
    """
    carried, interview = _carry(survey, record, version, clock)
    reason = _("Carried over from version {before} to {after}").format(before=carried.before, after=carried.after)
    saved = interview.leave(reason).value
    done = CarriedOver(
        record, carried.code, carried.form_id, carried.before, carried.after, carried.migration, saved.revision
    )
    text = _("{code} is now in version {version}.").format(
        code=carried.code or _("The interview"), version=carried.after
    )
    said = " ".join((text, *carried.migration.sentences))
    return Outcome(done, frozenset({"records", "drafts"}), (Notice("interview.carried", said),))


def _carry(survey: SurveyFile, record: str, version: str | None, clock: Clock) -> tuple[CarriedOver, Interview]:
    standing = _standing(survey, record)
    form = form_of(survey, standing.form_id, version)
    if form.version == standing.version:
        sentence = _("The interview is in version {version} of its form already.").format(version=form.version)
        raise UserError("interview.same-version", sentence, where=record)
    values = {**remarks_in(ASIDE, standing.values), **of_form(standing.values)}
    migration = form.migrate(values, before=_earlier(survey, standing), clock=clock, device=device_of(survey))
    interview = Interview(
        form,
        form.open(migration.answers, clock=clock, device=device_of(survey), edit=standing.state == "final"),
        survey=survey,
        record=record,
        draft=standing.draft,
        origin=Origin(standing.parents, {}),
        values=_beside(standing, migration),
        files=standing.files,
    )
    code = interview.summary().code
    return CarriedOver(record, code, form.id, standing.version, form.version, migration), interview


def _standing(survey: SurveyFile, record: str) -> _Standing:
    draft = unsaved(survey, record)
    if draft is not None:
        attached = {name.removeprefix(FILE): text for name, text in draft.values.items() if name.startswith(FILE)}
        files = {**draft.files, **attached}
        return _Standing(draft.form_id, draft.form_version, draft.values, files, draft.parents, "draft", draft.id)
    view = survey.view(record)
    values = {**of_form({**view.answers.fields, **view.answers.computed}), **all_remarks(view.answers.fields)}
    return _Standing(view.form_id, view.form_version, values, view.answers.files, view.heads, view.state)


def _earlier(survey: SurveyFile, standing: _Standing) -> Form | None:
    """The form of the answers, where the survey has it."""
    try:
        return form_of(survey, standing.form_id, standing.version)
    except UserError:
        return None


def _beside(standing: _Standing, migration: Migration) -> dict[str, str]:
    """Remarks, on the fields where their questions are now, and what is kept aside.

    The reason for an unusual answer goes with that answer, not with another one.
    """
    same = {item.field: item.to for item in (*migration.kept, *migration.moved)}
    reasons = remarks_in(REASON, standing.values).items()
    return {
        **{
            remark_name(kind, migration.fields.get(field, field)): text
            for kind in (COMMENT, QUERY, REPLY)
            for field, text in remarks_in(kind, standing.values).items()
        },
        **{name: text for name, text in standing.values.items() if name.startswith((REVIEW, DISTINCT, SAME))},
        **{remark_name(REASON, same[field]): text for field, text in reasons if field in same},
        **{remark_name(ASIDE, field): text for field, text in migration.aside.items()},
    }
