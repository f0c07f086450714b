"""Result tables for SPSS (.sav) and Stata (.dta): one file per table, with labels and missing values.

A file alone holds the interviews; beside it lies a zip with the codebook and the provenance. A zip holds all tables.
"""

from __future__ import annotations

import shutil
import tempfile
import zipfile
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cami_survey.analysis.model import Table
from cami_survey.base.notices import Notice
from cami_survey.exports import csvzip
from cami_survey.exports.book import Book, Progress, Steps, headings, silent
from cami_survey.exports.limits import said
from cami_survey.exports.plain import text_of
from cami_survey.exports.target import replacing
from cami_survey.exports.variables import Dialect, Variable, variables

if TYPE_CHECKING:
    from pandas import DataFrame

SPSS = Dialect(
    64,
    frozenset(("all", "and", "by", "eq", "ge", "gt", "le", "lt", "ne", "not", "or", "to", "with")),
    32_767,
    1582,
    numbered=False,
    labels=(255, 120),
)
STATA = Dialect(
    32,
    frozenset(
        (
            *("all", "byte", "double", "float", "if", "in", "int", "long", "using", "with", "strl"),
            *("n", "b", "cons", "pi", "rc", "skip", "coef", "pred", "weight"),
            *(f"str{number}" for number in range(1, 2046)),
        )
    ),
    2045,
    100,
    numbered=True,
    labels=(80, 32_000),
)
# Stata's own missing values; the first stands for a code of the form.
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def write_sav(target: Path, book: Book, *, progress: Progress = silent) -> list[Notice]:
    """Write `book`, whose choices have to be codes, for SPSS. UserError when it cannot be written."""
    return _write(target, book, SPSS, _save_sav, ".sav", progress)


def write_dta(target: Path, book: Book, *, progress: Progress = silent) -> list[Notice]:
    """Write `book`, whose choices have to be codes, for Stata. UserError when it cannot be written."""
    return _write(target, book, STATA, _save_dta, ".dta", progress)


Save = Callable[[Path, Table, list[Variable], Sequence[str], str], None]


def _write(target: Path, book: Book, dialect: Dialect, save: Save, ending: str, progress: Progress) -> list[Notice]:
    met: Counter[str] = Counter()
    steps = Steps(progress, book.rows())
    with tempfile.TemporaryDirectory(prefix="cami-survey-") as folder:
        names = csvzip.FileNames()
        tables = book.tables if target.suffix.casefold() == ".zip" else book.tables[:1]
        files: list[Path] = []
        for table in tables:
            path = Path(folder) / names.take(table.name).replace(".csv", ending)
            titles = headings(table.columns, book.headers)
            found = variables(replace(table, rows=_Counted(table, steps)), titles, dialect, met)
            notes = [": ".join(filter(None, map(text_of, row))) for row in book.about(()) if row]
            save(path, table, found, notes, book.title)
            files.append(path)
        notices = said(met)
        rest = Path(folder) / "rest.zip"
        csvzip.write(rest, replace(book, tables=[], about=lambda _notices: book.about(notices)))
        _publish(target, files, rest, single=tables is not book.tables)
    return notices


def _publish(target: Path, files: Sequence[Path], rest: Path, *, single: bool) -> None:
    """Put what was made where it is wanted, in one step each."""
    if single:
        for path, place in ((rest, beside(target)), *((path, target) for path in files)):
            with replacing(place) as partial:
                shutil.copyfile(path, partial)
        return
    with replacing(target) as partial, zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in files:
            archive.write(path, path.name)
        with zipfile.ZipFile(rest) as more:
            for name in more.namelist():
                archive.writestr(name, more.read(name))


def beside(target: Path) -> Path:
    """Where codebook and provenance of a single file lie."""
    return target.with_name(f"{target.stem}-codebook.csv.zip")


@dataclass(frozen=True, slots=True)
class _Counted:
    """The rows of a table, counted as they are read."""

    table: Table
    steps: Steps

    def __len__(self) -> int:
        return len(self.table.rows)

    def __iter__(self) -> Any:
        return self.steps.over(self.table.rows)


def _frame(found: Sequence[Variable], missing: dict[str, dict[Any, str]] | None = None) -> DataFrame:
    import pandas

    columns = {}
    for variable in found:
        letters = (missing or {}).get(variable.name, {})
        values: list[Any] = [letters.get(value, value) for value in variable.values] if letters else variable.values
        plain = variable.kind == "number" and not letters
        columns[variable.name] = pandas.Series(values, dtype="float64" if plain else "object")
    return pandas.DataFrame(columns)


def _save_sav(path: Path, table: Table, found: list[Variable], notes: Sequence[str], title: str) -> None:
    import pyreadstat

    pyreadstat.write_sav(
        _frame(found),
        path,
        file_label=f"{title}: {table.title}"[:60],
        column_labels=[variable.label for variable in found],
        note=[note.encode()[:80].decode(errors="ignore") for note in notes],
        row_compress=True,
        variable_value_labels={variable.name: labels for variable in found if (labels := _fitting(variable))},
        missing_ranges={variable.name: said for variable in found if (said := _missing(variable))},
        variable_measure={variable.name: _measure(variable) for variable in found},
    )


def _fitting(variable: Variable) -> dict[Any, str]:
    """The labels of the values that the variable has room for.

    pyreadstat makes room for the bytes of the answers and for the letters of the labelled codes, and refuses a code
    that has more bytes: one with letters beyond ASCII that nobody chose.
    """
    if variable.kind != "text":
        return variable.labels
    said = (len(str(value).encode()) for value in variable.values if value)
    room = max((*said, *(len(code) for code in variable.labels)), default=0)
    return {code: label for code, label in variable.labels.items() if len(code.encode()) <= room}


def _missing(variable: Variable) -> list[Any]:
    """What SPSS can be told to leave out: three values, words of eight letters at most."""
    return [value for value in variable.missing if not isinstance(value, str) or len(value.encode()) <= 8][:3]


def _measure(variable: Variable) -> str:
    return "scale" if variable.kind == "number" and not variable.labels else "nominal"


def _save_dta(path: Path, table: Table, found: list[Variable], _notes: Sequence[str], title: str) -> None:
    import pyreadstat

    letters = {
        variable.name: dict(zip(variable.missing, LETTERS, strict=False)) for variable in found if variable.missing
    }
    labels = {
        variable.name: {
            letters.get(variable.name, {}).get(value, value): text for value, text in variable.labels.items()
        }
        for variable in found
        if variable.labels
    }
    pyreadstat.write_dta(
        _frame(found, letters),
        path,
        file_label=f"{title}: {table.title}"[:80],
        column_labels=[variable.label for variable in found],
        variable_value_labels=labels,
        missing_user_values={name: list(said.values()) for name, said in letters.items()},
    )
