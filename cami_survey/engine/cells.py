"""Expressions of a workbook that cannot be read, found in its cells before they are converted.

A conversion takes seconds for a large form, and would only lead to the same refusal.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from cami_survey.base.texts import _
from cami_survey.engine.errors import FormProblem, XPathError, shortened
from cami_survey.engine.mending.columns import CALCULATE, CONSTRAINT, RELEVANT, REQUIRED, TYPE, Columns
from cami_survey.engine.workbook import Workbook
from cami_survey.engine.xpath.lexer import NAME
from cami_survey.engine.xpath.parser import parse

CHECKED = {"relevant": RELEVANT, "constraint": CONSTRAINT, "calculate": CALCULATE, "required": REQUIRED}
REFERENCE = re.compile(r"\$\{[^${}]*\}")
PLAIN_NAME = re.compile(NAME)
# The conversion makes straight quotation marks of these.
STRAIGHT = str.maketrans("\u2018\u2019\u201c\u201d", "''\"\"")


def _name_of(reference: re.Match[str]) -> str:
    name = reference[0][2:-1].strip()
    return (name if PLAIN_NAME.fullmatch(name) else "x").ljust(len(reference[0]))


def unreadable(workbook: Workbook) -> list[FormProblem]:
    """The problems of all cells with conditions and calculations that no parser can read."""
    return [problem for cell in _cells(workbook) if (problem := _problem(*cell)) is not None]


def _cells(workbook: Workbook) -> Iterator[tuple[str, int, str, str]]:
    """Use, row, column and text of what is converted."""
    columns = Columns(workbook, "survey")
    kind, disabled = columns.named(TYPE), columns.named(("disabled",))
    used = {columns.named(wanted): use for use, wanted in CHECKED.items()}
    for number, row in enumerate(workbook.rows.get("survey", ()), 2):
        if row.get(kind) and not row.get(disabled):
            for header in row.keys() & used.keys():
                yield used[header], number, header, row[header]


def _problem(use: str, row: int, column: str, text: str) -> FormProblem | None:
    """What is wrong with an expression; references become names as long as they are, so that places stay."""
    written = text.translate(STRAIGHT)
    try:
        parse(REFERENCE.sub(_name_of, written))
    except XPathError as error:
        reason = _("{use} “{text}”: {reason}").format(use=use, text=shortened(text.strip()), reason=error.reason)
        return FormProblem(reason, "form.expression", "survey", row, column, expression=text, character=error.character)
    return None
