"""Protected questions about hunting: estimates for the group, never for a person."""

from __future__ import annotations

from collections import Counter

import numpy as np

from cami_survey.analysis import cells, feeds
from cami_survey.analysis.factor import Numbers, different
from cami_survey.analysis.material import REFUSED, UNKNOWN, Material
from cami_survey.analysis.methods.findings import Heard, TooFew
from cami_survey.analysis.methods.likert import likert
from cami_survey.analysis.methods.sensitive import Estimate, forced_response, list_experiment
from cami_survey.analysis.results import Analysis, Cell, Column, DotChart, DotLine, Figure, Mark, Message, ResultTable
from cami_survey.analysis.subjects.attitudes import CODES, SCALE
from cami_survey.base.texts import _

NAME = "sensitive"
SHORT, LONG = "a", "b"
# An interval that is wider says nothing for a single place.
WIDE = 0.3


def title() -> str:
    """What the analysis is called."""
    return _("Protected questions")


def sensitive(material: Material) -> Analysis:
    """Estimated shares by dice and by list, and what is said of others."""
    question = _("How common is the hunting of protected animals, without anybody admitting it?")
    dice, dice_on = _dice(material)
    lists, lists_on = _lists(material)
    others, others_on = _others(material)
    found = [
        (_("Dice: somebody of the household took a protected mammal"), dice, dice_on, _said_least(material)),
        (_("List: one statement more is true"), lists, lists_on, _asked_least(material)),
    ]
    everyone = np.concatenate([dice_on, lists_on, others_on])
    if not len(everyone):
        asked = any(material.rows(name).asked for name in (feeds.DICE, feeds.PROJECTIVE, feeds.LISTS[1]))
        return cells.nothing(NAME, title(), question, material, asked=asked)
    told = [one for one in found if len(one[2])]
    tables = [_table(material, told)] if told else []
    if len(others_on):
        tables.append(others)
    n = len(different(everyone))
    method = _(
        "Forced response with two dice: share = (yes - 1/6) / (3/4). List experiment: mean count of the long list less "
        "that of the short one. Nobody's own answer is known. Estimates outside 0 to 100 % are cut, the interval shows "
        "how little is known. Ballot papers are counted apart and are not in here."
    )
    return Analysis(NAME, title(), question, n, tuple(tables), _figures(material, found), _messages(found), method)


# What an estimate is called, the estimate, who is behind it, and how many answers it would give away.
Found = list[tuple[str, Estimate | TooFew, Numbers, int]]


def _possible(estimate: Estimate | TooFew) -> Estimate | TooFew:
    """The estimate, unless all of its interval is impossible: then too few answered to say anything."""
    if isinstance(estimate, TooFew) or estimate.interval.low < estimate.interval.high:
        return estimate
    return TooFew("too few", estimate.n, estimate.n + 1)


def _dice(material: Material) -> tuple[Estimate | TooFew, Numbers]:
    rows = material.rows(feeds.DICE)
    said = rows[feeds.DICE].counted()
    given = rows.interviews[rows[feeds.DICE].among(("yes", "no"))]
    return _possible(forced_response(said.get("yes", 0), len(given))), given


def _said_least(material: Material) -> int:
    """How many of those with the dice said the rarer of yes and no: the share can be turned back into that."""
    said = material.rows(feeds.DICE)[feeds.DICE].counted()
    yes, no = (said.get(word, 0) for word in ("yes", "no"))
    return cells.fewest(yes, yes + no)


def _asked_least(material: Material) -> int:
    """How many were asked by the list that fewer were asked by."""
    asked = material.rows(*feeds.LISTS)[feeds.LISTS[0]].counted()
    return min(asked.get(one, 0) for one in (SHORT, LONG))


def _lists(material: Material) -> tuple[Estimate | TooFew, Numbers]:
    rows = material.rows(*feeds.LISTS)
    groups, numbers = rows[feeds.LISTS[0]], rows[feeds.LISTS[1]].amounts()
    given = numbers >= 0
    short, long = (Counter(numbers[given & groups.among((group,))].tolist()) for group in (SHORT, LONG))
    return _possible(list_experiment(short, long)), rows.interviews[given & groups.among((SHORT, LONG))]


def _others(material: Material) -> tuple[ResultTable, Numbers]:
    """What people say of people of the area."""
    rows = material.rows(feeds.PROJECTIVE)
    texts = rows[feeds.PROJECTIVE]
    given = rows.interviews[texts.where(bool)]
    said = texts.counted()
    levels = tuple(level for text, level in CODES.items() for _answer in range(said.get(text, 0)))
    heard = Heard(levels, said.get(REFUSED, 0), said.get(UNKNOWN, 0))
    summary = likert(heard, SCALE)
    words = [material.label(feeds.PROJECTIVE, str(level)) for level in SCALE]
    columns = (
        cells.name_column(_("Said of people of the area")),
        cells.n_column(),
        *(Column(f"level{level}", word, "count") for level, word in zip(SCALE, words, strict=True)),
        Column("median", _("Median"), "number"),
        Column("refused", _("Refused"), "count"),
        Column("unknown", _("Did not know"), "count"),
    )
    behind = material.behind(given)
    row = (
        cells.text(material.question(feeds.PROJECTIVE), records=behind),
        cells.count(summary.n, records=behind),
        *(cells.count(summary.counts[level], n=summary.n) for level in SCALE),
        cells.median_cell(summary.median, records=behind),
        cells.count(summary.refused),
        cells.count(summary.unknown),
    )
    return ResultTable("others", _("What is said of others"), columns, (row,)), given


def _table(material: Material, found: Found) -> ResultTable:
    columns = (
        cells.name_column(_("Question")),
        cells.n_column(),
        Column("share", _("Estimated share"), "percent", additive=False),
        Column("raw", _("As computed"), "number", 3, reach="team"),
        Column("low", _("95 % from"), "percent", additive=False),
        Column("high", _("to"), "percent", additive=False),
    )
    rows: list[tuple[Cell, ...]] = []
    for label, estimate, given, least in found:
        behind = material.behind(given)
        if isinstance(estimate, TooFew):
            few = cells.figure(estimate, estimate.n)
            rows.append(
                (cells.text(label, records=behind), cells.count(len(given), records=behind), few, few, few, few)
            )
            continue
        n = estimate.n
        rows.append(
            (
                cells.text(label, records=behind),
                cells.count(n, records=behind),
                cells.figure(estimate.shown, n, interval=estimate.interval, records=behind, least=least),
                cells.figure(estimate.raw, n, least=least),
                cells.figure(estimate.interval.low, n, least=least),
                cells.figure(estimate.interval.high, n, least=least),
            )
        )
    return ResultTable("estimates", _("Estimated shares"), columns, tuple(rows))


def _figures(material: Material, found: Found) -> tuple[Figure, ...]:
    lines = tuple(
        DotLine(
            label,
            (Mark(0, estimate.shown, estimate.interval),),
            estimate.n,
            cells.percent(estimate.shown),
            material.behind(given),
        )
        for label, estimate, given, _least in found
        if isinstance(estimate, Estimate)
    )
    if not lines:
        return ()
    chart = DotChart((_("estimate"),), (0.0, 1.0), (cells.percent(0), cells.percent(1)), lines, _("share"))
    alt = "; ".join(f"{line.label}: {line.end}" for line in lines)
    subtitle = _("Estimates with 95 % intervals")
    name = _("Estimated shares")
    return (Figure("estimates", name, subtitle, chart, f"{name}. {alt}."),)


def _messages(found: Found) -> tuple[Message, ...]:
    said = []
    for label, estimate, given, least in found:
        name = label.partition(":")[0]
        if isinstance(estimate, TooFew):
            if len(given):
                text = _("{question}: {n} answers are too few for an estimate.")
                said.append(cells.warn(text.format(question=name, n=cells.whole(len(given)))))
            continue
        text = _("{question}: {share} ({interval}, {n} answers).")
        interval = cells.span(estimate.interval, shares=True)
        said.append(
            Message(
                text.format(
                    question=label, share=cells.percent(estimate.shown), interval=interval, n=cells.whole(estimate.n)
                ),
                n=least,
            )
        )
        if estimate.interval.high - estimate.interval.low > WIDE:
            text = _("The interval of {question} is too wide to say anything for a single place or to compare places.")
            said.append(cells.warn(text.format(question=name)))
        if not 0 <= estimate.raw <= 1:
            text = _(
                "{question}: the estimate lay outside 0 to 100 % and was cut; some may not have followed the rules."
            )
            said.append(cells.warn(text.format(question=name)))
    return tuple(said)
