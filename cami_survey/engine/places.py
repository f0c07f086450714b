"""From a node of the XForm back to the row, column and character of the sheet that it came from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from cami_survey.engine.errors import OF_A_FILE, FormProblem, shortened
from cami_survey.engine.mending.columns import (
    APPEARANCE,
    CALCULATE,
    CONSTRAINT,
    COUNT,
    DEFAULT,
    FILTER,
    HINT,
    LABEL,
    NAME,
    RELEVANT,
    REQUIRED,
    TRIGGER,
    TYPE,
    Columns,
    Meaning,
)
from cami_survey.engine.workbook import Workbook

# What each use of an expression is written in; where several are filled, the one that holds the wrong character.
USES: dict[str, tuple[Meaning, ...]] = {
    "relevant": (RELEVANT,),
    "constraint": (CONSTRAINT,),
    "calculate": (CALCULATE, COUNT, LABEL),
    "required": (REQUIRED,),
    "readonly": (("bind", "readonly"),),
    "jr:count": (COUNT,),
    "itemset": (FILTER, TYPE),
    "appearance": (APPEARANCE,),
    "label": (LABEL,),
    "hint": (HINT,),
    "default": (DEFAULT,),
    "setvalue": (DEFAULT, CALCULATE, TRIGGER),
}
# What is wrong with what is written in one column, whatever its reason begins with.
OF_CODE: dict[str, tuple[Meaning, ...]] = {
    "form.similar-name": (NAME,),
    "form.missing-column": (TYPE,),
    "form.row-without-value": (TYPE,),
    "form.missing-pulled-column": (CALCULATE,),
}
BEGIN = re.compile(r"begin[\s_](?:group|repeat|loop|lgroup|looped group)\b", re.IGNORECASE)
END = re.compile(r"end[\s_](?:group|repeat|loop|lgroup|looped group)\b", re.IGNORECASE)
ENTITY = re.compile(r"/meta/entity(?:/(label)|/@(\w+))?$")
ENTITY_COLUMNS = {"id": "entity_id", "create": "create_if", "update": "update_if", "label": "label"}
REFERENCE = re.compile(r"\$\{[^}]*\}")


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
    """Problems of the XForm with the row, column and character that their node came from, where they can be found."""
    rows = rows_by_path(workbook)
    return [_placed(problem, workbook, rows) for problem in problems]


def _placed(problem: FormProblem, workbook: Workbook, rows: dict[str, int]) -> FormProblem:
    if problem.sheet:
        return problem
    if problem.code == "form.unknown-instance":
        return _mentioned(problem, workbook, problem.path)
    if problem.code in OF_A_FILE:
        return _where_named(problem, workbook)
    if "/meta/" in problem.path:
        return _in_meta(problem, workbook)
    row = _row(problem.path, rows)
    if row is None:
        return problem
    return _at(replace(problem, sheet="survey", row=row), workbook, _written(problem, workbook, row))


def _row(path: str, rows: dict[str, int]) -> int | None:
    """The row of a node; of the repeat that it counts; of the only name like its own where the path is not known."""
    wanted = "/".join(path.strip("/").split("/")[1:])
    name = wanted.rpartition("/")[2]
    named = (row for known, row in rows.items() if name and known.rpartition("/")[2] == name)
    return rows.get(wanted) or rows.get(wanted.removesuffix("_count")) or next(named, None)


def _in_meta(problem: FormProblem, workbook: Workbook) -> FormProblem:
    """In the sheet of entities, or in the settings."""
    entity = ENTITY.search(problem.path)
    sheet = "entities" if entity is not None else "settings"
    if not workbook.rows.get(sheet):
        return problem
    wanted = ENTITY_COLUMNS.get(entity.group(1) or entity.group(2) or "", "") if entity else "instance_name"
    headers = [header for header in workbook.rows[sheet][0] if header == wanted]
    return _at(replace(problem, sheet=sheet, row=2), workbook, headers)


def _written(problem: FormProblem, workbook: Workbook, row: int) -> list[str]:
    """The filled columns of a row that the expression may have come from."""
    # It begins with the column, or stands soon after in a language that begins otherwise.
    first = (word.strip(":") for word in problem.reason.split()[:3])
    use = next((word for word in first if word in USES), "")
    if problem.code == "form.cycle":
        named = re.search(r"\(([\w:]+)\)", problem.reason)
        use = named.group(1) if named is not None else ""
    cells, columns = workbook.rows["survey"][row - 2], Columns(workbook, "survey")
    return [
        header
        for wanted in OF_CODE.get(problem.code) or USES.get(use, ())
        for header, meaning in columns.meanings.items()
        if meaning[: len(wanted)] == wanted and header in cells
    ]


def _at(problem: FormProblem, workbook: Workbook, headers: list[str]) -> FormProblem:
    """The problem in the first of these columns, in that which holds the wrong character if one does."""
    if problem.row is None or not headers:
        return replace(problem, character=None)
    cells = workbook.rows[problem.sheet][problem.row - 2]
    found = [(header, _character(problem, cells[header])) for header in headers]
    header, character = next((place for place in found if place[1] is not None), found[0])
    reason = problem.reason
    if character is not None:
        reason = reason.replace(shortened(problem.expression), shortened(cells[header].strip()), 1)
    return replace(problem, reason=reason, column=header, character=character)


def _character(problem: FormProblem, cell: str) -> int | None:
    """The character of the cell that stands for the one in the expression made from it; None if none does."""
    if problem.character is None:
        return None
    places = _places(cell)
    text = "".join(" " if cell[place].isspace() else cell[place] for place in places)
    at, end, written = problem.character - 1, 0, 0
    for piece in _pieces(text):
        start = problem.expression.find(piece, end)
        if start < 0:
            return None
        if at < start:
            return places[max(written - 1, 0)] + 1
        end = start + len(piece)
        offset = text.index(piece, written)
        if at < end:
            return places[offset + at - start] + 1
        written = offset + len(piece)
    return places[written - 1] + 1 if written else None


def _places(cell: str) -> list[int]:
    """The places of the characters that the conversion keeps: blanks in a row become one, those at the ends go."""
    first, last = len(cell) - len(cell.lstrip()), len(cell.rstrip())
    return [place for place in range(first, last) if not (cell[place].isspace() and cell[place - 1].isspace())]


def _pieces(cell: str) -> Iterator[str]:
    """The text between references, which the conversion leaves as it is."""
    return (piece for piece in REFERENCE.split(cell.strip()) if piece)


def _mentioned(problem: FormProblem, workbook: Workbook, name: str) -> FormProblem:
    """At the first cell that asks for an instance of this name."""
    wanted = re.compile(r"instance\(\s*['\"]" + re.escape(name) + r"['\"]\s*\)")
    for sheet in ("survey", "entities", "settings", "choices"):
        for number, header, text in workbook.cells(sheet):
            if wanted.search(text):
                return replace(problem, sheet=sheet, row=number, column=header)
    return problem


def _where_named(problem: FormProblem, workbook: Workbook) -> FormProblem:
    """At the first cell that names the file, with its ending or, between quotes, without."""
    name = problem.expression
    wanted = re.compile(rf"(?<![\w.-]){re.escape(name)}(?![\w.-])|(['\"]){re.escape(name.rpartition('.')[0])}\1")
    for number, header, text in workbook.cells("survey"):
        if wanted.search(text):
            return replace(problem, sheet="survey", row=number, column=header)
    return problem
