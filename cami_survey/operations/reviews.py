"""The review of interviews: states, queries on questions, replies. All of it is said as statements, which travel.

A consultant comments on a question and so asks; whoever held the interview replies, or corrects the answer, or both;
the consultant sees what was asked, what was said and what changed, and closes the query.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from cami_survey.base.errors import UserError, nearest
from cami_survey.base.notices import Notice, Outcome, Touched
from cami_survey.base.remarks import ASIDE, remark_name
from cami_survey.base.reviews import CLOSE, COMMENT, REPLY, STATE, STATES, TOPICS, Query, Review, ReviewState, fold
from cami_survey.base.texts import _, ngettext
from cami_survey.operations.details import asked
from cami_survey.operations.wording import Wording

if TYPE_CHECKING:
    from cami_survey.base.records import RecordView
    from cami_survey.engine.api import Form
    from cami_survey.store.api import SurveyFile

LONGEST = 4000
SHORTEST_ID = 6
TOUCHED: frozenset[Touched] = frozenset({"records"})


@dataclass(frozen=True, slots=True)
class Task:
    """A query that is not closed, with what a person needs to work on it. Values as a person reads them.

    `gone`: the interview is in a version of its form that has no such question; `label` says so.
    """

    record: str
    code: str
    form_title: str
    query: Query
    label: str
    before: str
    now: str
    gone: bool = False

    @property
    def changed(self) -> bool:
        """Whether the answer is another one than when it was asked."""
        return self.before != self.now

    def as_dict(self) -> dict[str, Any]:
        """For `--json`."""
        about = {"record": self.record, "code": self.code, "form": self.form_title, "label": self.label}
        return (
            about
            | {"before": self.before, "now": self.now, "changed": self.changed, "gone": self.gone}
            | query_as_dict(self.query)
        )


def query_as_dict(query: Query) -> dict[str, Any]:
    """For `--json`."""
    said = [{**asdict(one), "topic": one.topic.partition(".")[2], "at": one.at.isoformat()} for one in query.said]
    return {"query": query.id, "field": query.field, "state": query.state, "text": query.text, "said": said}


# ---- states


def set_state(survey: SurveyFile, records: Sequence[str], state: str, reason: str = "") -> Outcome[list[Review]]:
    """Say how far the review of these records (ids) is: all of them or none. UserError for what cannot be approved."""
    chosen = next((one for one in STATES if one == state), None)
    if chosen is None:
        raise UserError(
            "review.unknown-state",
            _("“{state}” is no state of a review.").format(state=state),
            advice=_("These are: {states}").format(states=", ".join(STATES)),
            where=state,
        )
    before = survey.reviews(records)
    if chosen == "rejected" and not reason.strip():
        raise UserError(
            "review.no-reason",
            _("A rejection needs a reason."),
            advice=_("Whoever held the interview reads it. Say what is wrong with it."),
        )
    views = {record: survey.view(record) for record in records}
    if chosen == "approved":
        for record in records:
            _check_approval(before[record], views[record])
    for record in records:
        _say_state(survey, before[record], views[record].heads, chosen, reason)
    found = survey.reviews(records)
    text = ngettext("{n} interview: {state}.", "{n} interviews: {state}.", len(records))
    notice = Notice("review.state", text.format(n=len(records), state=state_name(chosen)))
    undo = partial(_set_back, survey, before)
    return Outcome([found[record] for record in records], TOUCHED, (notice,), undo)


def state_name(state: str) -> str:
    """A state in words."""
    words = {"issues": _("has issues"), "approved": _("approved"), "rejected": _("rejected")}
    return words.get(state, _("received"))


def _check_approval(review: Review, view: RecordView) -> None:
    wrong = ""
    if view.state != "final":
        wrong = _("This interview is still a draft.")
    elif view.conflicts:
        wrong = _("Answers of this interview contradict each other.")
    elif review.open or review.answered:
        wrong = _("Queries on this interview are not closed.")
    if wrong:
        raise UserError(
            "review.not-ready",
            _("It cannot be approved: {why}").format(why=wrong),
            advice=_("Settle that first, then approve it."),
            where=view.record,
        )


def _say_state(survey: SurveyFile, review: Review, heads: Sequence[str], state: ReviewState, reason: str) -> None:
    body = {"state": state, "reason": _limited(reason), "heads": " ".join(heads), "follows": " ".join(review.heads)}
    survey.state(STATE, review.record, {name: text for name, text in body.items() if text})


def _set_back(survey: SurveyFile, before: Mapping[str, Review]) -> Outcome[None]:
    for record, review in before.items():
        reason = review.steps[-1].reason if review.steps else ""
        state = review.state if review.heads else "received"
        _say_state(survey, survey.review(record), review.seen, state, reason)
    return Outcome(None, TOUCHED, (Notice("review.back", _("The review stands as it stood before.")),))


def take_back(survey: SurveyFile, brought: Mapping[str, Collection[str]]) -> tuple[int, int]:
    """Let reviews stand as they stood without statements that were brought (record -> their ids), by saying so anew.

    Returns how many records stand as before, and how many hold something that later statements build on or that
    nobody can say for somebody else: that is left.
    """
    back = left = 0
    for record, ids in brought.items():
        now = survey.review(record)
        told = (one for topic in TOPICS for one in survey.statements(topic, [record]) if one.id not in ids)
        before = fold(record, sorted(told, key=lambda one: one.at))
        state = bool(set(now.heads) & set(ids)) and (now.state, now.seen) != (before.state, before.seen)
        if state:
            _set_back(survey, {record: before})
        known = {query.id: query for query in before.queries}
        stood = [_stand_again(survey, query, known.get(query.id), ids) for query in now.queries]
        back += state or "back" in stood
        left += "left" in stood or bool({one.id for one in now.steps} & set(ids) and not set(now.heads) & set(ids))
    return back, left


def _stand_again(survey: SurveyFile, query: Query, before: Query | None, ids: Collection[str]) -> str:
    """Bring a query to where it stood: `back`, `left` where that cannot be, empty where it stands there."""
    if not {one.id for one in query.said} & set(ids) or (before is not None and before.state == query.state):
        return ""
    if not set(query.heads) & set(ids) or (before is not None and before.state == "answered"):
        return "left"
    if before is not None and before.state == "open":
        ask_again(survey, query, before.text)
    elif query.state != "closed":
        close(survey, query, _("The merge was taken back"))
    return "back"


# ---- queries


def comment(survey: SurveyFile, record: str, question: str, text: str) -> Outcome[Query]:
    """Ask about a question of a record (its field, its path with positions, or its name), or about all of it ("")."""
    found = _question(survey, record, question) if question else None
    value = survey.kept_as(record, found.field) if found else ""
    body = {"text": _written(text), "field": found.field if found else "", "value": value}
    said = survey.state(COMMENT, record, {name: words for name, words in body.items() if words})
    notice = Notice("review.asked", _("The query is kept and goes out with the next package."))
    undo = partial(_close_again, survey, record, said.id)
    return Outcome(_query_in(survey, record, said.id), TOUCHED, (notice,), undo)


def ask_again(survey: SurveyFile, query: Query, text: str) -> Outcome[Query]:
    """Ask once more: the reply did not settle it, or it was closed too early."""
    return _answer(survey, query, COMMENT, _written(text), _("The query is open again."))


def reply(survey: SurveyFile, query: Query, text: str) -> Outcome[Query]:
    """Reply to a query. Without a word only where the answer was changed, which says enough."""
    words = text.strip()
    if not words and _opened(survey, query) == query.asked.value:
        raise UserError(
            "review.no-reply",
            _("The answer is as it was, and the reply says nothing."),
            advice=_("Correct the answer, or write why it stands."),
        )
    return _answer(survey, query, REPLY, _limited(words), _("The reply is kept and goes out with the next package."))


def close(survey: SurveyFile, query: Query, text: str = "") -> Outcome[Query]:
    """Close a query: it is settled."""
    return _answer(survey, query, CLOSE, _limited(text), _("The query is closed."))


def _answer(survey: SurveyFile, query: Query, topic: str, text: str, notice: str) -> Outcome[Query]:
    body = {"query": query.id, "follows": " ".join(query.heads), "text": text}
    body |= {"value": survey.kept_as(query.record, _place(survey, query))}
    survey.state(topic, query.record, {name: words for name, words in body.items() if words})
    undo = partial(_reopen, survey, query.record, query.id) if topic == CLOSE else None
    standing = _query_in(survey, query.record, query.id)
    return Outcome(standing, TOUCHED, (Notice("review.said", notice),), undo)


def _close_again(survey: SurveyFile, record: str, query: str) -> Outcome[None]:
    closed = close(survey, _query_in(survey, record, query), _("Taken back"))
    return Outcome(None, closed.touched, closed.notices)


def _reopen(survey: SurveyFile, record: str, query: str) -> Outcome[None]:
    again = ask_again(survey, _query_in(survey, record, query), _("Opened again"))
    return Outcome(None, again.touched, again.notices)


def _query_in(survey: SurveyFile, record: str, name: str) -> Query:
    return next(query for query in survey.review(record).queries if query.id == name)


def query_named(survey: SurveyFile, text: str) -> Query:
    """The query that is not closed whose id begins with `text`."""
    known = [query for review in survey.reviews(survey.queried()).values() for query in review.queries]
    found = [query for query in known if len(text) >= SHORTEST_ID and query.id.startswith(text)]
    if len(found) == 1:
        return found[0]
    raise UserError(
        "review.unknown-query",
        _("“{text}” names no query, or more than one.").format(text=text),
        advice=_("`review queries` lists them; give the first letters of the id, {n} at least.").format(n=SHORTEST_ID),
        where=text,
    )


def _question(survey: SurveyFile, record: str, text: str) -> Any:
    questions = asked(survey, record)
    found = [one for one in questions if text in (one.field, one.ref)] or [one for one in questions if one.name == text]
    if len(found) == 1:
        return found[0]
    near = nearest(text, [one.name for one in questions])
    if found:
        advice = _("Give the whole field: {fields}").format(fields=", ".join(one.field for one in found))
    else:
        advice = _("Did you mean “{name}”?").format(name=near) if near else ""
    raise UserError(
        "review.unknown-question",
        _("“{text}” names no question of this interview, or more than one.").format(text=text),
        advice=advice,
        where=text,
    )


def placed(form: Form | None, review: Review) -> Review:
    """The review with each query at the question it is about in this version of the form, else on the whole."""
    if form is None:
        return review
    queries = (replace(query, field=form.place_of(query.field)) if query.field else query for query in review.queries)
    return replace(review, queries=tuple(queries))


def _opened(survey: SurveyFile, query: Query) -> str:
    """The answer that a query is about, as it stands."""
    answers, field = survey.view(query.record).answers, _place(survey, query)
    return answers.fields.get(field, "") or answers.computed.get(field, "")


def _place(survey: SurveyFile, query: Query) -> str:
    """The field that a query is about in the version of the form that its interview has now."""
    view = survey.view(query.record)
    return _place_in(Wording(survey).form(view), view, query.field)


def _place_in(form: Form | None, view: RecordView, field: str) -> str:
    """Where the answer is now: at its question, or aside if the form has none."""
    place = form.place_of(field) if form is not None and field else field
    return place or next((name for name in view.answers.fields if name == remark_name(ASIDE, field)), field)


def _written(text: str) -> str:
    if not text.strip():
        raise UserError("review.no-text", _("A query needs words."), advice=_("Say what is to be looked at."))
    return _limited(text)


def _limited(text: str) -> str:
    if len(text.strip()) > LONGEST:
        raise UserError(
            "review.too-long",
            _("This is longer than {n} characters.").format(n=LONGEST),
            advice=_("Say it shorter, or in two queries."),
        )
    return text.strip()


# ---- the list of what is to be done


def tasks(survey: SurveyFile, records: Sequence[str] | None = None, *, language: str | None = None) -> list[Task]:
    """Every query that is not closed, newest change of its interview first; of some records if they are named."""
    wanted = survey.queried() if records is None else records
    wording = Wording(survey, language)
    found: list[Task] = []
    for record, review in survey.reviews(wanted).items():
        waiting = [query for query in review.queries if query.state != "closed"]
        if waiting:
            found += _tasks(wording, survey.view(record), waiting)
    return found


def _tasks(wording: Wording, view: RecordView, queries: Sequence[Query]) -> Iterator[Task]:
    form, code = wording.form(view), wording.code(view)
    for query in queries:
        place = _place_in(form, view, query.field)
        now = view.answers.fields.get(place, "") or view.answers.computed.get(place, "")
        gone = form is not None and bool(query.field) and not form.place_of(query.field)
        label = wording.label(view, query.field if gone else place)
        yield Task(
            view.record,
            code,
            form.title if form is not None else view.form_id,
            query,
            _("{question} (not asked in version {version} any more)").format(question=label, version=form.version)
            if form is not None and gone
            else label,
            wording.readable(view, place, query.asked.value),
            wording.readable(view, place, now),
            gone,
        )
