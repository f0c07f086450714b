"""Figures for the public: small cells hidden, and others with them where totals would give them away."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import chain, combinations

from cami_survey.analysis.disclosure.blanks import hides, without_blanks
from cami_survey.analysis.disclosure.reach import for_everybody
from cami_survey.analysis.disclosure.suppression import SINGLE, Secret, Suppression, blunt
from cami_survey.analysis.results import (
    Analysis,
    BarChart,
    Cell,
    Chart,
    Column,
    DotChart,
    DotLine,
    Figure,
    GridChart,
    MatrixChart,
    Message,
    NetworkChart,
    Node,
    Point,
    ResultTable,
    Said,
    Tie,
)
from cami_survey.base.heeding import heed
from cami_survey.base.numbers import number, whole
from cami_survey.base.texts import _

# The name of a column with those who held the interviews.
FACILITATOR = "facilitator"
# Whole numbers in a sentence that are no share, no decimal, no day and no section.
_COUNT = re.compile(r"(?<![\d.,٫-])\d+(?![\d٫-]|[.,]\d|\s?[%٪])")


def together(analyses: Sequence[Analysis], k: int) -> list[Analysis]:
    """Analyses that leave in one paper, each as `public` makes it, and none shows what another hides.

    A count that is hidden beside a small one is hidden wherever a row of that name has it: from another sheet it would
    give the small one away.
    """
    analyses = list(map(for_everybody, analyses))
    sheets = [_sheets(analysis, k) for analysis in analyses]
    _share([sheet for several in sheets for sheet in several])
    people = _facilitators(analyses)
    pairs = zip(analyses, sheets, strict=True)
    return [without_blanks(_shielded(analysis, several, k, people), k) for analysis, several in pairs]


def _sheets(analysis: Analysis, k: int) -> list[Suppression]:
    """Its tables with small cells hidden; none where all of it is small."""
    made = []
    for table in analysis.tables if analysis.n >= k else ():
        made.append(Suppression(table, k))
        made[-1].protect()
    return made


def _share(sheets: Sequence[Suppression]) -> None:
    """Hide what one hides in the rows of that name of all others, and what that makes needful, until nothing is new."""
    kept: set[tuple[Said, Secret]] = set()
    while found := set(chain.from_iterable(sheet.fresh() for sheet in sheets)) - kept:
        kept |= found
        secrets: defaultdict[Said, set[Secret]] = defaultdict(set)
        for name, secret in found:
            secrets[name].add(secret)
        for sheet in sheets:
            heed()
            sheet.keep(secrets)
        for sheet in sheets:
            sheet.protect()


def public(analysis: Analysis, k: int) -> Analysis:
    """The analysis without figures that rest on fewer than `k` answers, and without its way back to interviews.

    A level or a number that does not say on how many it rests is hidden; others are shown with their n.
    Where anything is hidden, a sentence stays only if it says how many answers it rests on and those are enough, and a
    figure is described by its title: both could tell what is hidden. What is hidden whole is left out.
    """
    analysis = for_everybody(analysis)
    return without_blanks(_shielded(analysis, _sheets(analysis, k), k, _facilitators([analysis])), k)


def _shielded(analysis: Analysis, sheets: Sequence[Suppression], k: int, people: Mapping[str, str]) -> Analysis:
    """The analysis with every table and row it has; `people` are the facilitators with what they are called instead."""
    if analysis.n < k:
        return _nothing(analysis, k)
    heed()
    names = {*people, *_drawn(analysis)}
    tables = tuple(sheet.told() for sheet in sheets if not _shows(sheet.table, names))
    closed = frozenset(row[0].said for table in tables for row in table.rows if hides(row))
    charts = [_chart(figure.chart, k, closed) for figure in analysis.figures]
    lost = [_lost(chart, figure.chart, closed) for chart, figure in zip(charts, analysis.figures, strict=True)]
    figures = tuple(map(_figure, analysis.figures, charts, lost))
    drawn = {chart.table for chart in charts if isinstance(chart, MatrixChart)}
    tables = tuple(_with_n(table, drawn=table.name in drawn) for table in tables)
    tables = tuple(_nameless(table, people) for table in tables)
    figures = tuple(_unnamed(figure, people) for figure in figures)
    whole = not any(lost) and not closed
    told = [message for message in analysis.messages if message.reach != "team" and not _names(message.text, names)]
    told = [message for message in told if message.n is None or message.n >= k]
    kept = tuple(told if whole else _kept(told, k))
    return replace(analysis, tables=tables, figures=figures, messages=kept)


def hide(table: ResultTable, k: int) -> ResultTable:
    """The table with small cells hidden, and in rows and columns of counts or shares as many more as are needed so
    that at least two cells and `k` answers are hidden together, and that no small count follows from what is shown."""
    sheet = Suppression(table, k)
    sheet.protect()
    return sheet.told()


def _with_n(table: ResultTable, *, drawn: bool) -> ResultTable:
    """The table with the n of its figures, where no column counts: behind each level, or as a last column."""
    kinds = {column.kind for column in table.columns}
    if "count" in kinds or not kinds & set(SINGLE):
        return table
    if "level" in kinds or drawn:
        rows = tuple(tuple(_said_with_n(cell) for cell in row) for row in table.rows)
        return replace(table, rows=rows)
    least = [min((cell.n for cell in row if cell.n and not cell.hidden), default=None) for row in table.rows]
    rows = tuple((*row, Cell(n, n)) for row, n in zip(table.rows, least, strict=True))
    return replace(table, columns=(*table.columns, Column("n", _("n, at least"), "count")), rows=rows)


def _said_with_n(cell: Cell) -> Cell:
    if cell.n is None or not isinstance(cell.said, str):
        return cell
    return _saying(cell, _("{figure} (n {n})").format(figure=cell.said, n=number(cell.n, 0)))


def _saying(cell: Cell, said: Said) -> Cell:
    """The same cell with other words; none of those here leads back to interviews, or is hidden."""
    return Cell(said, cell.n, cell.interval, cell.tone, cell.weight)


def _kept(messages: Iterable[Message], k: int) -> Iterable[Message]:
    return (message for message in messages if message.n is not None and message.n >= k and not tells(message.text, k))


def _names(text: str, names: Iterable[str]) -> bool:
    return any(name and name in text for name in names)


def tells(text: str, k: int) -> bool:
    """Whether a sentence says a small count, or two whose difference is one ("35 of 37")."""
    counts = sorted(map(int, _COUNT.findall(text)))
    return any(0 < value < k for value in (*counts, *(high - low for low, high in combinations(counts, 2))))


def _nothing(analysis: Analysis, k: int) -> Analysis:
    sentence = _("Fewer than {k} interviews: nothing is shown to the public.").format(k=whole(k))
    return replace(analysis, n=0, tables=(), figures=(), messages=(), empty=analysis.empty or sentence)


def _figure(figure: Figure, chart: Chart, lost: bool) -> Figure:
    if lost:
        return replace(figure, chart=chart, subtitle="", alt=figure.title)
    return replace(figure, chart=chart)


def _lost(chart: Chart, before: Chart, closed: frozenset[Said]) -> bool:
    """Whether something is not drawn that was; a network loses its names, a matrix what its table hides."""
    if isinstance(chart, MatrixChart):
        return bool(closed)
    if isinstance(chart, NetworkChart):
        return True
    return _parts(chart) < _parts(before) or _intervals(chart) < _intervals(before)


def _intervals(chart: Chart) -> int:
    """How many intervals are drawn."""
    match chart:
        case GridChart():
            return sum((point.across is not None) + (point.up is not None) for point in chart.points)
        case DotChart():
            return sum(mark.interval is not None for line in chart.lines for mark in line.marks)
        case _:
            return 0


def _parts(chart: Chart) -> int:
    match chart:
        case GridChart():
            return len(chart.points)
        case DotChart() | BarChart():
            return len(chart.lines)
        case _:
            return 0


def _chart(chart: Chart, k: int, hidden: Container[Said]) -> Chart:
    """What is drawn on enough answers, without the lines and points of rows of which a table hides anything."""
    match chart:
        case GridChart():
            seen = (point for point in chart.points if point.n >= k and point.label not in hidden)
            return replace(chart, points=tuple(_point(point, k) for point in seen))
        case DotChart():
            kept = (line for line in chart.lines if line.n >= k and line.label not in hidden)
            return replace(chart, lines=tuple(_line(line, k) for line in kept))
        case BarChart():
            return _bars(chart, k, hidden)
        case NetworkChart():
            return _network(chart, k)
        case _:
            return chart


def _point(point: Point, k: int) -> Point:
    return replace(point, across=blunt(point.across, k), up=blunt(point.up, k), records=())


def _line(line: DotLine, k: int) -> DotLine:
    marks = tuple(replace(mark, interval=blunt(mark.interval, k)) for mark in line.marks)
    return replace(line, marks=marks, records=())


def _bars(chart: BarChart, k: int, hidden: Container[Said]) -> BarChart:
    """Lines without small counts, and without those that a table hides."""
    whole = [
        line
        for line, values in enumerate(chart.values)
        if chart.ns[line] >= k
        and chart.lines[line] not in hidden
        and not any(0 < _count(value, chart, line) < k for value in values)
    ]
    return replace(
        chart,
        lines=tuple(chart.lines[line] for line in whole),
        values=tuple(chart.values[line] for line in whole),
        ns=tuple(chart.ns[line] for line in whole),
    )


def _count(value: float, chart: BarChart, line: int) -> float:
    if chart.kind == "percent":
        return round(value * chart.ns[line])
    return value if chart.kind == "count" else chart.ns[line]


def _network(chart: NetworkChart, k: int) -> NetworkChart:
    """Kinds of organisations with at least `k` of them, tied where at least `k` ties join them (note 543)."""
    kinds = {node.name: node.group for node in chart.nodes}
    many = {kind: n for kind, n in Counter(filter(None, kinds.values())).items() if n >= k}
    joined: Counter[tuple[str, str]] = Counter()
    for tie in chart.ties:
        one, other = sorted((kinds[tie.source], kinds[tie.target]))
        if one != other and one in many and other in many:
            joined[one, other] += 1
    ties = tuple(Tie(one, other, confirmed=True) for (one, other), n in sorted(joined.items()) if n >= k)
    most = max(many.values(), default=1)
    nodes = tuple(Node(kind, kind, n / most, kind) for kind, n in many.items())
    return NetworkChart(nodes, ties) if ties else NetworkChart((), ())


def _shows(table: ResultTable, names: Container[str]) -> bool:
    """Whether the rows of a table are of somebody with a name; facilitators have numbers instead."""
    return table.columns[0].name != FACILITATOR and any(row[0].said in names for row in table.rows)


def _drawn(analysis: Analysis) -> set[str]:
    """Names of organisations that a network shows."""
    charts = (figure.chart for figure in analysis.figures)
    return {node.label for chart in charts if isinstance(chart, NetworkChart) for node in chart.nodes}


def _facilitators(analyses: Iterable[Analysis]) -> dict[str, str]:
    """The facilitators that tables name, each with one number in all of them."""
    tables = (table for analysis in analyses for table in analysis.tables)
    asking = [table for table in tables if table.columns[0].name == FACILITATOR]
    people = dict.fromkeys(str(row[0].said) for table in asking for row in table.rows)
    named = [name for name in people if name not in (_("All facilitators"), _("not told"))]
    return {name: f"{_('Facilitator')} {whole(at)}" for at, name in enumerate(named, 1)}


def _unnamed(figure: Figure, names: Mapping[str, str]) -> Figure:
    """A figure whose lines are facilitators without their names."""
    if not isinstance(figure.chart, BarChart) or names.keys().isdisjoint(figure.chart.lines):
        return figure
    lines = tuple(names.get(line, line) for line in figure.chart.lines)
    return replace(figure, chart=replace(figure.chart, lines=lines), alt=figure.title)


def _nameless(table: ResultTable, names: Mapping[str, str]) -> ResultTable:
    """A table whose rows are facilitators without their names."""
    if table.columns[0].name != FACILITATOR:
        return table
    rows = (
        row if row[0].hidden else (_saying(row[0], names.get(str(row[0].said), row[0].said)), *row[1:])
        for row in table.rows
    )
    return replace(table, rows=tuple(rows))
