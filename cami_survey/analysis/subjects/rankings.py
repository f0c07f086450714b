"""What organisations put in order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from statistics import median

from cami_survey.analysis import cells, feeds
from cami_survey.analysis.material import Material
from cami_survey.analysis.methods.findings import TooFew
from cami_survey.analysis.methods.priorities import Agreement, Priority, kendall_w, priorities
from cami_survey.analysis.results import (
    Analysis,
    Cell,
    Column,
    DotChart,
    DotLine,
    Figure,
    Mark,
    Message,
    ResultTable,
)
from cami_survey.analysis.subjects.organisations import organisations
from cami_survey.base.texts import _, ngettext

NAME = "themes"
SURE = 0.05
# Above so many the judges are asked whether they agree by a part of them, evenly drawn.
JUDGES = 20_000


def title() -> str:
    """What the ranking of themes is called."""
    return _("Priorities of organisations")


def agreement_words(w: float) -> str:
    """How strong an agreement is."""
    return _("weak") if w < 0.3 else _("moderate") if w <= 0.7 else _("strong")


def themes(material: Material) -> Analysis:
    """Themes by median rank with spread, and whether the organisations agree."""
    question = _("What do organisations hold most urgent?")
    rows = material.rows(*feeds.RANKED_THEMES, optional=("org_name", "org_type"))
    texts = rows[feeds.RANKED_THEMES[0]]
    rankings: list[dict[str, float]] = []
    interviews: list[list[int]] = []
    for one in organisations(material, rows):
        ranked = [row for row in one.rows if texts[row]]
        if ranked:
            rankings.append(_ranks([texts[row].split() for row in ranked]))
            interviews.append([rows.interviews[row] for row in ranked])
    if not rankings:
        return cells.nothing(NAME, title(), question, material, asked=rows.asked)
    found = priorities(rankings)
    agreement = _agreement(rankings, [one.item for one in found])
    behind: defaultdict[str, list[int]] = defaultdict(list)
    for ranking, ones in zip(rankings, interviews, strict=True):
        for item in ranking:
            behind[item] += ones
    name = feeds.RANKED_THEMES[0]
    lines = _in_order(found, len(rankings))
    table = ResultTable(
        "themes",
        _("Themes by median rank"),
        (
            cells.name_column(_("Theme")),
            cells.n_column(_("Organisations")),
            Column("median", _("Median rank (1 is first)"), "number"),
            Column("best", _("Best rank"), "number", reach="team"),
            Column("worst", _("Worst rank"), "number", reach="team"),
        ),
        tuple(
            (
                cells.text(material.label(name, one.item), records=(those := material.behind(behind[one.item]))),
                cells.count(one.n, records=those),
                cells.figure(one.median, one.n, records=those),
                cells.figure(one.best, one.n),
                cells.figure(one.worst, one.n),
            )
            for one in lines
        ),
    )
    dots = _ranked_dots(material, name, lines, rankings, behind)
    method = _(
        "Median ranks, never sums of ranks. Agreement is Kendall's W (1948), corrected for ties: below 0.3 weak, to "
        "0.7 moderate, above strong. Each organisation is one voice."
    )
    n = sum(map(len, interviews))
    tables = (table, _agreement_table(agreement))
    said = _ranked_messages(material, name, found, agreement, len(rankings))
    return Analysis(NAME, title(), question, n, tables, (dots,), said, method)


def _ranks(orders: Sequence[Sequence[str]]) -> dict[str, float]:
    """Ranks of one organisation: the medians of its respondents."""
    if len(orders) == 1:
        return {item: float(place) for place, item in enumerate(orders[0], 1)}
    given: defaultdict[str, list[int]] = defaultdict(list)
    for order in orders:
        for place, item in enumerate(order, 1):
            given[item].append(place)
    return {item: float(median(places)) for item, places in given.items()}


def _agreement(rankings: Sequence[dict[str, float]], items: Sequence[str]) -> Agreement | TooFew:
    """Kendall's W of those who ranked everything."""
    complete = [[ranking[item] for item in items] for ranking in rankings if len(ranking) == len(items)]
    return kendall_w(complete[:: len(complete) // JUDGES + 1])


def _in_order(found: Sequence[Priority], judges: int) -> list[Priority]:
    """By median rank; in the order of their codes where too few judged to put them into an order."""
    return list(found) if judges >= cells.FEW else sorted(found, key=lambda one: one.item)


def _agreement_table(agreement: Agreement | TooFew) -> ResultTable:
    columns = (
        cells.name_column(_("Agreement")),
        Column("w", _("Kendall's W"), "number", 2),
        Column("p", _("p"), "number", 3),
        Column("judges", _("Complete lists"), "count"),
        Column("items", _("Items"), "count"),
    )
    if isinstance(agreement, TooFew):
        few = Cell(agreement, agreement.n)
        return ResultTable(
            "agreement", _("Agreement"), columns, ((cells.text("–"), few, few, cells.count(agreement.n), Cell(None)),)
        )
    row = (
        cells.text(agreement_words(agreement.w)),
        cells.figure(agreement.w, agreement.judges),
        cells.figure(agreement.p, agreement.judges),
        cells.count(agreement.judges),
        Cell(agreement.items),
    )
    return ResultTable("agreement", _("Agreement"), columns, (row,))


def _ranked_dots(
    material: Material,
    name: str,
    lines: Sequence[Priority],
    rankings: Sequence[dict[str, float]],
    behind: dict[str, list[int]],
) -> Figure:
    drawn = []
    for one in lines:
        ranks = sorted(ranking[one.item] for ranking in rankings if one.item in ranking)
        marks = (Mark(0, one.median, cells.middle_half(ranks)),)
        drawn.append(DotLine(material.label(name, one.item), marks, one.n, records=material.behind(behind[one.item])))
    chart = DotChart(
        (_("median rank"),),
        (1.0, float(max(2, len(lines)))),
        (_("first"), _("last")),
        tuple(drawn),
    )
    n = len(rankings)
    text = ngettext(
        "Median ranks of {n} organisation; lines: middle half",
        "Median ranks of {n} organisations; lines: middle half",
        n,
    )
    alt = "; ".join(f"{line.label}: {cells.plain(line.marks[0].value)}" for line in drawn)
    said = _("Median ranks: {ranks}.").format(ranks=alt)
    return Figure("ranks", _("What is most urgent"), text.format(n=cells.whole(n)), chart, said)


def _ranked_messages(
    material: Material, name: str, found: Sequence[Priority], agreement: Agreement | TooFew, judges: int
) -> tuple[Message, ...]:
    if judges < cells.FEW:
        return tuple(cells.few_warning(judges))
    said = []
    if isinstance(agreement, TooFew):
        said.append(cells.warn(_("Whether they agree cannot be said: too few ranked everything.")))
        return tuple(said)
    first = found[0]
    tied = [material.label(name, one.item) for one in found if one.median == first.median]
    if agreement.p <= SURE:
        text = _("First by median rank ({rank}): {names}. The agreement is {words} (W {w}, {n} organisations).")
        said.append(
            Message(
                text.format(
                    rank=cells.number(first.median),
                    names=cells.listed(tied),
                    words=agreement_words(agreement.w),
                    w=cells.number(agreement.w, 2),
                    n=cells.whole(agreement.judges),
                ),
                n=agreement.judges,
            )
        )
    else:
        text = _("The organisations do not agree more than by chance (W {w}, p {p}): do not read an order.")
        said.append(cells.warn(text.format(w=cells.number(agreement.w, 2), p=cells.number(agreement.p, 2))))
    return tuple(said)
