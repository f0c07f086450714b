"""One table on its way to the public: what is hidden in it, and what has to be hidden with that (note 420).

Statistical offices say primary and complementary suppression. Counts add up, and so do shares; the two never mix.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from heapq import heappop, heappush

from cami_survey.analysis.disclosure.deriving import Place, Residual
from cami_survey.analysis.methods.findings import Interval, TooFew
from cami_survey.analysis.results import Cell, ResultTable, Said
from cami_survey.base.heeding import heed, heeded

HIDDEN = Cell(None, tone="hidden", hidden=True)
# What a cell without a way back to interviews has for them; any other that has none is copied for nothing.
NOBODY = HIDDEN.records
ADDITIVE = ("count", "percent")
# Kinds of figures that stand for themselves: medians, means, levels.
SINGLE = ("number", "level")
# A count that must not be shown, and "", or nothing at all, which stands in many columns, and the title of its own.
Secret = tuple[int, str]
# Secrets by the name of their row.
Secrets = Mapping[Said, Collection[Secret]]
# How many answers the cells of a column stand for; None where they are no counts.
Sizes = Sequence[int | None]
# Whether it is nothing, how many, and where.
Candidate = tuple[bool, int, int, int]


class Suppression:
    """A table and which of its cells are hidden: ever more, never fewer."""

    def __init__(self, table: ResultTable, k: int) -> None:
        self.table, self._k = table, k
        self._columns: list[tuple[Cell, ...]] = list(zip(*table.rows, strict=True)) or [() for _one in table.columns]
        self._hidden: list[set[int]] = [set() for _column in table.columns]
        # By the row, counts that no figure beside them may name as its n.
        self._silent: defaultdict[int, set[int]] = defaultdict(set)
        self._names = [cell.said for cell in self._columns[0]]
        self._fresh: list[tuple[Said, Secret]] = []
        self._sums: dict[int, _Sum] = {}
        self._sizes: dict[int, Sizes] = {}
        kinds = [column.kind for column in table.columns]
        for kind in ADDITIVE:
            columns = [at for at, column in enumerate(table.columns) if column.kind == kind and column.additive]
            self._sizes |= {at: _sizes(self._columns[at], kind) for at in columns}
            summed = _Sum(columns, len(table.rows), self._sizes, k, self._note)
            self._sums |= dict.fromkeys(columns, summed)
        # Counts and shares that another sheet may have; the first column names the row.
        self._shared = [(at, self._sizes[at], table.columns[at].title) for at in self._sizes if at]
        for at, kind in enumerate(kinds):
            heed()
            if at in self._sums:
                self._sums[at].hide(at, _small(self._columns[at], kind, self._sizes[at], k))
            else:
                self._hidden[at].update(_unsaid(self._columns[at], kind, k))

    def protect(self) -> None:
        """Hide so many more that, in every line of counts or shares, two cells and `k` answers at least are hidden
        together, and that none of those that were hidden so far follows from what is shown."""
        for summed in dict.fromkeys(self._sums.values()):
            summed.protect()

    def fresh(self) -> list[tuple[Said, Secret]]:
        """The counts that were hidden since this was asked last, each with the name of its row."""
        found, self._fresh = self._fresh, []
        return found

    def keep(self, secrets: Secrets) -> None:
        """Hide counts wherever a row of their name has them, also as the n of a figure; nothing at all only under its
        title."""
        for row, name in enumerate(self._names):
            if known := secrets.get(name):
                self._silent[row].update(size for size, _title in known if size)
        for at, sizes, title in self._shared:
            hidden = self._hidden[at]
            rows = [
                row
                for row, name in enumerate(self._names)
                if (known := secrets.get(name))
                and (size := sizes[row]) is not None
                and (size, "" if size else title) in known
                and row not in hidden
            ]
            self._sums[at].hide(at, rows)

    def _note(self, at: int, rows: Sequence[int]) -> None:
        self._hidden[at].update(rows)
        names, sizes, title = self._names, self._sizes[at], self.table.columns[at].title
        for row in rows:
            if (size := sizes[row]) is not None:
                self._fresh.append((names[row], (size, "" if size else title)))

    def told(self) -> ResultTable:
        """The table as it is now, without its way back to interviews. What is shown though it rests on fewer than `k`
        answers says nothing, and no longer on how many."""
        columns, few = [], frozenset(range(1, self._k))
        for column, hidden in zip(self._columns, self._hidden, strict=True):
            heed()
            columns.append(
                [
                    HIDDEN
                    if row in hidden
                    else cell
                    if cell.records is NOBODY and cell.interval is None and cell.n not in few
                    else Cell(
                        cell.said,
                        None if cell.n in few else cell.n,
                        blunt(cell.interval, self._k),
                        cell.tone,
                        cell.weight,
                    )
                    for row, cell in enumerate(column)
                ]
            )
        self._silence(columns)
        rows = tuple(zip(*columns, strict=True))
        return ResultTable(self.table.name, self.table.title, self.table.columns, rows)

    def _silence(self, columns: Sequence[list[Cell]]) -> None:
        """A figure does not say on how many answers it rests where that is a count that is hidden beside it."""
        secret = self._silent
        for at, sizes in self._sizes.items():
            for row in self._hidden[at]:
                if size := sizes[row]:
                    secret[row].add(size)
        figures = [cells for cells, column in zip(columns, self.table.columns, strict=True) if column.kind != "text"]
        for row, known in heeded(secret.items()):
            for cells in figures:
                cell = cells[row]
                if cell.n in known:
                    cells[row] = Cell(cell.said, None, cell.interval, cell.tone, cell.weight)


class _Sum:
    """The cells of one kind, which add up along rows and columns. `note` hears of each that is hidden."""

    def __init__(
        self,
        columns: Sequence[int],
        rows: int,
        sizes: dict[int, Sizes],
        k: int,
        note: Callable[[int, Sequence[int]], None],
    ) -> None:
        self._k = k
        self._sizes = sizes
        self._note = note
        self._columns, self._rows = columns, range(rows)
        self._residual = Residual(rows=len(columns) > 1, columns=rows > 1)
        # Only lines in which something is hidden, by the row, or by the column behind all rows.
        self._lines: dict[int, _Line] = {}
        self._waiting: list[int] = []
        self._awaited: set[int] = set()
        self._unsure: list[Place] = []

    def hide(self, at: int, rows: Sequence[int]) -> None:
        """Hide cells of a column; the lines through them are looked at when it is protected."""
        if not rows:
            return
        sizes = self._sizes[at]
        self._note(at, rows)
        places = [((row, at), sizes[row] or 0) for row in rows]
        for place, count in places:
            self._unsure.append(place)
            self._residual.add(place, count)
        if len(self._rows) > 1:
            self._take(len(self._rows) + at, places)
        if len(self._columns) > 1:
            for one in places:
                self._take(one[0][0], [one])

    def _take(self, number: int, places: Sequence[tuple[Place, int]]) -> None:
        line = self._lines.get(number)
        if line is None:
            line = self._lines[number] = _Line(partial(self._open, number))
        line.take(places)
        if number not in self._awaited:
            self._awaited.add(number)
            heappush(self._waiting, number)

    def protect(self) -> None:
        """Hide more until nothing follows: in every line first, then beside those that could still be worked out."""
        places, self._unsure = sorted(self._unsure), []
        self._complete()
        for place in places:
            heed()
            row, at = place
            count = self._sizes[at][row] or 0
            while self._residual.gives_away(place, count) and (beside := self._beside(place)) is not None:
                self.hide(beside[1], [beside[0]])
                self._complete()

    def _complete(self) -> None:
        """In lines where a hidden cell could be found from the total, hide the smallest beside it."""
        while self._waiting:
            number = heappop(self._waiting)
            self._awaited.remove(number)
            line = self._lines[number]
            if (line.hidden == 1 or line.answers < self._k) and (least := line.least()) is not None:
                self.hide(least[3], [least[2]])

    def _beside(self, place: Place) -> Place | None:
        """The cell to hide next along the lines of a place: noughts last, small ones first."""
        least = [found for number in self._through(place) if (found := self._lines[number].least())]
        return min(least)[2:] if least else None

    def _through(self, place: Place) -> list[int]:
        """The lines that a place stands in."""
        row = [place[0]] if len(self._columns) > 1 else []
        return [*row, len(self._rows) + place[1]] if len(self._rows) > 1 else row

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

    def take(self, places: Sequence[tuple[Place, int]]) -> None:
        """Cells of it were hidden, each with so many answers."""
        for place, count in places:
            self._taken.add(place)
            self.answers += count
        self.hidden += len(places)

    def least(self) -> Candidate | None:
        """The smallest that is still shown; noughts last."""
        if self._open is None:
            self._open = self._cells()
        while self._open and self._open[-1][2:] in self._taken:
            self._open.pop()
        return self._open[-1] if self._open else None


def _small(column: Sequence[Cell], kind: str, sizes: Sizes, k: int) -> list[int]:
    """The rows of counts or shares that are of fewer than `k` answers, rest on so few, leave or give away so few."""
    rest = kind == "percent"
    return [
        row
        for row, (cell, size) in enumerate(zip(column, sizes, strict=True))
        if (
            _unsaid([cell], kind, k)
            if size is None
            else 0 < size < k
            or ((n := cell.n) is not None and (0 < n < k or (rest and 0 < n - size < k)))
            or ((least := cell.least) is not None and 0 < least < k)
        )
    ]


def _unsaid(column: Sequence[Cell], kind: str, k: int) -> list[int]:
    """The rows of other cells that rest on fewer than `k` answers, are a count of so few or give away so few, or stand
    for themselves and do not say on how many."""
    single, counts = kind in SINGLE, kind == "count"
    return [
        row
        for row, cell in enumerate(column)
        if (said := cell.said) is not None
        and (
            (single if (n := said.n if isinstance(said, TooFew) else cell.n) is None else 0 < n < k)
            or ((least := cell.least) is not None and 0 < least < k)
            or (counts and 0 < (_size(cell, kind) or 0) < k)
        )
    ]


def _sizes(column: Sequence[Cell], kind: str) -> Sizes:
    """How many answers the cells of a column of counts or shares stand for."""
    if kind == "count":
        return [said if (said := cell.said).__class__ is int else _size(cell, kind) for cell in column]
    return [_size(cell, kind) for cell in column]


def _size(cell: Cell, kind: str) -> int | None:
    """How many answers a cell of a table of counts or shares stands for."""
    if isinstance(cell.said, bool) or not isinstance(cell.said, int | float):
        return None
    if kind == "count":
        return round(cell.said)
    return round(cell.said * cell.n) if kind == "percent" and cell.n is not None else None


def blunt(interval: Interval | None, k: int) -> Interval | None:
    """The interval, unless an end of it is what fewer than `k` said, or lies between what these did."""
    return interval if interval is None or interval.rank is None or interval.rank >= k else None
