"""One table on its way to the public: what is hidden in it, and what has to be hidden with that (note 420).

Statistical offices say primary and complementary suppression. Counts add up, and so do shares; the two never mix.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from heapq import heappop, heappush

from cami_survey.analysis.disclosure.deriving import Place, Residual
from cami_survey.analysis.methods.findings import Interval, TooFew
from cami_survey.analysis.results import Cell, Column, ResultTable, Said
from cami_survey.base.heeding import heed, heeded

HIDDEN = Cell(None, tone="hidden", hidden=True)
ADDITIVE = ("count", "percent")
# Kinds of figures that stand for themselves: medians, means, levels.
SINGLE = ("number", "level")
# A count that must not be shown, by the name of its row; nothing at all stands in many columns, and names its own.
Secret = tuple[Said, int, str]
# How many answers the cells of a column stand for; None where they are no counts.
Sizes = Sequence[int | None]
# Whether it is nothing, how many, and where.
Candidate = tuple[bool, int, int, int]


class Suppression:
    """A table and which of its cells are hidden: ever more, never fewer."""

    def __init__(self, table: ResultTable, k: int) -> None:
        self.table, self._k = table, k
        self._hidden: list[set[int]] = [set() for _row in table.rows]
        self._silent: list[set[int]] = [set() for _row in table.rows]
        self._fresh: list[Secret] = []
        self._sums: dict[int, _Sum] = {}
        self._sizes: dict[int, Sizes] = {}
        for kind in ADDITIVE:
            columns = [at for at, column in enumerate(table.columns) if column.kind == kind and column.additive]
            self._sizes |= {at: [_size(row[at], kind) for row in table.rows] for at in columns}
            summed = _Sum(columns, len(table.rows), self._sizes, k, self._note)
            self._sums |= dict.fromkeys(columns, summed)
        for at, column in enumerate(table.columns):
            heed()
            for row, cells in enumerate(table.rows):
                if _is_small(cells[at], column, k):
                    self._hide(row, at)

    def protect(self) -> None:
        """Hide so many more that, in every line of counts or shares, two cells and `k` answers at least are hidden
        together, and that none of those that were hidden so far follows from what is shown."""
        for summed in dict.fromkeys(self._sums.values()):
            summed.protect()

    def fresh(self) -> list[Secret]:
        """The counts that were hidden since this was asked last."""
        found, self._fresh = self._fresh, []
        return found

    def keep(self, row: int, size: int, title: str) -> None:
        """Hide a count wherever that row has it, also as the n of a figure; nothing at all only under that title."""
        if size:
            self._silent[row].add(size)
        for at, sizes in self._sizes.items():
            if at and sizes[row] == size and (size or self.table.columns[at].title == title):
                self._hide(row, at)

    def _hide(self, row: int, at: int) -> None:
        if at in self._hidden[row]:
            return
        if at in self._sums:
            self._sums[at].hide((row, at))
        else:
            self._hidden[row].add(at)

    def _note(self, place: Place) -> None:
        row, at = place
        self._hidden[row].add(at)
        if (size := self._sizes[at][row]) is not None:
            title = "" if size else self.table.columns[at].title
            self._fresh.append((self.table.rows[row][0].said, size, title))

    def told(self) -> ResultTable:
        """The table as it is now, without its way back to interviews."""
        kinds = [column.kind for column in self.table.columns]
        rows = tuple(self._told(row, cells, kinds) for row, cells in heeded(enumerate(self.table.rows)))
        return ResultTable(self.table.name, self.table.title, self.table.columns, rows)

    def _told(self, row: int, cells: tuple[Cell, ...], kinds: Sequence[str]) -> tuple[Cell, ...]:
        """A figure does not say on how many answers it rests where that is a count that is hidden beside it."""
        hidden = self._hidden[row]
        secret = {size for at in hidden if at in self._sizes and (size := self._sizes[at][row])} | self._silent[row]
        return tuple(
            HIDDEN if at in hidden else _bare(cell, self._k, silent=cell.n in secret and kind != "text")
            for at, (cell, kind) in enumerate(zip(cells, kinds, strict=True))
        )


class _Sum:
    """The cells of one kind, which add up along rows and columns. `note` hears of each that is hidden."""

    def __init__(
        self, columns: Sequence[int], rows: int, sizes: dict[int, Sizes], k: int, note: Callable[[Place], None]
    ) -> None:
        self._k = k
        self._sizes = sizes
        self._note = note
        self._columns, self._rows = columns, range(rows)
        self._residual = Residual(rows=len(columns) > 1, columns=rows > 1)
        # Only lines in which something is hidden, by the row, or by the column behind all rows.
        self._lines: dict[int, _Line] = {}
        self._waiting: list[int] = []
        self._unsure: list[Place] = []

    def hide(self, place: Place) -> None:
        """Hide a cell; the lines through it are looked at when it is protected."""
        row, at = place
        count = self._sizes[at][row] or 0
        self._note(place)
        self._unsure.append(place)
        self._residual.add(place, count)
        for number in self._through(place):
            line = self._lines.get(number) or self._lines.setdefault(number, _Line(partial(self._open, number)))
            line.take(place, count)
            heappush(self._waiting, number)

    def protect(self) -> None:
        """Hide more until nothing follows: in every line first, then beside those that could still be worked out."""
        places, self._unsure = sorted(self._unsure), []
        self._complete()
        for place in places:
            heed()
            row, at = place
            count = self._sizes[at][row] or 0
            while (beside := self._beside(place)) is not None and self._residual.gives_away(place, count):
                self.hide(beside)
                self._complete()

    def _complete(self) -> None:
        """In lines where a hidden cell could be found from the total, hide the smallest beside it."""
        while self._waiting:
            line = self._lines[heappop(self._waiting)]
            if (line.hidden == 1 or line.answers < self._k) and (least := line.least()) is not None:
                self.hide(least[2:])

    def _beside(self, place: Place) -> Place | None:
        """The cell to hide next along the lines of a place: noughts last, small ones first."""
        least = [found for number in self._through(place) if (found := self._lines[number].least())]
        return min(least)[2:] if least else None

    def _through(self, place: Place) -> Iterator[int]:
        """The lines that a place stands in."""
        if len(self._columns) > 1:
            yield place[0]
        if len(self._rows) > 1:
            yield len(self._rows) + place[1]

    def _open(self, line: int) -> list[Candidate]:
        """The cells of a line that could be hidden, the one to be hidden first at the end."""
        column = line - len(self._rows)
        places = ((row, column) for row in self._rows) if column >= 0 else ((line, at) for at in self._columns)
        sized = ((self._sizes[at][row], row, at) for row, at in places)
        return sorted(((size == 0, size, row, at) for size, row, at in sized if size is not None), reverse=True)


class _Line:
    """A row or a column of cells that add up: how many are hidden, how many answers these stand for."""

    __slots__ = ("_cells", "_open", "_taken", "answers", "hidden")

    def __init__(self, cells: Callable[[], list[Candidate]]) -> None:
        self._cells = cells
        self._open: list[Candidate] | None = None
        self._taken: set[Place] = set()
        self.hidden = self.answers = 0

    def take(self, place: Place, count: int) -> None:
        """A cell of it was hidden."""
        self._taken.add(place)
        self.hidden += 1
        self.answers += count

    def least(self) -> Candidate | None:
        """The smallest that is still shown; noughts last."""
        if self._open is None:
            self._open = self._cells()
        while self._open and self._open[-1][2:] in self._taken:
            self._open.pop()
        return self._open[-1] if self._open else None


def _is_small(cell: Cell, column: Column, k: int) -> bool:
    """Whether a figure rests on fewer than `k` answers, or its share or the rest does; or does not say on how many."""
    kind = column.kind
    if cell.said is None:
        return False
    if cell.least is not None and 0 < cell.least < k:
        return True
    n = cell.said.n if isinstance(cell.said, TooFew) else cell.n
    if n is None:
        return kind in SINGLE or (kind in ADDITIVE and 0 < (_size(cell, kind) or 0) < k)
    if 0 < n < k:
        return True
    size = _size(cell, kind) if kind == "count" or (kind == "percent" and column.additive) else None
    return size is not None and (0 < size < k or (kind == "percent" and 0 < n - size < k))


def _size(cell: Cell, kind: str) -> int | None:
    """How many answers a cell of a table of counts or shares stands for."""
    if isinstance(cell.said, bool) or not isinstance(cell.said, int | float):
        return None
    if kind == "count":
        return round(cell.said)
    return round(cell.said * cell.n) if kind == "percent" and cell.n is not None else None


def _bare(cell: Cell, k: int, *, silent: bool) -> Cell:
    """A cell without the interviews behind it; a silent one does not say its n."""
    interval = blunt(cell.interval, k)
    if not silent and interval is cell.interval and isinstance(cell.records, tuple) and not cell.records:
        return cell
    return Cell(cell.said, None if silent else cell.n, interval, cell.tone, cell.weight)


def blunt(interval: Interval | None, k: int) -> Interval | None:
    """The interval, unless an end of it is what fewer than `k` said, or lies between what these did."""
    return interval if interval is None or interval.rank is None or interval.rank >= k else None
