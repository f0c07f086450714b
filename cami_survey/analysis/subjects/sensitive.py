"""Protected questions about hunting: estimates for the group, never for a person."""

from __future__ import annotations

from cami_survey.analysis import cells, feeds
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
    if not (dice_on or lists_on or others_on):
        asked = any(material.rows(name).asked for name in (feeds.DICE, feeds.PROJECTIVE, feeds.LISTS[1]))
        return cells.nothing(NAME, title(), question, material, asked=asked)
    tables = [_table(material, [one for one in found if one[2]])] if dice_on or lists_on else []
    if others_on:
        tables.append(others)
    n = len({*dice_on, *lists_on, *others_on})
    method = _(
        "Forced response with two dice: share = (yes - 1/6) / (3/4). List experiment: mean count of the long list less "
        "that of the short one. Nobody's own answer is known. Estimates outside 0 to 100 % are cut, the interval shows "
        "how little is known. Ballot papers are counted apart and are not in here."
    )
    return Analysis(NAME, title(), question, n, tuple(tables), _figures(material, found), _messages(found), method)


# What an estimate is called, the estimate, who is behind it, and how many answers it would give away.
Found = list[tuple[str, Estimate | TooFew, list[int], int]]


def _possible(estimate: Estimate | TooFew) -> Estimate | TooFew:
    """The estimate, unless all of its interval is impossible: then too few answered to say anything."""
    if isinstance(estimate, TooFew) or estimate.interval.low < estimate.interval.high:
        return estimate
    return TooFew("too few", estimate.n, estimate.n + 1)


def _dice(material: Material) -> tuple[Estimate | TooFew, list[int]]:
    rows = material.rows(feeds.DICE)
    given = [one for one, text in zip(rows.interviews, rows[feeds.DICE], strict=True) if text in ("yes", "no")]
    return _possible(forced_response(sum(text == "yes" for text in rows[feeds.DICE]), len(given))), given


def _said_least(material: Material) -> int:
    """How many of those with the dice said the rarer of yes and no: the share can be turned back into that."""
    said = material.rows(feeds.DICE)[feeds.DICE]
    yes, no = (sum(text == word for text in said) for word in ("yes", "no"))
    return cells.fewest(yes, yes + no)


def _asked_least(material: Material) -> int:
    """How many were asked by the list that fewer were asked by."""
    groups = material.rows(*feeds.LISTS)[feeds.LISTS[0]]
    return min(sum(group == one for group in groups) for one in (SHORT, LONG))


def _lists(material: Material) -> tuple[Estimate | TooFew, list[int]]:
    rows = material.rows(*feeds.LISTS)
    counts: dict[str, list[int]] = {SHORT: [], LONG: []}
    given = []
    for one, group, text in zip(rows.interviews, *(rows[name] for name in feeds.LISTS), strict=True):
        if group in counts and text.isdecimal():
            counts[group].append(int(text))
            given.append(one)
    return _possible(list_experiment(counts[SHORT], counts[LONG])), given


def _others(material: Material) -> tuple[ResultTable, list[int]]:
    """What people say of people of the area."""
    rows = material.rows(feeds.PROJECTIVE)
    texts = [text for text in rows[feeds.PROJECTIVE] if text]
    given = [one for one, text in zip(rows.interviews, rows[feeds.PROJECTIVE], strict=True) if text]
    levels = tuple(CODES[text] for text in texts if text in CODES)
    summary = likert(Heard(levels, texts.count(REFUSED), texts.count(UNKNOWN)), SCALE)
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
            if given:
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
