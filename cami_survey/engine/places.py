"""From a node of the XForm back to the row and column of the sheet that it came from."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from cami_survey.engine.errors import FormProblem
from cami_survey.engine.mending.columns import NAME, TYPE, Columns
from cami_survey.engine.workbook import Workbook

USES = {
    "relevant": ("bind", "relevant"),
    "constraint": ("bind", "constraint"),
    "calculate": ("bind", "calculate"),
    "required": ("bind", "required"),
    "readonly": ("bind", "readonly"),
    "jr:count": ("control", "jr:count"),
    "itemset": ("choice_filter",),
    "label": ("label",),
    "hint": ("hint",),
    "setvalue": ("default",),
}
BEGIN = re.compile(r"begin[\s_](?:group|repeat|loop|lgroup|looped group)\b", re.IGNORECASE)
END = re.compile(r"end[\s_](?:group|repeat|loop|lgroup|looped group)\b", re.IGNORECASE)
ENTITY = re.compile(r"/meta/entity(?:/(label)|/@(\w+))?$")
ENTITY_COLUMNS = {"id": "entity_id", "create": "create_if", "update": "update_if", "label": "label"}


def rows_by_path(workbook: Workbook) -> dict[str, int]:
    """The row of each question, group and repeat by its path below the root: `group/question`."""
    columns = Columns(workbook, "survey")
    kind, name = columns.named(TYPE), columns.named(NAME)
    found: dict[str, int] = {}
    open_groups: list[str] = []
    for number, row in enumerate(workbook.rows.get("survey", ()), 2):
        written = " ".join(row.get(kind, "").split())
        if END.match(written):
            if open_groups:
                open_groups.pop()
            continue
        path = "/".join((*open_groups, row.get(name, "")))
        if name in row:
            found.setdefault(path, number)
        if BEGIN.match(written):
            open_groups.append(row.get(name, ""))
    return found


def placed(problems: Iterable[FormProblem], workbook: Workbook) -> list[FormProblem]:
    """Problems of the XForm with the sheet row that their node came from, where it can be found."""
    rows = rows_by_path(workbook)
    return [_placed(problem, workbook, rows) for problem in problems]


def _placed(problem: FormProblem, workbook: Workbook, rows: dict[str, int]) -> FormProblem:
    if problem.sheet:
        return problem
    if problem.code == "form.unknown-instance":
        return _mentioned(problem, workbook, problem.path)
    entity = ENTITY.search(problem.path)
    if entity is not None and workbook.rows.get("entities"):
        wanted = ENTITY_COLUMNS.get(entity.group(1) or entity.group(2) or "", "")
        column = next((header for header in workbook.headers["entities"] if header == wanted), "")
        return replace(problem, sheet="entities", row=2, column=column)
    row = rows.get("/".join(problem.path.strip("/").split("/")[1:]))
    if row is None:
        return problem
    return replace(problem, sheet="survey", row=row, column=_column(problem, workbook, row))


def _column(problem: FormProblem, workbook: Workbook, row: int) -> str:
    use = problem.reason.partition(" ")[0].rstrip(":")
    if problem.code == "form.cycle":
        named = re.search(r"\(([\w:]+)\)", problem.reason)
        use = named.group(1) if named is not None else ""
    wanted = USES.get(use)
    if wanted is None:
        return ""
    cells = workbook.rows["survey"][row - 2]
    columns = Columns(workbook, "survey")
    exact = [header for header, meaning in columns.meanings.items() if meaning[: len(wanted)] == wanted]
    others = {"itemset": [columns.named(TYPE)], "setvalue": [columns.named(("trigger",))]}.get(use, [])
    return next((header for header in (*exact, *others) if header in cells), "")


def _mentioned(problem: FormProblem, workbook: Workbook, name: str) -> FormProblem:
    """At the first cell that asks for an instance of this name."""
    wanted = re.compile(r"instance\(\s*['\"]" + re.escape(name) + r"['\"]\s*\)")
    for sheet in ("survey", "entities", "settings", "choices"):
        for number, header, text in workbook.cells(sheet):
            if wanted.search(text):
                return replace(problem, sheet=sheet, row=number, column=header)
    return problem
