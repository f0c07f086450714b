"""Reference tables as files: workbooks and CSV coming in, CSV as the survey keeps it."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from cami_survey.base import system_errors
from cami_survey.base.errors import UserError
from cami_survey.base.texts import _
from cami_survey.reference.changes import Row
from cami_survey.reference.schemas import SCHEMAS, Schema, schema_of

LARGEST = 20_000_000


def as_csv(rows: Sequence[Row], schema: Schema) -> bytes:
    """A table as the survey keeps it: the columns of the schema in their order, UTF-8."""
    text = io.StringIO()
    writer = csv.DictWriter(text, schema.columns, extrasaction="ignore", restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def read_table(source: Path, table: str = "") -> tuple[str, list[Row], list[str]]:
    """Name, rows and columns of the reference table in a workbook or CSV file; UserError if there is none.

    Without a name it is the table that the sheet or the file is called after, else the one whose columns it has.
    """
    sheets = _sheets(source)
    for name, lines in sheets:
        columns = [cell.strip() for cell in lines[0]] if lines else []
        found = table or _named(name) or _named(source.stem.lower()) or _by_columns(columns)
        if found and (schema := schema_of(found)) and set(schema.key) <= set(columns):
            rows: list[Row] = [
                {column: cell.strip() for column, cell in zip(columns, line, strict=False) if column}
                for line in lines[1:]
                if any(cell.strip() for cell in line)
            ]
            return found, rows, columns
    known = ", ".join(SCHEMAS)
    raise UserError(
        "reference.not-a-table",
        _("{name} is not a reference table: no sheet has the columns of one.").format(name=source.name),
        advice=_("Write a table out, fill it in and bring it back. These are there: {tables}").format(tables=known),
        where=source.name,
    )


def _named(name: str) -> str:
    return name if schema_of(name) else ""


def _by_columns(columns: Sequence[str]) -> str:
    return next((name for name, schema in SCHEMAS.items() if set(schema.columns) <= set(columns)), "")


def _sheets(source: Path) -> list[tuple[str, list[list[str]]]]:
    from cami_survey.engine.api import read_all_sheets

    try:
        if source.stat().st_size > LARGEST:
            raise UserError(
                "reference.too-large",
                _("{name} is larger than a reference table can be.").format(name=source.name),
                where=source.name,
            )
        content = source.read_bytes()
    except OSError as error:
        raise UserError(
            "file.unreadable",
            _("{name} cannot be read: {reason}.").format(name=source.name, reason=system_errors.in_words(error)),
            where=str(source),
        ) from error
    if content[:2] in (b"PK", b"\xd0\xcf"):
        return read_all_sheets(content)
    try:
        text = content.decode("utf-8-sig")
        dialect = ";" if text.split("\n", 1)[0].count(";") > text.split("\n", 1)[0].count(",") else ","
        return [(source.stem, list(csv.reader(io.StringIO(text), delimiter=dialect, strict=True)))]
    except (UnicodeDecodeError, csv.Error) as error:
        raise UserError(
            "reference.not-a-table",
            _("{name} is neither a workbook nor a CSV file in UTF-8.").format(name=source.name),
            advice=_("Save it as .xlsx, or as CSV in UTF-8."),
            where=source.name,
        ) from error
