"""Every analysis by chapter, in the order in which it is shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from cami_survey.analysis.material import Material
from cami_survey.analysis.results import Analysis
from cami_survey.analysis.subjects import importance, overview, standing
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
    importance.NAME: Subject(importance.title, _coverage, importance.importance),
}
