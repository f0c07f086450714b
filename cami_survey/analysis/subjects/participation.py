"""Whom to invite or inform, and how: a plan derived from grid and salience."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from cami_survey.analysis import cells, feeds
from cami_survey.analysis.factor import split
from cami_survey.analysis.material import Material, Rows
from cami_survey.analysis.methods.stakeholders import Quadrant, quadrant
from cami_survey.analysis.results import Analysis, Cell, Column, Message, ResultTable
from cami_survey.analysis.subjects.organisations import Ratings, Voices, said_by_each, voices
from cami_survey.analysis.subjects.position import stand
from cami_survey.analysis.subjects.salience import classed
from cami_survey.analysis.subjects.standing import ADVICE, quadrant_words, some, stakeholder_rows
from cami_survey.base.heeding import heeded
from cami_survey.base.texts import _, ngettext

NAME = "participation"


def title() -> str:
    """What the analysis is called."""
    return _("Participation plan")


@dataclass(frozen=True, slots=True)
class _Planned:
    """What is planned for an organisation; `salience` and `stand` are empty where they are not known."""

    name: str
    kind: str
    quadrant: Quadrant
    salience: str
    stand: str
    themes: tuple[str, ...]
    interviews: NDArray[np.int32]

    @property
    def key(self) -> tuple[Quadrant, str, str]:
        """What the ways of involving it depend on."""
        return self.quadrant, self.salience, self.stand


def participation(material: Material) -> Analysis:
    """One line per organisation: how closely to involve it, by which means, on which themes."""
    question = _("Whom do we invite, whom do we inform, and how?")
    rows = stakeholder_rows(material)
    plans = _plans(rows, voices(material, rows))
    if not plans:
        return cells.nothing(NAME, title(), question, material, asked=rows.asked)
    columns = (
        cells.name_column(_("Organisation")),
        Column("kind", _("Kind")),
        Column("quadrant", _("Advice of the grid")),
        Column("how", _("How")),
        Column("themes", _("Would take part on")),
        cells.n_column(_("Respondents")),
    )
    themes = dict.fromkeys(chain.from_iterable(plan.themes for plan in plans))
    words = {code: material.label(feeds.THEMES_INVITED, code) for code in themes}
    ways = {key: " ".join(_ways(*key)) for key in {plan.key for plan in plans}}
    lines = tuple(_row(material, plan, words, ways[plan.key]) for plan in heeded(plans))
    table = ResultTable("plan", title(), columns, lines)
    method = _(
        "Derived from the power and interest grid, the classes of salience and the support for the measures; a draft "
        "for people to change. Themes are those on which a respondent would take part in a meeting."
    )
    n = sum(len(plan.interviews) for plan in plans)
    return Analysis(NAME, title(), question, n, (table,), (), _messages(plans), method)


def _plans(rows: Rows, found: Voices) -> list[_Planned]:
    """The plan of every organisation of which somebody rated influence and somebody interest: whom to involve most
    first, then by name."""
    medians = [Ratings(rows[name], found.codes, len(found)).medians() for name in (*feeds.STANDING, feeds.SUPPORT)]
    columns = (found.names, found.kinds, *medians, classed(rows, found), _themes(rows, found), found.interviews)
    plans = [
        _Planned(
            name,
            kind,
            quadrant(power, interest),
            salience or "",
            stand(support) if support is not None else "",
            tuple(themes),
            interviews,
        )
        for name, kind, power, interest, support, salience, themes, interviews in heeded(zip(*columns, strict=True))
        if power is not None and interest is not None
    ]
    return sorted(plans, key=lambda plan: ADVICE.index(plan.quadrant))


def _themes(rows: Rows, found: Voices) -> list[list[str]]:
    """The themes on which respondents of each organisation would take part, as they turn up."""
    places, words = split(rows[feeds.THEMES_INVITED])
    return said_by_each(words, found.codes[places], len(found))


def _row(material: Material, plan: _Planned, words: Mapping[str, str], ways: str) -> tuple[Cell, ...]:
    behind = material.behind(plan.interviews)
    n = len(plan.interviews)
    themes = cells.listed(map(words.__getitem__, plan.themes))
    return (
        cells.text(plan.name, records=behind),
        cells.text(material.label(feeds.ORGANISATION_TYPE, plan.kind) or cells.DASH),
        cells.text(quadrant_words(plan.quadrant), n=n),
        cells.text(ways, n=n),
        cells.text(themes or cells.DASH, n=n),
        cells.count(n, records=behind),
    )


def _ways(advice: Quadrant, salience: str, stand: str) -> list[str]:
    """What to do, in sentences."""
    said = [
        {
            "manage closely": _("Invite to plan and decide together; agree on the agenda before the meeting."),
            "keep satisfied": _("Invite; ask early what it needs, and brief it shortly before each decision."),
            "keep informed": _("Invite for what it knows; send drafts and news, and give it time to speak."),
            "monitor": _("Send the results; look again at the next survey."),
        }[advice]
    ]
    if salience == "dependent":
        said.append(_("Find a partner with influence who speaks with it."))
    if salience == "dangerous":
        said.append(_("Talk to it apart and early: it can block, and its role is not accepted."))
    if stand == "against":
        said.append(_("It opposes measures: hear its objections before the meeting."))
    return said


def _messages(plans: list[_Planned]) -> tuple[Message, ...]:
    invited = [plan for plan in plans if plan.quadrant != "monitor"]
    text = ngettext(
        "{number} of {n} organisation is to be invited, the others to be sent the results.",
        "{number} of {n} organisations are to be invited, the others to be sent the results.",
        len(plans),
    )
    said = [Message(text.format(number=cells.whole(len(invited)), n=cells.whole(len(plans))))]
    silent = [plan.name for plan in invited if not plan.themes]
    if silent:
        text = _("Named no theme on which they would take part, so ask them: {names}.")
        said.append(Message(text.format(names=some(silent))))
    said.append(cells.warn(_("Only organisations that were asked are in the plan; add those that were not.")))
    return tuple(said)
