"""Who decides and who cares: the power and interest grid."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from statistics import median

from cami_survey.analysis import cells, feeds
from cami_survey.analysis.material import Material, Rows
from cami_survey.analysis.methods.stakeholders import HIGH, Quadrant, quadrant
from cami_survey.analysis.results import Analysis, Cell, Column, Figure, GridChart, Message, Point, ResultTable
from cami_survey.analysis.subjects.organisations import LEVELS, Organisation, organisations, unified
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


class Placed:
    """An organisation or group on the grid: medians of power and interest with the middle half of each."""

    __slots__ = ("across", "interest", "interviews", "kind", "n", "name", "power", "up")

    def __init__(self, name: str, kind: str, ratings: list[tuple[float, float]], interviews: list[int]) -> None:
        self.name, self.kind, self.n, self.interviews = name, kind, len(ratings), interviews
        powers, interests = (sorted(column) for column in zip(*ratings, strict=True))
        self.power, self.interest = median(powers), median(interests)
        self.up, self.across = cells.middle_half(powers), cells.middle_half(interests)

    @property
    def quadrant(self) -> Quadrant:
        """What the grid advises."""
        return quadrant(self.power >= HIGH, self.interest >= HIGH)


def stakeholder_rows(material: Material) -> Rows:
    """The respondents with everything that is asked about the standing of their organisations."""
    return material.rows(
        *feeds.STANDING,
        optional=("legit", "urgency", "attitude", "org_name", "org_type", "invite", "country", "org_countries"),
    )


def placed(material: Material) -> list[Placed]:
    """Every organisation of which somebody rated both, by name."""
    rows = stakeholder_rows(material)
    return [one for organisation in organisations(material, rows) if (one := _place(rows, organisation))]


def _place(rows: Rows, organisation: Organisation) -> Placed | None:
    powers, interests = rows["influence"], rows["interest"]
    both = [row for row in organisation.rows if powers[row] in LEVELS and interests[row] in LEVELS]
    if not both:
        return None
    ratings: list[tuple[float, float]] = [(LEVELS[powers[row]], LEVELS[interests[row]]) for row in both]
    return Placed(organisation.name, organisation.kind, ratings, [rows.interviews[row] for row in both])


def by_kind(material: Material, found: list[Placed]) -> list[Placed]:
    """Kinds of organisations, each organisation one voice."""
    kinds: defaultdict[str, list[Placed]] = defaultdict(list)
    for one in found:
        kinds[one.kind].append(one)
    return [
        Placed(
            material.label(feeds.ORGANISATION_TYPE, kind) if kind else _("kind not told"),
            kind,
            [(one.power, one.interest) for one in members],
            [interview for one in members for interview in one.interviews],
        )
        for kind, members in kinds.items()
    ]


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
    found.sort(key=lambda one: (-one.power - one.interest, ordered(one.name)))
    others = _seen_by_others(material)
    tables = (
        _table("organisations", _("Organisations"), [_row(material, one, others) for one in found], kind=True),
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


Seen = Mapping[str, tuple[list[int], list[int]]]


def _seen_by_others(material: Material) -> Seen:
    """By name in small letters: the influence that other respondents give an organisation, and their interviews."""
    rows = material.rows("p_name", "p_infl")
    found: defaultdict[str, tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
    for name, level, interview in zip(unified(material, rows["p_name"]), rows["p_infl"], rows.interviews, strict=True):
        if name and level in LEVELS:
            found[name.casefold()][0].append(LEVELS[level])
            found[name.casefold()][1].append(interview)
    return found


def _seen(material: Material, one: Placed, others: Seen) -> Cell:
    levels, interviews = others.get(one.name.casefold(), ([], []))
    value = median(levels) if levels else None
    behind = material.behind(interviews)
    return cells.figure(value, len(levels), interval=cells.middle_half(sorted(levels)), records=behind)


def _row(material: Material, one: Placed, others: Seen | None = None) -> tuple[Cell, ...]:
    """One line; `others` where it is an organisation, not a kind of them."""
    behind = material.behind(one.interviews)
    return (
        cells.text(one.name, records=behind),
        *((cells.text(material.label(feeds.ORGANISATION_TYPE, one.kind)),) if others is not None else ()),
        cells.count(one.n, records=behind),
        cells.figure(one.power, one.n, interval=one.up, records=behind),
        cells.figure(one.interest, one.n, interval=one.across, records=behind),
        *((_seen(material, one, others),) if others is not None else ()),
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
