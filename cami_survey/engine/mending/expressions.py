"""Expressions that cannot be read, where one sign is missing or too many."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from cami_survey.base.texts import _
from cami_survey.engine.errors import FormProblem, XPathError
from cami_survey.engine.mending.draft import Draft
from cami_survey.engine.xpath.parser import parse

STRAIGHT = str.maketrans("\u2018\u2019\u201c\u201d", "''\"\"")

MOMENT = re.compile(r"\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?\S*)?|\d{1,2}:\d\d(?::\d\d)?")
DECIMAL_COMMA = re.compile(r"(?<=\d),(?=\d)")


def mend_expression(draft: Draft, problem: FormProblem) -> bool:
    """Repair the cell of a problem if only one way of writing it makes sense; whether that was so."""
    rows = draft.workbook.rows.get(problem.sheet, [])
    if problem.row is None or problem.row < 2 or not problem.column or problem.row - 2 >= len(rows):
        return False
    text = rows[problem.row - 2].get(problem.column, "")
    made = repaired(text)
    if not made:
        return False
    draft.repaired(replace(problem, repair=_("It becomes {text}.").format(text=made)))
    draft.workbook.put(problem.sheet, problem.row, problem.column, made)
    return True


def repaired(text: str) -> str:
    """The expression with the one sign more or less that makes it readable; "" if there is none or a choice."""
    if not text or _reads(text):
        return ""
    return next((made for made in _ways(text) if _reads(made)), "")


def _ways(text: str) -> Iterator[str]:
    bare = text.translate(STRAIGHT).strip()
    if MOMENT.fullmatch(bare):
        yield f"'{bare}'"
    if DECIMAL_COMMA.search(bare):
        yield DECIMAL_COMMA.sub(".", bare)
    if bare.count("(") > bare.count(")"):
        yield bare + ")" * (bare.count("(") - bare.count(")"))
    if bare.endswith(("'", '"')) and bare.count(bare[-1]) % 2:
        yield bare[:-1].rstrip()
    if bare.endswith(")") and bare.count(")") == bare.count("(") + 1:
        yield bare[:-1].rstrip()


def _reads(text: str) -> bool:
    try:
        parse(re.sub(r"\$\{[^{}]*\}", " /x ", text.translate(STRAIGHT)))
    except XPathError:
        return False
    return True
