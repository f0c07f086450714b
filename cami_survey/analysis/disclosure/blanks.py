"""What for the public would be nothing but blanks is left out, and said in a sentence: a page of “hidden” tells less.

Left out are tables, rows, columns and figures in which every figure is hidden. What is then said of them is how many
rows and columns and which tables they were, never what stood there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from operator import attrgetter

from cami_survey.analysis.cells import quoted
from cami_survey.analysis.disclosure.suppression import SINGLE
from cami_survey.analysis.methods.findings import TooFew
from cami_survey.analysis.results import (
    Analysis,
    BarChart,
    Cell,
    Chart,
    DotChart,
    GridChart,
    MatrixChart,
    Message,
    NetworkChart,
    ResultTable,
)
from cami_survey.base.heeding import heed, heeded
from cami_survey.base.numbers import whole
from cami_survey.base.texts import _, ngettext

_is_hidden = attrgetter("hidden")


def without_blanks(analysis: Analysis, k: int) -> Analysis:
    """The analysis without what is hidden whole; where nothing else is left, one that says so."""
    tables = tuple(made for table in analysis.tables if (made := _table(table)) is not None)
    left = {table.name for table in tables}
    figures = tuple(figure for figure in analysis.figures if _drawn(figure.chart, left))
    if analysis.tables and not tables and not figures:
        text = _("Every figure here rests on fewer than {k} answers, or would give such a figure away.")
        return replace(analysis, n=0, tables=(), figures=(), messages=(), empty=text.format(k=whole(k)))
    said = (*analysis.messages, *_told(analysis.tables, tables, k))
    return replace(analysis, tables=tables, figures=figures, messages=said)


def _table(table: ResultTable) -> ResultTable | None:
    """The table without rows and columns that are hidden whole; None where that is all of it."""
    kinds = [column.kind for column in table.columns]
    before = list(zip(*table.rows, strict=True))
    hiding = [{row for row, cell in enumerate(cells) if cell.hidden} for cells in before]
    if not any(hiding):
        return table
    heed()
    showing = [_showing(cells, kind) for cells, kind in zip(before, kinds, strict=True)]
    blank = set[int]().union(*hiding[1:]).difference(*showing[1:])
    rows = [row for at, row in enumerate(table.rows) if at not in blank]
    if not rows:
        return None
    columns = list(zip(*rows, strict=True))
    singles = [cells for cells, kind in zip(columns, kinds, strict=True) if kind in SINGLE]
    stay = ("text", "count", "percent") if any(map(_is_without_n, chain.from_iterable(singles))) else ("text",)
    kept = [at for at, kind in enumerate(kinds) if not at or kind in stay or showing[at] or not hiding[at] - blank]
    if len(kept) < len(kinds):
        rows = list(zip(*(columns[at] for at in kept), strict=True))
    return replace(table, columns=tuple(table.columns[at] for at in kept), rows=tuple(rows))


def _showing(cells: Iterable[Cell], kind: str) -> set[int]:
    """The places of figures that are shown; a dash or “no answers” is nothing to keep a row or a column for."""
    return {
        at
        for at, cell in enumerate(cells)
        if not cell.hidden and (kind != "text" or cell.n is not None) and not _says_nothing(cell)
    }


def hides(cells: Iterable[Cell]) -> bool:
    """Whether any of them is hidden."""
    return any(map(_is_hidden, cells))


def _is_without_n(cell: Cell) -> bool:
    """Whether a figure does not say its n, so that the hidden count beside it has to stand there."""
    return cell.n is None and cell.said is not None and not cell.hidden


def _says_nothing(cell: Cell) -> bool:
    return cell.said is None or (isinstance(cell.said, TooFew) and cell.said.n == 0)


def _drawn(chart: Chart, tables: Iterable[str]) -> bool:
    """Whether there is anything to be seen."""
    match chart:
        case MatrixChart():
            return chart.table in tables
        case GridChart():
            return bool(chart.points)
        case DotChart():
            return bool(chart.lines)
        case BarChart():
            # A bar by itself is longer or shorter than nothing.
            return len(chart.lines) > 1
        case NetworkChart():
            return bool(chart.nodes)


def _told(before: Sequence[ResultTable], after: Sequence[ResultTable], k: int) -> Iterator[Message]:
    """What is hidden, where it is: the cells that still stand there, and what does not."""
    hidden = sum(sum(map(_is_hidden, row)) for table in after for row in heeded(table.rows))
    if hidden:
        text = ngettext(
            "{n} cell is hidden: fewer than {k} answers, or it would give such a cell away.",
            "{n} cells are hidden: fewer than {k} answers, or they would give such a cell away.",
            hidden,
        )
        yield _here(text.format(n=whole(hidden), k=whole(k)))
    if parts := list(_left_out(before, {table.name: table for table in after})):
        text = _("Left out because every figure there would be hidden: {parts}.")
        yield _here(text.format(parts="; ".join(parts)))


def _left_out(before: Sequence[ResultTable], kept: Mapping[str, ResultTable]) -> Iterator[str]:
    pairs = [(table, kept[table.name]) for table in before if table.name in kept]
    if rows := sum(len(table.rows) - len(left.rows) for table, left in pairs):
        yield ngettext("{n} row", "{n} rows", rows).format(n=whole(rows))
    if columns := sum(len(table.columns) - len(left.columns) for table, left in pairs):
        yield ngettext("{n} column", "{n} columns", columns).format(n=whole(columns))
    if gone := dict.fromkeys(table.title for table in before if table.name not in kept):
        text = ngettext("the table {titles}", "the tables {titles}", len(gone))
        yield text.format(titles=", ".join(map(quoted, gone)))


def _here(text: str) -> Message:
    return Message(text, "warn", reach="here")
