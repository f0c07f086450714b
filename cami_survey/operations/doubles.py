"""Interviews of one survey that may be double: found, compared answer by answer, merged or marked as distinct.

Every interview is compared with those only that share a key with it: the code, or the consonants its name's words
begin or end with. So a survey of a hundred thousand is searched in seconds; a pair whose names differ in both is not
found. What is compared then, and from when on it counts as alike, is that of `duplicates`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache, partial
from itertools import combinations
from typing import TYPE_CHECKING, Any, Literal

from rapidfuzz import fuzz

from cami_survey.base.errors import UserError
from cami_survey.base.notices import Notice, Outcome
from cami_survey.base.texts import _
from cami_survey.operations import identity
from cami_survey.operations.duplicates import (
    ALIKE,
    DAYS,
    PLACE_ALIKE,
    SHORTEST,
    consonants,
    is_voweless,
    place_share,
    spelled,
)

if TYPE_CHECKING:
    from cami_survey.base.notices import Touched
    from cami_survey.base.records import Answers, RecordView, Summary
    from cami_survey.store.api import SurveyFile

    Progress = Callable[[int, int], None]

DISTINCT, MERGED = "duplicate.distinct", "duplicate.merged"
AT_ONCE = 5000
TELL_EVERY = 100
KEY = 2
TOUCHED: frozenset[Touched] = frozenset({"records"})


@dataclass(frozen=True, slots=True)
class Pair:
    """Two interviews that may be one, the older arrival first. `score`: share of equal letters of the names."""

    first: str
    second: str
    why: Literal["code", "person"]
    score: float
    summaries: tuple[Summary, Summary]
    form_id: str


@dataclass(frozen=True, slots=True)
class Difference:
    """One answer of a pair, side by side: as kept, and as a person reads it."""

    field: str
    label: str
    values: tuple[str, str]
    texts: tuple[str, str]

    @property
    def differs(self) -> bool:
        """Whether the two are not the same."""
        return self.values[0] != self.values[1]


# ---- finding


def pairs(survey: SurveyFile, form_id: str = "", progress: Progress | None = None) -> list[Pair]:
    """Every pair that may be double, of one form or of all: same code first, then the more alike the earlier.

    What was marked as distinct on any laptop is left out. `progress` may raise to stop.
    """
    forms = [form_id] if form_id else sorted({form.form_id for form in survey.forms()})
    found = [pair for name in forms for pair in alike(read(survey, name), name, progress)]
    return sorted(standing(survey, found), key=lambda pair: (pair.why != "code", -pair.score, pair.first, pair.second))


def standing(survey: SurveyFile, found: Sequence[Pair]) -> list[Pair]:
    """Of pairs that were found those that nobody has decided since."""
    settled = {said.subject for said in survey.statements(DISTINCT)}
    there = survey.not_deleted({record for pair in found for record in (pair.first, pair.second)})
    return [
        pair
        for pair in found
        if {pair.first, pair.second} <= there and subject_of(pair.first, pair.second) not in settled
    ]


def read(survey: SurveyFile, form_id: str) -> dict[str, Summary]:
    """The summaries of a form's interviews, deleted ones left out, in the order of their arrival."""
    found: dict[str, Summary] = {}
    after = 0
    while rows := survey.summaries_since(after, form_id, AT_ONCE):
        found.update({record: summary for _seq, record, summary in rows if summary is not None})
        after = max(seq for seq, _record, _summary in rows)
    return found


def alike(known: Mapping[str, Summary], form_id: str = "", progress: Progress | None = None) -> Iterator[Pair]:
    """The pairs among these, each once."""
    order = {record: at for at, record in enumerate(known)}
    seen: set[tuple[str, str]] = set()
    for one, other, why, score in [*_same_code(known), *_same_person(known, progress)]:
        first, second = sorted((one, other), key=order.__getitem__)
        if (first, second) not in seen:
            seen.add((first, second))
            yield Pair(first, second, why, score, (known[first], known[second]), form_id)


Found = tuple[str, str, Literal["code", "person"], float]


def _same_code(known: Mapping[str, Summary]) -> Iterator[Found]:
    blocks: dict[str, list[str]] = defaultdict(list)
    for record, summary in known.items():
        if summary.code:
            blocks[spelled(summary.code)].append(record)
    for block in blocks.values():
        for one, other in combinations(block, 2):
            yield one, other, "code", 100.0


@dataclass(frozen=True, slots=True)
class _Person:
    record: str
    name: str
    bones: str
    voweless: bool
    place: str
    day: int | None


def _same_person(known: Mapping[str, Summary], progress: Progress | None) -> Iterator[Found]:
    blocks: dict[tuple[str, ...], list[_Person]] = defaultdict(list)
    for record, summary in known.items():
        if len(summary.name) >= SHORTEST:
            person = _Person(
                record,
                spelled(summary.name),
                consonants(summary.name),
                is_voweless(summary.name),
                summary.place,
                _day(summary.day),
            )
            for key in _keys(person.bones):
                blocks[key].append(person)
    for number, block in enumerate(blocks.values()):
        if progress is not None and number % TELL_EVERY == 0:
            progress(number, len(blocks))
        yield from _in_block(block)


def _keys(bones: str) -> set[tuple[str, ...]]:
    words = [word for word in bones.split() if word]
    if not words:
        return set()
    return {("<", *sorted(word[:KEY] for word in words)), (">", *sorted(word[-KEY:] for word in words))}


def _in_block(block: Sequence[_Person]) -> Iterator[Found]:
    """Those with a day are compared within some days; those without with everybody whose place is known."""
    dated = sorted((one for one in block if one.day is not None), key=lambda one: one.day or 0)
    begin = 0
    for at, one in enumerate(dated):
        while (one.day or 0) - (dated[begin].day or 0) > DAYS:
            begin += 1
        yield from _compared(one, dated[begin:at])
    undated = [one for one in block if one.day is None and one.place]
    placed = [one for one in dated if one.place] if undated else []
    for at, one in enumerate(undated):
        yield from _compared(one, [*placed, *undated[:at]])


def _compared(one: _Person, others: Sequence[_Person]) -> Iterator[Found]:
    """Places first: there are few, so that two are compared once and looked up from then on."""
    for other in others:
        if _near(one.place, other.place):
            voweless = one.voweless or other.voweless
            names = (one.bones, other.bones) if voweless else (one.name, other.name)
            score = fuzz.ratio(*names, score_cutoff=ALIKE)
            if score:
                yield one.record, other.record, "person", float(score)


@lru_cache(maxsize=200_000)
def _near(one: str, other: str) -> bool:
    return not (one and other) or place_share(one, other) >= PLACE_ALIKE


def _day(text: str) -> int | None:
    try:
        return date.fromisoformat(text[:10]).toordinal()
    except ValueError:
        return None


# ---- comparing


def compare(survey: SurveyFile, first: str, second: str, *, language: str | None = None) -> list[Difference]:
    """All answers of two interviews, side by side in the order of the form; UserError if they cannot be one."""
    views = _two(survey, first, second)
    return _differences(survey, views, language)


def _differences(
    survey: SurveyFile, views: tuple[RecordView, RecordView], language: str | None = None
) -> list[Difference]:
    from cami_survey.operations.wording import Wording

    wording = Wording(survey, language)
    fields = dict.fromkeys([*views[0].answers.fields, *views[1].answers.fields])
    found = []
    for field in fields:
        values = views[0].answers.fields.get(field, ""), views[1].answers.fields.get(field, "")
        texts = wording.readable(views[0], field, values[0]), wording.readable(views[1], field, values[1])
        found.append(Difference(field, wording.label(views[0], field), values, texts))
    order = wording.order(views[0])
    return sorted(found, key=lambda one: order(one.field))


def _two(survey: SurveyFile, first: str, second: str) -> tuple[RecordView, RecordView]:
    if first == second:
        raise UserError("duplicate.same", _("This is one and the same interview."), where=first)
    views = survey.view(first), survey.view(second)
    if views[0].form_id != views[1].form_id:
        raise UserError(
            "duplicate.other-form",
            _("The two interviews were held with different forms."),
            advice=_("Only interviews of one form can be one."),
            where=second,
        )
    return views


# ---- deciding


def subject_of(first: str, second: str) -> str:
    """What statements about a pair are about; the order of the two does not matter."""
    return " ".join(sorted((first, second)))


def distinct(survey: SurveyFile, first: str, second: str, reason: str = "") -> Outcome[None]:
    """Say that two interviews are two: no laptop that hears of it asks again."""
    _two(survey, first, second)
    body = {"reason": reason.strip()} if reason.strip() else {}
    survey.state(DISTINCT, subject_of(first, second), body)
    text = _("They are two interviews; it is not asked again, here and wherever the next package goes.")
    return Outcome(None, TOUCHED, (Notice("duplicate.distinct", text),))


def merge(survey: SurveyFile, keep: str, other: str, *, take: Sequence[str] = (), reason: str = "") -> Outcome[str]:
    """Make two interviews one: `keep` stays, `other` goes to the bin, each naming the other in the reason.

    `take` are the fields whose answer is that of `other`, a repeat instance with all that is in it. What `keep` has
    not answered is taken over unasked, but for repeat instances that a person added. Returns the new revision.
    """
    views = _two(survey, keep, other)
    for view in views:
        _check_settled(view)
    wanted = [*take, *_gaps(*views)]
    unknown = next((field for field in take if not _has(views, field)), None)
    if unknown is not None:
        raise UserError(
            "duplicate.unknown-field",
            _("Neither of the two interviews has an answer “{field}”.").format(field=unknown),
            advice=_("`doubles show` lists the fields."),
            where=unknown,
        )
    said = reason.strip()
    revision = _save(survey, views[0], _joined(views[0].answers, views[1].answers, wanted), _with(other, said))
    survey.set_deleted(other, True, _("The same as {record}").format(record=keep) + (f": {said}" if said else ""))
    survey.state(MERGED, subject_of(keep, other), {"kept": keep, "gone": other} | ({"reason": said} if said else {}))
    notice = Notice("duplicate.merged", _("The two interviews are one; the other lies in the bin."))
    return Outcome(revision, TOUCHED, (notice,), partial(_part, survey, views[0], other))


def _with(other: str, reason: str) -> str:
    text = _("Made one with {record}").format(record=other)
    return f"{text}: {reason}" if reason else text


def _part(survey: SurveyFile, before: RecordView, other: str) -> Outcome[None]:
    survey.set_deleted(other, False, _("Taken apart again"))
    now = replace(before, heads=survey.view(before.record).heads)
    _save(survey, now, before.answers, _("Taken apart again"))
    return Outcome(None, TOUCHED, (Notice("duplicate.parted", _("They are two interviews again.")),))


def _check_settled(view: RecordView) -> None:
    if view.conflicts:
        raise UserError(
            "duplicate.conflicts",
            _("Answers of this interview contradict each other."),
            advice=_("Settle them first."),
            where=view.record,
        )
    if view.deleted:
        raise UserError(
            "duplicate.deleted",
            _("This interview lies in the bin."),
            advice=_("Bring it back first."),
            where=view.record,
        )


def _has(views: tuple[RecordView, RecordView], field: str) -> bool:
    return any(field in view.answers.fields for view in views)


def _gaps(keep: RecordView, other: RecordView) -> list[str]:
    """Answers that only `other` has and that do not belong to a repeat instance added by a person."""
    return [field for field in other.answers.fields if field not in keep.answers.fields and not is_added(field)]


def is_added(field: str) -> bool:
    """Whether a field belongs to a repeat instance that a person added; those are keyed by `k` and random digits."""
    return "[k" in field


def _joined(keep: Answers, other: Answers, take: Sequence[str]) -> Answers:
    fields, files = dict(keep.fields), dict(keep.files)
    for name in take:
        inside = [name, *(field for field in {**keep.fields, **other.fields} if field.startswith(name + "/"))]
        for field in inside if name.endswith("]") else [name]:
            value = other.fields.get(field)
            if value is None:
                fields.pop(field, None)
                continue
            missing = [around for around in _around(field) if around in other.fields and around not in fields]
            fields |= {around: other.fields[around] for around in missing}
            fields[field] = value
            if value in other.files:
                files[value] = other.files[value]
    return replace(keep, fields=fields, files=files)


def _around(field: str) -> list[str]:
    """The repeat instances that a field lies in."""
    return [field[: at + 1] for at, letter in enumerate(field) if letter == "]" and at + 1 < len(field)]


def _save(survey: SurveyFile, view: RecordView, answers: Answers, reason: str) -> str:
    """A revision of `view` that says `answers`, computed anew where the form is here."""
    from cami_survey.base.records import Summary
    from cami_survey.operations.beginnings import device_of, of_form
    from cami_survey.operations.forms import form_of
    from cami_survey.operations.summaries import summarise

    summary, names = Summary(), frozenset[str]()
    try:
        form = form_of(survey, view.form_id, view.form_version)
    except UserError:
        pass
    else:
        session = form.open(of_form({**answers.fields, **answers.computed}), device=device_of(survey))
        worked_out = replace(answers, computed=session.answers().computed)
        answers = identity.held(form, answers, worked_out, answers.computed)
        names = identity.paths(survey, form)
        summary = summarise(form, answers, session=session)
    return survey.save(
        record=view.record,
        form_id=view.form_id,
        form_version=view.form_version,
        answers=answers,
        state=view.state,
        parents=view.heads,
        summary=summary,
        reason=reason,
        names=names,
    )


def pair_as_dict(pair: Pair) -> dict[str, Any]:
    """For `--json`."""
    return {
        "records": [pair.first, pair.second],
        "codes": [summary.code for summary in pair.summaries],
        "names": [summary.name for summary in pair.summaries],
        "days": [summary.day for summary in pair.summaries],
        "places": [summary.place for summary in pair.summaries],
        "form_id": pair.form_id,
        "why": pair.why,
        "score": round(pair.score, 1),
    }
