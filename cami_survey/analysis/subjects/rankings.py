"""Lists of priorities: what organisations put in order, what herders pile counters on, what is named freely."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from statistics import median

from cami_survey.analysis import cells, feeds
from cami_survey.analysis.material import Material
from cami_survey.analysis.methods.findings import TooFew
from cami_survey.analysis.methods.meetings import pile_shares
from cami_survey.analysis.methods.priorities import Agreement, Priority, kendall_w, priorities, smith_s
from cami_survey.analysis.results import (
    Analysis,
    BarChart,
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
from cami_survey.analysis.subjects.threat_rating import threat_label
from cami_survey.base.texts import _, ngettext

THEMES, PILES, FREE = "themes", "piles", "free_lists"
SURE = 0.05
# Above so many the judges are asked whether they agree by a part of them, evenly drawn.
JUDGES = 20_000


def themes_title() -> str:
    """What the ranking of themes is called."""
    return _("Priorities of organisations")


def piles_title() -> str:
    """What the piling of herders is called."""
    return _("Priorities of herders")


def free_title() -> str:
    """What the free lists are called."""
    return _("Threats named first")


def agreement_words(w: float) -> str:
    """How strong an agreement is."""
    return _("weak") if w < 0.3 else _("moderate") if w <= 0.7 else _("strong")


# -- orders of organisations


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
        return cells.nothing(THEMES, themes_title(), question, material, asked=rows.asked)
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
            Column("best", _("Best rank"), "number"),
            Column("worst", _("Worst rank"), "number"),
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
        "Median ranks with the lowest and highest rank, never sums of ranks. Agreement is Kendall's W (1948), "
        "corrected for ties: below 0.3 weak, to 0.7 moderate, above strong. Each organisation is one voice."
    )
    n = sum(map(len, interviews))
    tables = (table, _agreement_table(agreement))
    said = _ranked_messages(material, name, found, agreement, len(rankings))
    return Analysis(THEMES, themes_title(), question, n, tables, (dots,), said, method)


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
                    rank=cells.plain(first.median),
                    names=cells.listed(tied),
                    words=agreement_words(agreement.w),
                    w=cells.number(agreement.w, 2),
                    n=cells.whole(agreement.judges),
                )
            )
        )
    else:
        text = _("The organisations do not agree more than by chance (W {w}, p {p}): do not read an order.")
        said.append(cells.warn(text.format(w=cells.number(agreement.w, 2), p=cells.number(agreement.p, 2))))
    return tuple(said)


# -- counters of herders


def piles(material: Material) -> Analysis:
    """Shares of the counters that herders laid on threats, each camp one voice."""
    question = _("Which threats weigh most for herders?")
    rows = material.rows(*feeds.PILES)
    threats, counters = (rows[name] for name in feeds.PILES)
    heaps: defaultdict[int, dict[str, int]] = defaultdict(dict)
    for interview, threat, text in zip(rows.interviews, threats, counters, strict=True):
        if threat and text.isdecimal() and text != "0":
            heaps[interview][threat] = heaps[interview].get(threat, 0) + int(text)
    groups = _camps(material, heaps)
    found = pile_shares([shares for shares, _ones in groups])
    if isinstance(found, TooFew):
        return cells.nothing(PILES, piles_title(), question, material, asked=rows.asked)
    shares = _shares(groups)
    behind: defaultdict[str, list[int]] = defaultdict(list)
    for interview, heap in heaps.items():
        for threat in heap:
            behind[threat].append(interview)
    spread = {threat: cells.middle_half(values) for threat, values in shares.items()}
    middle = {threat: median(values) for threat, values in shares.items()}
    few = len(groups) < cells.FEW
    order = sorted(found) if few else sorted(found, key=lambda threat: (-middle[threat], -len(behind[threat]), threat))
    table = ResultTable(
        "piles",
        _("Shares of counters"),
        (
            cells.name_column(_("Threat")),
            Column("named", _("Herders who chose it"), "count"),
            Column("share", _("Share of counters (median of camps)"), "percent"),
            Column("rescaled", _("Made to add up to one"), "percent"),
        ),
        tuple(
            (
                cells.text(threat_label(material, threat), records=(those := material.behind(behind[threat]))),
                cells.count(len(behind[threat]), n=len(heaps), records=those),
                cells.figure(middle[threat], len(groups), interval=spread[threat], records=those),
                cells.figure(found[threat], len(groups)),
            )
            for threat in order
        ),
    )
    chart = DotChart(
        (_("share of counters"),),
        (0.0, 1.0),
        (cells.percent(0), cells.percent(1)),
        tuple(
            DotLine(
                threat_label(material, threat),
                (Mark(0, middle[threat], spread[threat]),),
                len(behind[threat]),
                cells.percent(middle[threat]),
                material.behind(behind[threat]),
            )
            for threat in order
        ),
        _("share"),
    )
    subtitle = _("{herders} herders in {camps} camps or districts; lines: middle half of camps").format(
        herders=cells.whole(len(heaps)), camps=cells.whole(len(groups))
    )
    alt = "; ".join(f"{line.label}: {line.end}" for line in chart.lines)
    figure = Figure("piles", _("Where herders put the counters"), subtitle, chart, f"{piles_title()}. {alt}.")
    method = _(
        "Proportional piling: each herder shares out counters among threats; shares are added up by camp, the median "
        "of the camps' shares is taken. A threat a camp did not choose has no counters there."
    )
    said = cells.few_warning(len(groups))
    if not few:
        text = _("Most counters, as medians of {camps} camps or districts with {n} herders: {names}.")
        names = cells.listed(
            f"{threat_label(material, threat)} ({cells.percent(middle[threat])})"
            for threat in order[:3]
            if middle[threat] > 0
        )
        said.insert(0, Message(text.format(names=names, n=cells.whole(len(heaps)), camps=cells.whole(len(groups)))))
    return Analysis(PILES, piles_title(), question, len(heaps), (table,), (figure,), tuple(said), method)


Heap = dict[str, int]


def _camps(material: Material, heaps: dict[int, Heap]) -> list[tuple[Heap, list[int]]]:
    """Counters by camp or district; herders whose place is not known stand alone."""
    camps: defaultdict[object, list[int]] = defaultdict(list)
    for interview in heaps:
        camps[material.interviews.clusters[interview] or interview].append(interview)
    found = []
    for ones in camps.values():
        total: Heap = {}
        for interview in ones:
            for threat, n in heaps[interview].items():
                total[threat] = total.get(threat, 0) + n
        found.append((total, ones))
    return found


def _shares(groups: list[tuple[Heap, list[int]]]) -> dict[str, list[float]]:
    """Every threat's shares of the counters of all camps, sorted."""
    threats = dict.fromkeys(threat for heap, _ones in groups for threat in heap)
    totals = [sum(heap.values()) for heap, _ones in groups]
    return {
        threat: sorted(heap.get(threat, 0) / total for (heap, _ones), total in zip(groups, totals, strict=True))
        for threat in threats
    }


# -- named freely


def free_lists(material: Material) -> Analysis:
    """Salience of threats by how often and how early they were named."""
    question = _("Which threats come to mind first?")
    lists: defaultdict[int, list[str]] = defaultdict(list)
    asked = False
    for fields in feeds.FREE_LISTS:
        rows = material.rows(*fields)
        asked = asked or rows.asked
        for interview, code in zip(rows.interviews, rows[fields[0]], strict=True):
            if code and not code.startswith("@"):
                lists[interview].append(code)
    found = smith_s(list(lists.values()))
    if isinstance(found, TooFew):
        return cells.nothing(FREE, free_title(), question, material, asked=asked)
    behind: defaultdict[str, list[int]] = defaultdict(list)
    for interview, codes in lists.items():
        for code in dict.fromkeys(codes):
            behind[code].append(interview)
    n = len(lists)
    order = list(found) if n >= cells.FEW else sorted(found)
    table = ResultTable(
        "free_lists",
        free_title(),
        (
            cells.name_column(_("Threat")),
            cells.n_column(_("Named by")),
            Column("share", _("Share of respondents"), "percent"),
            Column("salience", _("Smith's S"), "number", 2),
        ),
        tuple(
            (
                cells.text(threat_label(material, code), records=material.behind(behind[code])),
                cells.count(len(behind[code]), n=n, records=material.behind(behind[code])),
                cells.share_of(material, behind[code], list(lists)),
                cells.figure(found[code], n, weight=found[code]),
            )
            for code in order
        ),
    )
    lines = order[:15]
    chart = BarChart(
        tuple(threat_label(material, code) for code in lines),
        (_("Smith's S"),),
        tuple((found[code],) for code in lines),
        tuple(len(behind[code]) for code in lines),
        "number",
    )
    subtitle = ngettext("{n} list", "{n} lists", n).format(n=cells.whole(n))
    named = "; ".join(f"{threat_label(material, code)}: {cells.number(found[code], 2)}" for code in lines)
    figure = Figure("free_lists", free_title(), subtitle, chart, f"{free_title()}. {named}.")
    said = cells.few_warning(n)
    if n >= cells.FEW:
        text = _("Named earliest and most often: {names} (Smith's S {s}, {n} lists).")
        said.append(
            Message(
                text.format(
                    names=threat_label(material, order[0]), s=cells.number(found[order[0]], 2), n=cells.whole(n)
                )
            )
        )
    said.append(
        cells.warn(_("Respondents chose from the list of the form: what is not on it comes to nobody's mind here."))
    )
    method = _(
        "Smith's S (1993): each threat by how early it stands in each respondent's own order of threats, 1 for the "
        "first, averaged over all lists; 0 where it was not named."
    )
    return Analysis(FREE, free_title(), question, n, (table,), (figure,), tuple(said), method)
