"""For or against: the position of organisations by kind and country."""

from __future__ import annotations

from statistics import median

from cami_survey.analysis import cells, feeds
from cami_survey.analysis.material import Material, Rows
from cami_survey.analysis.methods.stakeholders import positions
from cami_survey.analysis.results import Analysis, BarChart, Cell, Column, Figure, Message, ResultTable, Tone
from cami_survey.analysis.subjects.organisations import Organisation, levels, middle, organisations
from cami_survey.analysis.subjects.standing import stakeholder_rows
from cami_survey.base.texts import _, ngettext

NAME = "position"
STANDS = ("against", "neutral", "for")
TONES: tuple[Tone, ...] = ("bad", "quiet", "good")


def title() -> str:
    """What the analysis is called."""
    return _("Position")


def stand(value: float) -> str:
    """Which way a median support from 1 to 5 points: below 2.5 against, above 3.5 for (from 3.5 on)."""
    return "for" if value >= 3.5 else "neutral" if value >= 2.5 else "against"


def position(material: Material) -> Analysis:
    """Support for the measures, each organisation one voice, by kind and by country."""
    question = _("Who supports the measures, who opposes them?")
    rows = stakeholder_rows(material)
    voices = [(one, value) for one in organisations(material, rows) if (value := _support(rows, one)) is not None]
    if not voices:
        return cells.nothing(NAME, title(), question, material, asked=rows.asked)
    kinds = [(material.label(feeds.ORGANISATION_TYPE, one.kind), one, value) for one, value in voices]
    countries = [(_country(material, rows, one), one, value) for one, value in voices]
    tables = (
        _table(material, rows, "kinds", _("By kind of organisation"), kinds),
        _table(material, rows, "countries", _("By country"), countries),
    )
    method = _(
        "Support for CAMI measures from 1 (opposed) to 5 (strongly in favour), the median of the respondents of each "
        "organisation. Below 2.5 is against, from 3.5 on is for."
    )
    return Analysis(
        NAME,
        title(),
        question,
        sum(len(levels(rows["attitude"][row] for row in one.rows)) for one, _value in voices),
        tables,
        (_figure(kinds),),
        _messages(voices),
        method,
    )


def _support(rows: Rows, one: Organisation) -> float | None:
    return middle(rows["attitude"][row] for row in one.rows)


def _country(material: Material, rows: Rows, one: Organisation) -> str:
    found = dict.fromkeys(rows["country"][row] for row in one.rows if rows["country"][row])
    return cells.listed(map(material.country_label, found)) or _("country not told")


Told = list[tuple[str, Organisation, float]]


def _table(material: Material, rows: Rows, name: str, title: str, told: Told) -> ResultTable:
    columns = (
        cells.name_column(title),
        cells.n_column(_("Organisations")),
        Column("against", _("Against"), "count"),
        Column("neutral", _("Neutral"), "count"),
        Column("for", _("For"), "count"),
        Column("median", _("Support (median)"), "number"),
    )
    counted = positions((group, "", stand(value)) for group, _one, value in told)
    lines = []
    for group, _country in counted:
        members = [(one, value) for other, one, value in told if other == group]
        lines.append(_row(material, rows, group, members))
    return ResultTable(name, title, columns, tuple(lines))


def _row(material: Material, rows: Rows, group: str, members: list[tuple[Organisation, float]]) -> tuple[Cell, ...]:
    n = len(members)
    interviews = {
        name: [rows.interviews[row] for one, value in members if stand(value) == name for row in one.rows]
        for name in STANDS
    }
    everyone = material.behind([one for found in interviews.values() for one in found])
    values = sorted(value for _one, value in members)
    return (
        cells.text(group or _("kind not told"), records=everyone),
        cells.count(n, records=everyone),
        *(
            cells.count(
                sum(stand(value) == name for value in values), n=n, records=material.behind(interviews[name]), tone=tone
            )
            for name, tone in zip(STANDS, TONES, strict=True)
        ),
        cells.figure(median(values), n, interval=cells.middle_half(values), records=everyone),
    )


def _figure(kinds: Told) -> Figure:
    counted = positions((group, "", stand(value)) for group, _one, value in kinds)
    lines = tuple(group or _("kind not told") for group, _country in counted)
    values = tuple(tuple(float(counts.get(name, 0)) for name in STANDS) for counts in counted.values())
    chart = BarChart(
        lines, (_("against"), _("neutral"), _("for")), values, tuple(int(sum(v)) for v in values), tones=TONES
    )
    n = len(kinds)
    subtitle = ngettext("{n} organisation, each one voice", "{n} organisations, each one voice", n).format(
        n=cells.whole(n)
    )
    parts = "; ".join(
        f"{line}: {', '.join(f'{word} {cells.whole(int(v))}' for word, v in zip(chart.series, said, strict=True) if v)}"
        for line, said in zip(lines, values, strict=True)
    )
    name = _("Support for the measures by kind of organisation")
    return Figure("kinds", name, subtitle, chart, f"{name}. {parts}.")


def _messages(voices: list[tuple[Organisation, float]]) -> tuple[Message, ...]:
    n = len(voices)
    in_favour = sum(stand(value) == "for" for _one, value in voices)
    against = [one.name for one, value in voices if stand(value) == "against"]
    text = ngettext(
        "{number} of {n} organisation is in favour of the measures.",
        "{number} of {n} organisations are in favour of the measures.",
        n,
    )
    said = [Message(text.format(number=cells.whole(in_favour), n=cells.whole(n)))]
    if against:
        text = _("Opposed, so their objections have to be heard before the meeting: {names}.")
        said.append(Message(text.format(names=cells.listed(against))))
    else:
        said.append(cells.warn(_("Nobody said to be opposed: opponents may not have been asked, or not say so.")))
    said += cells.few_warning(n)
    return tuple(said)
