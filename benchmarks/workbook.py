"""The workbook writer alone: a wide table, against openpyxl's write-only mode given the same cells.

`python -m benchmarks.workbook [rows] [columns] [rows for openpyxl]`: 132,229 rows of 510 columns and 2,000 rows for
the comparison unless told otherwise. Figures are seconds of the processor. The table is the size of an export that
the server of a well-known service is reported not to finish.
"""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from openpyxl import Workbook

from benchmarks.apart import apart, told
from cami_survey.analysis.tables import Column, Row, Table
from cami_survey.exports import workbook
from cami_survey.exports.book import Book

ROWS, COLUMNS, COMPARED = 132_229, 510, 2_000
SETS = 500
WORDS = ["зимовка", "у реки", "wolves took two lambs", "last winter; fence", "along the border", "0012"]
NOTHING = Table("nothing", "", (Column("_record"),), [])


class Wide:
    """Rows of choices, whole and decimal numbers, dates and free texts, each in a sixth of the columns, all filled."""

    def __init__(self, rows: int, columns: int) -> None:
        self._rows = rows
        self._sets = [[_cell(row, column) for column in range(columns)] for row in range(SETS)]

    def __len__(self) -> int:
        return self._rows

    def __iter__(self) -> Iterator[Row]:
        for number in range(self._rows):
            row = self._sets[number % SETS].copy()
            row[0] = f"{number:032x}"
            yield row


def _cell(row: int, column: int) -> str | int | float | date:
    match column % 6:
        case 0 | 1:
            return WORDS[(row * 7 + column) % len(WORDS)]
        case 2:
            return (row * column) % 500
        case 3:
            return (row * column) % 10_007 / 100
        case 4:
            return date(2026, 1 + (row + column) % 12, 1 + row * column % 28)
        case _:
            return f"{row} sheep in camp {column} by the river"


def ours(rows: Wide, columns: int, target: Path) -> None:
    """The table through the program's writer."""
    table = Table("wide", "Wide", tuple(Column(f"q{number}") for number in range(columns)), rows)
    workbook.write(target, Book("Benchmark", [table], NOTHING, NOTHING, lambda _notices: []))


def floor(rows: Wide, target: Path) -> None:
    """The same cells through openpyxl alone."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("wide")
    for row in rows:
        sheet.append(row)
    book.save(target)


def spent(job: Callable[[], object]) -> float:
    """Seconds of the processor that `job` takes."""
    gc.collect()
    started = time.process_time()
    job()
    return time.process_time() - started


def main() -> None:
    if sys.argv[1:2] == ["whole"]:
        rows, columns, target = int(sys.argv[2]), int(sys.argv[3]), Path(sys.argv[4])
        told(lambda: ours(Wide(rows, columns), columns, target))
        return
    asked = [int(word) for word in sys.argv[1:]]
    rows, columns, compared = (*asked, *(ROWS, COLUMNS, COMPARED)[len(asked) :])
    with TemporaryDirectory() as folder:
        target = Path(folder) / "out.xlsx"
        few = Wide(compared, columns)
        plain = spent(lambda: floor(few, target)) / (compared * columns) * 1e6
        short = spent(lambda: ours(few, columns, target)) / (compared * columns) * 1e6
        whole = apart("benchmarks.workbook", "whole", str(rows), str(columns), str(target))
        size = target.stat().st_size / 1e6
    print(f"{compared} rows of {columns} columns, microseconds a cell")
    print(f"  openpyxl, write-only              {plain:8.2f}")
    print(f"  this program                      {short:8.2f}   openpyxl takes {plain / short:.1f} times as long")
    print(f"{rows} rows of {columns} columns, {size:.0f} MB")
    each = whole.here / (rows * columns) * 1e6
    print(f"  processor                         {whole.here:8.1f} s, {each:.2f} microseconds a cell")
    print(f"  by the clock                      {whole.passed:8.1f} s")
    print(f"most memory held by it alone        {whole.most:8.0f} MB")


if __name__ == "__main__":
    main()
