"""What herders know of wild animals: recognised, last seen, more or fewer; and what stands in the animals' way."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache

from cami_survey.analysis import cells, feeds
from cami_survey.analysis.material import REFUSED, UNKNOWN, Material, Rows
from cami_survey.analysis.results import Analysis, BarChart, Cell, Column, Figure, Message, ResultTable
from cami_survey.base.heeding import heeded
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


def card_rows(material: Material) -> Rows:
    """The picture cards as they were shown."""
    return material.rows(*feeds.CARDS, optional=("last_seen", "tr10", "id_conf"), main=("country", "interviewer"))


@dataclass(slots=True)
class _Animal:
    """One species: the interviews in which its card was shown, recognised and so on."""

    shown: list[int] = field(default_factory=list)
    known: list[int] = field(default_factory=list)
    seen: list[int] = field(default_factory=list)
    asked_seen: list[int] = field(default_factory=list)
    trends: dict[str, list[int]] = field(default_factory=lambda: {"fewer": [], "same": [], "more": []})
    unsure: int = 0

    @property
    def told(self) -> list[int]:
        return [one for ones in self.trends.values() for one in ones]


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
    n = len({one for animal in animals.values() for one in animal.shown})
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
    found: defaultdict[str, _Animal] = defaultdict(_Animal)
    columns = (rows["sp"], rows["id_res"], rows["country"], rows["last_seen"], rows["tr10"])
    for interview, species, result, country, seen, trend in zip(rows.interviews, *columns, strict=True):
        if not species or not result or species in controls(country):
            continue
        animal = found[species]
        animal.shown.append(interview)
        if result not in KNOWN:
            continue
        animal.known.append(interview)
        if seen not in ("", UNKNOWN, REFUSED):
            animal.asked_seen.append(interview)
            if seen in YEAR:
                animal.seen.append(interview)
        way = _way(trend)
        if way:
            animal.trends[way].append(interview)
        else:
            animal.unsure += 1
    return dict(found)


def _way(trend: str) -> str:
    return "fewer" if trend in FEWER else "more" if trend in MORE else "same" if trend in SAME else ""


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
    asked = len({one for animal in animals.values() for one in animal.shown})
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


def barriers(material: Material) -> Analysis:
    """Barriers by how many name them, whether animals can cross, and which species they stop."""
    question = _("What stands in the way of wild animals?")
    rows = material.rows(*feeds.BARRIERS, optional=("bar_sp",))
    everyone = material.rows("barriers")
    asked = [one for one, text in zip(everyone.interviews, everyone["barriers"], strict=True) if text]
    if not asked:
        return cells.nothing(BARRIERS, barriers_title(), question, material, asked=rows.asked or everyone.asked)
    named: defaultdict[str, list[int]] = defaultdict(list)
    told: defaultdict[str, list[int]] = defaultdict(list)
    blocked: defaultdict[str, list[int]] = defaultdict(list)
    species: defaultdict[str, Counter[str]] = defaultdict(Counter)
    affecting: defaultdict[tuple[str, str], int] = defaultdict(int)
    everybody = set(asked)
    seen: set[tuple[str, int]] = set()
    columns = (rows["bar_type"], rows["bar_cross"], rows["bar_sp"])
    for interview, kind, cross, affected in heeded(zip(rows.interviews, *columns, strict=True)):
        if not kind or (kind, interview) in seen or interview not in everybody:
            continue
        seen.add((kind, interview))
        named[kind].append(interview)
        affecting[kind, affected] += 1
        if cross not in ("", UNKNOWN, REFUSED):
            told[kind].append(interview)
            if cross in BLOCKED:
                blocked[kind].append(interview)
    for (kind, affected), n in affecting.items():
        for code in affected.split():
            species[kind][code] += n
    order = sorted(named, key=lambda kind: (-len(named[kind]), kind))
    columns_said = (
        cells.name_column(_("Barrier")),
        Column("named", _("Named by"), "percent", additive=False),
        cells.n_column(_("Herders who named it"), additive=False),
        Column("blocked", _("Cannot cross, or die there"), "percent", additive=False),
        Column("species", _("Species affected most")),
    )
    table = ResultTable(
        "barriers",
        barriers_title(),
        columns_said,
        tuple(
            (
                cells.text(_barrier(material, kind), records=material.behind(named[kind])),
                cells.share_of(material, named[kind], asked),
                cells.count(len(named[kind]), records=material.behind(named[kind])),
                cells.share_of(material, blocked[kind], told[kind]),
                cells.text(_most(material, species[kind]), n=min(_named(species[kind]).values(), default=None)),
            )
            for kind in order
        ),
    )
    chart = BarChart(
        tuple(_barrier(material, kind) for kind in order),
        (_("Named by"),),
        tuple((len(named[kind]) / len(asked),) for kind in order),
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
        first = order[0]
        said.append(
            Message(
                text.format(
                    name=_barrier(material, first),
                    n=cells.whole(len(named[first])),
                    all=cells.whole(len(asked)),
                    blocked=cells.whole(len(blocked[first])),
                    told=cells.whole(len(told[first])),
                )
            )
        )
    method = _(
        "Shares of all herders who answered the question, those who named none included. Intervals are as wide as if "
        "each camp or district had answered once."
    )
    return Analysis(BARRIERS, barriers_title(), question, len(asked), (table,), (figure,), tuple(said), method)


def _barrier(material: Material, kind: str) -> str:
    return material.label_among(("barriers", "bar_type"), kind)


def _named(counted: Counter[str], most: int = 3) -> dict[str, int]:
    """The species named most, and how often."""
    return dict(counted.most_common(most))


def _most(material: Material, counted: Counter[str]) -> str:
    """The species named most, with how often."""
    return cells.listed(f"{material.species_label(code)} ({n})" for code, n in _named(counted).items()) or "–"
