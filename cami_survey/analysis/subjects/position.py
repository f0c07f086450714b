"""For or against: the position of organisations by kind and country."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median

import numpy as np
from numpy.typing import NDArray

from cami_survey.analysis import cells, feeds
from cami_survey.analysis.material import Behind, Material, Rows
from cami_survey.analysis.results import Analysis, BarChart, Cell, Column, Figure, Message, ResultTable, Tone
from cami_survey.analysis.subjects.organisations import Ratings, Voices, said_by_each, voices
from cami_survey.analysis.subjects.standing import stakeholder_rows
from cami_survey.base.heeding import heeded
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


@dataclass(frozen=True, slots=True)
class _Voice:
    """An organisation with its kind and countries in words, and the median support of its respondents."""

    name: str
    kind: str
    countries: str
    support: float
    stand: str
    interviews: NDArray[np.int32]


def position(material: Material) -> Analysis:
    """Support for the measures, each organisation one voice, by kind and by country."""
    question = _("Who supports the measures, who opposes them?")
    rows = stakeholder_rows(material)
    found = voices(material, rows)
    support = Ratings(rows[feeds.SUPPORT], found.codes, len(found))
    columns = (found.names, found.kinds, _countries(material, rows, found), support.medians(), found.interviews)
    said = [
        _Voice(name, material.label(feeds.ORGANISATION_TYPE, kind), countries, value, stand(value), interviews)
        for name, kind, countries, value, interviews in heeded(zip(*columns, strict=True))
        if value is not None
    ]
    if not said:
        return cells.nothing(NAME, title(), question, material, asked=rows.asked)
    kinds, countries = _grouped((one.kind, one) for one in said), _grouped((one.countries, one) for one in said)
    tables = (
        _table(material, "kinds", _("By kind of organisation"), kinds),
        _table(material, "countries", _("By country"), countries),
    )
    method = _(
        "Support for CAMI measures from 1 (opposed) to 5 (strongly in favour), the median of the respondents of each "
        "organisation. Below 2.5 is against, from 3.5 on is for."
    )
    n = int(support.n.sum())
    return Analysis(NAME, title(), question, n, tables, (_figure(kinds),), _messages(said), method)


def _countries(material: Material, rows: Rows, found: Voices) -> list[str]:
    """The countries of each organisation in words, as they turn up."""
    words = {code: material.country_label(code) for code in rows["country"].present()}
    each = said_by_each(rows["country"], found.codes, len(found))
    return [cells.listed(words[code] for code in codes if code) or _("country not told") for codes in each]


Grouped = dict[str, list[_Voice]]


def _grouped(told: Iterable[tuple[str, _Voice]]) -> Grouped:
    groups: defaultdict[str, list[_Voice]] = defaultdict(list)
    for group, one in told:
        groups[group].append(one)
    return {group: groups[group] for group in sorted(groups)}


def _table(material: Material, name: str, title: str, told: Grouped) -> ResultTable:
    columns = (
        cells.name_column(title),
        cells.n_column(_("Organisations")),
        Column("against", _("Against"), "count"),
        Column("neutral", _("Neutral"), "count"),
        Column("for", _("For"), "count"),
        Column("median", _("Support (median)"), "number"),
    )
    return ResultTable(name, title, columns, tuple(_row(material, group, members) for group, members in told.items()))


def _row(material: Material, group: str, members: list[_Voice]) -> tuple[Cell, ...]:
    n = len(members)
    sides = [_of_stand(members, name) for name in STANDS]
    everyone = _behind(material, [one for side in sides for one in side])
    values = sorted(one.support for one in members)
    return (
        cells.text(group or _("kind not told"), records=everyone),
        cells.count(n, records=everyone),
        *(
            cells.count(len(side), n=n, records=_behind(material, side), tone=tone)
            for side, tone in zip(sides, TONES, strict=True)
        ),
        cells.figure(median(values), n, interval=cells.middle_half(values), records=everyone),
    )


def _of_stand(some: list[_Voice], stand: str) -> list[_Voice]:
    return [one for one in some if one.stand == stand]


def _behind(material: Material, some: list[_Voice]) -> Behind:
    return material.behind(np.concatenate([one.interviews for one in some]) if some else ())


def _figure(kinds: Grouped) -> Figure:
    lines = tuple(group or _("kind not told") for group in kinds)
    values = tuple(tuple(float(len(_of_stand(members, name))) for name in STANDS) for members in kinds.values())
    chart = BarChart(
        lines, (_("against"), _("neutral"), _("for")), values, tuple(int(sum(v)) for v in values), tones=TONES
    )
    n = sum(map(len, kinds.values()))
    subtitle = ngettext("{n} organisation, each one voice", "{n} organisations, each one voice", n).format(
        n=cells.whole(n)
    )
    parts = "; ".join(
        f"{line}: {', '.join(f'{word} {cells.whole(int(v))}' for word, v in zip(chart.series, said, strict=True) if v)}"
        for line, said in zip(lines, values, strict=True)
    )
    name = _("Support for the measures by kind of organisation")
    return Figure("kinds", name, subtitle, chart, f"{name}. {parts}.")


def _messages(told: list[_Voice]) -> tuple[Message, ...]:
    n = len(told)
    in_favour = sum(one.stand == "for" for one in told)
    against = [one.name for one in told if one.stand == "against"]
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
