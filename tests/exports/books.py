"""Books to write: tables by hand, without a form."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cami_survey.analysis.tables import Column, Kind, Row, Table
from cami_survey.base.notices import Notice
from cami_survey.exports.book import Book

EMPTY = Table("conflicts", "", (Column("_record"),), [])


def table(name: str, columns: Sequence[str | tuple[str, Kind]], *rows: Row, keys: int = 1) -> Table:
    """A table with a key column `_record` in front; rows get the records r1, r2 and so on."""
    made = [Column(column) if isinstance(column, str) else Column(column[0], kind=column[1]) for column in columns]
    return Table(name, name, (Column("_record"), *made), [[f"r{at}", *row] for at, row in enumerate(rows, 1)], keys)


def book(*tables: Table, **more: Any) -> Book:
    """These tables, an empty codebook, and the notices as provenance."""
    codebook = Table("codebook", "Codebook", (Column("table"), Column("name")), [], 2)

    def about(notices: Sequence[Notice]) -> list[Row]:
        return [["Title", "Test"], *([notice.code, notice.text] for notice in notices)]

    return Book("Test", tables, more.pop("conflicts", EMPTY), codebook, about, **more)
