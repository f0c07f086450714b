"""export, report."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from cami_survey.base.texts import _
from cami_survey.cli.command import Command, survey_of, takes_survey
from cami_survey.cli.commands.disclosing import rules_of, takes_disclosure
from cami_survey.cli.reply import Reply, table

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace


def commands() -> list[Command]:
    """The commands of this module."""
    return [
        Command(
            ("export",),
            _("Write the interviews as tables; the ending of OUT names the format."),
            'ala-too.cami interviews.xlsx --language "Russian (ru)"',
            _takes_export,
            export,
            keys=("file", "interviews", "rows", "tables"),
        ),
        Command(
            ("report",),
            _("Write the paper of a consultation meeting: analyses as a workbook, a Word document or a PDF."),
            "ala-too.cami report.docx --country KG",
            _takes_report,
            report,
            keys=("file", "interviews", "analyses", "empty"),
        ),
    ]


def _takes_export(parser: ArgumentParser) -> None:
    takes_survey(parser)
    target = _("the file to write: .xlsx or .csv.zip")
    parser.add_argument("target", metavar="OUT", type=Path, help=target)
    parser.add_argument("--form", action="append", metavar="FORM_ID", help=_("only this form; may be repeated"))
    parser.add_argument("--language", help=_("the language of choice labels"))
    look = parser.add_mutually_exclusive_group()
    look.add_argument("--labels", action="store_true", help=_("choices as labels (the default)"))
    look.add_argument("--codes", action="store_true", help=_("choices as codes"))
    split = _("a column for each choice of a question with several answers")
    parser.add_argument("--split", action="store_true", help=split)
    parser.add_argument("--drafts", action="store_true", help=_("drafts too"))
    takes_disclosure(parser)


def export(arguments: Namespace) -> Reply:
    """Write an export."""
    from cami_survey.operations import exports

    public = rules_of(arguments)
    with survey_of(arguments) as survey:
        outcome = exports.export(
            survey,
            arguments.target,
            forms=arguments.form,
            language=arguments.language,
            codes=arguments.codes,
            split_multiple=arguments.split,
            include_drafts=arguments.drafts,
            public=public,
        )
    done = outcome.value
    value = {"file": str(done.path), "interviews": done.interviews, "rows": done.rows, "tables": done.tables}
    rows = [(name, str(number)) for name, number in done.tables.items()]
    return Reply(value, [*table([_("Table"), _("Rows")], rows), "", str(done.path)], outcome.notices)


def _takes_report(parser: ArgumentParser) -> None:
    takes_survey(parser)
    parser.add_argument("target", metavar="OUT", type=Path, help=_("the file to write: .xlsx, .docx or .pdf"))
    parser.add_argument("--kind", choices=("consultation",), default="consultation", help=_("which paper"))
    parser.add_argument("--language", help=_("the language of choice labels"))
    parser.add_argument("--country", metavar="CC", action="append", default=[], help=_("only this country"))
    parser.add_argument("--form", metavar="FORM_ID", action="append", default=[], help=_("only this form"))
    parser.add_argument("--since", metavar="DAY", help=_("interviews from this day on (2026-05-31)"))
    parser.add_argument("--until", metavar="DAY", help=_("interviews up to this day"))
    takes_disclosure(parser)


def report(arguments: Namespace) -> Reply:
    """Write the paper of a consultation meeting."""
    from cami_survey.operations import papers
    from cami_survey.operations.analyses import Scope

    public = rules_of(arguments)
    scope = Scope(tuple(arguments.country), tuple(arguments.form), arguments.since, arguments.until)
    with survey_of(arguments) as survey:
        outcome = papers.make(survey, arguments.target, scope=scope, public=public, language=arguments.language or "")
    made = outcome.value
    value = {"file": str(made.path), "interviews": made.interviews, "analyses": made.analyses, "empty": made.empty}
    return Reply(value, [str(made.path)], outcome.notices)
