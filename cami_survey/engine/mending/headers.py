"""Columns that stand twice, under one header or under two of the same meaning."""

from __future__ import annotations

import re
from dataclasses import replace

from cami_survey.base.texts import _
from cami_survey.engine.errors import FormProblem
from cami_survey.engine.mending.columns import Meaning
from cami_survey.engine.mending.draft import Draft
from cami_survey.engine.workbook import AGAIN

TEXTS = "label|hint|guidance_hint|constraint_message|required_message|image|audio|video|media"
GLUED = re.compile(rf"^((?:{TEXTS})::.+?)(?:{TEXTS})::.*$")


def check_headers(draft: Draft) -> None:
    """One column for each meaning."""
    for sheet in list(draft.workbook.headers):
        _part_glued(draft, sheet)
        seen: dict[Meaning, str] = {}
        for header, meaning in draft.columns(sheet).meanings.items():
            if meaning in seen:
                _join(draft, sheet, seen[meaning], header)
            else:
                seen[meaning] = header


def _part_glued(draft: Draft, sheet: str) -> None:
    """Two headers written into one cell."""
    for header in list(draft.workbook.headers[sheet]):
        found = GLUED.match(header)
        if found is None:
            continue
        name = found.group(1)
        reason = _("Two headers stand in one cell: “{header}”.").format(header=header)
        place = FormProblem(reason, "form.header", sheet, 1, header)
        if name in draft.workbook.headers[sheet]:
            draft.left(place, lambda sheet=sheet, header=header: draft.workbook.rename(sheet, header, ""))  # type: ignore[misc]
            continue
        draft.repaired(replace(place, repair=_("The header becomes “{name}”.").format(name=name)))
        draft.workbook.rename(sheet, header, name)


def _join(draft: Draft, sheet: str, first: str, second: str) -> None:
    workbook = draft.workbook
    shown = second.rstrip(AGAIN)
    problem = FormProblem(_reason(first, shown), _code(first, second), sheet, 1, shown)
    apart = (number for number, row in draft.rows(sheet) if {first, second} <= set(row) and row[first] != row[second])
    differing = next(apart, None)
    if differing is not None:
        more = _("In row {row} they say different things.").format(row=differing)
        problem = FormProblem(f"{problem.reason} {more}", problem.code, problem.sheet, 1, shown)
        draft.left(problem, lambda: workbook.rename(sheet, second, ""))
        return
    for number, row in enumerate(workbook.rows[sheet], 2):
        if second in row and first not in row:
            workbook.put(sheet, number, first, row[second])
    workbook.rename(sheet, second, "")
    text = _("What stands in the second goes into the first, “{first}”; no cell is lost.")
    draft.repaired(replace(problem, repair=text.format(first=first.rstrip(AGAIN))))


def _code(first: str, second: str) -> str:
    return "form.duplicate-column" if first.rstrip(AGAIN) == second.rstrip(AGAIN) else "form.header"


def _reason(first: str, second: str) -> str:
    if first.rstrip(AGAIN) == second:
        return _("The column “{header}” appears twice.").format(header=second)
    text = _("The columns “{other}” and “{header}” have the same meaning. Only one of them can stay.")
    return text.format(other=first, header=second)
