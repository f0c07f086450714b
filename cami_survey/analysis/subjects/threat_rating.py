"""How bad the threats are: the rating of the Open Standards, with its roll-up."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping

from cami_survey.analysis import cells
from cami_survey.analysis.material import Material
from cami_survey.analysis.methods.threats import Project, project
from cami_survey.analysis.results import Analysis, Cell, Column, Figure, MatrixChart, Message, ResultTable, Tone
from cami_survey.analysis.subjects.judgements import (
    Judged,
    Key,
    by_experts,
    by_organisations,
    expert_rows,
    stakeholder_rows,
)
from cami_survey.base.order import ordered
from cami_survey.base.texts import _, ngettext

NAME = "threat_rating"
APART = 2


def title() -> str:
    """What the analysis is called."""
    return _("Threat rating")


def level_words(level: int) -> str:
    """A level as people read it."""
    return (_("not rated"), _("low"), _("medium"), _("high"), _("very high"))[level]


def threat_rating(material: Material) -> Analysis:
    """Threats by species: group ratings, rolled up over species and over threats."""
    question = _("How bad is which threat for which species?")
    experts, organisations = expert_rows(material), stakeholder_rows(material)
    found = merged(by_experts(experts), by_organisations(material, organisations))
    rated = {key: one for key, one in found.items() if one.judgements}
    if not rated:
        return cells.nothing(NAME, title(), question, material, asked=experts.asked or organisations.asked)
    levels = {key: one.rating.level for key, one in rated.items()}
    whole = project(levels)
    tables = (_matrix(material, rated, levels, whole), _threats(material, rated, whole), _single(material, rated))
    n = len({interview for one in rated.values() for interview in one.interviews})
    method = _(
        "Open Standards: magnitude is the lower of scope and severity, raised or lowered by irreversibility. Of "
        "several judges the medians of scope, severity and irreversibility are taken (halves up), never the mean of "
        "ratings. Rolled up by the rule of 3-5-7, then two-prime: a single very high gives high, a single high gives "
        "medium. Each expert and each organisation is one voice, whatever the country."
    )
    return Analysis(NAME, title(), question, n, tables, (_figure(n),), _messages(material, rated, whole), method)


def merged(*parts: Mapping[Key, Judged]) -> dict[tuple[str, str], Judged]:
    """Judgements by (threat, species), whatever the country."""
    found: defaultdict[tuple[str, str], Judged] = defaultdict(Judged)
    for part in parts:
        for (species, threat, _country), one in part.items():
            whole = found[threat, species]
            whole.judgements += one.judgements
            whole.absent += one.absent
            whole.interviews += one.interviews
    return dict(found)


def threat_label(material: Material, code: str) -> str:
    """What a threat is called, whichever question names it."""
    return material.label_among(("t_code", "thr_code", "threats", "pl_threat", "rk_items"), code)


Rated = Mapping[tuple[str, str], Judged]


def _tone(level: int) -> Tone:
    return "bad" if level >= 4 else "notable" if level == 3 else ""


def _level(material: Material, level: int, one: Judged | None) -> Cell:
    if one is None or not level:
        return Cell(None, 0, tone="missing")
    return cells.figure(
        level_words(level), one.n, records=material.behind(one.interviews), tone=_tone(level), weight=level / 4
    )


def _order(whole: Project, rated: Rated) -> list[str]:
    """Threats by their roll-up, then by how many judged them."""
    count: defaultdict[str, int] = defaultdict(int)
    for (threat, _species), one in rated.items():
        count[threat] += len(one.judgements)
    return sorted(whole.threats, key=lambda threat: (-whole.threats[threat], -count[threat], threat))


def _matrix(material: Material, rated: Rated, levels: Mapping[tuple[str, str], int], whole: Project) -> ResultTable:
    species = sorted(whole.targets, key=lambda code: (-whole.targets[code], ordered(material.species_label(code))))
    columns = (
        cells.name_column(_("Threat")),
        *(Column(code, material.species_label(code), "level") for code in species),
        Column("all", _("All species"), "level"),
    )
    of_threat: Counter[str] = Counter()
    of_species: Counter[str] = Counter()
    for (threat, code), one in rated.items():
        of_threat[threat] += len(one.judgements)
        of_species[code] += len(one.judgements)
    rows = [
        (
            cells.text(threat_label(material, threat)),
            *(_level(material, levels.get((threat, code), 0), rated.get((threat, code))) for code in species),
            _rolled(whole.threats[threat], of_threat[threat]),
        )
        for threat in _order(whole, rated)
    ]
    rolled = [_rolled(whole.targets[code], of_species[code]) for code in species]
    overall = _rolled(whole.overall, of_threat.total())
    rows.append((cells.text(_("All threats")), *rolled, overall))
    return ResultTable("matrix", _("Threats by species"), columns, tuple(rows))


def _rolled(level: int, n: int) -> Cell:
    """A level that is rolled up from `n` judgements."""
    return cells.figure(level_words(level), n, tone=_tone(level))


def _threats(material: Material, rated: Rated, whole: Project) -> ResultTable:
    columns = (
        cells.name_column(_("Threat")),
        Column("level", _("Rolled up"), "level"),
        Column("species", _("Species"), "number", 0),
        cells.n_column(_("Judgements")),
        Column("lowest", _("Lowest single rating"), "level", reach="team"),
        Column("highest", _("Highest single rating"), "level", reach="team"),
    )
    rows = []
    for threat in _order(whole, rated):
        ours = {species: one for (name, species), one in rated.items() if name == threat}
        spread = [level for one in ours.values() for level in one.rating.spread]
        n = sum(len(one.judgements) for one in ours.values())
        behind = material.behind([interview for one in ours.values() for interview in one.interviews])
        rows.append(
            (
                cells.text(threat_label(material, threat), records=behind),
                cells.figure(level_words(whole.threats[threat]), n, records=behind, tone=_tone(whole.threats[threat])),
                cells.figure(len(ours), n),
                cells.count(n, records=behind),
                cells.figure(level_words(min(spread)), n),
                cells.figure(level_words(max(spread)), n),
            )
        )
    return ResultTable("threats", _("Threats, rolled up over species"), columns, tuple(rows))


def _single(material: Material, rated: Rated) -> ResultTable:
    """Every rating with its spread: what the matrix is made of."""
    columns = (
        cells.name_column(_("Species")),
        Column("threat", _("Threat")),
        Column("level", _("Rating"), "level"),
        cells.n_column(_("Judgements")),
        Column("spread", _("Single ratings")),
    )
    rows = []
    for (threat, species), one in sorted(
        rated.items(), key=lambda item: (ordered(material.species_label(item[0][1])), item[0])
    ):
        group = one.rating
        behind = material.behind(one.interviews)
        low, high = (level_words(level) for level in group.spread)
        rows.append(
            (
                cells.text(material.species_label(species), records=behind),
                cells.text(threat_label(material, threat)),
                _level(material, group.level, one),
                cells.count(group.n, records=behind),
                cells.text(low if low == high else _("{low} to {high}").format(low=low, high=high), n=group.n),
            )
        )
    return ResultTable("ratings", _("Ratings with their spread"), columns, tuple(rows))


def _figure(n: int) -> Figure:
    name = _("Threats by species")
    alt = _("Matrix of threats (lines) and species (columns), darker where the rating is higher; the table says each.")
    subtitle = _("Group ratings, {interviews}; empty: nobody rated it").format(interviews=cells.interviews(n))
    return Figure("matrix", name, subtitle, MatrixChart("matrix", level_words(1), level_words(4)), alt)


def _messages(material: Material, rated: Rated, whole: Project) -> tuple[Message, ...]:
    order = _order(whole, rated)
    top = [threat for threat in order if whole.threats[threat] == whole.threats[order[0]]]
    said = []
    n = sum(len(one.judgements) for one in rated.values())
    if n >= cells.FEW:
        text = _("Rolled up over species, {level}: {names}.")
        named = cells.listed(threat_label(material, threat) for threat in top[:5])
        said.append(Message(text.format(level=level_words(whole.threats[order[0]]), names=named)))
        text = ngettext(
            "All threats together rate {level} ({n} judgement).",
            "All threats together rate {level} ({n} judgements).",
            n,
        )
        said.append(Message(text.format(level=level_words(whole.overall), n=cells.whole(n)), n=n))
    apart = sum(one.rating.spread[1] - one.rating.spread[0] >= APART for one in rated.values())
    if apart:
        text = ngettext(
            "On {n} combination of threat and species single ratings lie two levels or more apart: talk about it.",
            "On {n} combinations of threat and species single ratings lie two levels or more apart: talk about them.",
            apart,
        )
        said.append(Message(text.format(n=cells.whole(apart))))
    single = sum(len(one.judgements) == 1 for one in rated.values())
    if single:
        text = ngettext(
            "{n} of {all} ratings rests on one judgement.", "{n} of {all} ratings rest on one judgement.", single
        )
        said.append(cells.warn(text.format(n=cells.whole(single), all=cells.whole(len(rated)))))
    said += cells.few_warning(n)
    return tuple(said)
