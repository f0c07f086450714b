"""What the columns of a sheet mean, whatever their headers are called."""

from __future__ import annotations

from functools import lru_cache

from cami_survey.engine.workbook import AGAIN, Workbook

Meaning = tuple[str, ...]
TYPE, NAME, LABEL, HINT = ("type",), ("name",), ("label",), ("hint",)
RELEVANT, CONSTRAINT = ("bind", "relevant"), ("bind", "constraint")
CALCULATE, REQUIRED = ("bind", "calculate"), ("bind", "required")
COUNT, APPEARANCE = ("control", "jr:count"), ("control", "appearance")
FILTER, TRIGGER, DEFAULT = ("choice_filter",), ("trigger",), ("default",)
LIST, CHOICE_NAME = ("list name",), ("name",)
EXPRESSIONS = frozenset({"calculate", "relevant", "constraint", "required", "readonly", "jr:count"})
OTHER_EXPRESSIONS = frozenset({"choice_filter", "default", "trigger", "repeat_count", "parameters"})


@lru_cache(maxsize=4096)
def meaning(sheet: str, header: str, double_colon: bool) -> Meaning:
    """What a header means, as the conversion reads it: `("bind", "relevant")`, `("label", "English")`."""
    from pyxform import aliases
    from pyxform.parsing.sheet_headers import process_header
    from pyxform.question import MultipleChoiceQuestion, Option

    known = {
        "survey": (aliases.survey_header, set(MultipleChoiceQuestion.get_slot_names())),
        "settings": (aliases.settings_header, {"form_title", "form_id", "name", "version"}),
    }
    choices = (aliases.list_header, {*Option.get_slot_names(), "list name"})
    header_aliases, columns = known.get(sheet, choices)
    _new, tokens = process_header(header.rstrip(AGAIN), double_colon, header_aliases, columns)
    if not tokens:
        return (header,)
    first, *others = tokens
    if sheet in ("choices", "external_choices") and first in ("list_name", "list name"):
        return LIST
    return (first, *others)


class Columns:
    """The columns of one sheet by their meaning."""

    def __init__(self, workbook: Workbook, sheet: str) -> None:
        self.sheet = sheet
        headers = workbook.headers.get(sheet, [])
        double = any("::" in header for header in headers)
        self.meanings = {header: meaning(sheet, header, double) for header in headers}

    def named(self, wanted: Meaning) -> str:
        """The header of the column with this meaning, "" without one."""
        return next((header for header, found in self.meanings.items() if found == wanted), "")

    def starting(self, *firsts: str) -> list[str]:
        """Headers whose meaning begins with one of these: `label` finds every language."""
        return [
            header
            for header, found in self.meanings.items()
            if found[0] in firsts or (found[0] in ("media", "bind") and len(found) > 1 and found[1] in firsts)
        ]

    @property
    def expressions(self) -> list[str]:
        """Headers of columns that hold expressions."""
        return [
            header
            for header, found in self.meanings.items()
            if found[0] in OTHER_EXPRESSIONS or (len(found) == 2 and found[1] in EXPRESSIONS)
        ]
