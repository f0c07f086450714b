"""Conflicts: what was answered differently in two places, and the answer that stands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from cami_survey.base.clock import FAR_AHEAD
from cami_survey.base.errors import UserError, nearest
from cami_survey.base.notices import Notice, Outcome
from cami_survey.base.records import Claim, Conflict, Summary
from cami_survey.base.sealed import MARK
from cami_survey.base.texts import _, ngettext
from cami_survey.operations import identity

if TYPE_CHECKING:
    from datetime import datetime

    from cami_survey.base.records import RecordView
    from cami_survey.engine.api import Session
    from cami_survey.store.api import Settlement, SurveyFile

    Decisions = Mapping[str, str | None]

MINE, THEIRS, VALUE = "mine", "theirs", "value="


def conflicts(survey: SurveyFile, record: str | None = None) -> Outcome[list[Conflict]]:
    """What is not settled, in the whole survey or in one record (id or code)."""
    return Outcome(survey.conflicts(None if record is None else survey.find(record)))


def resolve(survey: SurveyFile, record: str, field: str, take: str) -> Outcome[list[str]]:
    """Settle one field of a record (id or code); returns the ids of the revisions that say so.

    `field` is the field itself, its path without the root, with positions in place of keys, or just its name if no
    other conflict ends in it. `take` is "mine" (the value of this file, or the one that was here first), "theirs"
    (the other one) or "value=V".
    """
    found = survey.find(record)
    view = survey.view(found)
    conflict = named(field, view)
    return resolve_many(survey, {(found, conflict.field): chosen(survey, conflict, take)})


def resolve_many(
    survey: SurveyFile, decisions: Mapping[tuple[str, str], str | None], reason: str = ""
) -> Outcome[list[str]]:
    """Settle many conflicts, all or none: (record id, field) -> the value that stands, None for no answer.

    The `reason` is kept in the history of each interview.

    Returns one new revision of each record. Taking it back opens the same questions again; where the presence of a
    record or of a repeat instance was decided that cannot be offered.
    """
    by_record: dict[str, dict[str, str | None]] = defaultdict(dict)
    for (record, field), value in decisions.items():
        by_record[record][field] = value
    settled = [_Settled(survey, record, values) for record, values in by_record.items()]
    worked_out = {one.record: one.worked_out() for one in settled}
    revisions = survey.settle(worked_out, reason or _("A conflict was settled"))
    text = ngettext("{n} conflict was settled.", "{n} conflicts were settled.", len(decisions))
    notice = Notice("conflicts.settled", text.format(n=len(decisions)))
    undo = _undo(survey, settled) if settled and all(one.can_reopen for one in settled) else None
    return Outcome(revisions, frozenset({"records"}), (notice,), undo)


def resolve_by_rule(survey: SurveyFile, rule: Rule, record: str | None = None) -> Outcome[list[str]]:
    """Settle every conflict, of the survey or a record, that `rule` decides, all or none; the history keeps the rule.

    This is the one place where a laptop's clock counts, because a person says so.
    """
    decisions = {
        (conflict.record, conflict.field): claim.value
        for conflict in survey.conflicts(record)
        if (claim := rule.chosen(conflict)) is not None
    }
    if not decisions:
        raise UserError("conflicts.no-such", _("No conflict is decided by this rule."))
    return resolve_many(survey, decisions, rule.words)


@dataclass(frozen=True, slots=True)
class Rule:
    """Always the newest answer, of one `device` (id) if it is named, `name` is what people call it.

    Answers from clocks more than a day ahead of `now` are not the newest of anything, unless there are no others.
    """

    now: datetime
    device: str = ""
    name: str = ""

    @property
    def words(self) -> str:
        """The rule as the history tells it."""
        if not self.device:
            return _("Rule: always the newest answer")
        return _("Rule: always the newest answer of {name}").format(name=self.name or self.device[:8])

    def chosen(self, conflict: Conflict) -> Claim | None:
        """The claim that stands; None where the rule says nothing, or two are equally new."""
        claims = [claim for claim in conflict.claims if self.device in ("", claim.device)]
        sane = [claim for claim in claims if claim.written <= self.now + FAR_AHEAD] or claims
        newest = sorted(sane, key=lambda claim: claim.written, reverse=True)
        if not newest or (len(newest) > 1 and newest[0].written == newest[1].written):
            return None
        return newest[0]


def _undo(survey: SurveyFile, settled: list[_Settled]) -> Callable[[], Outcome[None]]:
    from cami_survey.operations.summaries import refresh

    def take_back() -> Outcome[None]:
        for one in settled:
            one.reopen()
        refresh(survey)
        notice = Notice("conflicts.reopened", _("The conflicts are open again."))
        return Outcome(None, frozenset({"records"}), (notice,))

    return take_back


class _Settled:
    """The decisions of one record, and how its questions stood before them."""

    def __init__(self, survey: SurveyFile, record: str, values: Decisions) -> None:
        self._survey = survey
        self.record = record
        self._values = values
        by_field = {conflict.field: conflict for conflict in survey.view(record).conflicts}
        missing = next((field for field in values if field not in by_field), None)
        if missing is not None:
            raise _no_such_conflict(missing, list(by_field))
        if MARK in values.values():
            raise UserError(
                "conflict.sealed",
                _("“{mark}” is no answer: it stands for one that nobody here can read.").format(mark=MARK),
                advice=_("Say mine or theirs, or leave it to whoever can read it."),
            )
        self._conflicts = [by_field[field] for field in values]
        self.can_reopen = all(
            not conflict.field.startswith("@") and not conflict.field.endswith("]") for conflict in self._conflicts
        )

    def worked_out(self) -> Settlement:
        """The decisions with what the form computes from them, if the form is here."""
        from cami_survey.operations.beginnings import device_of, of_form
        from cami_survey.operations.forms import form_of
        from cami_survey.operations.summaries import summarise
        from cami_survey.store.api import Settlement

        view = self._survey.view(self.record)
        try:
            form = form_of(self._survey, view.form_id, view.form_version)
        except UserError:
            return Settlement(self._values)
        decided = self._survey.decided(self.record, self._values)
        session = form.open(of_form({**decided.fields, **decided.computed}), device=device_of(self._survey))
        for conflict in self._conflicts:
            _check_answer(session, conflict, self._values[conflict.field], summarise(form, view.answers).code)
        worked_out = replace(decided, computed=session.answers().computed)
        answers = identity.held(form, decided, worked_out, decided.computed)
        return Settlement(self._values, view.heads, answers.computed, summarise(form, answers, session=session))

    def reopen(self) -> None:
        """Let the same values stand against each other again.

        Nothing that was written can be unwritten, so every value is written once more, side by side.
        """
        around = self._save(self._survey.view(self.record).heads, {c.field: _neither(c) for c in self._conflicts})
        for place in range(max(len(conflict.claims) for conflict in self._conflicts)):
            claims = {c.field: c.claims[min(place, len(c.claims) - 1)].value for c in self._conflicts}
            self._save((around,), claims)

    def _save(self, parents: tuple[str, ...], values: Decisions) -> str:
        view = self._survey.view(self.record)
        fields = {field: text for field, text in {**view.answers.fields, **values}.items() if text is not None}
        return self._survey.save(
            record=self.record,
            form_id=view.form_id,
            form_version=view.form_version,
            answers=replace(view.answers, fields=fields),
            state=view.state,
            parents=parents,
            summary=_summary(self._survey, view),
            names=_sealed_paths(self._survey, view),
            reason=_("A settled conflict was opened again"),
        )


def _sealed_paths(survey: SurveyFile, view: RecordView) -> frozenset[str]:
    from cami_survey.operations.forms import form_of

    try:
        return identity.paths(survey, form_of(survey, view.form_id, view.form_version))
    except UserError:
        return frozenset()


def _check_answer(session: Session, conflict: Conflict, value: str | None, code: str) -> None:
    """UserError if `value` is new and no answer that the question takes in the interview with this code."""
    field = conflict.field
    if value is None or not field.startswith("/") or field.endswith("]"):
        return
    if value in {claim.value for claim in conflict.claims} or value == conflict.before:
        return
    try:
        node = session.node(field)
    except KeyError:
        return
    wrong = node.violation == "constraint"
    if wrong or field not in session.answers().fields:
        raise UserError(
            "conflict.no-answer",
            _("“{value}” is no answer that {field} takes.").format(value=value, field=field),
            advice=(node.message("constraint") or "") if wrong else "",
            where=" · ".join(filter(None, (code, node.label or node.name))),
        )


def _neither(conflict: Conflict) -> str | None:
    """A value that none of the claims has, so that each of them is a change from it."""
    said = {claim.value for claim in conflict.claims}
    return next((value for value in (conflict.before, None, "") if value not in said), "?")


def chosen(survey: SurveyFile, conflict: Conflict, take: str) -> str | None:
    """The value that `take` ("mine", "theirs", "value=V") means in this conflict; None for no answer."""
    if take.startswith(VALUE):
        return take.removeprefix(VALUE) or None
    if take not in (MINE, THEIRS):
        raise UserError(
            "conflict.unknown-choice",
            _("{take} says not which value stands.").format(take=take or "—"),
            advice=_("Say mine, theirs, or value= with the value."),
            where=conflict.field,
        )
    mine = _mine(survey, conflict)
    others = [claim for claim in conflict.claims if claim is not mine]
    if take == MINE:
        return mine.value
    if len(others) > 1:
        raise UserError(
            "conflict.several-others",
            _("{field} has {n} other values: {values}.").format(
                field=conflict.field, n=len(others), values=", ".join(claim.value or "—" for claim in others)
            ),
            advice=_("Say value= with the value that stands."),
            where=conflict.field,
        )
    return others[0].value


def _mine(survey: SurveyFile, conflict: Conflict) -> Claim:
    """The claim of this file; if it has none or several, the one that was here first."""
    own = [claim for claim in conflict.claims if claim.mine] or list(conflict.claims)
    arrived = {entry.id: entry.seq for entry in survey.history(conflict.record)} if len(own) > 1 else {}
    return min(own, key=lambda claim: arrived.get(claim.revision, 0))


def named(text: str, view: RecordView) -> Conflict:
    """The conflict of a record that `text` means; UserError if there is none, or more than one."""
    by_field = {conflict.field: conflict for conflict in view.conflicts}
    if text in by_field:
        return by_field[text]
    positions = _positions({*view.answers.fields, *by_field}, view.answers.fields)
    meant = [conflict for field, conflict in by_field.items() if text in _names(field, positions)]
    if len(meant) == 1:
        return meant[0]
    if meant:
        raise UserError(
            "conflict.ambiguous",
            _("{name} could be any of these: {fields}.").format(
                name=text, fields=", ".join(conflict.field for conflict in meant)
            ),
            advice=_("Give the whole field."),
            where=text,
        )
    raise _no_such_conflict(text, [*by_field, *(field.rpartition("/")[2] for field in by_field)])


def _no_such_conflict(text: str, known: list[str]) -> UserError:
    near = nearest(text, known)
    if near:
        advice = _("Did you mean {name}?").format(name=near)
    elif known:
        advice = _("In conflict are: {fields}.").format(fields=", ".join(name for name in known if "/" in name))
    else:
        advice = _("Nothing in this interview is in conflict.")
    return UserError("conflict.unknown", _("{field} is not in conflict.").format(field=text), advice=advice, where=text)


def _names(field: str, positions: Mapping[str, int]) -> set[str]:
    """The ways a person may write a field."""
    bare, positional, at = "", "", ""
    for part in field.split("/")[1:] if field.startswith("/") else [field.removeprefix("@")]:
        at += f"/{part}"
        name = part.partition("[")[0]
        bare += f"/{name}"
        positional += f"/{name}[{positions[at]}]" if at in positions else f"/{part}"
    whole = {field, bare, positional}
    rootless = {"/" + name.removeprefix("/").partition("/")[2] for name in whole if name.count("/") > 1}
    return whole | rootless | {name.removeprefix("/") for name in rootless} | {bare.rpartition("/")[2]}


def _positions(names: set[str], orders: Mapping[str, str]) -> dict[str, int]:
    """The position from 1 of every repeat instance, by its field; `orders` holds their order as text."""
    siblings: dict[str, set[str]] = defaultdict(set)
    for name in names:
        at = name.find("]")
        while at >= 0:
            instance = name[: at + 1]
            siblings[instance.rpartition("[")[0]].add(instance)
            at = name.find("]", at + 1)
    return {
        instance: place
        for group in siblings.values()
        for place, instance in enumerate(sorted(group, key=lambda one: (_order(orders.get(one, "")), one)), 1)
    }


def _order(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return float("inf")


def _summary(survey: SurveyFile, view: RecordView) -> Summary:
    from cami_survey.operations.forms import form_of
    from cami_survey.operations.summaries import summarise

    try:
        form = form_of(survey, view.form_id, view.form_version)
    except UserError:
        return Summary()
    return summarise(form, view.answers)
