"""The history of one answer: who changed it when, from what to what, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from cami_survey.base.errors import UserError
from cami_survey.base.notices import Outcome
from cami_survey.base.remarks import REASON, remark_name

if TYPE_CHECKING:
    from cami_survey.base.records import RevisionEntry
    from cami_survey.store.api import SurveyFile


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


def _value(survey: SurveyFile, entry: RevisionEntry, field: str) -> tuple[str, str] | None:
    """The answer in a revision and the reason given for it; None where its answers were withdrawn."""
    try:
        answers = survey.revision_answers(entry.id)
    except UserError:
        return None
    value = answers.fields.get(field, "") or answers.computed.get(field, "")
    return value, answers.fields.get(remark_name(REASON, field), "")
