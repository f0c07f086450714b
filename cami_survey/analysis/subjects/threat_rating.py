"""How bad the threats are: the rating of the Open Standards, with its roll-up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

import numpy as np

from cami_survey.analysis import cells
from cami_survey.analysis.material import Material
from cami_survey.analysis.methods.threats import Project, project
from cami_survey.analysis.results import Analysis, Cell, Column, Figure, MatrixChart, Message, ResultTable, Tone
from cami_survey.analysis.subjects.judgements import (
    Judged,
    by_experts,
    by_organisations,
    expert_rows,
    judged,
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
    parts = by_experts(experts), by_organisations(material, organisations)
    found = judged(lambda key: (key[1], key[0]), *parts)
    rated = {key: one for key, one in found.items() if one.rating.n}
    if not rated:
        return cells.nothing(NAME, title(), question, material, asked=experts.asked or organisations.asked)
    levels = {key: one.rating.level for key, one in rated.items()}
    whole = project(levels)
    order = _order(whole, rated)
    names = {threat: threat_label(material, threat) for threat in order}
    tables = (
        _matrix(material, rated, whole, names),
        _threats(material, rated, whole, names),
        _single(material, rated, names),
    )
    n = len(np.unique(np.concatenate([one.interviews for one in rated.values()])))
    method = _(
        "Open Standards: magnitude is the lower of scope and severity, raised or lowered by irreversibility. Of "
        "several judges the medians of scope, severity and irreversibility are taken (halves up), never the mean of "
        "ratings. Rolled up by the rule of 3-5-7, then two-prime: a single very high gives high, a single high gives "
        "medium. Each expert and each organisation is one voice, whatever the country."
    )
    return Analysis(NAME, title(), question, n, tables, (_figure(n),), _messages(rated, whole, names), method)


def threat_label(material: Material, code: str) -> str:
    """What a threat is called, whichever question names it."""
    return material.label_among(("t_code", "thr_code", "threats", "pl_threat", "rk_items"), code)


Rated = Mapping[tuple[str, str], Judged]
Names = Mapping[str, str]
"""What threats are called by their codes, in their order."""


def _tone(level: int) -> Tone:
    return "bad" if level >= 4 else "notable" if level == 3 else ""


UNRATED = Cell(None, 0, tone="missing")


def _level(one: Judged | None, words: Sequence[str], behind: Sequence[str]) -> Cell:
    if one is None:
        return UNRATED
    level = one.rating.level
    return Cell(words[level], one.n, tone=_tone(level), weight=level / 4, records=behind)


def _order(whole: Project, rated: Rated) -> list[str]:
    """Threats by their roll-up, then by how many judged them."""
    count: defaultdict[str, int] = defaultdict(int)
    for (threat, _species), one in rated.items():
        count[threat] += one.rating.n
    return sorted(whole.threats, key=lambda threat: (-whole.threats[threat], -count[threat], threat))


def _matrix(material: Material, rated: Rated, whole: Project, names: Names) -> ResultTable:
    species = sorted(whole.targets, key=lambda code: (-whole.targets[code], ordered(material.species_label(code))))
    columns = (
        cells.name_column(_("Threat")),
        *(Column(code, material.species_label(code), "level") for code in species),
        Column("all", _("All species"), "level"),
    )
    of_threat: defaultdict[str, list[Judged]] = defaultdict(list)
    of_species: defaultdict[str, list[Judged]] = defaultdict(list)
    for (threat, code), one in rated.items():
        of_threat[threat].append(one)
        of_species[code].append(one)
    words = _words()
    shown = {key: _level(one, words, material.behind(one.interviews)) for key, one in rated.items()}
    rows = [
        (
            cells.text(label),
            *(shown.get((threat, code), UNRATED) for code in species),
            _rolled(whole.threats[threat], of_threat[threat]),
        )
        for threat, label in names.items()
    ]
    rolled = [_rolled(whole.targets[code], of_species[code]) for code in species]
    overall = _rolled(whole.overall, list(rated.values()))
    rows.append((cells.text(_("All threats")), *rolled, overall))
    return ResultTable("matrix", _("Threats by species"), columns, tuple(rows))


def _words() -> list[str]:
    return [level_words(level) for level in range(5)]


def _rolled(level: int, ours: Sequence[Judged]) -> Cell:
    """A level that is rolled up from several ratings."""
    n = sum(one.rating.n for one in ours)
    return cells.figure(level_words(level), n, tone=_tone(level), least=min(n, _judges(ours)))


def _judges(ours: Sequence[Judged]) -> int:
    """How many interviews the judgements are from: one may judge several threats and species."""
    return len(np.unique(np.concatenate([one.interviews for one in ours])))


def _threats(material: Material, rated: Rated, whole: Project, names: Names) -> ResultTable:
    columns = (
        cells.name_column(_("Threat")),
        Column("level", _("Rolled up"), "level"),
        Column("species", _("Species"), "number", 0),
        cells.n_column(_("Judgements")),
        Column("lowest", _("Lowest single rating"), "level", reach="team"),
        Column("highest", _("Highest single rating"), "level", reach="team"),
    )
    of_threat: defaultdict[str, list[Judged]] = defaultdict(list)
    for (threat, _species), one in rated.items():
        of_threat[threat].append(one)
    rows = []
    for threat, label in names.items():
        ours = of_threat[threat]
        spread = [level for one in ours for level in one.rating.spread]
        n = sum(one.rating.n for one in ours)
        judges = min(n, _judges(ours))
        behind = material.behind(np.concatenate([one.interviews for one in ours]))
        rows.append(
            (
                cells.text(label, records=behind),
                cells.figure(
                    level_words(whole.threats[threat]),
                    n,
                    records=behind,
                    tone=_tone(whole.threats[threat]),
                    least=judges,
                ),
                cells.figure(len(ours), n, least=judges),
                cells.count(n, records=behind, least=judges),
                cells.figure(level_words(min(spread)), n),
                cells.figure(level_words(max(spread)), n),
            )
        )
    return ResultTable("threats", _("Threats, rolled up over species"), columns, tuple(rows))


def _single(material: Material, rated: Rated, names: Names) -> ResultTable:
    """Every rating with its spread: what the matrix is made of."""
    columns = (
        cells.name_column(_("Species")),
        Column("threat", _("Threat")),
        Column("level", _("Rating"), "level"),
        cells.n_column(_("Judgements")),
        Column("spread", _("Single ratings")),
    )
    labels = {code: material.species_label(code) for code in dict.fromkeys(code for _threat, code in rated)}
    places = {code: ordered(label) for code, label in labels.items()}
    words = _words()
    rows = []
    for (threat, species), one in sorted(rated.items(), key=lambda item: (places[item[0][1]], item[0])):
        group = one.rating
        behind = material.behind(one.interviews)
        low, high = (words[level] for level in group.spread)
        rows.append(
            (
                cells.text(labels[species], records=behind),
                cells.text(names[threat]),
                _level(one, words, behind),
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


def _messages(rated: Rated, whole: Project, names: Names) -> tuple[Message, ...]:
    worst = whole.threats[next(iter(names))]
    top = [label for threat, label in names.items() if whole.threats[threat] == worst]
    said = []
    n = sum(one.rating.n for one in rated.values())
    if n >= cells.FEW:
        text = _("Rolled up over species, {level}: {names}.")
        said.append(Message(text.format(level=level_words(worst), names=cells.listed(top[:5]))))
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
    single = sum(one.rating.n == 1 for one in rated.values())
    if single:
        text = ngettext(
            "{n} of {all} ratings rests on one judgement.", "{n} of {all} ratings rest on one judgement.", single
        )
        said.append(cells.warn(text.format(n=cells.whole(single), all=cells.whole(len(rated)))))
    said += cells.few_warning(n)
    return tuple(said)
