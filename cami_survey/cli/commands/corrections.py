"""correct, import-table."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from cami_survey.base.errors import UserError
from cami_survey.base.notices import Notice
from cami_survey.base.texts import _
from cami_survey.cli.command import Command, survey_of, takes_survey
from cami_survey.cli.reply import Reply, table

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from cami_survey.operations.corrections import Correction


def commands() -> list[Command]:
    """The commands of this module."""
    return [
        Command(
            ("correct",),
            _("Take over what was corrected in an exported workbook: one revision per interview."),
            "ala-too.cami corrected.xlsx --dry-run",
            _takes_correct,
            correct,
            keys=("cells", "interviews", "corrected", "left"),
        ),
        Command(
            ("import-table",),
            _("Make interviews of the rows of a table; exports of KoboToolbox and ODK Central are recognised."),
            "ala-too.cami herder_interview kobo.csv --map Kode=int_code --dry-run",
            _takes_table,
            import_table,
            keys=("kind", "mapping", "unmatched", "rows", "records"),
        ),
    ]


def _takes_correct(parser: ArgumentParser) -> None:
    takes_survey(parser)
    parser.add_argument("workbook", metavar="WORKBOOK", type=Path, help=_("the workbook: exported, then corrected"))
    parser.add_argument("--dry-run", action="store_true", help=_("only show what would change"))
    conflicts = _("also where the answer was changed in the survey after the export")
    parser.add_argument("--conflicts", action="store_true", help=conflicts)


def correct(arguments: Namespace) -> Reply:
    """Show the changed cells and write them."""
    from cami_survey.operations import corrections

    notices: list[Notice] = []
    with survey_of(arguments) as survey:
        looked = corrections.preview(survey, arguments.workbook)
        notices.extend(looked.notices)
        value = {"cells": [_as_dict(one) for one in looked.value.cells], "interviews": looked.value.interviews}
        corrected: list[str] = []
        left: list[str] = []
        if not arguments.dry_run and looked.value.standing("change", "conflict"):
            done = corrections.apply(survey, looked.value, conflicts=arguments.conflicts)
            notices.extend(done.notices)
            corrected, left = list(done.value.records), list(done.value.left)
    heads = [_("Interview"), _("Question"), _("Before"), _("After"), _("Cell"), _("What stands against it")]
    lines = table(heads, [_cells(one) for one in looked.value.cells], _("Nothing was changed in the workbook."))
    return Reply({**value, "corrected": corrected, "left": left}, lines, tuple(notices))


def _cells(one: Correction) -> tuple[str, ...]:
    return one.code, one.question, one.before, one.after, one.cell, one.against


def _as_dict(one: Correction) -> dict[str, str]:
    names = ("record", "code", "field", "cell", "before", "after", "value", "standing", "against")
    return {name: getattr(one, name) for name in names}


def _takes_table(parser: ArgumentParser) -> None:
    takes_survey(parser)
    parser.add_argument("form", metavar="FORM_ID", help=_("the form that the rows answer"))
    parser.add_argument(
        "table", metavar="TABLE", type=Path, help=_("the table: .xlsx, .xls, .ods, .csv, or a zip of .csv")
    )
    mapped = _(
        "which question a column answers, by name or path; nothing after the sign leaves the column out; "
        "SHEET!COLUMN for a sheet of a repeat"
    )
    media = _("the zip or folder with the attached files, as KoboToolbox gives it beside the table")
    parser.add_argument("--media", metavar="FILES", type=Path, help=media)
    parser.add_argument("--map", action="append", default=[], metavar="COLUMN=QUESTION", help=mapped)
    parser.add_argument("--dry-run", action="store_true", help=_("only show what would come"))


def import_table(arguments: Namespace) -> Reply:
    """Show what the rows become and make interviews of them."""
    from cami_survey.operations import table_imports

    asked = dict(_pair(text) for text in arguments.map)
    with survey_of(arguments) as survey:
        book = table_imports.look(arguments.table, arguments.media)
        looked = table_imports.preview(survey, arguments.form, book, asked=asked)
        notices, records = list(looked.notices), []
        if not arguments.dry_run:
            done = table_imports.apply(survey, looked.value)
            notices.extend(done.notices)
            records = [*done.value.final, *done.value.drafts]
    found = looked.value
    becomes = {
        "final": _("final"),
        "draft": _("draft"),
        "known": _("imported before"),
        "refused": _("refused"),
    }
    rows = [(str(row.number), becomes[row.becomes], "; ".join(row.problems)) for row in found.rows]
    lines = [
        *table([_("Column"), _("Question")], list(found.mapping.items())),
        "",
        *table([_("Row"), _("Becomes"), _("Why")], rows),
    ]
    value = {
        "kind": found.kind,
        "mapping": dict(found.mapping),
        "unmatched": list(found.unmatched),
        "rows": [{"row": row.number, "becomes": row.becomes, "problems": list(row.problems)} for row in found.rows],
        "records": records,
    }
    return Reply(value, lines, tuple(notices))


def _pair(text: str) -> tuple[str, str]:
    column, sign, question = text.rpartition("=")
    if not sign:
        raise UserError(
            "table.no-pair",
            _("“{text}” does not say which question a column answers.").format(text=text),
            advice=_("Write it as COLUMN=QUESTION."),
            where=text,
        )
    return column, question
