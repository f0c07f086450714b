"""Reading the tables in `data/`: UTF-8 CSV files with a header, one record per line."""

from __future__ import annotations

import csv
from pathlib import Path

DATA = Path(__file__).with_name("data")


def version() -> str:
    """The version of the tables as a whole; it changes whenever a cell does."""
    return (DATA / "VERSION").read_text("utf-8").strip()


def rows(name: str) -> list[dict[str, str]]:
    """The records of the table `name` (without ".csv") in the order of the file."""
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


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
