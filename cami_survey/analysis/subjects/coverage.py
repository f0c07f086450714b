"""Where threats are not covered by measures: species by threat by country."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from statistics import median, median_low

from cami_survey.analysis import cells
from cami_survey.analysis.material import Material, Rows
from cami_survey.analysis.methods import coverage as method
from cami_survey.analysis.results import Analysis, Cell, Column, Figure, MatrixChart, Message, ResultTable, Tone
from cami_survey.analysis.subjects.judgements import Judged, by_experts, expert_rows
from cami_survey.analysis.subjects.threat_rating import level_words, threat_label
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


@dataclass(frozen=True, slots=True)
class _Covered:
    """One cell: species and country, threat, what was found and on whose word."""

    place: Place
    threat: str
    cell: method.Cell
    judged: Judged | None

    @property
    def n(self) -> int:
        return self.judged.n if self.judged else 0


class _Matrix:
    """All cells of the places that experts assessed by the threats that anybody named."""

    def __init__(self, material: Material) -> None:
        self.material = material
        rows = expert_rows(material)
        self.asked = rows.asked
        judged = by_experts(rows)
        self.experts = _assessed(material)
        self.threats = sorted({threat for _species, threat, _country in judged})
        self.cells = {
            (place, threat): _cell(rows, place, threat, judged.get((place[0], threat, place[1])))
            for place in self.experts
            for threat in self.threats
        }
        self.countries = {country for _species, country in self.experts}

    @property
    def interviews(self) -> set[int]:
        return {one for found in self.experts.values() for one in found}

    def place(self, place: Place) -> str:
        species = self.material.species_label(place[0])
        if len(self.countries) < 2:
            return species
        return _("{species}, {country}").format(
            species=species, country=self.material.country_label(place[1]) or _("country not told")
        )


def _assessed(material: Material) -> dict[Place, list[int]]:
    """The experts of every species and country in which it occurs."""
    found: defaultdict[Place, list[int]] = defaultdict(list)
    forms = material.rows("species", "presence", optional=("country",))
    for interview, species, presence, country in zip(
        forms.interviews, forms["species"], forms["presence"], forms["country"], strict=True
    ):
        if species and presence in OCCURS:
            found[species, country].append(interview)
    return dict(sorted(found.items()))


def _cell(rows: Rows, place: Place, threat: str, judged: Judged | None) -> _Covered:
    if judged is None:
        return _Covered(place, threat, method.cell(None, None), None)
    adequacies = [ADEQUACY[rows["t_meas"][row]] for row in judged.rows if rows["t_meas"][row] in ADEQUACY]
    effects = [ADEQUACY[rows["t_eff"][row]] / 3 for row in judged.rows if rows["t_eff"][row] in ADEQUACY]
    adequacy = median_low(adequacies) if adequacies else None
    return _Covered(place, threat, method.cell(judged.need(), adequacy, median(effects) if effects else 1.0), judged)


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
        len(matrix.interviews),
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


def _gap(matrix: _Matrix, one: _Covered) -> Cell:
    """The gap as a number; a dash where the threat is not relevant, nothing where there is no data."""
    if one.cell.state == "no data":
        return Cell(None, one.n, tone="missing")
    behind = matrix.material.behind(one.judged.interviews if one.judged else ())
    if one.cell.gap is None or one.cell.state == "not relevant":
        return Cell("–", one.n, tone="quiet", records=behind)
    return Cell(one.cell.gap, one.n, tone=STATES[one.cell.state], weight=one.cell.gap / 4, records=behind)


def _table(matrix: _Matrix, order: list[str]) -> ResultTable:
    columns = (
        cells.name_column(_("Species")),
        cells.n_column(_("Experts")),
        *(Column(threat, threat_label(matrix.material, threat), "number") for threat in order),
    )
    rows = [
        (
            cells.text(matrix.place(place), records=(behind := matrix.material.behind(found))),
            cells.count(len(found), records=behind),
            *(_gap(matrix, matrix.cells[place, threat]) for threat in order),
        )
        for place, found in matrix.experts.items()
    ]
    return ResultTable("matrix", _("Gaps by species and threat"), columns, tuple(rows))


def _widest(matrix: _Matrix) -> ResultTable:
    found = [one for one in matrix.cells.values() if one.cell.gap]
    found.sort(key=lambda one: (-(one.cell.gap or 0), -one.n, one.place, one.threat))
    return ResultTable("widest", _("Widest gaps"), _cell_columns(), tuple(_line(matrix, one) for one in found[:WIDEST]))


def _tidy(matrix: _Matrix, order: list[str]) -> ResultTable:
    lines = tuple(_line(matrix, matrix.cells[place, threat]) for place in matrix.experts for threat in order)
    return ResultTable("cells", _("All cells"), _cell_columns(), lines)


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


def _line(matrix: _Matrix, one: _Covered) -> tuple[Cell, ...]:
    material, cell = matrix.material, one.cell
    behind = material.behind(one.judged.interviews if one.judged else ())
    need = None if cell.need is None else _("none") if cell.need == 0 else level_words(cell.need)
    return (
        cells.text(material.species_label(one.place[0]), records=behind),
        cells.text(material.country_label(one.place[1])),
        cells.text(threat_label(material, one.threat)),
        Cell(state_words(cell.state), one.n, tone=STATES[cell.state], records=behind),
        Cell(need, one.n),
        Cell(cell.cover, one.n),
        Cell(cell.gap, one.n, weight=None if cell.gap is None else cell.gap / 4),
        cells.count(one.n, records=behind),
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
    species = dict.fromkeys(place[0] for place in matrix.experts)
    lines = [
        (matrix.material.species_label(code), [one for one in matrix.cells.values() if one.place[0] == code])
        for code in species
    ]
    lines.append((_("All species"), list(matrix.cells.values())))
    return ResultTable(
        "summary", _("Cells by species"), columns, tuple(_summed(matrix, label, found) for label, found in lines)
    )


def _summed(matrix: _Matrix, label: str, found: list[_Covered]) -> tuple[Cell, ...]:
    whole = method.coverage(one.cell for one in found)
    relevant = [one for one in found if one.cell.state in ("covered", "partly", "uncovered")]
    behind = matrix.material.behind([i for one in found if one.judged for i in one.judged.interviews])
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
    n = len(matrix.interviews)
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
    return _("{threat} for {species}").format(
        threat=threat_label(matrix.material, one.threat), species=matrix.place(one.place)
    )


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
