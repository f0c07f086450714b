"""One interview in full: its answers as asked, its history, and the submission as ODK servers expect it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from cami_survey.base.notices import Outcome
from cami_survey.base.remarks import ASIDE, COMMENT, REASON, remarks_in
from cami_survey.base.sealed import shown
from cami_survey.operations.beginnings import device_of, language_of, of_form
from cami_survey.operations.forms import form_of
from cami_survey.operations.summaries import summarise, walk

if TYPE_CHECKING:
    from cami_survey.base.records import Conflict, RecordView, RevisionEntry, State
    from cami_survey.engine.api import Form, Node, Session
    from cami_survey.store.api import SurveyFile


@dataclass(frozen=True, slots=True)
class Answer:
    """One answered question: `value` as kept, `text` as a person reads it."""

    field: str
    ref: str
    name: str
    label: str
    value: str
    text: str
    computed: bool = False
    comment: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Detail:
    """Everything there is to say of an interview. Relevant answers alone, in the order of the form."""

    record: str
    code: str
    form_id: str
    form_version: str
    form_title: str
    state: State
    deleted: bool
    answered: int
    total: int
    answers: tuple[Answer, ...]
    comments: Mapping[str, str]
    aside: Mapping[str, str]
    history: tuple[RevisionEntry, ...]
    conflicts: tuple[Conflict, ...]

    def as_dict(self) -> dict[str, Any]:
        """For `--json`."""
        return {
            **asdict(self),
            "history": [{**asdict(step), "written": step.written.isoformat()} for step in self.history],
            "conflicts": [conflict.field for conflict in self.conflicts],
        }


def show(survey: SurveyFile, record: str, *, language: str | None = None) -> Outcome[Detail]:
    """The interview with id `record`, its questions in `language`."""
    view = survey.view(record)
    form, session = _open(survey, view, language)
    comments, reasons = (remarks_in(kind, view.answers.fields) for kind in (COMMENT, REASON))
    summary = summarise(form, view.answers, session=session)
    detail = Detail(
        record=record,
        code=summary.code,
        form_id=view.form_id,
        form_version=view.form_version,
        form_title=form.title,
        state=view.state,
        deleted=view.deleted,
        answered=summary.answered,
        total=summary.total,
        answers=tuple(_answers(session, comments, reasons)),
        comments=comments,
        aside=remarks_in(ASIDE, view.answers.fields),
        history=tuple(survey.history(record)),
        conflicts=view.conflicts,
    )
    return Outcome(detail)


def asked(survey: SurveyFile, record: str, *, language: str | None = None) -> tuple[Answer, ...]:
    """Every question of the interview with id `record` that is relevant, answered or not, in the order of the form."""
    view = survey.view(record)
    session = _open(survey, view, language)[1]
    comments, reasons = (remarks_in(kind, view.answers.fields) for kind in (COMMENT, REASON))
    return tuple(_answers(session, comments, reasons, every=True))


def submission_xml(survey: SurveyFile, record: str) -> bytes:
    """The submission of the interview with id `record`, as ODK servers expect it."""
    return _open(survey, survey.view(record), None)[1].to_xml()


def _open(survey: SurveyFile, view: RecordView, language: str | None) -> tuple[Form, Session]:
    form = form_of(survey, view.form_id, view.form_version)
    values = of_form({**view.answers.fields, **view.answers.computed})
    return form, form.open(values, language=language_of(form, language), device=device_of(survey))


def _answers(
    session: Session, comments: Mapping[str, str], reasons: Mapping[str, str], *, every: bool = False
) -> Iterator[Answer]:
    for node in walk(session):
        if node.kind == "question" and (node.text_value or (every and node.control)):
            label = node.label or ""
            yield Answer(
                node.field,
                node.ref,
                node.name,
                label,
                node.text_value,
                readable(node),
                node.computed,
                shown(comments.get(node.field, "")),
                shown(reasons.get(node.field, "")),
            )


def readable(node: Node) -> str:
    """The answer as a person reads it: labels for chosen values."""
    text = shown(node.text_value)
    labels = {choice.value: choice.label for choice in node.choices or ()}
    if not labels:
        return text
    if node.control == "select1":
        return labels.get(text) or text
    return ", ".join(labels.get(value) or value for value in text.split())
