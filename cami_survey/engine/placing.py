"""Where in the sheets of an XLSForm a problem of its XForm comes from: row, column and character."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from cami_survey.engine.errors import FormProblem, shortened

if TYPE_CHECKING:
    from cami_survey.engine.workbook import Workbook

COLUMNS = {
    "relevant": ("relevant", "relevance"),
    "constraint": ("constraint",),
    "calculate": ("calculation", "calculate", "repeat_count", "instance_name", "label", "entity_id"),
    "required": ("required",),
    "readonly": ("read_only", "readonly"),
    "itemset": ("choice_filter", "type"),
    "appearance": ("appearance",),
    "label": ("label",),
    "hint": ("hint",),
    "setvalue": ("default", "calculation", "calculate", "trigger"),
    "jr:count": ("repeat_count", "count"),
}
BEGIN = re.compile(r"begin[ _](group|repeat|loop)", re.IGNORECASE)
END = re.compile(r"end[ _](group|repeat|loop)", re.IGNORECASE)
REFERENCE = re.compile(r"\$\{[^}]*\}")
Row = tuple[str, int, Mapping[str, str]]


def placed(problem: FormProblem, workbook: Workbook) -> FormProblem:
    """The problem with the sheet, row, column and character that its node came from."""
    found = _row(problem.path, workbook)
    if found is None:
        return problem
    sheet, number, row = found
    wanted = COLUMNS.get(problem.reason.partition(" ")[0], ())
    cells = [(header, _character(problem, row[header])) for header in row if not _words(header).isdisjoint(wanted)]
    first = cells[0] if cells else ("", None)
    header, character = next((cell for cell in cells if cell[1] is not None), first)
    reason = problem.reason
    if character is not None:
        reason = reason.replace(shortened(problem.expression), shortened(row[header].strip()), 1)
    return replace(problem, reason=reason, sheet=sheet, row=number, column=header, character=character)


def _words(header: str) -> set[str]:
    return {word.strip() for word in re.split(r":+", header.lower())}


def _row(path: str, workbook: Workbook) -> Row | None:
    """The row of a node: of its own path, otherwise of its name alone; settings and entities for what lies in meta."""
    names = path.strip("/").split("/")[1:]
    if not names:
        return None
    if "meta" in names:
        return _row_of_meta(names, workbook)
    rows = list(_survey_rows(workbook))
    for wanted in (names, [*names[:-1], names[-1].removesuffix("_count")]):
        for place, number, row in rows:
            if place == wanted:
                return "survey", number, row
    by_name = ((number, row) for place, number, row in rows if place[-1:] == names[-1:])
    return next((("survey", number, row) for number, row in by_name), None)


def _row_of_meta(names: list[str], workbook: Workbook) -> Row | None:
    sheet = "entities" if "entity" in names else "settings"
    rows = workbook.rows.get(sheet, [])
    return (sheet, 2, rows[0]) if rows else None


def _survey_rows(workbook: Workbook) -> Iterator[tuple[list[str], int, Mapping[str, str]]]:
    around: list[str] = []
    for number, row in enumerate(workbook.rows.get("survey", ()), 2):
        type_name, name = row.get("type", "").strip(), row.get("name", "").strip()
        if END.match(type_name):
            del around[-1:]
        elif name:
            yield [*around, name], number, row
        if BEGIN.match(type_name):
            around.append(name)


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
