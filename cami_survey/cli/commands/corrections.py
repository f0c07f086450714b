"""correct."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

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
        if not arguments.dry_run and looked.value.cells:
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
