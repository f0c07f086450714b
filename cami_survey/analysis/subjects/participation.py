"""Whom to invite or inform, and how: a plan derived from grid and salience."""

from __future__ import annotations

from dataclasses import dataclass

from cami_survey.analysis import cells, feeds
from cami_survey.analysis.material import Material, Rows
from cami_survey.analysis.methods.stakeholders import HIGH, Quadrant, quadrant
from cami_survey.analysis.results import Analysis, Cell, Column, Message, ResultTable
from cami_survey.analysis.subjects.organisations import Organisation, middle, organisations
from cami_survey.analysis.subjects.position import stand
from cami_survey.analysis.subjects.salience import classed
from cami_survey.analysis.subjects.standing import ADVICE, quadrant_words, some, stakeholder_rows
from cami_survey.base.order import ordered
from cami_survey.base.texts import _, ngettext

NAME = "participation"


def title() -> str:
    """What the analysis is called."""
    return _("Participation plan")


@dataclass(frozen=True, slots=True)
class _Planned:
    organisation: Organisation
    quadrant: Quadrant
    salience: str
    stand: str
    themes: tuple[str, ...]


def participation(material: Material) -> Analysis:
    """One line per organisation: how closely to involve it, by which means, on which themes."""
    question = _("Whom do we invite, whom do we inform, and how?")
    rows = stakeholder_rows(material)
    plans = [plan for one in organisations(material, rows) if (plan := _plan(rows, one))]
    if not plans:
        return cells.nothing(NAME, title(), question, material, asked=rows.asked)
    plans.sort(key=lambda plan: (ADVICE.index(plan.quadrant), ordered(plan.organisation.name)))
    columns = (
        cells.name_column(_("Organisation")),
        Column("kind", _("Kind")),
        Column("quadrant", _("Advice of the grid")),
        Column("how", _("How")),
        Column("themes", _("Would take part on")),
        cells.n_column(_("Respondents")),
    )
    table = ResultTable("plan", title(), columns, tuple(_row(material, rows, plan) for plan in plans))
    method = _(
        "Derived from the power and interest grid, the classes of salience and the support for the measures; a draft "
        "for people to change. Themes are those on which a respondent would take part in a meeting."
    )
    n = sum(len(plan.organisation.rows) for plan in plans)
    return Analysis(NAME, title(), question, n, (table,), (), _messages(plans), method)


def _plan(rows: Rows, one: Organisation) -> _Planned | None:
    power, interest, support = (
        middle(rows[name][row] for row in one.rows) for name in ("influence", "interest", "attitude")
    )
    if power is None or interest is None:
        return None
    found = classed(rows, one)
    themes = dict.fromkeys(code for row in one.rows for code in rows["invite"][row].split())
    return _Planned(
        one,
        quadrant(power >= HIGH, interest >= HIGH),
        found if isinstance(found, str) else "",
        stand(support) if support is not None else "",
        tuple(themes),
    )


def _row(material: Material, rows: Rows, plan: _Planned) -> tuple[Cell, ...]:
    one = plan.organisation
    behind = material.behind([rows.interviews[row] for row in one.rows])
    themes = cells.listed(material.label(feeds.THEMES_INVITED, code) for code in plan.themes)
    return (
        cells.text(one.name, records=behind),
        cells.text(material.label(feeds.ORGANISATION_TYPE, one.kind)),
        cells.text(quadrant_words(plan.quadrant), n=len(one.rows)),
        cells.text(" ".join(_ways(plan)), n=len(one.rows)),
        cells.text(themes or "–", n=len(one.rows)),
        cells.count(len(one.rows), records=behind),
    )


def _ways(plan: _Planned) -> list[str]:
    """What to do, in sentences."""
    said = [
        {
            "manage closely": _("Invite to plan and decide together; agree on the agenda before the meeting."),
            "keep satisfied": _("Invite; ask early what it needs, and brief it shortly before each decision."),
            "keep informed": _("Invite for what it knows; send drafts and news, and give it time to speak."),
            "monitor": _("Send the results; look again at the next survey."),
        }[plan.quadrant]
    ]
    if plan.salience == "dependent":
        said.append(_("Find a partner with influence who speaks with it."))
    if plan.salience == "dangerous":
        said.append(_("Talk to it apart and early: it can block, and its role is not accepted."))
    if plan.stand == "against":
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
    silent = [plan.organisation.name for plan in invited if not plan.themes]
    if silent:
        text = _("Named no theme on which they would take part, so ask them: {names}.")
        said.append(Message(text.format(names=some(silent))))
    said.append(cells.warn(_("Only organisations that were asked are in the plan; add those that were not.")))
    return tuple(said)
