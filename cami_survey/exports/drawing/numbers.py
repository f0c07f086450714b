"""What a cell says where there is little room."""

from __future__ import annotations

from cami_survey.analysis.cells import DASH
from cami_survey.analysis.methods.findings import TooFew
from cami_survey.analysis.results import Cell, Column
from cami_survey.base.numbers import number, percent, whole
from cami_survey.base.texts import _


def told(cell: Cell, column: Column) -> str:
    """What a cell says. Nothing asked is a dash; "too few" is said with its n; what is hidden is empty."""
    if cell.hidden:
        return ""
    if cell.said is None:
        return DASH
    if isinstance(cell.said, TooFew):
        return _("n {n}").format(n=whole(cell.said.n))
    if isinstance(cell.said, str):
        return cell.said
    if column.kind == "percent":
        return percent(cell.said)
    return number(cell.said, 0 if column.kind == "count" else column.decimals)
