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
    from collections.abc import Sequence

    from cami_survey.base.records import FormEntry
    from cami_survey.engine.api import FormProblem
    from cami_survey.operations.forms import FormReport
    from cami_survey.operations.translations import Returned


def commands() -> list[Command]:
    """The commands of this module."""
    return [
        Command(
            ("form", "check"),
            _("Say what adding a form would say: every problem with sheet, row and column; repair it with --fix."),
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
                "noticed",
                "repairable",
                "repaired",
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
        Command(
            ("form", "translate-out"),
            _("Write the texts of a form to a workbook for a translator: source, target, context, length."),
            'herder_interview.xlsx "Turkmen (tk)" turkmen.xlsx',
            _takes_translation_out,
            translate_out,
            keyed=False,
            keys=("path", "language", "texts", "missing"),
        ),
        Command(
            ("form", "translate-in"),
            _("Check a workbook that came back and write a copy of the form with its language."),
            "herder_interview.xlsx turkmen.xlsx herder_interview_tk.xlsx",
            _takes_translation_in,
            translate_in,
            keyed=False,
            keys=("path", "language", "texts", "missing", "reviewer", "version", "problems"),
        ),
    ]


def _takes_form(parser: ArgumentParser) -> None:
    parser.add_argument(
        "form",
        metavar="FORM",
        type=Path,
        help=_("an XLSForm (.xlsx, .xls, .csv, .md), an XForm (.xml), or a folder or zip with one and its files"),
    )
    parser.add_argument(
        "--fix", action="store_true", help=_("write a repaired copy beside the original, which is never changed")
    )
    parser.add_argument("--out", metavar="COPY.xlsx", type=Path, help=_("where the repaired copy goes"))


def check(arguments: Namespace) -> Reply:
    """Read a form and report; nothing is changed. With --fix a repaired copy is written."""
    from cami_survey.operations import forms

    if arguments.out and not arguments.fix:
        raise UserError("usage.out-without-fix", _("--out says where a repaired copy goes; it needs --fix."))
    report = forms.check(arguments.form).value
    if arguments.fix and (report.repairable or not report.ok):
        return _fix(arguments, report)
    lines = _lines(report)
    if report.ok:
        return Reply({**report.as_dict(), "repaired": None}, lines)
    return Reply({**report.as_dict(), "repaired": None}, lines, refusal=_refusal(report))


def _fix(arguments: Namespace, report: FormReport) -> Reply:
    from cami_survey.operations import forms

    try:
        outcome = forms.repair(arguments.form, arguments.out)
    except UserError as error:
        return Reply({**report.as_dict(), "repaired": None}, _lines(report), refusal=error)
    value = {**report.as_dict(), "repaired": str(outcome.value.copy)}
    return Reply(value, [*_lines(report), str(outcome.value.copy)], notices=outcome.notices)


def _lines(report: FormReport) -> list[str]:
    if not report.ok:
        return _rows(report.problems, [_("Sheet"), _("Row"), _("Column"), _("Reason"), _("Repair")])
    about = [
        (_("Form"), f"{report.form_id} {report.version}".strip()),
        (_("Title"), report.title),
        (_("Languages"), ", ".join(report.languages) or "-"),
        *([(_("Drafts"), _drafts(report.drafts))] if report.drafts else []),
        (_("Questions"), str(report.questions)),
        (_("Files"), ", ".join(report.media) or "-"),
    ]
    headings = [_("Sheet"), _("Row"), _("Column"), _("Noticed"), _("Repair")]
    headings = headings if any(notice.repair for notice in report.noticed) else headings[:4]
    noticed = _rows(report.noticed, headings) if report.noticed else []
    return [*pairs(about), *noticed]


def _rows(problems: Sequence[FormProblem], headings: list[str]) -> list[str]:
    rows = [
        (problem.sheet, str(problem.row or ""), problem.spot, problem.reason, problem.repair) for problem in problems
    ]
    return table(headings, [row[: len(headings)] for row in rows])


def _drafts(languages: Sequence[str]) -> str:
    return _("{languages} (not yet reviewed by a native speaker)").format(languages=", ".join(languages))


def _refusal(report: FormReport) -> UserError:
    number = len(report.problems)
    text = ngettext("{name} has {n} problem.", "{name} has {n} problems.", number)
    advice = _("Mend the form, then check it again.")
    if report.repairable:
        advice = _("All of it can be repaired: add --fix, and a repaired copy is written beside the form.")
    return UserError(
        "form.refused",
        text.format(name=report.source.name, n=number),
        advice=advice,
        where=report.problems[0].where or str(report.source),
    )


def _takes_forms(parser: ArgumentParser) -> None:
    takes_survey(parser)
    parser.add_argument(
        "forms",
        metavar="FORM",
        nargs="+",
        type=Path,
        help=_("forms to add: files, or folders or zips with a form and its files"),
    )


def add(arguments: Namespace) -> Reply:
    """Add forms."""
    from cami_survey.engine.api import FormError
    from cami_survey.operations import forms

    with survey_of(arguments) as survey:
        try:
            outcome = forms.add(survey, arguments.forms)
        except FormError as error:
            more = _("form check lists every problem of a form; with --fix it writes a repaired copy where it can.")
            error.advice = " ".join(filter(None, (error.advice, more)))
            raise
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


def _takes_translation_out(parser: ArgumentParser) -> None:
    parser.add_argument("form", metavar="FORM.xlsx", type=Path, help=_("the form"))
    parser.add_argument(
        "language", metavar="LANGUAGE", help=_("a language of the form, or a new one with its code: Turkmen (tk)")
    )
    parser.add_argument("out", metavar="OUT.xlsx", type=Path, help=_("the workbook to write"))


def translate_out(arguments: Namespace) -> Reply:
    """Write the translator's workbook."""
    from cami_survey.operations import translations

    sent = translations.send(arguments.form, arguments.language, arguments.out).value
    about = [
        (_("Language"), sent.language),
        (_("Texts"), str(sent.texts)),
        (_("To be translated"), str(sent.missing)),
        (_("Workbook"), str(sent.path)),
    ]
    return Reply(asdict(sent), pairs(about))


def _takes_translation_in(parser: ArgumentParser) -> None:
    parser.add_argument("form", metavar="FORM.xlsx", type=Path, help=_("the form; it is not changed"))
    parser.add_argument("translated", metavar="TRANSLATED.xlsx", type=Path, help=_("the workbook that came back"))
    parser.add_argument("out", metavar="OUT.xlsx", type=Path, help=_("the copy of the form to write"))
    parser.add_argument("--partial", action="store_true", help=_("let texts without a translation pass"))


def translate_in(arguments: Namespace) -> Reply:
    """Take a translation in."""
    from cami_survey.operations import translations

    outcome = translations.take(arguments.form, arguments.translated, arguments.out, partial=arguments.partial)
    result = outcome.value
    value = asdict(result) | {"problems": [problem.as_dict() for problem in result.problems]}
    if result.ok:
        about = [
            (_("Language"), result.language),
            (_("Texts"), str(result.texts)),
            (_("Version"), result.version),
            (_("Form"), str(result.path)),
        ]
        return Reply(value, pairs(about), notices=outcome.notices)
    rows = [(problem.sheet, str(problem.row or ""), problem.column, problem.reason) for problem in result.problems]
    lines = table([_("Sheet"), _("Row"), _("Column"), _("Reason")], rows)
    return Reply(value, lines, refusal=_translation_refused(result, arguments.translated))


def _translation_refused(result: Returned, translated: Path) -> UserError:
    number = len(result.problems)
    text = ngettext("{name} has {n} problem.", "{name} has {n} problems.", number)
    return UserError(
        "translation.refused",
        text.format(name=translated.name, n=number),
        advice=_("Nothing was written. Mend the workbook, or take it in with --partial where texts are only missing."),
        where=result.problems[0].where,
    )
