"""Reading the tables in `data/`: UTF-8 CSV files with a header, one record per line."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

DATA = Path(__file__).with_name("data")


@cache
def version() -> str:
    """The version of the tables as a whole; it changes whenever a cell does."""
    return (DATA / "VERSION").read_text("utf-8").strip()


def rows(name: str) -> list[dict[str, str]]:
    """The records of the table `name` (without ".csv") in the order of the file."""
    head, records = _read(name)
    return [dict(zip(head, record, strict=True)) for record in records]


@cache
def _read(name: str) -> tuple[list[str], list[list[str]]]:
    """The header and the records; what is shipped does not change while the program runs."""
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        head, *records = csv.reader(file)
    return head, [record for record in records if record]


@cache
def source(name: str) -> str:
    """Where the table `name` comes from, as `data/README.md` has it; empty where it says nothing."""
    for line in (DATA / "README.md").read_text("utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if f"`{name}.csv`" in cells[0]:
            return cells[2].replace("**", "")
    return ""


def is_checked(confidence: str) -> bool:
    """Whether a confidence mark says that a source was read; "G" (general knowledge) and "U" (uncertain) do not."""
    return confidence.startswith("S")
