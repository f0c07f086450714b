"""Attitudes on a scale of agreement: counts, medians, how far people agree, and two groups compared."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, repeat

from cami_survey.analysis import cells, feeds
from cami_survey.analysis.material import REFUSED, UNKNOWN, Material
from cami_survey.analysis.methods.findings import Heard, TooFew
from cami_survey.analysis.methods.likert import Likert, likert
from cami_survey.analysis.methods.medians import Median, cluster_medians, median_of
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
    interviews: Sequence[int]
    texts: Sequence[str]

    @cached_property
    def heard(self) -> Heard[int]:
        """Levels given, with refusals, don't-knows and the rest apart."""
        counts = Counter(self.texts)
        given = chain.from_iterable(repeat(level, counts[code]) for code, level in CODES.items())
        strange = counts.total() - sum(counts[code] for code in (*CODES, REFUSED, UNKNOWN, ""))
        return Heard(tuple(given), counts[REFUSED], counts[UNKNOWN], counts[""], (0,) * strange)

    @cached_property
    def levels(self) -> list[int | None]:
        """The level of every answer, None for what is not on the scale."""
        return list(map(CODES.get, self.texts))

    @cached_property
    def given(self) -> list[tuple[int, int]]:
        """(interview, level) of those who answered on the scale."""
        return [(one, level) for one, level in zip(self.interviews, self.levels, strict=True) if level is not None]


def items_of(material: Material) -> tuple[list[Item], bool]:
    """The statements that somebody answered in any way."""
    found, asked = [], False
    for name in feeds.ATTITUDES:
        rows = material.rows(name)
        asked = asked or rows.asked
        if any(rows[name]):
            found.append(Item(name, _statement(material.question(name)), rows.interviews.tolist(), list(rows[name])))
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
    summed = [(item, likert(item.heard, SCALE)) for item in items]
    words = [material.label(items[0].name, str(level)) for level in SCALE]
    columns = (
        cells.name_column(_("Statement")),
        cells.n_column(),
        *(Column(f"level{level}", word, "count", reach="team") for level, word in zip(SCALE, words, strict=True)),
        Column("median", _("Median"), "number"),
        Column("consensus", _("Consensus"), "number", 2),
    )
    table = ResultTable(
        "statements", _("Statements"), columns, tuple(_row(material, item, summary) for item, summary in summed)
    )
    answered = [(item, summary) for item, summary in summed if summary.n]
    people = len({one for item in items for one, _level in item.given})
    method = _(
        "Medians with the interval of the sign test over camps or districts, each one voice; consensus of Tastle and "
        "Wierman (2007), 1 where all answer the same, 0 where half stand at each end. Refusals and don't-knows are in "
        "no figure."
    )
    figures = (_figure(answered, words),) if answered else ()
    n = people or len({one for item in items for one in item.interviews})
    return Analysis(NAME, title(), question, n, (table, _silent(summed)), figures, _messages(answered), method)


def _by_camp(material: Material, given: list[tuple[int, int]]) -> Median | TooFew:
    """The median over camps or districts, each the median of its people."""
    clusters = material.interviews.clusters
    return median_of(cluster_medians((clusters[one] or one, level) for one, level in given).values())


def _row(material: Material, item: Item, summary: Likert) -> tuple[Cell, ...]:
    levels: defaultdict[int, list[int]] = defaultdict(list)
    given = item.given
    for one, level in given:
        levels[level].append(one)
    everyone = material.behind([one for one, _level in given])
    lacking = item.heard.too_few()
    middle = _by_camp(material, given)
    shown = middle.interval if isinstance(middle, Median) else None
    return (
        cells.text(item.label, records=everyone),
        cells.count(summary.n, records=everyone),
        *(cells.count(summary.counts[level], n=summary.n, records=material.behind(levels[level])) for level in SCALE),
        Cell(lacking, 0) if lacking else cells.figure(_middle(summary), summary.n, interval=shown, records=everyone),
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
        consensus = cells.number(summary.consensus, 2)
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
        said.append(Message(text.format(items=cells.listed(f"“{item}”" for item in divided))))
    few = max((summary.n for _item, summary in answered), default=0)
    said += cells.few_warning(few)
    return tuple(said)
