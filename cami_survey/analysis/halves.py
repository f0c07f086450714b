"""The rows of one form in two processes: what each found on its way becomes what one would have found alone.

The process that has the first interviews settles the columns, in the order in which they turn up; the other one takes
them over for its own rows, which stay where they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cami_survey.analysis.definitions import Question
from cami_survey.analysis.layout import Layout, Sheet
from cami_survey.analysis.rows import Raw
from cami_survey.analysis.tables import Gathered
from cami_survey.analysis.tally import Tally


@dataclass(frozen=True, slots=True)
class SheetFound:
    """A sheet without its rows; `codes` and `numeric` as the sheet has them."""

    path: str
    repeats: tuple[str, ...]
    title: str
    questions: list[Question]
    codes: dict[int, dict[str, None]]
    numeric: dict[int, bool]
    rows: int


@dataclass(frozen=True, slots=True)
class Found:
    """What was found among some interviews of a form; conflicts are few and come whole."""

    sheets: list[SheetFound]
    tally: Tally
    disputes: list[Raw]


def found_in(gathered: Gathered) -> Found:
    """What the other process is to know."""
    return Found(sheets_of(gathered.layout), gathered.tally, list(gathered.disputes.rows))


def sheets_of(layout: Layout) -> list[SheetFound]:
    """The sheets without their rows, in their order."""
    return [
        SheetFound(sheet.path, sheet.repeats, sheet.title, sheet.questions, sheet.codes, sheet.numeric, len(sheet.rows))
        for sheet in layout.sheets
    ]


def take_in(gathered: Gathered, later: Found) -> list[int]:
    """Learn what was found among the interviews that follow; how many rows of each sheet lie there."""
    rows = dict.fromkeys((sheet.path for sheet in gathered.layout.sheets), 0)
    for theirs in later.sheets:
        _learn(gathered.layout.home(theirs.repeats), theirs)
        rows[theirs.path] = theirs.rows
    gathered.tally.add(later.tally)
    gathered.disputes.rows.extend(later.disputes)
    return [rows[sheet.path] for sheet in gathered.layout.sheets]


def _learn(sheet: Sheet, theirs: SheetFound) -> None:
    for slot, question in enumerate(theirs.questions):
        here = sheet.place(question)
        if slot in theirs.codes:
            sheet.codes[here].update(theirs.codes[slot])
        if here in sheet.numeric and slot in theirs.numeric:
            sheet.numeric[here] |= theirs.numeric[slot]
        else:
            sheet.numeric.pop(here, None)


def settle(layout: Layout, agreed: Sequence[SheetFound]) -> None:
    """Have the sheets that were agreed upon, with the rows that are here."""
    before = {sheet.path: sheet for sheet in layout.sheets}
    made = [_settled(there, before.get(there.path)) for there in agreed]
    layout.main = made[0]
    layout.repeats = {sheet.path: sheet for sheet in made[1:]}


def _settled(agreed: SheetFound, before: Sheet | None) -> Sheet:
    sheet = Sheet(agreed.path, agreed.repeats, agreed.title)
    for question in agreed.questions:
        sheet.place(question)
    sheet.codes, sheet.numeric = agreed.codes, agreed.numeric
    if before is not None:
        behind = len(before.questions)
        sheet.places = [before.slots.get(key, behind) for key in sheet.slots]
        sheet.rows = before.rows
    return sheet
