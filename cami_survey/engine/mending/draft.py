"""A working copy of a refused workbook, and what was found in it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from cami_survey.engine.errors import FormProblem
from cami_survey.engine.mending.columns import NAME, TYPE, Columns
from cami_survey.engine.workbook import Workbook

MOST_FOUND = 100
REFERENCE = re.compile(r"\$\{\s*(?:last-saved#)?([^{}\s]*)\s*\}")
END = re.compile(r"end[\s_](group|repeat|loop|lgroup|looped group)\b")


class Draft:
    """`workbook` as it would be after the repairs found so far; what cannot be repaired is taken out of it, so that the
    search can go on. `whole` as long as everything could be repaired.
    """

    def __init__(self, workbook: Workbook) -> None:
        self.workbook = workbook.copy()
        self.problems: list[FormProblem] = []
        self.whole = True
        self._columns: dict[str, tuple[tuple[str, ...], Columns]] = {}

    def columns(self, sheet: str = "survey") -> Columns:
        """The columns as they are now."""
        headers = tuple(self.workbook.headers.get(sheet, ()))
        if sheet not in self._columns or self._columns[sheet][0] != headers:
            self._columns[sheet] = (headers, Columns(self.workbook, sheet))
        return self._columns[sheet][1]

    def rows(self, sheet: str = "survey") -> Iterator[tuple[int, dict[str, str]]]:
        """Row numbers and rows; empty rows are left out."""
        return ((number, row) for number, row in enumerate(self.workbook.rows.get(sheet, ()), 2) if row)

    def repaired(self, problem: FormProblem) -> None:
        """A problem that the working copy no longer has."""
        if problem not in self.problems:
            self.problems.append(problem)

    def left(self, problem: FormProblem, take_out: Callable[[], None] | None = None) -> None:
        """A problem only a person can solve."""
        self.whole = False
        if problem not in self.problems:
            self.problems.append(problem)
        if take_out is not None:
            take_out()

    @property
    def full(self) -> bool:
        """Whether so much was found that more would help nobody."""
        return len(self.problems) >= MOST_FOUND

    def names(self) -> dict[str, list[int]]:
        """Names of questions, groups and repeats with their rows."""
        columns = self.columns()
        column, kind = columns.named(NAME), columns.named(TYPE)
        found: dict[str, list[int]] = {}
        for number, row in self.rows():
            if column in row and not END.match(row.get(kind, "").lower()):
                found.setdefault(row[column], []).append(number)
        return found

    def expressions(self) -> Iterator[tuple[str, int, str, str]]:
        """Sheet, row, header and text of each cell that can hold references."""
        for sheet in ("survey", "choices", "settings", "entities"):
            for number, header, text in self.workbook.cells(sheet):
                if "${" in text:
                    yield sheet, number, header, text

    def refers_to(self, name: str) -> bool:
        """Whether a cell holds a reference to the name."""
        return any(name in REFERENCE.findall(text) for _sheet, _number, _header, text in self.expressions())

    def rename(self, old: str, new: str) -> None:
        """Let every reference to a question follow its new name."""
        pattern = re.compile(r"(\$\{\s*(?:last-saved#)?)" + re.escape(old) + r"(\s*\})")
        for sheet, number, header, text in list(self.expressions()):
            changed = pattern.sub(lambda found: found.group(1) + new + found.group(2), text)
            if changed != text:
                self.workbook.put(sheet, number, header, changed)

    def mentions_path(self, name: str) -> bool:
        """Whether an expression goes to the name by a path, which no rename can follow safely."""
        step = re.compile(r"/\s*" + re.escape(name) + r"(?![\w.-])")
        headers = self.columns().expressions
        return any(step.search(row.get(header, "")) for _number, row in self.rows() for header in headers)

    def free_name(self, wanted: str) -> str:
        """The name, with a number where it is taken."""
        taken = {name.casefold() for name in self.names()}
        made, count = wanted, 2
        while made.casefold() in taken:
            made, count = f"{wanted}_{count}", count + 1
        return made
