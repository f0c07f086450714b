"""What there is: interviews by form and country."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from cami_survey.analysis import cells
from cami_survey.analysis.factor import Numbers, crossed, parted
from cami_survey.analysis.material import Material
from cami_survey.analysis.results import Analysis, BarChart, Cell, Column, Figure, Message, ResultTable, Said
from cami_survey.base.form_words import form_title
from cami_survey.base.order import ordered
from cami_survey.base.texts import _, ngettext

NAME = "overview"


def title() -> str:
    """What the analysis is called."""
    return _("What there is")


def overview(material: Material) -> Analysis:
    """Finished interviews by form and country."""
    question = _("On how many interviews does everything rest, and where are they from?")
    if material.n == 0:
        return cells.nothing(NAME, title(), question, material, asked=True)
    forms = {form.form_id: form_title(form.title) for form in material.forms}
    interviews = material.interviews
    numbers, places = crossed(material.of(interviews.countries), material.of(interviews.forms))
    parts = parted(numbers, len(places))
    where = {place: material.indices[part] for place, part in zip(places, parts, strict=True)}
    there = [form for form in forms if any(at == form for _country, at in where)]
    countries = sorted(
        {country for country, _form in where}, key=lambda code: (code == "", ordered(_name(material, code)))
    )
    rows = tuple(_row(material, country, there, where) for country in countries)
    columns = (
        cells.name_column(_("Country")),
        *(Column(form, forms[form], "count") for form in there),
        cells.n_column(_("All")),
    )
    table = ResultTable("interviews", _("Interviews by country and form"), columns, rows)
    return Analysis(
        NAME, title(), question, material.n, (table,), (_figure(material, table),), _messages(material), _method()
    )


def told(analyses: Iterable[Analysis]) -> set[Said]:
    """The countries of which an overview among these analyses tells how many interviews are from there."""
    return {row[0].said for table in _tables(analyses) for row in table.rows if not row[-1].hidden}


def told_forms(analyses: Iterable[Analysis]) -> set[str]:
    """The ids of forms of which an overview among these analyses counts interviews from any country."""
    return {
        column.name
        for table in _tables(analyses)
        for at, column in enumerate(table.columns[1:-1], 1)
        if any(row[at].said for row in table.rows)
    }


def _tables(analyses: Iterable[Analysis]) -> Iterable[ResultTable]:
    return (table for analysis in analyses if analysis.name == NAME for table in analysis.tables)


def _name(material: Material, code: str) -> str:
    return cells.listed(map(material.country_label, code.split())) or _("country not told")


def _row(
    material: Material, country: str, forms: list[str], where: Mapping[tuple[str, ...], Numbers]
) -> tuple[Cell, ...]:
    found = [where.get((country, form), material.indices[:0]) for form in forms]
    counts = (cells.count(len(ones), records=material.behind(ones)) for ones in found)
    everyone = np.concatenate([material.indices[:0], *found])
    total = cells.count(len(everyone), records=material.behind(everyone))
    return (cells.text(_name(material, country), records=total.records), *counts, total)


def _figure(material: Material, table: ResultTable) -> Figure:
    lines = tuple(str(row[0].said) for row in table.rows)
    values = tuple(tuple(float(str(cell.said)) for cell in row[1:-1]) for row in table.rows)
    ns = tuple(int(str(row[-1].said)) for row in table.rows)
    chart = BarChart(lines, tuple(column.title for column in table.columns[1:-1]), values, ns)
    alt = "; ".join(f"{line}: {cells.whole(n)}" for line, n in zip(lines, ns, strict=True))
    return Figure("interviews", table.title, cells.interviews(material.n), chart, f"{table.title}. {alt}.")


def _messages(material: Material) -> tuple[Message, ...]:
    interviews = material.interviews
    days = sorted(filter(None, material.of(interviews.days).present()))
    countries = {part for text in material.of(interviews.countries).present() for part in text.split()}
    if len(days) == 1:
        text = ngettext(
            "{interviews} from {n} country, held on {first}.",
            "{interviews} from {n} countries, held on {first}.",
            len(countries),
        )
    else:
        text = ngettext(
            "{interviews} from {n} country, held between {first} and {last}.",
            "{interviews} from {n} countries, held between {first} and {last}.",
            len(countries),
        )
    first, last = (cells.day(days[0]), cells.day(days[-1])) if days else (_("unknown days"), _("unknown days"))
    said = [
        Message(
            text.format(interviews=cells.interviews(material.n), n=cells.whole(len(countries)), first=first, last=last),
            reach="team",
        )
    ]
    open_ = int(np.count_nonzero(interviews.conflicts[material.indices]))
    if open_:
        text = ngettext(
            "{n} interview has answers in conflict; they count as before the conflict until somebody settles it.",
            "{n} interviews have answers in conflict; they count as before the conflict until somebody settles it.",
            open_,
        )
        said.append(Message(text.format(n=cells.whole(open_)), "warn", reach="team"))
    said += cells.few_warning(material.n)
    return tuple(said)


def _method() -> str:
    return _(
        "Finished interviews only; drafts and deleted ones do not count. Nobody was drawn at random: figures speak for "
        "those who were asked, not for the population."
    )
