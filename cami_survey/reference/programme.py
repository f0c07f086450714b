"""The programmes of work: objectives, sections and activities, each with how far its text can be relied on.

The official texts of the activities were not found. What stands in the tables instead is marked row by row in
`text_status`, and nothing marked may be shown as official.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

from cami_survey.reference.tables import rows

TABLES = ("pow_2014_2020", "pow_2021_2026")
Standing = Literal["sourced", "uncertain", "missing", "illustrative"]
MARKS: dict[str, Standing] = {"UNCERTAIN": "uncertain", "MISSING": "missing", "ILLUSTRATIVE": "illustrative"}
SOURCED = re.compile(r"official\b|.*(?<!not )\bsourced\b", re.IGNORECASE | re.DOTALL)
STATUSES = (*MARKS, "official", "sourced")


def standing_of(text_status: str) -> Standing | None:
    """How far a text can be relied on by what its `text_status` begins with; None where that says nothing of it."""
    first_word = re.split(r"[\s:;,.]", text_status.strip(), maxsplit=1)[0]
    return MARKS.get(first_word.upper()) or ("sourced" if SOURCED.match(text_status.strip()) else None)


@dataclass(frozen=True, slots=True)
class ProgrammeItem:
    """One row of a programme of work: an objective, a section of one, or an activity of a section.

    `text_status` says in words where the text comes from and must be shown wherever the text is.
    """

    programme: str
    objective_no: str
    objective: str
    section_no: str
    section: str
    activity_no: str
    activity: str
    priority: str
    responsible: str
    timeframe: str
    text_status: str
    source: str

    @property
    def standing(self) -> Standing:
        """`text_status` in one word, never more than it says: "illustrative" rows are own wording, for trials only."""
        return standing_of(self.text_status) or "uncertain"


@cache
def programme(*, illustrative: bool = False) -> tuple[ProgrammeItem, ...]:
    """The rows of all programmes of work, without the illustrative ones unless they are asked for."""
    return items([row for table in TABLES for row in rows(table)], illustrative=illustrative)


def items(rows: Iterable[Mapping[str, str]], *, illustrative: bool = False) -> tuple[ProgrammeItem, ...]:
    """Rows of tables of programmes of work, without the illustrative ones unless they are asked for."""
    found = map(_item, rows)
    return tuple(item for item in found if illustrative or item.standing != "illustrative")


def _item(row: Mapping[str, str]) -> ProgrammeItem:
    return ProgrammeItem(
        programme=row["pow"],
        objective_no=row["objective_no"],
        objective=row["objective_title"],
        section_no=row["section_no"],
        section=row["section_title"],
        activity_no=row["activity_no"],
        activity=row["activity_text"],
        priority=row["priority"],
        responsible=row["responsible"],
        timeframe=row["timeframe"],
        text_status=row["text_status"],
        source=row["source"],
    )
