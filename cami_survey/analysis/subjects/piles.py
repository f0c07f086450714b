"""What herders pile counters on."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from cami_survey.analysis import cells, feeds
from cami_survey.analysis.factor import Factor, Numbers, numbered
from cami_survey.analysis.material import Material, Rows, is_answer
from cami_survey.analysis.methods.findings import TooFew
from cami_survey.analysis.methods.medians import Ordered, in_order, middle
from cami_survey.analysis.methods.meetings import rescaled
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
    herders, threats, counters = _laid(rows)
    camps, firsts = numbered(material.places[herders])
    groups, n = len(firsts), int(np.count_nonzero(material.among(herders)))
    lines = threats.parts()
    shares = _shares(lines, counters, camps)
    middles = {threat: middle(values) for threat, values in shares.items()}
    found = rescaled(middles, groups)
    if isinstance(found, TooFew):
        return cells.nothing(NAME, title(), question, material, asked=rows.asked)
    chosen = {threat: np.flatnonzero(material.among(herders[part])) for threat, part in lines.items()}
    spread = {threat: cells.middle_half(values) for threat, values in shares.items()}
    few = groups < cells.FEW
    order = sorted(found) if few else sorted(found, key=lambda threat: (-middles[threat], -len(chosen[threat]), threat))
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
                cells.text(threat_label(material, threat), records=(those := material.behind(chosen[threat]))),
                cells.count(len(chosen[threat]), n=n, records=those),
                cells.figure(
                    middles[threat], groups, interval=spread[threat], records=those, least=len(chosen[threat])
                ),
                cells.figure(found[threat], groups, least=len(chosen[threat])),
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
                (Mark(0, middles[threat], spread[threat]),),
                len(chosen[threat]),
                cells.percent(middles[threat]),
                material.behind(chosen[threat]),
            )
            for threat in order
        ),
        _("share"),
    )
    who = ngettext("{n} herder", "{n} herders", n).format(n=cells.whole(n))
    where = ngettext("{n} camp or district", "{n} camps or districts", groups).format(n=cells.whole(groups))
    subtitle = _("{herders}, {camps}; lines: middle half of camps").format(herders=who, camps=where)
    alt = "; ".join(f"{line.label}: {line.end}" for line in chart.lines)
    figure = Figure("piles", _("Where herders put the counters"), subtitle, chart, f"{title()}. {alt}.")
    method = _(
        "Proportional piling: each herder shares out counters among threats; shares are added up by camp, the median "
        "of the camps' shares is taken. A threat a camp did not choose has no counters there."
    )
    said = cells.few_warning(groups)
    if not few:
        text = _("Most counters, as medians of {camps} camps or districts with {n} herders: {names}.")
        names = cells.listed(
            f"{threat_label(material, threat)} ({cells.percent(middles[threat])})"
            for threat in order[:3]
            if middles[threat] > 0
        )
        said.insert(0, Message(text.format(names=names, n=cells.whole(n), camps=cells.whole(groups))))
    return Analysis(NAME, title(), question, n, (table,), (figure,), tuple(said), method)


def _laid(rows: Rows) -> tuple[Numbers, Factor, NDArray[np.int64]]:
    """Herder, threat and number of counters of the lines in which some were laid."""
    threats, counters = rows[feeds.PILES[0]], rows[feeds.PILES[1]].amounts()
    laid = np.flatnonzero(threats.where(is_answer) & (counters > 0))
    return rows.interviews[laid], threats.take(laid), counters[laid]


def _shares(
    lines: Mapping[str, NDArray[np.int64]], counters: NDArray[np.int64], camps: NDArray[np.int64]
) -> dict[str, Ordered]:
    """Every threat's shares of the counters of all camps, sorted; threats as they turn up from camp to camp."""
    totals = np.bincount(camps, weights=counters)
    found = {}
    for threat, rows in lines.items():
        heed()
        ours = camps[rows]
        shares = np.bincount(ours, weights=counters[rows], minlength=len(totals)) / totals
        first = ours.argmin()
        found[threat] = (ours[first], rows[first]), in_order(shares)
    return {threat: shares for threat, (_first, shares) in sorted(found.items(), key=lambda item: item[1][0])}
