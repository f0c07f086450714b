"""Two exports for the public side by side: what one leaves out of the other can be worked out by subtraction."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from cami_survey.base.notices import Notice
from cami_survey.base.numbers import whole
from cami_survey.base.texts import _, ngettext

if TYPE_CHECKING:
    from cami_survey.analysis.material import Scope
    from cami_survey.operations.disclosure import Export
    from cami_survey.operations.export_filters import Filter
    from cami_survey.store.api import SurveyFile

NAMED = 3
Limits = Mapping[str, str]


def limits_of_paper(scope: Scope | None) -> dict[str, str]:
    """What a paper is limited to, as a record of exports keeps it: only what limits."""
    if scope is None:
        return {}
    said = {
        "countries": " ".join(sorted(scope.countries)),
        "since": scope.since or "",
        "until": scope.until or "",
        "group": scope.group,
        "species": " ".join(sorted(scope.species)),
        "review": scope.review,
    }
    return {name: text for name, text in said.items() if text}


def limits_of_answers(only: Filter, columns: Sequence[str] = ()) -> dict[str, str]:
    """What an export of answers is limited to, in the same words as a paper."""
    said = {
        "countries": " ".join(sorted(code.upper() for code in only.countries)),
        "since": only.since.isoformat() if only.since else "",
        "until": only.until.isoformat() if only.until else "",
        "questions": " ".join(sorted(columns)),
    }
    return {name: text for name, text in said.items() if text}


def warnings(survey: SurveyFile, forms: Sequence[str], limits: Limits, interviews: int) -> tuple[Notice, ...]:
    """What to beware of, then each earlier export for the public of other interviews than one with these limits.

    The newest come first; of several alike the newest is named, of many only so many are. One that says nothing of the
    same forms is not beside it. Nothing where there is none.
    """
    from cami_survey.operations.disclosure import exports

    told: dict[tuple[object, ...], str] = {}
    for before in reversed(exports(survey)):
        if before.level != "public" or not set(before.forms) & set(forms):
            continue
        differing = tuple(_differing(before, forms, limits, interviews))
        if differing:
            told.setdefault(differing, _sentence(before, differing))
    if not told:
        return ()
    sentences = list(told.values())
    further = len(sentences) - NAMED
    if further > 0:
        text = ngettext(
            "and {n} more.",
            "and {n} more.",
            further,
        )
        sentences[NAMED:] = [text.format(n=whole(further))]
    beware = _(
        "Something left for the public before with other limits. Who lays both side by side can subtract one from the "
        "other and learn what few people said: read them together first, or give this one the same limits."
    )
    return tuple(Notice("disclosure.beside", text, "warning") for text in (beware, *sentences))


def in_words(limits: Limits) -> str:
    """What an export is limited to; empty where nothing limits it."""
    titles = _titles()
    return "; ".join(f"{titles[name]}: {text}" for name, text in limits.items() if name in titles)


def _differing(before: Export, forms: Sequence[str], limits: Limits, interviews: int) -> Iterator[str]:
    if before.limits is None:
        yield _("its limits were not noted")
        return
    for name, title in _titles().items():
        then, now = before.limits.get(name, ""), limits.get(name, "")
        if then != now:
            yield _("{what}: {then} there, {now} here").format(what=title, then=then or _("all"), now=now or _("all"))
    if set(before.forms) != set(forms):
        yield _("{what}: {then} there, {now} here").format(
            what=_("forms"), then=" ".join(sorted(before.forms)), now=" ".join(sorted(set(forms)))
        )
    if before.interviews != interviews:
        yield _("{what}: {then} there, {now} here").format(
            what=_("interviews"), then=whole(before.interviews), now=whole(interviews)
        )


def _sentence(before: Export, differing: Sequence[str]) -> str:
    from cami_survey.analysis.cells import day

    return _("{name} of {day}: {what}.").format(
        name=before.name, day=day(before.made.date().isoformat()), what="; ".join(differing)
    )


def _titles() -> dict[str, str]:
    return {
        "countries": _("countries"),
        "since": _("from this day"),
        "until": _("to this day"),
        "group": _("respondents"),
        "species": _("species"),
        "review": _("state of review"),
        "questions": _("questions"),
    }
