"""Where threats are not covered by measures: species by threat by country."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cami_survey.analysis import cells, feeds
from cami_survey.analysis.factor import Numbers, crossed, middles, parted, reached
from cami_survey.analysis.material import Behind, Material, Rows, is_answer
from cami_survey.analysis.methods import coverage as method
from cami_survey.analysis.results import Analysis, Cell, Column, Figure, MatrixChart, Message, ResultTable, Tone
from cami_survey.analysis.subjects.judgements import Key, Voices, by_experts, expert_rows, judged
from cami_survey.analysis.subjects.threat_rating import level_words, threat_label
from cami_survey.base.heeding import heeded
from cami_survey.base.texts import _, ngettext

NAME = "coverage"
ADEQUACY = {str(level): level for level in range(4)}
# Presences that count as occurring.
OCCURS = ("present", "reintro", "poss", "")
STATES: Mapping[method.State, Tone] = {
    "no data": "missing",
    "not relevant": "quiet",
    "covered": "good",
    "partly": "notable",
    "uncovered": "bad",
}
WIDEST = 20


def title() -> str:
    """What the analysis is called."""
    return _("Coverage of threats")


def state_words(state: method.State) -> str:
    """A state as people read it."""
    return {
        "no data": _("no data"),
        "not relevant": _("not relevant"),
        "covered": _("covered"),
        "partly": _("partly covered"),
        "uncovered": _("uncovered"),
    }[state]


Place = tuple[str, str]


@dataclass(slots=True, eq=False)
class _Covered:
    """One cell: species and country, threat, what `n` experts found, and their interviews."""

    place: Place
    threat: str
    cell: method.Cell
    n: int
    interviews: Numbers
    behind: Behind


class _Matrix:
    """All cells of the places that experts assessed by the threats that anybody named."""

    def __init__(self, material: Material) -> None:
        self.material = material
        rows = expert_rows(material)
        self.asked = rows.asked
        voices = by_experts(rows)
        found = judged(lambda key: key, voices)
        covers = _covers(rows, voices)
        self.experts = _assessed(material)
        self.threats = {code: threat_label(material, code) for code in sorted({key[1] for key in found})}
        self.cells: dict[tuple[Place, str], _Covered] = {}
        nobody = np.empty(0, np.int32)
        nothing = material.behind(nobody)
        for place in self.experts:
            for threat in self.threats:
                key = place[0], threat, place[1]
                said = found.get(key)
                if said is None:
                    one = _Covered(place, threat, method.cell(None, None), 0, nobody, nothing)
                else:
                    cell = method.cell(said.need(), *covers[key])
                    one = _Covered(place, threat, cell, said.n, said.interviews, material.behind(said.interviews))
                self.cells[place, threat] = one
        countries = {country: material.country_label(country) for _species, country in self.experts}
        self.countries = {country: label or _("country not told") for country, label in countries.items()}
        self.species = {code: material.species_label(code) for code, _country in self.experts}
        self.n = len(np.unique(np.concatenate([nobody, *self.experts.values()])))

    def place(self, place: Place) -> str:
        species, country = self.species[place[0]], self.countries[place[1]]
        if len(self.countries) < 2:
            return species
        return _("{species}, {country}").format(species=species, country=country)


def _assessed(material: Material) -> dict[Place, Numbers]:
    """The experts of every species and country in which it occurs."""
    forms = material.rows("species", "presence", optional=("country",))
    here = np.flatnonzero(forms["species"].where(is_answer) & forms["presence"].among(OCCURS))
    codes, places = crossed(forms["species"].take(here), forms["country"].take(here))
    interviews = forms.interviews[here]
    found = {
        (place[0], place[1]): interviews[rows] for place, rows in zip(places, parted(codes, len(places)), strict=True)
    }
    return dict(sorted(found.items(), key=lambda item: item[0]))


def _covers(rows: Rows, voices: Voices) -> dict[Key, tuple[int | None, float]]:
    """How adequate measures are and which part of them takes effect; None, and all of them, where nobody told."""
    told = [_levels(rows, name, voices) for name in feeds.EXPERT_COVER]
    (adequacy, _upper, told_adequacy), (lower, upper, told_effect) = told
    effect = np.where(told_effect, (lower / 3 + upper / 3) / 2, 1.0)
    adequacies = [
        level if known else None for level, known in zip(adequacy.tolist(), told_adequacy.tolist(), strict=True)
    ]
    return dict(zip(voices.keys, zip(adequacies, effect.tolist(), strict=True), strict=True))


def _levels(rows: Rows, name: str, voices: Voices) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_]]:
    """The lower and the upper median of what was said of each threat, and whether anything was."""
    levels = rows[name].take(voices.rows).on(ADEQUACY, -1)
    given = levels >= 0
    about, number = voices.rows_about[given], len(voices.keys)
    lower, upper = middles(reached(levels[given], about, number, max(ADEQUACY.values())))
    return lower, upper, np.bincount(about, minlength=number) > 0


def coverage(material: Material) -> Analysis:
    """Gaps that measures leave, cell by cell, with shares covered and shares known."""
    question = _("Which threats to which species do measures not cover?")
    matrix = _Matrix(material)
    known = [one for one in matrix.cells.values() if one.cell.state != "no data"]
    if not known:
        return cells.nothing(NAME, title(), question, material, asked=matrix.asked)
    order = _threat_order(matrix)
    tables = (_table(matrix, order), _widest(matrix), _summary(matrix), _tidy(matrix, order))
    said = _(
        "Need is the group rating of the threat (0 to 4); cover is how adequate measures are (0, 1.33, 2.67, 4; the "
        "lower median of the experts) times their effect (0 to 1; where it cannot be judged yet adequacy alone counts)."
        " The gap is the need that the cover leaves. A threat that no expert named for a species is no data, not "
        "absence. Cells: species that occur in a country by threats that any expert named."
    )
    return Analysis(
        NAME,
        title(),
        question,
        matrix.n,
        tables,
        (_figure(matrix, known),),
        _messages(matrix, known),
        said,
    )


def _threat_order(matrix: _Matrix) -> list[str]:
    """Threats with the widest gaps first."""
    total: defaultdict[str, float] = defaultdict(float)
    for (_place, threat), one in matrix.cells.items():
        total[threat] += one.cell.gap or 0
    return sorted(matrix.threats, key=lambda threat: (-total[threat], threat))


def _gap(one: _Covered) -> Cell:
    """The gap as a number; a dash where the threat is not relevant, nothing where there is no data."""
    if one.cell.state == "no data":
        return Cell(None, one.n, tone="missing")
    if one.cell.gap is None or one.cell.state == "not relevant":
        return Cell(cells.DASH, one.n, tone="quiet", records=one.behind)
    return Cell(one.cell.gap, one.n, tone=STATES[one.cell.state], weight=one.cell.gap / 4, records=one.behind)


def _table(matrix: _Matrix, order: list[str]) -> ResultTable:
    columns = (
        cells.name_column(_("Species")),
        cells.n_column(_("Experts")),
        *(Column(threat, matrix.threats[threat], "number") for threat in order),
    )
    rows = [
        (
            cells.text(matrix.place(place), records=(behind := matrix.material.behind(found))),
            cells.count(len(found), records=behind),
            *(_gap(matrix.cells[place, threat]) for threat in order),
        )
        for place, found in matrix.experts.items()
    ]
    return ResultTable("matrix", _("Gaps by species and threat"), columns, tuple(rows))


def _widest(matrix: _Matrix) -> ResultTable:
    found = [one for one in matrix.cells.values() if one.cell.gap]
    found.sort(key=lambda one: (-(one.cell.gap or 0), -one.n, one.place, one.threat))
    return ResultTable("widest", _("Widest gaps"), _cell_columns(), _lines(matrix, found[:WIDEST]))


def _tidy(matrix: _Matrix, order: list[str]) -> ResultTable:
    ours = [matrix.cells[place, threat] for place in matrix.experts for threat in order]
    return ResultTable("cells", _("All cells"), _cell_columns(), _lines(matrix, ours))


def _cell_columns() -> tuple[Column, ...]:
    return (
        cells.name_column(_("Species")),
        Column("country", _("Country")),
        Column("threat", _("Threat")),
        Column("state", _("State"), "state"),
        Column("need", _("Need"), "level"),
        Column("cover", _("Cover"), "number"),
        Column("gap", _("Gap"), "number"),
        cells.n_column(_("Experts")),
    )


def _lines(matrix: _Matrix, ours: Sequence[_Covered]) -> tuple[tuple[Cell, ...], ...]:
    """A line for each; what says the same in many of them is one cell."""
    countries = {code: cells.text(label) for code, label in matrix.countries.items()}
    threats = {code: cells.text(label) for code, label in matrix.threats.items()}
    states = {state: state_words(state) for state in STATES}
    needs = [_("none"), *(level_words(level) for level in range(1, 5))]
    return tuple(
        (
            Cell(matrix.species[one.place[0]], records=one.behind),
            countries[one.place[1]],
            threats[one.threat],
            Cell(states[one.cell.state], one.n, tone=STATES[one.cell.state], records=one.behind),
            Cell(None if one.cell.need is None else needs[one.cell.need], one.n),
            Cell(one.cell.cover, one.n),
            Cell(one.cell.gap, one.n, weight=None if one.cell.gap is None else one.cell.gap / 4),
            cells.count(one.n, records=one.behind),
        )
        for one in heeded(ours)
    )


def _summary(matrix: _Matrix) -> ResultTable:
    columns = (
        cells.name_column(_("Species")),
        Column("cells", _("Cells"), "count"),
        Column("known", _("With data"), "percent", additive=False),
        Column("relevant", _("Relevant"), "count"),
        Column("covered", _("Covered"), "percent", additive=False),
        Column("uncovered", _("Uncovered"), "count"),
    )
    of_species: dict[str, list[_Covered]] = {code: [] for code in matrix.species}
    for one in matrix.cells.values():
        of_species[one.place[0]].append(one)
    lines = [(matrix.species[code], found) for code, found in of_species.items()]
    lines.append((_("All species"), list(matrix.cells.values())))
    return ResultTable(
        "summary", _("Cells by species"), columns, tuple(_summed(matrix, label, found) for label, found in lines)
    )


def _summed(matrix: _Matrix, label: str, found: list[_Covered]) -> tuple[Cell, ...]:
    whole = method.coverage(one.cell for one in found)
    relevant = [one for one in found if one.cell.state in ("covered", "partly", "uncovered")]
    behind = matrix.material.behind(np.concatenate([one.interviews for one in found]))
    return (
        cells.text(label, records=behind),
        cells.count(whole.cells, records=behind),
        cells.plain_share(whole.data),
        cells.count(len(relevant)),
        cells.plain_share(whole.covered),
        cells.count(sum(one.cell.state == "uncovered" for one in relevant), n=len(relevant)),
    )


def _figure(matrix: _Matrix, known: list[_Covered]) -> Figure:
    relevant = sum(one.cell.state != "not relevant" for one in known)
    n = matrix.n
    text = ngettext(
        "Need minus cover, {n} expert assessment; {relevant} of {all} cells relevant",
        "Need minus cover, {n} expert assessments; {relevant} of {all} cells relevant",
        n,
    )
    subtitle = text.format(n=cells.whole(n), relevant=cells.whole(relevant), all=cells.whole(len(matrix.cells)))
    worst = sorted(known, key=lambda one: (-(one.cell.gap or 0), -one.n))[:3]
    alt = _("Matrix of species (lines) and threats (columns), darker where the gap is wider. Widest: {widest}.").format(
        widest=cells.listed(_named(matrix, one) for one in worst if one.cell.gap) or _("none")
    )
    return Figure("matrix", _("Where threats are not covered"), subtitle, MatrixChart("matrix", "0", "4"), alt)


def _named(matrix: _Matrix, one: _Covered) -> str:
    return _("{threat} for {species}").format(threat=matrix.threats[one.threat], species=matrix.place(one.place))


def _messages(matrix: _Matrix, known: list[_Covered]) -> tuple[Message, ...]:
    said = []
    gaps = sorted((one for one in known if one.cell.gap), key=lambda one: (-(one.cell.gap or 0), -one.n))
    if gaps:
        widest = [one for one in gaps if one.cell.gap == gaps[0].cell.gap][:3]
        text = ngettext(
            "The widest gap ({gap} of 4): {names}.", "The widest gaps ({gap} of 4 each): {names}.", len(widest)
        )
        named = cells.listed(_named(matrix, one) for one in widest)
        said.append(Message(text.format(gap=cells.number(widest[0].cell.gap or 0), names=named)))
    uncovered = sum(one.cell.state == "uncovered" for one in known)
    relevant = sum(one.cell.state != "not relevant" for one in known)
    if relevant:
        text = _("{n} of {relevant} relevant cells have no measure at all that works.")
        said.append(Message(text.format(n=cells.whole(uncovered), relevant=cells.whole(relevant))))
    empty = len(matrix.cells) - len(known)
    if empty:
        text = ngettext(
            "{n} of {all} cells has no data; that is not the same as no threat.",
            "{n} of {all} cells have no data; that is not the same as no threat.",
            empty,
        )
        said.append(cells.warn(text.format(n=cells.whole(empty), all=cells.whole(len(matrix.cells)))))
    single = sum(one.n == 1 for one in known)
    if single:
        text = ngettext(
            "{n} of {all} cells with data rests on one expert.",
            "{n} of {all} cells with data rest on one expert.",
            single,
        )
        said.append(cells.warn(text.format(n=cells.whole(single), all=cells.whole(len(known)))))
    return tuple(said)
