"""Which hidden counts of a table could be worked out from the ones that are shown and the totals of its lines.

Known totals leave a hidden count open exactly where it can grow or shrink while others take up the difference and none
falls below nothing. That is a way round in the residual graph of a flow between rows and columns (Cox 1980; Gusfield
1988), so no solver is needed.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping

Place = tuple[int, int]
# Rows are numbers from 0 on, columns below 0.
Node = int
Arcs = defaultdict[Node, list[Node]]


class Residual:
    """The graph of the hidden counts; it grows, so that a count that is open once stays open.

    `rows`, `columns`: whether the totals of these are known. Where those of one kind alone are, each of its lines
    stands for itself, and it is enough to know how many counts are hidden in it and how many of them are not nothing.
    """

    def __init__(self, *, rows: bool, columns: bool) -> None:
        self._both, self._one = rows and columns, rows != columns
        # Which part of a place is its line where only one kind has totals.
        self._side = 0 if rows else 1
        self._onward: Arcs = defaultdict(list)
        self._back: Arcs = defaultdict(list)
        self._hidden: Counter[int] = Counter()
        self._some: Counter[int] = Counter()

    def add(self, place: Place, count: int) -> None:
        """Take in one more hidden count. It can grow, and shrink unless it is nothing."""
        if not self._both:
            line = place[self._side]
            self._hidden[line] += 1
            self._some[line] += count > 0
            return
        row, column = _nodes(place)
        self._join(row, column)
        if count:
            self._join(column, row)

    def _join(self, start: Node, end: Node) -> None:
        self._onward[start].append(end)
        self._back[end].append(start)

    def gives_away(self, place: Place, count: int) -> bool:
        """Whether the hidden count at that place has one possible value."""
        if self._both:
            row, column = _nodes(place)
            return not (self._reaches(column, row) or (count > 0 and self._reaches(row, column)))
        line = place[self._side]
        if self._some[line] > (count > 0):
            return False
        return self._one and not (count > 0 and self._hidden[line] > 1)

    def _reaches(self, start: Node, end: Node) -> bool:
        """Whether there is a way from one to the other that is not the cell between them.

        It is looked for from both ends, a step here and a step there: where one end leads nowhere that is soon found.
        """
        ahead, behind = {start}, {end}
        steps = zip(_ways(self._onward, ahead, start, end), _ways(self._back, behind, end, start), strict=False)
        return any(onward in behind or back in ahead for onward, back in steps)


def _nodes(place: Place) -> tuple[Node, Node]:
    return place[0], -1 - place[1]


def _ways(arcs: Mapping[Node, Iterable[Node]], seen: set[Node], start: Node, end: Node) -> Iterator[Node]:
    """Where one comes to from `start` without the cell to `end`, the far before the near; once for every arc."""
    waiting: list[Iterator[Node]] = [(node for node in arcs[start] if node != end)]
    while waiting:
        for node in waiting[-1]:
            yield node
            if node not in seen:
                seen.add(node)
                waiting.append(iter(arcs[node]))
                break
        else:
            waiting.pop()
