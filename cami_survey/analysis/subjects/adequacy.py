"""How adequate measures are in the eyes of experts, and which gaps they would close first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from statistics import median

from cami_survey.analysis import cells, feeds
from cami_survey.analysis.material import REFUSED, UNKNOWN, Material
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
    scored = [row for row in range(len(rows)) if any(rows[name][row] in CODES for name in feeds.EXPERT_MEASURES)]
    gaps = _gaps(material)
    if not scored and gaps is None:
        return cells.nothing(NAME, title(), question, material, asked=rows.asked)
    tables: list[ResultTable] = []
    figures: tuple[Figure, ...] = ()
    said: list[Message] = []
    interviews = {rows.interviews[row] for row in scored}
    if scored:
        measures = {name: _heard(rows[name]) for name in feeds.EXPERT_MEASURES}
        tables += [_measures(material, measures), _scores(material, scored)]
        figures = (_figure(material, measures),)
        said += _messages(material, measures)
    if gaps is not None:
        tables.append(gaps[0])
        interviews |= gaps[1]
    said += cells.few_warning(len(interviews))
    method = _(
        "Adequacy from 0 (none) to 3 (adequate), each expert one voice; the score is the sum of what was given as a "
        "share of what could have been given, as in METT. Answers that nobody knew are in no figure. Gaps are ordered "
        "by the median of importance, then of feasibility."
    )
    return Analysis(NAME, title(), question, len(interviews), tuple(tables), figures, tuple(said), method)


def _heard(texts: Sequence[str]) -> Heard[int]:
    given = tuple(CODES[text] for text in texts if text in CODES)
    return Heard(given, texts.count(REFUSED), texts.count(UNKNOWN), texts.count(""))


def _measures(material: Material, measures: dict[str, Heard[int]]) -> ResultTable:
    name = feeds.EXPERT_MEASURES[0]
    columns = (
        cells.name_column(_("Measure")),
        cells.n_column(_("Experts")),
        *(Column(f"level{level}", material.label(name, str(level)), "count") for level in SCALE),
        Column("median", _("Median (0 to 3)"), "number"),
        Column("consensus", _("Consensus"), "number", 2),
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


def _scores(material: Material, scored: list[int]) -> ResultTable:
    rows = material.rows(*feeds.EXPERT_MEASURES, optional=("species", "country"))
    places: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for row in scored:
        places[rows["species"][row], rows["country"][row]].append(row)
    columns = (
        cells.name_column(_("Species")),
        Column("country", _("Country")),
        cells.n_column(_("Experts")),
        Column("score", _("Score (median of experts)"), "percent", additive=False),
    )
    lines = []
    for (species, country), ours in sorted(places.items()):
        scores = []
        for row in ours:
            score = effectiveness([CODES.get(rows[name][row]) for name in feeds.EXPERT_MEASURES])
            if not isinstance(score, TooFew):
                scores.append(score / 100)
        behind = material.behind([rows.interviews[row] for row in ours])
        lines.append(
            (
                cells.text(material.species_label(species), records=behind),
                cells.text(material.country_label(country)),
                cells.count(len(scores), records=behind),
                cells.figure(median(scores), len(scores), interval=cells.middle_half(sorted(scores)), records=behind),
            )
        )
    return ResultTable("scores", _("Scores by species and country"), columns, tuple(lines))


def _gaps(material: Material) -> tuple[ResultTable, set[int]] | None:
    """Fields in which experts name gaps; None where nobody named any."""
    rows = material.rows(*feeds.EXPERT_GAPS)
    fields, importance, feasibility = (rows[name] for name in feeds.EXPERT_GAPS)
    found: defaultdict[str, list[int]] = defaultdict(list)
    for row, field in enumerate(fields):
        if field and importance[row] in LEVELS:
            found[field].append(row)
    if not found:
        return None

    def middle(column: Sequence[str], ours: list[int]) -> list[float]:
        return sorted(float(LEVELS[column[row]]) for row in ours if column[row] in LEVELS)

    ordered = sorted(
        found,
        key=lambda code: (
            len(found[code]) < cells.FEW,
            -median(middle(importance, found[code])),
            -median(middle(feasibility, found[code]) or [0.0]),
            code,
        ),
    )
    columns = (
        cells.name_column(_("Field")),
        cells.n_column(_("Gaps named")),
        Column("importance", _("Importance (median)"), "number"),
        Column("feasibility", _("Feasibility (median)"), "number"),
    )
    lines = []
    for code in ordered:
        behind = material.behind([rows.interviews[row] for row in found[code]])
        first, second = middle(importance, found[code]), middle(feasibility, found[code])
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
    interviews = {rows.interviews[row] for ours in found.values() for row in ours}
    return ResultTable("gaps", _("Gaps that experts name, by field"), columns, tuple(lines)), interviews


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
    return [Message(text.format(names=cells.listed(f"“{material.question(name)}”" for name in weak[:4])))]
