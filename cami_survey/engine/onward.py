"""Running totals: a column of a repeat in which each row reads the row before it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from cami_survey.engine.instance import Live
from cami_survey.engine.readers import Waiting
from cami_survey.engine.tree import Node


def calculate_onward(
    waiting: Waiting,
    column: Sequence[Live],
    calculate: Callable[[Live], bool],
    tell: Callable[[Live], None],
    left_out: Collection[Node],
) -> int:
    """Computes the column from each row that waits on, for as long as rows change; how many times it did.

    Of rows that change one after the other the first is told: the next is computed at once, and whoever else reads
    them reads the whole column. What waits and was computed on the way is no longer `known` to wait.
    """
    nodes, known, evaluations = waiting.nodes, waiting.known, 0
    while nodes:
        first = nodes.popleft()
        if first not in known:
            continue
        for node in _from(first, column) if first not in left_out else [first]:
            known.discard(node)
            if left_out and node in left_out:
                break
            evaluations += 1
            if not calculate(node):
                break
            if node is first:
                tell(node)
    return evaluations


def _from(node: Live, column: Sequence[Live]) -> Sequence[Live]:
    """The node and those of the rows behind it.

    Every row has one at least, so that as many nodes as rows are one each; otherwise each is told of the one before.
    """
    row = node.parent
    above = row.parent if row is not None else None
    if row is None or above is None or len(above.children_named(row.name)) != len(column):
        return [node]
    return column[row.place - 1 :]
