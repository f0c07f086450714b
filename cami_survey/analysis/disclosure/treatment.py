"""What becomes of each question when answers leave for the public."""

from __future__ import annotations

from collections.abc import Container
from typing import Literal

from cami_survey.analysis.definitions import Question
from cami_survey.base.sealed import KNOWN

Treatment = Literal["kept", "class", "ends", "month", "place", "consent", "precision", "out"]
"""kept: as it is. class: left empty where too few people share it. ends: the highest and lowest numbers become equal.
month: the first day of its month. place: made coarse. consent: rows without a yes are left out. precision: how
precisely a place may be told. out: left out."""

PEOPLE = ("resp_sex", "sex", "age", "role", "lang", "org_type", "org_level")
WHERE = ("country", "adm1")
FINE_PLACES = frozenset({"adm2", "grid", "s_grid"})
CONSENTS = frozenset({"r_pub"})
PRECISION = "loc_prec"
MEDIA = frozenset({"image", "audio", "video", "file", "binary", "barcode"})
TRACES = frozenset({"geotrace", "geoshape"})
MARKS: dict[str, Treatment] = {"keep": "kept", "out": "out", "class": "class", "consent": "consent"}


def treatment(question: Question, *, of_people: bool, keep: Container[str] = ()) -> Treatment:
    """What happens to the answers. A form can say it itself, as `cami:disclosure` (keep, out, class, consent).

    `of_people`: the form asks what kind of person answers, so that where they live is part of what could find them.
    `keep`: names of questions whose answers a person decided to let go out as they are; private ones and those that ask
    who somebody is never do.
    """
    if question.private or question.identity:
        return "out"
    if question.name in keep:
        return "kept"
    if question.disclosure in MARKS:
        return MARKS[question.disclosure]
    return _by_name(question, of_people) or _by_kind(question)


def asks_people(questions: tuple[Question, ...]) -> bool:
    """Whether a form asks what kind of person answers."""
    return any(question.name in PEOPLE or question.disclosure == "class" for question in questions)


def order(question: Question) -> int:
    """The place of a question in the order in which classes are kept: what says least of a person first."""
    names = (*WHERE, *PEOPLE)
    return names.index(question.name) if question.name in names else len(names)


def _by_name(question: Question, of_people: bool) -> Treatment | None:
    if question.name in CONSENTS:
        return "consent"
    if question.name == PRECISION:
        return "precision"
    if question.name in FINE_PLACES or question.name in KNOWN:
        return "out"
    single = question.shape == "choice" and not question.repeats
    if of_people and single and question.name in (*PEOPLE, *WHERE):
        return "class"
    return None


def _by_kind(question: Question) -> Treatment:
    if question.shape == "computed" or question.quiet or question.type in MEDIA or question.type in TRACES:
        return "out"
    if question.type == "geopoint":
        return "place"
    match question.kind:
        case "choice" | "boolean":
            return "kept"
        case "integer" | "decimal":
            return "ends"
        case "date" | "datetime":
            return "month"
        case _:
            return "out"
