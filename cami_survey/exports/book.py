"""What every writer gets: tables, codebook, conflicts, and where it all comes from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from cami_survey.analysis.model import Column, Row, Table
from cami_survey.analysis.names import distinct
from cami_survey.base.notices import Notice

Headers = Literal["names", "labels"]
Progress = Callable[[int, int], None]
REPORT_EVERY = 500


def silent(_done: int, _total: int) -> None:
    """Progress that nobody watches."""


class Steps:
    """Tells the progress of rows that are written one at a time."""

    def __init__(self, progress: Progress, total: int) -> None:
        self._progress = progress
        self._total = total
        self._done = 0

    def over(self, rows: Iterable[Row]) -> Iterator[Row]:
        """The rows, counted as they go by."""
        for row in rows:
            yield row
            self._done += 1
            if self._done % REPORT_EVERY == 0:
                self._progress(min(self._done, self._total), self._total)


@dataclass(frozen=True, slots=True)
class Book:
    """The contents of an export. `about` makes the provenance from what the writer had to say.

    `files` gives what else belongs to it, the attachments and forms, as pairs of a path and the bytes.
    """

    title: str
    tables: Sequence[Table]
    conflicts: Table
    codebook: Table
    about: Callable[[Sequence[Notice]], Sequence[Row]]
    headers: Headers = "names"
    right_to_left: bool = False
    files: Callable[[], Iterable[tuple[str, bytes]]] = tuple

    def rows(self) -> int:
        """How many rows the tables have together."""
        return sum(len(table.rows) for table in self.tables)


def headings(columns: Sequence[Column], headers: Headers) -> list[str]:
    """The header row: column names, or labels made distinct by their names."""
    if headers == "names":
        return [column.name for column in columns]
    labels = [" ".join((column.label or column.name).split()) for column in columns]
    return distinct([(label, f"{label} [{column.name}]") for label, column in zip(labels, columns, strict=True)])
