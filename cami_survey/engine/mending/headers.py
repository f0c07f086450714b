"""Columns that stand twice, under one header or under two of the same meaning."""

from __future__ import annotations

import re
from dataclasses import replace

from cami_survey.base.texts import _
from cami_survey.engine.errors import FormProblem
from cami_survey.engine.mending.columns import TYPE, Meaning
from cami_survey.engine.mending.draft import Draft
from cami_survey.engine.workbook import AGAIN

TEXTS = "label|hint|guidance_hint|constraint_message|required_message|image|audio|video|media"
STUMBLED_OVER = frozenset({"instance::tag", "instance::toparsestring", "bind::tag", "control::tag", "body::tag"})
GLUED = re.compile(rf"^((?:{TEXTS})::.+?)(?:{TEXTS})::.*$")


def check_headers(draft: Draft) -> None:
    """One column for each meaning."""
    for sheet in list(draft.workbook.headers):
        _part_glued(draft, sheet)
        _set_aside(draft, sheet)
        seen: dict[Meaning, str] = {}
        for header, meaning in draft.columns(sheet).meanings.items():
            if meaning in seen:
                _join(draft, sheet, seen[meaning], header)
            else:
                seen[meaning] = header


def _set_aside(draft: Draft, sheet: str) -> None:
    """Attributes of groups that stop the conversion; their column stays, under a header without meaning."""
    kind = draft.columns(sheet).named(TYPE)
    for header in list(draft.workbook.headers[sheet]):
        groups = any(header in row for _number, row in draft.rows(sheet) if row.get(kind, "").startswith("begin"))
        if sheet == "survey" and groups and header.replace(" ", "").lower() in STUMBLED_OVER:
            name = f"unused::{header.partition('::')[2]}"
            reason = _("The column “{header}” stops the conversion.").format(header=header)
            repair = _("The header becomes “{name}”, which means nothing; what stands below it stays.").format(
                name=name
            )
            draft.repaired(FormProblem(reason, "form.header", sheet, 1, header, repair=repair))
            draft.workbook.rename(sheet, header, name)


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
