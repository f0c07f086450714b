"""Every analysis by chapter, in the order in which it is shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from cami_survey.analysis.material import Material
from cami_survey.analysis.results import Analysis
from cami_survey.analysis.subjects import (
    adequacy,
    attitudes,
    comparison,
    coverage,
    free_lists,
    importance,
    knowledge,
    links,
    losses,
    meetings,
    overview,
    participation,
    piles,
    position,
    programme,
    quality,
    rankings,
    salience,
    sensitive,
    standing,
    threat_rating,
)
from cami_survey.base.texts import _


@dataclass(frozen=True, slots=True)
class Subject:
    """One analysis. Title and chapter are looked up in the program's language when they are shown."""

    title: Callable[[], str]
    chapter: Callable[[], str]
    analyse: Callable[[Material], Analysis]


def _overview() -> str:
    return _("Overview")


def _stakeholders() -> str:
    return _("Stakeholders")


def _threats() -> str:
    return _("Threats")


def _coverage() -> str:
    return _("Coverage")


def _knowledge() -> str:
    return _("Herder knowledge")


def _losses() -> str:
    return _("Losses")


def _quality() -> str:
    return _("Data quality")


SUBJECTS: Mapping[str, Subject] = {
    overview.NAME: Subject(overview.title, _overview, overview.overview),
    standing.NAME: Subject(standing.title, _stakeholders, standing.power_interest),
    salience.NAME: Subject(salience.title, _stakeholders, salience.salience),
    position.NAME: Subject(position.title, _stakeholders, position.position),
    links.NAME: Subject(links.title, _stakeholders, links.links),
    participation.NAME: Subject(participation.title, _stakeholders, participation.participation),
    threat_rating.NAME: Subject(threat_rating.title, _threats, threat_rating.threat_rating),
    free_lists.NAME: Subject(free_lists.title, _threats, free_lists.free_lists),
    piles.NAME: Subject(piles.title, _threats, piles.piles),
    meetings.NAME: Subject(meetings.title, _threats, meetings.meetings),
    coverage.NAME: Subject(coverage.title, _coverage, coverage.coverage),
    adequacy.NAME: Subject(adequacy.title, _coverage, adequacy.adequacy),
    importance.NAME: Subject(importance.title, _coverage, importance.importance),
    programme.NAME: Subject(programme.title, _coverage, programme.programme),
    rankings.NAME: Subject(rankings.title, _coverage, rankings.themes),
    knowledge.RECOGNITION: Subject(knowledge.recognition_title, _knowledge, knowledge.recognition),
    knowledge.BARRIERS: Subject(knowledge.barriers_title, _knowledge, knowledge.barriers),
    attitudes.NAME: Subject(attitudes.title, _knowledge, attitudes.attitudes),
    comparison.NAME: Subject(comparison.title, _knowledge, comparison.comparison),
    sensitive.NAME: Subject(sensitive.title, _knowledge, sensitive.sensitive),
    losses.NAME: Subject(losses.title, _losses, losses.losses),
    losses.NEEDS: Subject(losses.needs_title, _losses, losses.needs),
    quality.NAME: Subject(quality.title, _quality, quality.quality),
    quality.CONTROL: Subject(quality.control_title, _quality, quality.control_cards),
}
