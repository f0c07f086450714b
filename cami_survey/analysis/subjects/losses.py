"""What herders lost, by animal and cause, and what would help most."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from statistics import median

from cami_survey.analysis import cells, feeds
from cami_survey.analysis.material import Material
from cami_survey.analysis.methods.medians import median_of
from cami_survey.analysis.results import Analysis, BarChart, Cell, Column, Figure, Message, ResultTable
from cami_survey.base.heeding import heeded
from cami_survey.base.texts import _, ngettext

NAME, NEEDS = "losses", "needs"
PREDATORS = frozenset({"wolf", "snowl", "leop", "lynx", "bear", "dog", "eagle", "fox", "unk"})


def title() -> str:
    """What the analysis of losses is called."""
    return _("Losses of herders")


def needs_title() -> str:
    """What the analysis of needs is called."""
    return _("What would help most")


@dataclass(slots=True)
class _Lost:
    """Animals lost by household, adults and young."""

    by_household: dict[int, int] = field(default_factory=dict)
    adults: int = 0
    young: int = 0

    @property
    def heads(self) -> int:
        """Animals lost, adults and young."""
        return self.adults + self.young

    def take(self, other: _Lost) -> None:
        """Add what was lost of another kind."""
        self.adults += other.adults
        self.young += other.young
        ours, theirs = self.by_household, other.by_household
        # Few households lost to the same in several ways; only these are added up one by one.
        shared = {household: ours[household] + theirs[household] for household in ours.keys() & theirs.keys()}
        ours |= theirs
        ours |= shared


@dataclass(slots=True)
class _Losses:
    """All losses of the scope. `asked` are households that said whether they lost any, `herds` what they keep now."""

    asked: list[int]
    any: list[int]
    refused: int
    unknown: int
    causes: dict[str, _Lost] = field(default_factory=lambda: defaultdict(_Lost))
    animals: dict[str, _Lost] = field(default_factory=lambda: defaultdict(_Lost))
    both: dict[tuple[str, str], _Lost] = field(default_factory=lambda: defaultdict(_Lost))
    herds: dict[str, dict[int, int]] = field(default_factory=lambda: defaultdict(dict))


def losses(material: Material) -> Analysis:
    """Causes and animals with the households behind them; medians per household, shares with intervals."""
    question = _("What do herders lose, to what, and how much of their herds?")
    rows = material.rows(*feeds.LOSSES)
    found = _losses(material)
    if not found.asked:
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
    given = [(one, text) for one, text in zip(answered.interviews, texts, strict=True) if text in ("yes", "no")]
    found = _Losses(
        [one for one, _text in given],
        [one for one, text in given if text == "yes"],
        sum(text == "@refused" for text in texts),
        sum(text == "@unknown" for text in texts),
    )
    rows = material.rows(*feeds.LOSSES)
    losing = set(found.any)
    causes, animals, *counted = (rows[name] for name in feeds.LOSSES)
    numbers = {text: int(text) if text.isdecimal() else 0 for text in set().union(*counted)}
    adults, young = (map(numbers.__getitem__, texts) for texts in counted)
    told = zip(rows.interviews, causes, animals, adults, young, strict=True)
    for one, cause, animal, grown, young_ones in heeded(told):
        if cause and animal and one in losing:
            lost = found.both[cause, animal]
            lost.adults += grown
            lost.young += young_ones
            lost.by_household[one] = lost.by_household.get(one, 0) + grown + young_ones
    for (cause, animal), lost in found.both.items():
        found.causes[cause].take(lost)
        found.animals[animal].take(lost)
    stock = material.rows(*feeds.STOCK)
    kinds, heads = (stock[name] for name in feeds.STOCK)
    kept = {text: int(text) if text.isdecimal() else None for text in set(heads)}
    for one, animal, number in zip(stock.interviews, kinds, map(kept.__getitem__, heads), strict=True):
        if animal and number is not None:
            found.herds[animal][one] = number
    return found


def _households(material: Material, found: _Losses) -> ResultTable:
    columns = (
        cells.name_column(_("Households")),
        cells.n_column(additive=False),
        Column("share", _("Share"), "percent", additive=False),
    )
    predators = _to_predators(found)
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


def _to_predators(found: _Losses) -> list[int]:
    households = (found.causes[cause].by_household for cause in found.causes if cause in PREDATORS)
    return sorted({one for lost in households for one in lost})


def _causes(material: Material, found: _Losses) -> ResultTable:
    columns = (
        cells.name_column(_("Cause")),
        Column("households", _("Households"), "count", additive=False),
        Column("share", _("Share of households"), "percent", additive=False),
        Column("median", _("Animals per household (median)"), "number"),
        Column("adults", _("Adults"), "count"),
        Column("young", _("Young"), "count"),
    )
    order = sorted(found.causes, key=lambda code: (-len(found.causes[code].by_household), code))
    return ResultTable(
        "causes",
        _("By cause"),
        columns,
        tuple(
            (
                cells.text(material.label("l_agent", code), records=(those := material.behind(lost.by_household))),
                cells.count(len(lost.by_household), n=len(found.asked), records=those),
                cells.share_of(material, list(lost.by_household), found.asked),
                cells.median_cell(median_of(lost.by_household.values()), records=those),
                cells.count(lost.adults, n=len(lost.by_household)),
                cells.count(lost.young, n=len(lost.by_household)),
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
    order = sorted(found.animals, key=lambda code: (-len(found.animals[code].by_household), code))
    return ResultTable("animals", _("By animal"), columns, tuple(_animal(material, found, code) for code in order))


def _animal(material: Material, found: _Losses, code: str) -> tuple[Cell, ...]:
    lost, herd = found.animals[code].by_household, found.herds[code]
    keepers = sorted({one for one, n in herd.items() if n} | set(lost))
    parts = [n / (n + herd[one]) for one, n in lost.items() if one in herd and n]
    those = material.behind(lost)
    return (
        cells.text(material.label("l_animal", code), records=those),
        cells.count(len(keepers), records=material.behind(keepers)),
        cells.share_of(material, list(lost), keepers),
        cells.median_cell(median_of(lost.values()), records=those),
        cells.median_cell(median_of(parts), records=those),
        cells.count(sum(lost.values()), n=len(lost)),
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
            behind = material.behind(lost.by_household)
            line.append(Cell(n, len(lost.by_household), weight=n / most, records=behind))
        rows.append(tuple(line))
    return ResultTable("matrix", _("Animals lost by cause"), columns, tuple(rows))


def _figure(material: Material, found: _Losses) -> Figure:
    order = sorted(found.causes, key=lambda code: (-len(found.causes[code].by_household), code))
    chart = BarChart(
        tuple(material.label("l_agent", code) for code in order),
        (_("households"),),
        tuple((len(found.causes[code].by_household) / len(found.asked),) for code in order),
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
        first = min(found.causes, key=lambda code: (-len(found.causes[code].by_household), code))
        lost = found.causes[first].by_household
        text = _("The cause named by most households is {cause}: {count} of {n}, a median of {median} animals each.")
        said.append(
            Message(
                text.format(
                    cause=material.label("l_agent", first),
                    count=cells.whole(len(lost)),
                    n=cells.whole(n),
                    median=cells.plain(median(lost.values())),
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
    asked = [one for one, text in zip(rows.interviews, rows[feeds.NEEDS], strict=True) if text]
    if not asked:
        return cells.nothing(NEEDS, needs_title(), question, material, asked=rows.asked)
    chosen: defaultdict[str, list[int]] = defaultdict(list)
    for one, text in zip(rows.interviews, rows[feeds.NEEDS], strict=True):
        for code in text.split():
            chosen[code].append(one)
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
