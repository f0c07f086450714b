"""Which interviews of a form go into an export, and what a table says of each besides its answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from cami_survey.base.errors import UserError
from cami_survey.base.sealed import shown
from cami_survey.operations import identity
from cami_survey.operations.forms import form_of
from cami_survey.operations.summaries import CODE_NAMES

if TYPE_CHECKING:
    from cami_survey.analysis.definitions import Definition
    from cami_survey.analysis.tables import Origin
    from cami_survey.base.records import RecordView
    from cami_survey.operations.export_filters import Filter
    from cami_survey.store.api import SurveyFile

SHORT_ID = 12


@dataclass(slots=True)
class LeftOut:
    """How many interviews were left out, and how many have calculations that could not be made anew."""

    drafts: int = 0
    stale: int = 0
    passed_over: int = 0

    def add(self, other: LeftOut) -> None:
        """Count others in."""
        self.drafts += other.drafts
        self.stale += other.stale
        self.passed_over += other.passed_over


def wanted(
    survey: SurveyFile,
    definitions: Sequence[Definition],
    only: Filter,
    left_out: LeftOut,
    step: Callable[[], None],
    *,
    include_drafts: bool,
    after: int = 0,
    until: int | None = None,
) -> Iterator[RecordView]:
    """The interviews of a form that `only` lets pass; `after` and `until` as for the views of a survey."""
    passes = only.passing(definitions)
    for view in survey.views(definitions[0].form_id, after=after, until=until):
        step()
        if view.state == "draft" and not include_drafts:
            left_out.drafts += 1
            continue
        if not only.is_open and not passes(view):
            left_out.passed_over += 1
            continue
        fresh = recomputed(survey, view) if view.stale else view
        left_out.stale += fresh.stale
        yield fresh


def recomputed(survey: SurveyFile, view: RecordView) -> RecordView:
    """The view with calculations made anew, since merging brought answers together; as it was without its form."""
    try:
        form = form_of(survey, view.form_id, view.form_version)
    except UserError:
        return view
    values = {**view.answers.computed, **view.answers.fields}
    session = form.open({field: text for field, text in values.items() if not field.startswith("@")})
    computed = session.answers(relevant_only=view.state == "final").computed
    answers = identity.held(form, view.answers, replace(view.answers, computed=computed), view.answers.computed)
    return replace(view, answers=answers, stale=False)


def origins(survey: SurveyFile, definitions: Sequence[Definition]) -> Callable[[RecordView], Origin]:
    from cami_survey.analysis.tables import Origin

    devices = {device.id: device for device in survey.devices()}
    codes = _code_fields(definitions)

    def origin(view: RecordView) -> Origin:
        answers = view.answers
        code = next((text for path in codes if (text := answers.fields.get(path) or answers.computed.get(path))), "")
        device = devices.get(view.device)
        name, facilitator = (device.name, device.facilitator) if device else (view.device[:SHORT_ID], "")
        return Origin(shown(code), name, facilitator, view.started)

    return origin


def _code_fields(definitions: Sequence[Definition]) -> list[str]:
    """The fields that may name an interview, as the list of interviews does, the best first."""
    public = [question for form in definitions for question in form.questions if not question.private]
    names = (*CODE_NAMES, "instanceName")
    return list(dict.fromkeys(q.path for name in names for q in public if q.name == name and not q.repeats))
