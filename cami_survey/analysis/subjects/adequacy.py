"""How adequate measures are in the eyes of experts, and which gaps they would close first."""

from __future__ import annotations

from statistics import median

import numpy as np
from numpy.typing import NDArray

from cami_survey.analysis import cells, feeds
from cami_survey.analysis.factor import Factor, Numbers, crossed, parted
from cami_survey.analysis.material import REFUSED, UNKNOWN, Material, Rows, is_answer
from cami_survey.analysis.methods.findings import Heard, TooFew
from cami_survey.analysis.methods.likert import likert
from cami_survey.analysis.methods.meetings import effectiveness
from cami_survey.analysis.results import Analysis, BarChart, Column, Figure, Message, ResultTable, Tone
from cami_survey.analysis.subjects.organisations import LEVELS
from cami_survey.base.texts import _, ngettext

NAME = "adequacy"
SCALE = (0, 1, 2, 3)
CODES = {str(level): level for level in SCALE}
TONES: tuple[Tone, ...] = ("bad", "notable", "", "good")


def title() -> str:
    """What the analysis is called."""
    return _("Adequacy of measures")


def adequacy(material: Material) -> Analysis:
    """Every kind of measure by the experts' scores, scores by species and country, and gaps by field."""
    question = _("How adequate are measures, and which gaps come first?")
    rows = material.rows(*feeds.EXPERT_MEASURES, optional=("species", "country"))
    scored = np.logical_or.reduce([rows[name].among(CODES) for name in feeds.EXPERT_MEASURES]).nonzero()[0]
    gaps = _gaps(material)
    if not len(scored) and gaps is None:
        return cells.nothing(NAME, title(), question, material, asked=rows.asked)
    tables: list[ResultTable] = []
    figures: tuple[Figure, ...] = ()
    said: list[Message] = []
    interviews = rows.interviews[scored]
    if len(scored):
        measures = {name: _heard(rows[name]) for name in feeds.EXPERT_MEASURES}
        tables += [_measures(material, measures), _scores(material, rows, scored)]
        figures = (_figure(material, measures),)
        said += _messages(material, measures)
    if gaps is not None:
        tables.append(gaps[0])
        interviews = np.concatenate([interviews, gaps[1]])
    n = len(np.unique(interviews))
    said += cells.few_warning(n)
    method = _(
        "Adequacy from 0 (none) to 3 (adequate), each expert one voice; the score is the sum of what was given as a "
        "share of what could have been given, as in METT. Answers that nobody knew are in no figure. Gaps are ordered "
        "by the median of importance, then of feasibility."
    )
    return Analysis(NAME, title(), question, n, tuple(tables), figures, tuple(said), method)


def _heard(answers: Factor) -> Heard[int]:
    counts = answers.counted()
    given = tuple(map(CODES.__getitem__, answers.take(answers.among(CODES))))
    return Heard(given, counts.get(REFUSED, 0), counts.get(UNKNOWN, 0), counts.get("", 0))


def _measures(material: Material, measures: dict[str, Heard[int]]) -> ResultTable:
    name = feeds.EXPERT_MEASURES[0]
    columns = (
        cells.name_column(_("Measure")),
        cells.n_column(_("Experts")),
        *(Column(f"level{level}", material.label(name, str(level)), "count") for level in SCALE),
        Column("median", _("Median (0 to 3)"), "number"),
        Column("consensus", _("Consensus"), "number", 2, public_decimals=1),
        Column("unknown", _("Did not know"), "count"),
    )
    rows = []
    for measure, answers in sorted(measures.items(), key=lambda item: _lowest(item[1])):
        summary = likert(answers, SCALE)
        rows.append(
            (
                cells.text(material.question(measure)),
                cells.count(summary.n),
                *(cells.count(summary.counts[level], n=summary.n) for level in SCALE),
                cells.median_cell(summary.median),
                cells.figure(summary.consensus, summary.n),
                cells.count(summary.unknown),
            )
        )
    return ResultTable("measures", _("Measures, the least adequate first"), columns, tuple(rows))


def _lowest(answers: Heard[int]) -> tuple[float, float]:
    """Lowest median first, then the lowest mean; those without answers last."""
    if not answers.given:
        return (9.0, 0.0)
    return (float(median(answers.given)), sum(answers.given) / answers.n)


def _scores(material: Material, rows: Rows, scored: Numbers) -> ResultTable:
    codes, places = crossed(rows["species"].take(scored), rows["country"].take(scored))
    given = [list(map(CODES.get, rows[name].take(scored))) for name in feeds.EXPERT_MEASURES]
    all_scores = [effectiveness(one) for one in zip(*given, strict=True)]
    interviews = rows.interviews[scored]
    columns = (
        cells.name_column(_("Species")),
        Column("country", _("Country")),
        cells.n_column(_("Experts")),
        Column("score", _("Score (median of experts)"), "percent", additive=False),
    )
    lines = []
    for (species, country), ours in sorted(
        zip(places, parted(codes, len(places)), strict=True), key=lambda item: item[0]
    ):
        found = (all_scores[row] for row in ours.tolist())
        scores = sorted(score / 100 for score in found if not isinstance(score, TooFew))
        behind = material.behind(interviews[ours])
        lines.append(
            (
                cells.text(material.species_label(species) or _("not told"), records=behind),
                cells.text(material.country_label(country) or _("country not told")),
                cells.count(len(scores), records=behind),
                cells.figure(median(scores), len(scores), interval=cells.middle_half(scores), records=behind),
            )
        )
    return ResultTable("scores", _("Scores by species and country"), columns, tuple(lines))


def _gaps(material: Material) -> tuple[ResultTable, Numbers] | None:
    """Fields in which experts name gaps, with the experts; None where nobody named any."""
    rows = material.rows(*feeds.EXPERT_GAPS)
    fields, importance, feasibility = (rows[name] for name in feeds.EXPERT_GAPS)
    named = (fields.where(is_answer) & importance.among(LEVELS)).nonzero()[0]
    if not len(named):
        return None
    interviews = rows.interviews[named]
    codes, found = crossed(fields.take(named))
    told = zip(
        (code for (code,) in found),
        (interviews[ours] for ours in parted(codes, len(found))),
        _levels(importance.take(named), codes, len(found)),
        _levels(feasibility.take(named), codes, len(found)),
        strict=True,
    )
    ordered = sorted(told, key=lambda one: (len(one[1]) < cells.FEW, -median(one[2]), -median(one[3] or [0.0]), one[0]))
    columns = (
        cells.name_column(_("Field")),
        cells.n_column(_("Gaps named")),
        Column("importance", _("Importance (median)"), "number"),
        Column("feasibility", _("Feasibility (median)"), "number"),
    )
    lines = []
    for code, experts, first, second in ordered:
        behind = material.behind(experts)
        lines.append(
            (
                cells.text(material.label("g_field", code), records=behind),
                cells.count(len(first), records=behind),
                cells.figure(median(first), len(first), interval=cells.middle_half(first), records=behind),
                cells.figure(
                    median(second) if second else None, len(second), interval=cells.middle_half(second), records=behind
                ),
            )
        )
    return ResultTable("gaps", _("Gaps that experts name, by field"), columns, tuple(lines)), interviews


def _levels(answers: Factor, groups: NDArray[np.int64], number: int) -> list[list[float]]:
    """The levels of a scale from 1 to 5 that were given in each group, in ascending order."""
    given = answers.among(LEVELS)
    levels = answers.take(given).on(LEVELS, 0).astype(np.float64)
    return [np.sort(levels[rows]).tolist() for rows in parted(groups[given], number)]


def _figure(material: Material, measures: dict[str, Heard[int]]) -> Figure:
    known = {name: answers for name, answers in measures.items() if answers.given}
    order = sorted(known, key=lambda name: _lowest(known[name]))
    name = feeds.EXPERT_MEASURES[0]
    chart = BarChart(
        tuple(material.question(measure) for measure in order),
        tuple(material.label(name, str(level)) for level in SCALE),
        tuple(tuple(known[measure].given.count(level) / known[measure].n for level in SCALE) for measure in order),
        tuple(known[measure].n for measure in order),
        "percent",
        TONES,
    )
    most = max(chart.ns)
    subtitle = ngettext("Shares of answers, up to {n} expert", "Shares of answers, up to {n} experts", most)
    parts = (
        _("{item}: median {median}").format(
            item=material.question(measure), median=cells.plain(median(known[measure].given))
        )
        for measure in order
    )
    return Figure("measures", title(), subtitle.format(n=cells.whole(most)), chart, f"{title()}. {'; '.join(parts)}.")


def _messages(material: Material, measures: dict[str, Heard[int]]) -> list[Message]:
    weak = [name for name, answers in measures.items() if answers.n >= cells.FEW and median(answers.given) <= 1]
    if not weak:
        return []
    text = _("At least half of the experts find none or only weak measures: {names}.")
    weak.sort(key=lambda name: _lowest(measures[name]))
    return [Message(text.format(names=cells.listed(cells.quoted(material.question(name)) for name in weak[:4])))]
