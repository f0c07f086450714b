"""Double interviews: pairs that may be the same, looked at side by side, then joined or marked as distinct.

Both are fields of the records (`@same:`, `@distinct:` and the other record), so they travel and are asked only once.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from cami_survey.base.errors import UserError
from cami_survey.base.notices import Notice, Outcome, Touched
from cami_survey.base.records import Summary
from cami_survey.base.remarks import DISTINCT, SAME
from cami_survey.base.texts import _

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cami_survey.base.records import RecordView
    from cami_survey.store.api import SurveyFile

    Progress = Callable[[int, int], None]

Side = Literal["one", "other"]
RECORDS: frozenset[Touched] = frozenset({"records"})
TELL_EVERY = 50


@dataclass(frozen=True, slots=True)
class Pair:
    """Two interviews of one form that may be the same; `one` was begun first. `score` is in percent."""

    form_id: str
    one: str
    other: str
    why: Literal["code", "person"]
    score: float
    summaries: tuple[Summary, Summary]


@dataclass(frozen=True, slots=True)
class Compared:
    """One question of a pair: what each says, as kept and as read. None is no answer."""

    field: str
    label: str
    values: tuple[str | None, str | None]
    texts: tuple[str, str]

    @property
    def differs(self) -> bool:
        """Whether somebody has to choose; where only one says something that stands."""
        return None not in self.values and self.values[0] != self.values[1]


def pairs(survey: SurveyFile, progress: Progress | None = None) -> Outcome[list[Pair]]:
    """Every pair that may be the same and that nobody has judged, the surest first. `progress` may raise to stop."""
    from cami_survey.operations.duplicates import Register

    found: dict[tuple[str, str], Pair] = {}
    judged = _judged(survey)
    for form_id in dict.fromkeys(form.form_id for form in survey.forms()):
        register = Register(form_id)
        while not register.catch_up(survey):
            pass
        known = register.known
        for done, (record, summary) in enumerate(known.items()):
            if progress is not None and done % TELL_EVERY == 0:
                progress(done, len(known))
            for alike in register.alike(record, summary):
                key = (min(record, alike.record), max(record, alike.record))
                if key not in judged and key not in found:
                    found[key] = Pair(form_id, *key, alike.why, alike.score, (known[key[0]], known[key[1]]))
    ordered = sorted(found.values(), key=lambda pair: (pair.why != "code", -pair.score, pair.one, pair.other))
    return Outcome([_in_time(survey, pair) for pair in ordered])


def _in_time(survey: SurveyFile, pair: Pair) -> Pair:
    begun = {record: survey.history(record)[0].written for record in (pair.one, pair.other)}
    if begun[pair.one] <= begun[pair.other]:
        return pair
    return replace(pair, one=pair.other, other=pair.one, summaries=(pair.summaries[1], pair.summaries[0]))


def _judged(survey: SurveyFile) -> set[tuple[str, str]]:
    """The pairs that are known to be distinct or were joined."""
    records = survey.records_saying(DISTINCT, SAME)
    found = set()
    for record in records:
        for name in survey.view(record).answers.fields:
            if name.startswith((DISTINCT, SAME)):
                other = name.partition(":")[2]
                found.add((min(record, other), max(record, other)))
    return found


def compare(survey: SurveyFile, one: str, other: str) -> list[Compared]:
    """Everything that at least one of the two says, in the order of the form."""
    from cami_survey.operations.histories import Words

    views = survey.view(one), survey.view(other)
    words = Words(survey, one)
    fields = {name for view in views for name in view.answers.fields if not name.startswith("@")}
    found = []
    for name in sorted(fields, key=words.place):
        if not name.endswith("]"):
            first, second = (view.answers.fields.get(name) for view in views)
            texts = words.text(name, first) or "", words.text(name, second) or ""
            found.append(Compared(name, words.label(name), (first, second), texts))
    return found


def distinct(survey: SurveyFile, one: str, other: str) -> Outcome[None]:
    """Keep in both that they are two interviews; they are not offered again, wherever this arrives."""
    _check(survey, one, other)
    for record, else_ in ((one, other), (other, one)):
        view = survey.view(record)
        _write(survey, view, {**view.answers.fields, DISTINCT + else_: "1"}, _("Found to be another interview"))
    text = _("Kept as two interviews; the question is not asked again.")
    return Outcome(None, RECORDS, (Notice("doubles.distinct", text),))


def join(survey: SurveyFile, one: str, other: str, chosen: Mapping[str, Side] | None = None) -> Outcome[str]:
    """Let `one` stand with the answers of both, and put `other` into the bin; returns `one`. It can be undone.

    Where both answer differently `one` is right, but for the fields that are `chosen` from the other. Instances of
    repeats are matched by their keys.
    """
    _check(survey, one, other)
    kept, gone = survey.view(one), survey.view(other)
    fields = {**gone.answers.fields, **kept.answers.fields}
    fields |= {f: gone.answers.fields[f] for f, side in (chosen or {}).items() if side == "other"}
    fields = {name: text for name, text in fields.items() if not name.startswith("@") or name in kept.answers.fields}
    files = {**gone.answers.files, **kept.answers.files}
    files |= {name: gone.answers.files[name] for name in gone.answers.files if _is_taken(name, chosen or {}, gone)}
    _write(survey, kept, fields | {SAME + other: "1"}, _("Joined with a double interview"), files)
    survey.set_deleted(other, True)
    notice = Notice("doubles.joined", _("The two are one interview now; the other one is in the bin."))
    return Outcome(one, RECORDS, (notice,), lambda: _part_again(survey, kept, other))


def _is_taken(name: str, chosen: Mapping[str, Side], gone: RecordView) -> bool:
    return any(side == "other" and gone.answers.fields.get(field) == name for field, side in chosen.items())


def _part_again(survey: SurveyFile, kept: RecordView, other: str) -> Outcome[None]:
    survey.set_deleted(other, False)
    now = survey.view(kept.record)
    _write(survey, now, dict(kept.answers.fields), _("Two interviews again"), kept.answers.files)
    notice = Notice("doubles.parted", _("They are two interviews again."))
    return Outcome(None, RECORDS, (notice,))


def _check(survey: SurveyFile, one: str, other: str) -> None:
    if one == other or survey.view(one).form_id != survey.view(other).form_id:
        raise UserError("doubles.not-a-pair", _("Only two interviews of the same form can be one."), where=other)


def _write(
    survey: SurveyFile,
    view: RecordView,
    fields: Mapping[str, str],
    reason: str,
    files: Mapping[str, str] | None = None,
) -> None:
    """Write these fields, with what the form computes of them."""
    from cami_survey.operations.beginnings import device_of, of_form
    from cami_survey.operations.forms import form_of
    from cami_survey.operations.summaries import summarise

    answers = replace(view.answers, fields=dict(fields), files=dict(view.answers.files if files is None else files))
    summary = survey.summary(view.record)
    try:
        form = form_of(survey, view.form_id, view.form_version)
    except UserError:
        form = None
    if form is not None and of_form(fields) != of_form(view.answers.fields):
        session = form.open(of_form({**fields, **answers.computed}), device=device_of(survey))
        answers = replace(answers, computed=session.answers().computed)
        summary = summarise(form, answers, session=session)
    survey.save(
        record=view.record,
        form_id=view.form_id,
        form_version=view.form_version,
        answers=answers,
        state=view.state,
        parents=view.heads,
        summary=summary,
        reason=reason,
    )
