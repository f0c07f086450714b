"""Everything worth a look in a form that loads, each with its place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from cami_survey.base.collecting import paused
from cami_survey.engine.errors import FormProblem
from cami_survey.engine.form import Form
from cami_survey.engine.lint.defaults import impossible_defaults
from cami_survey.engine.lint.failures import failing
from cami_survey.engine.lint.lists import dead_filters, unused_lists
from cami_survey.engine.lint.logic import Logic
from cami_survey.engine.lint.names import colliding_names
from cami_survey.engine.lint.patterns import open_patterns
from cami_survey.engine.lint.texts import hard_texts, lost_letters, missing_texts, missing_translations
from cami_survey.engine.workbook import Workbook

MOST_OF_A_KIND = 20


def notices(form: Form, workbook: Workbook | None) -> list[FormProblem]:
    """What was noticed, at most 20 of a kind."""
    with paused():
        return list(_few(_all(form, workbook)))


def _all(form: Form, workbook: Workbook | None) -> list[FormProblem]:
    from cami_survey.engine.places import placed

    found = [*Logic(form).problems(), *dead_filters(form), *colliding_names(form)]
    found += [*failing(form), *impossible_defaults(form), *open_patterns(form)]
    if workbook is None:
        found += missing_translations(form)
    else:
        found = placed(_few(found), workbook)
        found += [*missing_texts(workbook), *unused_lists(workbook), *hard_texts(workbook), *lost_letters(workbook)]
        found = [_titled(_worded(problem), workbook) for problem in found]
    places = {(problem.code, problem.where) for problem in found}
    return found + [problem for problem in form.noticed if (problem.code, problem.where) not in places]


def _few(found: list[FormProblem]) -> Iterator[FormProblem]:
    seen: dict[str, int] = {}
    for problem in dict.fromkeys(found):
        seen[problem.code] = seen.get(problem.code, 0) + 1
        if seen[problem.code] <= MOST_OF_A_KIND:
            yield problem


def _worded(problem: FormProblem) -> FormProblem:
    """A reason without the name of the node's property, once the column says it."""
    if not problem.column:
        return problem
    return replace(problem, reason=re.sub(r"^itemset: (\w)", lambda start: start.group(1).upper(), problem.reason))


def _titled(problem: FormProblem, workbook: Workbook) -> FormProblem:
    return replace(problem, sheet=workbook.titles.get(problem.sheet, problem.sheet))
