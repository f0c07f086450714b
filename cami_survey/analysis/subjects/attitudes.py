"""Attitudes on a scale of agreement: counts, medians, how far people agree, and two groups compared."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from cami_survey.analysis import cells, feeds
from cami_survey.analysis.factor import Factor, Numbers, parted
from cami_survey.analysis.material import REFUSED, UNKNOWN, Material
from cami_survey.analysis.methods.findings import TooFew
from cami_survey.analysis.methods.likert import Likert, likert_of
from cami_survey.analysis.methods.medians import Median, group_medians, median_of
from cami_survey.analysis.results import Analysis, BarChart, Cell, Column, Figure, Message, ResultTable
from cami_survey.base.texts import _, ngettext

NAME = "attitudes"
SCALE = (1, 2, 3, 4, 5)
CODES = {str(level): level for level in SCALE}
AGREED = 0.7
_QUOTED = re.compile('["“„«](.+)["”“»]')


def title() -> str:
    """What the analysis is called."""
    return _("Attitudes")


@dataclass(frozen=True)
class Item:
    """One statement with its answers."""

    name: str
    label: str
    interviews: Numbers
    answers: Factor

    @cached_property
    def levels(self) -> NDArray[np.int64]:
        """The level of every answer, 0 for what is not on the scale."""
        return self.answers.on(CODES, 0)

    @cached_property
    def summary(self) -> Likert:
        """How often each level was given, with refusals, don't-knows and the rest apart."""
        counts = self.answers.counted()
        refused, unknown, missing = (counts.pop(silent, 0) for silent in (REFUSED, UNKNOWN, ""))
        given = {level: counts.pop(code, 0) for code, level in CODES.items()}
        return likert_of(given, SCALE, refused, unknown, missing, sum(counts.values()))


def items_of(material: Material) -> tuple[list[Item], bool]:
    """The statements that somebody answered in any way."""
    found, asked = [], False
    for name in feeds.ATTITUDES:
        rows = material.rows(name)
        asked = asked or rows.asked
        if any(rows[name].present()):
            found.append(Item(name, _statement(material.question(name)), rows.interviews, rows[name]))
    return found, asked


def _statement(wording: str) -> str:
    """What is agreed with: the part in quotation marks where the question has one."""
    quoted = _QUOTED.search(wording)
    return quoted[1] if quoted else wording


def attitudes(material: Material) -> Analysis:
    """Every statement with its answers, refusals and don't-knows apart."""
    question = _("What do herders think of wild animals and of how they are managed?")
    items, asked = items_of(material)
    if not items:
        return cells.nothing(NAME, title(), question, material, asked=asked)
    summed = [(item, item.summary) for item in items]
    words = [material.label(items[0].name, str(level)) for level in SCALE]
    columns = (
        cells.name_column(_("Statement")),
        cells.n_column(),
        *(Column(f"level{level}", word, "count", reach="team") for level, word in zip(SCALE, words, strict=True)),
        Column("median", _("Median"), "number"),
        Column("consensus", _("Consensus"), "number", 2, public_decimals=1),
    )
    table = ResultTable(
        "statements", _("Statements"), columns, tuple(_row(material, item, summary) for item, summary in summed)
    )
    answered = [(item, summary) for item, summary in summed if summary.n]
    people = np.count_nonzero(material.among(*(item.interviews[np.flatnonzero(item.levels)] for item in items)))
    method = _(
        "Medians with the interval of the sign test over camps or districts, each one voice; consensus of Tastle and "
        "Wierman (2007), 1 where all answer the same, 0 where half stand at each end. Refusals and don't-knows are in "
        "no figure."
    )
    figures = (_figure(answered, words),) if answered else ()
    n = int(people or np.count_nonzero(material.among(*(item.interviews for item in items))))
    return Analysis(NAME, title(), question, n, (table, _silent(summed)), figures, _messages(answered), method)


def _by_camp(material: Material, interviews: Numbers, levels: NDArray[np.int64]) -> Median | TooFew:
    """The median over camps or districts, each the median of its people."""
    voices = material.places[interviews]
    found = group_medians(levels, voices, int(voices.max(initial=-1)) + 1, SCALE[-1])
    return median_of(found[~np.isnan(found)])


def _row(material: Material, item: Item, summary: Likert) -> tuple[Cell, ...]:
    given = np.flatnonzero(item.levels)
    interviews, levels = item.interviews[given], item.levels[given]
    by_level = [interviews[part] for part in parted(levels, SCALE[-1] + 1)]
    everyone = material.behind(interviews)
    middle = _by_camp(material, interviews, levels)
    shown = middle.interval if isinstance(middle, Median) else None
    return (
        cells.text(item.label, records=everyone),
        cells.count(summary.n, records=everyone),
        *(cells.count(summary.counts[level], n=summary.n, records=material.behind(by_level[level])) for level in SCALE),
        Cell(summary.median, 0)
        if isinstance(summary.median, TooFew)
        else cells.figure(summary.median.median, summary.n, interval=shown, records=everyone),
        cells.figure(summary.consensus, summary.n),
    )


def _silent(summed: Sequence[tuple[Item, Likert]]) -> ResultTable:
    """Who did not say what he thinks, apart from those who did."""
    columns = (
        cells.name_column(_("Statement")),
        Column("refused", _("Refused"), "count"),
        Column("unknown", _("Did not know"), "count"),
    )
    rows = (
        (cells.text(item.label), cells.count(summary.refused), cells.count(summary.unknown)) for item, summary in summed
    )
    return ResultTable("silent", _("Refusals and don't-knows"), columns, tuple(rows), reach="team")


def _middle(summary: Likert) -> float | TooFew:
    return summary.median if isinstance(summary.median, TooFew) else summary.median.median


def _figure(answered: list[tuple[Item, Likert]], words: list[str]) -> Figure:
    chart = BarChart(
        tuple(item.label for item, _summary in answered),
        tuple(words),
        tuple(tuple(summary.counts[level] / summary.n for level in SCALE) for _item, summary in answered),
        tuple(summary.n for _item, summary in answered),
        "percent",
    )
    parts = (
        _("{item}: median {median}").format(item=item.label, median=_middle(summary)) for item, summary in answered
    )
    most = max(chart.ns)
    subtitle = ngettext("Shares of answers, up to {n} herder", "Shares of answers, up to {n} herders", most)
    return Figure("statements", title(), subtitle.format(n=cells.whole(most)), chart, f"{title()}. {'; '.join(parts)}.")


def _messages(answered: list[tuple[Item, Likert]]) -> tuple[Message, ...]:
    said = []
    for item, summary in answered:
        if summary.n < cells.FEW or isinstance(summary.consensus, TooFew):
            continue
        agree = summary.counts[4] + summary.counts[5]
        if summary.consensus >= AGREED and 2 * agree > summary.n:
            text = _("“{item}”: {count} of {n} agree; opinions lie close together (consensus {consensus}).")
        elif summary.consensus >= AGREED and 2 * (summary.counts[1] + summary.counts[2]) > summary.n:
            agree = summary.counts[1] + summary.counts[2]
            text = _("“{item}”: {count} of {n} disagree; opinions lie close together (consensus {consensus}).")
        else:
            continue
        consensus = cells.number(summary.consensus, 1)
        said.append(
            Message(
                text.format(item=item.label, count=cells.whole(agree), n=cells.whole(summary.n), consensus=consensus),
                n=cells.fewest(agree, summary.n),
            )
        )
    divided = [
        item.label
        for item, summary in answered
        if summary.n >= cells.FEW and not isinstance(summary.consensus, TooFew) and summary.consensus < 0.5
    ]
    if divided:
        text = _("Opinions are divided on: {items}.")
        said.append(Message(text.format(items=cells.listed(map(cells.quoted, divided)))))
    few = max((summary.n for _item, summary in answered), default=0)
    said += cells.few_warning(few)
    return tuple(said)
