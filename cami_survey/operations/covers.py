"""The cover of a paper: on which interviews it rests and by what they were chosen, as far as its readers may know."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from cami_survey.analysis import cells
from cami_survey.analysis.subjects import overview
from cami_survey.base.form_words import form_title
from cami_survey.base.numbers import whole
from cami_survey.base.texts import _

if TYPE_CHECKING:
    from cami_survey.analysis.disclosure.microdata import Rules
    from cami_survey.analysis.material import Material, Scope
    from cami_survey.analysis.results import Analysis
    from cami_survey.base.clock import Clock
    from cami_survey.store.api import SurveyFile

Lines = Iterator[tuple[str, str]]


def cover(
    survey: SurveyFile, material: Material, analyses: Sequence[Analysis], public: Rules | None, clock: Clock
) -> Lines:
    """Pairs of a heading and what is in it. `analyses` are those of the paper, as its readers see them."""
    from cami_survey import __version__

    shown = analyses if public else ()
    yield _("Interviews"), number_of(material.n, public)
    yield _("Countries"), _countries(material, shown)
    yield _("Forms"), _forms(material, shown)
    yield (_("Months"), _months(material, public)) if public else (_("Days"), _days(material))
    yield from _limits(material)
    yield _("Survey"), f"{survey.title} ({survey.path.name})"
    yield (
        _("Made"),
        _("{day} by CAMI Survey {version}").format(day=cells.day(clock().date().isoformat()), version=__version__),
    )


def number_of(interviews: int, public: Rules | None) -> str:
    """How many interviews there are, as far as readers may know."""
    if public is not None and 0 < interviews < public.k:
        return _("fewer than {k}").format(k=whole(public.k))
    return whole(interviews)


def _limits(material: Material) -> Lines:
    """What the interviews were chosen by, besides country and form."""
    scope = material.scope
    if period := _period(scope):
        yield _("Only"), period
    if scope.species:
        yield _("Species"), cells.listed(map(material.species_label, scope.species))
    if scope.group:
        yield _("Respondents"), _group(material)
    if scope.review:
        from cami_survey.operations.reviews import state_name

        yield _("State of review"), _("not reviewed") if scope.review == "none" else state_name(scope.review)


def _period(scope: Scope) -> str:
    low, high = (cells.day(one) if one else "" for one in (scope.since, scope.until))
    if low and high:
        return _("{low} to {high}").format(low=low, high=high)
    if low:
        return _("from {day} on").format(day=low)
    return _("to {day}").format(day=high) if high else ""


def _group(material: Material) -> str:
    """The kind of respondent in words; it may have been asked for by its code alone."""
    group = material.scope.group
    found = (kind for kind in set(material.interviews.groups) if group in (kind, kind.rpartition("/")[2]))
    name, _slash, code = min(found, default=group).partition("/")
    return material.label(name, code) if code else group


def _countries(material: Material, shown: Sequence[Analysis]) -> str:
    """Where the interviews are from; for the public, whose analyses are `shown`, as far as these tell how many are from
    there: a country that is named while its number is hidden would say that it is small."""
    found = {code for text in material.of(material.interviews.countries) for code in text.split()}
    names = [material.country_label(code) for code in sorted(found)]
    if not shown or len(material.scope.countries) == 1:
        return cells.listed(names) or "–"
    told = overview.told(shown)
    return _known(names, [name for name in names if name in told])


def _forms(material: Material, shown: Sequence[Analysis]) -> str:
    """What was asked by; for the public, whose analyses are `shown`, as far as these tell of interviews by it."""
    titles = {form.form_id: form_title(form.title) for form in material.forms}
    found = sorted(set(material.of(material.interviews.forms)))
    if shown and len(material.scope.forms) != 1:
        told = overview.told_forms(shown)
        return _known([titles[form] for form in found], [titles[form] for form in found if form in told])
    return cells.listed(map(titles.__getitem__, found)) or "–"


def _known(names: Sequence[str], told: Sequence[str]) -> str:
    """The names that may be told, and that there are others; nothing where none may."""
    if not told:
        return "–"
    return cells.listed([*told, *([_("others")] if len(told) < len(names) else [])])


def _days(material: Material) -> str:
    days = sorted(filter(None, material.of(material.interviews.days)))
    if not days:
        return "–"
    low, high = cells.day(days[0]), cells.day(days[-1])
    return low if low == high else _("{low} to {high}").format(low=low, high=high)


def _months(material: Material, public: Rules) -> str:
    """Between which months the interviews were held, of those months that have enough of them."""
    counted = Counter(day[:7] for day in material.of(material.interviews.days) if day)
    months = sorted(month for month, n in counted.items() if n >= public.k)
    if not months:
        return "–"
    low, high = cells.day(months[0]), cells.day(months[-1])
    return low if low == high else _("{low} to {high}").format(low=low, high=high)
