"""What matters most and works least: importance and performance of fields of work."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cami_survey.analysis import cells, feeds
from cami_survey.analysis.factor import Numbers
from cami_survey.analysis.material import Material, is_answer
from cami_survey.analysis.methods.findings import TooFew
from cami_survey.analysis.methods.importance import STABLE, Field, Importance, Quadrant, importance_performance
from cami_survey.analysis.methods.medians import Ordered, group_medians, in_order, middle
from cami_survey.analysis.results import (
    Analysis,
    Cell,
    Column,
    DotChart,
    DotLine,
    Figure,
    GridChart,
    Mark,
    Message,
    Point,
    ResultTable,
)
from cami_survey.analysis.subjects.organisations import LEVELS, rated, voices
from cami_survey.base.heeding import heed
from cami_survey.base.order import ordered
from cami_survey.base.texts import _, ngettext

NAME = "importance"
# A quadrant that this share of the runs agrees with is said without doubt.
SURE = 0.9


def title() -> str:
    """What the analysis is called."""
    return _("Importance and performance")


def quadrant_words(name: Quadrant) -> str:
    """A quadrant as people read it."""
    return {
        "concentrate here": _("concentrate here"),
        "keep up": _("keep up"),
        "low priority": _("low priority"),
        "possible overkill": _("possible overkill"),
    }[name]


@dataclass(frozen=True, slots=True)
class _Judged:
    """One field of work: importance and performance of each organisation, the interviews behind them, and how many did
    not say."""

    code: str
    importance: NDArray[np.float64]
    performance: NDArray[np.float64]
    interviews: Numbers
    silent: int

    @property
    def pairs(self) -> list[tuple[float, float]]:
        """(importance, performance) of each organisation."""
        return list(zip(self.importance.tolist(), self.performance.tolist(), strict=True))

    @property
    def sides(self) -> tuple[Ordered, Ordered]:
        """Importances and performances, sorted."""
        return in_order(self.importance), in_order(self.performance)


def importance(material: Material) -> Analysis:
    """Fields of work by importance and performance, each organisation one voice."""
    question = _("Which fields of work matter most and work least?")
    rows = material.rows(*feeds.IMPORTANCE, main=("org_name", "org_type"))
    judged = _judged(material)
    given = {code: one for code, one in judged.items() if len(one.importance)}
    found = importance_performance({code: one.pairs for code, one in given.items()})
    if not isinstance(found, Importance):
        return cells.nothing(NAME, title(), question, material, asked=rows.asked)
    fields = {code: field for code, field in found.fields.items() if isinstance(field, Field)}
    enough = [code for code in fields if fields[code].n >= cells.FEW]
    order = sorted(enough, key=lambda code: (-fields[code].gap, code))
    order += sorted((code for code in fields if code not in enough), key=lambda code: ordered(_label(material, code)))
    n = int(np.count_nonzero(material.among(*(given[code].interviews for code in order))))
    return Analysis(
        NAME,
        title(),
        question,
        n,
        (_table(material, order, fields, judged), _crosshair(found, n)),
        (_dots(material, order, fields, given), _grid(material, order, fields, found, given)),
        _messages(material, order, fields, found),
        _method(found),
    )


def _judged(material: Material) -> dict[str, _Judged]:
    """Fields of work in the order of the form."""
    rows = material.rows(*feeds.IMPORTANCE, main=("org_name", "org_type"))
    fields = rows[feeds.IMPORTANCE[0]]
    levels = [rated(rows[name]) for name in feeds.IMPORTANCE[1:]]
    given = (levels[0] > 0) & (levels[1] > 0)
    organisations = voices(material, rows)
    asked = fields.parts()
    judged = {}
    for code in filter(is_answer, dict.fromkeys([*material.codes("cap_fields"), *asked])):
        heed()
        lines = asked.get(code, np.empty(0, np.int64))
        said = lines[given[lines]]
        of, n = organisations.codes[said], len(organisations)
        found = (group_medians(side[said], of, n, len(LEVELS)) for side in levels)
        first, second = (side[~np.isnan(side)] for side in found)
        judged[code] = _Judged(code, first, second, rows.interviews[said], len(lines) - len(said))
    return judged


def _table(material: Material, order: list[str], fields: dict[str, Field], judged: dict[str, _Judged]) -> ResultTable:
    columns = (
        cells.name_column(_("Field of work")),
        cells.n_column(_("Organisations")),
        Column("importance", _("Importance"), "number"),
        Column("performance", _("Works now"), "number"),
        Column("gap", _("Gap"), "number"),
        Column("quadrant", _("Quadrant")),
        Column("support", _("Runs that agree (%)"), "number", 0),
        Column("silent", _("Could not say"), "count", reach="team"),
    )
    rows = [_row(material, fields[code], judged[code]) for code in order]
    rows += [_empty(material, one) for code, one in judged.items() if code not in fields and one.silent]
    return ResultTable("fields", _("Fields of work"), columns, tuple(rows))


def _row(material: Material, field: Field, one: _Judged) -> tuple[Cell, ...]:
    behind = material.behind(one.interviews)
    first, second = one.sides
    few = TooFew("too few", field.n, cells.FEW) if field.n < cells.FEW else None
    return (
        cells.text(_label(material, one.code), records=behind),
        cells.count(field.n, records=behind),
        cells.figure(middle(first), field.n, interval=cells.middle_half(first), records=behind),
        cells.figure(middle(second), field.n, interval=cells.middle_half(second), records=behind),
        cells.figure(field.gap, field.n, interval=field.interval, records=behind, weight=max(0.0, field.gap) / 4),
        Cell(
            few or quadrant_words(field.quadrant),
            field.n,
            tone="" if field.support >= SURE else "quiet",
            records=behind,
        ),
        cells.figure(few or 100 * field.support, field.n, records=behind),
        cells.count(one.silent),
    )


def _empty(material: Material, one: _Judged) -> tuple[Cell, ...]:
    nothing = cells.figure(None, 0)
    return (cells.text(_label(material, one.code)), cells.count(0), *[nothing] * 5, cells.count(one.silent))


def _label(material: Material, code: str) -> str:
    return material.label_among(("cap_fields", "gap_field"), code)


def _crosshair(found: Importance, n: int) -> ResultTable:
    """Where the quadrants meet: it has to be known to repeat them."""
    columns = (
        cells.name_column(_("Crosshair")),
        Column("importance", _("Importance"), "number", 2),
        Column("performance", _("Works now"), "number", 2),
    )
    row = (cells.text(_("means of all fields")), *(cells.figure(value, n) for value in found.crosshair))
    return ResultTable("crosshair", _("Where the quadrants meet"), columns, (row,))


def _dots(material: Material, order: list[str], fields: dict[str, Field], given: dict[str, _Judged]) -> Figure:
    lines = []
    for code in order:
        marks = tuple(
            Mark(series, middle(values), cells.middle_half(values))
            for series, values in enumerate(reversed(given[code].sides))
        )
        behind = material.behind(given[code].interviews)
        gap = cells.number(fields[code].gap)
        lines.append(DotLine(_label(material, code), marks, fields[code].n, gap, behind))
    ends = (_("1 very low"), _("5 very high"))
    chart = DotChart((_("works now"), _("importance")), (1.0, 5.0), ends, tuple(lines), _("gap"))
    most = max(fields[code].n for code in order)
    subtitle = ngettext(
        "Medians with the middle half, up to {n} organisation; gap: difference of the means",
        "Medians with the middle half, up to {n} organisations; gap: difference of the means",
        most,
    ).format(n=cells.whole(most))
    said = [f"{line.label}: {line.end}" for line in lines]
    alt = _("Importance and how well it works now, widest gap first. Gaps: {gaps}.").format(gaps=cells.listed(said))
    return Figure("dots", _("What matters most and works least"), subtitle, chart, alt)


def _grid(
    material: Material, order: list[str], fields: dict[str, Field], found: Importance, given: dict[str, _Judged]
) -> Figure:
    points = tuple(
        Point(
            _label(material, code),
            fields[code].performance,
            fields[code].importance,
            fields[code].n,
            group=quadrant_words(fields[code].quadrant) if fields[code].n >= cells.FEW else "",
            records=material.behind(given[code].interviews),
        )
        for code in order
    )
    chart = GridChart(
        _("How well it works now (mean, 1 to 5)"),
        _("Importance (mean, 1 to 5)"),
        (1.0, 5.0),
        (found.crosshair[1], found.crosshair[0]),
        (
            quadrant_words("concentrate here"),
            quadrant_words("keep up"),
            quadrant_words("low priority"),
            quadrant_words("possible overkill"),
        ),
        points,
    )
    parts = [
        f"{chart.quadrants[0]}: {cells.listed(p.label for p in points if p.group == chart.quadrants[0]) or _('none')}"
    ]
    alt = _("Grid of importance (upwards) and how well it works (to the right). {parts}.").format(parts=parts[0])
    return Figure("grid", _("Importance and performance"), _crosshair_words(found), chart, alt)


def _crosshair_words(found: Importance) -> str:
    importance, performance = (cells.number(value, 2) for value in found.crosshair)
    return _("Crosshair at the means of all fields: importance {importance}, works now {performance}").format(
        importance=importance, performance=performance
    )


def _messages(material: Material, order: list[str], fields: dict[str, Field], found: Importance) -> tuple[Message, ...]:
    said = []
    urgent = [code for code in order if fields[code].quadrant == "concentrate here" and fields[code].n >= cells.FEW]
    for code in [code for code in urgent if fields[code].support >= SURE][:3]:
        text = _("{field} matters and lags behind: gap {gap}, in {share} of runs in the same quadrant ({n} answers).")
        field = fields[code]
        said.append(
            Message(
                text.format(
                    field=_label(material, code),
                    gap=cells.number(field.gap),
                    share=cells.percent(field.support),
                    n=cells.whole(field.n),
                ),
                n=field.n,
            )
        )
    unsure = [code for code in urgent if fields[code].support < SURE]
    if unsure:
        text = _("Perhaps to concentrate on, but the quadrant is not certain: {fields}.")
        named = cells.listed(_label(material, code) for code in unsure)
        said.append(Message(text.format(fields=named), n=min(fields[code].n for code in unsure)))
    few = [_label(material, code) for code in order if fields[code].n < cells.FEW]
    if few:
        text = _("Fewer than {few} answers each, do not rank them: {fields}.")
        said.append(cells.warn(text.format(few=cells.whole(cells.FEW), fields=cells.listed(few))))
    if found.small_sample:
        text = _("Below {n} answers per field quadrants are unstable: read the intervals, not the places.")
        said.append(cells.warn(text.format(n=cells.whole(STABLE)), max(field.n for field in fields.values())))
    return tuple(said)


def _method(found: Importance) -> str:
    text = _(
        "Importance and performance after Martilla and James (1977). Each organisation is the median of its "
        "respondents. Quadrants and gaps go by means; the interval holds 90 % of the gaps of 1,000 bootstrap runs. "
        "{crosshair}."
    )
    return text.format(crosshair=_crosshair_words(found))
