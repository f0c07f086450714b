"""Who decides and who cares: the power and interest grid."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from statistics import median

import numpy as np
from numpy.typing import NDArray

from cami_survey.analysis import cells, feeds
from cami_survey.analysis.factor import by_code, shared_out
from cami_survey.analysis.material import Material, Rows
from cami_survey.analysis.methods.findings import Interval
from cami_survey.analysis.methods.stakeholders import HIGH, Quadrant, quadrant
from cami_survey.analysis.results import Analysis, Cell, Column, Figure, GridChart, Message, Point, ResultTable
from cami_survey.analysis.subjects.organisations import Ratings, rated, unified, voices
from cami_survey.base.heeding import heeded
from cami_survey.base.order import ordered
from cami_survey.base.texts import _, ngettext

NAME = "power_interest"
ADVICE: tuple[Quadrant, ...] = ("manage closely", "keep satisfied", "keep informed", "monitor")
# More points than this cannot be told apart; then the kinds of organisations are drawn.
POINTS = 25


def title() -> str:
    """What the analysis is called."""
    return _("Power and interest")


def quadrant_words(name: Quadrant) -> str:
    """A quadrant as people read it."""
    return {
        "manage closely": _("manage closely"),
        "keep satisfied": _("keep satisfied"),
        "keep informed": _("keep informed"),
        "monitor": _("monitor"),
    }[name]


@dataclass(frozen=True, slots=True)
class Placed:
    """An organisation or group on the grid: medians of power and interest with the middle half of each."""

    name: str
    kind: str
    n: int
    power: float
    interest: float
    up: Interval | None
    across: Interval | None
    quadrant: Quadrant
    interviews: NDArray[np.int32]


def stakeholder_rows(material: Material) -> Rows:
    """The respondents with everything that is asked about the standing of their organisations."""
    return material.rows(
        *feeds.STANDING,
        optional=("legit", "urgency", feeds.SUPPORT, "org_name", "org_type", feeds.THEMES_INVITED, "country"),
    )


def placed(material: Material) -> list[Placed]:
    """Every organisation of which somebody rated both, by name."""
    rows = stakeholder_rows(material)
    found = voices(material, rows)
    number = len(found)
    both = (rated(rows["influence"]) > 0) & (rated(rows["interest"]) > 0)
    codes = found.codes[both]
    behind = shared_out(rows.interviews[both][by_code(codes)], np.bincount(codes, minlength=number))
    powers, interests = (Ratings(rows[name], found.codes, number, both) for name in feeds.STANDING)
    columns = (
        found.names,
        found.kinds,
        powers.n.tolist(),
        powers.medians(),
        interests.medians(),
        powers.middle_halves(),
        interests.middle_halves(),
        behind,
    )
    return [
        Placed(name, kind, n, power, interest, up, across, quadrant(power, interest), those)
        for name, kind, n, power, interest, up, across, those in heeded(zip(*columns, strict=True))
        if power is not None and interest is not None
    ]


def by_kind(material: Material, found: list[Placed]) -> list[Placed]:
    """Kinds of organisations, each organisation one voice."""
    kinds: defaultdict[str, list[Placed]] = defaultdict(list)
    for one in found:
        kinds[one.kind].append(one)
    return [_kind(material, kind, members) for kind, members in kinds.items()]


def _kind(material: Material, kind: str, members: list[Placed]) -> Placed:
    powers, interests = sorted(one.power for one in members), sorted(one.interest for one in members)
    power, interest = median(powers), median(interests)
    return Placed(
        material.label(feeds.ORGANISATION_TYPE, kind) if kind else _("kind not told"),
        kind,
        len(members),
        power,
        interest,
        cells.middle_half(powers),
        cells.middle_half(interests),
        quadrant(power, interest),
        np.concatenate([one.interviews for one in members]),
    )


def power_interest(material: Material) -> Analysis:
    """The grid, with organisations combined by the median of their respondents first."""
    rows = stakeholder_rows(material)
    question = _("Whom to involve, and how closely?")
    method = _(
        "Influence and interest from 1 to 5; each organisation is the median of its respondents, each kind the median "
        "of its organisations. From {high} on is high. Lines show the middle half of what was said. The place is by "
        "what organisations say of themselves; what others say of their influence stands beside it."
    ).format(high=cells.number(HIGH))
    found = placed(material)
    if not found:
        return cells.nothing(NAME, title(), question, material, asked=rows.asked, method=method)
    kinds = sorted(by_kind(material, found), key=lambda one: (-one.power - one.interest, ordered(one.name)))
    found.sort(key=lambda one: -one.power - one.interest)
    seen = _Seen(material)
    tables = (
        _table("organisations", _("Organisations"), [_row(material, one, seen) for one in found], kind=True),
        _table("kinds", _("Kinds of organisations"), [_row(material, one) for one in kinds], kind=False),
    )
    n = sum(one.n for one in found)
    return Analysis(NAME, title(), question, n, tables, (_figure(material, found, kinds, n),), _messages(found), method)


def _table(name: str, title: str, rows: list[tuple[Cell, ...]], *, kind: bool) -> ResultTable:
    columns = (
        cells.name_column(title),
        *((Column("kind", _("Kind")),) if kind else ()),
        cells.n_column(_("Respondents") if kind else _("Organisations")),
        Column("influence", _("Influence"), "number"),
        Column("interest", _("Interest"), "number"),
        *((Column("others", _("Influence in the eyes of others"), "number"),) if kind else ()),
        Column("quadrant", _("Advice of the grid")),
    )
    return ResultTable(name, title, columns, tuple(rows))


class _Seen:
    """The influence that other respondents give organisations."""

    def __init__(self, material: Material) -> None:
        rows = material.rows("p_name", "p_infl")
        names = unified(material, rows["p_name"]).renamed(str.casefold)
        told = names.where(bool) & (rated(rows["p_infl"]) > 0)
        codes, number = names.codes[told], len(names.levels)
        ratings = Ratings(rows["p_infl"].take(told), codes, number)
        behind = shared_out(rows.interviews[told][by_code(codes)], ratings.n)
        columns = zip(ratings.medians(), ratings.n.tolist(), ratings.middle_halves(), behind, strict=True)
        self._told = dict(zip(names.levels, columns, strict=True))
        self._material = material

    def cell(self, name: str) -> Cell:
        """What others say of the organisation of this name."""
        value, n, half, interviews = self._told.get(name.casefold(), (None, 0, None, ()))
        return cells.figure(value, n, interval=half, records=self._material.behind(interviews))


def _row(material: Material, one: Placed, seen: _Seen | None = None) -> tuple[Cell, ...]:
    """One line; `seen` where it is an organisation, not a kind of them."""
    behind = material.behind(one.interviews)
    return (
        cells.text(one.name, records=behind),
        *((cells.text(material.label(feeds.ORGANISATION_TYPE, one.kind) or cells.DASH),) if seen else ()),
        cells.count(one.n, records=behind),
        cells.figure(one.power, one.n, interval=one.up, records=behind),
        cells.figure(one.interest, one.n, interval=one.across, records=behind),
        *((seen.cell(one.name),) if seen else ()),
        Cell(quadrant_words(one.quadrant), one.n, tone="notable" if one.quadrant == "manage closely" else ""),
    )


def _figure(material: Material, found: list[Placed], kinds: list[Placed], n: int) -> Figure:
    drawn = found if len(found) <= POINTS else kinds
    points = tuple(
        Point(
            one.name,
            one.interest,
            one.power,
            one.n,
            one.across,
            one.up,
            quadrant_words(one.quadrant),
            material.behind(one.interviews),
        )
        for one in drawn
    )
    chart = GridChart(
        _("Interest (median, 1 to 5)"),
        _("Influence on decisions (median, 1 to 5)"),
        (1.0, 5.0),
        (HIGH, HIGH),
        (
            quadrant_words("keep satisfied"),
            quadrant_words("manage closely"),
            quadrant_words("monitor"),
            quadrant_words("keep informed"),
        ),
        points,
    )
    what = _("organisations") if drawn is found else _("kinds of organisations")
    subtitle = _("{what}: {points}; {n} respondents; lines: middle half").format(
        what=what, points=cells.whole(len(drawn)), n=cells.whole(n)
    )
    return Figure("grid", _("Who decides, who cares"), subtitle, chart, _alt(drawn))


def _alt(drawn: list[Placed]) -> str:
    said = _("Grid of influence (upwards) and interest (to the right).")
    parts = [
        f"{quadrant_words(name)}: {cells.listed(one.name for one in drawn if one.quadrant == name) or _('nobody')}"
        for name in ADVICE
    ]
    return f"{said} {'; '.join(parts)}."


def _messages(found: list[Placed]) -> tuple[Message, ...]:
    close = [one.name for one in found if one.quadrant == "manage closely"]
    said = [Message(_sentence(close, len(found)))]
    unheard = [one.name for one in found if one.quadrant == "keep informed"]
    if unheard:
        text = _("High interest and little influence, to be kept informed and heard: {names}.")
        said.append(Message(text.format(names=some(unheard))))
    single = sum(one.n == 1 for one in found)
    if single:
        text = ngettext(
            "{n} of {all} organisations speaks through one respondent only; its place may be that person's view.",
            "{n} of {all} organisations speak through one respondent only; their places may be these persons' views.",
            single,
        )
        said.append(cells.warn(text.format(n=cells.whole(single), all=cells.whole(len(found)))))
    return tuple(said)


def _sentence(close: list[str], of: int) -> str:
    if not close:
        return _("None of {all} organisations has both high influence and high interest.").format(all=cells.whole(of))
    text = ngettext(
        "{n} of {all} organisations has both high influence and high interest: {names}.",
        "{n} of {all} organisations have both high influence and high interest: {names}.",
        len(close),
    )
    return text.format(n=cells.whole(len(close)), all=cells.whole(of), names=some(close))


def some(names: list[str], most: int = 5) -> str:
    """The first names, and how many more."""
    if len(names) <= most:
        return cells.listed(names)
    more = ngettext("and {n} more", "and {n} more", len(names) - most).format(n=cells.whole(len(names) - most))
    return f"{cells.listed(names[:most])} {more}"
