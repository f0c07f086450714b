"""Figures for the public: small cells hidden, and others with them where totals would give them away."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import replace
from heapq import heappop, heappush
from itertools import combinations

from cami_survey.analysis.disclosure.blanks import without_blanks
from cami_survey.analysis.disclosure.deriving import Place, deriving
from cami_survey.analysis.disclosure.reach import for_everybody
from cami_survey.analysis.methods.findings import TooFew
from cami_survey.analysis.results import (
    Analysis,
    BarChart,
    Cell,
    Chart,
    Column,
    DotChart,
    Figure,
    GridChart,
    MatrixChart,
    Message,
    NetworkChart,
    ResultTable,
    Said,
)
from cami_survey.base.numbers import number, whole
from cami_survey.base.texts import _

HIDDEN = Cell(None, tone="hidden", hidden=True)
# The name of a column with those who held the interviews.
FACILITATOR = "facilitator"
ADDITIVE = ("count", "percent")
# Kinds of figures that stand for themselves: medians, means, levels.
SINGLE = ("number", "level")
# Whole numbers in a sentence that are no share, no decimal, no day and no section.
_COUNT = re.compile(r"(?<![\d.,٫-])\d+(?![\d٫-]|[.,]\d|\s?[%٪])")
Grid = list[list[Cell]]
Sizes = Sequence[Sequence[int | None]]
Line = list[Place]
# Whether it is nothing, how many, and where.
Candidate = tuple[bool, int, int, int]
# A count that must not be shown, by the name of its row; nothing at all stands in many columns, and names its own.
Secret = tuple[Said, int, str]


def together(analyses: Sequence[Analysis], k: int) -> list[Analysis]:
    """Analyses that leave in one paper, each as `public` makes it, and none shows what another hides.

    A count that is hidden beside a small one is hidden wherever a row of that name has it: from another sheet it would
    give the small one away.
    """
    analyses = list(map(for_everybody, analyses))
    told = [_shielded(analysis, k) for analysis in analyses]
    counts = [frozenset(_counts(analysis)) for analysis in analyses]
    known: list[frozenset[Secret]] = [frozenset()] * len(told)
    kept: frozenset[Secret] = frozenset()
    while (found := frozenset(_secrets(analyses, told))) != kept:
        kept = found
        for at, analysis in enumerate(analyses):
            # What an analysis does not say makes no difference to it.
            if (own := kept & counts[at]) != known[at]:
                known[at] = own
                told[at] = _shielded(analysis, k, own)
    return [without_blanks(analysis, k) for analysis in told]


def _counts(analysis: Analysis) -> Iterable[Secret]:
    for table in analysis.tables:
        for row in table.rows:
            for cell, column in zip(row, table.columns, strict=False):
                if (size := _size(cell, column.kind)) is not None:
                    yield _secret(row[0], size, column)


def _secrets(analyses: Iterable[Analysis], told: Iterable[Analysis]) -> Iterable[Secret]:
    for analysis, made in zip(analyses, told, strict=True):
        for before, after in zip(analysis.tables, made.tables, strict=False):
            for row, shown in zip(before.rows, after.rows, strict=True):
                for cell, there, column in zip(row, shown, before.columns, strict=False):
                    if there.hidden and (size := _size(cell, column.kind)) is not None:
                        yield _secret(row[0], size, column)


def _secret(label: Cell, size: int, column: Column) -> Secret:
    return label.said, size, "" if size else column.title


def public(analysis: Analysis, k: int) -> Analysis:
    """The analysis without figures that rest on fewer than `k` answers, and without its way back to interviews.

    A level or a number that does not say on how many it rests is hidden; others are shown with their n.
    Where anything is hidden, a sentence stays only if it says how many answers it rests on and those are enough, and a
    figure is described by its title: both could tell what is hidden. What is hidden whole is left out.
    """
    return without_blanks(_shielded(for_everybody(analysis), k), k)


def _shielded(analysis: Analysis, k: int, secrets: frozenset[Secret] = frozenset()) -> Analysis:
    """The analysis with every table and row it has; `secrets` are counts that other analyses hide."""
    if analysis.n < k:
        return _nothing(analysis, k)
    tables = tuple(hide(table, k, secrets) for table in analysis.tables)
    rows = [row for table in tables for row in table.rows]
    closed = frozenset(row[0].said for row in rows if any(cell.hidden for cell in row))
    charts = [_chart(figure.chart, k, closed) for figure in analysis.figures]
    lost = [_lost(chart, figure.chart, closed) for chart, figure in zip(charts, analysis.figures, strict=True)]
    figures = tuple(map(_figure, analysis.figures, charts, lost))
    drawn = {chart.table for chart in charts if isinstance(chart, MatrixChart)}
    tables = tuple(_with_n(table, drawn=table.name in drawn) for table in tables)
    names = _pseudonyms(analysis)
    tables = tuple(_nameless(table, names) for table in tables)
    figures = tuple(_unnamed(figure, _facilitators(analysis)) for figure in figures)
    whole = not any(lost) and not any(cell.hidden for row in rows for cell in row)
    told = [message for message in analysis.messages if message.reach != "team" and not _names(message.text, names)]
    kept = tuple(told if whole else _kept(told, k))
    return replace(analysis, tables=tables, figures=figures, messages=kept)


def hide(table: ResultTable, k: int, secrets: frozenset[Secret] = frozenset()) -> ResultTable:
    """The table with small cells hidden, and in rows and columns of counts or shares as many more as are needed so
    that at least two cells and `k` answers are hidden together, and that no hidden count follows from what is shown.

    `secrets` are counts, by the name of their row, that are hidden wherever they stand.
    """
    rows: Grid = [
        [_cell(cell, k, column.kind) for cell, column in zip(row, table.columns, strict=True)] for row in table.rows
    ]
    sizes = [[_size(cell, column.kind) for cell, column in zip(row, table.columns, strict=True)] for row in table.rows]
    for row, counts, before in zip(rows, sizes, table.rows, strict=True):
        row[1:] = [
            HIDDEN if size is not None and _secret(before[0], size, column) in secrets else cell
            for cell, size, column in zip(row[1:], counts[1:], table.columns[1:], strict=True)
        ]
    small = [(row, at) for row, cells in enumerate(rows) for at, cell in enumerate(cells) if cell.hidden]
    _hide_more(table, rows, sizes, small, k)
    told = (_without_n(row, counts, table.columns) for row, counts in zip(rows, sizes, strict=True))
    return replace(table, rows=tuple(told))


def _without_n(row: Sequence[Cell], sizes: Sequence[int | None], columns: Sequence[Column]) -> tuple[Cell, ...]:
    """A row whose figures do not say on how many answers they rest where that is a count that is hidden beside them."""
    secret = {size for cell, size in zip(row, sizes, strict=True) if cell.hidden and size}
    return tuple(
        replace(cell, n=None) if cell.n in secret and column.kind != "text" else cell
        for cell, column in zip(row, columns, strict=True)
    )


def _hide_more(table: ResultTable, rows: Grid, sizes: Sizes, small: Sequence[Place], k: int) -> None:
    """Hide more cells until nothing follows; a line is looked at again only where one of its cells was hidden."""
    lines = _lines(table)
    through: dict[Place, list[int]] = {}
    for at, line in enumerate(lines):
        for place in line:
            through.setdefault(place, []).append(at)
    waiting = list(range(len(lines)))
    while waiting:
        found = _complement(rows, sizes, lines[heappop(waiting)], k)
        if found is None and not waiting:
            along = {place: [lines[at] for at in through.get(place, ())] for place in small}
            found = _hide_beside(table, rows, sizes, along)
        for at in through[found] if found else ():
            heappush(waiting, at)


def _hide_beside(table: ResultTable, rows: Grid, sizes: Sizes, along: Mapping[Place, Sequence[Line]]) -> Place | None:
    """Hide one more cell beside a small one that could still be worked out; which. `along` are the lines of each."""
    least: dict[int, Candidate | None] = {}
    for kind in ADDITIVE:
        columns = [at for at, column in enumerate(table.columns) if column.kind == kind]
        hidden = {(row, at): sizes[row][at] or 0 for row in range(len(rows)) for at in columns if rows[row][at].hidden}
        follows = deriving(hidden, rows=len(columns) > 1, columns=len(rows) > 1)
        for place, lines in along.items():
            if place not in hidden:
                continue
            for line in lines:
                if id(line) not in least:
                    least[id(line)] = min(_open(rows, sizes, line), default=None)
            found = [one for line in lines if (one := least[id(line)])]
            if found and follows(place):
                *_size, row, at = min(found)
                rows[row][at] = HIDDEN
                return row, at
    return None


def _open(rows: Grid, sizes: Sizes, line: Line) -> list[Candidate]:
    """The cells of a line that could be hidden: noughts last, small ones first."""
    return [
        (size == 0, size, row, at)
        for row, at in line
        if not rows[row][at].hidden and (size := sizes[row][at]) is not None
    ]


def _cell(cell: Cell, k: int, kind: str) -> Cell:
    if cell.said is None:
        return replace(cell, records=())
    n = cell.said.n if isinstance(cell.said, TooFew) else cell.n
    if n is None and kind in SINGLE:
        return HIDDEN
    small = [n] if n is not None else []
    if kind in ADDITIVE and (size := _size(cell, kind)) is not None:
        small.append(size)
        if kind == "percent" and n is not None:
            small.append(n - size)
    return HIDDEN if any(0 < value < k for value in small) else replace(cell, records=())


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
    return replace(cell, said=_("{figure} (n {n})").format(figure=cell.said, n=number(cell.n, 0)))


def _size(cell: Cell, kind: str) -> int | None:
    """How many answers a cell of a table of counts or shares stands for."""
    if isinstance(cell.said, bool) or not isinstance(cell.said, int | float):
        return None
    if kind == "count":
        return round(cell.said)
    return round(cell.said * cell.n) if kind == "percent" and cell.n is not None else None


def _lines(table: ResultTable) -> list[Line]:
    """The rows and columns along which cells add up, each as places in the table; kinds do not mix."""
    lines: list[Line] = []
    for kind in ADDITIVE:
        columns = [number for number, column in enumerate(table.columns) if column.kind == kind]
        lines.extend([(row, column) for column in columns] for row in range(len(table.rows)) if len(columns) > 1)
        lines.extend([(row, column) for row in range(len(table.rows))] for column in columns if len(table.rows) > 1)
    return lines


def _complement(rows: Grid, sizes: Sizes, line: Line, k: int) -> Place | None:
    """Hide the smallest cell of a line beside hidden ones that could be found from its total; which."""
    hidden = [sizes[row][column] or 0 for row, column in line if rows[row][column].hidden]
    open_ones = _open(rows, sizes, line) if hidden else []
    if not hidden or not open_ones or (len(hidden) > 1 and sum(hidden) >= k):
        return None
    *_size, row, column = min(open_ones)
    rows[row][column] = HIDDEN
    return row, column


def _kept(messages: Iterable[Message], k: int) -> Iterable[Message]:
    return (message for message in messages if message.n is not None and message.n >= k and not _tells(message.text, k))


def _names(text: str, names: Iterable[str]) -> bool:
    return any(name and name in text for name in names)


def _tells(text: str, k: int) -> bool:
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
    return isinstance(chart, NetworkChart) or _parts(chart) < _parts(before)


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
            return replace(chart, points=tuple(replace(point, records=()) for point in seen))
        case DotChart():
            kept = (line for line in chart.lines if line.n >= k and line.label not in hidden)
            lines = (replace(line, records=()) for line in kept)
            return replace(chart, lines=tuple(lines))
        case BarChart():
            return _bars(chart, k, hidden)
        case NetworkChart():
            return _network(chart)
        case _:
            return chart


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


def _network(chart: NetworkChart) -> NetworkChart:
    """Organisations by what kind they are, numbered within it: who named whom is theirs to tell."""
    names = _numbered(chart)
    nodes = (replace(node, name=names[node.name], label=names[node.name]) for node in chart.nodes)
    ties = (replace(tie, source=names[tie.source], target=names[tie.target]) for tie in chart.ties)
    return NetworkChart(tuple(nodes), tuple(ties))


def _numbered(chart: NetworkChart) -> dict[str, str]:
    counted: Counter[str] = Counter()
    names: dict[str, str] = {}
    for node in chart.nodes:
        counted[node.group] += 1
        names[node.name] = f"{node.group or _('Organisation')} {counted[node.group]}"
    return names


def _pseudonyms(analysis: Analysis) -> dict[str, str]:
    """What the public reads for the names of those that a network of the analysis shows, and of facilitators."""
    charts = (figure.chart for figure in analysis.figures)
    return _facilitators(analysis) | {
        node.label: name
        for chart in charts
        if isinstance(chart, NetworkChart)
        for node, name in zip(chart.nodes, _numbered(chart).values(), strict=True)
    }


def _facilitators(analysis: Analysis) -> dict[str, str]:
    asking = [table for table in analysis.tables if table.columns[0].name == FACILITATOR]
    people = dict.fromkeys(str(row[0].said) for table in asking for row in table.rows)
    named = [name for name in people if name not in (_("All facilitators"), _("not told"))]
    return {name: f"{_('Facilitator')} {whole(at)}" for at, name in enumerate(named, 1)}


def _unnamed(figure: Figure, names: Mapping[str, str]) -> Figure:
    """A figure whose lines are facilitators without their names."""
    if not isinstance(figure.chart, BarChart) or names.keys().isdisjoint(figure.chart.lines):
        return figure
    lines = tuple(names.get(line, line) for line in figure.chart.lines)
    return replace(figure, chart=replace(figure.chart, lines=lines), alt=figure.title)


def _nameless(table: ResultTable, names: dict[str, str]) -> ResultTable:
    """A table of those in a network without their names, as it is drawn: it says who named whom."""
    named = {
        at
        for at, column in enumerate(table.columns)
        if column.kind == "text" and any(row[at].said in names for row in table.rows)
    }
    if table.columns[0].name == FACILITATOR:
        rows = ((replace(row[0], said=names.get(str(row[0].said), row[0].said)), *row[1:]) for row in table.rows)
        return replace(table, rows=tuple(rows))
    if 0 not in named:
        return table
    rows = (
        tuple(
            replace(cell, said=names.get(str(cell.said), _("Organisation")))
            if at in named and not cell.hidden
            else cell
            for at, cell in enumerate(row)
        )
        for row in table.rows
    )
    return replace(table, rows=tuple(rows))
