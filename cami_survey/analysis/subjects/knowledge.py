"""What herders know of wild animals: recognised, last seen, more or fewer; and what stands in the animals' way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from cami_survey.analysis import cells, feeds
from cami_survey.analysis.factor import Factor, Mask, Numbers, different, once_each, shared_out, turned_up
from cami_survey.analysis.material import Material, Rows, is_answer
from cami_survey.analysis.results import Analysis, BarChart, Cell, Column, Figure, Message, ResultTable
from cami_survey.base.heeding import heed
from cami_survey.base.order import ordered
from cami_survey.base.texts import _
from cami_survey.reference.species import absent_from

RECOGNITION, BARRIERS = "recognition", "barriers"
KNOWN, YEAR = frozenset({"right", "help"}), frozenset({"m1", "m12"})
FEWER, MORE, SAME = frozenset({"dec", "gone"}), frozenset({"inc", "new"}), frozenset({"stable", "fluct"})
BLOCKED = frozenset({"never", "die"})


def recognition_title() -> str:
    """What the analysis of cards is called."""
    return _("Wild animals")


def barriers_title() -> str:
    """What the analysis of barriers is called."""
    return _("Barriers")


@cache
def controls(country: str) -> frozenset[str]:
    """The species that certainly do not occur in a country: their cards are controls."""
    return frozenset(absent_from(country))


def are_controls(species: Factor, countries: Factor) -> Mask:
    """Which cards are controls, since their species certainly does not occur in the country."""
    absent = [code in controls(country) for country in countries.levels for code in species.levels]
    known = np.array(absent, np.bool_).reshape(len(countries.levels), len(species.levels))
    return known[countries.codes, species.codes]


def card_rows(material: Material) -> Rows:
    """The picture cards as they were shown."""
    return material.rows(*feeds.CARDS, optional=("last_seen", "tr10", "id_conf"), main=("country", "interviewer"))


@dataclass(frozen=True, slots=True, eq=False)
class _Animal:
    """One species: the interviews in which its card was shown, recognised and so on."""

    shown: Numbers
    known: Numbers
    seen: Numbers
    asked_seen: Numbers
    trends: Mapping[str, Numbers]
    unsure: int

    @property
    def told(self) -> Numbers:
        """Those who could say a trend."""
        return np.concatenate(list(self.trends.values()))


def recognition(material: Material) -> Analysis:
    """By species: recognised, seen within a year, trend over ten years; control cards do not count."""
    question = _("Which animals do herders know, when were they last seen, are they more or fewer?")
    rows = card_rows(material)
    animals = _animals(rows)
    if not animals:
        return cells.nothing(RECOGNITION, recognition_title(), question, material, asked=rows.asked)
    order = sorted(animals, key=lambda code: (-len(animals[code].shown), ordered(material.species_label(code))))
    columns = (
        cells.name_column(_("Species")),
        cells.n_column(_("Cards shown")),
        Column("known", _("Recognised"), "percent", additive=False),
        Column("seen", _("Seen within a year"), "percent", additive=False),
        Column("fewer", _("Fewer than ten years ago"), "percent"),
        Column("same", _("As many"), "percent"),
        Column("more", _("More now"), "percent"),
        Column("unsure", _("Trend not known"), "count", reach="team"),
    )
    table = ResultTable(
        "species",
        _("Species by cards"),
        columns,
        tuple(_animal(material, code, animals[code]) for code in order),
    )
    n = _asked(animals)
    method = _(
        "Cards of species that do not occur in the country are controls and do not count here. Seen and trend are "
        "shares of those who recognised the animal and could say. Intervals are as wide as if each camp or district "
        "had answered once. Reports of single herders are no proof of presence."
    )
    told = [code for code in order if len(animals[code].told) >= cells.FEW]
    figures = (_trend_figure(material, told, animals, n),) if told else ()
    return Analysis(
        RECOGNITION,
        recognition_title(),
        question,
        n,
        (table,),
        figures,
        _animal_messages(material, animals),
        method,
    )


def _animals(rows: Rows) -> dict[str, _Animal]:
    """What was said of each species, in the order in which they turn up."""
    species = rows["sp"]
    counted = np.flatnonzero(
        rows["id_res"].where(bool) & species.where(is_answer) & ~are_controls(species, rows["country"])
    )
    known = rows["id_res"].among(KNOWN)
    said = rows["last_seen"].where(is_answer)
    lately = rows["last_seen"].among(YEAR)
    ways = {"fewer": FEWER, "same": SAME, "more": MORE}
    trends = {way: rows["tr10"].among(codes) for way, codes in ways.items()}
    found = {}
    for code, part in species.take(counted).parts().items():
        heed()
        shown = counted[part]
        these = shown[known[shown]]
        told = {way: rows.interviews[these[mask[these]]] for way, mask in trends.items()}
        found[code] = _Animal(
            rows.interviews[shown],
            rows.interviews[these],
            rows.interviews[these[said[these] & lately[these]]],
            rows.interviews[these[said[these]]],
            told,
            len(these) - sum(map(len, told.values())),
        )
    return found


def _asked(animals: Mapping[str, _Animal]) -> int:
    """How many herders saw a card."""
    return len(different(np.concatenate([animal.shown for animal in animals.values()])))


def _animal(material: Material, code: str, animal: _Animal) -> tuple[Cell, ...]:
    told = animal.told
    return (
        cells.text(material.species_label(code), records=material.behind(animal.shown)),
        cells.count(len(animal.shown), records=material.behind(animal.shown)),
        cells.share_of(material, animal.known, animal.shown),
        cells.share_of(material, animal.seen, animal.asked_seen),
        *(cells.share_of(material, ones, told) for ones in animal.trends.values()),
        cells.count(animal.unsure),
    )


def _trend_figure(material: Material, order: Sequence[str], animals: dict[str, _Animal], n: int) -> Figure:
    lines = tuple(material.species_label(code) for code in order)
    values = tuple(
        tuple(len(ones) / len(animals[code].told) for ones in animals[code].trends.values()) for code in order
    )
    ns = tuple(len(animals[code].told) for code in order)
    chart = BarChart(
        lines, (_("fewer"), _("as many"), _("more")), values, ns, "percent", tones=("bad", "quiet", "good")
    )
    name = _("More or fewer than ten years ago")
    subtitle = _("Shares of herders who know the animal and could say; {interviews}").format(
        interviews=cells.interviews(n)
    )
    alt = "; ".join(f"{line}: {chart.series[0]} {cells.percent(v[0])}" for line, v in zip(lines, values, strict=True))
    return Figure("trends", name, subtitle, chart, f"{name}. {alt}.")


def _animal_messages(material: Material, animals: dict[str, _Animal]) -> tuple[Message, ...]:
    said = []
    asked = _asked(animals)
    falling = [
        code
        for code, animal in animals.items()
        if len(animal.told) >= cells.FEW and 2 * len(animal.trends["fewer"]) > len(animal.told)
    ]
    falling.sort(key=lambda code: -len(animals[code].trends["fewer"]) / len(animals[code].told))
    if falling:
        text = _("More than half of those who could say find fewer than ten years ago: {names}.")
        names = cells.listed(
            _("{species} ({count} of {n})").format(
                species=material.species_label(code),
                count=cells.whole(len(animals[code].trends["fewer"])),
                n=cells.whole(len(animals[code].told)),
            )
            for code in falling
        )
        sides = (cells.fewest(len(animals[code].trends["fewer"]), len(animals[code].told)) for code in falling)
        said.append(Message(text.format(names=names), n=min(sides)))
    few = [code for code, animal in animals.items() if 0 < len(animal.told) < cells.FEW]
    if few:
        text = _("Fewer than {few} herders could tell a trend, so none is said: {names}.")
        names = cells.listed(map(material.species_label, few))
        said.append(cells.warn(text.format(few=cells.whole(cells.FEW), names=names)))
    said.append(cells.beside(_("These are views of herders, not counts of animals."), asked))
    return tuple(said)


# -- barriers


@dataclass(frozen=True, slots=True, eq=False)
class _Barrier:
    """One kind of barrier: the interviews in which it is named, in which somebody could say whether animals can cross,
    and in which they cannot; and how often each species is affected."""

    named: Numbers
    told: Numbers
    blocked: Numbers
    species: Counter[str]


def barriers(material: Material) -> Analysis:
    """Barriers by how many name them, whether animals can cross, and which species they stop."""
    question = _("What stands in the way of wild animals?")
    rows = material.rows(*feeds.BARRIERS, optional=("bar_sp",))
    everyone = material.rows("barriers")
    asked = everyone.interviews[everyone["barriers"].where(is_answer)]
    if not len(asked):
        return cells.nothing(BARRIERS, barriers_title(), question, material, asked=rows.asked or everyone.asked)
    found = _named(material, rows, asked)
    order = sorted(found, key=lambda kind: (-len(found[kind].named), kind))
    columns = (
        cells.name_column(_("Barrier")),
        Column("named", _("Named by"), "percent", additive=False),
        cells.n_column(_("Herders who named it"), additive=False),
        Column("blocked", _("Cannot cross, or die there"), "percent", additive=False),
        Column("species", _("Species affected most")),
    )
    table = ResultTable(
        "barriers",
        barriers_title(),
        columns,
        tuple(
            (
                cells.text(_label(material, kind), records=(those := material.behind(one.named))),
                cells.share_of(material, one.named, asked),
                cells.count(len(one.named), records=those),
                cells.share_of(material, one.blocked, one.told),
                cells.text(_most(material, one.species), n=min(_affected(one.species).values(), default=None)),
            )
            for kind, one in ((kind, found[kind]) for kind in order)
        ),
    )
    chart = BarChart(
        tuple(_label(material, kind) for kind in order),
        (_("Named by"),),
        tuple((len(found[kind].named) / len(asked),) for kind in order),
        (len(asked),) * len(order),
        "percent",
    )
    alt = "; ".join(f"{line}: {cells.percent(v[0])}" for line, v in zip(chart.lines, chart.values, strict=True))
    figure = Figure(
        "barriers", _("Barriers that herders name"), cells.interviews(len(asked)), chart, f"{barriers_title()}. {alt}."
    )
    said = cells.few_warning(len(asked))
    if order and len(asked) >= cells.FEW:
        text = _(
            "Named most: {name}, by {n} of {all} herders; {blocked} of {told} who could say hold that animals cannot "
            "cross it or die there."
        )
        first = found[order[0]]
        said.append(
            Message(
                text.format(
                    name=_label(material, order[0]),
                    n=cells.whole(len(first.named)),
                    all=cells.whole(len(asked)),
                    blocked=cells.whole(len(first.blocked)),
                    told=cells.whole(len(first.told)),
                )
            )
        )
    method = _(
        "Shares of all herders who answered the question, those who named none included. Intervals are as wide as if "
        "each camp or district had answered once."
    )
    return Analysis(BARRIERS, barriers_title(), question, len(asked), (table,), (figure,), tuple(said), method)


def _named(material: Material, rows: Rows, asked: Numbers) -> dict[str, _Barrier]:
    """Each kind of barrier that somebody named who was `asked`; what they say first of one counts."""
    kinds, affected = rows["bar_type"], rows["bar_sp"]
    given = np.flatnonzero(kinds.where(is_answer) & material.among(asked)[rows.interviews])
    first = given[once_each(kinds.codes[given], rows.interviews[given])]
    said = rows["bar_cross"].where(is_answer)
    blocked = rows["bar_cross"].among(BLOCKED)
    found = {}
    for kind, these in zip(kinds.levels, shared_out(first, kinds.take(first).tally()), strict=True):
        heed()
        if len(these):
            told = these[said[these]]
            stopped = told[blocked[told]]
            species = _species(affected.take(np.sort(these)))
            found[kind] = _Barrier(rows.interviews[these], rows.interviews[told], rows.interviews[stopped], species)
    return found


def _species(affected: Factor) -> Counter[str]:
    """How often each species is named, in the order in which they turn up."""
    counts = affected.tally().tolist()
    species: Counter[str] = Counter()
    for level in turned_up(affected.codes, len(counts)).tolist():
        for code in filter(is_answer, dict.fromkeys(affected.levels[level].split())):
            species[code] += counts[level]
    return species


def _label(material: Material, kind: str) -> str:
    return material.label_among(("barriers", "bar_type"), kind)


def _affected(counted: Counter[str], most: int = 3) -> dict[str, int]:
    """The species named most, and how often."""
    return dict(counted.most_common(most))


def _most(material: Material, counted: Counter[str]) -> str:
    """The species named most, with how often."""
    return cells.listed(f"{material.species_label(code)} ({n})" for code, n in _affected(counted).items()) or cells.DASH
