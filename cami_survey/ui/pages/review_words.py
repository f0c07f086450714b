"""How reviews and queries are said and marked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cami_survey.base.reviews import COMMENT, REPLY
from cami_survey.base.texts import _
from cami_survey.ui import words

if TYPE_CHECKING:
    from cami_survey.base.reviews import Query, Review, Said

# State -> icon, colour, filled.
MARKS = {
    "received": ("circle", "muted", False),
    "issues": ("warning", "warn", True),
    "approved": ("check-circle", "good", True),
    "rejected": ("x-circle", "error", True),
}


def state_words(state: str) -> str:
    """A state as a heading says it."""
    return {
        "issues": _("Has issues"),
        "approved": _("Approved"),
        "rejected": _("Rejected"),
    }.get(state, _("Received"))


def query_words(query: Query) -> str:
    """How a query stands."""
    return {"open": _("open"), "answered": _("replied"), "closed": _("closed")}[query.state]


def said_head(said: Said) -> str:
    """Who said it, when, and as what."""
    kind = {COMMENT: _("asked"), REPLY: _("replied")}.get(said.topic, _("closed it"))
    return _("{name} {did}, {when}").format(name=said.by, did=kind, when=words.day_and_clock(said.at))


def last_step(review: Review) -> str:
    """Who set the state, when and why; empty if nobody has."""
    if not review.steps:
        return ""
    step = review.steps[-1]
    head = _("{name}, {when}").format(name=step.by, when=words.day_and_clock(step.at))
    return f"{head}: {step.reason}" if step.reason else head
