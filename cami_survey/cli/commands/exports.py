"""export, report."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from cami_survey.base.texts import _, languages, speaking
from cami_survey.cli.command import Command, survey_of, takes_survey
from cami_survey.cli.commands.disclosing import rules_of, takes_disclosure
from cami_survey.cli.commands.scoping import scope_of, takes_scope
from cami_survey.cli.reply import Reply, table

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from cami_survey.operations.export_profiles import Profile


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
    endings = ".xlsx .csv.zip .zip .sav .sav.zip .dta .dta.zip .odk.zip .geojson .kml .gpkg"
    target = _("the file to write: {endings}").format(endings=endings)
    parser.add_argument("target", metavar="OUT", type=Path, help=target)
    parser.add_argument("--form", action="append", metavar="FORM_ID", help=_("only this form; may be repeated"))
    language = _("the language of choice labels; again for further ones")
    parser.add_argument("--language", action="append", help=language)
    look = parser.add_mutually_exclusive_group()
    look.add_argument("--labels", action="store_true", help=_("choices as labels (the default)"))
    look.add_argument("--codes", action="store_true", help=_("choices as codes"))
    look.add_argument("--both", action="store_true", help=_("choices as codes, with labels in columns beside them"))
    split = _("a column for each choice of a question with several answers")
    parser.add_argument("--split", action="store_true", help=split)
    multiple = _("questions with several answers in one column, one per choice (split), or both")
    parser.add_argument("--multiple", choices=("one", "split", "both"), help=multiple)
    parser.add_argument("--headers", choices=("names", "labels"), help=_("what stands in the first row"))
    column = _("only this question or group; may be repeated")
    parser.add_argument("--column", action="append", metavar="NAME", help=column)
    parser.add_argument("--country", action="append", metavar="CC", help=_("only this country; may be repeated"))
    parser.add_argument("--since", metavar="DAY", help=_("interviews of this day and later"))
    parser.add_argument("--until", metavar="DAY", help=_("interviews of this day and earlier"))
    parser.add_argument("--drafts", action="store_true", help=_("drafts too"))
    profile = _("with the wishes saved under this name; what is said besides counts more")
    parser.add_argument("--profile", metavar="NAME", help=profile)
    parser.add_argument("--save-profile", metavar="NAME", help=_("keep these wishes under a name"))
    takes_disclosure(parser)


def export(arguments: Namespace) -> Reply:
    """Write an export."""
    from cami_survey.operations import export_profiles, exports

    public = rules_of(arguments)
    with survey_of(arguments) as survey:
        base = export_profiles.profile(survey, arguments.profile) if arguments.profile else export_profiles.Profile()
        wished = _wished(arguments, base)
        wishes = export_profiles.wishes(wished)
        outcome = exports.export(survey, arguments.target, **wishes | ({"public": public} if public else {}))
        if arguments.save_profile:
            export_profiles.save(survey, arguments.save_profile, wished)
    done = outcome.value
    value = {"file": str(done.path), "interviews": done.interviews, "rows": done.rows, "tables": done.tables}
    rows = [(name, str(number)) for name, number in done.tables.items()]
    return Reply(value, [*table([_("Table"), _("Rows")], rows), "", str(done.path)], outcome.notices)


def _wished(arguments: Namespace, base: Profile) -> Profile:
    """The profile with what was said on the command line."""
    choices = next((name for name in ("labels", "codes", "both") if getattr(arguments, name)), "")
    said = {
        "forms": _lines(arguments.form),
        "languages": _lines(arguments.language),
        "choices": choices,
        "multiple": arguments.multiple or ("split" if arguments.split else ""),
        "headers": arguments.headers,
        "drafts": "yes" if arguments.drafts else "",
        "columns": _lines(arguments.column),
        "countries": _lines(arguments.country),
        "since": arguments.since,
        "until": arguments.until,
    }
    if arguments.disclosure == "public":
        said |= {
            "reader": "public",
            "threshold": str(arguments.threshold),
            "places": arguments.places,
            "kilometres": str(arguments.cell),
            "keep": _lines(arguments.keep),
        }
    return replace(base, **{name: text for name, text in said.items() if text})


def _lines(words: list[str] | None) -> str:
    return "\n".join(words or ())


def _takes_report(parser: ArgumentParser) -> None:
    takes_survey(parser)
    parser.add_argument("target", metavar="OUT", type=Path, help=_("the file to write: .xlsx, .docx or .pdf"))
    parser.add_argument("--kind", choices=("consultation",), default="consultation", help=_("which paper"))
    parser.add_argument("--language", help=_("the language of the paper, by its code, else of choice labels alone"))
    takes_scope(parser)
    takes_disclosure(parser, figures=True)


def report(arguments: Namespace) -> Reply:
    """Write the paper of a consultation meeting."""
    from cami_survey.operations import papers

    public, scope, language = rules_of(arguments), scope_of(arguments), arguments.language or ""
    with survey_of(arguments) as survey, speaking(_spoken(language)):
        outcome = papers.make(survey, arguments.target, scope=scope, public=public, language=language)
    made = outcome.value
    value = {"file": str(made.path), "interviews": made.interviews, "analyses": made.analyses, "empty": made.empty}
    return Reply(value, [str(made.path)], outcome.notices)


def _spoken(language: str) -> str:
    """The code of a language that the program speaks, named by it or as forms do: `fa`, `Persian (fa)`."""
    return next((code for code in languages() if language == code or language.endswith(f"({code})")), "")
