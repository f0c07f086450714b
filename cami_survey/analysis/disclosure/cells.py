"""Figures for the public: small cells hidden, and others with them where totals would give them away."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Sequence
from dataclasses import replace

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
from cami_survey.base.texts import _, ngettext

HIDDEN = Cell(None, tone="hidden", hidden=True)
ADDITIVE = ("count", "percent")
# Kinds of figures that stand for themselves: medians, means, levels.
SINGLE = ("number", "level")
Grid = list[list[Cell]]


def public(analysis: Analysis, k: int) -> Analysis:
    """The analysis without figures that rest on fewer than `k` answers, and without its way back to interviews.

    A level or a number that does not say on how many it rests is hidden; others are shown with their n.
    Where anything is hidden, a sentence stays only if it says how many answers it rests on and those are enough, and a
    figure is described by its title: both could tell what is hidden.
    """
    if analysis.n < k:
        return _nothing(analysis, k)
    tables = tuple(hide(table, k) for table in analysis.tables)
    rows = [row for table in tables for row in table.rows]
    closed = frozenset(row[0].said for row in rows if any(cell.hidden for cell in row))
    charts = [_chart(figure.chart, k, closed) for figure in analysis.figures]
    lost = [_lost(chart, figure.chart, closed) for chart, figure in zip(charts, analysis.figures, strict=True)]
    figures = tuple(map(_figure, analysis.figures, charts, lost))
    drawn = {chart.table for chart in charts if isinstance(chart, MatrixChart)}
    tables = tuple(_with_n(table, drawn=table.name in drawn) for table in tables)
    hidden = sum(cell.hidden for row in rows for cell in row)
    whole = not hidden and not any(lost)
    kept = analysis.messages if whole else (*_kept(analysis.messages, k), *_told(hidden, k))
    return replace(analysis, tables=tables, figures=figures, messages=kept)


def hide(table: ResultTable, k: int) -> ResultTable:
    """The table with small cells hidden, and in rows and columns of counts or shares as many more as are needed so
    that at least two cells and `k` answers are hidden together and no total gives one away."""
    rows: Grid = [
        [_cell(cell, k, column.kind) for cell, column in zip(row, table.columns, strict=True)] for row in table.rows
    ]
    sizes = [[_size(cell, column.kind) for cell, column in zip(row, table.columns, strict=True)] for row in table.rows]
    while any(_complement(rows, sizes, line, k) for line in _lines(table)):
        pass
    return replace(table, rows=tuple(tuple(row) for row in rows))


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


def _lines(table: ResultTable) -> list[list[tuple[int, int]]]:
    """The rows and columns along which cells add up, each as places in the table; kinds do not mix."""
    lines: list[list[tuple[int, int]]] = []
    for kind in ADDITIVE:
        columns = [number for number, column in enumerate(table.columns) if column.kind == kind]
        lines.extend([(row, column) for column in columns] for row in range(len(table.rows)) if len(columns) > 1)
        lines.extend([(row, column) for row in range(len(table.rows))] for column in columns if len(table.rows) > 1)
    return lines


def _complement(rows: Grid, sizes: Sequence[Sequence[int | None]], line: Sequence[tuple[int, int]], k: int) -> bool:
    """Hide the smallest cell of a line beside hidden ones that could be found from its total; whether one was."""
    hidden = [sizes[row][column] or 0 for row, column in line if rows[row][column].hidden]
    open_ones = [
        (size == 0, size, row, column)
        for row, column in line
        if not rows[row][column].hidden and (size := sizes[row][column]) is not None
    ]
    if not hidden or not open_ones or (len(hidden) > 1 and sum(hidden) >= k):
        return False
    *_size, row, column = min(open_ones)
    rows[row][column] = HIDDEN
    return True


def _kept(messages: Iterable[Message], k: int) -> Iterable[Message]:
    return (message for message in messages if message.n is not None and message.n >= k)


def _told(hidden: int, k: int) -> Iterable[Message]:
    if hidden:
        text = ngettext(
            "{n} cell is hidden: fewer than {k} answers, or it would give such a cell away.",
            "{n} cells are hidden: fewer than {k} answers, or they would give such a cell away.",
            hidden,
        )
        yield Message(text.format(n=whole(hidden), k=whole(k)), "warn")


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
    match chart:
        case GridChart():
            points = (replace(point, records=()) for point in chart.points if point.n >= k)
            return replace(chart, points=tuple(points))
        case DotChart():
            lines = (replace(line, records=()) for line in chart.lines if line.n >= k)
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
    counted: Counter[str] = Counter()
    names: dict[str, str] = {}
    for node in chart.nodes:
        counted[node.group] += 1
        names[node.name] = f"{node.group or _('Organisation')} {counted[node.group]}"
    nodes = (replace(node, name=names[node.name], label=names[node.name]) for node in chart.nodes)
    ties = (replace(tie, source=names[tie.source], target=names[tie.target]) for tie in chart.ties)
    return NetworkChart(tuple(nodes), tuple(ties))
