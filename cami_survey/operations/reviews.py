"""Review: what a consultant asks about answers, how far an interview is, and what the facilitator says to it.

Queries, replies and the state are fields of the record, so they are merged, kept in the history and packed as answers
are: a query file is a package of the interviews with open queries, for the laptop that asked them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, get_args

from cami_survey.base.errors import UserError, nearest
from cami_survey.base.notices import Notice, Outcome, Touched
from cami_survey.base.remarks import QUERY, REPLY, REVIEW, remark_name, remarks_in
from cami_survey.base.texts import _, ngettext
from cami_survey.operations.running import CHANGED

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from cami_survey.base.records import RecordView
    from cami_survey.operations.packages import Packed
    from cami_survey.store.api import SurveyFile

    Progress = Callable[[int, int], None]

State = Literal["received", "issues", "approved", "rejected"]
STATES: tuple[State, ...] = get_args(State)
_NAMED: dict[str, State] = {state: state for state in STATES}
RECORDS: frozenset[Touched] = frozenset({"records"})
AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Query:
    """One question about an answer. `reply` is None while it is open, `changed` if only the answer was changed."""

    field: str
    text: str
    reply: str | None = None

    @property
    def changed(self) -> bool:
        """Whether the reply is another answer, without a word."""
        return self.reply == CHANGED


@dataclass(frozen=True, slots=True)
class Review:
    """How far an interview is. `device` is the laptop that asked it first."""

    record: str
    code: str
    state: State
    queries: tuple[Query, ...]
    device: str = ""

    @property
    def open(self) -> int:
        """How many queries nobody has answered."""
        return sum(query.reply is None for query in self.queries)


def review_of(view: RecordView, code: str = "", device: str = "") -> Review:
    """The review in a record; what nobody has looked at is received."""
    fields = view.answers.fields
    state = _NAMED.get(fields.get(REVIEW, ""), "received")
    replies = remarks_in(REPLY, fields)
    queries = [Query(field, text, replies.get(field)) for field, text in sorted(remarks_in(QUERY, fields).items())]
    return Review(view.record, code, state, tuple(queries), device)


def reviews(survey: SurveyFile) -> Outcome[list[Review]]:
    """Every interview that somebody has reviewed, open queries first."""
    records = survey.records_saying(REVIEW, QUERY)
    codes = survey.codes(records)
    found = []
    for start in range(0, len(records), AT_ONCE):
        for view in survey.views(records=records[start : start + AT_ONCE]):
            if any(name.startswith((REVIEW, QUERY)) for name in view.answers.fields):
                first = survey.history(view.record)[0]
                found.append(review_of(view, codes.get(view.record, ""), first.device))
    return Outcome(sorted(found, key=lambda one: (-one.open, one.code, one.record)))


def mark(survey: SurveyFile, records: Sequence[str], state: str) -> Outcome[None]:
    """Say how far these interviews (ids or codes) are."""
    if state not in STATES:
        near = nearest(state, STATES)
        raise UserError(
            "review.unknown-state",
            _("“{text}” is no state of a review.").format(text=state),
            advice=_("Did you mean {name}?").format(name=near) if near else ", ".join(STATES),
            where=state,
        )
    for record in records:
        _write(survey, survey.find(record), {REVIEW: state}, _("Reviewed"))
    text = ngettext("{n} interview is marked: {state}.", "{n} interviews are marked: {state}.", len(records))
    notice = Notice("review.marked", text.format(n=len(records), state=state_words(state)))
    return Outcome(None, RECORDS, (notice,))


def save(survey: SurveyFile, record: str, state: str, queries: Mapping[str, str | None]) -> Outcome[None]:
    """State and queries (field -> text, None to take one back) of an interview in one step of its history."""
    changes: dict[str, str | None] = {REVIEW: state}
    for field, text in queries.items():
        changes |= {remark_name(QUERY, field): text, remark_name(REPLY, field): None}
    _write(survey, record, changes, _("Reviewed"))
    notice = Notice("review.marked", _("The review is kept: {state}.").format(state=state_words(state)))
    return Outcome(None, RECORDS, (notice,))


def state_words(state: str) -> str:
    """A state as people read it."""
    words = {
        "received": _("received"),
        "issues": _("has issues"),
        "approved": _("approved"),
        "rejected": _("rejected"),
    }
    return words.get(state, state)


def remark_text(name: str, text: str) -> str:
    """What a field of the record that belongs to a review says, as people read it; other texts as they are."""
    if name == REVIEW:
        return state_words(text)
    return _("the answer was changed") if name.startswith(REPLY) and text == CHANGED else text


def ask(survey: SurveyFile, record: str, field: str, text: str) -> Outcome[None]:
    """Ask about an answer of an interview (id or code): it has issues then. An empty text takes the query back.

    `field` is the field itself, or the name of its question where only one has it.
    """
    found = survey.find(record)
    named = _field(survey, found, field)
    changes: dict[str, str | None] = {remark_name(QUERY, named): text.strip() or None, remark_name(REPLY, named): None}
    if text.strip():
        changes[REVIEW] = "issues"
    _write(survey, found, changes, _("Asked about an answer"))
    return Outcome(None, RECORDS, (Notice("review.asked", _("The query is kept at its question.")),))


def reply(survey: SurveyFile, record: str, field: str, text: str) -> Outcome[None]:
    """Answer a query without changing the answer."""
    found = survey.find(record)
    named = _field(survey, found, field)
    if named not in remarks_in(QUERY, survey.view(found).answers.fields):
        raise UserError("review.no-query", _("Nothing was asked about {field}.").format(field=field), where=field)
    _write(survey, found, {remark_name(REPLY, named): text.strip() or None}, _("Answered a query"))
    return Outcome(None, RECORDS, (Notice("review.replied", _("The reply is kept.")),))


def send(
    survey: SurveyFile,
    out_dir: Path,
    *,
    to: Sequence[str] = (),
    plain: bool = False,
    device: str = "",
    progress: Progress | None = None,
) -> Outcome[Packed]:
    """Write the query file: a package of the interviews with open queries, of one laptop (id) if it is named."""
    from cami_survey.operations import packages

    records = [one.record for one in reviews(survey).value if one.open and device in ("", one.device)]
    if not records:
        raise UserError("review.nothing-open", _("No query is open."))
    return packages.pack(survey, out_dir, to=to, records=records, plain=plain, progress=progress)


def _field(survey: SurveyFile, record: str, text: str) -> str:
    """The field of a record that a person means."""
    from cami_survey.operations.summaries import last_name

    view = survey.view(record)
    fields = [*view.answers.fields, *view.answers.computed, *remarks_in(QUERY, view.answers.fields)]
    if text in fields or text.startswith("/"):
        return text
    meant = sorted({field for field in fields if not field.startswith("@") and last_name(field) == text})
    if len(meant) == 1:
        return meant[0]
    near = nearest(text, [last_name(field) for field in fields if not field.startswith("@")])
    raise UserError(
        "review.unknown-field",
        _("{name} names no answer of this interview, or several.").format(name=text),
        advice=_("Did you mean {name}?").format(name=near) if near and near != text else _("Give the whole field."),
        where=text,
    )


def _write(survey: SurveyFile, record: str, changes: Mapping[str, str | None], reason: str) -> None:
    view = survey.view(record)
    fields = {name: text for name, text in {**view.answers.fields, **changes}.items() if text is not None}
    if fields == dict(view.answers.fields):
        return
    survey.save(
        record=record,
        form_id=view.form_id,
        form_version=view.form_version,
        answers=replace(view.answers, fields=fields),
        state=view.state,
        parents=view.heads,
        summary=survey.summary(record),
        reason=reason,
    )
