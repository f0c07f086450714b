"""The review of an interview: its state, and the queries about its answers with what was replied.

All of it is made of statements about the record. Each names in `follows` the earlier ones that its writer had seen, so
that no clock decides which of two stands: what nobody has followed yet does. Only among those that were said side by
side does the latest count, and `Review.parallel` tells that there are others.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from cami_survey.base.records import Statement

STATE, COMMENT, REPLY, CLOSE = "review.state", "review.comment", "review.reply", "review.close"
TOPICS = (STATE, COMMENT, REPLY, CLOSE)
# Of things said side by side about one query: what still wants something from somebody counts first.
URGENT = (COMMENT, REPLY, CLOSE)

ReviewState = Literal["received", "issues", "approved", "rejected"]
QueryState = Literal["open", "answered", "closed"]
STATES: tuple[ReviewState, ...] = ("received", "issues", "approved", "rejected")
QUERY_STATES: dict[str, QueryState] = {COMMENT: "open", REPLY: "answered", CLOSE: "closed"}


@dataclass(frozen=True, slots=True)
class Said:
    """One thing said in a query: asked (COMMENT), replied (REPLY) or closed (CLOSE), and the answer at that time."""

    id: str
    topic: str
    text: str
    value: str
    by: str
    device: str
    this_device: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class Query:
    """A comment on one question of a record (`field`; empty: on the whole of it), and all that was said to it."""

    id: str
    record: str
    field: str
    state: QueryState
    said: tuple[Said, ...]
    heads: tuple[str, ...]

    @property
    def text(self) -> str:
        """What was asked last."""
        return next(one.text for one in reversed(self.said) if one.topic == COMMENT)

    @property
    def value(self) -> str:
        """The answer as it was when it was asked last."""
        return next(one.value for one in reversed(self.said) if one.topic == COMMENT)

    @property
    def asked(self) -> Said:
        """The first comment, with the answer as it was then."""
        return self.said[0]

    @property
    def reply(self) -> Said | None:
        """What was replied last, if anything was."""
        return next((one for one in reversed(self.said) if one.topic == REPLY), None)


@dataclass(frozen=True, slots=True)
class Step:
    """A state as somebody set it. `heads` are the revisions that were looked at."""

    id: str
    state: ReviewState
    reason: str
    by: str
    device: str
    at: datetime
    heads: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Review:
    """How far the review of a record is. `heads`: the statements a new state has to follow; `steps` oldest first."""

    record: str
    state: ReviewState = "received"
    queries: tuple[Query, ...] = ()
    steps: tuple[Step, ...] = ()
    heads: tuple[str, ...] = ()
    parallel: bool = False
    seen: tuple[str, ...] = ()

    @property
    def open(self) -> tuple[Query, ...]:
        """Queries that wait for a reply."""
        return tuple(query for query in self.queries if query.state == "open")

    @property
    def answered(self) -> tuple[Query, ...]:
        """Queries that were replied to and wait to be closed."""
        return tuple(query for query in self.queries if query.state == "answered")

    def changed_since(self, heads: Sequence[str]) -> bool:
        """Whether the answers are not those that the state was set for."""
        return bool(self.seen) and sorted(self.seen) != sorted(heads)


def fold(record: str, statements: Iterable[Statement]) -> Review:
    """The review of a record from all statements about it, in the order of their stamps."""
    told = [one for one in statements if one.topic in TOPICS]
    states = [one for one in told if one.topic == STATE and one.body.get("state") in STATES]
    standing = _unfollowed(states)
    queries = tuple(_queries(record, [one for one in told if one.topic != STATE]))
    waiting = any(query.state != "closed" for query in queries)
    last = standing[-1] if standing else None
    state: ReviewState = _state(last) if last else "issues" if waiting else "received"
    return Review(
        record,
        state,
        queries,
        tuple(_step(one) for one in states),
        tuple(one.id for one in standing),
        len({one.body["state"] for one in standing}) > 1,
        _words(last, "heads") if last else (),
    )


def _unfollowed(statements: Sequence[Statement]) -> list[Statement]:
    followed = {name for one in statements for name in _words(one, "follows")}
    return [one for one in statements if one.id not in followed]


def _words(statement: Statement, name: str) -> tuple[str, ...]:
    return tuple(statement.body.get(name, "").split())


def _queries(record: str, told: Sequence[Statement]) -> Iterable[Query]:
    """Each query under the id of its first comment, or under the name that all laptops give what was a field before."""
    threads: dict[str, list[Statement]] = {}
    for one in told:
        begun = one.topic == COMMENT and "query" not in one.body
        name = (one.body.get("was") or one.id) if begun else one.body.get("query", "")
        threads.setdefault(name, []).append(one)
    for name, thread in threads.items():
        first = next((one for one in thread if one.topic == COMMENT and "query" not in one.body), None)
        if first is None:
            continue
        heads = _unfollowed(thread)
        topic = min((one.topic for one in heads), key=URGENT.index, default=COMMENT)
        names = tuple(one.id for one in heads)
        said = sorted(thread, key=lambda one: one is not first)
        yield Query(name, record, first.body.get("field", ""), QUERY_STATES[topic], tuple(map(_said, said)), names)


def _said(one: Statement) -> Said:
    text, value = one.body.get("text", ""), one.body.get("value", "")
    return Said(one.id, one.topic, text, value, _by(one), one.device, one.this_device, one.at)


def _step(one: Statement) -> Step:
    return Step(one.id, _state(one), one.body.get("reason", ""), _by(one), one.device, one.at, _words(one, "heads"))


def _state(one: Statement) -> ReviewState:
    return next(state for state in STATES if state == one.body["state"])


def _by(one: Statement) -> str:
    return one.device_name or one.device[:8]
