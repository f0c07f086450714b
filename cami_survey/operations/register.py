"""The register of organisations: who is the same as whom, as persons confirmed it. Verdicts travel as statements."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cami_survey.analysis.register import Verdict, shown_names

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cami_survey.store.api import SurveyFile

TOPIC = "register.organisation"


def verdicts(survey: SurveyFile) -> list[Verdict]:
    """What persons found of pairs of names, oldest first."""
    bodies = [statement.body for statement in survey.statements(TOPIC)]
    return [Verdict(body.get("one", ""), body.get("other", ""), body.get("shown", "")) for body in bodies]


def canonical(survey: SurveyFile) -> Mapping[str, str]:
    """The name by which each organisation with a confirmed match is shown, by its folded name."""
    return shown_names(verdicts(survey))
