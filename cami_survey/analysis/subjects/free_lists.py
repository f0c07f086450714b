"""What is named freely."""

from __future__ import annotations

import numpy as np

from cami_survey.analysis import cells, feeds
from cami_survey.analysis.factor import joined, numbered, once_each, shared_out
from cami_survey.analysis.material import Material, is_answer
from cami_survey.analysis.methods.findings import TooFew
from cami_survey.analysis.methods.priorities import smith_s
from cami_survey.analysis.results import (
    Analysis,
    BarChart,
    Column,
    Figure,
    Message,
    ResultTable,
)
from cami_survey.analysis.subjects.threat_rating import threat_label
from cami_survey.base.texts import _, ngettext

NAME = "free_lists"


def title() -> str:
    """What the free lists are called."""
    return _("Threats named first")


def free_lists(material: Material) -> Analysis:
    """Salience of threats by how often and how early they were named."""
    question = _("Which threats come to mind first?")
    parts = [material.rows(*fields) for fields in feeds.FREE_LISTS]
    codes = joined([rows[fields[0]] for rows, fields in zip(parts, feeds.FREE_LISTS, strict=True)])
    given = codes.where(is_answer)
    codes, interviews = codes.take(given), np.concatenate([rows.interviews for rows in parts])[given]
    lists, firsts = numbered(interviews)
    everyone, n = interviews[firsts], len(firsts)
    found = smith_s(lists, codes, n)
    if isinstance(found, TooFew):
        return cells.nothing(NAME, title(), question, material, asked=any(rows.asked for rows in parts))
    once = once_each(codes.codes, interviews)
    shares = shared_out(interviews[once], codes.take(once).tally())
    behind = dict(zip(codes.levels, shares, strict=True))
    order = list(found) if n >= cells.FEW else sorted(found)
    table = ResultTable(
        "free_lists",
        title(),
        (
            cells.name_column(_("Threat")),
            cells.n_column(_("Named by"), additive=False),
            Column("share", _("Share of respondents"), "percent", additive=False),
            Column("salience", _("Smith's S"), "number", 2),
        ),
        tuple(
            (
                cells.text(threat_label(material, code), records=(those := material.behind(behind[code]))),
                cells.count(len(behind[code]), n=n, records=those),
                cells.share_of(material, behind[code], everyone),
                cells.figure(found[code], n, weight=found[code], least=len(behind[code])),
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
    figure = Figure("free_lists", title(), subtitle, chart, f"{title()}. {named}.")
    said = cells.few_warning(n)
    if n >= cells.FEW:
        text = _("Named earliest and most often: {names} (Smith's S {s}, {n} lists).")
        said.append(
            Message(
                text.format(
                    names=threat_label(material, order[0]), s=cells.number(found[order[0]], 2), n=cells.whole(n)
                ),
                n=n,
            )
        )
    said.append(
        cells.beside(
            _("Respondents chose from the list of the form: what is not on it comes to nobody's mind here."), n
        )
    )
    method = _(
        "Smith's S (1993): each threat by how early it stands in each respondent's own order of threats, 1 for the "
        "first, averaged over all lists; 0 where it was not named."
    )
    return Analysis(NAME, title(), question, n, (table,), (figure,), tuple(said), method)
