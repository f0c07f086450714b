"""Corrections that were made in an exported workbook: looked at cell by cell, then one revision per interview."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from cami_survey.base.clock import system_clock
from cami_survey.base.errors import UserError
from cami_survey.base.notices import Notice, Outcome
from cami_survey.base.sealed import MARK, is_sealed
from cami_survey.base.texts import _, ngettext
from cami_survey.operations.beginnings import Manner, begin_from, unsaved
from cami_survey.operations.deciding import decided_by
from cami_survey.operations.returned_rows import MOST_NAMED, Found, Rows, Texts, counted, says
from cami_survey.operations.running import Saved

if TYPE_CHECKING:
    from cami_survey.analysis.definitions import Question
    from cami_survey.base.clock import Clock
    from cami_survey.base.records import RecordView
    from cami_survey.engine.api import Problem
    from cami_survey.operations.running import Interview
    from cami_survey.store.api import SurveyFile

Standing = Literal["change", "conflict", "refused"]
# Of how many changes of an interview those are looked for that leave it incomplete.
MOST_TRIED = 40


@dataclass(frozen=True, slots=True)
class Correction:
    """One changed cell. `before` and `after` are in words, `value` is the answer it becomes, `old` the one it replaces.

    `standing`: `change` is taken, `conflict` was changed in the survey meanwhile and is taken only if asked for,
    `refused` never is; `against` says why, or what else a change takes along. `cell` names sheet, column and row:
    `herders!C5`.
    """

    record: str
    code: str
    field: str
    question: str
    cell: str
    before: str
    after: str
    old: str
    value: str
    standing: Standing = "change"
    against: str = ""


@dataclass(frozen=True, slots=True)
class Corrections:
    """What a workbook would change. `told` are sentences about what is never taken; `heads` is the state looked at."""

    name: str
    cells: tuple[Correction, ...]
    told: tuple[str, ...]
    interviews: int
    heads: Mapping[str, tuple[str, ...]]

    def standing(self, *kinds: Standing) -> list[Correction]:
        """The cells of these kinds."""
        return [cell for cell in self.cells if cell.standing in kinds]


@dataclass(frozen=True, slots=True)
class Corrected:
    """What was written: the interviews with a new revision, the answers changed, and the interviews left alone.

    `refused` are cells that the form did not take when they were to be written, with the reason in `against`.
    """

    records: tuple[str, ...]
    answers: int
    left: tuple[str, ...]
    refused: tuple[Correction, ...] = ()


def preview(survey: SurveyFile, workbook: Path) -> Outcome[Corrections]:
    """Compare the workbook with the survey; nothing is written. UserError if it is no export of this survey."""
    from cami_survey.exports import returned

    reading = Rows(survey, returned.read(workbook))
    cells = tuple(one for record in reading.rows for one in _compare(survey, reading, record))
    if not reading.rows:
        raise UserError(
            "corrections.other-survey",
            _("No interview of {name} is in this survey.").format(name=workbook.name),
            advice=_("It comes from another survey, or was exported for the public, where records have pseudonyms."),
            where=workbook.name,
        )
    heads = {record: reading.view(record).heads for record in {cell.record for cell in cells}}
    found = Corrections(workbook.name, cells, tuple(reading.told()), len(reading.rows), heads)
    return Outcome(found, notices=tuple(Notice("corrections.told", text, "warning") for text in found.told))


def _compare(survey: SurveyFile, reading: Rows, record: str) -> list[Correction]:
    """The cells of an interview that somebody changed, with what stands against each."""
    from cami_survey.operations.export_reading import recomputed

    view = reading.view(record)
    now = Texts(recomputed(survey, view).answers if view.stale else view.answers)
    differing = [one for one in reading.answers(record) if not says(one, now.text(one.name))]
    if not differing:
        return []
    then = reading.then(record, now)
    touched = [one for one in differing if not says(one, then.text(one.name))]
    code = survey.codes([record]).get(record) or record
    made = [one for found in touched if (one := _correction(reading, record, code, found, then, now))]
    return _checked(survey, view, made) if made else []


def _correction(reading: Rows, record: str, code: str, found: Found, then: Texts, now: Texts) -> Correction | None:
    from cami_survey.exports.backcells import UnfitError, text_of

    question, old = found.question, now.text(found.name)
    correction = Correction(
        record,
        code,
        found.name,
        _label(question),
        found.place,
        in_words(question, old),
        text_of(found.cell) if not found.parts else "",
        old,
        "",
    )
    if is_sealed(old):
        reason = _("It is sealed: only who can read it may correct it.")
        return _refused(replace(correction, before=MARK), reason)
    meanwhile = then.text(found.name) != old
    if reason := _beyond(question):
        # What the form works out changes with other answers; nobody wrote that into the cell.
        return None if meanwhile and question.shape == "computed" else _refused(correction, reason)
    try:
        value = _value(found, old, reading.language)
    except UnfitError as unfit:
        place = unfit.args[1] if len(unfit.args) > 1 else found.place
        return replace(_refused(correction, str(unfit.args[0])), cell=place)
    if value == old:
        return None
    correction = replace(correction, value=value, after=in_words(question, value))
    if any(conflict.field == found.name for conflict in reading.view(record).conflicts):
        return _against(correction, _("It is in conflict between laptops: settle that first."))
    if meanwhile:
        said = _("It was changed in the survey after the export, from “{before}”.")
        return _against(correction, said.format(before=in_words(question, then.text(found.name))))
    return correction


def _value(found: Found, old: str, language: str) -> str:
    """The answer that the cells of a question give; UnfitError with the place of the cell that gives none."""
    from cami_survey.exports.backcells import UnfitError, in_order, lexical, text_of

    if not found.parts:
        return lexical(found.question, found.cell, old, language)
    ranks: dict[str, int] = {}
    for code, (cell, place) in found.parts.items():
        text = text_of(cell).strip().casefold()
        if found.question.shape == "ranking" and text:
            if not text.isdecimal() or not 1 <= int(text) <= len(found.parts) or int(text) in ranks.values():
                raise UnfitError(_("“{text}” is no place in an order, or taken twice.").format(text=text), place)
            ranks[code] = int(text)
        elif text in ("1", "x", "true", "yes"):
            ranks[code] = 1
        elif text not in ("", "0", "false", "no"):
            raise UnfitError(_("“{text}” is neither 1 (chosen) nor 0 (not chosen).").format(text=text), place)
    if found.question.shape == "ranking":
        return " ".join(sorted(ranks, key=ranks.__getitem__))
    beside = [code for code in old.split() if code not in found.parts]
    return " ".join(in_order(found.question, [*ranks, *beside], old))


def _beyond(question: Question) -> str:
    """Why an answer cannot come from a table; empty if it can."""
    if not question.known:
        return _("It is no question of the form, so it cannot be corrected here.")
    if question.shape == "computed" or question.quiet:
        return _("The form works it out; correct the answers it comes from.")
    if question.type in ("image", "audio", "video", "file"):
        return _("It is an attached file; change it in the interview.")
    return ""


def _label(question: Question) -> str:
    from cami_survey.analysis.columns import text_in

    return " ".join(text_in(question.labels, "").split()) or question.name


def in_words(question: Question, raw: str) -> str:
    """An answer as people read it."""
    from cami_survey.analysis.columns import BETWEEN_LABELS, labels_of

    if not question.choices or not raw:
        return raw
    labels = labels_of(question.choices, "")
    return BETWEEN_LABELS.join(labels.get(code, code) for code in raw.split())


def _refused(correction: Correction, reason: str) -> Correction:
    return replace(correction, standing="refused", against=reason[:1].upper() + reason[1:])


def _against(correction: Correction, reason: str) -> Correction:
    return replace(correction, standing="conflict", against=reason)


# ---- what the form says to it


def _checked(survey: SurveyFile, view: RecordView, made: list[Correction]) -> list[Correction]:
    """The corrections after the form was asked: conditions, choices on offer, questions that are not asked."""
    if unsaved(survey, view.record) is not None:
        reason = _("The interview is being changed here right now: finish that first.")
        return [one if one.standing == "refused" else _refused(one, reason) for one in made]
    try:
        interview = begin_from(survey, view, Manner(kept=False))
    except UserError as error:
        return [_refused(one, str(error)) for one in made]
    asked = _given(interview)
    _set(interview, [one for one in made if one.standing == "change"])
    checked = [_judged(interview, one) if one.standing == "change" else one for one in made]
    changes = [one for one in checked if one.standing == "change"]
    if view.state == "final" and changes:
        against = _unfinishable(survey, view, changes)
        checked = [against.get(one.field, one) if one.standing == "change" else one for one in checked]
    fields = {one.field for one in made}
    if asked - fields <= _given(interview):
        return checked
    return [_with_loss(survey, view, one, asked - fields) if one.standing == "change" else one for one in checked]


def _given(interview: Interview) -> set[str]:
    """The fields whose answers stay when the interview is finished."""
    return {name for name, text in interview.session.answers(relevant_only=True).fields.items() if text}


def _tried(survey: SurveyFile, view: RecordView, changes: Sequence[Correction]) -> Interview:
    """The interview with these changes and no others; nothing is kept of it."""
    interview = begin_from(survey, view, Manner(kept=False))
    _set(interview, list(changes))
    return interview


def _with_loss(survey: SurveyFile, view: RecordView, one: Correction, asked: set[str]) -> Correction:
    """The change, with how many other answers have no place after it."""
    lost = len(asked - _given(_tried(survey, view, [one])))
    text = ngettext(
        "Then {n} other question is no longer asked, and its answer goes.",
        "Then {n} other questions are no longer asked, and their answers go.",
        lost,
    )
    return replace(one, against=text.format(n=lost)) if lost else one


def _set(interview: Interview, changes: list[Correction]) -> None:
    """Give the answers in an order in which none is lost: those that decide about others come first in the form."""
    from cami_survey.engine.api import UnknownNode

    for one in changes:
        try:
            interview.set(one.field, one.value)
        except UnknownNode:
            continue
    for one in changes:
        _excuse(interview, one)


def _excuse(interview: Interview, one: Correction) -> None:
    from cami_survey.engine.api import UnknownNode

    try:
        if interview.session.node(one.field).violation == "soft":
            interview.excuse(one.field, _("from Excel"))
    except UnknownNode:
        return


def _judged(interview: Interview, one: Correction) -> Correction:
    reason = stands_against(interview, one.field, one.value)
    return _refused(one, reason) if reason else one


def not_asked(decides: str) -> str:
    """Why an answer has no place; `decides` are the words of the question that decides, "" if none is known."""
    if not decides:
        return _("With the other answers this question is not asked.")
    return _("With the other answers this question is not asked. Look at “{question}”.").format(question=decides)


def stands_against(interview: Interview, field: str, value: str) -> str:
    """Why the form does not take an answer that was just given, empty if it does."""
    from cami_survey.engine.api import UnknownNode

    try:
        node = interview.session.node(field)
    except UnknownNode:
        return _("This version of the form has no such question.")
    if not value:
        return ""
    if not node.relevant:
        return not_asked(decided_by(interview.session, node))
    if node.readonly:
        return _("The form lets nobody change it.")
    offered = {choice.value for choice in node.choices}
    if node.control in ("select", "select1", "rank", "odk:rank") and offered and not set(value.split()) <= offered:
        return _("With the other answers this choice is not on offer.")
    if node.violation == "constraint":
        return node.message("constraint") or _("The form does not allow this answer.")
    return "" if node.valid or node.violation else _("The form does not allow this answer.")


def _unfinishable(survey: SurveyFile, view: RecordView, changes: Sequence[Correction]) -> dict[str, Correction]:
    """The changes with which a finished interview would not be whole, refused, by their fields: as few as will do.

    Of many changes that do not go together all are refused.
    """
    against: dict[str, Correction] = {}
    taken = list(changes)
    while taken and (problems := _tried(survey, view, taken).session.problems()):
        said = _unfinished(problems)
        if len(changes) > MOST_TRIED:
            return {one.field: _refused(one, said) for one in changes}
        left = [len(_tried(survey, view, _all_but(taken, one)).session.problems()) for one in taken]
        worst = taken[left.index(min(left))]
        against[worst.field] = _refused(worst, said)
        taken.remove(worst)
    return against


def _all_but(changes: Sequence[Correction], one: Correction) -> list[Correction]:
    return [other for other in changes if other is not one]


def _unfinished(problems: Sequence[Problem]) -> str:
    """The first of the problems that keep an interview from being finished."""
    text = _("The interview would not be complete: “{question}”: {reason}")
    return text.format(question=problems[0].label, reason=problems[0].message)


# ---- writing


def apply(
    survey: SurveyFile, found: Corrections, *, conflicts: bool = False, clock: Clock = system_clock
) -> Outcome[Corrected]:
    """Write the corrections, and with `conflicts` those that stand against newer answers: one revision per interview.

    An interview that changed since the preview is left alone and said. What the form refuses, now that conflicts are
    taken as well, is said with its reason; the other answers are written. One Undo writes the former answers again.
    """
    chosen: dict[str, list[Correction]] = {}
    for one in found.standing("change", *(("conflict",) if conflicts else ())):
        chosen.setdefault(one.record, []).append(one)
    done: dict[str, list[Correction]] = {}
    left: list[str] = []
    refused: list[Correction] = []
    for record, changes in chosen.items():
        view = survey.view(record)
        if view.heads != tuple(found.heads[record]) or unsaved(survey, record) is not None:
            left.append(changes[0].code)
            continue
        against = _write(survey, view, changes, _("from Excel"), clock)
        refused += against
        taken = [one for one in changes if one.field not in {other.field for other in against}]
        if taken:
            done[record] = taken
    corrected = Corrected(tuple(done), sum(map(len, done.values())), tuple(left), tuple(refused))
    undo = partial(_take_back, survey, done, clock) if done else None
    return Outcome(corrected, frozenset({"records"}), tuple(_said(corrected)), undo)


def _write(
    survey: SurveyFile, view: RecordView, changes: list[Correction], reason: str, clock: Clock
) -> list[Correction]:
    """Write what the form takes as one revision; what it does not take comes back with its reason."""
    interview = begin_from(survey, view, Manner(None, clock, kept=False))
    _set(interview, changes)
    refused = [judged for one in changes if (judged := _judged(interview, one)).standing == "refused"]
    if refused:
        names = {one.field for one in refused}
        taken = [one for one in changes if one.field not in names]
        return refused + (_write(survey, view, taken, reason, clock) if taken else [])
    if view.state != "final":
        interview.leave(reason)
        return []
    result = interview.finalise(reason).value
    return [] if isinstance(result, Saved) else [_refused(one, _unfinished(result.problems)) for one in changes]


def _take_back(survey: SurveyFile, done: Mapping[str, list[Correction]], clock: Clock) -> Outcome[None]:
    for record, changes in done.items():
        back = [replace(one, value=one.old, old=one.value) for one in changes]
        _write(survey, survey.view(record), back, _("corrections from Excel taken back"), clock)
    text = ngettext("{n} interview is as it was.", "{n} interviews are as they were.", len(done)).format(n=len(done))
    return Outcome(None, frozenset({"records"}), (Notice("corrections.taken-back", text),))


def _said(corrected: Corrected) -> Iterator[Notice]:
    text = ngettext("{n} answer was corrected from Excel.", "{n} answers were corrected from Excel.", corrected.answers)
    yield Notice("corrections.applied", text.format(n=corrected.answers))
    if corrected.left:
        text = ngettext(
            "{n} interview changed since it was looked at and was left alone: {names}. Look again.",
            "{n} interviews changed since they were looked at and were left alone: {names}. Look again.",
            len(corrected.left),
        )
        yield Notice("corrections.left", counted(text, list(corrected.left)), "warning")
    for one in corrected.refused[:MOST_NAMED]:
        text = _("{code}, “{question}”: the form refused “{after}”: {reason}")
        said = text.format(code=one.code, question=one.question, after=one.after, reason=one.against)
        yield Notice("corrections.refused", said, "warning")
    if (more := len(corrected.refused) - MOST_NAMED) > 0:
        text = ngettext("{n} more answer was refused by the form.", "{n} more answers were refused by the form.", more)
        yield Notice("corrections.refused", text.format(n=more), "warning")
