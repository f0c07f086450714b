"""form check, form add, form list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cami_survey.base.errors import UserError
from cami_survey.base.texts import _, ngettext
from cami_survey.cli.command import Command, survey_of, takes_survey
from cami_survey.cli.reply import Reply, pairs, table

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from cami_survey.base.records import FormEntry
    from cami_survey.operations.forms import FormReport


def commands() -> list[Command]:
    """The commands of this module."""
    return [
        Command(
            ("form", "check"),
            _("Say what adding a form would say: every problem with sheet, row and column."),
            "herder_interview.xlsx",
            _takes_form,
            check,
            keyed=False,
            keys=(
                "form_id",
                "version",
                "title",
                "languages",
                "drafts",
                "questions",
                "warnings",
                "media",
                "source",
                "problems",
            ),
        ),
        Command(
            ("form", "add"),
            _("Add forms to a survey, with the files they use from the same folder."),
            "ala-too.cami herder_interview.xlsx",
            _takes_forms,
            add,
            keys=("forms",),
        ),
        Command(
            ("form", "list"),
            _("List the forms of a survey."),
            "ala-too.cami",
            takes_survey,
            list_forms,
            keys=("forms",),
        ),
    ]


def _takes_form(parser: ArgumentParser) -> None:
    parser.add_argument(
        "form", metavar="FORM", type=Path, help=_("an XLSForm (.xlsx, .xls, .csv, .md) or XForm (.xml)")
    )


def check(arguments: Namespace) -> Reply:
    """Read a form and report; nothing is changed."""
    from cami_survey.operations import forms

    report = forms.check(arguments.form).value
    lines = _lines(report)
    if report.ok:
        return Reply(report.as_dict(), lines)
    return Reply(report.as_dict(), lines, refusal=_refusal(report))


def _lines(report: FormReport) -> list[str]:
    if not report.ok:
        rows = [
            (problem.sheet, str(problem.row or ""), problem.column or problem.path, problem.reason)
            for problem in report.problems
        ]
        return table([_("Sheet"), _("Row"), _("Column"), _("Reason")], rows)
    about = [
        (_("Form"), f"{report.form_id} {report.version}".strip()),
        (_("Title"), report.title),
        (_("Languages"), ", ".join(report.languages) or "-"),
        *([(_("Drafts"), _drafts(report.drafts))] if report.drafts else []),
        (_("Questions"), str(report.questions)),
        (_("Files"), ", ".join(report.media) or "-"),
    ]
    return [*pairs(about), *(_("Warning: {text}").format(text=text) for text in report.warnings)]


def _drafts(languages: Sequence[str]) -> str:
    return _("{languages} (not yet reviewed by a native speaker)").format(languages=", ".join(languages))


def _refusal(report: FormReport) -> UserError:
    number = len(report.problems)
    text = ngettext("{name} has {n} problem.", "{name} has {n} problems.", number)
    return UserError(
        "form.refused",
        text.format(name=report.source.name, n=number),
        advice=_("Mend the form, then check it again."),
        where=report.problems[0].where or str(report.source),
    )


def _takes_forms(parser: ArgumentParser) -> None:
    takes_survey(parser)
    parser.add_argument("forms", metavar="FORM", nargs="+", type=Path, help=_("forms to add"))


def add(arguments: Namespace) -> Reply:
    """Add forms."""
    from cami_survey.operations import forms

    with survey_of(arguments) as survey:
        outcome = forms.add(survey, arguments.forms)
    return Reply({"forms": [_as_dict(entry) for entry in outcome.value]}, notices=outcome.notices)


def list_forms(arguments: Namespace) -> Reply:
    """List the forms."""
    from cami_survey.operations import forms

    with survey_of(arguments) as survey:
        entries = survey.forms()
        drafts = forms.drafts(survey, entries)
    headings = [_("Form"), _("Version"), _("Title"), _("Questions"), _("Interviews"), _("Languages")]
    rows = [
        (e.form_id, e.version, e.title, str(e.questions), str(e.records), _languages(e, drafts[e.form_id, e.version]))
        for e in entries
    ]
    lines = table(headings, rows, _("The survey has no form yet. Add one with: form add"))
    listed = [_as_dict(entry) | {"drafts": drafts[entry.form_id, entry.version]} for entry in entries]
    return Reply({"forms": listed}, lines)


def _languages(entry: FormEntry, drafts: Sequence[str]) -> str:
    return ", ".join(
        _("{language}: draft").format(language=language) if language in drafts else language
        for language in entry.languages
    )


def _as_dict(entry: FormEntry) -> dict[str, Any]:
    return {**asdict(entry), "added": entry.added.isoformat()}
