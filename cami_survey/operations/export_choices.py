"""What an export can be narrowed to: the countries, questions and groups of the forms of a survey."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cami_survey.base.texts import _
from cami_survey.operations.export_filters import COUNTRY_NAMES
from cami_survey.operations.exports import definitions_of
from cami_survey.operations.forms import form_of

if TYPE_CHECKING:
    from cami_survey.store.api import SurveyFile


@dataclass(frozen=True, slots=True)
class Choosable:
    """Something to narrow an export to: `key` as a profile has it, and what people read of it."""

    key: str
    label: str
    about: str


def countries(survey: SurveyFile, forms: Sequence[str], language: str = "") -> list[Choosable]:
    """The countries that questions of these forms offer, by what they are called."""
    from cami_survey.analysis.columns import text_in

    found: dict[str, Choosable] = {}
    for form_id in forms:
        for definition in definitions_of(survey, form_id):
            for question in definition.questions:
                for choice in question.choices if question.name in COUNTRY_NAMES else ():
                    label = " ".join(text_in(choice.labels, language).split()) or choice.code
                    found.setdefault(choice.code.casefold(), Choosable(choice.code, label, choice.code))
    return sorted(found.values(), key=lambda one: one.label.casefold())


def columns(survey: SurveyFile, forms: Sequence[str], language: str = "") -> list[Choosable]:
    """The groups and questions of these forms in their order; what has one name in several forms is there once.

    Private answers are not among them, nor what nobody answers: no export has them.
    """
    found: dict[str, Choosable] = {}
    for form_id in forms:
        for one in _columns(survey, form_id, language):
            found.setdefault(one.key, one)
    return list(found.values())


def _columns(survey: SurveyFile, form_id: str, language: str) -> Iterator[Choosable]:
    from cami_survey.analysis.columns import text_in

    newest, *_older = definitions_of(survey, form_id)
    questions = {question.path: question for question in newest.questions}
    form = form_of(survey, form_id, newest.version)
    spoken = newest.language(language)
    for node in form.nodes:
        question = questions.get(node.path)
        if question is not None and not question.private and not question.quiet:
            label = " ".join(text_in(question.labels, language).split())
            yield Choosable(node.name, label or node.name, f"{node.name} · {newest.title}")
        elif node.kind in ("group", "repeat") and (label := " ".join(node.label(spoken).split())):
            kind = _("group") if node.kind == "group" else _("repeat")
            yield Choosable(node.name, label, f"{node.name} · {kind} · {newest.title}")
