"""What herders lost, by animal and cause, and what would help most."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from cami_survey.analysis import cells, feeds
from cami_survey.analysis.factor import Factor, Mask, Numbers, crossed, once_each, parted, split, totals
from cami_survey.analysis.material import REFUSED, UNKNOWN, Material, Rows, is_answer
from cami_survey.analysis.methods.medians import in_order, median_of, middle
from cami_survey.analysis.results import Analysis, BarChart, Cell, Column, Figure, Message, ResultTable
from cami_survey.base.heeding import heed
from cami_survey.base.texts import _, ngettext

NAME, NEEDS = "losses", "needs"
PREDATORS = frozenset({"wolf", "snowl", "leop", "lynx", "bear", "dog", "eagle", "fox", "unk"})


def title() -> str:
    """What the analysis of losses is called."""
    return _("Losses of herders")


def needs_title() -> str:
    """What the analysis of needs is called."""
    return _("What would help most")


@dataclass(frozen=True)
class _Lost:
    """Animals lost: the household of each line, adults and young."""

    lines: Numbers
    adults: NDArray[np.int64]
    young: NDArray[np.int64]

    @cached_property
    def _by_household(self) -> tuple[Numbers, NDArray[np.int64]]:
        return totals(self.lines, self.adults + self.young)

    @property
    def households(self) -> Numbers:
        """Who lost any, ascending."""
        return self._by_household[0]

    @property
    def each(self) -> NDArray[np.int64]:
        """How many animals each of the households lost."""
        return self._by_household[1]

    @property
    def heads(self) -> int:
        """Animals lost, adults and young."""
        return int(self.adults.sum() + self.young.sum())

    def part(self, rows: NDArray[np.int64]) -> _Lost:
        """These lines of it."""
        return _Lost(self.lines[rows], self.adults[rows], self.young[rows])


@dataclass(frozen=True)
class _Losses:
    """All losses of the scope. `asked` are households that said whether they lost any, `herds` what they keep now:
    by animal the household of each line, and how many heads."""

    asked: Numbers
    any: Numbers
    refused: int
    unknown: int
    causes: Mapping[str, _Lost]
    animals: Mapping[str, _Lost]
    both: Mapping[tuple[str, ...], _Lost]
    herds: Mapping[str, tuple[Numbers, NDArray[np.int64]]]


def losses(material: Material) -> Analysis:
    """Causes and animals with the households behind them; medians per household, shares with intervals."""
    question = _("What do herders lose, to what, and how much of their herds?")
    rows = material.rows(*feeds.LOSSES)
    found = _losses(material)
    if not len(found.asked):
        asked = rows.asked or material.rows(feeds.LOST_ANY).asked
        return cells.nothing(NAME, title(), question, material, asked=asked)
    tables = [_households(material, found)]
    figures: tuple[Figure, ...] = ()
    if found.causes:
        tables += [_causes(material, found), _animals(material, found), _matrix(material, found)]
        figures = (_figure(material, found),)
    method = _(
        "Losses of the last 12 months as herders tell them; causes are their view. Shares are of all households that "
        "said whether they lost any, medians of those that lost any. The share of a herd is what was lost of what was "
        "lost and is kept now. Intervals of shares are as wide as if each camp or district had answered once."
    )
    return Analysis(
        NAME, title(), question, len(found.asked), tuple(tables), figures, _messages(material, found), method
    )


def _losses(material: Material) -> _Losses:
    answered = material.rows(feeds.LOST_ANY)
    texts = answered[feeds.LOST_ANY]
    losing = answered.interviews[texts.among(("yes",))]
    causes, animals, lost = _lost(material.rows(*feeds.LOSSES), material.among(losing))
    heed()
    kinds, pairs = crossed(causes, animals)
    return _Losses(
        answered.interviews[texts.among(("yes", "no"))],
        losing,
        texts.count(REFUSED),
        texts.count(UNKNOWN),
        _by_kind(causes, lost),
        _by_kind(animals, lost),
        dict(zip(pairs, map(lost.part, parted(kinds, len(pairs))), strict=True)),
        _herds(material.rows(*feeds.STOCK)),
    )


def _lost(rows: Rows, losing: Mask) -> tuple[Factor, Factor, _Lost]:
    """Causes and animals of the lines that say both, of households that lost any, and what was lost."""
    causes, animals, *counted = (rows[name] for name in feeds.LOSSES)
    told = np.flatnonzero(causes.where(bool) & animals.where(bool) & losing[rows.interviews])
    adults, young = (np.maximum(column.take(told).amounts(), 0) for column in counted)
    return causes.take(told), animals.take(told), _Lost(rows.interviews[told], adults, young)


def _by_kind(kinds: Factor, lost: _Lost) -> dict[str, _Lost]:
    heed()
    return {kind: lost.part(rows) for kind, rows in kinds.parts().items()}


def _herds(stock: Rows) -> dict[str, tuple[Numbers, NDArray[np.int64]]]:
    heed()
    kinds, heads = stock[feeds.STOCK[0]], stock[feeds.STOCK[1]].amounts()
    told = np.flatnonzero(kinds.where(is_answer) & (heads >= 0))
    kinds, households, heads = kinds.take(told), stock.interviews[told], heads[told]
    return {kind: (households[rows], heads[rows]) for kind, rows in kinds.parts().items()}


def _households(material: Material, found: _Losses) -> ResultTable:
    columns = (
        cells.name_column(_("Households")),
        cells.n_column(additive=False),
        Column("share", _("Share"), "percent", additive=False),
    )
    by_predators = (lost.households for cause, lost in found.causes.items() if cause in PREDATORS)
    predators = np.flatnonzero(material.among(*by_predators))
    # Who lost animals, but none to predators, stands between the two lines.
    least = min(cells.fewest(len(found.any), len(found.asked)), cells.fewest(len(predators), len(found.any)))
    rows = (
        (
            cells.text(_("lost animals in the last 12 months")),
            cells.count(len(found.any), n=len(found.asked), records=material.behind(found.any)),
            cells.share_of(material, found.any, found.asked, least=cells.fewest(len(found.any), len(found.asked))),
        ),
        (
            cells.text(_("lost animals to predators or dogs")),
            cells.count(len(predators), n=len(found.asked), records=material.behind(predators), least=least),
            cells.share_of(material, predators, found.asked, least=least),
        ),
        (cells.text(_("refused to say")), cells.count(found.refused), Cell(None)),
        (cells.text(_("did not know")), cells.count(found.unknown), Cell(None)),
    )
    return ResultTable("households", _("Households with losses"), columns, rows)


def _causes(material: Material, found: _Losses) -> ResultTable:
    columns = (
        cells.name_column(_("Cause")),
        Column("households", _("Households"), "count", additive=False),
        Column("share", _("Share of households"), "percent", additive=False),
        Column("median", _("Animals per household (median)"), "number"),
        Column("adults", _("Adults"), "count"),
        Column("young", _("Young"), "count"),
    )
    order = sorted(found.causes, key=lambda code: (-len(found.causes[code].households), code))
    return ResultTable(
        "causes",
        _("By cause"),
        columns,
        tuple(
            (
                cells.text(material.label("l_agent", code), records=(those := material.behind(lost.households))),
                cells.count(len(lost.households), n=len(found.asked), records=those),
                cells.share_of(material, lost.households, found.asked),
                cells.median_cell(median_of(lost.each), records=those),
                cells.count(int(lost.adults.sum()), n=len(lost.households)),
                cells.count(int(lost.young.sum()), n=len(lost.households)),
            )
            for code in order
            for lost in (found.causes[code],)
        ),
    )


def _animals(material: Material, found: _Losses) -> ResultTable:
    columns = (
        cells.name_column(_("Animal")),
        Column("keepers", _("Households that keep or lost it"), "count", additive=False),
        Column("share", _("Share with losses"), "percent", additive=False),
        Column("median", _("Lost per household (median)"), "number"),
        Column("herd", _("Share of the herd (median)"), "percent", additive=False),
        Column("total", _("Lost in all"), "count"),
    )
    order = sorted(found.animals, key=lambda code: (-len(found.animals[code].households), code))
    return ResultTable("animals", _("By animal"), columns, tuple(_animal(material, found, code) for code in order))


def _animal(material: Material, found: _Losses, code: str) -> tuple[Cell, ...]:
    lost = found.animals[code]
    those = material.behind(lost.households)
    herd = np.full(len(material.interviews.records), -1)
    if code in found.herds:
        # Of several answers of a household the last one stays.
        owners, heads = found.herds[code]
        herd[owners] = heads
    keepers = np.flatnonzero(material.among(lost.households) | (herd > 0))
    left = herd[lost.households]
    both = (left >= 0) & (lost.each > 0)
    parts = lost.each[both] / (lost.each + left)[both]
    return (
        cells.text(material.label("l_animal", code), records=those),
        cells.count(len(keepers), records=material.behind(keepers)),
        cells.share_of(material, lost.households, keepers),
        cells.median_cell(median_of(lost.each), records=those),
        cells.median_cell(median_of(parts), records=those),
        cells.count(lost.heads, n=len(lost.households)),
    )


def _matrix(material: Material, found: _Losses) -> ResultTable:
    """Animals lost, cause by animal."""
    causes = sorted(found.causes, key=lambda code: (-found.causes[code].heads, code))
    animals = sorted(found.animals, key=lambda code: (-found.animals[code].heads, code))
    most = max(lost.heads for lost in found.both.values()) or 1
    columns = (
        cells.name_column(_("Cause")),
        *(Column(code, material.label("l_animal", code), "count") for code in animals),
    )
    rows = []
    for cause in causes:
        line = [cells.text(material.label("l_agent", cause))]
        for animal in animals:
            lost = found.both.get((cause, animal))
            if lost is None:
                line.append(Cell(0, 0, tone="quiet"))
                continue
            n = lost.heads
            behind = material.behind(lost.households)
            line.append(Cell(n, len(lost.households), weight=n / most, records=behind))
        rows.append(tuple(line))
    return ResultTable("matrix", _("Animals lost by cause"), columns, tuple(rows))


def _figure(material: Material, found: _Losses) -> Figure:
    order = sorted(found.causes, key=lambda code: (-len(found.causes[code].households), code))
    chart = BarChart(
        tuple(material.label("l_agent", code) for code in order),
        (_("households"),),
        tuple((len(found.causes[code].households) / len(found.asked),) for code in order),
        (len(found.asked),) * len(order),
        "percent",
    )
    alt = "; ".join(f"{line}: {cells.percent(v[0])}" for line, v in zip(chart.lines, chart.values, strict=True))
    name = _("Households with losses, by cause")
    n = len(found.asked)
    subtitle = ngettext("Share of {n} household", "Share of {n} households", n).format(n=cells.whole(n))
    return Figure("causes", name, subtitle, chart, f"{name}. {alt}.")


def _messages(material: Material, found: _Losses) -> tuple[Message, ...]:
    n = len(found.asked)
    text = ngettext(
        "{count} of {n} household lost animals in the last 12 months.",
        "{count} of {n} households lost animals in the last 12 months.",
        n,
    )
    said = [
        Message(text.format(count=cells.whole(len(found.any)), n=cells.whole(n)), n=cells.fewest(len(found.any), n))
    ]
    if found.causes and n >= cells.FEW:
        first = min(found.causes, key=lambda code: (-len(found.causes[code].households), code))
        lost = found.causes[first]
        text = _("The cause named by most households is {cause}: {count} of {n}, a median of {median} animals each.")
        said.append(
            Message(
                text.format(
                    cause=material.label("l_agent", first),
                    count=cells.whole(len(lost.households)),
                    n=cells.whole(n),
                    median=cells.plain(middle(in_order(lost.each))),
                )
            )
        )
    said += cells.few_warning(n)
    said.append(cells.beside(_("Totals are of those who were asked; they cannot be projected to a district."), n))
    return tuple(said)


# -- needs


def needs(material: Material) -> Analysis:
    """What herders say would help, as shares of those who answered."""
    question = _("What do herders say would help most?")
    rows = material.rows(feeds.NEEDS)
    given = rows[feeds.NEEDS].where(is_answer)
    asked = rows.interviews[given]
    if not len(asked):
        return cells.nothing(NEEDS, needs_title(), question, material, asked=rows.asked)
    places, words = split(rows[feeds.NEEDS].take(given))
    once = once_each(words.codes, places)
    chosen = {code: asked[places[once[part]]] for code, part in words.take(once).parts().items()}
    order = sorted(chosen, key=lambda code: (-len(chosen[code]), code))
    columns = (
        cells.name_column(_("What would help")),
        Column("share", _("Share of herders"), "percent", additive=False),
        cells.n_column(_("Herders"), additive=False),
    )
    table = ResultTable(
        "needs",
        needs_title(),
        columns,
        tuple(
            (
                cells.text(material.label(feeds.NEEDS, code), records=material.behind(chosen[code])),
                cells.share_of(material, chosen[code], asked),
                cells.count(len(chosen[code]), n=len(asked), records=material.behind(chosen[code])),
            )
            for code in order
        ),
    )
    chart = BarChart(
        tuple(material.label(feeds.NEEDS, code) for code in order),
        (_("herders"),),
        tuple((len(chosen[code]) / len(asked),) for code in order),
        (len(asked),) * len(order),
        "percent",
    )
    alt = "; ".join(f"{line}: {cells.percent(v[0])}" for line, v in zip(chart.lines, chart.values, strict=True))
    figure = Figure("needs", needs_title(), cells.interviews(len(asked)), chart, f"{needs_title()}. {alt}.")
    said = cells.few_warning(len(asked))
    if len(asked) >= cells.FEW:
        text = _("Named most: {name}, by {count} of {n} herders.")
        name = cells.listed(
            material.label(feeds.NEEDS, code) for code in order if len(chosen[code]) == len(chosen[order[0]])
        )
        said.append(
            Message(
                text.format(name=name, count=cells.whole(len(chosen[order[0]])), n=cells.whole(len(asked))),
                n=cells.fewest(len(chosen[order[0]]), len(asked)),
            )
        )
    method = _(
        "Up to three answers each; shares of all who answered. Intervals are as wide as if each camp or district had "
        "answered once."
    )
    return Analysis(NEEDS, needs_title(), question, len(asked), (table,), (figure,), tuple(said), method)
