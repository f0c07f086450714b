"""How wide a column should be, judged by its heading and its first rows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import islice
from unicodedata import east_asian_width

from cami_survey.analysis.model import Table

SAMPLE = 100
NARROWEST, WIDEST, KEY = 8, 50, 14
# Room for the filter's arrow.
ARROW = 3
# Cells show moments without their zone.
MOMENT = "2026-11-22 12:00:00"


def widths(table: Table, titles: Sequence[str], positions: Sequence[int] | None = None) -> list[int]:
    """Widths in characters for these columns; keys are long and seldom read, so they stay narrow."""
    places = range(len(table.columns)) if positions is None else positions
    found = [min(WIDEST, _width(title) + ARROW) for title in titles]
    for row in islice(table.rows, SAMPLE):
        for index, place in enumerate(places):
            value = row[place]
            if value is not None and found[index] < WIDEST:
                shown = MOMENT if isinstance(value, datetime) else str(value)[:WIDEST]
                found[index] = max(found[index], min(WIDEST, _width(shown) + 1))
    return [KEY if index == 0 and table.keys else max(NARROWEST, width) for index, width in enumerate(found)]


def _width(text: str) -> int:
    if text.isascii():
        return len(text)
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)
