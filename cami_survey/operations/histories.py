"""Histories: of one answer, who changed it when and why; of an interview, the line of its changes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from cami_survey.base.errors import UserError
from cami_survey.base.form_words import labelled
from cami_survey.base.notices import Outcome
from cami_survey.base.remarks import (
    ASIDE,
    COMMENT,
    DISTINCT,
    QUERY,
    REASON,
    REPLY,
    REVIEW,
    SAME,
    remark_name,
    remark_of,
)
from cami_survey.base.sealed import shown
from cami_survey.base.texts import _

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from cami_survey.base.records import RecordView, RevisionEntry
    from cami_survey.engine.api import Session
    from cami_survey.operations.wording import Wording
    from cami_survey.store.api import SurveyFile

MOST_TOLD, LONGEST = 6, 60


@dataclass(frozen=True, slots=True)
class Change:
    """One change of an answer. `before` and `after` are as kept, empty for no answer; `who` holds the laptop."""

    written: datetime
    who: str
    device: str
    before: str
    after: str
    reason: str
    revision: str


def history_of(survey: SurveyFile, record: str, field: str) -> Outcome[tuple[Change, ...]]:
    """Every revision of `record` in which `field` differs from what it continued, newest first."""
    holders = {device.id: device.facilitator for device in survey.devices()}
    values: dict[str, tuple[str, str]] = {}
    found: list[Change] = []
    for entry in survey.history(record):
        told = _value(survey, entry, field)
        if told is None:
            continue
        after, why = values[entry.id] = told
        before = [values[parent][0] for parent in entry.parents if parent in values] or [""]
        if after in before:
            continue
        before, after, why = [shown(before[0])], shown(after), shown(why)
        found.append(
            Change(
                entry.written,
                holders.get(entry.device, "") or entry.device_name,
                entry.device_name,
                before[0],
                after,
                "; ".join(dict.fromkeys(part for part in (why, entry.reason) if part)),
                entry.id,
            )
        )
    return Outcome(tuple(sorted(found, key=lambda change: change.written, reverse=True)))


@dataclass(frozen=True, slots=True)
class Changed:
    """One answer that a step changed, in the words of the form. None is no answer."""

    field: str
    label: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Step:
    """One step of an interview. `beside` are the steps (revision ids) that did not know of it, nor it of them.

    `joins` is whether it was written on more than one latest step, as a settled conflict is.
    """

    revision: str
    written: datetime
    who: str
    device: str
    state: str
    changes: tuple[Changed, ...]
    beside: tuple[str, ...]
    joins: bool
    reason: str

    @property
    def line(self) -> str:
        """The changes in one line."""
        told = [_told(change) for change in self.changes if not change.field.endswith("]")]
        return "; ".join(told[:MOST_TOLD]) + (f"; +{len(told) - MOST_TOLD}" if len(told) > MOST_TOLD else "")


def steps_of(survey: SurveyFile, record: str) -> Outcome[tuple[Step, ...]]:
    """The history of an interview, oldest first and no step before what it builds on."""
    holders = {device.id: device.facilitator for device in survey.devices()}
    entries = _in_order(survey.history(record))
    past = _pasts(entries)
    words = Words(survey, record)
    fields: dict[str, Mapping[str, str]] = {}
    touched: dict[str, set[str]] = {}
    found = []
    for entry in entries:
        fields[entry.id] = _fields(survey, entry)
        before = [fields[parent] for parent in entry.parents if parent in fields]
        fought = _changed_on_both_sides(entry, past, touched)
        changes = [one for one in words.changed(before, fields[entry.id], fought) if one.field not in entry.left_open]
        touched[entry.id] = {change.field for change in changes}
        beside = [other.id for other in entries if other.id not in past[entry.id] and entry.id not in past[other.id]]
        found.append(
            Step(
                revision=entry.id,
                written=entry.written,
                who=holders.get(entry.device, "") or entry.device_name,
                device=entry.device_name,
                state="deleted" if entry.deleted else entry.state,
                changes=tuple(changes),
                beside=tuple(other for other in beside if other != entry.id),
                joins=len(entry.parents) > 1,
                reason=entry.reason,
            )
        )
    return Outcome(tuple(found))


def _in_order(entries: list[RevisionEntry]) -> list[RevisionEntry]:
    """By the time they say they were written, but parents before children whatever their clocks say."""
    waiting = {entry.id: entry for entry in sorted(entries, key=lambda entry: (entry.written, entry.seq))}
    ordered: list[RevisionEntry] = []
    while waiting:
        ready = next((e for e in waiting.values() if not waiting.keys() & set(e.parents)), None)
        assert ready is not None
        ordered.append(waiting.pop(ready.id))
    return ordered


def _pasts(entries: list[RevisionEntry]) -> dict[str, set[str]]:
    past: dict[str, set[str]] = {}
    for entry in entries:
        past[entry.id] = set(entry.parents).union(*(past.get(parent, ()) for parent in entry.parents))
    return past


def _changed_on_both_sides(
    entry: RevisionEntry, past: Mapping[str, set[str]], touched: Mapping[str, set[str]]
) -> set[str]:
    """The fields that more than one of the steps it joins had changed since their common past."""
    sides = [past[parent] | {parent} for parent in entry.parents if parent in past]
    if len(sides) < 2:
        return set()
    common = set.intersection(*sides)
    changed = [{field for step in side - common for field in touched.get(step, ())} for side in sides]
    return {field for side in changed for field in side if sum(field in other for other in changed) > 1}


def _fields(survey: SurveyFile, entry: RevisionEntry) -> Mapping[str, str]:
    try:
        return survey.revision_answers(entry.id).fields
    except UserError:
        return {}


class Words:
    """The words of one interview's form for its questions, choices and remarks."""

    def __init__(self, survey: SurveyFile, record: str) -> None:
        from cami_survey.operations.wording import Wording

        self._view, self._wording = survey.view(record), Wording(survey)
        self.place = self._wording.order(self._view)
        self._session = _session(self._wording, self._view)

    def changed(
        self, before: list[Mapping[str, str]], after: Mapping[str, str], fought: Collection[str]
    ) -> Iterator[Changed]:
        """What differs from all that it continued, and what was decided between them."""
        names = sorted({*after, *(name for one in before for name in one)}, key=self.place)
        for name in names:
            old = [one.get(name) for one in before] or [None]
            new = self.text(name, after.get(name))
            if after.get(name) not in old:
                yield Changed(name, self.label(name), self.text(name, old[0]), new)
            elif name in fought:
                both = dict.fromkeys(self.text(name, one) or "–" for one in old)
                yield Changed(name, self.label(name), " / ".join(both), new)

    def label(self, name: str) -> str:
        """The question of a field, or what a remark is called."""
        kind, field = remark_of(name)
        if kind:
            return remark_label(kind, self.label(field) if field else "")
        return self._asked(name) or self._wording.label(self._view, name)

    def _asked(self, field: str) -> str:
        """A question as it is asked in this interview, with the answers that it names; empty where it is not asked."""
        from cami_survey.engine.api import UnknownNode

        try:
            return self._session.node(field).label if self._session is not None else ""
        except UnknownNode:
            return ""

    def text(self, name: str, value: str | None) -> str | None:
        """A value as people read it."""
        from cami_survey.operations.reviews import state_name

        if name == REVIEW and value is not None:
            return state_name(value)
        if value is None or name.startswith("@"):
            return value if value is None else shown(value)
        return self._wording.readable(self._view, name, value)


def _session(wording: Wording, view: RecordView) -> Session | None:
    from cami_survey.operations.beginnings import of_form

    form = wording.form(view)
    if form is None:
        return None
    return form.open(of_form({**view.answers.fields, **view.answers.computed}), language=wording.language(form))


def remark_label(kind: str, question: str) -> str:
    """How a remark of this kind on a question is called."""
    words = {
        COMMENT: _("Comment on “{question}”"),
        REASON: _("Reason for “{question}”"),
        ASIDE: _("Kept aside: “{question}”"),
        QUERY: _("Query about “{question}”"),
        REPLY: _("Reply about “{question}”"),
        REVIEW: _("Review"),
        DISTINCT: _("Another interview than {question}"),
        SAME: _("Joined with {question}"),
    }
    return words[kind].format(question=question)


def _told(change: Changed) -> str:
    return labelled(change.label, f"{_short(change.before)} → {_short(change.after)}")


def _short(text: str | None) -> str:
    if text is None:
        return "–"
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def _value(survey: SurveyFile, entry: RevisionEntry, field: str) -> tuple[str, str] | None:
    """The answer in a revision and the reason given for it; None where its answers were withdrawn."""
    try:
        answers = survey.revision_answers(entry.id)
    except UserError:
        return None
    value = answers.fields.get(field, "") or answers.computed.get(field, "")
    return value, answers.fields.get(remark_name(REASON, field), "")
