"""Lists that an expression asks for and nothing in the form brings: other tools hand them over with an interview."""

from __future__ import annotations

import re
from dataclasses import replace

from cami_survey.base.errors import nearest
from cami_survey.base.texts import _
from cami_survey.engine.errors import FormProblem
from cami_survey.engine.mending.columns import NAME, TYPE
from cami_survey.engine.mending.draft import Draft
from cami_survey.engine.mending.lists import list_names

POSSIBLE = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")


def mend_instance(draft: Draft, problem: FormProblem) -> bool:
    """Let the list come from a file, unless another list may be meant; whether that was done."""
    name = problem.path
    if problem.code != "form.unknown-instance" or not POSSIBLE.fullmatch(name) or nearest(name, list_names(draft)):
        return False
    columns = draft.columns()
    draft.workbook.append("survey", {columns.named(TYPE): "xml-external", columns.named(NAME): name})
    repair = _("It comes from the file “{file}” beside the form, and is empty without it.").format(file=f"{name}.xml")
    draft.repaired(replace(problem, repair=repair))
    return True
