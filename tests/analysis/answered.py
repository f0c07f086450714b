"""Interviews by hand, of the forms that come with the program: names of questions and codes in, material out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any

from cami_survey.analysis.definitions import Definition
from cami_survey.analysis.forms import definition_of
from cami_survey.analysis.intake import Intake, Silence
from cami_survey.analysis.material import Material
from cami_survey.analysis.results import Analysis, Cell, ResultTable
from cami_survey.analysis.subjects.catalogue import SUBJECTS
from cami_survey.base.places import shipped
from cami_survey.base.records import Answers, RecordView
from cami_survey.engine.api import load_form
from cami_survey.operations.analyses import silence_of

FORMS = ("stakeholder_survey", "herder_interview", "expert_gap", "measures_inventory", "consultation_meeting")
WHEN = datetime(2026, 5, 1, 8, 0, tzinfo=UTC)

Interview = Mapping[str, Any]
"""Question -> code; a repeat (its last name) -> its rows, each question -> code. `_day`, `_review`: of the record."""


@cache
def shipped_form(form_id: str) -> tuple[Definition, Mapping[str, Silence]]:
    """One of our questionnaires as analyses see it."""
    form = load_form(shipped("forms") / f"{form_id}.xlsx")
    definition = definition_of(form)
    return definition, silence_of([form], [definition])


def answered(**interviews: Sequence[Interview]) -> Material:
    """The material of these interviews, by form. Records are named by form and number: `expert_gap-1`."""
    intake = Intake()
    for form_id in FORMS:
        if form_id not in interviews:
            continue
        definition, silence = shipped_form(form_id)
        filling = intake.form([definition], silence)
        for number, interview in enumerate(interviews[form_id], 1):
            record = view(definition, f"{form_id}-{number}", interview)
            day, review = interview.get("_day", "2026-05-01"), interview.get("_review", "")
            filling.add(record, "device", str(day), str(review))
        filling.close()
    return intake.material()


def view(definition: Definition, record: str, interview: Interview) -> RecordView:
    """The record of this interview."""
    fields: dict[str, str] = {}
    for name, value in interview.items():
        if name.startswith("_"):
            continue
        if isinstance(value, str | int):
            fields[_path(definition, name, repeated=False)] = str(value)
            continue
        for place, row in enumerate(value, 1):
            for question, code in row.items():
                path = _path(definition, question, repeated=True)
                repeat = path.rpartition("/")[0]
                assert repeat.endswith(f"/{name}"), f"{question} is not in {name}"
                fields[f"{repeat}[k{place:08}]{path.removeprefix(repeat)}"] = str(code)
                fields[f"{repeat}[k{place:08}]"] = str(place)
    return RecordView(
        record, definition.form_id, definition.version, "final", False, Answers(fields), ("h",), (), False, WHEN, "d"
    )


def _path(definition: Definition, name: str, *, repeated: bool) -> str:
    return next(q.path for q in definition.questions if q.name == name and bool(q.repeats) == repeated)


def analysed(name: str, **interviews: Sequence[Interview]) -> Analysis:
    """One analysis of these interviews."""
    return SUBJECTS[name].analyse(answered(**interviews))


def table(analysis: Analysis, name: str = "") -> ResultTable:
    """A table by name; the first without one."""
    return next(one for one in analysis.tables if name in ("", one.name))


def cell(one: ResultTable, row: str, column: str) -> Cell:
    """The cell of a row, named by its first cell, in a column."""
    place = [c.name for c in one.columns].index(column)
    return next(line for line in one.rows if line[0].said == row)[place]


def said(one: ResultTable) -> list[list[object]]:
    """Every cell, as said."""
    return [[c.said for c in line] for line in one.rows]


def texts(analysis: Analysis) -> str:
    """Its messages, one per line; warnings with an exclamation mark."""
    return "\n".join(f"{'! ' if m.level == 'warn' else ''}{m.text}" for m in analysis.messages)
