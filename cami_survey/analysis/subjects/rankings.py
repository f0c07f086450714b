"""What organisations put in order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cami_survey.analysis import cells, feeds
from cami_survey.analysis.factor import Factor, by_code, parted, split
from cami_survey.analysis.material import Material, is_answer
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
from cami_survey.analysis.subjects.organisations import Voices, voices
from cami_survey.base.heeding import heed
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
    given = _given(voices(material, rows), rows[feeds.RANKED_THEMES[0]])
    if not given.judges:
        return cells.nothing(NAME, title(), question, material, asked=rows.asked)
    heed()
    rankings = given.rankings()
    found = priorities(rankings)
    agreement = _agreement(rankings, [one.item for one in found])
    interviews = rows.interviews[given.rows]
    behind = {item: material.behind(interviews[of]) for item, of in given.rows_by_item()}
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
                cells.text(material.label(name, one.item), records=(those := behind[one.item])),
                cells.count(one.n, records=those),
                cells.figure(one.median, one.n, records=those),
                cells.figure(one.best, one.n),
                cells.figure(one.worst, one.n),
            )
            for one in lines
        ),
    )
    dots = _ranked_dots(material, name, lines, given, behind)
    method = _(
        "Median ranks, never sums of ranks. Agreement is Kendall's W (1948), corrected for ties: below 0.3 weak, to "
        "0.7 moderate, above strong. Each organisation is one voice."
    )
    n = len(interviews)
    tables = (table, _agreement_table(agreement))
    said = _ranked_messages(material, name, found, agreement, len(rankings))
    return Analysis(NAME, title(), question, n, tables, (dots,), said, method)


@dataclass(frozen=True, slots=True, eq=False)
class _Given:
    """What `judges` organisations put in order: the rank that a judge gives an item, each pair of them once.

    `rows` are those with an order, `judge_of_row` whose each is.
    """

    judges: int
    items: Sequence[str]
    judge: NDArray[np.int64]
    item: NDArray[np.int64]
    rank: NDArray[np.float64]
    rows: NDArray[np.int64]
    judge_of_row: NDArray[np.int64]

    def rankings(self) -> list[dict[str, float]]:
        """Every judge's ranks by item."""
        found: list[dict[str, float]] = [{} for _ in range(self.judges)]
        for judge, item, rank in zip(self.judge.tolist(), self.item.tolist(), self.rank.tolist(), strict=True):
            found[judge][self.items[item]] = rank
        return found

    def ranks(self) -> dict[str, list[float]]:
        """The ranks of each item, the best first."""
        parts = parted(self.item, len(self.items))
        return {item: np.sort(self.rank[ours]).tolist() for item, ours in zip(self.items, parts, strict=True)}

    def rows_by_item(self) -> Iterator[tuple[str, NDArray[np.bool_]]]:
        """Which of the rows are of judges who gave each item a rank."""
        for item, ours in zip(self.items, parted(self.item, len(self.items)), strict=True):
            ranked = np.zeros(self.judges, np.bool_)
            ranked[self.judge[ours]] = True
            yield item, ranked[self.judge_of_row]


def _given(judges: Voices, texts: Factor) -> _Given:
    """Ranks of organisations: the medians of their respondents."""
    heed()
    rows = by_code(judges.codes)
    rows = rows[texts.where(is_answer)[rows]]
    ranked, judge_of_row = np.unique(judges.codes[rows], return_inverse=True)
    of, words = split(texts.take(rows))
    places = np.arange(1, len(of) + 1) - np.searchsorted(of, of)
    width, top = len(words.levels), int(places.max(initial=0)) + 1
    told = np.sort((judge_of_row[of] * width + words.codes) * top + places)
    pairs, places = np.divmod(told, top)
    firsts = np.flatnonzero(np.diff(pairs, prepend=-1))
    sizes = np.diff(firsts, append=len(pairs))
    judge, item = np.divmod(pairs[firsts], max(1, width))
    # Who gave one order alone and named an item twice in it ranks it where it stands last.
    alone = np.bincount(judge_of_row, minlength=len(ranked))[judge] == 1
    lower, upper = (np.where(alone, sizes - 1, (sizes - 1 + more) // 2) for more in (0, 1))
    rank = (places[firsts + lower] + places[firsts + upper]) / 2
    return _Given(len(ranked), words.levels, judge, item, rank, rows, judge_of_row)


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
            "agreement",
            _("Agreement"),
            columns,
            ((cells.text(cells.DASH), few, few, cells.count(agreement.n), Cell(None)),),
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
    given: _Given,
    behind: Mapping[str, Sequence[str]],
) -> Figure:
    ranks = given.ranks()
    drawn = []
    for one in lines:
        marks = (Mark(0, one.median, cells.middle_half(ranks[one.item])),)
        drawn.append(DotLine(material.label(name, one.item), marks, one.n, records=behind[one.item]))
    chart = DotChart(
        (_("median rank"),),
        (1.0, float(max(2, len(lines)))),
        (_("first"), _("last")),
        tuple(drawn),
    )
    n = given.judges
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
