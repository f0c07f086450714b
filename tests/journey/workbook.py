"""The exported workbook, read back and held against what was typed."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import openpyxl

from tests.journey.script import Line

Row = dict[str, object]


class Workbook:
    """Rows of one interview: `cell("sight 2 s_sp")` as questions are named in a script."""

    def __init__(self, path: Path, form: str) -> None:
        book = openpyxl.load_workbook(path)
        self.form = form
        self.sheets = {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book}
        book.close()

    def rows(self, sheet: str) -> list[Row]:
        """The rows of a sheet, by the names in its head."""
        head, *rest = self.sheets[sheet]
        return [{str(name): value for name, value in zip(head, row, strict=True)} for row in rest]

    def cell(self, place: str) -> object:
        """What the workbook shows for a question."""
        *repeat, name = place.split()
        if not repeat:
            (row,) = self.rows(self.form)
            return row[name]
        table, number = repeat
        return self.rows(f"{self.form}-{table}")[int(number) - 1][name]

    def differences(self, lines: Iterable[Line], *, codes: bool) -> list[tuple[str, object, object]]:
        """Question, what was typed and what the workbook shows, wherever these differ."""
        found = []
        for line in lines:
            wanted = line.code if codes and line.code is not None else line.label
            shown = self.cell(line.place)
            if shown != wanted or type(shown) is not type(wanted):
                found.append((line.place, wanted, shown))
        return found

    def names(self) -> set[str]:
        """Every question of the form that has a column; what a submission says of itself is none."""
        return {
            str(name)
            for title, rows in self.sheets.items()
            if title.startswith(self.form)
            for name in rows[0]
            if not str(name).startswith(("_", "instance"))
        }

    def everything(self) -> list[str]:
        """The text of every cell."""
        return [str(value) for rows in self.sheets.values() for row in rows for value in row if value is not None]
