"""Everything that is wrong with a refused workbook, and the workbook as it would be repaired."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from cami_survey.engine.errors import FormError, FormProblem
from cami_survey.engine.mending.columns import CALCULATE, CONSTRAINT, FILTER, RELEVANT, REQUIRED, Meaning
from cami_survey.engine.mending.draft import Draft
from cami_survey.engine.mending.expressions import mend_expression
from cami_survey.engine.mending.headers import check_headers
from cami_survey.engine.mending.instances import mend_instance
from cami_survey.engine.mending.lists import check_choices, check_filters, check_lists, check_spaces
from cami_survey.engine.mending.names import check_labels, check_names
from cami_survey.engine.mending.references import check_references
from cami_survey.engine.mending.types import check_calculations, check_types
from cami_survey.engine.secondary import Media
from cami_survey.engine.workbook import Workbook
from cami_survey.engine.xlsform import (
    RefusedError,
    UnreadableError,
    convert,
    located,
    read_workbook_form,
    take_out,
)

CHECKS: tuple[Callable[[Draft], None], ...] = (
    check_headers,
    check_types,
    check_names,
    check_lists,
    check_choices,
    check_spaces,
    check_calculations,
    check_filters,
    check_references,
    check_labels,
)
PATIENCE, MOST_ROUNDS = 1.5, 5
# What can stand in a column instead of an expression that nobody can read.
HARMLESS: dict[Meaning, str] = {
    RELEVANT: "", CONSTRAINT: "", REQUIRED: "", ("bind", "readonly"): "", FILTER: "", CALCULATE: "''"
}  # fmt: skip


def diagnose(workbook: Workbook, name: str, media: Media, refusal: RefusedError | FormError) -> Draft:
    """What is wrong with sheets that were refused, and the sheets as they would be repaired.

    The search ends after a while, so that a large form is refused quickly.
    """
    until = time.monotonic() + PATIENCE
    draft = Draft(workbook)
    if isinstance(refusal, (RefusedError, UnreadableError)):
        for check in CHECKS:
            if not draft.full:
                check(draft)
        again = True
    else:
        again = _note(draft, refusal)
    rounds = 0
    while again:
        # As long as all of it can be repaired the search is worth its time.
        if draft.full or (time.monotonic() > until and (rounds > MOST_ROUNDS or not draft.whole)):
            draft.whole = False
            break
        rounds += 1
        again = _convert(draft, name, media, until)
    if not draft.problems and isinstance(refusal, RefusedError):
        # What depends on how much room was left, such as the depth of groups, may not happen a second time.
        draft.left(located(refusal.message, draft.workbook))
    draft.problems = [_titled(problem, workbook) for problem in draft.problems]
    return draft


def _convert(draft: Draft, name: str, media: Media, until: float) -> bool:
    """Try what the checks have left; whether it is worth trying again after what was found."""
    try:
        read_workbook_form(draft.workbook, name, media)
    except RefusedError as refused:
        problem = located(refused.message, draft.workbook)
        if refused.message.startswith("crash: ") and "RecursionError" not in refused.message and not problem.column:
            problem = replace(problem, **_guilty_column(draft, name, refused.message, until))
        known = problem in draft.problems
        draft.left(problem)
        return not known and take_out(refused.message, problem, draft.workbook)
    except FormError as error:
        return _note(draft, error)
    return False


def _guilty_column(draft: Draft, name: str, message: str, until: float) -> dict[str, Any]:
    """The column without which the conversion does not break down, found by trying."""
    for sheet in ("survey", "choices", "settings"):
        for header in draft.workbook.headers.get(sheet, []):
            if header.lower() in ("type", "name", "list_name", "list name") or time.monotonic() > until:
                continue
            without = draft.workbook.copy()
            without.rename(sheet, header, "")
            try:
                convert(without, name)
            except RefusedError as other:
                if other.message == message:
                    continue
            return {"sheet": sheet, "row": 1, "column": header}
    return {}


def _note(draft: Draft, error: FormError) -> bool:
    """Take up what the form's own reading says; whether all of it could be mended or taken out."""
    done = [
        mend_expression(draft, problem) or mend_instance(draft, problem) or _taken_out(draft, problem)
        for problem in error.problems
    ]
    return all(done)


def _taken_out(draft: Draft, problem: FormProblem) -> bool:
    """Leave an expression to a person; whether its cell could be emptied, so that what else is wrong comes to light."""
    draft.left(problem)
    cell = (problem.sheet, problem.row or 0, problem.column)
    meaning = draft.columns(problem.sheet).meanings.get(problem.column, ("",)) if problem.sheet == "survey" else ("",)
    if problem.code != "form.expression" or meaning not in HARMLESS or not problem.row:
        return False
    draft.workbook.put(*cell, HARMLESS[meaning])
    return True


def _titled(problem: FormProblem, workbook: Workbook) -> FormProblem:
    """The sheet as its tab is called."""
    return replace(problem, sheet=workbook.titles.get(problem.sheet, problem.sheet))
