"""Which hidden counts of a table could be worked out from the ones that are shown and the totals of its lines.

Known totals leave a hidden count open exactly where it can grow or shrink while others take up the difference and none
falls below nothing. That is a way round in the residual graph of a flow between rows and columns (Cox 1980; Gusfield
1988), so no solver is needed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

Place = tuple[int, int]
Node = tuple[str, int]
# Rows (or columns) without a known total give and take freely.
FREE: Node = ("free", 0)


def deriving(hidden: Mapping[Place, int], *, rows: bool, columns: bool) -> Callable[[Place], bool]:
    """Tells of one hidden count after the other whether it has one possible value.

    `rows`, `columns`: whether the totals of these are known.
    """
    arcs: dict[Node, set[Node]] = {FREE: set()}
    for (row, column), count in hidden.items():
        arcs.setdefault(("row", row), set()).add(("column", column))
        arcs.setdefault(("column", column), set())
        if count:
            arcs["column", column].add(("row", row))
    for node in list(arcs):
        if (node[0] == "row" and not rows) or (node[0] == "column" and not columns):
            arcs[node].add(FREE)
            arcs[FREE].add(node)
    return lambda place: not _moves(arcs, place, hidden[place])


def _moves(arcs: Mapping[Node, set[Node]], place: Place, count: int) -> bool:
    row, column = ("row", place[0]), ("column", place[1])
    return _reaches(arcs, column, row) or (count > 0 and _reaches(arcs, row, column))


def _reaches(arcs: Mapping[Node, set[Node]], start: Node, end: Node) -> bool:
    """Whether there is a way from one to the other that is not the cell between them."""
    seen, waiting = {start}, [start]
    while waiting:
        node = waiting.pop()
        for following in _onward(arcs, node, start, end):
            if following == end:
                return True
            if following not in seen:
                seen.add(following)
                waiting.append(following)
    return False


def _onward(arcs: Mapping[Node, set[Node]], node: Node, start: Node, end: Node) -> Iterator[Node]:
    return (following for following in arcs[node] if not (node == start and following == end))
