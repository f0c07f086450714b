"""Several choices from what was answered in a repeat: `select_multiple ${name}`, at which pyxform stops (4.5).

It is shown one choice of the same rows in its place, which it converts, and the control becomes the one for several.
"""

from __future__ import annotations

import re
from dataclasses import replace

from cami_survey.engine.workbook import Row, Workbook

SURVEY = "survey"
SEVERAL = re.compile(r"\s*select_multiple\s+(\$\{[^}]*\})\s*")


def single(workbook: Workbook) -> tuple[Workbook, list[str]]:
    """The sheets with one choice in place of several from a repeat, and the names of these questions."""
    rows = workbook.rows.get(SURVEY, [])
    column = next((header for header in workbook.headers.get(SURVEY, ()) if header.strip().lower() == "type"), "")
    named = [row for row in rows if SEVERAL.fullmatch(row.get(column, "")) and row.get("name")]
    if not named:
        return workbook, []
    shown = [_shown(row, column) for row in rows]
    return replace(workbook, rows={**workbook.rows, SURVEY: shown}), [row["name"] for row in named]


def _shown(row: Row, column: str) -> Row:
    several = SEVERAL.fullmatch(row.get(column, ""))
    return {**row, column: f"select_one {several[1]}"} if several and row.get("name") else row


def several(xml: str, names: list[str]) -> str:
    """The XForm with controls for several choices at the questions of these names that choose from a repeat."""
    for name in names:
        control = re.compile(
            rf'<select1(?P<head>[^>]* ref="[^"]*/{re.escape(name)}"[^>]*)>'
            r'(?P<inside>(?:(?!</?select1\b).)*?<itemset nodeset="(?!instance\().*?)</select1>',
            re.DOTALL,
        )
        xml = control.sub(r"<select\g<head>>\g<inside></select>", xml)
    return xml
