"""What herders pile counters on."""

from __future__ import annotations

from collections import defaultdict
from statistics import median

from cami_survey.analysis import cells, feeds
from cami_survey.analysis.material import Material
from cami_survey.analysis.methods.findings import TooFew
from cami_survey.analysis.methods.meetings import pile_shares
from cami_survey.analysis.results import (
    Analysis,
    Column,
    DotChart,
    DotLine,
    Figure,
    Mark,
    Message,
    ResultTable,
)
from cami_survey.analysis.subjects.threat_rating import threat_label
from cami_survey.base.heeding import heed
from cami_survey.base.texts import _, ngettext

NAME = "piles"


def title() -> str:
    """What the piling of herders is called."""
    return _("Priorities of herders")


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
    heed()
    found = pile_shares([shares for shares, _ones in groups])
    if isinstance(found, TooFew):
        return cells.nothing(NAME, title(), question, material, asked=rows.asked)
    shares = _shares(groups)
    behind: defaultdict[str, list[int]] = defaultdict(list)
    for interview, heap in heaps.items():
        for threat in heap:
            behind[threat].append(interview)
    heed()
    spread = {threat: cells.middle_half(values) for threat, values in shares.items()}
    middle = {threat: median(values) for threat, values in shares.items()}
    few = len(groups) < cells.FEW
    order = sorted(found) if few else sorted(found, key=lambda threat: (-middle[threat], -len(behind[threat]), threat))
    table = ResultTable(
        "piles",
        _("Shares of counters"),
        (
            cells.name_column(_("Threat")),
            Column("named", _("Herders who chose it"), "count", additive=False),
            Column("share", _("Share of counters (median of camps)"), "percent", additive=False),
            Column("rescaled", _("Made to add up to one"), "percent", additive=False),
        ),
        tuple(
            (
                cells.text(threat_label(material, threat), records=(those := material.behind(behind[threat]))),
                cells.count(len(behind[threat]), n=len(heaps), records=those),
                cells.figure(
                    middle[threat], len(groups), interval=spread[threat], records=those, least=len(behind[threat])
                ),
                cells.figure(found[threat], len(groups), least=len(behind[threat])),
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
    herders = ngettext("{n} herder", "{n} herders", len(heaps)).format(n=cells.whole(len(heaps)))
    camps = ngettext("{n} camp or district", "{n} camps or districts", len(groups)).format(n=cells.whole(len(groups)))
    subtitle = _("{herders}, {camps}; lines: middle half of camps").format(herders=herders, camps=camps)
    alt = "; ".join(f"{line.label}: {line.end}" for line in chart.lines)
    figure = Figure("piles", _("Where herders put the counters"), subtitle, chart, f"{title()}. {alt}.")
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
    return Analysis(NAME, title(), question, len(heaps), (table,), (figure,), tuple(said), method)


Heap = dict[str, int]


def _camps(material: Material, heaps: dict[int, Heap]) -> list[tuple[Heap, list[int]]]:
    """Counters by camp or district; herders whose place is not known stand alone."""
    heed()
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
    heed()
    threats = dict.fromkeys(threat for heap, _ones in groups for threat in heap)
    totals = [sum(heap.values()) for heap, _ones in groups]
    return {
        threat: sorted(heap.get(threat, 0) / total for (heap, _ones), total in zip(groups, totals, strict=True))
        for threat in threats
    }
