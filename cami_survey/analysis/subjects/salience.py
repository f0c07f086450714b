"""Classes of stakeholders by power, legitimacy and urgency."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cami_survey.analysis import cells, feeds
from cami_survey.analysis.material import Material, Rows
from cami_survey.analysis.methods.findings import TooFew
from cami_survey.analysis.methods.stakeholders import SALIENT
from cami_survey.analysis.methods.stakeholders import salience as classes
from cami_survey.analysis.results import Analysis, BarChart, Cell, Column, Figure, Message, ResultTable
from cami_survey.analysis.subjects.organisations import Ratings, Voices, rated, voices
from cami_survey.analysis.subjects.standing import some, stakeholder_rows
from cami_survey.base.heeding import heeded
from cami_survey.base.texts import _, ngettext

NAME = "salience"
CLASSES = (
    "definitive",
    "dominant",
    "dangerous",
    "dependent",
    "dormant",
    "discretionary",
    "demanding",
    "non-stakeholder",
)


def title() -> str:
    """What the analysis is called."""
    return _("Salience")


def class_words(name: str) -> str:
    """A class as people read it, with what makes it."""
    return {
        "definitive": _("definitive (power, legitimacy, urgency)"),
        "dominant": _("dominant (power, legitimacy)"),
        "dangerous": _("dangerous (power, urgency)"),
        "dependent": _("dependent (legitimacy, urgency)"),
        "dormant": _("dormant (power)"),
        "discretionary": _("discretionary (legitimacy)"),
        "demanding": _("demanding (urgency)"),
        "non-stakeholder": _("none of the three"),
    }[name]


def classed(rows: Rows, found: Voices) -> list[str | None]:
    """The class of each organisation by the medians of its respondents who rated all three; None where nobody did."""
    complete = np.logical_and.reduce([rated(rows[name]) > 0 for name in feeds.SALIENCE])
    columns = [Ratings(rows[name], found.codes, len(found), complete) for name in feeds.SALIENCE]
    there = zip(*((column.middle >= SALIENT).tolist() for column in columns), strict=True)
    return [classes(*one) if n else None for one, n in zip(there, columns[0].n.tolist(), strict=True)]


@dataclass(frozen=True, slots=True)
class _Classed:
    """An organisation with its class, None where nobody rated all three; and of each rating the median and how many."""

    name: str
    salience: str | None
    medians: tuple[float | None, ...]
    ns: tuple[int, ...]
    respondents: int
    interviews: NDArray[np.int32]


def salience(material: Material) -> Analysis:
    """Every organisation with its class."""
    question = _("Whose claims cannot be passed over?")
    rows = stakeholder_rows(material)
    found = _rated(rows, voices(material, rows))
    counts = Counter(one.salience for one in found if one.salience is not None)
    if not counts:
        return cells.nothing(NAME, title(), question, material, asked=rows.asked)
    words = {name: class_words(name) for name in counts}
    table = ResultTable(
        "organisations",
        _("Organisations"),
        (
            cells.name_column(_("Organisation")),
            Column("power", _("Influence"), "number"),
            Column("legitimacy", _("Legitimacy"), "number"),
            Column("urgency", _("Urgency"), "number"),
            Column("class", _("Class")),
        ),
        tuple(_row(material, one, words) for one in heeded(found)),
    )
    method = _(
        "Classes of Mitchell, Agle and Wood (1997): an organisation has power, legitimacy or urgency where the median "
        "of its respondents is 4 or 5. Respondents who did not rate all three do not count."
    )
    n = sum(one.respondents for one in found if one.salience is not None)
    return Analysis(NAME, title(), question, n, (table,), (_figure(counts),), _messages(found, counts), method)


def _rated(rows: Rows, found: Voices) -> list[_Classed]:
    """The organisations of which somebody rated anything, by class, and then by name."""
    columns = [Ratings(rows[name], found.codes, len(found)) for name in feeds.SALIENCE]
    medians = zip(*(column.medians() for column in columns), strict=True)
    ns = zip(*(column.n.tolist() for column in columns), strict=True)
    told = zip(found.names, classed(rows, found), medians, ns, found.interviews, strict=True)
    rated = [_Classed(name, one, said, many, len(those), those) for name, one, said, many, those in told if any(many)]
    places = {name: place for place, name in enumerate((*CLASSES, None))}
    return sorted(rated, key=lambda one: (places[one.salience], one.name))


def _row(material: Material, one: _Classed, words: Mapping[str, str]) -> tuple[Cell, ...]:
    behind = material.behind(one.interviews)
    said = TooFew("no data", 0) if one.salience is None else words[one.salience]
    return (
        cells.text(one.name, records=behind),
        *(cells.figure(value, n, records=behind) for value, n in zip(one.medians, one.ns, strict=True)),
        Cell(said, one.respondents, tone="notable" if one.salience == "definitive" else "", records=behind),
    )


def _figure(counts: Counter[str]) -> Figure:
    names = [name for name in CLASSES if counts[name]]
    chart = BarChart(
        tuple(map(class_words, names)),
        (_("Organisations"),),
        tuple((float(counts[name]),) for name in names),
        tuple(counts[name] for name in names),
    )
    alt = "; ".join(f"{class_words(name)}: {cells.whole(counts[name])}" for name in names)
    n = counts.total()
    subtitle = ngettext("{n} organisation", "{n} organisations", n).format(n=cells.whole(n))
    name = _("Organisations by class")
    return Figure("classes", name, subtitle, chart, f"{name}. {alt}.")


def _messages(found: list[_Classed], counts: Counter[str]) -> tuple[Message, ...]:
    said = []
    definitive = [one.name for one in found if one.salience == "definitive"]
    if definitive:
        text = _("Power, legitimacy and urgency together: {names}. Their claims come first.")
        said.append(Message(text.format(names=some(definitive))))
    dependent = [one.name for one in found if one.salience == "dependent"]
    if dependent:
        text = _("Legitimate and urgent, but without power, so somebody has to speak with them: {names}.")
        said.append(Message(text.format(names=some(dependent))))
    if not said:
        common = next(name for name in CLASSES if counts[name] == max(counts.values()))
        text = _("Most often: {name}, {n} of {all}.")
        said.append(
            Message(
                text.format(name=class_words(common), n=cells.whole(counts[common]), all=cells.whole(counts.total()))
            )
        )
    said.append(cells.warn(_("Organisations rated themselves: power and legitimacy may look different to others.")))
    return tuple(said)
