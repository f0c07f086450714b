"""How far an interview is: per page and in all, and about how long it will still take."""

from __future__ import annotations

import math
from collections.abc import Container, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from cami_survey.operations.chapters import is_asked, is_note, pages_of

if TYPE_CHECKING:
    from cami_survey.engine.api import Node, Session

PageState = Literal["done", "begun", "open", "wrong", "skipped"]

USUAL_SECONDS = 22.0
# Answers after which the person's own pace counts half.
OWN_PACE = 12


@dataclass(frozen=True, slots=True)
class Tally:
    """Questions of a page that are asked at present. `missing`: required ones without an answer."""

    asked: int = 0
    answered: int = 0
    wrong: int = 0
    missing: int = 0
    hidden: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.asked + other.asked,
            self.answered + other.answered,
            self.wrong + other.wrong,
            self.missing + other.missing,
            self.hidden + other.hidden,
        )

    def __sub__(self, other: Tally) -> Tally:
        return Tally(
            self.asked - other.asked,
            self.answered - other.answered,
            self.wrong - other.wrong,
            self.missing - other.missing,
            self.hidden - other.hidden,
        )


def added(tallies: Iterable[Tally]) -> Tally:
    """All of them together."""
    return sum(tallies, Tally())


def tally(node: Node, told: Container[str], *, relevant: bool = True) -> Tally:
    """Count below `node`. `told`: fields whose problem is on the screen."""
    relevant = relevant and node.relevant
    if node.kind != "question":
        return added(tally(child, told, relevant=relevant) for child in node.children)
    if not is_asked(node) or is_note(node) or node.readonly:
        return Tally()
    if not relevant:
        return Tally(hidden=1)
    has = bool(node.text_value)
    return Tally(
        asked=1, answered=int(has), wrong=int(node.field in told), missing=int(not has and bool(node.required))
    )


def leaves_open(page: Tally) -> bool:
    """Whether it is not known yet which later pages are asked: a required answer of this page is missing."""
    return page.missing > 0


def how_far(pages: Iterable[Tally]) -> tuple[int, int]:
    """Answered questions and those that are asked or will probably be; `pages` in the order of the form."""
    answered = total = 0
    undecided = False
    for page in pages:
        answered += page.answered
        total += page.asked or (page.hidden if undecided else 0)
        undecided = undecided or leaves_open(page)
    return answered, total


def progress_of(session: Session) -> tuple[int, int]:
    """How far an interview is, as its page says while it runs."""
    nodes = ([session.node(member) for member in page.members] for page in pages_of(session))
    return how_far(added(tally(node, ()) for node in page) for page in nodes)


def state_of(page: Tally, *, visited: bool, relevant: bool) -> PageState:
    """The state of a page in the outline."""
    if not relevant:
        return "skipped"
    if page.wrong:
        return "wrong"
    if page.asked == page.answered or (visited and page.answered and not page.missing):
        return "done" if page.asked or visited else "open"
    return "begun" if page.answered else "open"


class Pace:
    """How long a question takes this person: the usual time at first, the own pace as answers come in."""

    def __init__(self, answered: int) -> None:
        self._first = answered
        self._seconds = 0.0
        self._last: float | None = None

    def tick(self, now: float) -> None:
        """Something was answered at `now` seconds; breaks of more than three minutes do not count."""
        if self._last is not None:
            self._seconds += min(now - self._last, 180.0)
        self._last = now

    def minutes_left(self, answered: int, total: int) -> int:
        """Whole minutes for what is not answered yet, 0 when nothing is."""
        done = max(answered - self._first, 0)
        share = done / (done + OWN_PACE)
        own = self._seconds / done if done else USUAL_SECONDS
        each = share * own + (1 - share) * USUAL_SECONDS
        return math.ceil(max(total - answered, 0) * each / 60)
